"""Passages that were not translated, that lead nowhere, or that belong into another field."""

from datetime import date
from pathlib import Path

import pytest

from bot.check import run
from bot.check.language import Finding
from bot.check.wording import passage_finding, place_findings, reference_findings
from bot.content import Language
from tests.content.sample import change, write_project

TODAY = date(2026, 11, 22)
BANK = "content/faq/bank-account.yaml"
TITLE = "title: Open a bank account"
ENTITIES = "nlu/data/de/entities.yml"
GERMAN = "Fragen Sie im Rathaus nach den Gemeinden in Ihrer Nähe und nehmen Sie jemanden mit."
ENGLISH = "Please ask at the town hall for the communities near you and take somebody along."


def finding(line: str, code: str, name: str, *names: str) -> Finding | None:
    """Return what is found in a line of a language."""
    return passage_finding(line, Language(code, name, rtl=False, required=False, examples=6), names)


@pytest.mark.parametrize(("code", "name"), [("fr", "Français"), ("so", "Soomaali"), ("ar", "العربية"), ("uk", "Мова")])
def test_a_sentence_in_the_language_of_the_source_is_found(code: str, name: str) -> None:
    """German and English alike, also in the middle of a line."""
    for sentence in (GERMAN, ENGLISH):
        assert finding(f"Abc. {sentence} Xyz.", code, name), sentence


def test_german_in_english_and_english_in_german_are_found() -> None:
    """They are each other's source."""
    assert finding(GERMAN, "en", "English")
    assert finding(ENGLISH, "de", "Deutsch")
    assert not finding(GERMAN, "de", "Deutsch")
    assert not finding(ENGLISH, "en", "English")


@pytest.mark.parametrize(
    "line",
    [
        "اسألوا: «Gibt es bei Ihnen eine Person, die übersetzt?» (هل يوجد)",
        "انظروا https://www.example.org/and/the/you/for/with",
        "اسألوا Amt für Wohnen und kluge Menschen in Stuttgart عن ذلك",
        "اسألوا Jobcenter أو Sozialamt",
    ],
)
def test_quotations_links_and_names_of_offices_may_stand_there(line: str) -> None:
    """People need them as they are written in Germany."""
    assert finding(line, "ar", "العربية", "Amt für Wohnen und kluge Menschen in Stuttgart") is None


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("Write /hepl now.", '"/hepl" is not a command of Lotse'),
        ("See faq/no-such-topic.", '"faq/no-such-topic" is not a topic'),
        ("Write /human or /delete.", ""),
        ("See faq/debts.", ""),
        ("Monday and/or Tuesday, https://example.org/nothing, 24/7, km/h", ""),
    ],
)
def test_commands_and_topics_that_do_not_exist_are_found(line: str, told: str) -> None:
    """What is there, and what only looks like one, is not."""
    assert [problem for problem, _ in reference_findings(line, {"debts"})] == ([told] if told else [])


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("Gehen Sie in die Königstraße 12, 70173 Stuttgart.", '"Königstraße 12, 70173" is an address'),
        ("Telefon 0711 123456.", '"0711 123456" is a telephone number'),
        ("Anruf: +49 711 216-91857", '"+49 711 216-91857" is a telephone number'),
        ("Rufen Sie 112 oder 0800 111 0 111 an, das kostet nichts.", ""),
        ("Das kostet 58 Euro, 2027 dann 60,50 Euro; Paragraf 24.", ""),
    ],
)
def test_addresses_and_telephone_numbers_are_found(line: str, told: str) -> None:
    """Free numbers of the whole country, years and amounts are none."""
    assert [problem for problem, _ in place_findings(line)] == ([told] if told else [])


@pytest.mark.parametrize(
    ("old", "new", "severity", "told"),
    [
        ("      Open a bank account.\n", f"      {GERMAN}\n", "error", "24: this line has words of de ("),
        (
            "      Open a bank account.\n",
            "      Write /hepl.\n",
            "error",
            '24: "/hepl" is not a command of Lotse.',
        ),
        ("      Open a bank account.\n", "      Call 0711 123456.\n", "warning", '24: "0711 123456" is a tele'),
        (TITLE, f"title: {'x' * 46}", "warning", "22: this title has 46 characters. Shorten it to 45."),
        (TITLE, f"title: {'x' * 61}", "error", "22: this title has 61 characters. Shorten it to 45."),
    ],
)
def test_the_check_tells_where_it_stands(tmp_path: Path, old: str, new: str, severity: str, told: str) -> None:
    """File, line, and how grave it is."""
    project = write_project(tmp_path)
    change(project / BANK, old, new)
    found = [str(each) for each in run(project, today=TODAY).problems if each.severity == severity]
    assert any(each.startswith(f"{BANK}:{told}") for each in found), found


@pytest.mark.parametrize(
    ("blocks", "errors"),
    [
        (("office/jobcenter", "office/library"), 1),
        (("number/1", "number/2"), 1),
        (("weekday/sat", "weekday/sun"), 0),
        (("weekday/sat", "weekday/mon"), 1),
        (("no-age/before", "no-age/after"), 0),
        (("office/library", "district/west"), 0),
    ],
)
def test_a_form_with_two_values_of_one_entity_is_an_error(tmp_path: Path, blocks: tuple[str, str], errors: int) -> None:
    """A weekend is both of its days, and words for rules have several tasks; nothing else is two things at once."""
    project = write_project(tmp_path)
    file = project / ENTITIES
    lines = "".join(f"- synonym: {name}\n  examples: |\n    - Irgendwo da\n" for name in blocks)
    file.write_text(file.read_text(encoding="utf-8") + lines, encoding="utf-8")
    found = [str(each) for each in run(project, today=TODAY).errors]
    told = f'"Irgendwo da" means {blocks[1]} and {blocks[0]} ({ENTITIES}:'
    assert sum(told in each for each in found) == errors, found
