"""What is said in the staff's group on Telegram. German, as the pages are first: it is one group for everybody.

Pings name language, theme, team and urgency, and never what somebody wrote, why, or who.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from bot.channels.telegram_staff import Line
from bot.content.model import Catalogue
from bot.i18n import STAFF, Texts
from bot.inbox.wording import Wording
from bot.messages import Reply
from bot.storage import casefile
from bot.storage.inbox import CaseLine
from bot.storage.pings import Kind, Ping
from bot.storage.topics import Said

LANGUAGE: Final = "de"
_SINGLY: Final = 5
_KINDS: Final[tuple[Kind, ...]] = ("urgent", "late", "new")


@dataclass(frozen=True, slots=True)
class GroupWords:
    """The words of the moment; ``address`` is where the inbox is reached, without a slash at the end."""

    catalogue: Callable[[], Catalogue]
    address: str

    @property
    def t(self) -> Texts:
        """Fixed texts of staff pages."""
        return Texts(LANGUAGE, domain=STAFF)

    @property
    def wording(self) -> Wording:
        """Names of things."""
        return Wording(self.t, self.catalogue(), datetime.now(UTC))

    def ping(self, pings: Sequence[Ping]) -> Reply:
        """One message about one case or several."""
        if len(pings) <= _SINGLY:
            text = "\n\n".join(f"{self._single(ping)}\n{self._link(ping.case)}" for ping in pings)
        else:
            text = "\n".join((*self._summed_up(pings), f"{self.address}/inbox"))
        return Reply(text=text, language=LANGUAGE)

    def _single(self, ping: Ping) -> str:
        t = self.t
        kind = {
            "new": t.say("🆕 New case"),
            "urgent": t.say("🔴 Urgent case"),
            "late": t.say("⏰ The first reply is due soon"),
        }[ping.kind]
        return f"{kind}: {self._facts(ping.language, ping.theme, ping.queue)}"

    def _summed_up(self, pings: Sequence[Ping]) -> list[str]:
        t, lines = self.t, []
        for kind in _KINDS:
            queues = Counter(ping.queue for ping in pings if ping.kind == kind)
            number = queues.total()
            if number:
                said = {
                    "new": t.say_count("🆕 %(number)d new case", "🆕 %(number)d new cases", number),
                    "urgent": t.say_count("🔴 %(number)d urgent case", "🔴 %(number)d urgent cases", number),
                    "late": t.say_count(
                        "⏰ The first reply is due soon: %(number)d case",
                        "⏰ The first reply is due soon: %(number)d cases",
                        number,
                    ),
                }[kind]
                teams = ", ".join(f"{self.wording.queue(queue)} {count}" for queue, count in queues.most_common())
                lines.append(f"{said} ({teams})")
        return lines

    def _facts(self, language: str, theme: str, queue: str) -> str:
        words = self.wording
        team = self.t.say("team %(name)s", name=words.queue(queue))
        return " · ".join(
            part for part in (words.language(language), words.theme(theme) if theme else "", team) if part
        )

    def _link(self, case: int) -> str:
        return f"{self.address}/inbox/cases/{case}"

    # Topics

    def head(self, case: CaseLine) -> str:
        """The first message of a topic: the facts, the link, and what staff can do there."""
        t, words = self.t, self.wording
        facts = [self._facts(case.language, case.theme, case.queue), words.reason(case.reason)]
        if case.district:
            facts.append(words.district(case.district))
        use = t.say(
            "What you write here goes to the person, as from the inbox. "
            "/take takes the case, /note TEXT keeps a note that is not sent, /resolve REASON closes the case."
        )
        return "\n".join((f"🧭 {case.pseudonym}", *facts, self._link(case.id), "", use))

    def line(self, said: Said) -> Line:
        """A line of the transcript."""
        line = said.line
        text = self._text(line)
        happened = line.text if line.kind == "event" else ""
        return Line(text, said.copied_from, closes=happened == "resolved", opens=happened == "reopened")

    def _text(self, line: casefile.Line) -> str:
        t, who = self.t, line.staff or self.t.say("Staff")
        if line.kind == "event":
            return f"ℹ️ {self.wording.event(line)}"
        if line.kind == "note":
            return "\n".join((t.say("📝 Note by %(who)s, not sent:", who=who), line.text))
        file = t.say("A file. It can be read in the inbox.") if line.attachments or not line.text else ""
        text = "\n".join(part for part in (line.text, file) if part)
        return f"🧑‍💼 {who}:\n{text}" if line.kind == "reply" else f"💬 {text}"
