"""A YAML file with the line of everything in it, and the problems found so far.

The file is composed into a tree of nodes, not loaded into Python values: nodes keep their place, and a plain
scalar keeps the letters that the editor typed (``no`` and ``01234`` are texts here).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml
from yaml import MappingNode, Node, ScalarNode, SequenceNode

from bot.content.problems import Problem, Severity

NULL = "tag:yaml.org,2002:null"

# Joiners and direction marks (U+200C to U+200F) are needed to write Persian and to mix directions.
INVISIBLE = re.compile(
    "[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u200b\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffd]",
)
_NAMES = {"\t": "a tab", "\xad": "a soft hyphen", "\ufeff": "a byte order mark", "\ufffd": "a broken letter"}


@dataclass(frozen=True, slots=True)
class WrittenText:
    """A text as it stands in a file, for those who examine language; ``key`` is the same in all languages."""

    path: str
    line: int
    language: str
    key: str
    role: str
    text: str


@dataclass(slots=True)
class SourceFile:
    """One file; ``path`` is how problems name it, and ``root`` is None when it could not be read at all."""

    path: str
    root: Node | None = None
    problems: list[Problem] = field(default_factory=list)
    texts: list[WrittenText] = field(default_factory=list)

    @property
    def broken(self) -> bool:
        """Say whether an error was found."""
        return any(problem.severity == "error" for problem in self.problems)

    def report(self, where: Node | int, problem: str, remedy: str, severity: Severity = "error") -> None:
        """Note a problem at a node or a line (from 1)."""
        line = where if isinstance(where, int) else line_of(where)
        self.problems.append(Problem(self.path, line, problem, remedy, severity))

    def lines(self) -> dict[str, int]:
        """Return the line of each key at the top of the file."""
        return {key.value: line_of(key) for key, _ in pairs(self.root)}


def line_of(node: Node) -> int:
    """Return the node's line, from 1; the text of a block starts on the line after its ``|``."""
    line: int = node.start_mark.line + 1
    return line + 1 if isinstance(node, ScalarNode) and node.style in {"|", ">"} else line


def pairs(node: Node | None) -> list[tuple[ScalarNode, Node]]:
    """Return keys and values of a mapping whose keys are scalars."""
    if not isinstance(node, MappingNode):
        return []
    return [(key, value) for key, value in node.value if isinstance(key, ScalarNode)]


def items(node: Node | None) -> list[Node]:
    """Return the elements of a list."""
    return list(node.value) if isinstance(node, SequenceNode) else []


def is_null(node: Node) -> bool:
    """Say whether nothing, ``~`` or ``null`` stands here."""
    return isinstance(node, ScalarNode) and node.tag == NULL


def read_source(path: str, data: bytes) -> SourceFile:
    """Compose a file; what is wrong with it as a file (encoding, syntax, double keys) is noted, never raised."""
    file = SourceFile(path)
    text = _decode(file, data)
    if text is None:
        return file
    _look_for_invisible(file, text)
    try:
        root = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        _report_syntax(file, error)
    except yaml.YAMLError:
        if not file.problems:
            file.report(1, "this is not YAML", "Copy the layout of a file that works")
    except RecursionError:
        file.report(1, "brackets are nested too deeply", "Copy the layout of a file that works")
    else:
        if root is None:
            file.report(1, "the file is empty", "Write the entry, or delete the file")
        elif _look_at_nodes(file, root, text.split("\n")):
            file.root = root
    return file


def _decode(file: SourceFile, data: bytes) -> str | None:
    try:
        return data.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        file.report(line, "this is not UTF-8", "Save the file again with the encoding UTF-8")
        return None


def _look_for_invisible(file: SourceFile, text: str) -> None:
    for number, line in enumerate(text.split("\n"), start=1):
        found = INVISIBLE.search(line)
        if found:
            _report_invisible(file, number, found.group())


def _report_invisible(file: SourceFile, where: Node | int, character: str) -> None:
    name = _NAMES.get(character, "an invisible or direction-changing character")
    remedy = "Use spaces" if character == "\t" else "Delete it and type the words again"
    file.report(where, f"{name} (U+{ord(character):04X}) stands here", remedy)


def _report_syntax(file: SourceFile, error: yaml.MarkedYAMLError) -> None:
    mark = error.problem_mark or error.context_mark
    line = mark.line + 1 if mark else 1
    reason = " ".join(part for part in (error.problem, error.context) if part)
    file.report(
        line, f"this is not YAML ({reason})", "Look at the indentation, colons and quotes on and above this line"
    )


def _look_at_nodes(file: SourceFile, root: Node, lines: list[str]) -> bool:
    """Report double keys, escaped invisible characters and aliases; return whether the tree can be walked."""
    seen: set[int] = set()
    for node in _walk(root):
        if id(node) in seen:
            file.report(node, "an alias (*name) repeats this part", "Write it out where it is needed")
            return False
        seen.add(id(node))
        if isinstance(node, ScalarNode):
            _look_at_escapes(file, node, lines)
        elif isinstance(node, MappingNode):
            _look_at_keys(file, node)
    return True


def _walk(root: Node) -> Iterator[Node]:
    # An aliased node is yielded each time it is met; the caller stops there, so loops do no harm.
    stack = [root]
    while stack:
        node = stack.pop()
        yield node
        if isinstance(node, MappingNode):
            stack.extend(part for pair in reversed(node.value) for part in reversed(pair))
        elif isinstance(node, SequenceNode):
            stack.extend(reversed(node.value))


def _look_at_escapes(file: SourceFile, node: ScalarNode, lines: list[str]) -> None:
    found = INVISIBLE.search(node.value) if node.style == '"' else None
    if found and found.group() not in lines[node.start_mark.line]:
        _report_invisible(file, node, found.group())


def _look_at_keys(file: SourceFile, node: MappingNode) -> None:
    first: dict[str, int] = {}
    for key, _ in node.value:
        if not isinstance(key, ScalarNode):
            file.report(key, "a list or a mapping stands where a name is needed", "Write a plain name before the colon")
        elif key.value in first:
            where = first[key.value]
            file.report(key, f'"{key.value}" stands here twice (first on line {where})', "Keep one of them")
        else:
            first[key.value] = line_of(key)
