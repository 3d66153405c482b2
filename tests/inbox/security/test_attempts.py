"""Guessing: passwords, codes, links and who works here; and what a browser keeps of signing in."""

from dataclasses import replace
from typing import TYPE_CHECKING

import httpx
import pytest
from starlette.requests import Request

from bot.inbox import groups
from bot.inbox.gate import next_page
from bot.inbox.groups import Claims
from bot.inbox.passwords import Passwords
from bot.inbox.security import Origins, network_of
from bot.settings import GroupRule
from bot.storage import staff
from tests.inbox.staffroom import EMAIL, HOST, PASSWORD, Browser, Staffroom

if TYPE_CHECKING:
    from collections.abc import Callable

SESSION, FORM = "__Host-lotse_staff", "__Host-lotse_form"


def _from(room: Staffroom, address: str) -> Browser:
    """A browser at an address of the network."""
    browser = room.browser()
    browser._transport = httpx.ASGITransport(room.app(), client=(address, 1234))
    return browser


async def test_the_same_work_is_done_for_those_who_are_not_there(
    room: Staffroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One hash is compared for a wrong password, an unknown address, a disabled account and one without a password."""
    await room.member()
    await room.add("new@x.example")
    gone, _ = await room.member("gone@x.example")
    await staff.change(room.database, gone.id, active=False)
    compared: list[str] = []
    verify: Callable[[Passwords, str, str], bool] = Passwords._verify

    def counted(self: Passwords, password: str, stored: str) -> bool:
        compared.append(stored)
        return verify(self, password, stored)

    monkeypatch.setattr(Passwords, "_verify", counted)
    pages = []
    for email in (EMAIL, "nobody@x.example", "gone@x.example", "new@x.example"):
        before, browser = len(compared), room.browser()
        form = await browser.hidden("/inbox/login")
        answer = await browser.send_form("/inbox/login", {**form, "email": email, "password": "falsch und lang"})
        assert len(compared) == before + 1, email
        pages.append((answer.status_code, answer.text.replace(form["csrf"], "").replace(email, "")))
    assert len(set(pages)) == 1
    assert pages[0][0] == 401


async def test_those_who_are_not_there_are_throttled_alike(room: Staffroom) -> None:
    """After the same number of attempts; else waiting would tell who works here."""
    await room.member()
    for email in (EMAIL, "nobody@x.example"):
        browser = room.browser()
        statuses = [(await browser.sign_in(email, "falsch und lang")).status_code for _ in range(6)]
        assert statuses == [401] * 5 + [429]


async def test_one_person_is_not_guessed_from_many_addresses(room: Staffroom) -> None:
    """Twenty attempts on one account are enough, wherever they come from."""
    await room.member()
    for number in range(20):
        assert (await _from(room, f"192.0.2.{number}").sign_in(password="falsch und lang")).status_code == 401
    assert (await _from(room, "198.51.100.1").sign_in()).status_code == 429


async def test_a_network_of_countless_addresses_counts_as_one(room: Staffroom) -> None:
    """Whoever has IPv6 at home could take a new one for each attempt."""
    await room.member()
    for number in range(30):
        answer = await _from(room, f"2001:db8:1:2::{number:x}").sign_in(f"{number}@x.example", "falsch und lang")
        assert answer.status_code == 401
    assert (await _from(room, "2001:db8:1:2:ffff::1").sign_in()).status_code == 429
    assert (await _from(room, "2001:db8:1:3::1").sign_in()).status_code == 303


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("::1", "::"),
        ("testclient", "testclient"),
        ("", ""),
    ],
)
def test_addresses_are_counted_by_their_network(address: str, network: str) -> None:
    """An address that is none stays as it is."""
    assert network_of(address) == network


async def test_an_address_that_somebody_only_claims_does_not_count(room: Staffroom) -> None:
    """Else each attempt would come from somewhere else."""
    await room.member()
    for number in range(5):
        browser = room.browser(**{"X-Forwarded-For": f"192.0.2.{number}", "Forwarded": f"for=192.0.2.{number}"})
        assert (await browser.sign_in(password="falsch und lang")).status_code == 401
    assert (await room.browser(**{"X-Forwarded-For": "192.0.2.99"}).sign_in()).status_code == 429


async def test_codes_are_not_guessed_five_at_a_time_for_a_year(room: Staffroom) -> None:
    """After twenty wrong ones on a day the right one does not help either; a new link does."""
    account, secret = await room.member()
    for _ in range(4):
        browser = room.browser()
        await browser.sign_in()
        for _ in range(5):
            wrong = f"{(int(room.code(secret)) + 1) % 10**6:06}"
            assert (await browser.fill("/inbox/second-factor", code=wrong)).status_code == 401
        room.clock.now += 16 * 60
    browser = room.browser()
    await browser.sign_in()
    answer = await browser.fill("/inbox/second-factor", code=room.code(secret))
    assert answer.status_code == 429
    assert ("code throttled", "") in await room.audited()
    path = await room.link(account)
    form = await browser.hidden(path)
    new = room.vault_secret(form["pending"])
    form |= {"password": PASSWORD, "again": PASSWORD, "code": room.code(new)}
    assert (await browser.send_form(path, form)).status_code == 303
    room.clock.now += 60
    again = room.browser()
    await again.sign_in()
    assert (await again.fill("/inbox/second-factor", code=room.code(new))).headers["location"] == "/inbox"


async def test_an_older_code_is_not_taken_after_a_newer_one(room: Staffroom) -> None:
    """Both would still be valid by the clock."""
    _, secret = await room.member()
    older = room.code(secret)
    room.clock.now += 30
    for code, status in ((room.code(secret), 303), (older, 401)):
        browser = room.browser()
        await browser.sign_in()
        assert (await browser.fill("/inbox/second-factor", code=code)).status_code == status


@pytest.mark.parametrize(
    "code", ["", "12345", "1234567", "١٢٣٤٥٦", "１２３４５６", "²²²²²²", "12345a", "-12345", "0" * 5000]
)
async def test_what_is_no_code_is_wrong(room: Staffroom, code: str) -> None:
    """Digits of other scripts are none."""
    await room.member()
    browser = room.browser()
    await browser.sign_in()
    assert (await browser.fill("/inbox/second-factor", code=code)).status_code == 401


async def test_links_are_not_guessed(room: Staffroom) -> None:
    """Thirty wrong ones from one place, then even a right one has to wait."""
    path = await room.link(await room.add())
    browser = room.browser()
    for number in range(30):
        assert (await browser.get(f"/inbox/link/{number:043}")).status_code == 404
    assert (await browser.get(path)).status_code == 429
    assert (await _from(room, "198.51.100.1").get(path)).status_code == 200
    room.clock.now += 16 * 60
    assert (await browser.get(path)).status_code == 200


@pytest.mark.parametrize(
    "wanted",
    [
        *("https://evil.example", "//evil.example", "///evil.example", "/\\evil.example", "\\/evil.example"),
        *(
            "/inbox//evil.example",
            "/inbox/../..//evil",
            "/inbox/\\evil",
            "/inbox/\t/evil",
            "/inbox/\r\nLocation: //evil",
        ),
        *(
            "javascript:alert(1)",
            "/inboxevil",
            "inbox/cases/1",
            "@evil.example",
            "/inbox@evil.example",
            "",
            " /inbox/a",
        ),
        *("/inbox/login?next=//evil.example", "/inbox/second-factor", "https:/evil.example", "http:evil.example", "?"),
    ],
)
def test_signing_in_leads_nowhere_else(wanted: str) -> None:
    """The list is what is left."""
    assert next_page(wanted) == "/inbox"


async def test_a_token_that_was_planted_before_is_not_the_session(room: Staffroom) -> None:
    """Neither an invented one nor one of the attacker's own, whose session ends in this browser."""
    attacker = await room.signed_in("eve@x.example")
    _, secret = await room.member()
    for planted in ("A" * 43, attacker.cookies[SESSION]):
        room.clock.now += 60
        victim = room.browser()
        victim.cookies.set(SESSION, planted, domain="lotse.example")
        if planted != "A" * 43:
            # Whoever is signed in is not asked again, so the form is that of another tab.
            form = await room.browser().hidden("/inbox/login")
            assert (await victim.send_form("/inbox/login", {**form, "email": EMAIL})).status_code == 403
            assert (await attacker.get("/inbox")).status_code == 200
            continue
        await victim.sign_in()
        half = victim.cookies[SESSION]
        await victim.fill("/inbox/second-factor", code=room.code(secret))
        assert len({planted, half, victim.cookies[SESSION]}) == 3
        for token in (planted, half):
            answer = await room.browser(Cookie=f"{SESSION}={token}").get("/inbox")
            assert answer.headers["location"] == "/inbox/login"


async def test_signing_in_anew_ends_the_session_that_the_browser_had(room: Staffroom) -> None:
    """Two people at one computer: the first one's token is worth nothing afterwards."""
    first = await room.signed_in("first@x.example")
    token = first.cookies[SESSION]
    account = await room.add("second@x.example")
    path = await room.link(account)
    form = await first.hidden(path)
    form |= {"password": PASSWORD, "again": PASSWORD, "code": room.code(room.vault_secret(form["pending"]))}
    assert (await first.send_form(path, form)).headers["location"] == "/inbox"
    assert first.cookies[SESSION] != token
    assert (await room.browser(Cookie=f"{SESSION}={token}").get("/inbox")).headers["location"] == "/inbox/login"
    assert "second@x.example" in (await first.get("/inbox/account")).text


async def test_every_cookie_is_as_strict_as_can_be(room: Staffroom) -> None:
    """On all the way in and out; only the language, which is no secret, has no prefix."""
    _, secret = await room.member()
    browser = room.browser()
    answers = [await browser.get("/inbox/login?language=en"), await browser.sign_in()]
    answers.append(await browser.fill("/inbox/second-factor", code=room.code(secret)))
    answers.append(await browser.send_form("/inbox/sign-out", {"csrf": (await browser.get("/inbox")).text}))
    cookies = [cookie for answer in answers for cookie in answer.headers.get_list("set-cookie")]
    assert {cookie.partition("=")[0] for cookie in cookies} == {SESSION, FORM, "lotse_language"}
    for cookie in cookies:
        for part in ("HttpOnly", "Secure", "SameSite=lax", "Path=/"):
            assert part.lower() in cookie.lower(), cookie
        assert "domain" not in cookie.lower(), cookie


async def test_the_demos_cookies_are_not_for_scripts_either(demo: Staffroom) -> None:
    """Nor are they sent along with forms of other pages."""
    demo.settings = replace(demo.settings, public_url="")
    for cookie in (await demo.browser().get("/inbox/login")).headers.get_list("set-cookie"):
        assert "httponly" in cookie.lower()
        assert "samesite=lax" in cookie.lower()


async def test_a_name_from_outside_is_cleaned(room: Staffroom) -> None:
    """What turns lines round, breaks them or cannot be stored does not get in; Persian names keep their joiners."""
    rules = [GroupRule("sw", "social_worker", frozenset({"ost"}))]
    strange = "\u202eEve\u2066\u0000\ud800 \n<b>\u2069 آرش\u200cنیا"
    for number, (name, kept) in enumerate(((strange, "Eve �� <b> آرش\u200cنیا"), ("\u202e\u200b", "1@x.example"))):
        claims = Claims(
            f"idp {number}", f"{number}@x.example", email_verified=True, name=name, groups=frozenset({"sw"})
        )
        account = await groups.admit(room.database, claims, rules, trust_email=False)
        assert account.name == kept


@pytest.mark.parametrize("public", ["", HOST])
def test_without_a_host_nothing_is_ones_own(public: str) -> None:
    """HTTP/1.0 knew none."""
    request = Request({"type": "http", "method": "GET", "headers": [(b"host", b"")]})
    with pytest.raises(Exception, match="400"):
        Origins(public).check_host(request)
