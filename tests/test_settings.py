"""Settings of Rasa: its address, and its token from the variable or from the file that Rasa's own start wrote."""

from pathlib import Path

import pytest

from bot import settings

URL = {"LOTSE_RASA_URL": "http://127.0.0.1:5005"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An installation with a folder for content."""
    (tmp_path / "content").mkdir()
    (tmp_path / "var" / "rasa").mkdir(parents=True)
    return tmp_path


def written(root: Path, content: bytes) -> Path:
    """The file of the token."""
    file = root / "var" / "rasa" / "token"
    file.write_bytes(content)
    return file


def test_the_token_comes_from_the_variable_or_the_file(root: Path) -> None:
    """The variable wins; without an address, none is read."""
    assert settings.load(URL, root).rasa_token == ""
    written(root, b"from-the-file\n")
    assert settings.load(URL, root).rasa_token == "from-the-file"
    assert settings.load({**URL, "LOTSE_RASA_TOKEN": "given"}, root).rasa_token == "given"
    assert settings.load({}, root).rasa_token == ""


@pytest.mark.parametrize("token", ["with space", "line\nbreak", "tab\t", "nul\0", "\x7f", "\x85"])
def test_a_token_with_spaces_or_controls_is_refused(root: Path, token: str) -> None:
    """It is a slip of whoever copied it; its value is not repeated."""
    with pytest.raises(settings.SettingsError) as caught:
        settings.load({**URL, "LOTSE_RASA_TOKEN": token}, root)
    assert str(caught.value) == "LOTSE_RASA_TOKEN: must be Rasa's token, without spaces."


@pytest.mark.parametrize("content", [b"", b"two words", b"\xff\xfe"])
def test_a_file_without_a_token_is_named(root: Path, content: bytes) -> None:
    """Lotse would be refused by Rasa with it."""
    file = written(root, content)
    with pytest.raises(settings.SettingsError, match="holds no token") as caught:
        settings.load(URL, root)
    assert str(file) in str(caught.value)


def test_the_token_is_not_shown(root: Path) -> None:
    """Settings may end up in a log."""
    assert "given" not in repr(settings.load({**URL, "LOTSE_RASA_TOKEN": "given"}, root))
