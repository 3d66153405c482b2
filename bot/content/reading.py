"""Files -> catalogue, with everything that is wrong with them."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from yaml import Node

from bot.content.faq import Known, read_card, read_faq
from bot.content.model import Card, Catalogue, Group, HandoverSettings, Language, Phrase, PhraseGroup, Queue
from bot.content.phrases import read_phrases
from bot.content.problems import ContentError, Problem
from bot.content.queues import read_queues, with_default
from bot.content.services import read_service
from bot.content.settings import read_groups, read_handover, read_languages
from bot.content.source_file import SourceFile, WrittenText, read_source
from bot.content.vocabulary import INTENTS

T = TypeVar("T")
CardT = TypeVar("CardT", bound=Card)

SETTINGS = ("languages.yaml", "groups.yaml", "handover.yaml", "queues.yaml")
FOLDERS = ("faq", "services", "cards", "phrases")


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read: entries with errors are not in the catalogue.

    ``texts`` are all texts as written, and ``lines`` holds the line of each top-level key by file; both are for
    those who examine the files further. ``usable`` says whether the catalogue could stand without its broken parts.
    """

    catalogue: Catalogue
    problems: tuple[Problem, ...]
    texts: tuple[WrittenText, ...]
    lines: Mapping[str, Mapping[str, int]]
    usable: bool

    @property
    def errors(self) -> list[Problem]:
        """Return the problems that forbid to use the content."""
        return [problem for problem in self.problems if problem.severity == "error"]


def load(directory: Path) -> Catalogue:
    """Return the catalogue of a content directory.

    Raises:
        ContentError: A file is wrong; the error holds all problems of all files.
    """
    reading = read(content_files(directory), directory.resolve().name)
    if reading.errors:
        raise ContentError(reading.problems)
    return reading.catalogue


def content_files(directory: Path) -> dict[str, bytes]:
    """Return the bytes of the files that the catalogue is made of, by their path within the directory."""
    found = [directory / name for name in SETTINGS]
    for folder in FOLDERS:
        # .yml is taken along so that it can be complained about instead of being passed over.
        found += sorted(path for path in (directory / folder).glob("*.y*ml") if not path.name.startswith("."))
    return {path.relative_to(directory).as_posix(): path.read_bytes() for path in found if path.is_file()}


def read(files: Mapping[str, bytes], shown_as: str = "content") -> Reading:
    """Return what stands in these files; problems name them as ``<shown_as>/<path>``. Never raises."""
    return _Reader(files, shown_as).read()


class _Reader:
    """Reads the files in the order in which they refer to each other, and gathers what they report."""

    def __init__(self, files: Mapping[str, bytes], shown_as: str) -> None:
        self.files = files
        self.shown_as = shown_as
        self.sources: list[SourceFile] = []

    def read(self) -> Reading:
        languages_file = self._source("languages.yaml")
        languages = self._single(languages_file, read_languages) or {}
        codes = self._ids_in("languages.yaml")
        if not codes:
            # Nothing else can be judged: every text would seem to be in an unknown language.
            self.files = {}
        groups = self._single(self._source("groups.yaml"), lambda file, root: read_groups(file, root, codes)) or {}
        known = self._known(languages)
        services = self._folder("services", lambda file, root, stem: read_service(file, root, stem, codes))
        faq = self._folder("faq", lambda file, root, stem: read_faq(file, root, stem, known))
        cards = self._folder("cards", lambda file, root, stem: read_card(file, root, stem, known))
        phrase_groups = self._folder("phrases", lambda file, root, stem: read_phrases(file, root, stem, known))
        handover = self._handover()
        catalogue = Catalogue(
            languages=MappingProxyType(languages),
            groups=MappingProxyType(_with_groups_of(groups, (entry.group for entry in faq.values()))),
            faq=MappingProxyType({topic: _without_gaps(entry, services, faq) for topic, entry in faq.items()}),
            services=MappingProxyType(services),
            cards=MappingProxyType({intent: _without_gaps(card, services, faq) for intent, card in cards.items()}),
            handover=handover,
            queues=with_default(self._queues(known), handover),
            phrase_groups=MappingProxyType(phrase_groups),
            phrases=MappingProxyType(self._phrases(phrase_groups)),
        )
        return Reading(
            catalogue,
            problems=tuple(sorted(problem for source in self.sources for problem in source.problems)),
            texts=tuple(text for source in self.sources for text in source.texts),
            lines=MappingProxyType({source.path: source.lines() for source in self.sources}),
            usable=not languages_file.broken,
        )

    def _source(self, name: str) -> SourceFile:
        path = f"{self.shown_as}/{name}"
        data = self.files.get(name)
        source = SourceFile(path) if data is None else read_source(path, data)
        if data is None:
            source.report(1, "this file is missing", "Create it; the content guide shows its layout")
        self.sources.append(source)
        return source

    def _known(self, languages: Mapping[str, Language]) -> Known:
        codes, required = self._ids_in("languages.yaml"), [code for code, each in languages.items() if each.required]
        groups, topics, services = self._ids_in("groups.yaml"), self._stems("faq"), self._stems("services")
        return Known(codes, groups, topics, services, INTENTS, required)

    def _single(self, source: SourceFile, parse: Callable[[SourceFile, Node], T]) -> T | None:
        return None if source.root is None else parse(source, source.root)

    def _handover(self) -> HandoverSettings | None:
        # A deployment that promises nothing needs no file.
        return self._single(self._source("handover.yaml"), read_handover) if "handover.yaml" in self.files else None

    def _queues(self, known: Known) -> dict[str, Queue]:
        # Without teams of its own a deployment has one queue.
        if "queues.yaml" not in self.files:
            return {}
        source = self._source("queues.yaml")
        return self._single(source, lambda file, root: read_queues(file, root, known.languages, known.groups)) or {}

    def _phrases(self, groups: Mapping[str, PhraseGroup]) -> dict[str, Phrase]:
        """Return the phrases of all groups by id; one that two groups have is reported."""
        found: dict[str, Phrase] = {}
        for group in groups.values():
            for phrase in group.phrases:
                if phrase.id in found:
                    path = f"{self.shown_as}/phrases/{group.id}.yaml"
                    source = next(source for source in self.sources if source.path == path)
                    problem = f'the phrase "{phrase.id}" stands in {found[phrase.id].group}.yaml too'
                    source.report(source.lines()["phrases"], problem, "Give one of them another id")
                found.setdefault(phrase.id, phrase)
        return found

    def _folder(self, folder: str, parse: Callable[[SourceFile, Node, str], T | None]) -> dict[str, T]:
        found: dict[str, T] = {}
        for name in self.files:
            if not name.startswith(f"{folder}/"):
                continue
            source = self._source(name)
            stem = _stem(name)
            if not name.endswith(".yaml"):
                source.report(1, "this file is not read, because its name does not end in .yaml", "Rename it")
            elif source.root is not None:
                entry = parse(source, source.root, stem)
                if entry is not None:
                    found[stem] = entry
        return found

    def _stems(self, folder: str) -> list[str]:
        return [_stem(name) for name in self.files if name.startswith(f"{folder}/") and name.endswith(".yaml")]

    def _ids_in(self, name: str) -> list[str]:
        # Read from the letters, not from the tree: a broken line must not make every other file look wrong.
        text = self.files.get(name, b"").decode("utf-8", errors="replace")
        return re.findall(r"^[\"']?([A-Za-z][A-Za-z0-9-]*)[\"']?[ ]*:", text, re.MULTILINE)


def _stem(name: str) -> str:
    return name.rpartition("/")[2].rpartition(".")[0]


def _with_groups_of(groups: dict[str, Group], used: Iterable[str]) -> dict[str, Group]:
    """Add a bare group for each one that entries name but that could not be read."""
    return groups | {group: Group(group, "", {}) for group in used if group not in groups}


def _without_gaps(card: CardT, services: Collection[str], topics: Collection[str]) -> CardT:
    """Return the card without references to entries that could not be read."""
    return replace(
        card,
        services=tuple(id_ for id_ in card.services if id_ in services),
        related=tuple(id_ for id_ in card.related if id_ in topics),
    )
