"""Settings, read once from the environment. One error names every bad variable."""

import base64
import binascii
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from bot.errors import LotseError

ROOT = Path(__file__).parent.parent
TELEGRAM = "https://api.telegram.org"
STAFF_ROLES = ("social_worker", "lead", "editor", "admin")
_KEY_BYTES = 32
_MOST_DAYS = 3650
_KEY_ID = re.compile(r"[a-z0-9-]{1,16}")
_GROUP_RULE = re.compile(
    rf"(.+?)\s*=\s*({'|'.join(STAFF_ROLES)})(?::([a-z0-9-]+(?:\+[a-z0-9-]+)*|\*))?",
)
_TELEGRAM_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]+")
_RASA_TOKEN = re.compile(r"[^\s\x00-\x1f\x7f-\x9f]+")
_API_KEY = re.compile(r"[^\s\x00-\x1f\x7f-\x9f]{1,500}")
_GROUP = re.compile(r"-[1-9]\d{0,17}", re.ASCII)
_WEBHOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{16,256}")


class SettingsError(LotseError):
    """Variables of the environment that cannot be used; one line each."""


@dataclass(frozen=True, slots=True, repr=False)
class Key:
    """A 32-byte secret with a short name, so that what it encrypted can be found again."""

    id: str
    secret: bytes


@dataclass(frozen=True, slots=True)
class GroupRule:
    """What a group of the city's own sign-in may do here.

    ``queues`` are ids, or ``*``; without any, somebody keeps those that they have.
    """

    group: str
    role: str
    queues: frozenset[str]


@dataclass(frozen=True, slots=True)
class OpenId:
    """The city's own sign-in (OpenID Connect).

    ``trust_email``: all its addresses are verified, although it does not say so.
    """

    issuer: str
    client_id: str
    rules: tuple[GroupRule, ...]
    client_secret: str = field(default="", repr=False)
    groups_claim: str = "groups"
    scope: str = "openid email profile"
    trust_email: bool = False


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything an operator decides. Secrets are kept out of ``repr``."""

    root: Path
    content: Path
    var: Path
    database_url: str = field(repr=False)
    keys: tuple[Key, ...] = field(repr=False)
    telegram_token: str = field(default="", repr=False)
    telegram_api_url: str = TELEGRAM
    telegram_mode: Literal["polling", "webhook"] = "polling"
    webhook_secret: str = field(default="", repr=False)
    public_url: str = ""
    rasa_url: str = ""
    rasa_token: str = field(default="", repr=False)
    host: str = "127.0.0.1"
    port: int = 8080
    demo: bool = False
    flood_messages: int = 20
    flood_seconds: float = 10.0
    transcript_days: int = 90
    media_days: int = 30
    openid: OpenId | None = None
    staff_group: int = 0
    staff_topics: bool = False
    translate_url: str = ""
    translate_key: str = field(default="", repr=False)


def load(environment: Mapping[str, str] = os.environ, root: Path = ROOT) -> Settings:
    """Read the settings.

    Raises:
        SettingsError: naming every variable that cannot be used, and what it should be.
    """
    return _Reader(environment, root).settings()


class _Reader:
    def __init__(self, environment: Mapping[str, str], root: Path) -> None:
        self.environment = environment
        self.root = root
        self.problems: list[str] = []

    def settings(self) -> Settings:
        var = self.root / "var"
        mode = self.choice("LOTSE_TELEGRAM_MODE", ("polling", "webhook"))
        settings = Settings(
            root=self.root,
            content=self.directory("LOTSE_CONTENT", self.root / "content"),
            var=var,
            database_url=self.database_url(var),
            keys=self.keys(var),
            telegram_token=self.matching(
                "LOTSE_TELEGRAM_TOKEN", _TELEGRAM_TOKEN, "a token from @BotFather, 123456:ABC…"
            ),
            telegram_api_url=self.url("LOTSE_TELEGRAM_API_URL", TELEGRAM),
            telegram_mode="webhook" if mode == "webhook" else "polling",
            webhook_secret=self.matching(
                "LOTSE_WEBHOOK_SECRET", _WEBHOOK_SECRET, "16 to 256 letters, digits, - and _ that nobody can guess"
            ),
            public_url=self.url("LOTSE_PUBLIC_URL", ""),
            rasa_url=self.url("LOTSE_RASA_URL", ""),
            rasa_token=self.rasa_token(var / "rasa" / "token"),
            host=self.environment.get("LOTSE_HOST", "127.0.0.1"),
            port=self.port(),
            demo=self.demo(),
            transcript_days=self.days("LOTSE_TRANSCRIPT_DAYS", 90),
            media_days=self.days("LOTSE_MEDIA_DAYS", 30),
            openid=self.openid(),
            staff_group=self.staff_group(),
            staff_topics=self.choice("LOTSE_STAFF_TOPICS", ("no", "yes")) == "yes",
            translate_url=self.translate_url(),
            translate_key=self.matching("LOTSE_TRANSLATE_KEY", _API_KEY, "the server's key, without spaces"),
        )
        self.check_webhook(settings)
        self.check_demo(settings)
        self.check_staff_group(settings)
        if settings.media_days > settings.transcript_days:
            self.complain("LOTSE_MEDIA_DAYS", "must not be more than LOTSE_TRANSCRIPT_DAYS: files go with their talk.")
        if self.problems:
            raise SettingsError("\n".join(self.problems))
        return settings

    def demo(self) -> bool:
        """Whether invented offers are shown: if nobody decided, only where nothing speaks of a real deployment."""
        if self.environment.get("LOTSE_DEMO"):
            return self.choice("LOTSE_DEMO", ("no", "yes")) == "yes"
        deployed = any(self.environment.get(name) for name in ("LOTSE_SECRET_KEY", "LOTSE_PUBLIC_URL"))
        on_server = self.environment.get("LOTSE_DATABASE_URL", "").startswith("postgres")
        # Whoever finds a bot on Telegram may write to it, and knows nothing of a demonstration.
        own_server = _is_own_machine(self.environment.get("LOTSE_TELEGRAM_API_URL", TELEGRAM))
        on_telegram = bool(self.environment.get("LOTSE_TELEGRAM_TOKEN")) and not own_server
        return not (deployed or on_server or on_telegram)

    def openid(self) -> OpenId | None:
        """The city's own sign-in, where there is one."""
        issuer = self.url("LOTSE_OIDC_ISSUER", "")
        if not issuer:
            return None
        for name in ("LOTSE_OIDC_CLIENT_ID", "LOTSE_OIDC_GROUPS", "LOTSE_PUBLIC_URL"):
            if not self.environment.get(name):
                self.complain(name, "is needed with LOTSE_OIDC_ISSUER.")
        if not issuer.startswith("https://") and not _is_own_machine(issuer):
            self.complain("LOTSE_OIDC_ISSUER", "must begin with https://.")
        parts = (part.strip() for part in self.environment.get("LOTSE_OIDC_GROUPS", "").split(","))
        return OpenId(
            issuer=issuer,
            client_id=self.environment.get("LOTSE_OIDC_CLIENT_ID", ""),
            client_secret=self.environment.get("LOTSE_OIDC_CLIENT_SECRET", ""),
            rules=tuple(self.group_rule(part) for part in parts if part),
            groups_claim=self.environment.get("LOTSE_OIDC_GROUPS_CLAIM") or "groups",
            scope=self.environment.get("LOTSE_OIDC_SCOPE") or "openid email profile",
            trust_email=self.choice("LOTSE_OIDC_TRUST_EMAIL", ("no", "yes")) == "yes",
        )

    def translate_url(self) -> str:
        """The translation server: what people write in confidence goes there, so nobody may listen on the way."""
        url = self.url("LOTSE_TRANSLATE_URL", "")
        if url and not url.startswith("https://") and not _is_own_machine(url):
            self.complain("LOTSE_TRANSLATE_URL", "must begin with https://, unless the server is on this machine.")
        if "@" in url:
            self.complain("LOTSE_TRANSLATE_URL", "must hold no password; a key belongs into LOTSE_TRANSLATE_KEY.")
        return url

    def group_rule(self, part: str) -> GroupRule:
        found = _GROUP_RULE.fullmatch(part)
        if found is None:
            remedy = "must be GROUP=ROLE or GROUP=ROLE:QUEUE+QUEUE, several with commas; roles are"
            self.complain("LOTSE_OIDC_GROUPS", f"{remedy} {', '.join(STAFF_ROLES)}.")
            return GroupRule("", "", frozenset())
        group, role, queues = found.groups()
        return GroupRule(group.strip(), role, frozenset(queues.split("+")) if queues else frozenset())

    def staff_group(self) -> int:
        """Telegram's number of the staff's group, 0 if there is none."""
        value = self.environment.get("LOTSE_STAFF_GROUP", "")
        if value and not _GROUP.fullmatch(value):
            self.complain("LOTSE_STAFF_GROUP", "must be the number of a group on Telegram, such as -1001234567890.")
            return 0
        return int(value or 0)

    def check_staff_group(self, settings: Settings) -> None:
        if settings.staff_topics and not settings.staff_group:
            self.complain("LOTSE_STAFF_GROUP", "is needed for LOTSE_STAFF_TOPICS=yes.")
        if not settings.staff_group:
            return
        for name, value in (
            ("LOTSE_TELEGRAM_TOKEN", settings.telegram_token),
            ("LOTSE_PUBLIC_URL", settings.public_url),
        ):
            if not value:
                self.complain(name, "is needed with LOTSE_STAFF_GROUP: messages there lead to the inbox.")

    def complain(self, name: str, remedy: str) -> None:
        # The value itself may be a secret, so it is never repeated.
        self.problems.append(f"{name}: {remedy}")

    def choice(self, name: str, allowed: tuple[str, ...]) -> str:
        value = self.environment.get(name) or allowed[0]
        if value not in allowed:
            self.complain(name, f"must be one of {', '.join(allowed)}.")
            return allowed[0]
        return value

    def directory(self, name: str, default: Path) -> Path:
        path = Path(self.environment.get(name) or default).expanduser()
        if not path.is_dir():
            self.complain(name, f"there is no folder {path}.")
        return path

    def matching(self, name: str, form: re.Pattern[str], meaning: str) -> str:
        value = self.environment.get(name, "")
        if value and not form.fullmatch(value):
            self.complain(name, f"must be {meaning}.")
            return ""
        return value

    def rasa_token(self, file: Path) -> str:
        """The token from the variable; without it, the one that Rasa was started with on this machine."""
        if self.environment.get("LOTSE_RASA_TOKEN") or not self.environment.get("LOTSE_RASA_URL") or not file.exists():
            return self.matching("LOTSE_RASA_TOKEN", _RASA_TOKEN, "Rasa's token, without spaces")
        try:
            token = file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            token = ""
        if not _RASA_TOKEN.fullmatch(token):
            self.complain("LOTSE_RASA_TOKEN", f"must be set, for {file} holds no token that can be read.")
        return token

    def url(self, name: str, default: str) -> str:
        value = (self.environment.get(name) or default).rstrip("/")
        if value and not _is_address(value):
            self.complain(name, "must be an address that begins with https:// or http://.")
        return value

    def days(self, name: str, usual: int) -> int:
        value = self.environment.get(name) or str(usual)
        if not value.isascii() or not value.isdigit() or not 1 <= int(value) <= _MOST_DAYS:
            self.complain(name, f"must be a number of days from 1 to {_MOST_DAYS}.")
            return usual
        return int(value)

    def port(self) -> int:
        value = self.environment.get("LOTSE_PORT") or "8080"
        if not value.isascii() or not value.isdigit() or not 0 <= int(value) <= 65535:  # noqa: PLR2004 - TCP's range
            self.complain("LOTSE_PORT", "must be a number from 0 to 65535.")
            return 8080
        return int(value)

    def database_url(self, var: Path) -> str:
        value = self.environment.get("LOTSE_DATABASE_URL") or f"sqlite:///{var}/lotse.db"
        scheme, separator, rest = value.partition("://")
        drivers = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}
        driver = drivers.get(scheme.split("+", maxsplit=1)[0])
        if not separator or driver is None:
            self.complain("LOTSE_DATABASE_URL", "must begin with sqlite:/// or postgresql://.")
            return ""
        path, _, options = rest.partition("?")
        if driver.startswith("sqlite") and (not path.startswith("/") or path.strip("/") in {"", ":memory:"}):
            self.complain("LOTSE_DATABASE_URL", "must name a file: sqlite:///path/to/lotse.db.")
            return ""
        # The driver knows this option of PostgreSQL's own tools by another name.
        options = re.sub(r"(^|&)sslmode=", r"\1ssl=", options) if driver.startswith("postgresql") else options
        return f"{driver}://{path}?{options}" if options else f"{driver}://{path}"

    def keys(self, var: Path) -> tuple[Key, ...]:
        """Keys from the variable, newest first; without it, one that is made once and kept in ``var/``."""
        given = self.environment.get("LOTSE_SECRET_KEY", "")
        if not given:
            return (_own_key(var / "secret.key", self.complain),)
        keys = tuple(self.key(part.strip(), place) for place, part in enumerate(given.split(","), start=1))
        if len({key.id for key in keys}) < len(keys):
            self.complain("LOTSE_SECRET_KEY", "two keys have the same name.")
        return keys

    def key(self, part: str, place: int) -> Key:
        name, separator, value = part.rpartition(":")
        secret = _decode(value)
        if len(secret) != _KEY_BYTES or (separator and not _KEY_ID.fullmatch(name)):
            remedy = (
                "must be NAME:SECRET (32 bytes in base64; `lotse key` makes one), several with commas, newest first"
            )
            self.complain("LOTSE_SECRET_KEY", f"{remedy}. Number {place} is not.")
        return Key(name or "1", secret)

    def check_demo(self, settings: Settings) -> None:
        if settings.demo and settings.public_url and not _is_own_machine(settings.public_url):
            self.complain("LOTSE_DEMO", "must be no with LOTSE_PUBLIC_URL, or people act on invented offers.")

    def check_webhook(self, settings: Settings) -> None:
        if settings.telegram_mode != "webhook" or not settings.telegram_token:
            return
        if not settings.webhook_secret:
            self.complain("LOTSE_WEBHOOK_SECRET", "is needed for LOTSE_TELEGRAM_MODE=webhook.")
        if not settings.public_url:
            self.complain("LOTSE_PUBLIC_URL", "is needed for LOTSE_TELEGRAM_MODE=webhook.")
        elif not settings.public_url.startswith("https://") and not _is_own_machine(settings.public_url):
            self.complain("LOTSE_PUBLIC_URL", "must begin with https:// for LOTSE_TELEGRAM_MODE=webhook.")


def _is_address(value: str) -> bool:
    """Whether this is an address of the web; its parser raises where brackets or the port are wrong."""
    try:
        parts = urlsplit(value)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0 and " " not in value
    except ValueError:
        return False


def _is_own_machine(address: str) -> bool:
    """Whether an address leads nowhere else, as in tests."""
    host = urlsplit(address).hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def new_key(name: str) -> str:
    """A fresh key in the form that ``LOTSE_SECRET_KEY`` takes."""
    return f"{name}:{base64.urlsafe_b64encode(secrets.token_bytes(_KEY_BYTES)).decode()}"


def _decode(value: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(value)
    except (binascii.Error, ValueError):
        return b""


def _own_key(file: Path, complain: object) -> Key:
    file.parent.mkdir(parents=True, exist_ok=True)
    if not file.exists():
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as opened:
            opened.write(new_key("own") + "\n")
    name, _, value = file.read_text().strip().rpartition(":")
    secret = _decode(value)
    if len(secret) != _KEY_BYTES and callable(complain):
        complain(
            "LOTSE_SECRET_KEY", f"the key in {file} is damaged. Restore it, or remove it together with the database."
        )
    return Key(name or "own", secret)
