"""The verbs of the command line about offers: ``lotse template``, ``lotse import``, ``lotse export offers``."""

import argparse
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from bot.errors import LotseError
from bot.offers import hsds_export, hsds_package, schema_org_export
from bot.offers.columns import SPOKEN
from bot.offers.files import FOLDERS, load_offers
from bot.offers.importing import Wanted, import_file
from bot.offers.model import Kind, Offer
from bot.offers.rows import row_of
from bot.offers.table import write_csv
from bot.offers.template import write_xlsx

Say = Callable[[str], None]

FORMATS = ("csv", "xlsx", "hsds", "hsds-package", "schema-org")


def add_verbs(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add two verbs to the command line; each is run by ``given.run(given, content)``."""
    template = verbs.add_parser("template", help="an empty table of offers, for editors and providers to fill in")
    template.add_argument("kind", choices=list(FOLDERS))
    template.add_argument("file", type=Path, help="a name that ends in .xlsx (with drop-downs) or .csv")
    template.add_argument("--languages", default="", metavar="en,ar", help="languages that get columns of texts")
    template.set_defaults(run=make_template)

    importing = verbs.add_parser("import", help="take a provider's offers in")
    importing.add_argument("kind", choices=list(FOLDERS))
    importing.add_argument("file", type=Path, help="CSV, XLSX, HSDS 3 (JSON, data package), or schema.org (JSON-LD)")
    importing.add_argument("--provider", required=True, help="name of the club or school; its file is named after it")
    importing.add_argument("--dry-run", action="store_true", help="say what would happen, and write nothing")
    importing.add_argument("--all-or-nothing", action="store_true", help="take no row if one is refused")
    importing.add_argument(
        "--replace", action="store_true", help="remove what the file does not name, if no row is refused"
    )
    importing.add_argument("--everything", action="store_true", help="show the rows that stay as they are, too")
    importing.add_argument("--json", action="store_true", help="print the report as one JSON object")
    importing.set_defaults(run=take_in)


def add_export(things: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the offers to the things that can be exported; run as the verbs are."""
    export = things.add_parser("offers", help="hand the offers on")
    export.add_argument("format", choices=list(FORMATS))
    export.add_argument("file", type=Path)
    export.add_argument("--kind", choices=list(FOLDERS), help="one kind alone; needed for csv")
    export.add_argument("--sample", action="store_true", help="the invented offers instead of the real ones")
    export.set_defaults(run=hand_on)


def make_template(given: argparse.Namespace, _: Path, say: Say = print) -> int:
    """``lotse template``: write an empty table; a file that is there is not overwritten."""
    kind = FOLDERS[given.kind]
    languages = [code.strip() for code in given.languages.split(",") if code.strip()]
    unknown = [code for code in languages if code not in SPOKEN.values()]
    if unknown:
        raise LotseError(f'"{unknown[0]}" is not a known language. Use some of: {", ".join(SPOKEN.values())}.')
    suffix = given.file.suffix.lower()
    if suffix not in {".csv", ".xlsx"}:
        raise LotseError(f"{given.file} is neither .xlsx nor .csv. Let its name end in one of them.")
    data = write_csv(kind, [], languages) if suffix == ".csv" else write_xlsx({kind: []}, languages)
    _save(given.file, data)
    say(f"{given.file} is made. Fill it in, then: lotse import {given.kind} {given.file} --provider NAME")
    return 0


def take_in(given: argparse.Namespace, content: Path, say: Say = print) -> int:
    """``lotse import``: return 0 if every row could be taken, else 1."""
    wanted = Wanted(replace_all=given.replace, whole=given.all_or_nothing, rehearsal=given.dry_run)
    report = import_file(content, FOLDERS[given.kind], given.file, given.provider, wanted)
    say(report.json() if given.json else report.text(everything=given.everything))
    return 0 if report.complete else 1


def hand_on(given: argparse.Namespace, content: Path, say: Say = print) -> int:
    """``lotse export offers``."""
    offers = load_offers(content / "sample" if given.sample else content, sample=given.sample)
    kinds = [FOLDERS[given.kind]] if given.kind else list(FOLDERS.values())
    chosen = [offer for offer in offers if offer.kind in kinds]
    _save(given.file, _exported(given.format, chosen, kinds))
    say(f"{given.file}: {len(chosen)} offers.")
    return 0


def _exported(format_: str, offers: Sequence[Offer], kinds: Sequence[Kind]) -> bytes:
    if format_ == "csv" and len(kinds) > 1:
        raise LotseError(f"A CSV file holds one kind of offers. Add --kind with one of: {', '.join(FOLDERS)}.")
    tables = {kind: [row_of(offer) for offer in offers if offer.kind == kind] for kind in kinds}
    writers: Mapping[str, Callable[[], bytes]] = {
        "csv": lambda: write_csv(kinds[0], tables[kinds[0]]),
        "xlsx": lambda: write_xlsx(tables),
        "hsds": lambda: hsds_export.write(offers),
        "hsds-package": lambda: hsds_package.write(offers),
        "schema-org": lambda: schema_org_export.write(offers),
    }
    return writers[format_]()


def _save(file: Path, data: bytes) -> None:
    try:
        with file.open("xb") as stream:
            stream.write(data)
    except FileExistsError:
        raise LotseError(f"{file} exists already. Choose another name.") from None
    except OSError as error:
        raise LotseError(f"{file} cannot be written: {error.strerror}.") from error
