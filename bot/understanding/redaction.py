"""Cleans a question of what could name a person, before editors may see it."""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.errors import LotseError
from bot.understanding.introductions import (
    AFTER_A_NAME,
    ALI,
    FUNCTION_WORDS,
    INTRODUCTIONS,
    NO_FUNCTION_WORDS,
    RELATIVES,
    TITLES,
    VERBS_LIKE_NAMES,
    plain,
)
from bot.understanding.normalise import normalise
from bot.understanding.spelled_out import MAIL_IN_WORDS, without_long_numbers

HIDDEN = "…"
LONGEST_TEXT = 4096  # characters looked at
LONGEST_RESULT = 300  # characters
MOST_NAMES_IN_A_ROW = 3
SHORTEST_STEM = 3  # letters, and one more: "Женя" would find "Жена" (wife)

_WORD = re.compile(r"[^\W\d_]+(?:['’ʼ`-][^\W\d_]+)*")
_SENTENCE_END = re.compile(r"(?:^|[.!?؟።።፧…\n:])[\s\"'«»„“”()\-–]*$")
_CLITICS = re.compile(r"^(?:[وفبلک]|ን|ብ|ናይ|ካብ|ምስ)(?=\w\w\w)")
_VOWEL_END = re.compile(r"[аеиоуяюіїєйь]$")


@dataclass(frozen=True, slots=True)
class NameList:
    """Names of persons as ``plain`` writes them; ``capital`` are ordinary words too unless they have a capital."""

    always: frozenset[str]
    capital: frozenset[str]
    stems: frozenset[str]

    @classmethod
    def read(cls, directory: Path) -> "NameList":
        """Read every ``*.txt`` in ``directory``, one name a line; raise ``LotseError`` when there is none.

        A name after ``^`` counts only with a capital; lines that start with ``#`` are comments.
        """
        always: set[str] = set()
        capital: set[str] = set()
        for path in sorted(directory.glob("*.txt")):
            for line in path.read_text(encoding="utf-8").splitlines():
                name = line.split("#")[0].strip()
                if name:
                    (capital if name.startswith("^") else always).add(plain(name.lstrip("^")))
        if not always:
            raise LotseError(f"{directory}: no names of persons here. Put back the files nlu/names/*.txt.")
        stems = {_VOWEL_END.sub("", name) for name in always | capital if re.match(r"[а-яєіїґ]{4}", name)}
        stems = {stem for stem in stems if len(stem) > SHORTEST_STEM}
        return cls(frozenset(always), frozenset(capital), frozenset(stems))

    def has(self, word: str) -> bool:
        """Whether ``word`` or a part of it (``Al-Sayed``, ``Ayşe'nin``) is a name."""
        folded, is_capital = plain(word), word[:1].isupper()
        parts = self._parts(folded)
        if is_capital and any(folded[:-cut] in self.stems for cut in (1, 2, 3) if len(folded) - cut > 2):  # noqa: PLR2004
            return True
        return bool(parts & self.always or (is_capital and parts & self.capital))

    def may_have(self, word: str) -> bool:
        """Whether ``word`` stands in the list at all, with a capital or without."""
        parts = self._parts(plain(word))
        return bool(parts & self.always or parts & self.capital)

    @staticmethod
    def _parts(folded: str) -> set[str]:
        return {folded, _CLITICS.sub("", folded), *re.split(r"['-]", folded)}


# --- What is recognised by its form --------------------------------------------------------------------------------

_STREET = (
    r"(?<![\w-])(?:[^\W\d_][\w.'-]{0,40}\s+)?[\w-]{0,40}(?:straße|strasse|str|gasse|allee|platz|weg|damm|ufer|steige|halde)\b"
    r"\.?\s*\d+\s?[a-z]?\b"
)
_STREET_AFTER = (
    r"\b(?:am|im|an der|an den|in der|auf der|auf dem|zum|zur|unter|hinter|rue|avenue|boulevard|street|"
    r"ул\.?|улица|улице|вул\.?|вулиця|вулиці|شارع|خیابان|سړک|kolana|cadde|sokak|jidka|ጎደና)"
    r"\s+(?:[^\W\d_][\w.'-]*\s+){1,3}\d+\s?[a-z]?\b"
)
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        *MAIL_IN_WORDS,
        r"[\w.+-]{1,64}\s?@\s?[\w-]{1,63}(?:\.[\w-]{1,63})+",
        r"\b(?:https?://|www\.|t\.me/|wa\.me/)\S+",
        r"\b[\w-]{2,63}\.(?:de|com|org|net|info|eu|me|ru|ua|tr|fr|ir)\b(?:/\S*)?",
        r"(?<!\w)@\w{2,}",
        r"\b[a-z]{2}\d{2}(?:[ -]?[a-z0-9]{4}){2,7}(?:[ -]?[a-z0-9]{1,4})?\b",
        r"(?<!\w)(?:\+|00)?\(?\d(?:[\s()/.-]{0,2}\d){6,}",
        _STREET,
        _STREET_AFTER,
        r"\b\d+[a-z]?,?\s+(?:rue|avenue|boulevard|place)\s+(?:d[eu]s?\s+|de la\s+)?[^\W\d_][\w'-]*",
        r"\b\d+\s+[^\W\d_][\w'-]*\s+(?:street|road|avenue|lane)\b",
        r"\b(?=\w*\d\d)(?=\w*[^\W\d_])\w{5,}\b",
    )
)


def redact(text: str, names: NameList, known_words: Collection[str]) -> str:
    """Return ``text`` without names, numbers and addresses: at most 300 characters, single spaces.

    ``known_words`` is the vocabulary of Lotse's own content, casefolded: a capitalised word that is not in it may be
    a name. Digits become ``#``, everything else that is hidden becomes ``…``. Rather too much is hidden than a name
    is kept.
    """
    text = _plain_digits(_visible(text[:LONGEST_TEXT]))
    for form in _FORMS:
        text = form.sub(HIDDEN, text)
    text = without_long_numbers(text, HIDDEN)
    text = _without_names(text, names, known_words)
    text = "".join(
        "#" if character.isdigit() or unicodedata.category(character)[0] == "N" else character for character in text
    )
    text = re.sub(rf"{HIDDEN}(?:[\s,.'-]*{HIDDEN})+", HIDDEN, " ".join(text.split()))
    return text[:LONGEST_RESULT].strip()


def _visible(text: str) -> str:
    """Return composed letters and line breaks only: no marks, controls, directions or lone surrogates."""
    kept = []
    for character in unicodedata.normalize("NFKC", text):
        category = unicodedata.category(character)
        if character.isspace() or character == "\u200c":
            kept.append("\n" if character == "\n" else " ")
        elif category[0] != "C" and category != "Mn":
            kept.append(character)
    return "".join(kept)


def _plain_digits(text: str) -> str:
    """Write Arabic, Persian and other decimal digits as ASCII, so that one form finds all telephone numbers."""
    return "".join(str(unicodedata.digit(c)) if unicodedata.category(c) == "Nd" else c for c in text)


# --- Names -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Token:
    word: str
    start: int
    end: int
    folded: str
    starts_sentence: bool
    capital: bool  # like a name: a capital in a text that is not written in capitals
    known: bool

    @property
    def is_function_word(self) -> bool:
        return self.folded in FUNCTION_WORDS and self.word not in NO_FUNCTION_WORDS


def _without_names(text: str, names: NameList, known_words: Collection[str]) -> str:
    tokens = list(_tokens(text, known_words))
    hidden = {at for at, token in enumerate(tokens) if _is_name(token, names)}
    for at in range(len(tokens)):
        hidden.update(_introduced(tokens, at, text, names))
        hidden.update(_relative(tokens, at, text, names))
    hidden.update(_beside(tokens, hidden, text, names))
    for at, token in enumerate(tokens[:-1]):
        if at + 1 in hidden and token.starts_sentence and token.capital and not token.known:
            hidden.add(at)
    for at in sorted(hidden, reverse=True):
        text = text[: tokens[at].start] + HIDDEN + text[tokens[at].end :]
    return text


def _tokens(text: str, known_words: Collection[str]) -> Iterator[_Token]:
    found = list(_WORD.finditer(text))
    shouted = sum(len(match[0]) > 1 and match[0].isupper() for match in found) > len(found) / 2
    for match in found:
        word, folded = match[0], plain(match[0])
        starts = bool(_SENTENCE_END.search(text[max(0, match.start() - 12) : match.start()])) or match.start() == 0
        known = word.casefold() in known_words or normalise(word) in known_words or folded in FUNCTION_WORDS
        known = known and word not in NO_FUNCTION_WORDS
        yield _Token(word, match.start(), match.end(), folded, starts, word[0].isupper() and not shouted, known)


def _is_name(token: _Token, names: NameList) -> bool:
    if token.capital and not token.starts_sentence and not token.known:
        return True
    return not token.is_function_word and names.has(token.word) and (token.capital or not token.known)


def _introduced(tokens: list[_Token], at: int, text: str, names: NameList) -> Iterator[int]:
    """Yield the places of the names that an introduction ("my name is") or a title ("Mr") at place ``at`` brings."""
    if length := _length_of(INTRODUCTIONS, tokens, at):
        yield from _names_from(tokens, at + length, text, names, sure=True)
    if tokens[at].folded in TITLES:
        yield from _names_from(tokens, at + 1, text, names, sure=False)


def _length_of(phrases: Mapping[str, tuple[tuple[str, ...], ...]], tokens: list[_Token], at: int) -> int:
    """Return how many words the longest phrase at place ``at`` has, or 0."""
    for words in phrases.get(tokens[at].folded, ()):
        if tuple(token.folded for token in tokens[at : at + len(words)]) == words:
            return len(words)
    return 0


def _names_from(tokens: list[_Token], first: int, text: str, names: NameList, *, sure: bool) -> Iterator[int]:
    """Yield places from ``first`` on while the words look like one name; if ``sure``, whatever the first is."""
    for at in range(first, min(first + MOST_NAMES_IN_A_ROW, len(tokens))):
        token = tokens[at]
        if at > first and _apart(tokens, at, text):
            return
        looks = token.capital or not token.known or names.has(token.word)
        if token.is_function_word:  # "my name is Will", but not "my name and address"
            looks = sure and at == first and names.may_have(token.word)
        if not (looks or (sure and at == first and not token.is_function_word)):
            return
        yield at


def _relative(tokens: list[_Token], at: int, text: str, names: NameList) -> Iterator[int]:
    """Yield the place of the name after a word for a relative: "my son Ali", but not "my son is ill"."""
    first = at + _length_of(RELATIVES, tokens, at)
    if first == at or first >= len(tokens) or _apart(tokens, first, text):
        return
    token, after = tokens[first], tokens[first + 1].folded if first + 1 < len(tokens) else ""
    listed = names.has(token.word) and (token.folded == plain(ALI) or not token.is_function_word)
    if listed or (not token.known and (_may_be_name(token, names) or after in AFTER_A_NAME)):
        yield first


def _may_be_name(token: _Token, names: NameList) -> bool:
    return names.may_have(token.word) and (token.capital or token.folded not in VERBS_LIKE_NAMES)


def _beside(tokens: list[_Token], hidden: set[int], text: str, names: NameList) -> set[int]:
    """Return the places beside hidden names that are names too: the family name after the given one."""
    found: set[int] = set()
    for step in (1, -1):
        for at in sorted(hidden, reverse=step < 0):
            beside = at + step
            while 0 <= beside < len(tokens) and not _apart(tokens, max(beside, beside - step), text):
                token = tokens[beside]
                written_so = token.capital and not token.known and not token.starts_sentence
                if token.known or token.is_function_word or not (written_so or _may_be_name(token, names)):
                    break
                found.add(beside)
                beside += step
    return found


def _apart(tokens: list[_Token], at: int, text: str) -> bool:
    """Whether a sign or the end of a sentence stands between a word and the one before it."""
    return re.search(r"[,;!?؟\n:]|\.\s", text[tokens[at - 1].end : tokens[at].start]) is not None
