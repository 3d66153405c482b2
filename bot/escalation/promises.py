"""What a team promises to somebody who waits: when it is there, and when its first reply comes."""

from dataclasses import dataclass
from datetime import datetime

from bot.content.hours import BERLIN, state_at, week_of
from bot.content.model import Queue
from bot.escalation.routing import reply_due
from bot.i18n import Texts, format_day, format_time, format_week


@dataclass(frozen=True, slots=True)
class Promise:
    """What can be said at the moment ``now`` (with a time zone).

    ``hours`` are the team's (OpenStreetMap's syntax), ``""`` where they are unknown. ``due`` is when the first reply
    comes at the latest, None where nothing is promised, or nothing more.
    """

    hours: str
    now: datetime
    due: datetime | None = None

    @property
    def nobody_there(self) -> bool:
        """Whether it is outside the team's hours."""
        return state_at(self.hours, self.now) == "closed"


def promise_of(queue: Queue, since: datetime, now: datetime) -> Promise:
    """Return what a team promises to somebody who has waited since that moment."""
    due = reply_due(queue, since) if queue.first_reply_minutes else None
    return Promise(queue.office_hours, now, due)


def told(promise: Promise, t: Texts) -> str:
    """The hours and the promised moment, a few lines; nothing where nothing is promised, or the moment is over."""
    lines = []
    if promise.hours:
        lines += [t.say("Social workers are there at these times:"), format_week(week_of(promise.hours), t.language)]
    if promise.due and promise.due > promise.now:
        lines.append(_first_answer(promise.due.astimezone(BERLIN), promise.now.astimezone(BERLIN), t))
    return "\n".join(lines)


def _first_answer(due: datetime, now: datetime, t: Texts) -> str:
    time = format_time(due.time())
    if due.date() == now.date():
        return t.say("You will get a first answer today, at %(time)s at the latest.", time=time)
    # Translators: behind the colon stand a date with its weekday and a time, such as "Monday, 30 November 2026, 11:00"
    return t.say(
        "You will get a first answer at this time at the latest: %(day)s, %(time)s.",
        day=format_day(due.date(), t.language),
        time=time,
    )
