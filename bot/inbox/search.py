"""Looking for a reply in German: phrases, FAQ answers and offices by their words, offers by their index.

Nothing of what is typed here is kept.
"""

import math
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from rapidfuzz import fuzz

from bot.content.model import SOURCE_LANGUAGE, Catalogue
from bot.inbox.cards import Kind
from bot.offers.index import searched_words
from bot.offers.stock import Stock
from bot.understanding.normalise import without_accents, words_of

MOST: Final = 20
EXCERPT: Final = 160
"""Characters of a text that are shown with a hit."""

_TITLE, _KEYWORD, _EXAMPLE, _GROUP, _TEXT = 1.0, 1.0, 0.7, 0.6, 0.5
_SAME, _ENDING, _BEGINNING, _PART, _SLIP, _WHOLE = 1.0, 0.95, 0.8, 0.6, 0.5, 0.4
_SHORTEST_BEGINNING, _SHORTEST_PART, _SHORTEST_SLIP, _SHORTEST_WHOLE = 3, 4, 5, 5
_LEAST_ALIKE = 82  # of 100
_MOST_WORDS = 12  # what is pasted by mistake must not keep everybody waiting
_ENDINGS = ("innen", "ern", "in", "em", "en", "er", "es", "e", "n", "s")
_SHORTEST_STEM = 4
_APPOINTMENT = "Termin"
# Words that are in nearly every text and say nothing about it.
_EMPTY_WORDS: Final = """
    der die das den dem des ein eine einen einem einer und oder aber in im am an auf aus bei mit nach von vom zu zum zur
    für über ist sind war hat haben wird werden ich sie er es wir ihr mein meine ihre ihren mir mich sich nicht auch
    noch schon bitte wie was wo wer wann dass wenn kann
    """
_EMPTY: Final = frozenset(without_accents(word) for word in _EMPTY_WORDS.split())


@dataclass(frozen=True, slots=True)
class Hit:
    """A text that staff may pick; ``title``, ``excerpt`` and ``group`` are in German."""

    kind: Kind
    id: str
    title: str
    excerpt: str
    group: str
    score: float = 0.0


class Library:
    """The words of all phrases, FAQ answers and offices of one catalogue; never changed, but made anew with it."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._hits: list[Hit] = []
        # word -> number of an entry -> weight of the best place where the word stands in it
        words: dict[str, dict[int, float]] = defaultdict(dict)
        for hit, fields in _entries(catalogue):
            number = len(self._hits)
            self._hits.append(hit)
            for weight, text in fields:
                for word in _words(text):
                    known = words[word]
                    known[number] = max(weight, known.get(number, 0.0))
        self._vocabulary = [(word, _stem(word), places) for word, places in words.items()]

    def search(self, query: str, kinds: Collection[Kind] = (), most: int = MOST) -> list[Hit]:
        """Return what fits best first; with no word that counts, everything in the order of the files.

        Args:
            query: German words; endings, parts of compounds and slips of the keyboard do not matter.
            kinds: only these kinds, without any all of them.
            most: how many hits at most.
        """
        words = list(dict.fromkeys(_words(query)))[:_MOST_WORDS]
        if not words:
            return [hit for hit in self._hits if not kinds or hit.kind in kinds][:most]
        scores: dict[int, float] = defaultdict(float)
        found: dict[int, int] = defaultdict(int)
        for word in words:
            places = self._fitting(word)
            rarity = math.log(1 + len(self._hits) / (1 + len(places)))
            for number, score in places.items():
                scores[number] += score * rarity
                found[number] += 1
        # One word out of many is hardly what was meant.
        whole = {number: score * (found[number] / len(words)) ** 2 for number, score in scores.items()}
        ranked = sorted(whole, key=lambda number: (-whole[number], number))
        hits = (replace(self._hits[number], score=round(whole[number], 3)) for number in ranked)
        return [hit for hit in hits if not kinds or hit.kind in kinds][:most]

    def _fitting(self, word: str) -> Mapping[int, float]:
        """Return how well each entry that has such a word fits."""
        best: dict[int, float] = {}
        stem = _stem(word)
        for known, known_stem, places in self._vocabulary:
            closeness = _closeness(word, stem, known, known_stem)
            if closeness:
                for number, weight in places.items():
                    best[number] = max(best.get(number, 0.0), closeness * weight)
        return best


def search_offers(query: str, stock: Stock, most: int = MOST) -> list[Hit]:
    """Return the offers that have all these words, or words that begin with them, in the order of their ids."""
    words = searched_words(query)[:_MOST_WORDS]
    rows = [stock.index.rows_with(word) for word in words]
    if not rows:
        return []
    fits = [number for number in range(len(stock.index)) if all(row[number] for row in rows)][:most]
    offers = (stock.index.offers[number] for number in fits)
    return [
        Hit("offer", offer.id, offer.title_in(SOURCE_LANGUAGE), _cut(offer.summary_in(SOURCE_LANGUAGE)), offer.provider)
        for offer in offers
    ]


def _entries(catalogue: Catalogue) -> Iterator[tuple[Hit, list[tuple[float, str]]]]:
    for phrase in catalogue.phrases.values():
        group = catalogue.phrase_groups[phrase.group].name_in(SOURCE_LANGUAGE)
        text = phrase.text_in(SOURCE_LANGUAGE).text
        fields = [(_KEYWORD, " ".join(phrase.keywords)), (_GROUP, group), (_TEXT, text)]
        # The first keywords say what it is about.
        yield Hit("phrase", phrase.id, ", ".join(phrase.keywords[:2]), text, group), fields
    for entry in catalogue.faq.values():
        said = entry.text_in(SOURCE_LANGUAGE)
        group = catalogue.groups[entry.group].name_in(SOURCE_LANGUAGE)
        fields = [(_TITLE, said.title), (_EXAMPLE, " ".join(said.examples)), (_TEXT, f"{said.answer} {group}")]
        yield Hit("faq", entry.topic, said.title, _cut(said.answer), group), fields
    for service in catalogue.services.values():
        name, about = service.name_in(SOURCE_LANGUAGE), service.about_in(SOURCE_LANGUAGE)
        yield Hit("office", service.id, name, _cut(about), ""), [(_TITLE, name), (_TEXT, about)]
        if service.appointment:
            fields = [(_TITLE, f"{_APPOINTMENT} {name}"), (_TEXT, about)]
            yield Hit("appointment", service.id, name, _cut(about), ""), fields


def _words(text: str) -> Iterator[str]:
    for word in words_of(text):
        if without_accents(word) not in _EMPTY:
            yield _folded(word)


def _folded(word: str) -> str:
    """Return a word without umlauts, however they are typed."""
    bare = without_accents(word)
    for typed, letter in (("ae", "a"), ("oe", "o"), ("ue", "u")):
        bare = bare.replace(typed, letter)
    return bare


def _closeness(word: str, stem: str, known: str, known_stem: str) -> float:
    if word == known:
        return _SAME
    if stem == known_stem:
        return _ENDING
    if len(word) >= _SHORTEST_BEGINNING and known.startswith(word):
        return _BEGINNING
    if len(word) >= _SHORTEST_PART and stem in known:
        return _PART
    if min(len(word), len(known)) >= _SHORTEST_SLIP and fuzz.ratio(word, known, score_cutoff=_LEAST_ALIKE):
        return _SLIP
    # "Wohnungsamt" is found by "Wohnung", a little.
    return _WHOLE if len(known_stem) >= _SHORTEST_WHOLE and known_stem in word else 0.0


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return word[: -len(ending)]
    return word


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= EXCERPT else line[: line.rfind(" ", 0, EXCERPT)] + " …"
