"""``lotse staff``: accounts of the staff, and the one-time links that let them in."""

import argparse
import time
from collections.abc import Collection

from bot.content import load_or_last_good
from bot.errors import LotseError
from bot.inbox.auth import LINK_LIFE, make_link
from bot.settings import STAFF_ROLES, Settings
from bot.storage import audit, staff
from bot.storage.access import EVERY_QUEUE
from bot.storage.database import Database
from bot.storage.staff import Staff

_DAY = 24 * 3600
DEMO_EMAIL = "demo@lotse.invalid"


def add_verbs(parser: argparse.ArgumentParser) -> None:
    """The verbs under ``lotse staff``; each sets ``work``, a function (given, settings, database) -> exit status."""
    verbs = parser.add_subparsers(required=True, metavar="add|change|link|list|disable")

    adding = verbs.add_parser("add", help="make an account, and a one-time link to set its password")
    adding.add_argument("email")
    adding.add_argument("--name", required=True, help="as colleagues see it")
    adding.add_argument("--role", choices=STAFF_ROLES, default="social_worker", help="default: %(default)s")
    adding.add_argument("--queue", action="append", default=[], metavar="QUEUE", help="may be repeated; * is all")
    adding.add_argument("--language", choices=("de", "en"), default="de", help="of the pages (default: %(default)s)")
    adding.set_defaults(work=add)

    changing = verbs.add_parser("change", help="change a name, role or queues, or let somebody in again")
    changing.add_argument("email")
    changing.add_argument("--name", help="as colleagues see it")
    changing.add_argument("--role", choices=STAFF_ROLES)
    changing.add_argument("--queue", action="append", metavar="QUEUE", help="instead of all that they had; * is all")
    changing.add_argument("--enable", action="store_true", help="after disable")
    changing.set_defaults(work=change)

    linking = verbs.add_parser("link", help="make a new one-time link: a password or a phone was lost")
    linking.add_argument("email")
    linking.set_defaults(work=link)

    verbs.add_parser("list", help="list the accounts").set_defaults(work=show)

    disabling = verbs.add_parser("disable", help="let somebody in no more, and end their sessions at once")
    disabling.add_argument("email")
    disabling.set_defaults(work=disable)


async def add(given: argparse.Namespace, settings: Settings, database: Database) -> int:
    """``lotse staff add``."""
    _check_queues(given.queue, settings)
    if "@" not in given.email:
        raise LotseError(f"{given.email} is no e-mail address.")
    await audit.note_command(database, "staff add")
    account = await staff.add(database, given.name, given.email, given.role, given.queue, language=given.language)
    await _print_link(account, settings, database)
    if not given.queue and given.role != "editor":
        _say(f"This account sees no cases yet: lotse staff change {account.email} --queue QUEUE (* is all).")
    return 0


async def change(given: argparse.Namespace, settings: Settings, database: Database) -> int:
    """``lotse staff change``."""
    account = await _known(given.email, database)
    if not (given.name or given.role or given.queue or given.enable):
        raise LotseError("Say what is to change: --name, --role, --queue or --enable.")
    _check_queues(given.queue or [], settings)
    await audit.note_command(database, "staff change")
    active = True if given.enable else None
    await staff.change(database, account.id, name=given.name, role=given.role, queues=given.queue, active=active)
    _say(f"{account.email} is changed. Who got other rights has to sign in again.")
    return 0


async def link(given: argparse.Namespace, settings: Settings, database: Database) -> int:
    """``lotse staff link``."""
    account = await _known(given.email, database)
    if not account.active:
        raise LotseError(f"The account {account.email} is disabled.")
    await audit.note_command(database, "staff link")
    await _print_link(account, settings, database)
    return 0


async def show(_: argparse.Namespace, _settings: Settings, database: Database) -> int:
    """``lotse staff list``."""
    await audit.note_command(database, "staff list")
    for account in await staff.list_staff(database):
        states = [
            "active" if account.active else "disabled",
            "password" if account.has_password else "no password",
            "second factor" if account.has_second_factor else "no second factor",
        ]
        queues = ", ".join(sorted(account.queues)) or "no queues"
        _say("\t".join((account.email, account.name, account.role, queues, ", ".join(states))))
    return 0


async def disable(given: argparse.Namespace, _: Settings, database: Database) -> int:
    """``lotse staff disable``."""
    account = await _known(given.email, database)
    await audit.note_command(database, "staff disable")
    await staff.change(database, account.id, active=False)
    _say(f"{account.email} is disabled and signed out everywhere; cases of theirs are everybody's again.")
    return 0


async def demo_link(settings: Settings, database: Database, address: str) -> str:
    """A one-time link into the demo, for whoever started it; it sees every queue. Empty outside the demo."""
    if not settings.demo:
        return ""
    account = await staff.find_by_email(database, DEMO_EMAIL)
    if account is None:
        account = await staff.add(database, "Demo", DEMO_EMAIL, "lead", [EVERY_QUEUE])
    return f"{address}/inbox/link/{await make_link(database, account.id, time.time(), 'demo')}"


async def _print_link(account: Staff, settings: Settings, database: Database) -> None:
    token = await make_link(database, account.id, time.time())
    address = settings.public_url or f"http://{settings.host}:{settings.port}"
    _say(f"{address}/inbox/link/{token}")
    _say(f"The link works once, for {int(LINK_LIFE / _DAY)} days. Give it to nobody but {account.name}.")


async def _known(email: str, database: Database) -> Staff:
    account = await staff.find_by_email(database, email)
    if account is None:
        raise LotseError(f"There is no account {email}. `lotse staff list` shows all.")
    return account


def _check_queues(queues: Collection[str], settings: Settings) -> None:
    catalogue = load_or_last_good(settings.content, settings.var / "content").catalogue
    known = {*catalogue.queues, EVERY_QUEUE}
    if strange := sorted(set(queues) - known):
        raise LotseError(f"There is no queue {strange[0]!r}. There are: {', '.join(sorted(known))}.")


def _say(line: str) -> None:
    print(line)  # noqa: T201 - the command line speaks by printing
