"""Which team a case belongs to, and when it has to answer."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from bot.content.hours import BERLIN, DAYS_AHEAD, hours_on
from bot.content.model import Catalogue, Queue
from bot.content.queues import DEFAULT
from bot.conversation import Reason
from bot.understanding.normalise import key_of

_URGENT: Final[tuple[Reason, ...]] = ("emergency", "crisis")
_FAQ: Final = "faq/"
_GROUP_OF_INTENT: Final = {"find_course": "language-and-education", "find_sport": "daily-life"}
# The end of a street's name is written in many ways.
_STREET: Final = re.compile(r"(?:strasse|str)\b")


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What decides on the team; ``""`` is unknown.

    ``theme`` is a group of FAQ topics, ``shelter`` is as the person wrote it, and ``asked`` is the queue that was
    named when the case was opened.
    """

    reason: Reason
    language: str = ""
    district: str = ""
    shelter: str = ""
    theme: str = ""
    asked: str = ""


def queue_for(facts: CaseFacts, queues: Mapping[str, Queue]) -> str:
    """Return the id of the queue that a case belongs to.

    A queue that was asked for gets it, unless the case is urgent: whoever was asked for something else is not who
    helps then. Otherwise the first queue whose rules fit gets it, and ``default`` what no other takes.
    """
    if facts.asked in queues and facts.reason not in _URGENT:
        return facts.asked
    for name, queue in queues.items():
        if name != DEFAULT and _takes(queue, facts):
            return name
    return DEFAULT


def theme_of(intent: str, catalogue: Catalogue) -> str:
    """Return the group of FAQ topics that an intent belongs to, or ``""``."""
    entry = catalogue.faq.get(intent.removeprefix(_FAQ)) if intent.startswith(_FAQ) else None
    group = entry.group if entry else _GROUP_OF_INTENT.get(intent, "")
    return group if group in catalogue.groups else ""


def reply_due(queue: Queue, since: datetime) -> datetime:
    """Return when the first reply is due to a case that waits since this moment (with a time zone).

    The minutes of the queue count within its office hours; without hours, or where none are ahead for weeks, they
    count by the clock.
    """
    left = timedelta(minutes=queue.first_reply_minutes)
    now = since.astimezone(BERLIN)
    for ahead in range(DAYS_AHEAD if queue.office_hours else 0):
        for interval in hours_on(queue.office_hours, now.date() + timedelta(days=ahead)):
            start = max(interval.start, now)
            # Told apart from the clock on the wall, which jumps twice a year.
            length = interval.end.astimezone(UTC) - start.astimezone(UTC)
            if length >= left:
                return (start.astimezone(UTC) + left).astimezone(BERLIN)
            left -= max(length, timedelta())
    return since + timedelta(minutes=queue.first_reply_minutes)


def lead_due(queue: Queue, since: datetime, *, urgent: bool) -> datetime | None:
    """Return when the lead has to know about a case that still waits for its first reply; None is never.

    That is while there is time left to keep the promise: when three quarters of it are over. An urgent case cannot
    wait: the lead of any team knows as soon as somebody is there.
    """
    if not urgent and not queue.lead:
        return None
    minutes = 0 if urgent else queue.first_reply_minutes * 3 // 4
    return reply_due(replace(queue, first_reply_minutes=minutes), since)


def _takes(queue: Queue, facts: CaseFacts) -> bool:
    """Say whether there are rules, and all of them fit."""
    rules = (
        (queue.districts, facts.district in queue.districts),
        (queue.languages, facts.language in queue.languages),
        (queue.themes, facts.theme in queue.themes or facts.reason in queue.themes),
        (queue.shelters, any(_names(facts.shelter, shelter) for shelter in queue.shelters)),
    )
    return any(rule for rule, _ in rules) and all(fits for rule, fits in rules if rule)


def _names(written: str, shelter: str) -> bool:
    """Say whether the words of the shelter's name stand in this order in what the person wrote."""
    return bool(written) and f" {_key(shelter)} " in f" {_key(written)} "


def _key(text: str) -> str:
    return " ".join(_STREET.sub(" strasse ", key_of(text)).split())
