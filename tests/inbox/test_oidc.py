"""The city's own sign-in, against a strict stand-in over real HTTP."""

import time
from collections.abc import AsyncIterator
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import pytest
from joserfc.jwk import RSAKey

from bot.settings import GroupRule, OpenId
from bot.storage import staff
from tests.fakes.oidc import CLIENT_ID, CLIENT_SECRET, FakeProvider
from tests.inbox.staffroom import HOST, Browser, Staffroom

_RULES = (
    GroupRule("team-ost", "social_worker", frozenset({"ost"})),
    GroupRule("housing", "social_worker", frozenset({"housing"})),
    GroupRule("leads", "lead", frozenset()),
)
_EMAIL = "ayse.weber@stuttgart.example"


@pytest.fixture
async def provider() -> AsyncIterator[FakeProvider]:
    """A provider that knows Ayşe Weber."""
    async with FakeProvider(f"{HOST}/inbox/oidc/callback") as fake:
        yield fake


@pytest.fixture
async def city(database_url: str, provider: FakeProvider) -> AsyncIterator[Staffroom]:
    """The staff's door, with the provider beside it."""
    known = OpenId(provider.issuer, CLIENT_ID, _RULES, CLIENT_SECRET)
    room = await Staffroom.open(database_url, openid=known)
    yield room
    await room.database.close()


async def _there(browser: Browser, path: str = "/inbox/oidc") -> str:
    """Leave for the provider; returns the path that it sends the browser back to."""
    url = (await browser.get(path)).headers["location"]
    async with httpx.AsyncClient() as network:
        answer = await network.get(url)
    assert answer.status_code == 307, answer.text
    return str(answer.headers["location"]).removeprefix(HOST)


async def _signed_in(room: Staffroom) -> Browser:
    browser = room.browser()
    answer = await browser.get(await _there(browser))
    assert answer.status_code == 303, answer.text
    return browser


async def _refused(room: Staffroom, browser: Browser | None = None, path: str = "") -> None:
    """Coming back leads to the form, without a session, and to the audit."""
    browser = browser or room.browser()
    answer = await browser.get(path or await _there(browser))
    assert answer.status_code == 401
    assert "__Host-lotse_staff" not in browser.cookies
    assert "sign-in refused" in [action for action, _ in await room.audited()]


async def test_somebody_new_gets_role_and_queues_of_their_groups(city: Staffroom) -> None:
    """And no second factor of Lotse's own: that is the provider's business."""
    browser = await _signed_in(city)
    assert (await browser.get("/inbox")).status_code == 200
    account = await staff.find_by_email(city.database, _EMAIL)
    assert account
    assert (account.name, account.role, account.queues) == ("Ayşe Weber", "social_worker", frozenset({"ost"}))
    assert ("signed in", "OpenID Connect") in await city.audited()


async def test_the_page_that_was_wanted_comes_after_it(city: Staffroom) -> None:
    """Through the provider and back."""
    browser = city.browser()
    login = await browser.get("/inbox/login?next=/inbox/cases/12")
    assert 'href="/inbox/oidc?next=/inbox/cases/12"' in login.text
    answer = await browser.get(await _there(browser, "/inbox/oidc?next=/inbox/cases/12"))
    assert answer.headers["location"] == "/inbox/cases/12"


async def test_groups_are_read_at_every_sign_in(city: Staffroom, provider: FakeProvider) -> None:
    """Who became a lead is one; sessions with older rights end."""
    before = await _signed_in(city)
    provider.person["groups"] = ["leads", "housing"]
    after = await _signed_in(city)
    assert (await before.get("/inbox")).status_code == 303
    assert (await after.get("/inbox/leads")).status_code == 200
    account = await staff.find_by_email(city.database, _EMAIL)
    assert account
    assert (account.role, account.queues) == ("lead", frozenset({"housing"}))


async def test_a_group_without_queues_leaves_them_as_they_are(city: Staffroom, provider: FakeProvider) -> None:
    """They are given by ``lotse staff`` then."""
    await _signed_in(city)
    provider.person["groups"] = ["leads"]
    await _signed_in(city)
    account = await staff.find_by_email(city.database, _EMAIL)
    assert account
    assert (account.role, account.queues) == ("lead", frozenset({"ost"}))


async def test_who_left_the_groups_is_out(city: Staffroom, provider: FakeProvider) -> None:
    """Their open sessions too."""
    browser = await _signed_in(city)
    provider.person["groups"] = ["canteen"]
    await _refused(city)
    assert (await browser.get("/inbox")).status_code == 303


async def test_groups_may_come_from_userinfo(city: Staffroom, provider: FakeProvider) -> None:
    """Some providers keep tokens small."""
    provider.groups_in_userinfo = True
    await _signed_in(city)


async def test_an_account_is_known_by_its_subject_after_the_first_time(city: Staffroom, provider: FakeProvider) -> None:
    """An address may change."""
    await _signed_in(city)
    provider.person["email"] = "ayse.neu@stuttgart.example"
    await _signed_in(city)
    assert len(await staff.list_staff(city.database)) == 1


async def test_an_account_that_was_made_here_is_taken_over_by_its_address(city: Staffroom) -> None:
    """If the provider has verified it; its password ends, which would outlive the groups there."""
    made, _ = await city.member(_EMAIL)
    await _signed_in(city)
    found = await staff.find_by_email(city.database, _EMAIL)
    assert found
    assert found.id == made.id
    known = await staff.credentials(city.database, city.vault, made.id)
    assert (known.password_hash, known.totp) == (None, None)


@pytest.mark.parametrize("verified", [False, None, "true"])
async def test_an_address_that_nobody_verified_is_no_proof(
    city: Staffroom, provider: FakeProvider, verified: object
) -> None:
    """Anybody could have typed it."""
    provider.person["email_verified"] = verified
    await city.add(_EMAIL, "admin")
    await _refused(city)


async def test_a_disabled_account_stays_out(city: Staffroom) -> None:
    """Whatever the provider says."""
    account = await city.add(_EMAIL)
    await staff.change(city.database, account.id, active=False)
    await _refused(city)


_WRONG_CLAIMS: list[dict[str, object]] = [
    {"iss": "https://evil.example"},
    {"aud": "somebody-else"},
    {"aud": ["somebody-else"]},
    {"azp": "somebody-else"},
    {"nonce": "n" * 64},
    {"nonce": None},
    {"exp": int(time.time()) - 3600},
    {"iat": int(time.time()) + 3600},
    {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
    {"sub": None},
    {"email": None},
]


@pytest.mark.parametrize("claims", _WRONG_CLAIMS)
async def test_a_token_that_is_not_for_this_is_refused(
    city: Staffroom, provider: FakeProvider, claims: dict[str, object]
) -> None:
    """For somebody else, from somebody else, of another journey, or too old."""
    provider.claims = claims
    await _refused(city)


async def test_a_signature_of_somebody_else_is_refused(city: Staffroom, provider: FakeProvider) -> None:
    """Even under the name of the right key."""
    provider.signing_key = RSAKey.generate_key(2048, {"kid": str(provider.signing_key.kid)})
    await _refused(city)


async def test_a_token_without_a_signature_is_refused(city: Staffroom, provider: FakeProvider) -> None:
    """Even if the provider claims to sign like that."""
    provider.unsigned = True
    await _refused(city)


async def test_new_keys_of_the_provider_are_fetched(city: Staffroom, provider: FakeProvider) -> None:
    """It changes them now and then."""
    await _signed_in(city)
    provider.rotate_keys()
    await _signed_in(city)


async def test_the_way_there_is_guarded_by_state_nonce_and_pkce(city: Staffroom, provider: FakeProvider) -> None:
    """New ones for each journey, and the verifier stays here."""
    seen = []
    for _ in range(2):
        browser = city.browser()
        await _there(browser)
        seen.append(provider.said)
        assert "code_verifier" not in provider.said
        assert provider.said["state"] not in browser.cookies["__Host-lotse_oidc"]
    assert all(seen[0][name] != seen[1][name] for name in ("state", "nonce", "code_challenge"))


async def test_coming_back_works_once_and_in_the_same_browser(city: Staffroom) -> None:
    """A link to the end of somebody else's journey signs nobody in."""
    browser = city.browser()
    back = await _there(browser)
    await _refused(city, city.browser(), back)
    assert (await browser.get(back)).status_code == 303
    del browser.cookies["__Host-lotse_staff"]
    await _refused(city, browser, back)


async def test_a_code_cannot_be_carried_into_another_journey(city: Staffroom) -> None:
    """The state is right, the verifier is not."""
    stolen = dict(parse_qsl(urlsplit(await _there(city.browser())).query))
    browser = city.browser()
    own = dict(parse_qsl(urlsplit(await _there(browser)).query))
    await _refused(city, browser, f"/inbox/oidc/callback?{urlencode({**own, 'code': stolen['code']})}")


@pytest.mark.parametrize(
    "change",
    [{"state": "x"}, {"state": "é"}, {"code": ""}, {"iss": "https://evil.example"}, {"error": "access_denied"}],
)
async def test_what_the_browser_brings_back_is_checked(city: Staffroom, change: dict[str, str]) -> None:
    """All of it can be changed on the way."""
    browser = city.browser()
    own = dict(parse_qsl(urlsplit(await _there(browser)).query))
    await _refused(city, browser, f"/inbox/oidc/callback?{urlencode({**own, **change})}")


async def test_a_journey_lasts_ten_minutes(city: Staffroom) -> None:
    """Then it has to begin anew."""
    browser = city.browser()
    back = await _there(browser)
    city.clock.now += 601
    await _refused(city, browser, back)


@pytest.mark.parametrize(
    "description",
    [{"issuer": "https://evil.example"}, {"token_endpoint": "http://192.0.2.7/token"}, {"jwks_uri": "ftp://x/keys"}],
)
async def test_a_provider_that_describes_itself_wrongly_is_not_used(
    city: Staffroom, provider: FakeProvider, description: dict[str, str]
) -> None:
    """Nothing is sent in the clear, nor to another issuer."""
    provider.described = description
    answer = await city.browser().get("/inbox/oidc")
    assert answer.status_code == 401
    assert "location" not in answer.headers


async def test_a_provider_that_does_not_answer_is_said_so(database_url: str) -> None:
    """The form for passwords stays."""
    known = OpenId("http://127.0.0.1:9", CLIENT_ID, _RULES, CLIENT_SECRET)
    room = await Staffroom.open(database_url, openid=known)
    answer = await room.browser().get("/inbox/oidc")
    assert answer.status_code == 401
    assert 'name="password"' in answer.text
    await room.database.close()


async def test_where_a_city_trusts_its_addresses_they_need_not_be_verified(
    database_url: str, provider: FakeProvider
) -> None:
    """Some providers say nothing about it."""
    del provider.person["email_verified"]
    known = replace(OpenId(provider.issuer, CLIENT_ID, _RULES, CLIENT_SECRET), trust_email=True)
    room = await Staffroom.open(database_url, openid=known)
    await _signed_in(room)
    await room.database.close()


async def test_without_a_provider_there_is_no_such_door(room: Staffroom) -> None:
    """Neither on the page nor behind it."""
    assert "/inbox/oidc" not in (await room.browser().get("/inbox/login")).text
    assert (await room.browser().get("/inbox/oidc")).status_code == 404


async def test_the_log_holds_no_name_and_no_token(
    city: Staffroom, provider: FakeProvider, caplog: pytest.LogCaptureFixture
) -> None:
    """Only what kind of error it was."""
    caplog.set_level("DEBUG", logger="bot")
    provider.claims = {"aud": "somebody-else"}
    await _refused(city)
    said = " ".join(record.getMessage() for record in caplog.records if record.name.startswith("bot"))
    assert said == "inbox: signing in at the provider failed: InvalidClaimError"
