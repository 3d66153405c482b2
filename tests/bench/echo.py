"""The least a bot can do with python-telegram-bot: answer a text with itself, a tap with a message."""

import os
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import Application, CallbackQueryHandler, CommandHandler, MessageHandler, filters
from telegram.request import HTTPXRequest

from tests.bench.load import TAPPED

_CONNECTIONS = 32


async def _menu(update: Update, _: Any) -> None:
    assert update.message is not None
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton(action, callback_data=action)] for action in TAPPED])
    await update.message.reply_text("menu", reply_markup=keyboard)


async def _echo(update: Update, _: Any) -> None:
    assert update.message is not None
    await update.message.reply_text(update.message.text or "")


async def _tapped(update: Update, context: Any) -> None:
    assert update.callback_query is not None
    assert update.effective_chat is not None
    await update.callback_query.answer()
    await context.bot.send_message(update.effective_chat.id, update.callback_query.data)


def main() -> None:
    """Poll until the process is ended."""
    application = (
        Application.builder()
        .token(os.environ["LOTSE_TELEGRAM_TOKEN"])
        .base_url(f"{os.environ['LOTSE_TELEGRAM_API_URL']}/bot")
        .request(HTTPXRequest(connection_pool_size=_CONNECTIONS, pool_timeout=30.0))
        .concurrent_updates(True)
        .build()
    )
    application.add_handler(CommandHandler("menu", _menu))
    application.add_handler(MessageHandler(filters.TEXT, _echo))
    application.add_handler(CallbackQueryHandler(_tapped))
    application.run_polling()


if __name__ == "__main__":
    main()
