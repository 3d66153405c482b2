"""What the audit calls things on its page: who, what, and what about it, without a word that only programmers know."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bot.i18n import Texts
from bot.inbox.wording import Wording
from bot.storage.audit import AT_THE_SERVER, IN_THE_GROUP, Entry

_STAFF: Final = re.compile(r"staff (\d+)")
BY_LOTSE: Final = frozenset({"escalated", "released", "transcript erased", "purged"})
BY_THE_PERSON: Final = frozenset({"erased by the person"})
# Somebody may have done these with no account at all.
_PATHS: Final = frozenset(
    {"no session", "refused", "role refused", "foreign host", "foreign origin", "forged form", "too large", "too slow"}
)


def actions(t: Texts) -> Mapping[str, str]:
    """What each action is called, in the order in which one may choose them."""
    return {**_about_cases(t), **_about_lists(t), **_about_accounts(t), **_about_signing_in(t), **_refused(t)}


def _about_cases(t: Texts) -> dict[str, str]:
    return {
        "read": t.say("read a case"),
        "file read": t.say("opened a file"),
        "reply": t.say("wrote to the person"),
        "note": t.say("wrote a note"),
        "translated": t.say("had a text translated by a machine"),
        "taken": t.say("took a case"),
        "assigned": t.say("gave a case to a colleague"),
        "released": t.say("gave a case back to everybody"),
        "handed over": t.say("handed a case to another team"),
        "snoozed": t.say("put a case aside"),
        "woken": t.say("brought a case back"),
        "resolved": t.say("closed a case"),
        "reopened": t.say("opened a case again"),
        "blocked": t.say("blocked a person"),
        "unblocked": t.say("lifted a block"),
        "exported": t.say("gave out a case for the person"),
        "escalated": t.say("asked the leads to look"),
        "erased by the person": t.say("erased their data"),
        "transcript erased": t.say("erased a transcript after its time"),
    }


def _about_lists(t: Texts) -> dict[str, str]:
    return {
        "list read": t.say("read the list of cases"),
        "searched": t.say("searched the list of cases"),
        "audit read": t.say("read the audit"),
        "audit exported": t.say("saved the audit as a table"),
        "figures read": t.say("read the figures"),
        "figures exported": t.say("saved the figures as a table"),
        "purged": t.say("erased what was over its time"),
        AT_THE_SERVER: t.say("gave a command at the server"),
    }


def _about_accounts(t: Texts) -> dict[str, str]:
    return {
        "staff added": t.say("made an account"),
        "staff changed": t.say("changed an account"),
        "staff renamed": t.say("renamed an account"),
        "sign-in linked": t.say("connected an account with the city's sign-in"),
        "telegram connected": t.say("connected Telegram"),
        "telegram disconnected": t.say("disconnected Telegram"),
        "link made": t.say("made a one-time link"),
        "password set": t.say("chose a password"),
        "second factor set": t.say("set a second factor"),
        "second factor dropped": t.say("dropped the second factor"),
    }


def _about_signing_in(t: Texts) -> dict[str, str]:
    return {
        "signed in": t.say("signed in"),
        "password accepted": t.say("gave the right password"),
        "signed out": t.say("signed out"),
        "signed out everywhere": t.say("signed out on all devices"),
        "sign-in refused": t.say("was not signed in"),
        "sign-in throttled": t.say("was stopped after many attempts to sign in"),
        "code refused": t.say("gave a wrong code"),
        "code throttled": t.say("was stopped after many wrong codes"),
        "link refused": t.say("used a link that does not work"),
        "link throttled": t.say("was stopped after many wrong links"),
    }


def _refused(t: Texts) -> dict[str, str]:
    return {
        "no session": t.say("wanted to see a page without signing in"),
        "refused": t.say("wanted something that is not theirs"),
        "role refused": t.say("wanted a page that is not for their role"),
        "foreign host": t.say("came by a wrong address"),
        "foreign origin": t.say("was sent by another website"),
        "forged form": t.say("sent a form that was not made here"),
        "too large": t.say("sent too much"),
        "too slow": t.say("sent too slowly"),
    }


@dataclass(frozen=True, slots=True)
class AuditWords:
    """The words of one page; ``names`` are those of the staff by their numbers."""

    w: Wording
    names: Mapping[int, str]

    def who(self, entry: Entry) -> str:
        """Who did it."""
        t = self.w.t
        if entry.staff_id is not None:
            return entry.staff or self.names.get(entry.staff_id, t.say("an account that is gone"))
        if entry.action == AT_THE_SERVER:
            return t.say("At the server: %(name)s", name=entry.detail.partition(": ")[2])
        if entry.action in BY_LOTSE or entry.action.startswith("staff "):
            return "Lotse"
        return t.say("The person") if entry.action in BY_THE_PERSON else t.say("Nobody who was signed in")

    def what(self, entry: Entry) -> str:
        """What they did."""
        return actions(self.w.t).get(entry.action) or self.w.t.say("did something else")

    def about(self, entry: Entry) -> str:
        """What about it: a team, a colleague, a reason, a page; nothing where the rest says enough."""
        w, t, detail = self.w, self.w.t, entry.detail
        if detail == IN_THE_GROUP:
            return t.say("Telegram")
        if entry.action in _PATHS:
            return t.say("Page: %(page)s", page=detail.partition(" ")[2] or detail)
        if entry.action == AT_THE_SERVER:
            return f"lotse {detail.partition(': ')[0]}"
        simple = {
            "handed over": lambda: " → ".join(w.queue(each) for each in detail.split(" -> ")),
            "resolved": lambda: w.resolution(detail),
            "snoozed": lambda: w.iso(detail),
            "exported": lambda: t.say("with internal notes") if detail else t.say("without internal notes"),
            "purged": lambda: self._purged(detail),
            "signed in": lambda: self._how(detail),
            "sign-in refused": lambda: self._how(detail),
        }
        if entry.action in simple:
            return simple[entry.action]()
        found = _STAFF.match(detail)
        return self.names.get(int(found[1]), "") if found else ""

    def _how(self, detail: str) -> str:
        t = self.w.t
        return {
            "password and code": t.say("with password and code"),
            "password": t.say("with the password"),
            "link": t.say("with a one-time link"),
            "demo link": t.say("with the link of the demo"),
            "no second factor": t.say("without a second factor"),
        }.get(detail, t.say("with the city's sign-in") if detail.startswith("OpenID") else "")

    def _purged(self, detail: str) -> str:
        t = self.w.t
        names = {
            "transcripts": t.say("transcripts"),
            "files": t.say("files"),
            "conversations": t.say("silent conversations"),
            "messages": t.say("messages that nobody fetched"),
            "drafts": t.say("drafts"),
        }
        parts = (each.partition(" ") for each in detail.split(", "))
        return ", ".join(f"{names[name]}: {number}" for name, _, number in parts if name in names)
