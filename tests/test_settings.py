"""Settings: Rasa's address and token, the webhook's address, the database's."""

from pathlib import Path

import pytest

from bot import settings

URL = {"LOTSE_RASA_URL": "http://127.0.0.1:5005"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An installation with a folder for content."""
    (tmp_path / "content").mkdir()
    (tmp_path / "var" / "rasa").mkdir(parents=True)
    return tmp_path


def written(root: Path, content: bytes) -> Path:
    """The file of the token."""
    file = root / "var" / "rasa" / "token"
    file.write_bytes(content)
    return file


def test_the_token_comes_from_the_variable_or_the_file(root: Path) -> None:
    """The variable wins; without an address, none is read."""
    assert settings.load(URL, root).rasa_token == ""
    written(root, b"from-the-file\n")
    assert settings.load(URL, root).rasa_token == "from-the-file"
    assert settings.load({**URL, "LOTSE_RASA_TOKEN": "given"}, root).rasa_token == "given"
    assert settings.load({}, root).rasa_token == ""


@pytest.mark.parametrize("token", ["with space", "line\nbreak", "tab\t", "nul\0", "\x7f", "\x85"])
def test_a_token_with_spaces_or_controls_is_refused(root: Path, token: str) -> None:
    """It is a slip of whoever copied it; its value is not repeated."""
    with pytest.raises(settings.SettingsError) as caught:
        settings.load({**URL, "LOTSE_RASA_TOKEN": token}, root)
    assert str(caught.value) == "LOTSE_RASA_TOKEN: must be Rasa's token, without spaces."


@pytest.mark.parametrize("content", [b"", b"two words", b"\xff\xfe"])
def test_a_file_without_a_token_is_named(root: Path, content: bytes) -> None:
    """Lotse would be refused by Rasa with it."""
    file = written(root, content)
    with pytest.raises(settings.SettingsError, match="holds no token") as caught:
        settings.load(URL, root)
    assert str(file) in str(caught.value)


WEBHOOK = {
    "LOTSE_TELEGRAM_TOKEN": "1:abc",
    "LOTSE_TELEGRAM_MODE": "webhook",
    "LOTSE_WEBHOOK_SECRET": "a-secret-that-nobody-can-guess",
}


@pytest.mark.parametrize("url", ["http://lotse.example", "http://192.168.1.5", "http://localhost.example"])
def test_a_webhook_that_telegram_would_refuse_is_refused_at_start(root: Path, url: str) -> None:
    """Telegram delivers over https only."""
    with pytest.raises(settings.SettingsError, match="LOTSE_PUBLIC_URL: must begin with https://"):
        settings.load({**WEBHOOK, "LOTSE_PUBLIC_URL": url}, root)


@pytest.mark.parametrize(
    "url", ["https://lotse.example", "http://127.0.0.1:8080", "http://localhost", "http://[::1]:5"]
)
def test_a_webhook_over_https_or_on_ones_own_machine_is_taken(root: Path, url: str) -> None:
    """A stand-in of Telegram on the same machine needs no certificate."""
    assert settings.load({**WEBHOOK, "LOTSE_PUBLIC_URL": url}, root).public_url == url
    assert settings.load({"LOTSE_PUBLIC_URL": "http://lotse.example"}, root).public_url


@pytest.mark.parametrize(
    "url", ["sqlite://", "sqlite:///", "sqlite:///:memory:", "sqlite://lotse.db", "sqlite:///?x=1"]
)
def test_an_sqlite_address_without_a_file_is_refused(root: Path, url: str) -> None:
    """Nothing that people write would outlive the process."""
    with pytest.raises(settings.SettingsError, match="LOTSE_DATABASE_URL: must name a file"):
        settings.load({"LOTSE_DATABASE_URL": url}, root)


def test_sslmode_is_passed_to_the_driver_by_its_own_name(root: Path) -> None:
    """Hosts of databases give out addresses with ``sslmode``."""
    given = {"LOTSE_DATABASE_URL": "postgresql://a:b@db.example/lotse?sslmode=require&application_name=x"}
    expected = "postgresql+asyncpg://a:b@db.example/lotse?ssl=require&application_name=x"
    assert settings.load(given, root).database_url == expected


def test_the_token_is_not_shown(root: Path) -> None:
    """Settings may end up in a log."""
    assert "given" not in repr(settings.load({**URL, "LOTSE_RASA_TOKEN": "given"}, root))


@pytest.mark.parametrize(
    ("given", "demo"),
    [
        ({}, True),
        ({"LOTSE_TELEGRAM_TOKEN": "1:abc"}, False),
        ({"LOTSE_TELEGRAM_TOKEN": "1:abc", "LOTSE_DEMO": "yes"}, True),
        ({"LOTSE_TELEGRAM_TOKEN": "1:abc", "LOTSE_TELEGRAM_API_URL": "http://127.0.0.1:8081"}, True),
        ({"LOTSE_DATABASE_URL": "sqlite:////tmp/lotse.db"}, True),
        ({"LOTSE_DATABASE_URL": "postgresql://server/lotse"}, False),
        ({"LOTSE_DATABASE_URL": "postgres://server/lotse"}, False),
        ({"LOTSE_PUBLIC_URL": "https://lotse.example"}, False),
        ({"LOTSE_SECRET_KEY": settings.new_key("test")}, False),
        ({"LOTSE_SECRET_KEY": settings.new_key("test"), "LOTSE_DEMO": "yes"}, True),
        ({"LOTSE_DEMO": "no"}, False),
        ({"LOTSE_DEMO": ""}, True),
    ],
)
def test_invented_offers_are_shown_where_nothing_speaks_of_a_deployment(
    root: Path, given: dict[str, str], *, demo: bool
) -> None:
    """A laptop shows them, a server does not, and the operator may decide."""
    assert settings.load(given, root).demo is demo


def test_a_demonstration_is_not_open_to_the_world(root: Path) -> None:
    """Strangers would act on invented offers."""
    with pytest.raises(settings.SettingsError, match="LOTSE_DEMO: must be no"):
        settings.load({"LOTSE_PUBLIC_URL": "https://lotse.example", "LOTSE_DEMO": "yes"}, root)


def test_another_word_than_yes_and_no_is_refused(root: Path) -> None:
    """Whoever wanted no samples must not get them because of a slip."""
    with pytest.raises(settings.SettingsError, match=r"LOTSE_DEMO: must be one of no, yes\."):
        settings.load({"LOTSE_DEMO": "false"}, root)


CITY = {
    "LOTSE_OIDC_ISSUER": "https://login.city.example/realms/a/",
    "LOTSE_OIDC_CLIENT_ID": "lotse",
    "LOTSE_OIDC_CLIENT_SECRET": "very secret",
    "LOTSE_OIDC_GROUPS": "Team Ost = social_worker:ost+housing, /leads=lead:*, texts=editor",
    "LOTSE_PUBLIC_URL": "https://lotse.example",
}


def test_groups_of_the_citys_sign_in_become_roles_and_queues(root: Path) -> None:
    """Several with commas; without queues they are given by hand. The secret is not shown."""
    found = settings.load(CITY, root).openid
    assert found
    assert found.issuer == "https://login.city.example/realms/a"
    assert [(rule.group, rule.role, rule.queues) for rule in found.rules] == [
        ("Team Ost", "social_worker", frozenset({"ost", "housing"})),
        ("/leads", "lead", frozenset({"*"})),
        ("texts", "editor", frozenset()),
    ]
    assert "very secret" not in repr(found)
    assert settings.load({}, root).openid is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LOTSE_OIDC_GROUPS", ""),
        ("LOTSE_OIDC_GROUPS", "team=king"),
        ("LOTSE_OIDC_GROUPS", "team"),
        ("LOTSE_OIDC_GROUPS", "team=lead:Ost"),
        ("LOTSE_OIDC_CLIENT_ID", ""),
        ("LOTSE_PUBLIC_URL", ""),
        ("LOTSE_OIDC_ISSUER", "http://login.city.example"),
        ("LOTSE_OIDC_TRUST_EMAIL", "true"),
    ],
)
def test_a_city_sign_in_that_cannot_work_is_refused_at_start(root: Path, name: str, value: str) -> None:
    """The variable is named."""
    with pytest.raises(settings.SettingsError, match=f"{name}: "):
        settings.load({**CITY, name: value}, root)


def test_an_operator_decides_how_long_talks_with_staff_stay(root: Path) -> None:
    """Otherwise ninety days, and thirty for files."""
    usual = settings.load({}, root)
    assert (usual.transcript_days, usual.media_days) == (90, 30)
    found = settings.load({"LOTSE_TRANSCRIPT_DAYS": "45", "LOTSE_MEDIA_DAYS": "45"}, root)
    assert (found.transcript_days, found.media_days) == (45, 45)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LOTSE_TRANSCRIPT_DAYS", "0"),
        ("LOTSE_TRANSCRIPT_DAYS", "for ever"),
        ("LOTSE_TRANSCRIPT_DAYS", "3651"),
        ("LOTSE_MEDIA_DAYS", "-1"),
        ("LOTSE_MEDIA_DAYS", "91"),
    ],
)
def test_days_that_cannot_be_kept_are_refused(root: Path, name: str, value: str) -> None:
    """Files cannot stay longer than the talk that they belong to."""
    with pytest.raises(settings.SettingsError, match=f"{name}: "):
        settings.load({name: value}, root)


@pytest.mark.parametrize(
    "url", ["https://translate.stuttgart.example/", "http://127.0.0.1:5000", "http://localhost:5000"]
)
def test_a_translation_server_is_reached_in_private(root: Path, url: str) -> None:
    """Over https, or on this machine; its key is shown by nobody."""
    known = settings.load({"LOTSE_TRANSLATE_URL": url, "LOTSE_TRANSLATE_KEY": "a-key/1"}, root)
    assert (known.translate_url, known.translate_key) == (url.rstrip("/"), "a-key/1")
    assert "a-key" not in repr(known)


@pytest.mark.parametrize(
    ("changed", "remedy"),
    [
        ({"LOTSE_TRANSLATE_URL": "http://translate.example"}, "must begin with https://, unless"),
        ({"LOTSE_TRANSLATE_URL": "http://192.168.1.5:5000"}, "must begin with https://, unless"),
        ({"LOTSE_TRANSLATE_URL": "https://me:geheim@translate.example"}, "must hold no password"),
        ({"LOTSE_TRANSLATE_KEY": "geheim\n"}, "LOTSE_TRANSLATE_KEY: must be the server's key"),
    ],
)
def test_a_translation_server_that_others_could_listen_to_is_refused(
    root: Path, changed: dict[str, str], remedy: str
) -> None:
    """What people write goes there; the value itself is not repeated."""
    with pytest.raises(settings.SettingsError, match=remedy) as caught:
        settings.load(changed, root)
    assert "geheim" not in str(caught.value)


def test_translation_is_off_by_default(root: Path) -> None:
    """Nothing leaves for a server that nobody named."""
    assert settings.load({}, root).translate_url == ""


def test_a_group_of_the_staff_needs_a_bot_and_an_address() -> None:
    """Its messages lead to the inbox; topics need a group."""
    given = {"LOTSE_STAFF_GROUP": "-1001234567890", "LOTSE_TELEGRAM_TOKEN": "1:abc", "LOTSE_PUBLIC_URL": "https://a.de"}
    known = settings.load(given)
    assert (known.staff_group, known.staff_topics) == (-1001234567890, False)
    assert settings.load({**given, "LOTSE_STAFF_TOPICS": "yes"}).staff_topics
    for missing in ("LOTSE_TELEGRAM_TOKEN", "LOTSE_PUBLIC_URL"):
        with pytest.raises(settings.SettingsError, match=missing):
            settings.load({**given, missing: ""})
    with pytest.raises(settings.SettingsError, match="LOTSE_STAFF_GROUP: is needed"):
        settings.load({"LOTSE_STAFF_TOPICS": "yes"})


@pytest.mark.parametrize("value", ["1001234567890", "-0", "@team", "-١٢٣", "-1" * 12])
def test_a_group_is_named_by_its_number(value: str) -> None:
    """A negative one, as Telegram shows it."""
    with pytest.raises(settings.SettingsError, match="LOTSE_STAFF_GROUP: must be the number"):
        settings.load({"LOTSE_STAFF_GROUP": value})
