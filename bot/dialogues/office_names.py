"""Which offices a text names as people write them: by their name in any language, without the city, or its first word.

The understanding knows the names that its examples teach; these are the names that stand in the content.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from bot.content.model import SOURCE_LANGUAGE, Service
from bot.understanding.normalise import normalise, without_accents, words_of

_CITY: Final = frozenset({"stuttgart", "baden", "wurttemberg"})
_LONG: Final = 10
"""Letters of a first word that is a name by itself: "Clearingstelle", but not "Agentur"."""
_INFLECTED: Final = 6
_ENDING: Final = 4
"""A name of six letters may have an ending of four: "Bürgerbüros", "Bürgerbüro'da"."""

_Key = tuple[str, ...]


def named_in(text: str, services: Iterable[Service]) -> list[str]:
    """Return the ids of the services that a text names; of two names in the same words only the longer one."""
    words = _words(text)
    found: dict[str, int] = {}
    for name, service in sorted(_owners(services).items(), key=lambda item: -len("".join(item[0]))):
        for start in range(len(words) - len(name) + 1):
            if _same(words[start : start + len(name)], name):
                found.setdefault(service, start)
                words[start : start + len(name)] = [""] * len(name)
    return sorted(found, key=lambda service: found[service])


def _owners(services: Iterable[Service]) -> dict[_Key, str]:
    """Return names -> the one service of that name; a whole name wins over a part, and a shared one names nobody."""
    whole: dict[_Key, set[str]] = {}
    parts: dict[_Key, set[str]] = {}
    for service in services:
        for name in service.names.values():
            whole.setdefault(_key(name.partition("(")[0]), set()).add(service.id)
            for part in _parts(name):
                parts.setdefault(_key(part), set()).add(service.id)
        first = service.name_in(SOURCE_LANGUAGE).split()[0].strip(",")
        # "Ärztlicher" and the like are no names.
        if len(first) >= _LONG and not first.endswith("er"):
            parts.setdefault(_key(first), set()).add(service.id)
    return {key: next(iter(ids)) for key, ids in {**parts, **whole}.items() if key and len(ids) == 1}


def _parts(name: str) -> Iterator[str]:
    """Yield what stands in brackets, whole and between commas, and what stands between commas before them."""
    before, _, behind = name.partition("(")
    behind = behind.rstrip(") ")
    yield behind
    yield from before.split(",")
    yield from behind.split(",")


def _key(name: str) -> _Key:
    return tuple(word for word in _words(name) if word not in _CITY)


def _words(text: str) -> list[str]:
    return [_bare(word) for word in words_of(without_accents(normalise(text)))]


def _bare(word: str) -> str:
    """Return a word so that "Bürgerbüro", "Burgerburo" and "Buergerbuero" are the same."""
    return word.replace("ae", "a").replace("oe", "o").replace("ue", "u")


def _same(words: list[str], name: _Key) -> bool:
    *front, last = words
    long = len(name[-1]) >= _INFLECTED
    inflected = long and last.startswith(name[-1]) and len(last) - len(name[-1]) <= _ENDING
    return tuple(front) == name[:-1] and (last == name[-1] or inflected)
