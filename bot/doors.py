"""When a place is open: now, today and tomorrow, on the days that were asked for, and in a usual week.

``now`` and the days are in Stuttgart. What hours do not say is not guessed: unknown hours stay unknown.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from bot.content.hours import (
    BERLIN,
    Interval,
    holiday_on,
    hours_on,
    next_change,
    state_at,
    today_and_tomorrow,
    week_of,
)
from bot.i18n import Texts, embed, format_day, format_time, format_week

# How far ahead the end of an open time is told by its time of day alone.
_SOON = timedelta(hours=20)
_SHORT_DAYS = ((12, 24), (12, 31))


def always_open(hours: str, now: datetime) -> bool:
    """Whether a place never closes."""
    return state_at(hours, now) == "open" and next_change(hours, now) is None


def usual_week(hours: str, t: Texts, now: datetime) -> str:
    """The regular hours of a week; ``hours`` are known."""
    if always_open(hours, now):
        return t.say("🕒 Day and night, every day.")
    return f"🕒 {format_week(week_of(hours), t.language)}"


def present_lines(
    hours: str,
    t: Texts,
    now: datetime,
    asked: Sequence[date] = (),
    *,
    by_appointment: bool = False,
) -> list[str]:
    """Whether a place is open now; its hours today, tomorrow and on days that were asked for; and holidays.

    Where one comes ``by_appointment`` only, an open door helps nobody, and outside its hours it is not closed either:
    then its hours are told alone.
    """
    today = now.astimezone(BERLIN).date()
    tomorrow = today + timedelta(days=1)
    further = [day for day in dict.fromkeys(asked) if day > tomorrow]
    lines = []
    if hours and not always_open(hours, now):
        first, second = today_and_tomorrow(hours, now)
        if not by_appointment:
            lines.append(_state(hours, t, now))
        lines.append(t.say("Today, %(day)s: %(times)s", day=format_day(today, t.language), times=_times(first, t)))
        lines.append(
            t.say("Tomorrow, %(day)s: %(times)s", day=format_day(tomorrow, t.language), times=_times(second, t))
        )
        lines += [f"{format_day(day, t.language)}: {_times(hours_on(hours, day), t)}" for day in further]
    if not hours or not always_open(hours, now):
        lines += _reasons([today, tomorrow, *further], t)
    return lines


def _state(hours: str, t: Texts, now: datetime) -> str:
    state, change = state_at(hours, now), next_change(hours, now)
    local = now.astimezone(BERLIN)
    if state == "unknown":
        return t.say("🟡 Perhaps open now. Please ask first.")
    if state == "open":
        if change is None or change - local > _SOON:
            return t.say("🟢 Open now.")
        return t.say("🟢 Open now, until %(time)s.", time=format_time(change.time()))
    if change is None:
        return t.say("🔴 Closed now.")
    time = format_time(change.time())
    if change.date() == local.date():
        return t.say("🔴 Closed now. It opens today at %(time)s.", time=time)
    return t.say(
        "🔴 Closed now. It opens next: %(day)s, %(time)s.", day=format_day(change.date(), t.language), time=time
    )


def _times(intervals: Sequence[Interval], t: Texts) -> str:
    if not intervals:
        # Translators: behind a day and a colon, such as "Today, Sunday, 29 November 2026: closed"
        return t.say("closed")
    return ", ".join(_span(each, t) for each in intervals)


def _span(interval: Interval, t: Texts) -> str:
    times = f"{format_time(interval.start.time())}–{format_time(interval.end.time())}"
    if interval.note:
        return f"{times} ({embed(interval.note, t.language)})"
    return times if interval.state == "open" else f"{times} (?)"


def _reasons(days: Sequence[date], t: Texts) -> list[str]:
    """Why hours of these days may be others than usual."""
    lines = []
    for day in days:
        if name := holiday_on(day):
            # Translators: %(holiday)s is the holiday's German name, as it stands on doors
            said = t.say(
                "%(day)s is a public holiday (%(holiday)s).",
                day=format_day(day, t.language),
                holiday=embed(name, t.language),
            )
            lines.append(said)
    if any((day.month, day.day) in _SHORT_DAYS for day in days):
        lines.append(t.say("On 24 and 31 December the hours may be different. Please ask first."))
    return lines
