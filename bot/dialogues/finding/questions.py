"""What is asked before results are shown, and the buttons by which wishes are changed later on."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Literal

from bot.content.vocabulary import ENTITIES
from bot.conversation import OfferKind, Search
from bot.dialogues.finding.words import DOT, kind_name, value_label, wish_label, women_only
from bot.i18n import Texts
from bot.menu import main_menu
from bot.messages import Button, Reply
from bot.offers.model import GROUP_TYPES, LEVELS
from bot.offers.stock import Stock
from bot.offers.wishes import LIFE_STAGES, TIMES_OF_DAY, WEEKDAYS, Wishes, WishName, given

Rows = tuple[tuple[Button, ...], ...]
Question = Literal["level", "time", "weekday", "who", "where", "sport"]

ANY: Final = "any"
MOST_QUESTIONS: Final = 2

QUESTIONS: Final[Mapping[OfferKind, tuple[Question, ...]]] = {
    "course": ("level", "time"),
    "sport": ("who", "where"),
    "group": ("where",),
}
"""What is asked before results are shown, the most important first."""

ABOUT: Final[Mapping[Question, tuple[WishName, ...]]] = {
    "level": ("levels",),
    "time": ("times_of_day",),
    "weekday": ("weekdays",),
    "who": ("genders", "audiences", "ages"),
    "where": ("districts",),
    "sport": ("sports",),
}
"""The wishes that a question is about: its answer takes their place."""

_CHANGES: Final[Mapping[OfferKind, tuple[Question, ...]]] = {
    "course": ("level", "time", "weekday", "where"),
    "sport": ("sport", "who", "where", "time", "weekday"),
    "group": ("where", "time", "weekday"),
}
_CONDITIONS: Final[Mapping[OfferKind, tuple[tuple[WishName, str], ...]]] = {
    "course": (("modes", "online"), ("childcare", "yes"), ("free", "yes"), ("genders", "women")),
    "sport": (("free", "yes"), ("genders", "women"), ("audiences", "families")),
    "group": (*(("group_types", kind) for kind in GROUP_TYPES), ("genders", "women")),
}
_PEOPLE: Final = ("children", "teens", "women", "men", "seniors")


def about(question: str) -> tuple[WishName, ...]:
    """Return the wishes that a question is about; none where there is no such question."""
    return next((names for known, names in ABOUT.items() if known == question), ())


def next_question(search: Search, wishes: Wishes) -> Question | None:
    """Return what is missing and matters most; None when results are due.

    A question that still waits while something else was said is asked again, if there may be another one.
    """
    if len(search.asked) >= MOST_QUESTIONS:
        return None
    open_ones = (name for name in QUESTIONS[search.kind] if name not in search.asked or name == search.question)
    return next((name for name in open_ones if not _answered(name, wishes)), None)


def _answered(question: Question, wishes: Wishes) -> bool:
    if question == "time" and wishes.weekdays:
        return True
    if question == "where" and (wishes.near or wishes.modes == {"online"}):
        return True
    return bool(set(ABOUT[question]) & set(given(wishes)))


def ask(question: Question, search: Search, wishes: Wishes, t: Texts, stock: Stock) -> Reply:
    """Ask one question; above it stands what is searched for and what has been understood already."""
    understood = [wish_label(name, wishes, t) for name in given(wishes) if name != "kind"]
    lines = ["✓ " + DOT.join(understood)] if understood else []
    lines.append(question_text(question, t))
    if question == "where":
        lines.append(
            t.say("📎 In Telegram you can send me your location. Then the nearest come first. I do not keep it.")
        )
    return Reply(
        title=kind_name(search.kind, t),
        text="\n".join(lines),
        language=t.language,
        buttons=(*answers(question, search.number, t, stock), (main_menu(t),)),
    )


def question_text(question: Question, t: Texts) -> str:
    """Return the question in words."""
    return {
        "level": t.say("Which course do you need?"),
        "time": t.say("When do you have time?"),
        "weekday": t.say("On which day do you have time?"),
        "who": t.say("Who is it for? You can also write the age, for example 8."),
        "where": t.say("In which part of Stuttgart?"),
        "sport": t.say("Which sport?"),
    }[question]


def answers(question: Question, number: int, t: Texts, stock: Stock) -> Rows:
    """Return the buttons below a question of the search ``number``; the last one says that it does not matter."""
    rows = {
        "level": lambda: _level_rows(number, t),
        "time": lambda: _one_a_row("times_of_day", TIMES_OF_DAY, number, t),
        "weekday": lambda: _rows(_values("weekdays", range(len(WEEKDAYS)), number, t), 2),
        "who": lambda: _rows(_people(number, t), 2),
        "where": lambda: _rows(_values("districts", stock.districts.entries, number, t), 3),
        "sport": lambda: _rows(_values("sports", _sports(stock), number, t), 2),
    }[question]()
    return (*rows, (Button(t.say("It does not matter"), action=f"wish:{number}:{question}:{ANY}"),))


def _level_rows(number: int, t: Texts) -> Rows:
    labels = {
        # Translators: buttons that say which German course somebody needs (alpha: alphabetisation).
        "alpha": t.say("ABC: I want to learn to read and write"),
        "A1": t.say("A1: I speak no German, or only a few words"),
        "A2": t.say("A2: I can say simple things about myself"),
        "B1": t.say("B1: I get along in everyday life"),
        "B2": t.say("B2: I can talk about many topics"),
        "C1": t.say("C1: I speak German very well"),
    }
    unknown = Button(t.say("I do not know my level"), action=f"level-check:{number}")
    return (
        *((Button(labels[level], action=f"wish:{number}:levels:{level}"),) for level in LEVELS if level),
        (unknown,),
    )


def _people(number: int, t: Texts) -> list[Button]:
    """Return one button a group of people; it says all that is wished about people."""
    return [
        Button(_label("audiences" if who in LIFE_STAGES else "genders", who, t), action=f"wish:{number}:who:{who}")
        for who in _PEOPLE
    ]


def _label(name: WishName, value: str | int, t: Texts) -> str:
    """Return a value as the answer of somebody who chooses it; "women" finds what is for women alone, and says so."""
    return women_only(t) if value == "women" else value_label(name, value, t)


def _sports(stock: Stock) -> list[str]:
    """Return the sports that are on offer, in the order of the vocabulary."""
    numbers = {int(number) for number in set(stock.index.columns["sport"].tolist())}
    return [sport for number, sport in enumerate(ENTITIES["sport"]) if number in numbers]


def _values(name: WishName, values: Iterable[str | int], number: int, t: Texts) -> list[Button]:
    return [Button(value_label(name, value, t), action=f"wish:{number}:{name}:{value}") for value in values]


def _one_a_row(name: WishName, values: Iterable[str | int], number: int, t: Texts) -> Rows:
    return _rows(_values(name, values, number, t), 1)


def _rows(buttons: Sequence[Button], length: int) -> Rows:
    return tuple(tuple(buttons[start : start + length]) for start in range(0, len(buttons), length))


def changes(search: Search, wishes: Wishes, t: Texts) -> Reply:
    """Return what can be changed: questions that can be asked, and conditions that are not wished yet."""
    number = search.number
    asked = [
        Button(change_label(question, t), action=f"filters:{number}:{question}") for question in _CHANGES[search.kind]
    ]
    conditions = [
        Button("+ " + _label(name, value, t), action=f"wish:{number}:{name}:{value}")
        for name, value in _CONDITIONS[search.kind]
        if not _wished(wishes, name, value)
    ]
    back = (Button(t.say("↩ Back"), action=f"results:{number}"), main_menu(t))
    return Reply(
        title=kind_name(search.kind, t),
        text=t.say("What do you want to change?"),
        language=t.language,
        buttons=(*_rows(asked, 2), *_rows(conditions, 2), back),
    )


def _wished(wishes: Wishes, name: WishName, value: str) -> bool:
    wished = getattr(wishes, name)
    return wished if isinstance(wished, bool) else value in wished


def change_label(question: Question, t: Texts) -> str:
    """Return what the question is about, as a button says it."""
    return {
        # Translators: buttons; a tap asks for this wish about a course, sport or a group.
        "level": t.say("Level of German"),
        "time": t.say("Time of day"),
        "weekday": t.say("Day of the week"),
        "who": t.say("Who it is for"),
        "where": t.say("Part of the city"),
        "sport": t.say("Kind of sport"),
    }[question]


def which_kind(t: Texts) -> Reply:
    """Answer a location where nobody knows yet what it is for."""
    lines = (
        t.say("Thank you. I have not kept your location. What are you looking for?"),
        t.say("Please choose first. When you see the list, send your location again."),
    )
    return Reply(
        text="\n".join(lines),
        language=t.language,
        buttons=(
            (Button(kind_name("course", t), action="courses"), Button(kind_name("sport", t), action="sport")),
            (Button(kind_name("group", t), action="groups"),),
            (Button(t.say("🏢 Offices and help"), action="offices"),),
            (main_menu(t),),
        ),
    )
