"""HSDS 3.0 as a tabular data package, in and out."""

import csv
import io
import json
import zipfile
from pathlib import Path

import pytest

from bot.content.source_file import SourceFile
from bot.offers import hsds_package
from bot.offers.model import Offer
from bot.offers.rows import Rules
from tests.offers.tables import GROUP, RICH, SPORT, offers_of, told
from tests.offers.test_archive import packed

SERVICES = b"id,organization_id,name,status,description\n1,o,Sprachtreff,active,+49 711 is a number\n"
ORGANIZATIONS = b"id,name,description\no,Beispielwerk,x\n"


@pytest.mark.parametrize("offer", [RICH, SPORT, GROUP])
def test_an_offer_comes_back_as_it_was(offer: Offer) -> None:
    """Taken apart into tables and put together again."""
    file = SourceFile("x.zip")
    rows = hsds_package.read_zip(file, hsds_package.write([offer]), offer.kind)
    assert not file.problems
    assert offers_of(rows, Rules(offer.kind, "verein")) == [offer]


def test_the_same_offers_make_the_same_package() -> None:
    """So that a copy can be compared."""
    assert hsds_package.write([RICH]) == hsds_package.write([RICH])


def test_the_descriptor_lists_every_table_with_its_columns() -> None:
    """As the tables have them."""
    with zipfile.ZipFile(io.BytesIO(hsds_package.write([RICH, SPORT]))) as archive:
        package = json.loads(archive.read("datapackage.json"))
        assert package["profile"] == "tabular-data-package"
        assert {resource["path"] for resource in package["resources"]} == set(archive.namelist()) - {"datapackage.json"}
        for resource in package["resources"]:
            header = next(csv.reader(io.StringIO(archive.read(resource["path"]).decode())))
            assert [field["name"] for field in resource["schema"]["fields"]] == header


def test_a_package_may_lack_its_descriptor_and_lie_in_a_folder() -> None:
    """The usual names are enough; rows are joined by their ids."""
    data = packed(("export/services.csv", SERVICES), ("export/organizations.csv", ORGANIZATIONS))
    rows = hsds_package.read_zip(SourceFile("x"), data, "course")
    assert rows[0].cells["provider"] == "Beispielwerk"


def test_a_folder_is_read_like_an_archive(tmp_path: Path) -> None:
    """Unpacked packages are common."""
    (tmp_path / "services.csv").write_bytes(SERVICES)
    assert len(hsds_package.read_folder(SourceFile("x"), tmp_path, "course")) == 1


def test_a_link_that_leads_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    """It is told."""
    secret = tmp_path / "secret.csv"
    secret.write_bytes(SERVICES)
    folder = tmp_path / "package"
    folder.mkdir()
    (folder / "services.csv").symlink_to(secret)
    file = SourceFile("x")
    assert hsds_package.read_folder(file, folder, "course") == []
    assert "leads out of the folder" in told(file)


def descriptor(path: str) -> bytes:
    """Return a descriptor whose services lie there."""
    return json.dumps({"resources": [{"name": "service", "path": path}]}).encode()


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ([("x.txt", b"1")], "there is no table of services"),
        ([("datapackage.json", b"[")], "this is not the JSON of a data package"),
        ([("datapackage.json", b"[" * 100_000)], "this is not the JSON of a data package"),
        ([("datapackage.json", descriptor("../../etc/passwd"))], "leads out of the package"),
        ([("datapackage.json", descriptor("https://example.org/services.csv"))], "leads out of the package"),
        ([("datapackage.json", descriptor("gone.csv"))], 'the table "service" is missing'),
        ([("services.csv", "id,name\n1,Ä\n".encode("cp1252"))], "x.zip/services.csv:2: this is not UTF-8"),
        ([("services.csv", b'id,name\n1,"Kurs\n')], "quotation marks"),
        ([("services.csv", b"id,name\n" + b"1,a\n" * 200_001)], "more than 200000 rows"),
        ([("../services.csv", SERVICES)], "leads out of it"),
        ([("services.csv", b"0" * 50_000_000)], "zip bomb"),
    ],
)
def test_a_broken_or_hostile_package_is_told(files: list[tuple[str, bytes]], said: str) -> None:
    """And nothing of it is taken."""
    file = SourceFile("x.zip")
    assert hsds_package.read_zip(file, packed(*files), "course") == []
    assert said in told(file)


def test_no_text_in_the_tables_can_be_run() -> None:
    """Telephone numbers stay as they are, which other programs want to read."""
    offer = Offer(id="v/a", kind="course", provider="=cmd", title={"de": "+1 Kurs"}, contact=RICH.contact)
    with zipfile.ZipFile(io.BytesIO(hsds_package.write([offer]))) as archive:
        assert b"'=cmd" in archive.read("organizations.csv")
        assert b"'+1 Kurs" in archive.read("services.csv")
        assert b",+49 711 555555" in archive.read("phones.csv")
