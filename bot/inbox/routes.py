"""The staff's pages as the server mounts them."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles

from bot.inbox.auth import Door
from bot.inbox.gate import Gate
from bot.inbox.passwords import Passwords
from bot.inbox.rendering import STATIC, Pages
from bot.inbox.security import Origins, Refusals
from bot.inbox.sessions import Cookies
from bot.inbox.signing_in import OutsideDoor, SigningIn
from bot.settings import Settings
from bot.storage.crypto import Vault
from bot.storage.database import Database


@dataclass(frozen=True, slots=True)
class Entrance:
    """The door and the gate; pages behind it are made with ``gate.page``."""

    gate: Gate
    door: Door
    signing_in: SigningIn

    @property
    def routes(self) -> list[BaseRoute]:
        """Signing in, and the files that all pages need."""
        files = self.gate.files(StaticFiles(directory=STATIC))
        return [*self.signing_in.routes, Mount("/inbox/static", files)]


def entrance(
    settings: Settings,
    database: Database,
    vault: Vault,
    *,
    passwords: Passwords | None = None,
    clock: Callable[[], float] = time.time,
) -> Entrance:
    """Tie the parts together.

    Outside the demo, and wherever the public address is one of https, cookies travel through TLS only.
    """
    door = Door(database, vault, passwords or Passwords(), clock, demo=settings.demo)
    gate = Gate(
        sessions=door.sessions,
        origins=Origins(settings.public_url),
        refusals=Refusals(database, clock),
        cookies=Cookies(secure=not settings.demo or settings.public_url.startswith("https://")),
        pages=Pages(),
        clock=clock,
    )
    outside = None
    if settings.openid:
        from bot.inbox.oidc import Provider  # noqa: PLC0415 - what it needs takes long to load, and few cities use it

        come_back = f"{settings.public_url}/inbox/oidc/callback"
        outside = OutsideDoor(settings.openid, Provider(settings.openid, come_back, vault, clock))
    return Entrance(gate, door, SigningIn(gate, door, database, vault, outside))
