"""The page on which staff connect their account on Telegram, to answer from topics of the staff's group."""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.channels.telegram_staff import code_link, new_code
from bot.inbox.desk import CASEWORKERS
from bot.inbox.gate import Gate, Visitor
from bot.storage import telegram_links
from bot.storage.database import Database

PAGE = "/inbox/account/telegram"


class Linking:
    """Shows a code that connects once. ``bot_name`` gives the bot's name on Telegram, empty while it is not known."""

    def __init__(self, gate: Gate, database: Database, bot_name: Callable[[], str]) -> None:
        self._gate = gate
        self._database = database
        self._bot_name = bot_name
        # The page of one's account leads here where there is something to connect.
        gate.pages.environment.globals["telegram_page"] = PAGE

    @property
    def routes(self) -> list[BaseRoute]:
        """What the server serves of it."""
        page = self._gate.page
        return [
            Route(PAGE, page(self.show, roles=CASEWORKERS), methods=["GET", "POST"]),
            Route(f"{PAGE}/disconnect", page(self.disconnect, roles=CASEWORKERS), methods=["POST"]),
        ]

    async def show(self, request: Request, visitor: Visitor) -> Response:
        """Whether one is connected; sent as a form, a new code. It is shown once and kept as a hash."""
        code = ""
        if request.method == "POST":
            code = new_code()
            await telegram_links.make_code(self._database, visitor.staff.id, code)
        name = self._bot_name()
        return self._gate.pages.render(
            "telegram.html",
            visitor.t,
            csrf=visitor.csrf,
            connected=await telegram_links.is_connected(self._database, visitor.staff.id),
            code=code,
            bot_name=name,
            link=code_link(name, code) if name and code else "",
            minutes=int(telegram_links.CODE_LIFE // 60),
        )

    async def disconnect(self, _: Request, visitor: Visitor) -> Response:
        """What is written on Telegram from now on is nobody's."""
        await telegram_links.disconnect(self._database, visitor.staff.id)
        return RedirectResponse(PAGE, 303)
