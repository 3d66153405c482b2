"""The columns of the three tables: German heading, field of ``Offer``, and how the values are written.

Files, template, import and export all follow this list; its order is the order of the columns.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as default
from types import MappingProxyType
from typing import Literal

from bot.content.vocabulary import DISTRICT_NAMES

Form = Literal[
    "id",  # small letters, digits and hyphens: "a1-vormittag-3"
    "text",  # free text on one line
    "word",  # one of ``words``
    "words",  # several of ``words``, separated by comma: "Frauen, Senioren"
    "yes_no",  # "ja", "nein"; empty = unknown
    "number",  # whole number
    "degrees",  # latitude or longitude, comma or point: "48,78"
    "day",  # "24.12.2026" or "2026-12-24"
    "days",  # several days, separated by comma: "24.12.2026, 31.12.2026"
    "sessions",  # "Mo 18:00-19:30; Do 18:00-19:30"
    "price",  # "frei", "5 € im Monat", "12,50 € einmalig"; empty = unknown
    "phone",
    "email",
    "url",
    "ids",  # several ids, separated by comma
    "sources",  # "Name | Adresse der Seite | Datum", several separated by semicolon; page and date may be missing
]

WEEKDAYS = ("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So")
"""Weekdays as they are written in ``sessions``; the position is the number of the day (0 = Monday)."""

FREE = "frei"
YES, NO = "ja", "nein"
NO_WORDS: Mapping[str, str] = MappingProxyType({})


def _words(words: Mapping[str, str]) -> Mapping[str, str]:
    return MappingProxyType(dict(words))


# German word -> canonical value. Small or capital letters make no difference, and the canonical value may be
# written instead of the word.
PRICE_UNITS = _words(
    {"einmalig": "once", "im Monat": "month", "pro Stunde": "lesson", "pro Kurs": "course"},
)
MODES = _words({"vor Ort": "in_person", "online": "online", "gemischt": "hybrid"})
AUDIENCES = _words(
    {
        "alle": "all",
        "Frauen": "women",
        "Mädchen": "girls",
        "Männer": "men",
        "Kinder": "children",
        "Jugendliche": "teens",
        "Senioren": "seniors",
        "Familien": "families",
        "Geflüchtete": "refugees",
    },
)
REGISTRATIONS = _words({"ohne": "none", "beim Kontakt": "contact", "auf der Seite": "link"})
COURSE_TYPES = _words(
    {
        "Integrationskurs": "integration",
        "Alphabetisierungskurs": "alphabetisation",
        "Frauenkurs": "women",
        "Elternkurs": "parents",
        "Jugendkurs": "youth",
        "Intensivkurs": "intensive",
        "Berufssprachkurs": "vocational",
        "Kurs der Stadt": "city",
        "VwV-Kurs": "vwv",
        "Ehrenamtlicher Kurs": "volunteer",
        "Onlinekurs": "online",
    },
)
LEVELS = _words({"Alpha": "alpha", **{level: level for level in ("A1", "A2", "B1", "B2", "C1")}})
GROUP_TYPES = _words(
    {"Freundeskreis": "volunteer_circle", "Treffpunkt": "meeting_place", "Sportpate": "sport_mentor"},
)
SPORTS = _words(
    {
        "Fußball": "football",
        "Schwimmen": "swimming",
        "Radfahren": "cycling",
        "Kampfsport": "martial-arts",
        "Boxen": "boxing",
        "Yoga": "yoga",
        "Tanzen": "dance",
        "Turnen": "gymnastics",
        "Fitness": "fitness",
        "Volleyball": "volleyball",
        "Basketball": "basketball",
        "Handball": "handball",
        "Laufen": "running",
        "Cricket": "cricket",
        "Tischtennis": "table-tennis",
        "Tennis": "tennis",
        "Klettern": "climbing",
        "Schach": "chess",
    },
)
DISTRICT_WORDS = _words({name: district for district, name in DISTRICT_NAMES.items()})
SPOKEN = _words(
    {
        "Deutsch": "de",
        "Englisch": "en",
        "Arabisch": "ar",
        "Persisch": "fa",
        "Paschtu": "ps",
        "Kurmandschi": "kmr",
        "Türkisch": "tr",
        "Ukrainisch": "uk",
        "Russisch": "ru",
        "Tigrinya": "ti",
        "Somali": "so",
        "Französisch": "fr",
    },
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; ``field`` is the path of the value in ``Offer``, such as ``place.street``.

    ``words`` maps each German word to the canonical value (forms ``word`` and ``words``). ``help`` explains the
    column to an editor, in German. A ``translated`` column is the German text; a column of its own holds the text
    in each further language, with the language's code in the heading: ``Titel``, ``Titel (en)``, ``Titel (ar)``.
    """

    heading: str
    field: str
    form: Form
    help: str
    words: Mapping[str, str] = default(default_factory=lambda: NO_WORDS)  # a proxy has no hash before Python 3.12
    required: bool = False
    translated: bool = False

    def heading_in(self, language: str) -> str:
        """Return the heading of this column's texts in a language."""
        return self.heading if language == "de" else f"{self.heading} ({language})"


_FIRST = (
    Column(
        "Kennung",
        "id",
        "id",
        "Kurzer Name dieser Zeile, den es in der Datei einmal gibt; bleibt gleich: a1-abend",
        required=True,
    ),
    Column("Anbieter", "provider", "text", "Name des Vereins oder der Schule; leer: wie beim Einlesen angegeben"),
    Column("Titel", "title", "text", "Höchstens etwa 60 Zeichen", required=True, translated=True),
    Column("Beschreibung", "summary", "text", "Ein bis zwei kurze Sätze in einfacher Sprache", translated=True),
)

_COURSE = (
    Column("Kursart", "course_type", "word", "Art des Kurses", COURSE_TYPES),
    Column("Niveau von", "level_from", "word", "Niveau am Anfang", LEVELS),
    Column("Niveau bis", "level_to", "word", "Niveau am Ende; leer: wie am Anfang", LEVELS),
    Column("Unterrichtsstunden", "units", "number", "Zahl der Unterrichtsstunden zu 45 Minuten"),
    Column("Berechtigung", "entitlement", "text", "Welchen Schein man braucht; leer: keinen oder nicht bekannt"),
    Column("Prüfung", "exam", "text", "Prüfung am Ende"),
    Column("Einstufung bei", "placement_test_at", "id", "Kennung der Stelle, bei der man den Einstufungstest macht"),
)
_SPORT = (
    Column("Sportart", "sport", "word", "Sportart", SPORTS, required=True),
    Column("Saison von", "season_from", "day", "Erster Tag der Saison; leer: das ganze Jahr"),
    Column("Saison bis", "season_to", "day", "Letzter Tag der Saison"),
    Column("Probetraining", "trial_possible", "yes_no", "Darf man einmal zur Probe kommen?"),
    Column("Schwimmen geschützt", "swim_protected", "yes_no", "Ist das Bad zu dieser Zeit vor Blicken geschützt?"),
    Column("Ausrüstung", "equipment", "text", "Was der Verein leiht", translated=True),
)
_GROUP = (
    Column("Gruppenart", "group_type", "word", "Art der Gruppe", GROUP_TYPES, required=True),
    Column("Themen", "topics", "ids", "Themen, bei denen die Gruppe hilft: find-apartment, find-job"),
    Column("Unterkunft", "shelter", "text", "Unterkunft, um die sich die Gruppe kümmert"),
)

_COMMON = (
    Column("Termine", "sessions", "sessions", "Wochentag und Uhrzeit: Mo 18:00-19:30; Do 18:00-19:30"),
    Column("Beginn", "starts", "day", "Erster Tag: 24.12.2026"),
    Column("Ende", "ends", "day", "Letzter Tag"),
    Column("Fällt aus am", "exceptions", "days", "Tage ohne Termin: 24.12.2026, 31.12.2026"),
    Column("Anmelden bis", "enrol_until", "day", "Letzter Tag der Anmeldung"),
    Column("Einstieg jederzeit", "rolling_entry", "yes_no", "Kann man später dazukommen? Leer: nein"),
    Column("Form", "mode", "word", "Wo es stattfindet; leer: vor Ort", MODES),
    Column("Ort", "place.name", "text", "Name des Gebäudes"),
    Column("Straße", "place.street", "text", "Straße und Hausnummer"),
    Column("PLZ", "place.postcode", "text", "Fünf Ziffern"),
    Column("Stadtbezirk", "place.district", "word", "Stadtbezirk", DISTRICT_WORDS),
    Column("Breitengrad", "place.latitude", "degrees", "Geografische Breite: 48,78"),
    Column("Längengrad", "place.longitude", "degrees", "Geografische Länge: 9,18"),
    Column("Haltestelle", "place.transit", "text", "Haltestelle und Linie"),
    Column("Barrierefrei", "place.accessible", "yes_no", "Kommt man ohne Stufen hinein? Leer: nicht bekannt"),
    Column("Preis", "price", "price", "frei, 5 € im Monat, 20 € einmalig, 2 € pro Stunde, 150 € pro Kurs; leer: offen"),
    Column("Befreiung möglich", "price.exemption_possible", "yes_no", "Kann man weniger oder nichts zahlen?"),
    Column("Hinweis zum Preis", "price.note", "text", "Wer weniger zahlt, was dazukommt", translated=True),
    Column("Für wen", "audiences", "words", "Zielgruppen, mit Komma getrennt: Frauen, Senioren", AUDIENCES),
    Column("Nur für Frauen", "women_only", "yes_no", "Nur für Frauen oder Mädchen; leer: nein"),
    Column("Alter von", "age_min", "number", "Jüngstes Alter in Jahren"),
    Column("Alter bis", "age_max", "number", "Höchstes Alter in Jahren"),
    Column("Kinderbetreuung", "childcare", "yes_no", "Leer: nicht bekannt"),
    Column("Freie Plätze", "seats_free", "number", "0: voll; leer: nicht bekannt"),
    Column("Plätze Stand", "seats_as_of", "day", "An welchem Tag die freien Plätze gezählt wurden"),
    Column("Sprachen", "languages", "words", "Sprachen, die man dort spricht: Deutsch, Arabisch", SPOKEN),
    Column("Mitbringen", "bring", "text", "Was man mitbringt", translated=True),
    Column("Anmeldung", "registration", "word", "Wie man sich anmeldet; leer: ohne Anmeldung", REGISTRATIONS),
    Column("Ansprechperson", "contact.name", "text", "Name oder Funktion"),
    Column("Telefon", "contact.phone", "phone", "Mit Vorwahl"),
    Column("E-Mail", "contact.email", "email", "Adresse"),
    Column("Webseite", "url", "url", "Seite mit der Anmeldung oder mehr Angaben, ab https://"),
)

_LAST = (
    Column("Quelle", "source", "sources", "Name | https://… | 2026-04, mehrere mit Semikolon getrennt"),
    Column("Seite der Quelle", "source_url", "url", "Seite, von der diese Zeile stammt"),
    Column("Geprüft am", "verified", "day", "Tag, an dem die Redaktion die Zeile geprüft hat; leer: noch nicht"),
    Column("Wieder prüfen bis", "review_due", "day", "Tag, bis zu dem die Zeile wieder geprüft wird"),
    Column("Zuständig", "owner", "text", "Wer die Zeile pflegt"),
    Column("Beispiel", "sample", "yes_no", "ja: erfunden, nur zum Ausprobieren. Leer: nein"),
)

COLUMNS: Mapping[Literal["course", "sport", "group"], tuple[Column, ...]] = MappingProxyType(
    {
        "course": (*_FIRST, *_COURSE, *_COMMON, *_LAST),
        "sport": (*_FIRST, *_SPORT, *_COMMON, *_LAST),
        "group": (*_FIRST, *_GROUP, *_COMMON, *_LAST),
    },
)
"""The columns of each kind, in order."""


def headings(kind: Literal["course", "sport", "group"], languages: Iterable[str] = ()) -> list[str]:
    """Return the header row; translated columns are followed by one for each of these languages (German is there)."""
    others = [language for language in languages if language != "de"]
    found: list[str] = []
    for column in COLUMNS[kind]:
        found.append(column.heading)
        if column.translated:
            found.extend(column.heading_in(language) for language in others)
    return found
