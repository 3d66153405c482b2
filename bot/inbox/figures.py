"""The figures of a time of some weeks, from what is kept of cases and from weekly counts. Small groups are left out."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import median
from typing import Final, TypeVar

from bot.content.hours import BERLIN
from bot.inbox.smallgroups import LEAST, shown, shown_of_weeks, total
from bot.storage.figures import CaseFacts, Talks, week_of

PERIODS: Final = (4, 12, 52)
"""Weeks that one may look back."""

# The 90th percentile of few is the time of one person; a share of few in steps tells little of anybody.
_MANY: Final = 20
_STEP: Final = 5
OTHER: Final = ""
"""Stands for what is none of the groups that there are."""

K = TypeVar("K", bound=Hashable)
Table = dict[str, int | None]


@dataclass(frozen=True, slots=True)
class Times:
    """How long something took, in minutes; None where too few would be told of."""

    median: int | None
    ninth: int | None


@dataclass(frozen=True, slots=True)
class Figures:
    """What is shown of some weeks; None is a group that is not. ``alone`` is in percent, ``by_language`` in steps of 5.

    ``weeks`` are ISO weeks ("2026-W47"), the oldest first. ``most`` are pairs of theme and reason, what was handed over
    most first.
    """

    weeks: tuple[str, ...]
    cases: int | None
    by_week: Table
    by_language: Table
    by_theme: Table
    by_reason: Table
    most: tuple[tuple[str, str], ...]
    first_reply: Times
    resolution: Times
    promises: Table
    feedback: Table
    talks: Table
    alone: int | None
    alone_by_language: Table
    questions: Table


@dataclass(frozen=True, slots=True)
class Groups:
    """Every group that there may be, so that an empty one looks like a small one."""

    languages: Sequence[str]
    themes: Sequence[str]
    reasons: Sequence[str]
    ratings: Sequence[str]


@dataclass(frozen=True, slots=True)
class Found:
    """What was read for the longest time."""

    cases: Sequence[CaseFacts]
    talks: Sequence[Talks]
    questions: Mapping[str, int]


def monday_of(today: date) -> date:
    """The Monday with which the present week began: only weeks that are over are counted."""
    return today - timedelta(days=today.weekday())


def begin_of(today: date, weeks: int) -> datetime:
    """When so many weeks before the present one began."""
    return datetime.combine(monday_of(today) - timedelta(weeks=weeks), time(), BERLIN)


def weeks_before(today: date, number: int) -> tuple[str, ...]:
    """So many weeks that are over, the oldest first."""
    return tuple(week_of(monday_of(today) - timedelta(weeks=back)) for back in range(number, 0, -1))


def figures(found: Found, groups: Groups, today: date, weeks: int) -> Figures:
    """The figures of a time; what a shorter one shows is taken into account, so that no difference tells of anybody."""
    made: list[Figures] = []
    for period in (each for each in PERIODS if each <= weeks):
        made.append(_Period(found, groups, today, period).figures(made))
    return made[-1]


class _Period:
    """One time: what falls into it."""

    def __init__(self, found: Found, groups: Groups, today: date, weeks: int) -> None:
        self.groups = groups
        self.weeks = weeks_before(today, weeks)
        begin, end = begin_of(today, weeks), begin_of(today, 0)
        self.cases = [case for case in found.cases if begin <= case.opened_at < end]
        self.talks = [talk for talk in found.talks if talk.week in self.weeks]
        self.found, self.today = found, today

    def figures(self, shorter: Sequence[Figures]) -> Figures:
        groups = self.groups

        def table(name: str, ids: Iterable[str], of: Callable[[CaseFacts], str]) -> Table:
            before = [getattr(each, name) for each in shorter]
            return shown(_count((of(case) for case in self.cases), ids), before)

        by_theme = table("by_theme", groups.themes, lambda case: case.theme)
        by_reason = table("by_reason", groups.reasons, lambda case: case.reason)
        ratings = Counter(case.feedback for case in self.cases if case.feedback in groups.ratings)
        kept = Counter(
            {True: "kept", False: "late"}[case.promise_kept] for case in self.cases if case.promise_kept is not None
        )
        talks = self._talks()
        shown_talks = shown(talks, [each.talks for each in shorter])
        return Figures(
            weeks=self.weeks,
            cases=total(len(self.cases), [each.cases for each in shorter]),
            by_week=self._weekly(Counter(_week(case.opened_at) for case in self.found.cases)),
            by_language=table("by_language", groups.languages, lambda case: case.language),
            by_theme=by_theme,
            by_reason=by_reason,
            most=self._most(by_theme, by_reason),
            first_reply=_times(case.answered_at - case.opened_at for case in self.cases if case.answered_at),
            resolution=_times(case.closed_at - case.opened_at for case in self.cases if case.closed_at),
            promises=shown({each: kept[each] for each in ("kept", "late")}, [each.promises for each in shorter]),
            feedback=shown({each: ratings[each] for each in groups.ratings}, [each.feedback for each in shorter]),
            talks=shown_talks,
            alone=_share(talks["answered"], sum(talks.values())) if None not in shown_talks.values() else None,
            alone_by_language={each: self._alone(each) for each in groups.languages},
            questions=self._weekly(self.found.questions),
        )

    def _weekly(self, counts: Mapping[str, int]) -> Table:
        """A table of weeks; the same weeks are left out whichever time one looks at."""
        weeks = weeks_before(self.today, max(PERIODS))
        safe = shown_of_weeks({week: counts.get(week, 0) for week in weeks}, PERIODS)
        return {week: safe[week] for week in self.weeks}

    def _talks(self, language: str | None = None) -> dict[str, int]:
        counts = dict.fromkeys(("answered", "unanswered", "handed_over"), 0)
        for talk in self.talks:
            if talk.name in counts and language in (None, talk.language):
                counts[talk.name] += talk.number
        return counts

    def _alone(self, language: str) -> int | None:
        """The share that Lotse answered alone in a language; coarse, and of many, so that it gives no number away."""
        counts = self._talks(language)
        everybody = sum(counts.values())
        return None if everybody < _MANY else _STEP * round(_share(counts["answered"], everybody) / _STEP)

    def _most(self, by_theme: Table, by_reason: Table) -> tuple[tuple[str, str], ...]:
        """In their order and without numbers: with them, sums of rows and columns would tell of small groups."""
        pairs = Counter((_known(case.theme, by_theme), _known(case.reason, by_reason)) for case in self.cases)
        allowed = [
            (pair, number)
            for pair, number in pairs.items()
            if number >= LEAST and by_theme[pair[0]] is not None and by_reason[pair[1]] is not None
        ]
        ordered = sorted(allowed, key=lambda each: (-each[1], each[0]))
        return tuple(pair for pair, _ in ordered[:10])


def _known(value: str, groups: Mapping[str, object]) -> str:
    return value if value in groups else OTHER


def _count(values: Iterable[str], ids: Iterable[str]) -> dict[str, int]:
    """How often each group comes; what is none of them is counted together."""
    counts = dict.fromkeys([*ids, OTHER], 0)
    for value in values:
        counts[_known(value, counts)] += 1
    return counts


def _week(moment: datetime) -> str:
    return week_of(moment.astimezone(BERLIN).date())


def _times(lengths: Iterable[timedelta]) -> Times:
    minutes = sorted(length.total_seconds() / 60 for length in lengths)
    number = len(minutes)
    middle = round(median(minutes)) if number >= LEAST else None
    # The smallest that nine of ten do not exceed.
    return Times(middle, round(minutes[-(-number * 9 // 10) - 1]) if number >= _MANY else None)


def _share(part: int, whole: int) -> int:
    return round(100 * part / whole) if whole else 0
