"""The one place that says when two spellings count as the same, and what of a message is read at all."""

import re
import unicodedata

MAX_WORDS = 60
MAX_CHARACTERS = 400

# Letters that people type for one another: keyboards of one language lack the letters of the next.
_SAME_LETTER = str.maketrans(
    {
        **dict.fromkeys("أإآٱ", "ا"),
        **dict.fromkeys("يىېۍئے", "ی"),
        **dict.fromkeys("كګڪ", "ک"),
        **dict.fromkeys("ةۀۂھہە", "ه"),
        "ؤ": "و",
        "ټ": "ت",
        "ډ": "د",
        "ړ": "ر",
        "ڼ": "ن",
        "ځ": "ح",
        "څ": "ح",
        "ښ": "ش",
        "ږ": "ژ",
        "ё": "е",
        "ґ": "г",
        "ı": "i",
        "ß": "ss",
        "ʼ": "'",
        "’": "'",
        "‘": "'",
        "`": "'",
        "´": "'",
        "ـ": None,  # tatweel only stretches a word
    }
)
_LETTER_RUN = re.compile(r"([^\W\d_])\1{2,}")
_NOT_WORD = re.compile(r"[^\w']+|_|(?<!\w)'|'(?!\w)")
_SENTENCE_END = re.compile(r"(?<=[.!?؟።۔;\n])\s+|\n+")


def _visible(text: str) -> str:
    """Drop what cannot be seen: controls, bidirectional marks and lone surrogates; a line break stays a space."""
    if text.isprintable():
        return text
    kept = (" " if c.isspace() or c == "\u200c" else c for c in text if c.isspace() or _is_visible(c))
    return "".join(kept)


def _is_visible(character: str) -> bool:
    # The zero-width non-joiner parts words in Persian, so it counts as a space, not as nothing.
    return character == "\u200c" or not unicodedata.category(character).startswith("C")


def normalise(text: str) -> str:
    """Fold a text so that spellings which mean the same become equal; punctuation stays."""
    folded = unicodedata.normalize("NFKC", _visible(text)).casefold().translate(_FOLDS)
    return " ".join(_LETTER_RUN.sub(r"\1", folded).split())


class _Folds(dict[int, str]):
    """What becomes of each character; worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        same = chr(code).translate(_SAME_LETTER)
        self[code] = folded = "".join(_fold_character(c) for c in same)
        return folded


_FOLDS = _Folds()


def _fold_character(character: str) -> str:
    if character.isascii():
        return character
    # Marks are vowel signs in Arabic, and the dot that casefolding leaves of a Turkish İ.
    if unicodedata.category(character) == "Mn":
        return ""
    digit = unicodedata.decimal(character, None)
    return character if digit is None else str(digit)


def words_of(text: str) -> list[str]:
    """Return the normalised words of a text, without punctuation and emoji."""
    return [word for word in _NOT_WORD.split(normalise(text)) if word]


def key_of(text: str) -> str:
    """Return the normalised words as one string: two texts with one key are the same utterance."""
    return " ".join(words_of(text))


def without_accents(text: str) -> str:
    """Return a normalised text in bare base letters, as people type on a foreign keyboard."""
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", "".join(c for c in decomposed if unicodedata.category(c) != "Mn"))


def clean_utterance(text: str) -> str:
    """Return what the encoder may see of a message: visible, and at most 60 words or 400 characters.

    Of a longer message the first third and the last two thirds of that are taken: people often greet
    and explain first, and say at the end what they wish.
    """
    words = unicodedata.normalize("NFC", _visible(text)).split()
    if len(words) > MAX_WORDS:
        words = words[: MAX_WORDS // 3] + words[-(MAX_WORDS - MAX_WORDS // 3) :]
    cleaned = _LETTER_RUN.sub(r"\1", " ".join(words))
    if len(cleaned) <= MAX_CHARACTERS:
        return cleaned
    head = MAX_CHARACTERS // 3
    return cleaned[:head].rstrip() + " " + cleaned[-(MAX_CHARACTERS - head - 1) :].lstrip()


def sentences_of(text: str) -> list[str]:
    """Split a message at line breaks and at the marks that end a sentence in our scripts."""
    return [part.strip() for part in _SENTENCE_END.split(text) if part.strip()]
