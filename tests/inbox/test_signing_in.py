"""The way in: a one-time link, then password and code; and the ways out."""

import pyotp
import pytest

from bot.storage import sessions, staff
from tests.inbox.staffroom import EMAIL, PASSWORD, Staffroom


async def test_a_link_sets_password_and_second_factor_and_lets_in(room: Staffroom) -> None:
    """One form does it all; afterwards both are asked for."""
    account = await room.add()
    path = await room.link(account)
    browser = room.browser()
    form = await browser.hidden(path)
    secret = room.vault_secret(form["pending"])
    form |= {"password": PASSWORD, "again": PASSWORD, "code": room.code(secret)}
    answer = await browser.send_form(path, form)
    assert (answer.status_code, answer.headers["location"]) == (303, "/inbox")
    assert (await browser.get("/inbox")).status_code == 200
    room.clock.now += 60
    again = room.browser()
    answer = await again.sign_in()
    assert answer.headers["location"] == "/inbox/second-factor"
    assert (await again.get("/inbox")).headers["location"] == "/inbox/second-factor"
    answer = await again.fill("/inbox/second-factor", code=room.code(secret))
    assert answer.headers["location"] == "/inbox"
    assert [action for action, _ in await room.audited() if action == "signed in"] == ["signed in"] * 2


async def test_looking_at_a_link_does_not_use_it_and_using_it_does(room: Staffroom) -> None:
    """Chat programs fetch links for a preview; a link that was used is refused and audited."""
    path = await room.link(await room.add())
    browser = room.browser()
    assert [(await browser.get(path)).status_code for _ in range(3)] == [200] * 3
    form = await browser.hidden(path)
    form |= {"password": PASSWORD, "again": PASSWORD, "code": room.code(room.vault_secret(form["pending"]))}
    assert (await browser.send_form(path, form)).status_code == 303
    assert (await room.browser().get(path)).status_code == 404
    assert ("link refused", "") in await room.audited()


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"again": "etwas ganz anderes"}, "different"),
        ({"password": "kurz", "again": "kurz"}, "another password"),
        ({"password": "aaaaaaaaaaaaaa", "again": "aaaaaaaaaaaaaa"}, "another password"),
        ({"password": EMAIL, "again": EMAIL}, "another password"),
        ({"code": "000000"}, "code is wrong"),
        ({"code": ""}, "code is wrong"),
        ({"pending": "", "code": "123456"}, "code is wrong"),
    ],
)
async def test_what_cannot_be_saved_leaves_the_link_good(room: Staffroom, values: dict[str, str], said: str) -> None:
    """The page says why; nothing is kept."""
    account = await room.add()
    path = await room.link(account)
    browser = room.browser(**{"Accept-Language": "en"})
    form = await browser.hidden(path)
    form |= {"password": PASSWORD, "again": PASSWORD, "code": room.code(room.vault_secret(form["pending"]))}
    answer = await browser.send_form(path, {**form, **values})
    assert answer.status_code == 422
    assert said in answer.text
    assert not (await staff.credentials(room.database, room.vault, account.id)).password_hash
    assert (await browser.send_form(path, form)).status_code == 303


async def test_the_secret_of_another_link_is_not_taken(room: Staffroom) -> None:
    """What travels in the form belongs to its link."""
    paths = [await room.link(await room.add(email)) for email in ("a@x.example", "b@x.example")]
    browser = room.browser()
    foreign, own = [await browser.hidden(path) for path in paths]
    code = room.code(room.vault_secret(foreign["pending"]))
    form = {**own, "pending": foreign["pending"], "password": PASSWORD, "again": PASSWORD, "code": code}
    assert (await browser.send_form(paths[1], form)).status_code == 422


async def test_a_link_ends_after_three_days_and_with_the_next_one(room: Staffroom) -> None:
    """Old mails open nothing."""
    account = await room.add()
    first, second = await room.link(account), await room.link(account)
    assert [(await room.browser().get(path)).status_code for path in (first, second)] == [404, 200]
    room.clock.now += 3 * 24 * 3600
    assert (await room.browser().get(second)).status_code == 404


async def test_a_new_link_ends_sessions_and_the_lost_second_factor(room: Staffroom) -> None:
    """Whoever found the phone is out."""
    browser = await room.signed_in()
    account = await staff.find_by_email(room.database, EMAIL)
    assert account
    before = await staff.credentials(room.database, room.vault, account.id)
    path = await room.link(account)
    room.clock.now += 60
    other = room.browser()
    form = await other.hidden(path)
    form |= {"password": "ein neues Passwort", "again": "ein neues Passwort"}
    form |= {"code": room.code(room.vault_secret(form["pending"]))}
    assert (await other.send_form(path, form)).status_code == 303
    assert (await browser.get("/inbox")).headers["location"] == "/inbox/login"
    after = await staff.credentials(room.database, room.vault, account.id)
    assert before.password_hash != after.password_hash
    assert before.totp != after.totp


@pytest.mark.parametrize(("email", "password"), [(EMAIL, "falsch und lang"), ("nobody@x.example", PASSWORD), ("", "")])
async def test_who_is_unknown_and_who_is_wrong_are_told_the_same(room: Staffroom, email: str, password: str) -> None:
    """So that nobody can find out who works here; the audit knows of both."""
    await room.member()
    answer = await room.browser().sign_in(email, password)
    assert answer.status_code == 401
    assert "Adresse oder das Passwort" in answer.text or "address or the password" in answer.text
    assert not any("staff" in name for name in answer.cookies)
    assert ("sign-in refused", "password") in await room.audited()


async def test_the_address_may_be_written_as_people_do(room: Staffroom) -> None:
    """Capital letters and spaces do not count."""
    await room.member()
    assert (await room.browser().sign_in(f" {EMAIL.upper()} ")).status_code == 303


async def test_outside_the_demo_nobody_comes_in_without_a_second_factor(room: Staffroom) -> None:
    """A password alone is not even half a session."""
    account, _ = await room.member()
    await staff.set_totp(room.database, room.vault, account.id, None)
    answer = await room.browser().sign_in()
    assert answer.status_code == 401
    assert not any("staff" in name for name in answer.cookies)


async def test_a_code_is_taken_once(room: Staffroom) -> None:
    """Whoever looked over a shoulder comes too late."""
    _, secret = await room.member()
    code = room.code(secret)
    for status in (303, 401):
        browser = room.browser()
        await browser.sign_in()
        assert (await browser.fill("/inbox/second-factor", code=code)).status_code == status
    assert ("code refused", "") in await room.audited()


async def test_the_token_changes_with_the_second_factor_and_the_half_one_dies(room: Staffroom) -> None:
    """A token that was known before gives no right to anything."""
    _, secret = await room.member()
    browser = room.browser()
    half = (await browser.sign_in()).cookies["__Host-lotse_staff"]
    answer = await browser.fill("/inbox/second-factor", code=room.code(secret))
    assert answer.cookies["__Host-lotse_staff"] != half
    replayed = room.browser(Cookie=f"__Host-lotse_staff={half}")
    assert (await replayed.get("/inbox")).headers["location"] == "/inbox/login"


async def test_five_wrong_codes_are_enough(room: Staffroom) -> None:
    """Then even the right one has to wait, and the password is asked for again."""
    _, secret = await room.member()
    browser = room.browser()
    await browser.sign_in()
    wrong = f"{(int(room.code(secret)) + 1) % 10**6:06}"
    statuses = [(await browser.fill("/inbox/second-factor", code=wrong)).status_code for _ in range(5)]
    assert statuses == [401] * 5
    assert (await browser.fill("/inbox/second-factor", code=room.code(secret))).status_code == 429
    assert (await browser.get("/inbox/second-factor")).headers["location"] == "/inbox/login"
    room.clock.now += 16 * 60
    await browser.sign_in()
    assert (await browser.fill("/inbox/second-factor", code=room.code(secret))).status_code == 303


async def test_five_wrong_passwords_are_enough(room: Staffroom) -> None:
    """The sixth attempt is not even looked at; after a quarter of an hour it is."""
    await room.member()
    browser = room.browser()
    statuses = [(await browser.sign_in(password="falsch und lang")).status_code for _ in range(5)]
    assert statuses == [401] * 5
    assert (await browser.sign_in()).status_code == 429
    assert ("sign-in throttled", "") in await room.audited()
    room.clock.now += 16 * 60
    assert (await browser.sign_in()).status_code == 303


async def test_one_address_cannot_try_many_people(room: Staffroom) -> None:
    """Thirty failures of a whole office, then it waits; the right one among them too."""
    await room.member()
    browser = room.browser()
    form = await browser.hidden("/inbox/login")
    for number in range(30):
        await browser.send_form("/inbox/login", {**form, "email": f"{number}@x.example", "password": "x"})
    assert (await browser.sign_in()).status_code == 429


async def test_half_a_session_lasts_ten_minutes(room: Staffroom) -> None:
    """Nobody finds a page that waits for a code after lunch."""
    await room.member()
    browser = room.browser()
    await browser.sign_in()
    room.clock.now += 10 * 60
    assert (await browser.get("/inbox/second-factor")).headers["location"].startswith("/inbox/login")


async def test_a_session_ends_after_half_an_hour_without_a_click(room: Staffroom) -> None:
    """What the page asks for by itself is no click."""
    browser = await room.signed_in()
    for _ in range(3):
        room.clock.now += 20 * 60
        assert (await browser.get("/inbox")).status_code == 200
    for _ in range(2):
        room.clock.now += 14 * 60
        assert (await browser.get("/inbox/live")).status_code == 200
    room.clock.now += 3 * 60
    assert (await browser.get("/inbox")).headers["location"] == "/inbox/login"


async def test_a_session_ends_after_twelve_hours_in_any_case(room: Staffroom) -> None:
    """Even of somebody who never stops clicking."""
    browser = await room.signed_in()
    for _ in range(35):
        room.clock.now += 20 * 60
        assert (await browser.get("/inbox")).status_code == 200
    room.clock.now += 20 * 60
    assert (await browser.get("/inbox")).headers["location"] == "/inbox/login"


async def test_signing_out_ends_this_session_on_the_server(room: Staffroom) -> None:
    """A copy of the cookie is worth nothing."""
    browser = await room.signed_in()
    copied = room.browser(Cookie="; ".join(f"{name}={value}" for name, value in browser.cookies.items()))
    token = (await browser.get("/inbox")).text
    answer = await browser.send_form("/inbox/sign-out", {"csrf": token})
    assert answer.headers["location"] == "/inbox/login"
    assert (await copied.get("/inbox")).headers["location"] == "/inbox/login"
    assert ("signed out", "") in await room.audited()


async def test_signing_out_everywhere_ends_the_others_too(room: Staffroom) -> None:
    """A phone that was lost is signed out from the desk."""
    desk = await room.signed_in()
    account = await staff.find_by_email(room.database, EMAIL)
    assert account
    phone = room.browser()
    await sessions.begin(room.database, account.id, "p" * 43, "c", room.clock(), second_factor=True)
    phone.cookies.set("__Host-lotse_staff", "p" * 43)
    assert (await phone.get("/inbox")).status_code == 200
    await desk.send_form("/inbox/sign-out-everywhere", {"csrf": (await desk.get("/inbox")).text})
    for browser in (desk, phone):
        assert (await browser.get("/inbox")).headers["location"] == "/inbox/login"


async def test_a_disabled_account_is_out_at_once(room: Staffroom) -> None:
    """Its session, its password and its links."""
    browser = await room.signed_in()
    account = await staff.find_by_email(room.database, EMAIL)
    assert account
    path = await room.link(account)
    await staff.change(room.database, account.id, active=False)
    assert (await browser.get("/inbox")).headers["location"] == "/inbox/login"
    assert (await room.browser().sign_in()).status_code == 401
    assert (await room.browser().get(path)).status_code == 404


async def test_after_signing_in_one_is_where_one_wanted_to_go(room: Staffroom) -> None:
    """A link of the staff's Telegram group leads to its case, through both pages."""
    _, secret = await room.member()
    browser = room.browser()
    login = (await browser.get("/inbox/leads")).headers["location"]
    answer = await browser.fill(login, email=EMAIL, password=PASSWORD)
    answer = await browser.fill(answer.headers["location"], code=room.code(secret))
    assert answer.headers["location"] == "/inbox/leads"


@pytest.mark.parametrize(
    "wanted", ["https://evil.example", "//evil.example", "/inbox/..//evil", "/inbox/\\evil", "/chat"]
)
async def test_nobody_is_sent_to_another_place_after_signing_in(room: Staffroom, wanted: str) -> None:
    """Whatever stood in the address."""
    await room.member()
    browser = room.browser()
    form = await browser.hidden("/inbox/login")
    answer = await browser.send_form("/inbox/login", {**form, "next": wanted, "email": EMAIL, "password": PASSWORD})
    assert answer.headers["location"] == "/inbox/second-factor"


async def test_the_demo_lets_in_by_a_link_once(demo: Staffroom) -> None:
    """A tap uses it, no preview."""
    path = await demo.link(await demo.add(), "demo")
    browser = demo.browser()
    assert (await browser.get(path)).status_code == 200
    assert (await browser.fill(path)).headers["location"] == "/inbox"
    assert (await browser.get("/inbox")).status_code == 200
    assert (await demo.browser().get(path)).status_code == 404


async def test_outside_the_demo_such_a_link_opens_nothing(room: Staffroom) -> None:
    """Even if the database of a demo is taken into use."""
    path = await room.link(await room.add(), "demo")
    assert (await room.browser().get(path)).status_code == 404


async def test_the_demo_asks_those_for_a_code_who_have_a_second_factor(demo: Staffroom) -> None:
    """And only those."""
    account, _ = await demo.member()
    assert (await demo.browser().sign_in()).headers["location"] == "/inbox/second-factor"
    await staff.set_totp(demo.database, demo.vault, account.id, None)
    assert (await demo.browser().sign_in()).headers["location"] == "/inbox"


async def test_in_the_demo_a_password_may_do_without_a_second_factor(demo: Staffroom) -> None:
    """The secret that the page offered is then not kept."""
    account = await demo.add()
    path = await demo.link(account)
    answer = await demo.browser().fill(path, password=PASSWORD, again=PASSWORD, code="")
    assert answer.status_code == 303
    assert (await staff.credentials(demo.database, demo.vault, account.id)).totp is None


async def test_the_pages_speak_german_and_english(room: Staffroom) -> None:
    """As the browser asks, or as was chosen on the page, which is remembered."""
    browser = room.browser(**{"Accept-Language": "en-GB,en"})
    assert 'lang="en"' in (await browser.get("/inbox/login")).text
    assert 'lang="de"' in (await browser.get("/inbox/login?language=de")).text
    assert 'lang="de"' in (await browser.get("/inbox/login")).text
    assert 'lang="de"' in (await room.browser(**{"Accept-Language": "fa"}).get("/inbox/login")).text


async def test_somebody_changes_the_language_of_their_pages(room: Staffroom) -> None:
    """On the page of their account; what is no language of the pages is ignored."""
    browser = await room.signed_in()
    for given, kept in (("en", "en"), ("xx", "en"), ("de", "de")):
        await browser.fill("/inbox/account", language=given)
        assert f'<html lang="{kept}"' in (await browser.get("/inbox/account")).text


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7 * 7 }}"])
async def test_what_people_type_is_shown_and_never_run(room: Staffroom, name: str) -> None:
    """In every field that comes back."""
    answer = await room.browser().sign_in(name)
    assert name not in answer.text or "{{" in name
    assert "49" not in answer.text.partition("<main")[2].partition('name="email"')[2][:200]
    account = await staff.add(room.database, name, EMAIL, "lead", [])
    page = (await room.browser().get(await room.link(account))).text
    assert name not in page or "{{" in name


async def test_neither_cookie_nor_page_holds_what_is_stored(room: Staffroom) -> None:
    """The database knows hashes of tokens, the pages no hash; the cookies are the strictest there are."""
    _, secret = await room.member()
    browser = room.browser()
    answer = await browser.sign_in()
    cookie = next(line for line in answer.headers.get_list("set-cookie") if "lotse_staff" in line)
    for part in ("__Host-lotse_staff=", "HttpOnly", "Secure", "SameSite=lax", "Path=/"):
        assert part in cookie
    assert "Domain" not in cookie
    assert secret not in answer.text
    assert pyotp.TOTP(secret).at(room.clock()) not in answer.text
