"""A language that is being added may lack texts; one that had them all may lose none."""

from pathlib import Path

import pytest

from bot.check.catalogues import check_catalogues
from bot.content.model import Language
from tests.content.sample import write

_WHOLE = 20
_HEADER = """\
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"
"""


def _catalogue(translated: int) -> str:
    entries = (f'\nmsgid "Text {n}"\nmsgstr "{f"Texto {n}" if n < translated else ""}"\n' for n in range(_WHOLE))
    return _HEADER + "".join(entries)


@pytest.mark.parametrize(("translated", "severities"), [(0, ["warning"]), (10, ["warning"]), (19, ["error"]), (20, [])])
def test_a_language_that_had_all_texts_may_lose_none(tmp_path: Path, translated: int, severities: list[str]) -> None:
    """Many gaps are work that goes on, told in one line; a single one is a mistake."""
    write(tmp_path / "locales/messages.pot", _catalogue(0))
    write(tmp_path / "locales/es/LC_MESSAGES/messages.po", _catalogue(translated))
    found = list(check_catalogues(tmp_path, {"es": Language("es", "Español")}))
    assert [problem.severity for problem in found] == severities, found
