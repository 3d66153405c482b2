"""The figures as a page with charts and as a table: for leads and admins."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, get_args

from babel import dates
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.content.hours import BERLIN
from bot.conversation import Reason
from bot.escalation.replies import RATINGS
from bot.i18n import locale_of
from bot.inbox import charts
from bot.inbox.desk import LEADS, Desk
from bot.inbox.figures import OTHER, PERIODS, Figures, Found, Groups, Table, begin_of, figures, weeks_before
from bot.inbox.gate import Visitor
from bot.inbox.tables import saved
from bot.inbox.wording import Wording
from bot.storage import audit
from bot.storage import figures as store

PATH: Final = "/inbox/figures"
_HOUR, _DAY = 60, 24 * 60


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart with its table: ``rows`` are names and numbers, None is not shown; ``kind`` is bars or columns."""

    id: str
    title: str
    kind: str
    drawn: charts.Bars | charts.Columns
    rows: tuple[tuple[str, int | None], ...]
    hint: str = ""
    percent: bool = False


class FigurePages:
    """The pages of the figures."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @property
    def routes(self) -> list[BaseRoute]:
        """What the server serves of it."""
        page = self._desk.gate.page
        return [Route(PATH, page(self.page, roles=LEADS)), Route(f"{PATH}.csv", page(self.table, roles=LEADS))]

    async def page(self, request: Request, visitor: Visitor) -> Response:
        """The charts of a time."""
        weeks = _weeks(request)
        found = await self._figures(visitor, weeks)
        await audit.note_once(self._desk.database, visitor.actor.staff_id, "figures read")
        words = FigureWords(self._desk.wording(visitor))
        return self._desk.show(
            "figures.html",
            request,
            visitor,
            figures=found,
            charts=words.charts(found),
            words=words,
            weeks=weeks,
            periods=PERIODS,
            everything=visitor.actor.all_queues,
            saved=f"{PATH}.csv?weeks={weeks}",
        )

    async def table(self, request: Request, visitor: Visitor) -> Response:
        """The same as a file."""
        weeks, t = _weeks(request), visitor.t
        found = await self._figures(visitor, weeks)
        await audit.note(self._desk.database, visitor.actor.staff_id, "figures exported", detail=f"{weeks}")
        rows = FigureWords(self._desk.wording(visitor)).rows(found)
        heading = (t.say("Figure"), t.say("Group"), t.say("Number"))
        return saved([heading, *rows], t.language, f"lotse-figures-{weeks}")

    async def _figures(self, visitor: Visitor, weeks: int) -> Figures:
        desk, actor = self._desk, visitor.actor
        today = desk.now().astimezone(BERLIN).date()
        longest = max(PERIODS)
        names = weeks_before(today, longest)
        read = Found(
            await store.cases(desk.database, actor, begin_of(today, longest), begin_of(today, 0)),
            await store.talks(desk.database, actor, names),
            await store.questions(desk.database, actor, names),
        )
        known = desk.catalogue()
        groups = Groups(list(known.languages), list(known.groups), get_args(Reason), RATINGS)
        return figures(read, groups, today, weeks)


def _weeks(request: Request) -> int:
    wanted = request.query_params.get("weeks", "")
    return next((each for each in PERIODS if str(each) == wanted), PERIODS[1])


@dataclass(frozen=True, slots=True)
class FigureWords:
    """The figures in words and shapes."""

    w: Wording

    def charts(self, found: Figures) -> list[Chart]:
        """All charts, in the order of the page."""
        t, w = self.w.t, self.w
        return [
            self._columns("weeks", t.say("Cases by week"), found.by_week),
            self._bars("languages", t.say("Cases by language"), found.by_language, w.language),
            self._bars("themes", t.say("Cases by theme"), found.by_theme, w.theme),
            self._bars("reasons", t.say("Why cases were handed over"), found.by_reason, w.reason),
            self._bars("promises", t.say("First replies within the promised time"), found.promises, self._promise),
            self._bars("feedback", t.say("What people said at the end"), found.feedback, w.feedback),
            self._bars(
                "talks",
                t.say("How talks with Lotse ended"),
                found.talks,
                self._talk,
                hint=t.say("Everything that one person wrote on one day is one talk. Counted for the whole city."),
            ),
            self._bars(
                "alone",
                t.say("Answered by Lotse alone, by language"),
                found.alone_by_language,
                w.language,
                hint=t.say("Percent of the talks, in steps of five; only languages with 20 talks or more."),
                percent=True,
            ),
            self._columns("questions", t.say("Questions without an answer, by week"), found.questions),
        ]

    def _bars(self, id_: str, title: str, values: Table, name: Any, *, hint: str = "", percent: bool = False) -> Chart:
        names = {each: name(each) if each != OTHER else self.w.t.say("other or unknown") for each in values}
        drawn = charts.bars(values, names, full=100 if percent else 0)
        rows = tuple((names[each], number) for each, number in values.items())
        return Chart(id_, title, "bars", drawn, rows, hint, percent)

    def _columns(self, id_: str, title: str, values: Table) -> Chart:
        named = tuple((self.week(each), number) for each, number in values.items())
        return Chart(id_, title, "columns", charts.columns(named), named)

    def week(self, name: str) -> str:
        """A week by the day on which it began."""
        monday = date.fromisoformat(f"{name}-1")
        return dates.format_skeleton("dMMM", monday, locale=locale_of(self.w.t.language))

    def until(self, weeks: tuple[str, ...]) -> str:
        """The time that is shown, by its first and its last day."""
        first, last = date.fromisoformat(f"{weeks[0]}-1"), date.fromisoformat(f"{weeks[-1]}-1") + timedelta(days=6)
        locale = locale_of(self.w.t.language)
        return (
            f"{dates.format_date(first, 'medium', locale=locale)} – {dates.format_date(last, 'medium', locale=locale)}"
        )

    def lasting(self, minutes: int | None) -> str:
        """How long something took: in minutes, hours or days; a dash where it is not shown."""
        t = self.w.t
        if minutes is None:
            return "–"
        if minutes < 2 * _HOUR:
            return t.say_count("%(number)d minute", "%(number)d minutes", minutes)
        if minutes < 2 * _DAY:
            return t.say_count("%(number)d hour", "%(number)d hours", round(minutes / _HOUR))
        return t.say_count("%(number)d day", "%(number)d days", round(minutes / _DAY))

    def most(self, found: Figures) -> list[str]:
        """What was handed over most, in words."""
        other = self.w.t.say("other or unknown")
        return [
            f"{self.w.theme(theme) if theme else other}: {self.w.reason(reason) if reason else other}"
            for theme, reason in found.most
        ]

    def rows(self, found: Figures) -> Iterable[tuple[object, ...]]:
        """The figures as lines of a table; what is not shown has no number."""
        t, hidden = self.w.t, self.w.t.say("not shown")

        def number(value: int | None) -> object:
            return hidden if value is None else value

        yield t.say("Cases"), t.say("All"), number(found.cases)
        for chart in self.charts(found):
            for name, value in chart.rows:
                yield chart.title, name, number(value)
        for name, times in (
            (t.say("First reply"), found.first_reply),
            (t.say("Until the case is closed"), found.resolution),
        ):
            yield name, t.say("Half of them within (minutes)"), number(times.median)
            yield name, t.say("Nine of ten within (minutes)"), number(times.ninth)
        yield t.say("Answered by Lotse alone (percent)"), t.say("All"), number(found.alone)
        for place, pair in enumerate(self.most(found), 1):
            yield t.say("What was handed over most"), pair, t.say("place %(number)d", number=place)

    def _promise(self, name: str) -> str:
        t: Mapping[str, str] = {"kept": self.w.t.say("in time"), "late": self.w.t.say("too late")}
        return t[name]

    def _talk(self, name: str) -> str:
        return {
            "answered": self.w.t.say("Lotse answered alone"),
            "unanswered": self.w.t.say("Lotse had no answer to something"),
            "handed_over": self.w.t.say("Handed over to a human"),
        }[name]
