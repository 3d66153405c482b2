"""What staff do with a case from its page."""

from datetime import UTC, datetime
from typing import Any

import pytest
from starlette.datastructures import FormData
from starlette.routing import Route

from bot.content.hours import BERLIN
from bot.i18n import Texts
from bot.inbox.actions import mentions, pause_until
from bot.storage import casefile, inbox, staff
from bot.storage.access import NotAllowedError
from bot.storage.staff import Staff
from tests.inbox.staffroom import HOST, Browser
from tests.inbox.workroom import Workroom, post

MONDAY = datetime(2026, 11, 23, 10, 30, tzinfo=BERLIN)


async def _line(work: Workroom, actor: Any, number: int) -> inbox.CaseLine:
    return (await casefile.read(work.room.database, work.room.vault, actor, number)).case


async def _said(browser: Browser, number: int, step: str, **values: Any) -> str:
    """The code with which a form leads back to the page of the case."""
    answer = await post(browser, f"/inbox/cases/{number}/{step}", **values)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith(f"/inbox/cases/{number}?said=")
    assert 'id="notice"' in (await browser.get(answer.headers["location"])).text
    return answer.headers["location"].rpartition("=")[2]


async def test_the_first_one_has_it_and_the_other_is_told(work: Workroom) -> None:
    """By name, on the page."""
    number = await work.case("Hallo")
    actor, anna = await work.colleague("Anna Beck", "ost")
    _, ben = await work.colleague("Ben Weiß", "ost")
    assert await _said(anna, number, "take") == "taken"
    assert await _said(ben, number, "take") == "lost"
    assert (await _line(work, actor, number)).assignee == "Anna Beck"
    page = (await ben.get(f"/inbox/cases/{number}?said=lost")).text
    assert "war schneller" in page
    assert "👤 <bdi>Anna Beck</bdi>" in page


async def test_a_case_is_given_and_given_back(work: Workroom) -> None:
    """Only to those who see it."""
    number = await work.case("Hallo")
    anna, browser = await work.colleague("Anna Beck", "ost")
    ben, _ = await work.colleague("Ben Weiß", "ost")
    west, _ = await work.colleague("Wim Rau", "west")
    assert await _said(browser, number, "assign", staff=ben.staff_id) == "assigned"
    assert (await _line(work, anna, number)).assignee_id == ben.staff_id
    assert await _said(browser, number, "release") == "released"
    refused = await post(browser, f"/inbox/cases/{number}/assign", staff=west.staff_id)
    assert refused.status_code == 404
    assert await _said(browser, number, "assign", staff="x") == "state"


async def test_a_case_that_goes_to_another_team_leads_back_to_the_list(work: Workroom) -> None:
    """For those who do not see that team's cases any more; there is no team that no file names."""
    number = await work.case("Hallo", queue="default")
    _, browser = await work.colleague("Anna Beck", "default")
    assert await _said(browser, number, "hand-over", queue="nowhere") == "state"
    answer = await post(browser, f"/inbox/cases/{number}/hand-over", queue="volunteers")
    assert answer.headers["location"] == "/inbox?said=handed_over"
    assert (await browser.get(f"/inbox/cases/{number}")).status_code == 404
    assert "Der Fall ist übergeben" in (await browser.get("/inbox?said=handed_over")).text


async def test_a_note_reaches_the_team_and_nobody_else(work: Workroom) -> None:
    """Who is named with an @ finds the case among those they were asked about."""
    number = await work.case("Hallo")
    anna, browser = await work.colleague("Anna Beck", "ost")
    ben, _ = await work.colleague("Ben Weiß", "ost")
    before = len(await work.arrived())
    assert await _said(browser, number, "note", note="@ben bitte ansehen") == "noted"
    assert ("note", "@ben bitte ansehen") in await work.lines(anna, number)
    found = await inbox.page(work.room.database, work.room.vault, ben, "mentioned")
    assert [line.id for line in found.lines] == [number]
    assert len(await work.arrived()) == before
    assert await _said(browser, number, "note", note=" ") == "empty"
    assert await _said(browser, number, "note", note="x" * 8001) == "long"


async def test_closing_needs_a_reason_and_the_person_is_told(work: Workroom) -> None:
    """In their language; opened again, they are told that too."""
    number = await work.case("مرحبا", language="ar")
    anna, browser = await work.colleague("Anna Beck", "ost")
    assert await _said(browser, number, "resolve") == "state"
    assert await _said(browser, number, "resolve", resolution="answered") == "resolved"
    assert (await _line(work, anna, number)).resolution == "answered"
    assert [reply.language for reply in await work.arrived()] == ["ar"]
    assert await _said(browser, number, "resolve", resolution="answered") == "state"
    assert await _said(browser, number, "reopen") == "reopened"
    assert [reply.language for reply in await work.arrived()] == ["ar", "ar"]
    assert (await _line(work, anna, number)).assignee == "Anna Beck"


async def test_somebody_is_blocked_and_let_in_again(work: Workroom) -> None:
    """The page says so all the while."""
    number = await work.case("Hallo")
    anna, browser = await work.colleague("Anna Beck", "ost")
    assert await _said(browser, number, "block") == "blocked"
    assert (await _line(work, anna, number)).blocked
    (told,) = await work.arrived()
    # Nobody would go on with their case: they are not told that they may come back, or asked how it was.
    assert Texts("uk").say("If you do that within two days, your talk goes on where it ended.") not in told.text
    assert not [each for row in told.buttons for each in row if (each.action or "").startswith("rate:")]
    assert await _said(browser, number, "unblock") == "unblocked"
    assert not (await _line(work, anna, number)).blocked


async def test_a_case_is_put_aside_and_brought_back(work: Workroom) -> None:
    """A moment that is past is refused in words."""
    number = await work.case("Hallo")
    anna, browser = await work.colleague("Anna Beck", "ost")
    assert await _said(browser, number, "snooze", choice="tomorrow") == "snoozed"
    assert (await _line(work, anna, number)).snoozed_until
    assert await _said(browser, number, "wake") == "woken"
    assert await _said(browser, number, "snooze", until="2020-01-01T09:00") == "when"


@pytest.mark.parametrize(
    ("form", "until"),
    [
        ({"choice": "hour"}, "2026-11-23T11:30"),
        ({"choice": "tomorrow"}, "2026-11-24T09:00"),
        ({"choice": "days"}, "2026-11-26T09:00"),
        ({"choice": "week"}, "2026-11-30T09:00"),
        ({"until": "2026-12-24T08:15"}, "2026-12-24T08:15"),
    ],
)
def test_pauses_end_by_stuttgarts_clocks(form: dict[str, str], until: str) -> None:
    """Whatever the server's clock is set to."""
    found = pause_until(FormData(form), MONDAY.astimezone(UTC))
    assert found
    assert f"{found.astimezone(BERLIN):%Y-%m-%dT%H:%M}" == until


@pytest.mark.parametrize("until", ["", "bald", "2026-11-23T10:29", "2028-01-01T00:00"])
def test_no_pause_ends_before_it_begins_or_never(until: str) -> None:
    """Or at no moment at all."""
    assert pause_until(FormData({"until": until}), MONDAY) is None


async def _team(work: Workroom, *names: str) -> list[Staff]:
    return [
        await staff.add(work.room.database, name, f"{number}@x.example", "social_worker", ["ost"])
        for number, name in enumerate(names)
    ]


async def test_names_behind_an_at_ask_people(work: Workroom) -> None:
    """A first name is enough where only one has it; an address in the text asks nobody; ticks are written down."""
    anna, other, ben = team = await _team(work, "Anna Beck", "Anna Roth", "Ben Weiß")
    assert mentions("@Ben, siehst du das?", team, set())[1] == {ben.id}
    assert mentions("@benno x@ben.example", team, set())[1] == set()
    assert mentions("@anna", team, set())[1] == set()
    assert mentions("@anna roth", team, set())[1] == {other.id}
    assert mentions("Bitte", team, {anna.id}) == ("Bitte\n@Anna Beck", {anna.id})
    with pytest.raises(NotAllowedError):
        mentions("Bitte", team, {999})


async def test_no_step_and_no_page_opens_a_case_of_another_team(work: Workroom) -> None:
    """Nor for editors; what is not there is told alike, and all of it is audited."""
    number = await work.case("Hallo", queue="west")
    people = [await work.colleague("Anna Beck", "ost"), await work.colleague("Emil Rot", "*", role="editor")]
    routes = [
        (route.path.replace("{number:int}", str(number)), method)
        for route in work.place.routes
        if isinstance(route, Route) and "{number:int}" in route.path
        for method in sorted((route.methods or set()) - {"HEAD"})
    ]
    assert len(routes) >= 18
    whole = {"staff": 1, "queue": "default", "note": "x", "choice": "hour", "resolution": "answered", "text": "x"}
    for _, browser in people:
        for path, method in routes:
            answer = await browser.request(
                method, path, headers={"Origin": HOST}, data=whole if method == "POST" else None
            )
            assert answer.status_code == 404 or path.endswith("/leave"), (path, method)
    refused = [detail for action, detail in await work.room.audited() if action in ("refused", "role refused")]
    assert {f"{method} {path}" for path, method in routes if not path.endswith("/leave")} <= set(refused)
    assert await work.arrived() == []


async def test_numbers_that_no_row_has_are_nothing(work: Workroom) -> None:
    """However large: the database is not asked what it cannot hold."""
    number, huge = await work.case("Hallo"), "9" * 30
    _, browser = await work.colleague("Anna Beck", "ost")
    for path in (f"/inbox/cases/{huge}", f"/inbox/files/{huge}", "/inbox/cases/0", "/inbox/cases/4294967296"):
        assert (await browser.get(path)).status_code == 404
    assert (await post(browser, f"/inbox/cases/{huge}/leave")).status_code == 204
    assert await _said(browser, number, "assign", staff="9999999999") == "state"
    assert await _said(browser, number, "note", note="x", mention="9999999999") == "noted"


async def test_no_form_counts_without_its_token_or_from_elsewhere(work: Workroom) -> None:
    """On every route that changes something, those for leads among them."""
    number = await work.case("Hallo")
    _, browser = await work.colleague("Anna Beck", "ost", role="lead")
    token = browser.headers.pop("X-CSRF-Token")
    for route in work.place.routes:
        if isinstance(route, Route) and "POST" in (route.methods or ()):
            path = route.path.replace("{number:int}", str(number))
            assert (await post(browser, path, csrf="x" * 64)).status_code == 403, path
            foreign = await browser.post(path, data={"csrf": token}, headers={"Origin": "https://evil.example"})
            assert foreign.status_code == 403, path


async def test_no_page_about_cases_opens_without_a_session(work: Workroom) -> None:
    """Each route, by each of its methods."""
    browser = Browser(work.app(), {"Accept": "*/*"})
    for route in work.place.routes:
        assert isinstance(route, Route)
        path = route.path.replace("{number:int}", "1").replace("{file:int}", "1")
        for method in route.methods or ():
            assert (await browser.request(method, path, headers={"Origin": HOST})).status_code == 401, path
