"""Archives from strangers."""

import io
import zipfile

import pytest

from bot.offers.archive import ArchiveError, leads_out, members


def packed(*files: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a ZIP archive with these files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in files:
            archive.writestr(zipfile.ZipInfo(name), data, method)
    return out.getvalue()


def test_an_ordinary_archive_is_read_in_memory() -> None:
    """Files by name, folders left out."""
    assert dict(members(packed(("a/b.csv", b"1"), ("a/", b"")))) == {"a/b.csv": b"1"}


@pytest.mark.parametrize(
    "path", ["../x", "a/../../x", "/etc/passwd", "~/x", "C:/x", "https://example.org/x.csv", "a\\b", "", "a\0b"]
)
def test_paths_that_could_lead_out_are_known(path: str) -> None:
    """On any system."""
    assert leads_out(path)


def test_plain_paths_lead_nowhere_else() -> None:
    """Folders and dots in names are fine."""
    assert not leads_out("a/b..c/d.csv")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (packed(("../../etc/cron.d/x", b"1")), "leads out of it"),
        (packed(("bomb.xml", b"0" * 50_000_000)), "zip bomb"),
        (packed(*((f"{n}.csv", b"0") for n in range(501))), "501 files"),
        (packed(("x.csv", b"0"), method=zipfile.ZIP_LZMA), "unusual way"),
        (packed(("x.csv", b"0" * 100))[:-30], "broken"),
        (
            packed(
                (
                    "x.csv",
                    b"hello",
                ),
                method=zipfile.ZIP_STORED,
            ).replace(b"hello", b"jello"),
            "broken",
        ),
        (b"PK\x03\x04", "broken"),
    ],
)
def test_a_hostile_archive_is_not_opened(data: bytes, said: str) -> None:
    """Bombs, paths, odd methods and broken sums each have their sentence."""
    with pytest.raises(ArchiveError, match=said):
        members(data)


def test_two_files_of_one_name_are_refused() -> None:
    """Else two readers could see two different files."""
    with pytest.warns(UserWarning, match="Duplicate"):
        data = packed(("a.csv", b"1"), ("a.csv", b"2"))
    with pytest.raises(ArchiveError, match="two files of one name"):
        members(data)


def test_an_encrypted_archive_is_refused() -> None:
    """The flag alone is enough."""
    data = bytearray(packed(("a.csv", b"1")))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(ArchiveError, match="encrypted"):
        members(bytes(data))
