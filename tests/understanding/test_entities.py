"""Offices, districts, sports and ages are found in spite of endings and misspellings."""

from pathlib import Path

import pytest

from bot.understanding.embedded import EmbeddedInterpreter
from bot.understanding.entities import EntityFinder, as_wished
from bot.understanding.examples import read_names, read_synonyms
from bot.understanding.safety import SafetyWords
from tests.understanding.conftest import SYNONYMS


@pytest.fixture(scope="module")
def finder() -> EntityFinder:
    """A finder with a few surface forms in four languages."""
    return EntityFinder(SYNONYMS)


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Wo ist das Jobcenter?", "de", {"office": ("jobcenter",)}),
        ("die öffnungszeiten des jobcenters", "de", {"office": ("jobcenter",)}),
        ("auslanderbehorde", "de", {"office": ("foreigners-office",)}),
        ("ausländerbehörd", "de", {"office": ("foreigners-office",)}),
        ("ausländrebehörde", "de", {"office": ("foreigners-office",)}),
        ("fussball in bad cannstatt", "de", {"sport": ("football",), "district": ("bad-cannstatt",)}),
        ("وين jobcenter", "ar", {"office": ("jobcenter",)}),
        ("دورة للنساء", "ar", {"audience": ("women",)}),
        ("كره القدم", "ar", {"sport": ("football",)}),
        ("шукаю школу танців", "uk", {"sport": ("dance",)}),
        ("kubadda cagta", "so", {"sport": ("football",)}),
        ("foreigners office", "xx", {"office": ("foreigners-office",)}),
    ],
)
def test_a_named_thing_is_found(
    finder: EntityFinder, text: str, language: str, expected: dict[str, tuple[str, ...]]
) -> None:
    """Endings, accents, articles and slips of the finger do not hide it."""
    assert finder.find(text, language) == expected


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("mein wagen ist kaputt", "de"),
        ("bad cannst du", "de"),
        ("waan so socdaa", "so"),
        ("", "de"),
        ("😀", "ar"),
        ("job", "de"),
    ],
)
def test_a_word_that_is_only_alike_is_not_found(finder: EntityFinder, text: str, language: str) -> None:
    """A car is not the district Wangen, and Somali "so" is not Sunday."""
    assert finder.find(text, language) == {}


def test_a_number_without_years_is_no_age(finder: EntityFinder) -> None:
    """A house number or a bus line says nothing about a person."""
    assert finder.find("bus 42 um 8 uhr", "de") == {}


def test_each_value_stands_once_in_the_order_of_the_text(finder: EntityFinder) -> None:
    """Repeating a word does not repeat the value."""
    assert finder.find("wangen oder bad cannstatt oder wangen", "de") == {"district": ("wangen", "bad-cannstatt")}


@pytest.fixture(scope="module")
def editors() -> EntityFinder:
    """A finder with the editors' words."""
    data = Path(__file__).parents[2] / "nlu" / "data"
    return EntityFinder(read_synonyms(data), names=read_names(data))


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("ich hab a1 fertig und will a2", "de", {"level": ("A2",)}),
        ("a1 oder a2", "de", {"level": ("A1", "A2")}),
        ("meine frau will c1 machen", "de", {"level": ("C1",)}),
        ("kurs für frauen", "de", {"audience": ("women",)}),
        ("kurs wo jemand auf meine kinder aufpasst", "de", {"childcare": ("yes",)}),
        ("football for my 15 year old son", "en", {"sport": ("football",), "audience": ("teens",), "age": ("15",)}),
        ("my mother is 68", "en", {"audience": ("seniors",), "age": ("68",)}),
        ("any free slot at the jobcenter", "en", {"office": ("jobcenter",)}),
        ("online b1 class", "en", {"mode": ("online",), "level": ("B1",)}),
        ("صباح الخير", "ar", {}),
        ("Vaihingen'de futbol", "tr", {"district": ("vaihingen",), "sport": ("football",)}),
        ("ንጆብሰንተር", "ti", {"office": ("jobcenter",)}),
    ],
)
def test_what_is_wished_counts_not_what_is_written(
    editors: EntityFinder, text: str, language: str, expected: dict[str, tuple[str, ...]]
) -> None:
    """Passed levels, wives, open slots and greetings are no wishes."""
    assert editors.find(text, language) == expected


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("seviye b1den sonra", "tr", {"level": ("B1",)}),
        ("A1kurs am abend", "de", {"level": ("A1",), "time_of_day": ("evening",)}),
        ("kurs b 1", "de", {"level": ("B1",)}),
        ("Münster", "so", {"district": ("muenster",)}),
    ],
)
def test_names_and_levels_are_found_in_every_language_and_inside_words(
    editors: EntityFinder, text: str, language: str, expected: dict[str, tuple[str, ...]]
) -> None:
    """Look-up tables hold everywhere; expressions part a level from the letters around it."""
    assert editors.find(text, language) == expected


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("joogaa", "so"),
        ("birkaç", "tr"),
        ("jari", "ar"),
        ("revîn", "kmr"),
        ("soranî", "kmr"),
        ("courrier", "fr"),
        ("вести", "uk"),
        ("المانية", "ar"),
        ("پیل کیږي", "ps"),
        ("سپورت کلب", "ps"),
        ("elgha2", "ar"),
    ],
)
def test_everyday_words_are_no_values(editors: EntityFinder, text: str, language: str) -> None:
    """Somali "I am" is no yoga, and Turkish "some" no district."""
    assert editors.find(text, language) == {}


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("اي2", "ar", {"level": ("A2",)}),
        ("بي ون", "ar", {"level": ("B1",)}),
        ("lel nisa2", "ar", {"audience": ("women",)}),
        ("د فوټبال کلب", "ps", {"sport": ("football",)}),
        ("اجنبیانو دفتر", "ps", {"office": ("foreigners-office",)}),
    ],
)
def test_names_by_ear_are_found(
    editors: EntityFinder, text: str, language: str, expected: dict[str, tuple[str, ...]]
) -> None:
    """Levels and offices are written as they sound."""
    assert editors.find(text, language) == expected


@pytest.mark.parametrize(
    ("intent", "kept"), [("find_course", False), ("find_sport", False), ("find_appointment", True)]
)
def test_a_weekday_is_a_day_only_for_an_appointment(editors: EntityFinder, intent: str, *, kept: bool) -> None:
    """A course on Fridays takes place every Friday."""
    entities = as_wished(editors.find("on friday", "en"), intent)
    assert entities["weekday"] == ("fri",)
    assert ("date" in entities) == kept


def test_a_course_keeps_a_day_without_weekday(editors: EntityFinder) -> None:
    """Who wants to begin tomorrow names no habit."""
    assert "date" in as_wished(editors.find("course tomorrow", "en"), "find_course")


@pytest.mark.parametrize(
    ("text", "language"),
    [("randevusunu ileri alabilir miyim", "tr"), ("dhexe", "so"), ("شقة متوسطة", "ar"), ("قیمت متوسط", "fa")],
)
def test_a_bare_word_is_no_level(editors: EntityFinder, text: str, language: str) -> None:
    """Words such as "later", "middle" and "medium" say nothing about a language."""
    assert "level" not in editors.find(text, language)


def test_the_monday_of_next_week_is_one_day(editors: EntityFinder) -> None:
    """Who asks whether an office is open on a day means that day."""
    (day,) = editors.find("is it open on monday next week", "en")["date"]
    assert "/" not in day


@pytest.mark.parametrize(
    ("text", "fires"),
    [
        ("soll ich mich scheiden lassen", False),
        ("das bringt mich um, diese bürokratie", False),
        ("ich will mich schneiden", True),
        ("ich bring mich um", True),
    ],
)
def test_what_sounds_like_harm_is_told_from_it(text: str, *, fires: bool) -> None:
    """A divorce and a figure of speech are quiet, self-harm is not."""
    words = SafetyWords.read(Path(__file__).parents[2] / "nlu" / "safety")
    assert (words.find(text) is not None) == fires


@pytest.mark.parametrize(
    ("intent", "kept"),
    [("find_office", False), ("find_appointment", False), ("find_course", True), ("faq/school", False)],
)
def test_beside_an_office_children_are_an_audience_only_of_an_offer(
    editors: EntityFinder, intent: str, *, kept: bool
) -> None:
    """A sick child is why an appointment is moved."""
    entities = as_wished(editors.find("kids are ill, jobcenter appointment", "en"), intent)
    assert entities["office"] == ("jobcenter",)
    assert ("audience" in entities) == kept


def test_women_stay_an_audience_beside_an_office(editors: EntityFinder) -> None:
    """Only children are left out."""
    entities = as_wished(editors.find("jobcenter women and children", "en"), "find_office")
    assert entities["audience"] == ("women",)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("ich arbeite morgens", "de"),
        ("i work nights, german course", "en"),
        ("انا بشتغل بالليل", "ar"),
        ("صبح کار میکنم", "fa"),
        ("زه د شپې کار کوم", "ps"),
        ("ez bi şev dixebitim", "kmr"),
        ("sabahları çalışıyorum", "tr"),
        ("я працюю вночі", "uk"),
        ("работаю по утрам", "ru"),
        ("ንግሆ እየ ዝሰርሕ", "ti"),
        ("habeenkii waan shaqeeyaa", "so"),
        ("je travaille la nuit", "fr"),
    ],
)
def test_hours_of_work_are_no_wish(editors: EntityFinder, text: str, language: str) -> None:
    """Who works at night has no time then."""
    assert "time_of_day" not in editors.find(text, language)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("ich arbeite morgens und suche abends einen kurs", "de"),
        ("i work, evening course please", "en"),
        ("kurs nach der arbeit", "de"),
    ],
)
def test_hours_beside_those_of_work_stay_a_wish(editors: EntityFinder, text: str, language: str) -> None:
    """Work takes only the hours that stand beside it in a clause."""
    assert editors.find(text, language)["time_of_day"] == ("evening",)


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("no evenings pls only mornings", "en", ("morning",)),
        ("abends geht nicht, nur morgens", "de", ("morning",)),
        ("akşam olmaz sabah olsun", "tr", ("morning",)),
        ("no, evenings please", "en", ("evening",)),
        ("pas le soir", "fr", None),
    ],
)
def test_what_is_refused_is_no_wish(
    editors: EntityFinder, text: str, language: str, expected: tuple[str, ...] | None
) -> None:
    """A "no" belongs to the time beside it, unless a comma parts them."""
    assert editors.find(text, language).get("time_of_day") == expected


def test_a_refused_weekend_is_neither_weekday_nor_date(editors: EntityFinder) -> None:
    """Nothing of it is left."""
    assert editors.find("nicht am wochenende", "de") == {}


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("after 6pm", "en"),
        ("kurs ab 18 uhr", "de"),
        ("после 17 часов", "ru"),
        ("après 18h", "fr"),
        ("saat 18'den sonra", "tr"),
        ("بعد الساعة 18:00", "ar"),
    ],
)
def test_after_work_hours_is_the_evening(editors: EntityFinder, text: str, language: str) -> None:
    """An hour from which somebody has time says which part of the day they wish."""
    assert editors.find(text, language)["time_of_day"] == ("evening",)


@pytest.mark.parametrize("text", ["um 18 uhr", "in 18 stunden", "ab 18", "ab 9 uhr"])
def test_other_hours_are_no_evening(editors: EntityFinder, text: str) -> None:
    """Only what begins in the evening is one."""
    assert "time_of_day" not in editors.find(text, "de")


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("где жобцентр", "ru", {"office": ("jobcenter",)}),
        ("socamt", "en", {"office": ("social-welfare-office",)}),
        ("onlajn kurs", "uk", {"mode": ("online",)}),
        ("stuttgart'ın güneyinde", "tr", {"district": ("sued",)}),
        ("batıda kurs", "tr", {"district": ("west",)}),
        ("doğuya gittim", "tr", {}),
        ("nastilnyj tenis", "uk", {"sport": ("table-tennis",)}),
        ("shahy", "uk", {"sport": ("chess",)}),
        ("bjj", "ti", {"sport": ("martial-arts",)}),
        ("futsal", "so", {"sport": ("football",)}),
        ("vaihingen an der enz", "de", {}),
        ("cannot read or wirte", "en", {"level": ("alpha",)}),
        ("3 ደቂ ኣለዉኒ", "ti", {"audience": ("children",)}),
        ("ich bin mitte 40", "de", {}),
    ],
)
def test_forms_as_people_write_them(
    editors: EntityFinder, text: str, language: str, expected: dict[str, tuple[str, ...]]
) -> None:
    """By ear, in Latin letters, with endings; and names that mean another place."""
    assert editors.find(text, language) == expected


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("fußball für mädchen", "de"),
        ("football for girls", "en"),
        ("كرة قدم للبنات", "ar"),
        ("فوتبال برای دختران", "fa"),
        ("د نجونو لپاره", "ps"),
        ("futbol ji bo keçan", "kmr"),
        ("kızlar için futbol", "tr"),
        ("футбол для дівчат", "uk"),
        ("футбол для девочек", "ru"),
        ("ንኣዋልድ", "ti"),
        ("gabdhaha", "so"),
        ("football pour filles", "fr"),
    ],
)
def test_girls_are_children(editors: EntityFinder, text: str, language: str) -> None:
    """There is no value of their own for girls."""
    assert editors.find(text, language)["audience"] == ("children",)


@pytest.mark.parametrize("text", ["خلطنا الزبالة من صاحب البناية", "kesên"])
def test_words_that_sound_like_girls_are_none(editors: EntityFinder, text: str) -> None:
    """Buildings and people are no girls."""
    assert "audience" not in editors.find(text, "kmr" if text == "kesên" else "ar")


def test_an_interpreter_leaves_out_the_day_of_a_course(interpreter: EmbeddedInterpreter) -> None:
    """The intent is known only to the interpreter."""
    understood = interpreter.understand_now("ich suche einen deutschkurs so", "de")
    assert (understood.intent, dict(understood.entities)) == ("find_course", {"weekday": ("sun",)})


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Yoga am Freitagabend", "de", {"weekday": ("fri",), "time_of_day": ("evening",)}),
        ("dienstagnachmittags tischtennis", "de", {"weekday": ("tue",), "time_of_day": ("afternoon",)}),
        ("cours mercredimatin", "fr", {"weekday": ("wed",), "time_of_day": ("morning",)}),
        ("di oder do abends", "de", {"weekday": ("tue", "thu"), "time_of_day": ("evening",)}),
        ("boks yom el 5amis ba3d dohr", "ar", {"weekday": ("thu",), "time_of_day": ("afternoon",)}),
        ("futbal 3shanbe shabha", "fa", {"weekday": ("tue",), "time_of_day": ("evening",)}),
        ("basketbol u pyatnytsyu vvecheri", "uk", {"weekday": ("fri",), "time_of_day": ("evening",)}),
        ("tennis po sredam utrom", "ru", {"weekday": ("wed",), "time_of_day": ("morning",)}),
        ("kursa me ji bilî duşemê nabe", "kmr", {"weekday": ("mon",)}),
        ("ich kann nicht, außer mittwochs", "de", {}),
        ("ich kann nie außer mittwochs", "de", {"weekday": ("wed",)}),
        ("außer mittwochs immer", "de", {}),
    ],
)
def test_times_are_found_however_they_are_written(
    editors: EntityFinder, text: str, language: str, expected: dict[str, tuple[str, ...]]
) -> None:
    """In one word, abbreviated, in Latin letters; and "never except on Wednesdays" wishes for Wednesdays."""
    found = editors.find(text, language)
    assert {entity: found[entity] for entity in ("weekday", "time_of_day") if entity in found} == expected


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("kurs in Stuttgart Süd", "de", {"district": ("sued",)}),
        ("der kurs soll nichts kosten", "de", {"free": ("yes",)}),
        ("schaut jemand solange nach dem baby?", "de", {"childcare": ("yes",)}),
        ("wir haben ein baby", "de", {}),
        ("پسرم عاشق بوکسه", "fa", {"sport": ("boxing",), "audience": ("children",)}),
        ("internetka maya", "so", {"mode": ("in_person",)}),
        ("kursek be hebe", "kmr", {}),
        ("i'm free after work", "en", {"time_of_day": ("evening",)}),
    ],
)
def test_what_is_said_in_other_words_is_found(
    editors: EntityFinder, text: str, language: str, expected: dict[str, tuple[str, ...]]
) -> None:
    """Paraphrases count; a baby alone seeks nothing, and "I am free" costs nothing to nobody."""
    assert editors.find(text, language) == expected


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("ወደይ ፯ን ጓለይ ፲ን ዓመት", "ti", ("7", "10")),
        ("ደቀይ 5ን 9ን ዓመቶም", "ti", ("5", "9")),
        ("синам 8 i 11 rokiv", "uk", ("8", "11")),
        ("zama bachi 7 aw 10 kalan di", "ps", ("7", "10")),
    ],
)
def test_both_ages_count(editors: EntityFinder, text: str, language: str, expected: tuple[str, ...]) -> None:
    """Whatever the word for "and" is, and however it is written onto a number."""
    assert editors.find(text, language)["age"] == expected


@pytest.mark.parametrize(
    ("refused", "wished", "language", "entity"),
    [
        ("course not on Saturday", "course on Saturday", "en", "weekday"),
        ("not on monday or on tuesday", "on monday or on tuesday", "en", "weekday"),
        ("I cannot in the evening", "I can in the evening", "en", "time_of_day"),
        ("but not in Mitte", "but in Mitte", "en", "district"),
        ("not for women only", "for women only", "en", "audience"),
        ("nicht an einem Samstag", "an einem Samstag", "de", "weekday"),
        ("Sport nicht in Mitte", "Sport in Mitte", "de", "district"),
        ("nicht in Mitte oder in Feuerbach", "in Mitte oder in Feuerbach", "de", "district"),
        ("Mitte geht nicht", "Mitte geht", "de", "district"),
        ("nicht nur für Frauen", "nur für Frauen", "de", "audience"),
        ("pas à Mitte", "à Mitte", "fr", "district"),
        ("pas seulement pour les femmes", "seulement pour les femmes", "fr", "audience"),
        ("cumartesi günü olmasın", "cumartesi günü olsun", "tr", "weekday"),
        ("Mitte'de olmasın", "Mitte'de olsun", "tr", "district"),
        ("sadece kadınlar için olmasın", "sadece kadınlar için olsun", "tr", "audience"),
        ("курс не в суботу", "курс в суботу", "uk", "weekday"),
        ("не в Мітте", "в Мітте", "uk", "district"),
        ("не лише для жінок", "лише для жінок", "uk", "audience"),
        ("курс не в субботу", "курс в субботу", "ru", "weekday"),
        ("не в Митте", "в Митте", "ru", "district"),
        ("не только для женщин", "только для женщин", "ru", "audience"),
        ("ليس يوم السبت", "يوم السبت", "ar", "weekday"),
        ("ليس في ميته", "في ميته", "ar", "district"),
        ("ليس فقط للنساء", "فقط للنساء", "ar", "audience"),
        ("روز شنبه نباشد", "روز شنبه باشد", "fa", "weekday"),
        ("نه در فویرباخ", "در فویرباخ", "fa", "district"),
        ("فقط برای زنان نباشد", "فقط برای زنان باشد", "fa", "audience"),
        ("د شنبې په ورځ نه", "د شنبې په ورځ", "ps", "weekday"),
        ("په فویرباخ کې نه", "په فویرباخ کې", "ps", "district"),
        ("یوازې د ښځو لپاره نه", "یوازې د ښځو لپاره", "ps", "audience"),
        ("ne roja şemiyê", "roja şemiyê", "kmr", "weekday"),
        ("ne li Mitte", "li Mitte", "kmr", "district"),
        ("ne tenê ji bo jinan", "tenê ji bo jinan", "kmr", "audience"),
        ("ቀዳም ኣይኮነን", "ቀዳም", "ti", "weekday"),
        ("ኣብ ሚተ ኣይኮነን", "ኣብ ሚተ", "ti", "district"),
        ("ንደቂ ኣንስትዮ ጥራይ ኣይኮነን", "ንደቂ ኣንስትዮ ጥራይ", "ti", "audience"),
        ("Sabti maaha", "Sabti", "so", "weekday"),
        ("Mitte maaha", "Mitte", "so", "district"),
        ("dumarka oo keliya maaha", "dumarka oo keliya", "so", "audience"),
    ],
)
def test_what_is_refused_with_small_words_is_no_wish(
    editors: EntityFinder, refused: str, wished: str, language: str, entity: str
) -> None:
    """Also with a preposition or an article between; the same words without "not" are a wish."""
    assert entity not in editors.find(refused, language)
    assert entity in editors.find(wished, language)


@pytest.mark.parametrize(
    ("text", "language", "entity", "values"),
    [
        ("not far from Feuerbach", "en", "district", ("feuerbach",)),
        ("no in Feuerbach", "en", "district", ("feuerbach",)),
        ("not in Mitte, in Feuerbach", "en", "district", ("feuerbach",)),
        ("not only in the evening", "en", "time_of_day", ("evening",)),
        ("course in Mitte not on Saturday", "en", "district", ("mitte",)),
        ("ich finde keinen Kurs in Mitte", "de", "district", ("mitte",)),
        ("in Mitte nicht weit vom Bahnhof", "de", "district", ("mitte",)),
        ("Kurs für Frauen nicht am Abend", "de", "audience", ("women",)),
        ("мой сын не говорит по-немецки", "ru", "audience", ("children",)),
        ("ابني لا يتكلم الألمانية", "ar", "audience", ("children",)),
    ],
)
def test_a_not_about_something_else_refuses_nothing(
    editors: EntityFinder, text: str, language: str, entity: str, values: tuple[str, ...]
) -> None:
    """Only prepositions and articles may stand between, and a verb that follows is about somebody."""
    assert editors.find(text, language)[entity] == values
