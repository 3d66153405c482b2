"""Measures how often Lotse names the language of a message, beside libraries that do only that.

The libraries are optional (``pip install -r requirements/bench.txt``); those that are not installed are left out.
"""

import argparse
import gzip
import importlib
import json
import statistics
import sys
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot import learning, settings
from bot.understanding.language import OTHER, train_identifier
from bot.understanding.normalise import words_of
from bot.understanding.scripts import LATIN, script_of

OURS = ("ar", "de", "en", "fa", "fr", "kmr", "ps", "ru", "so", "ti", "tr", "uk")
ROMANISED = ("ar", "fa", "ps", "uk", "ru", "ti")  # not written in Latin letters, but often typed in them
NOT_OURS = ("am", "ckb")
NTREX_LANGUAGES = {"fa-AF": "fa"}  # Dari is answered in Persian

_LONG = 4  # words
_BEGINNING = 5  # words of a line of NTREX
_ROUNDS = 3
_TIMED = 300  # messages a round
_TO_OURS = {"ku": "kmr", "prs": "fa"}
_TO_THEIRS = {"kmr": "ku"}
_HELP = ".venv/bin/python -m pip install --require-hashes -r requirements/bench.txt"


@dataclass(frozen=True, slots=True)
class Line:
    """A message and its language."""

    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Contestant:
    """Names languages: ``identify`` returns one of our codes, or anything else for another language.

    ``knows`` are those of our languages that it was made for. ``closed`` says that it chooses among these alone.
    """

    name: str
    identify: Callable[[str], str]
    knows: frozenset[str]
    closed: bool


@dataclass(frozen=True, slots=True)
class Block:
    """Messages of one kind: the share of right answers by contestant and language."""

    title: str
    sizes: dict[str, int]
    shares: dict[str, dict[str, float]]


def lotse() -> Contestant:
    """Return what ``lotse run`` uses, for the first message of a conversation: twelve languages and "other"."""
    known = learning.training_inputs(settings.load({}))
    identifier = train_identifier([*((e.text, e.language) for e in known.examples), *known.language_texts])
    return Contestant("Lotse", lambda text: identifier.identify(text, None).language, frozenset(OURS), closed=False)


def _py3langid() -> Contestant:
    library = importlib.import_module("py3langid.langid")
    identifier = library.LanguageIdentifier.from_model_file(library.MODEL_FILE)
    codes = _theirs(identifier.labels)
    identifier.set_languages(sorted(codes))
    return Contestant("py3langid", lambda text: _ours(identifier.classify(text)[0]), _known(codes), closed=True)


def _lingua() -> Contestant:
    library = importlib.import_module("lingua")
    by_code = {language.iso_code_639_1.name.lower(): language for language in library.Language.all()}
    codes = _theirs(by_code)
    detector = library.LanguageDetectorBuilder.from_languages(*(by_code[code] for code in codes)).build()

    def identify(text: str) -> str:
        found = detector.detect_language_of(text)
        return _ours(found.iso_code_639_1.name.lower()) if found else ""

    return Contestant("lingua", identify, _known(codes), closed=True)


def _langidentify() -> Contestant:
    library = importlib.import_module("langidentify")
    codes = _theirs(language.iso_code for language in library.Language)
    model = library.Model.load(library.Language.from_comma_separated(",".join(sorted(codes))))
    detector = library.Detector(model)
    return Contestant("langidentify", lambda text: _ours(detector.detect(text).iso_code), _known(codes), closed=True)


def _langdetect() -> Contestant:
    library = importlib.import_module("langdetect.detector_factory")
    error = importlib.import_module("langdetect.lang_detect_exception").LangDetectException
    library.init_factory()
    factory = library._factory
    factory.set_seed(0)  # it draws lots
    codes = _theirs(factory.langlist)

    def identify(text: str) -> str:
        detector = factory.create()
        detector.set_prior_map({code: 1 / len(codes) for code in codes})
        detector.append(text)
        try:
            return _ours(detector.detect())
        except error:
            return ""  # there are no letters that it knows

    return Contestant("langdetect", identify, _known(codes), closed=True)


def _pycld2() -> Contestant:
    library = importlib.import_module("pycld2")
    codes = _theirs(code for name, code in library.LANGUAGES if name in library.DETECTED_LANGUAGES)

    def identify(text: str) -> str:
        return _ours(library.detect(text, bestEffort=True)[2][0][1])

    return Contestant("pycld2", identify, _known(codes), closed=False)


def _cld3() -> Contestant:
    library = importlib.import_module("gcld3")
    identifier = library.NNetLanguageIdentifier(min_num_bytes=0, max_num_bytes=1000)
    knows = frozenset(OURS) - {"ti"}
    return Contestant("cld3", lambda text: _ours(identifier.FindLanguage(text=text).language), knows, closed=False)


_LIBRARIES: dict[str, Callable[[], Contestant]] = {
    "cld3-py": _cld3,
    "langdetect": _langdetect,
    "langidentify": _langidentify,
    "lingua-language-detector": _lingua,
    "py3langid": _py3langid,
    "pycld2": _pycld2,
}


def _ours(code: str) -> str:
    """Return our code for a library's, such as ``ru-Latn`` or ``ku``."""
    first = code.partition("-")[0]
    return _TO_OURS.get(first, first)


def _theirs(codes: Iterable[str]) -> frozenset[str]:
    return frozenset(codes) & {_TO_THEIRS.get(code, code) for code in OURS}


def _known(codes: Collection[str]) -> frozenset[str]:
    return frozenset(_ours(code) for code in codes)


def contestants() -> tuple[list[Contestant], list[str]]:
    """Return Lotse and the libraries that are installed, and the names of those that are not."""
    found, missing = [lotse()], []
    for name, make in _LIBRARIES.items():
        try:
            found.append(make())
        except ModuleNotFoundError:
            missing.append(name)
    return found, missing


def messages(folder: Path) -> list[Line]:
    """Read what people write to Lotse."""
    return [
        Line(line["text"], line["lang"])
        for path in sorted(folder.glob("*.jsonl"))
        for line in map(json.loads, path.read_text(encoding="utf-8").splitlines())
    ]


def beginnings(folder: Path, languages: Collection[str], at_most: int) -> list[Line]:
    """Read the first words of the sentences of NTREX-128; none where the folder is not there."""
    found = []
    for name in languages:
        path = folder / f"{name}.txt.gz"
        if path.exists():
            with gzip.open(path, "rt", encoding="utf-8") as lines:
                texts = [" ".join(line.split()[:_BEGINNING]) for line, _ in zip(lines, range(at_most), strict=False)]
            found += [Line(text, NTREX_LANGUAGES.get(name, name)) for text in texts]
    return found


def measure(title: str, lines: Sequence[Line], competing: Sequence[Contestant]) -> Block:
    """Count right answers. A line in a language that is none of ours is right when the answer is none of ours."""
    sizes = {language: sum(line.language == language for line in lines) for language in _languages(lines)}
    shares: dict[str, dict[str, float]] = {}
    for one in competing:
        right = dict.fromkeys(sizes, 0)
        for line in lines:
            right[line.language] += _is_right(one.identify(line.text), line.language)
        shares[one.name] = {
            language: 100 * right[language] / sizes[language] for language in sizes if _can_know(one, language)
        }
    return Block(title, sizes, shares)


def _languages(lines: Sequence[Line]) -> list[str]:
    return sorted({line.language for line in lines}, key=lambda name: (name in NOT_OURS, name))


def _can_know(one: Contestant, language: str) -> bool:
    return language in one.knows if language in OURS else not one.closed


def _is_right(answer: str, language: str) -> bool:
    return answer == language if language in OURS else answer not in (*OURS, "", "un", "und")


def blocks(lines: Sequence[Line], ntrex: Sequence[Line], competing: Sequence[Contestant]) -> list[Block]:
    """Measure every kind of message."""
    in_latin = [line for line in lines if line.language in ROMANISED and script_of(line.text) == LATIN]
    others = [line for line in lines if line not in in_latin]
    kinds = {
        "All messages": lines,
        f"Messages of {_LONG} words or more": [line for line in lines if len(words_of(line.text)) >= _LONG],
        "Messages in Latin letters, of languages that have their own": in_latin,
        "Messages in the letters of their language": others,
        f"First {_BEGINNING} words of news sentences (NTREX-128)": ntrex,
    }
    return [measure(title, kind, competing) for title, kind in kinds.items() if kind]


def microseconds(lines: Sequence[Line], competing: Sequence[Contestant]) -> dict[str, float]:
    """Time a message: the median of rounds in which all take turns."""
    texts = [line.text for line in lines[:: max(1, len(lines) // _TIMED)]]
    rounds: dict[str, list[float]] = {one.name: [] for one in competing}
    for _ in range(_ROUNDS):
        for one in competing:
            begun = time.perf_counter()
            for text in texts:
                one.identify(text)
            rounds[one.name].append((time.perf_counter() - begun) / len(texts) * 1e6)
    return {name: statistics.median(times) for name, times in rounds.items()}


def table(found: Sequence[Block], times: Mapping[str, float], competing: Sequence[Contestant]) -> Iterator[str]:
    """Lines for people."""
    names = [one.name for one in competing]
    yield 'Right answers, %. Lotse chooses among twelve languages and "other"; of the others, those marked * among the'
    yield "twelve as far as they know them, the rest among all they know. -: it does not know that language (mean: 0)."
    heads = [f"{one.name}{'*' * one.closed}" for one in competing]
    for block in found:
        yield ""
        yield f"{block.title} ({sum(block.sizes.values())})"
        yield _row("", "lines", heads)
        for language, size in block.sizes.items():
            yield _row(_name(language), str(size), [_cell(block.shares[name].get(language)) for name in names])
        yield _row("mean", "", [f"{mean(block, name):.1f}" for name in names])
        known = [mean(block, name, {*block.shares[name]}) for name in names]
        yield _row("mean of known", "", [f"{share:.1f}" for share in known])
    yield ""
    yield _row("µs a message", "", [f"{times[name]:.0f}" for name in names])
    yield _row("times Lotse's", "", [f"{times[name] / times['Lotse']:.2f}" for name in names])


def mean(block: Block, name: str, among: Collection[str] = OURS) -> float:
    """Return the mean over our languages, in which one that a library does not know counts as 0."""
    languages = [language for language in block.sizes if language in OURS and language in among]
    if not languages:
        return 0.0
    return sum(block.shares[name].get(language, 0.0) for language in languages) / len(languages)


def _name(language: str) -> str:
    return language if language in OURS else f"{language}: {OTHER}"


def _cell(share: float | None) -> str:
    return "-" if share is None else f"{share:.1f}"


def _row(head: str, size: str, cells: Iterable[str]) -> str:
    return f"{head:13}{size:>6}" + "".join(f"{cell:>14}" for cell in cells)


def as_json(found: Sequence[Block], times: Mapping[str, float], missing: Sequence[str]) -> dict[str, Any]:
    """Everything, for programs."""
    return {
        "blocks": [{"title": block.title, "lines": block.sizes, "right_percent": block.shares} for block in found],
        "microseconds": times,
        "times_lotse": {name: each / times["Lotse"] for name, each in times.items()},
        "not_installed": list(missing),
    }


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.languages", description=__doc__)
    parser.add_argument("--messages", type=Path, default=settings.ROOT / "tests" / "utterances", metavar="FOLDER")
    parser.add_argument("--ntrex", type=Path, metavar="FOLDER", help="NTREX-128 as <language>.txt.gz")
    parser.add_argument("--lines", type=int, default=500, help="of each language of NTREX (default: 500)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures into this file too")
    given = parser.parse_args()
    lines = messages(given.messages)
    ntrex = beginnings(given.ntrex, (*OURS, *NTREX_LANGUAGES, *NOT_OURS), given.lines) if given.ntrex else []
    competing, missing = contestants()
    found, times = blocks(lines, ntrex, competing), microseconds(lines, competing)
    for line in table(found, times, competing):
        sys.stdout.write(line + "\n")
    if missing:
        sys.stdout.write(f"\nNot installed, left out: {', '.join(missing)}. To compare with them: {_HELP}\n")
    if given.json:
        text = json.dumps(as_json(found, times, missing), indent=2, ensure_ascii=False)
        given.json.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
