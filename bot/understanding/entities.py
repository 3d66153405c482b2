"""Finds what an utterance names: offices, districts, sports, levels, days, ages, as canonical values.

What is written is not always what is wished. These rules stand in ``EntityFinder``:

- *level*: who has A1 and wishes A2 says both. Only the highest counts, unless the two stand side by side
  ("A1 oder A2").
- *audience*: for whom an offer has to be. "For women" is; "my wife" is a person and may learn anywhere, so such
  words are ``decoy`` entries. Children are named by "my son" too, for theirs are other offers. An age is surer than a
  word: up to 12 children, up to 17 teens, from 60 on seniors.
- *childcare*: a word for minding (``care/child``) beside a word for children, or for a baby (``decoy/baby``: whose it
  is seeks nothing for it). The course is for the parent then, so ``children`` are no audience.
- *time_of_day*: a wish. Beside an office "6 in the morning" is an hour; beside a word for working (``decoy/work``)
  it is when somebody has no time. "After 6pm" is the evening (``decoy/after``; behind: ``decoy/afterwards``).
- *time_of_day*, *weekday*, *district*, *audience*: none is wished behind "not" (``decoy/not``), with prepositions
  between ("not on Saturday", "not for women only"), or before "is impossible" (``decoy/is-not``).
  "I cannot except on Saturdays" (``decoy/except`` in a clause that denies) wishes for Saturday.
- *free*, *mode*: what an offer is like. Where only an office is named, a "free" time is an open one.
- ``decoy`` entries are words that only look like an entity: "good morning", "free slot".
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.understanding.abbreviations import written_out
from bot.understanding.dates import WEEKDAYS, dashed_weekdays, dates, weekdays_between, written_dates
from bot.understanding.examples import Names, Synonym
from bot.understanding.forms import Forms, Span, spell
from bot.understanding.normalise import key_of, normalise, words_of
from bot.understanding.numbers import ages, pieces_of, words_and_joints
from bot.understanding.small_words import ONLY, PREPOSITIONS

BERLIN = ZoneInfo("Europe/Berlin")

_BORROWED = 4  # letters that a German form needs to be looked for in other languages: "so" is Sunday only in German
_NAMES = frozenset({"office", "district", "sport", "level"})  # whose canonical values are words that people write
_CLOSED = frozenset(
    {"office", "district", "sport", "level", "time_of_day", "weekday", "mode", "childcare", "free", "audience"}
)
_TOLERANT = _CLOSED | {"date", "month", "decoy", "care"}
_SHARED = _TOLERANT | {"unit", "no-date"}  # of German: its numbers and small words mean other things elsewhere
_RECURRING = frozenset({"find_course", "find_sport"})  # intents whose offers take place every week
_OFFERS = _RECURRING | {"faq/children-activities"}  # intents that seek something for somebody
_NEAR = 5  # words between minding and child
_UNWISHED = ("work", "not", "is-not")
_NO = frozenset({"no", "ні"})
_CLAUSE_END = re.compile(r"((?<!\d)[,.;:!?،؛؟።፣]|[,.;:!?،؛؟።፣](?!\d))")
_HOUR = re.compile(r"(?<![\w.:/-])(\d{1,2})(?:[:.]([0-5]\d))?(?![\d/-]|[.:]\d)(?:\s?(pm|p\.m)\b)?")
_EVENING = range(17, 24)  # hours
_AROUND = 30  # letters around an hour that are looked at
_OLDEST_CHILD, _OLDEST_TEEN, _YOUNGEST_SENIOR = 12, 17, 60

_Found = dict[str, list[str]]


def _now() -> datetime:
    return datetime.now(BERLIN)


class EntityFinder:
    """Looks up the surface forms of an utterance's language and of German, whose names everybody uses.

    Args:
        synonyms: the surface forms by language.
        now: the clock, by which "tomorrow" is a date.
        names: German surface forms that are looked for in every language, however short, and expressions for
            values that are written together with other letters.
    """

    def __init__(
        self,
        synonyms: Mapping[str, Sequence[Synonym]],
        now: Callable[[], datetime] = _now,
        names: Names = Names(),  # noqa: B008 - it cannot be changed
    ) -> None:
        self._expressions = names.expressions
        everywhere = {(entity, key_of(name)) for entity, name in names.lookups}
        values = {(s.entity, s.value) for forms in synonyms.values() for s in forms if s.entity in _NAMES}
        common = [Synonym(value.replace("-", " "), entity, value) for entity, value in sorted(values)]
        german = synonyms.get("de", ())
        common += [s for s in german if _is_borrowed(s) or (s.entity, key_of(s.surface)) in everywhere]
        self._synonyms = synonyms
        self._common = [spell(synonym) for synonym in common]
        self._forms: dict[str, Forms] = {}
        self._now = now

    def find(self, text: str, language: str) -> dict[str, tuple[str, ...]]:
        """Return entity -> canonical values, in the order of the utterance, each once."""
        forms = self._forms_of(language)
        today = self._now().astimezone(BERLIN).date()
        written, rest = written_dates(normalise(text), today, forms)
        for expression in self._expressions:
            # Not in a known word: in Arabic written by ear "nisa2" are women, and no level.
            rest = " ".join(w if key_of(w) in forms else expression.sub(r" \g<0> ", w) for w in rest.split(" "))
        between, rest = dashed_weekdays(written_out(rest, language), forms)
        spans = forms.spans(words_and_joints(rest))
        if any(span.has("decoy", value) for span in spans for value in _UNWISHED):
            spans = forms.spans(words_and_joints(_without_unwished(rest, forms, language)))
        found = _named(spans)
        if between := [*between, *weekdays_between(spans)]:
            found["weekday"] = [day for day in WEEKDAYS if day in {*found.get("weekday", ()), *between}]
        if _begins_in_the_evening(normalise(text), forms) and "evening" not in found.get("time_of_day", ()):
            found.setdefault("time_of_day", []).append("evening")
        pieces = pieces_of(spans, forms)
        found["age"] = ages(pieces)
        found["date"] = list(dict.fromkeys([*written, *dates(pieces, found.get("weekday", ()), today, written)]))
        for rule in (_without_clock, _wished_level, _minded_children, _audience_of_age, _about_an_office):
            rule(found, spans)
        return {entity: tuple(values) for entity, values in found.items() if values}

    def _forms_of(self, language: str) -> Forms:
        """Return the forms of a language, made when somebody first writes in it, or what all languages have."""
        known = language if language in self._synonyms else ""
        if known not in self._forms:
            own = [spell(synonym) for synonym in self._synonyms.get(known, ())]
            self._forms[known] = Forms([*own, *self._common], _TOLERANT)
        return self._forms[known]


def as_wished(entities: dict[str, tuple[str, ...]], intent: str) -> dict[str, tuple[str, ...]]:
    """Return the entities as far as they say something about what is wished.

    An offer recurs each week, so the day that its weekday stands for says nothing; an appointment has both.
    Where an office is named and no offer is sought, children are the reason to write, and nobody's audience.
    """
    wished = dict(entities)
    if intent in _RECURRING and "weekday" in entities:
        wished.pop("date", None)
    audience = tuple(value for value in entities.get("audience", ()) if value != "children")
    if "office" in entities and "audience" in entities and intent not in _OFFERS:
        wished["audience"] = audience
    return {entity: values for entity, values in wished.items() if values}


def _is_borrowed(synonym: Synonym) -> bool:
    return synonym.entity in _SHARED and (len(synonym.surface) >= _BORROWED or synonym.entity == "level")


def _named(spans: Sequence[Span]) -> _Found:
    found: _Found = {}
    for span in spans:
        for entity, value in span.meanings:
            values = found.setdefault(entity, []) if entity in _CLOSED else None
            if values is not None and value not in values:
                values.append(value)
    return found


def _without_clock(found: _Found, spans: Sequence[Span]) -> None:
    """Drop a time of day that only says which six o'clock is meant, where no offer is looked for."""
    if not found.get("office"):
        return
    wished = [
        value
        for place, span in enumerate(spans)
        if not any(_is_hour(near) for near in spans[max(0, place - 1) : place + 2])
        for value in span.values("time_of_day")
    ]
    found["time_of_day"] = [value for value in found.get("time_of_day", ()) if value in wished]


def _without_unwished(text: str, forms: Forms, language: str) -> str:
    """Return a text without what is refused ("no evenings", "not in Mitte"), or when somebody works ("I work nights").

    Only what stands in one clause belongs together: "no, in the evening" wishes for the evening.
    """
    return " ".join(_wished_of(clause, forms, language) for clause in _CLAUSE_END.split(text))


def _wished_of(clause: str, forms: Forms, language: str) -> str:
    spans = forms.spans(words_and_joints(clause))
    kept = [
        span.text
        for place, span in enumerate(spans)
        if not _is_of_work(spans, place, forms) and not _is_refused(spans, place, forms, language)
    ]
    return " ".join(kept) if len(kept) < len(spans) else clause


def _says(spans: Sequence[Span], at: int, value: str, forms: Forms) -> bool:
    return 0 <= at < len(spans) and spans[at].has("decoy", value) and spans[at].text in forms


def _is_of_work(spans: Sequence[Span], place: int, forms: Forms) -> bool:
    if not spans[place].has("time_of_day"):
        return False
    # "In the morning I work evening course": the verb belongs to what stands before it.
    return _says(spans, place + 1, "work", forms) or (
        _says(spans, place - 1, "work", forms) and _refusable(spans, place - 2) != "time"
    )


def _is_refused(spans: Sequence[Span], place: int, forms: Forms, language: str) -> bool:
    kind = _refusable(spans, place)
    if not kind:
        return False
    small = PREPOSITIONS.get(language, frozenset())
    if kind == "audience":
        small |= ONLY.get(language, frozenset())
    before, behind = _beyond(spans, place, -1, small), _beyond(spans, place, 1, small)
    while before > 0 and spans[before].has("joint") and _refusable(spans, before - 1) == kind:
        before = _beyond(spans, before - 1, -1, small)
    if _says(spans, before, "except", forms) and any(_denies(s) for at, s in enumerate(spans) if at != before):
        return False
    # "No, in the evening" is an answer, though the comma is missing.
    if _says(spans, before, "not", forms) and (spans[before + 1] is spans[place] or spans[before].text not in _NO):
        return True
    if not _says(spans, behind, "is-not", forms):
        return False
    if kind != "time":
        return behind == len(spans) - 1  # "my son does not speak German": most verbs are about somebody
    # "Montag nicht Dienstag" is not Tuesday: a word that may stand on both sides belongs to what follows.
    return not (_says(spans, behind, "not", forms) and _refusable(spans, _beyond(spans, behind, 1, small)))


def _beyond(spans: Sequence[Span], place: int, step: int, small: frozenset[str]) -> int:
    """Return the place of the next span in one direction that is more than prepositions and articles."""
    place += step
    while 0 <= place < len(spans) and all(word in small for word in spans[place].text.split()):
        place += step
    return place


def _denies(span: Span) -> bool:
    return span.has("decoy", "is-not") or (span.has("decoy", "not") and not span.has("decoy", "except"))


def _refusable(spans: Sequence[Span], place: int) -> str:
    """Return what kind of wish could be refused: "time", "district", "audience"; else ``""``."""
    if not 0 <= place < len(spans):
        return ""
    span = spans[place]
    if span.has("time_of_day") or span.has("weekday"):
        return "time"
    return next((entity for entity in ("district", "audience") if span.has(entity)), "")


def _begins_in_the_evening(text: str, forms: Forms) -> bool:
    """Say whether "after 6pm" or "ab 18 Uhr" stands in a normalised text."""
    for match in _HOUR.finditer(text):
        before = forms.spans(words_of(text[max(0, match.start() - _AROUND) : match.start()]))
        before = before[-2:] if before and _is_hour(before[-1]) else before[-1:]
        behind = forms.spans(words_of(text[match.end() : match.end() + _AROUND]))[:2]
        hour = int(match[1]) + (12 if match[3] and int(match[1]) < 12 else 0)  # noqa: PLR2004 - of a clock
        is_clock = match[2] or match[3] or any(_is_hour(span) for span in [*before, *behind[:1]])
        later = any(s.has("decoy", "after") for s in before) or any(s.has("decoy", "afterwards") for s in behind)
        if is_clock and later and hour in _EVENING:
            return True
    return False


def _is_hour(span: Span) -> bool:
    return span.text.isdecimal() or span.has("unit", "hour")


def _wished_level(found: _Found, spans: Sequence[Span]) -> None:
    """Keep the highest level, and those side by side with it."""
    named = [(span.at, level) for span in spans for level in span.values("level")]
    if len(found.get("level", ())) < 2:  # noqa: PLR2004 - one level needs no choice
        return
    if "alpha" in found["level"] and not any(c.isdecimal() for span in spans if span.has("level") for c in span.text):
        found["level"] = ["alpha"]  # who cannot read is a beginner too
        return
    # As text the levels are in their order once alpha is the lowest.
    place, _ = max(named, key=lambda each: ("" if each[1] == "alpha" else each[1], each[0]))
    joints = {span.at for span in spans if span.has("joint")}
    beside = {place - 1, place, place + 1, *(place + 2 * (at - place) for at in joints if abs(at - place) == 1)}
    kept = {level for at, level in named if at in beside}
    found["level"] = [level for level in found["level"] if level in kept]


def _minded_children(found: _Found, spans: Sequence[Span]) -> None:
    minding = [span.at for span in spans if span.has("care")]
    children = [span.at for span in spans if span.has("audience", "children") or span.has("decoy", "baby")]
    if any(abs(one - other) <= _NEAR for one in minding for other in children):
        found["childcare"] = ["yes"]
    if found.get("childcare") and "children" in found.get("audience", ()):
        found["audience"].remove("children")


def _audience_of_age(found: _Found, _spans: Sequence[Span]) -> None:
    """Let an age decide between children and teens, and find out who is a senior."""
    numbers = [int(age) for age in found["age"]]
    if not numbers or found.get("childcare"):
        return
    audience = found.setdefault("audience", [])
    young = [name for age in numbers if (name := _young(age))]
    if young or max(numbers) > _OLDEST_TEEN:
        audience[:] = [name for name in audience if name not in {"children", "teens"}]
    audience += [name for name in dict.fromkeys(young) if name not in audience]
    if max(numbers) >= _YOUNGEST_SENIOR and "seniors" not in audience:
        audience.append("seniors")


def _young(age: int) -> str | None:
    if age <= _OLDEST_CHILD:
        return "children"
    return "teens" if age <= _OLDEST_TEEN else None


def _about_an_office(found: _Found, _spans: Sequence[Span]) -> None:
    if found.get("office") and not any(found.get(entity) for entity in ("level", "sport", "audience")):
        found.pop("free", None)
        found.pop("mode", None)
