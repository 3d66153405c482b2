"""Somebody who talks with the real assistant, without a channel or a database."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot import bootstrap, settings
from bot.conversation import Conversation, Effect, Outcome
from bot.i18n import Texts
from bot.messages import Message, Reply
from bot.metrics import Metrics

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
"""When a talk begins, unless somebody waits: a Monday, ten o'clock in Stuttgart."""
DUE = NOW + timedelta(hours=4)
"""When the team of this repository's content promises its first reply to whoever asks then."""


class Talker:
    """One person; ``hint`` is the language of their app. What they do returns the replies."""

    def __init__(self, mind: bootstrap.Mind, hint: str = "", chosen: str = "") -> None:
        self.mind = mind
        self.hint = hint
        self.talk = Conversation(language=chosen, chosen=bool(chosen))
        self.t = Texts(chosen or hint or "de")
        self.now = NOW
        self.effects: tuple[Effect, ...] = ()
        made = bootstrap.assistant(settings.load({}), mind, Metrics())
        self._assistant = replace(made, now=lambda: self.now)

    async def says(self, text: str) -> tuple[Reply, ...]:
        """Write a text."""
        return await self._sends(Message("text", text=text, language_hint=self.hint))

    async def taps(self, action: str) -> tuple[Reply, ...]:
        """Tap a button."""
        return await self._sends(Message("tap", action=action, language_hint=self.hint))

    def waits(self, **time: float) -> None:
        """Let time pass."""
        self.now += timedelta(**time)

    async def _sends(self, message: Message) -> tuple[Reply, ...]:
        outcome: Outcome = await self._assistant.respond(message, self.talk)
        self.effects = outcome.effects
        return outcome.replies


def actions(reply: Reply) -> list[str]:
    """What the buttons below a reply do."""
    return [button.action for row in reply.buttons for button in row if button.action]
