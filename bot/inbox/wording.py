"""What the staff's pages call things, in the reader's language: reasons, places, teams, moments, what happened."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from babel import dates
from babel.numbers import format_decimal

from bot.content.hours import BERLIN
from bot.content.model import Catalogue
from bot.content.vocabulary import DISTRICT_NAMES
from bot.dialogues.finding.words import language_name
from bot.escalation.files import CASE_LIMIT, LARGEST, MOST, MOST_TOGETHER
from bot.escalation.replies import RATINGS
from bot.i18n import Texts, locale_of
from bot.storage.casefile import Line

RESOLUTIONS: Final = ("answered", "referred", "appointment", "no_reply", "not_ours", "other")
"""Why a case is closed, as staff choose it."""

_BLANK: Final = re.compile(r"\{([a-z_]+)\}")
_NOT_LONG: Final = timedelta(minutes=1)
_MEGABYTE: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Wording:
    """The names of things for one page; ``now`` has a time zone."""

    t: Texts
    catalogue: Catalogue
    now: datetime

    def reason(self, reason: str) -> str:
        """Why a case was handed over."""
        t = self.t
        return {
            "asked": t.say("Wanted to talk to a human"),
            "crisis": t.say("Crisis: thoughts of suicide or despair"),
            "emergency": t.say("Emergency: acute danger"),
            "no_answer": t.say("Lotse had no answer twice"),
            "not_helped": t.say("Lotse's answer did not help"),
            "sport_mentor": t.say("Looks for a sport mentor"),
            "volunteer_circle": t.say("Looks for a volunteer circle"),
        }.get(reason, reason)

    def urgency(self, reason: str) -> str:
        """The word on the badge of an urgent case."""
        return self.t.say("Crisis") if reason == "crisis" else self.t.say("Emergency")

    def language(self, code: str) -> str:
        """A language in the reader's own; by its own name where that is not known."""
        spoken = self.catalogue.languages.get(code)
        found = language_name(code, self.t)
        return spoken.name if spoken and found == code else found

    def district(self, id_: str) -> str:
        """A district by the name on its signs."""
        return DISTRICT_NAMES.get(id_, id_)

    def theme(self, id_: str) -> str:
        """A group of FAQ topics."""
        group = self.catalogue.groups.get(id_)
        return f"{group.emoji} {group.name_in(self.t.language)}" if group else id_

    def queue(self, id_: str) -> str:
        """A team."""
        found = self.catalogue.queues.get(id_)
        return found.name_in(self.t.language) if found else id_

    def resolution(self, id_: str) -> str:
        """Why a case was closed."""
        t = self.t
        return {
            "": t.say("The person ended the talk"),
            "answered": t.say("The question is answered"),
            "referred": t.say("Referred to another office"),
            "appointment": t.say("An appointment is made"),
            "no_reply": t.say("The person does not answer any more"),
            "not_ours": t.say("Nothing that we can help with"),
            "other": t.say("Another reason"),
            "blocked": t.say("Blocked"),
        }.get(id_, id_)

    @property
    def resolutions(self) -> Mapping[str, str]:
        """The reasons to choose from."""
        return {each: self.resolution(each) for each in RESOLUTIONS}

    def feedback(self, value: str) -> str:
        """What the person tapped at the end."""
        t = self.t
        names = (t.say("👍 It helped"), t.say("🤏 It helped a little"), t.say("👎 It did not help"))
        return dict(zip(RATINGS, names, strict=True)).get(value, value)

    # Moments

    def lasting(self, since: datetime) -> str:
        """How long something has lasted: "3 days"."""
        past = self.now - since
        if past < _NOT_LONG:
            return self.t.say("less than a minute")
        return dates.format_timedelta(past, "minute", threshold=1.5, locale=locale_of(self.t.language))

    def ago(self, moment: datetime) -> str:
        """How long ago something was: "3 days ago"."""
        past = self.now - moment
        if past < _NOT_LONG:
            return self.t.say("just now")
        locale = locale_of(self.t.language)
        return dates.format_timedelta(-past, "minute", threshold=1.5, add_direction=True, locale=locale)

    def when(self, moment: datetime) -> str:
        """A moment as people say it: the time alone on the same day, else the day too."""
        local, today = moment.astimezone(BERLIN), self.now.astimezone(BERLIN).date()
        if local.date() == today:
            return f"{local:%H:%M}"
        # As CLDR writes them: for another order of the letters Babel compares all that it knows, line after line.
        style = "MMMEd" if local.year == today.year else "yMMMd"
        return f"{dates.format_skeleton(style, local, locale=locale_of(self.t.language))}, {local:%H:%M}"

    def day(self, moment: datetime) -> str:
        """The day as a heading between lines of a transcript."""
        local = moment.astimezone(BERLIN)
        return str(dates.format_date(local, "full", locale=locale_of(self.t.language)))

    def is_over(self, moment: datetime) -> bool:
        """Whether a moment is past."""
        return moment <= self.now

    # What happened

    def event(self, line: Line) -> str:
        """What happened to a case, as a sentence."""
        # Without a name it was the person, or somebody at the server; the person gives no reason.
        at_the_server = line.text == "resolved" and line.detail
        t, who = self.t, line.staff or self.t.say("Staff")
        if not line.staff and not at_the_server:
            return {
                "resolved": t.say("The person ended the talk with the social workers."),
                "reopened": t.say("The person came back: the case is open again."),
                "escalated": t.say("The leads were asked to look: the first reply is due soon."),
                "file_refused": t.say(
                    "The person sent a file that was not passed on: %(why)s.", why=self.file_problem(line.detail)
                ),
            }.get(line.text, line.text)
        return {
            "taken": t.say("%(who)s took the case.", who=who),
            "assigned": t.say("%(who)s gave the case to %(whom)s.", who=who, whom=line.detail),
            "released": t.say("%(who)s gave the case back to everybody.", who=who),
            "handed_over": t.say("%(who)s handed the case to %(whom)s.", who=who, whom=self.queue(line.detail)),
            "snoozed": t.say("%(who)s put the case aside until %(when)s.", who=who, when=self.iso(line.detail)),
            "woken": t.say("%(who)s brought the case back.", who=who),
            "resolved": t.say("%(who)s closed the case: %(why)s.", who=who, why=self.resolution(line.detail)),
            "reopened": t.say("%(who)s opened the case again.", who=who),
            "blocked": t.say("%(who)s blocked the person.", who=who),
            "unblocked": t.say("%(who)s lifted the block.", who=who),
        }.get(line.text, line.text)

    def iso(self, text: str) -> str:
        """A moment that is kept as text (ISO 8601), as people say it."""
        try:
            return self.when(datetime.fromisoformat(text))
        except ValueError:
            return text

    def delivery(self, state: str | None) -> str:
        """What became of a reply."""
        t = self.t
        return {
            "waiting": t.say("On its way"),
            "sent": t.say("Delivered"),
            "failed": t.say("Not delivered"),
        }.get(state or "", "")

    def file_problem(self, problem: str) -> str:
        """Why a file is not passed on."""
        return file_problem(self.t, problem)

    def file_kind(self, media_type: str) -> str:
        """What kind of file it is."""
        t = self.t
        names = {"application/pdf": "PDF", "audio/ogg": t.say("Voice message"), "text/plain": t.say("Text")}
        return t.say("Picture") if media_type.startswith("image/") else names.get(media_type, media_type)

    def size(self, number: int) -> str:
        """Bytes as people read them."""
        if number < _MEGABYTE:
            return f"{max(1, round(number / 1024))} KB"
        return f"{format_decimal(number / _MEGABYTE, '0.0', locale=self.t.language)} MB"

    def blank(self, name: str) -> str:
        """What belongs into a blank of a phrase."""
        t = self.t
        return {
            "date": t.say("Day"),
            "time": t.say("Time"),
            "new_date": t.say("New day"),
            "new_time": t.say("New time"),
            "place": t.say("Place"),
            "documents": t.say("Papers"),
            "minutes": t.say("Minutes"),
            "name_of_office": t.say("Name of the office"),
            "name_of_organisation": t.say("Name of the organisation"),
        }.get(name, name.replace("_", " "))

    def with_blanks(self, text: str) -> str:
        """The text of a phrase with the names of its blanks."""
        return _BLANK.sub(lambda blank: f"[{self.blank(blank[1])}]", text)

    def kind(self, kind: str) -> str:
        """What a hit of the search is."""
        t = self.t
        return {
            "phrase": t.say("Phrase"),
            "faq": t.say("FAQ"),
            "office": t.say("Office"),
            "appointment": t.say("Appointment"),
            "offer": t.say("Offer"),
        }.get(kind, kind)

    def choices(self, ids: Sequence[str], name: str) -> dict[str, str]:
        """Ids with their names (by one of the methods above), in the order of the names."""
        named = {each: getattr(self, name)(each) for each in ids}
        return dict(sorted(named.items(), key=lambda pair: pair[1].casefold()))


def file_problem(t: Texts, problem: str) -> str:
    """Why a file is not passed on (see ``escalation.files``)."""
    return {
        "large": t.say("it is larger than %(number)d MB", number=LARGEST // _MEGABYTE),
        "kind": t.say("only pictures, PDF, plain text and voice messages are"),
        "active": t.say("it contains a program or other files"),
        "lost": t.say("it could not be fetched"),
        "full": t.say("all files of this case are larger than %(number)d MB together", number=CASE_LIMIT // _MEGABYTE),
        "many": t.say(
            "more than %(number)d files or %(size)d MB at once", number=MOST, size=MOST_TOGETHER // _MEGABYTE
        ),
        "video": t.say("videos are not passed on"),
    }.get(problem, t.say("it cannot be read"))
