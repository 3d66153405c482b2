"""Tables and offers for the tests of files: one rich course, and tables with a cell or two changed."""

from datetime import date, time
from decimal import Decimal

from bot.content.model import Source
from bot.content.source_file import SourceFile
from bot.offers.model import Contact, Offer, Place, Price, Session
from bot.offers.rows import Row, Rules, offer_of

COURSE_RULES = Rules("course", "verein", "Beispielverein")

RICH = Offer(
    id="verein/a1-abend",
    kind="course",
    provider="Beispielverein",
    title={"de": "Deutsch am Abend", "en": "German in the evening", "ar": "الألمانية مساءً"},
    summary={"de": "Zwei Abende in der Woche.", "en": "Two evenings a week."},
    place=Place(
        "Bürgerhaus", "Beispielstraße 1", "70469", "feuerbach", 48.81, 9.155, "Haltestelle Beispielplatz", True
    ),
    mode="hybrid",
    sessions=(
        Session(0, time(18), time(19, 30)),
        Session(3, time(18), time(19, 30)),
        Session(5, time(9), time(10, 15)),
    ),
    starts=date(2027, 3, 1),
    ends=date(2027, 12, 24),
    exceptions=(date(2027, 5, 10), date(2027, 6, 3)),
    enrol_until=date(2027, 2, 20),
    rolling_entry=True,
    price=Price(Decimal("12.5"), "month", True, {"de": "Mit Bonuscard frei", "en": "Free with Bonuscard"}),
    audiences=frozenset({"women", "seniors"}),
    age_min=16,
    age_max=99,
    childcare=True,
    women_only=True,
    seats_free=3,
    seats_as_of=date(2026, 11, 1),
    registration="link",
    contact=Contact("Büro", "+49 711 555555", "info@example.org"),
    url="https://example.org/deutsch",
    bring={"de": "Stift und Heft"},
    languages=("de", "ar", "es"),
    course_type="integration",
    level_from="A1",
    level_to="A2",
    units=600,
    entitlement="Berechtigungsschein",
    exam="telc A2",
    placement_test_at="welcome-center",
    source=(Source("Programm", "https://example.org/programm", "2026-04"), Source("Anruf")),
    source_url="https://example.org/quelle",
    verified=date(2026, 10, 1),
    review_due=date(2027, 4, 1),
    owner="redaktion",
)
SPORT = Offer(
    id="verein/schwimmen",
    kind="sport",
    provider="Beispielverein",
    title={"de": "Schwimmen für Frauen"},
    sport="swimming",
    season_from=date(2027, 5, 2),
    season_to=date(2027, 9, 30),
    trial_possible=True,
    swim_protected=True,
    equipment={"de": "Bretter"},
    price=Price(Decimal(0)),
    place=Place(district="vaihingen"),
    sessions=(Session(6, time(8), time(9)),),
    registration="contact",
)
GROUP = Offer(
    id="verein/kreis",
    kind="group",
    provider="Beispielverein",
    title={"de": "Freundeskreis Beispiel"},
    group_type="volunteer_circle",
    topics=("find-apartment", "find-job"),
    shelter="Beispielweg",
    registration="contact",
    starts=date(2026, 1, 1),
)


def table(*rows: dict[str, str]) -> bytes:
    """Return a CSV of courses with these cells by heading; each has an id and a title if none is given."""
    full = [{"Kennung": f"kurs-{number}", "Titel": "Deutsch", **row} for number, row in enumerate(rows, start=1)]
    headings = list(dict.fromkeys(heading for row in full for heading in row))
    quoted = [[f'"{row.get(heading, "")}"' for heading in headings] for row in full]
    return "\n".join(";".join(cells) for cells in ([*headings], *quoted)).encode()


def offers_of(rows: list[Row], rules: Rules = COURSE_RULES) -> list[Offer | None]:
    """Return the offers of rows; None stands for a row with errors."""
    file = SourceFile("file")
    return [offer_of(file, row, rules) for row in rows]


def told(file: SourceFile) -> str:
    """Return everything that was said about a file."""
    return "\n".join(str(problem) for problem in file.problems)
