"""Which team serves a surname."""

import pytest

from bot.content.model import Team
from bot.dialogues.surnames import could_be_name, name_in, surname_in, team_of

TEAMS = (Team("A", "I", {}), Team("J", "Sa", {}), Team("Sb", "Z", {}))


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("Ahmadi", 0),
        ("ibrahim", 0),
        ("J", 1),
        ("Sauer", 1),
        ("Schmidt", 2),
        ("Özdemir", 1),
        ("Şahin", 1),
        ("Çelik", 0),
        ("Łukasz", 1),
        ("Øverland", 1),
        ("ılgaz", 0),
        ("al-Ahmad", 0),
        ("O'Neill", 1),
        ("Zaitsev.", 2),
        ("Mein Name ist Haddad", 0),
        ("Abdul Hadi", 0),
    ],
)
def test_a_name_in_latin_letters_has_its_team(name: str, number: int) -> None:
    """Whatever its accents, marks and the words before it."""
    assert could_be_name(name)
    assert team_of(name, TEAMS) == number


@pytest.mark.parametrize("name", ["Sara Haddad", "von Ahmadi", "حداد", "Шевченко", "S"])
def test_nobody_guesses_a_team(name: str) -> None:
    """Two words that lead to two teams, another script, or too few letters name none."""
    assert could_be_name(name)
    assert team_of(name, TEAMS) is None


@pytest.mark.parametrize("text", ["", "???", "0711 123", "wo muss ich denn da eigentlich hin", "x" * 61, "Haddad?"])
def test_other_text_is_no_name(text: str) -> None:
    """Numbers, questions and sentences go their usual way."""
    assert not could_be_name(text)


def test_letters_that_no_team_serves_have_none() -> None:
    """A gap between the teams stays a gap."""
    assert team_of("Meyer", (Team("A", "I", {}), Team("S", "Z", {}))) is None


@pytest.mark.parametrize(
    ("text", "surname", "name"),
    [
        ("I am Sara, my last name is Haddad. Where do I go?", "Haddad", "Haddad"),
        ("Ich heiße Sara Haddad, wo muss ich hin?", "", "Sara Haddad"),
        ("mein nachname ist el haddad und ich wohne in Feuerbach", "el haddad", "el haddad"),
        ("Mein Nachname fängt mit H an", "", ""),
        ("Soyadım H ile başlıyor", "H", "H"),
        ("Where is the foreigners office?", "", ""),
    ],
)
def test_a_sentence_may_introduce_a_name(text: str, surname: str, name: str) -> None:
    """It ends with the clause or at a word that is no name; a first name is no surname."""
    assert surname_in(text) == surname
    assert name_in(text) == name
