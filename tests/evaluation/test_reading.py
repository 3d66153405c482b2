"""Labelled utterances are read, or every line that cannot be is named."""

from pathlib import Path

import pytest

from bot.errors import LotseError
from bot.evaluation.reading import Line, read_lines


def write(folder: Path, *lines: str, name: str = "some.jsonl") -> Path:
    """Write a file of lines."""
    path = folder / name
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_lines_are_read_with_all_their_fields(tmp_path: Path) -> None:
    """Values may be text or numbers, alone or in a list; empty lines are skipped; a byte order mark does not matter."""
    path = write(
        tmp_path,
        '\ufeff{"lang": "de", "text": "Kurs A1 für 9 Jahre", "label": "find_course", '
        '"entities": {"level": "A1", "age": [9, 9.0, "10"], "district": []}, "prior": "ar"}',
        "",
        '{"lang": "kmr", "text": "silav", "label": "greet"}',
    )
    entities = {"level": ("A1",), "age": ("9", "10"), "district": ()}
    assert read_lines([path]) == [
        Line(str(path), 1, "de", "Kurs A1 für 9 Jahre", "find_course", entities, "ar"),
        Line(str(path), 3, "kmr", "silav", "greet", None, None),
    ]


def test_unknown_fields_are_passed_over_with_one_note(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Numbers and remarks of whoever wrote the file do not stop the run."""
    lines = [f'{{"id": {number}, "lang": "de", "text": "hallo", "label": "greet", "note": "x"}}' for number in range(3)]
    lines.append('{"lang": "de", "text": "hallo", "label": "greet", "\\ud83d": 1}')
    assert len(read_lines([write(tmp_path, *lines)])) == 4
    told = capsys.readouterr()
    assert told.err == (
        'These fields are not read: "id", "note", "\ufffd". Known are entities, label, lang, prior, text.\n'
    )
    assert told.out == ""


def test_true_is_yes_and_nothing_is_no_value(tmp_path: Path) -> None:
    """An entity that is false or null is not there; an empty list says that there is none."""
    entities = '{"free": true, "childcare": false, "age": null, "level": ["A1", null], "district": []}'
    path = write(tmp_path, f'{{"lang": "de", "text": "hallo", "label": "greet", "entities": {entities}}}')
    assert read_lines([path])[0].entities == {"free": ("yes",), "level": ("A1",), "district": ()}


def test_a_separator_inside_a_text_ends_no_line(tmp_path: Path) -> None:
    """Nor do half a surrogate pair or Windows' line ends hurt."""
    path = write(tmp_path, '{"lang": "de", "text": "eins\u2028zwei \\ud83d", "label": "greet"}\r', "")
    assert read_lines([path])[0].text == "eins\u2028zwei \ufffd"


BAD = [
    ("{", "it is not valid JSON"),
    ("[" * 200_000, "it is not valid JSON"),
    ("[]", "it is no JSON object"),
    ('{"lang": "de", "label": "greet"}', '"text" is missing'),
    ('{"lang": "de", "label": "greet", "text": " "}', '"text" is empty'),
    ('{"lang": "de", "label": "greet", "text": 7}', '"text" is no text'),
    ('{"text": "hallo", "label": "greet"}', '"lang" is missing'),
    ('{"lang": "de", "text": "hallo"}', '"label" is missing'),
    ('{"lang": "de", "text": "hallo", "label": "out of scope"}', '"label" is not one word'),
    ('{"lang": "de", "text": "hallo", "label": "greet", "prior": 1}', '"prior" is no language code'),
    ('{"lang": "de", "text": "hallo", "label": "gr\\udc00"}', '"label" has half a character'),
    ('{"lang": "d\\ud83d", "text": "hallo", "label": "greet"}', '"lang" has half a character'),
    ('{"lang": "de", "text": "hallo", "label": "greet", "prior": "\\ud83d"}', '"prior" has half a character'),
    ('{"lang": "de", "text": "x", "label": "greet", "entities": {"a": ["b\\ud83d"]}}', '"a" has half a character'),
    ('{"lang": "de", "text": "x", "label": "greet", "entities": {"\\ud83d": 1}}', '"entities" has half a character'),
    ('{"lang": "de", "text": "hallo", "label": "greet", "entities": []}', '"entities" is no JSON object'),
    ('{"lang": "de", "text": "hallo", "label": "greet", "entities": {"age": [{}]}}', 'the entity "age" has a value'),
]


@pytest.mark.parametrize(("line", "problem"), BAD)
def test_a_bad_line_is_named_with_its_problem(tmp_path: Path, line: str, problem: str) -> None:
    """File, line, problem, and what to do."""
    path = write(tmp_path, "", line)
    with pytest.raises(LotseError) as raised:
        read_lines([path])
    told = str(raised.value).splitlines()[1]
    assert told.startswith(f"{path}:2: {problem}")
    assert told.endswith(".")
    assert told.encode()  # it can be printed


def test_all_problems_of_all_files_come_at_once(tmp_path: Path) -> None:
    """Also files that are not there, and bytes that are not UTF-8."""
    one = write(tmp_path, *(line for line, _ in BAD))
    other = tmp_path / "latin.jsonl"
    other.write_bytes('{"lang": "de", "text": "schön", "label": "greet"}'.encode("latin-1"))
    with pytest.raises(LotseError) as raised:
        read_lines([one, tmp_path / "missing.jsonl", other])
    told = str(raised.value).splitlines()[1:]
    assert len(told) == len(BAD) + 2
    assert told[-2].startswith(f"{tmp_path}/missing.jsonl: it cannot be read (No such file or directory). Name a file")
    assert told[-1] == f"{other}:1: it is not UTF-8. Save the file as UTF-8."


def test_nothing_to_evaluate_is_an_error(tmp_path: Path) -> None:
    """It shows how a line is written."""
    with pytest.raises(LotseError, match="nothing to evaluate"):
        read_lines([write(tmp_path, "", " ")])
