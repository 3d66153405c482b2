"""What was understood becomes wishes."""

from bot.messages import Location, Understanding
from bot.offers.wishes import NOTHING, Wishes, given, wishes_from, wishes_of, without


def test_one_sentence_can_wish_everything() -> None:
    """Football for my daughter, 8, Saturday in Bad Cannstatt."""
    entities: dict[str, tuple[str, ...]] = {
        "sport": ("football",),
        "audience": ("children",),
        "age": ("8",),
        "weekday": ("sat",),
        "district": ("bad-cannstatt",),
    }
    assert wishes_from(Understanding("de", "find_sport", 0.9, "sure", entities=entities)) == Wishes(
        kind="sport",
        sports=frozenset({"football"}),
        audiences=frozenset({"children"}),
        ages=frozenset({8}),
        weekdays=frozenset({5}),
        districts=frozenset({"bad-cannstatt"}),
    )


def test_several_values_are_alternatives() -> None:
    """A1 or A2, in the morning or in the evening."""
    wishes = wishes_of({"level": ("A1", "A2"), "time_of_day": ("morning", "evening")})
    assert wishes.levels == {"A1", "A2"}
    assert wishes.times_of_day == {"morning", "evening"}


def test_women_and_children_are_two_wishes() -> None:
    """For girls: the group is for women, and it is for children."""
    wishes = wishes_of({"audience": ("women", "children")})
    assert wishes.genders == {"women"}
    assert wishes.audiences == {"children"}


def test_the_age_of_a_child_that_is_minded_is_no_wish() -> None:
    """It is the parent who learns."""
    wishes = wishes_of({"level": ("A1",), "childcare": ("yes",), "age": ("2",)})
    assert wishes.childcare
    assert not wishes.ages


def test_who_takes_part_online_alone_may_live_anywhere() -> None:
    """The district is no wish then; who would go there too wishes it."""
    entities: dict[str, tuple[str, ...]] = {"mode": ("online",), "district": ("mitte",)}
    assert not wishes_of(entities).districts
    assert wishes_of(entities | {"mode": ("online", "in_person")}).districts == {"mitte"}


def test_the_intent_says_the_kind_before_the_entities() -> None:
    """Without an intent a sport is for sport, and a level for a course."""
    assert wishes_of({"sport": ("yoga",)}).kind == "sport"
    assert wishes_of({"level": ("B1",)}).kind == "course"
    assert wishes_of({"district": ("mitte",)}).kind is None
    assert wishes_of({"sport": ("yoga",)}, kind="group").kind == "group"
    assert wishes_from(Understanding("de", "find_course", 0.9, "sure")).kind == "course"


def test_unknown_values_are_passed_over() -> None:
    """Entities come from outside: what is not in the vocabulary wishes nothing."""
    entities = {"level": ("C9",), "weekday": ("someday",), "age": ("-3", "x", "999"), "district": ("esslingen",)}
    assert wishes_of(entities, "course") == Wishes(kind="course")


def test_wishes_can_be_listed_and_dropped() -> None:
    """Each filter that a button shows can be taken off."""
    wishes = Wishes(kind="course", free=True, near=Location(48.8, 9.2))
    assert given(wishes) == ("kind", "free", "near")
    assert without(wishes, "free") == Wishes(kind="course", near=Location(48.8, 9.2))
    for name in given(wishes):
        wishes = without(wishes, name)
    assert wishes == NOTHING
