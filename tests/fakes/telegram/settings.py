"""Bot API methods about the bot itself: updates, webhook, commands, names."""

from __future__ import annotations

import ipaddress
import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tests.fakes.telegram.errors import bad_request, conflict
from tests.fakes.telegram.methods import METHODS, Method, Params, method
from tests.fakes.telegram.text import check_unicode, utf16_length

if TYPE_CHECKING:
    from tests.fakes.telegram.world import World

_SCOPES = {
    "default": set[str](),
    "all_private_chats": set[str](),
    "all_group_chats": set[str](),
    "all_chat_administrators": set[str](),
    "chat": {"chat_id"},
    "chat_administrators": {"chat_id"},
    "chat_member": {"chat_id", "user_id"},
}
_TEXTS = {"Name": ("name", 64), "Description": ("description", 512), "ShortDescription": ("short_description", 120)}


@method("getMe")
def get_me(world: World, _params: Params) -> Any:
    """Who the bot is."""
    return world.bot


@method("getUpdates", offset="int", limit="int", timeout="int", allowed_updates="array")
def get_updates(world: World, params: Params) -> Any:
    """Waiting updates; an awaitable, as it may wait for them."""
    if world.webhook.url:
        raise conflict(
            "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
        )
    world.queue.allow(params.get("allowed_updates"))
    limit = min(max(params.get("limit") or 100, 1), 100)
    return world.queue.poll(params.get("offset") or 0, limit, params.get("timeout") or 0)


@method(
    "setWebhook",
    url="str",
    certificate="file",
    ip_address="str",
    max_connections="int",
    allowed_updates="array",
    drop_pending_updates="bool",
    secret_token="str",
)
def set_webhook(world: World, params: Params) -> Any:
    """Where updates go; an empty address takes the webhook away."""
    url, secret = params.get("url") or "", params.get("secret_token") or None
    connections = params.get("max_connections") or 40
    if url:
        _check_webhook(url, secret, connections)
    world.queue.allow(params.get("allowed_updates"))
    if params.get("drop_pending_updates"):
        world.queue.waiting.clear()
    if url:
        world.queue.stop_polling("setWebhook request")
    world.webhook.set(url, secret, connections)
    return True


def _check_webhook(url: str, secret: str | None, connections: int) -> None:
    parts = urlsplit(url)
    if not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(parts.hostname))):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if secret is not None and len(secret) > 256:
        raise bad_request("secret token is too long")
    if secret is not None and not re.fullmatch(r"[A-Za-z0-9_-]+", secret):
        raise bad_request("secret token contains unallowed characters")
    if not 1 <= connections <= 100:
        raise bad_request("max_connections must be between 1 and 100")


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@method("deleteWebhook", drop_pending_updates="bool")
def delete_webhook(world: World, params: Params) -> Any:
    """Back to getUpdates."""
    if params.get("drop_pending_updates"):
        world.queue.waiting.clear()
    world.webhook.set("", None, 40)
    return True


@method("getWebhookInfo")
def get_webhook_info(world: World, _params: Params) -> Any:
    """State of the webhook."""
    hook = world.webhook
    info = {"url": hook.url, "has_custom_certificate": False, "pending_update_count": len(world.queue.waiting)}
    if hook.url:
        info["max_connections"] = hook.max_connections
    if hook.last_error is not None:
        info.update(last_error_date=hook.last_error_date, last_error_message=hook.last_error)
    if world.queue.allowed is not None:
        info["allowed_updates"] = sorted(world.queue.allowed)
    return info


def _language(params: Params) -> str:
    code = params.get("language_code") or ""
    if code and not re.fullmatch(r"[a-z]{2}", code):
        raise bad_request("invalid language code specified")
    return str(code)


def _place(world: World, params: Params) -> tuple[str, str]:
    scope = params.get("scope") or {"type": "default"}
    needed = _SCOPES.get(scope.get("type", ""))
    if needed is None or set(scope) - {"type"} != needed:
        raise bad_request("can't parse BotCommandScope: unsupported type specified")
    if "chat_id" in scope:
        world.find_chat(scope["chat_id"])
    return json.dumps(scope, sort_keys=True), _language(params)


@method("setMyCommands", commands="array!", scope="object", language_code="str")
def set_my_commands(world: World, params: Params) -> Any:
    """The menu of commands for a scope and a language."""
    place, commands = _place(world, params), params["commands"]
    if len(commands) > 100:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for entry in commands:
        if not isinstance(entry, dict) or set(entry) != {"command", "description"}:
            raise bad_request("can't parse BotCommand: expected command and description")
        if not isinstance(entry["command"], str) or not re.fullmatch(r"[a-z0-9_]{1,32}", entry["command"]):
            raise bad_request("BOT_COMMAND_INVALID")
        check_unicode(entry["description"])
        if not entry["description"].strip() or utf16_length(entry["description"]) > 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    if commands:
        world.profile.commands[place] = commands
    else:
        world.profile.commands.pop(place, None)
    return True


@method("getMyCommands", scope="object", language_code="str")
def get_my_commands(world: World, params: Params) -> Any:
    """The menu of exactly this scope and language."""
    return world.profile.commands.get(_place(world, params), [])


@method("deleteMyCommands", scope="object", language_code="str")
def delete_my_commands(world: World, params: Params) -> Any:
    """Take the menu of this scope and language away."""
    world.profile.commands.pop(_place(world, params), None)
    return True


def _add_text(suffix: str, field: str, limit: int) -> None:
    """Enter `setMy...` and `getMy...` for one of the texts people see of the bot."""

    def write(world: World, params: Params) -> Any:
        stored, language, text = getattr(world.profile, field), _language(params), params.get(field) or ""
        check_unicode(text)
        if utf16_length(text) > limit:
            raise bad_request(f"{field.replace('_', ' ')} is too long")
        if text:
            stored[language] = text
        else:
            stored.pop(language, None)
        return True

    def read(world: World, params: Params) -> Any:
        stored: dict[str, str] = getattr(world.profile, field)
        default = world.bot["first_name"] if field == "name" else ""
        return {field: stored.get(_language(params)) or stored.get("") or default}

    for name, table, handler in (
        (f"setMy{suffix}", {field: "str", "language_code": "str"}, write),
        (f"getMy{suffix}", {"language_code": "str"}, read),
    ):
        METHODS[name.lower()] = Method(name, table, handler)


for _suffix, (_field, _limit) in _TEXTS.items():
    _add_text(_suffix, _field, _limit)
