"""A language is one line and a catalogue, a topic is one file: shown by adding one to a copy, and asking it."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from bot.content.stamps import stamp
from tests.check.town import Copy, copy_of_lotse
from tests.content.sample import change, write

SPANISH = """\
  es:
    title: Abrir una cuenta bancaria
    answer: |
      Toda persona en Alemania tiene derecho a una cuenta sencilla. Se llama Basiskonto.
      Vaya a un banco o a la Sparkasse con su documento y su dirección.
    review: null
    examples:
      - quiero abrir una cuenta en el banco
      - cómo abro una cuenta bancaria
      - el banco no me quiere dar una cuenta
      - necesito un iban para cobrar mi sueldo
      - qué papeles pide la sparkasse para la cuenta
      - cuenta bancaria sin pasaporte
"""

TRANSLATED = ("Not yet checked by the city.", "El ayuntamiento aún no lo ha comprobado.")


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    """Give a reduced copy of the project."""
    return copy_of_lotse(tmp_path / "lotse")


def test_a_new_language_is_one_line_and_a_catalogue(copy: Copy) -> None:
    """Spanish is identified, understood and answered; the check passes and says what Spanish still lacks."""
    languages, bank = copy.root / "content/languages.yaml", copy.root / "content/faq/bank-account.yaml"
    write(languages, languages.read_text(encoding="utf-8") + "es: {name: Español}\n")
    babel = [sys.executable, "-m", "babel.messages.frontend"]
    init = [*babel, "-q", "init", "-i", "locales/messages.pot", "-d", "locales", "-l", "es"]
    subprocess.run(init, cwd=copy.root, check=True)
    catalogue, (english, spanish) = copy.root / "locales/es/LC_MESSAGES/messages.po", TRANSLATED
    change(catalogue, f'msgid "{english}"\nmsgstr ""', f'msgid "{english}"\nmsgstr "{spanish}"')
    write(bank, bank.read_text(encoding="utf-8") + SPANISH)
    assert stamp(copy.root / "content", "bank-account") == ["es"]

    checked = copy.lotse("check", "--format", "text")
    assert checked.returncode == 0, checked.stdout
    for lacking in (
        "content/faq/library.yaml:",
        "nlu/safety/es.yml:1: there are no words of danger in es. Write them;",
        "nlu/data/es/intents.yml:1: there are no examples of: greet, thank,",
        "nlu/data/es/entities.yml:1: es has no words for: ",
        "locales/es/LC_MESSAGES/messages.po:1: ",
    ):
        assert sum(line.startswith(lacking) for line in checked.stdout.splitlines()) == 1, (lacking, checked.stdout)
    assert checked.stdout.count("locales/es/") == 1, checked.stdout

    asked = "hola, como puedo abrir una cuenta en un banco"
    # The terminal's person has chosen no language, so Spanish is what the message itself is taken for.
    reply = copy.answer(asked)
    assert reply["title"] == "Abrir una cuenta bancaria"
    assert spanish in str(reply)


QUESTIONS = {
    "de": ["wo kann mein kind das seepferdchen machen", "seepferdchen", "wer prüft das schwimmabzeichen",
           "abzeichen bronze", "schwimmabzeichen für kinder", "seepferdchen prüfung kosten"],
    "en": ["where can my child get the seahorse badge", "swimming badge", "who tests swimming badges",
           "bronze badge pool", "badge for swimming kids", "seahorse swimming test"],
}  # fmt: skip
TEXTS = {
    "de": ("", "Fragen Sie an der Kasse im Bad nach der Prüfung."),
    "en": ("Swimming badge", "Ask about the test at the ticket office of the pool."),
}


def _fill(path: Path) -> None:
    """Write what an editor writes into the open fields of German and English."""
    head, *parts = re.split(r"\n  (?=\w)", path.read_text(encoding="utf-8"))
    filled = [head.replace("\nsource:", "\nsource: []")]
    for part in parts:
        language = part.partition(":")[0]
        if language in TEXTS:
            title, answer = TEXTS[language]
            questions = "".join(f"\n      - {question}" for question in QUESTIONS[language])
            part = part.replace("answer: |\n", f"answer: |\n      {answer}\n").rstrip("\n") + questions  # noqa: PLW2901
            part = part.replace("title:\n", f"title: {title}\n")  # noqa: PLW2901
        filled.append(part)
    path.write_text("\n  ".join(filled) + "\n", encoding="utf-8")


def test_a_new_topic_is_made_filled_in_checked_and_understood(copy: Copy) -> None:
    """An open file fails with the names of what is open; a filled one passes, and its question is surely its own."""
    made = copy.lotse("new", "faq", "swimming-badge", "--group", "health", "--title", "Schwimmabzeichen")
    assert made.returncode == 0, made.stderr
    assert "lotse check" in made.stdout
    path = copy.root / "content/faq/swimming-badge.yaml"
    checked = copy.lotse("check")
    assert checked.returncode == 1
    opened = checked.stdout
    for missing in (
        "the source is still open. Write where the facts come from",
        "answer and examples in de are still open. Write it.",
        "title, answer and examples in en are still open. Translate it from the German text.",
    ):
        assert missing in opened, opened

    _fill(path)
    assert 'run "lotse translated swimming-badge en"' in copy.lotse("check").stdout
    assert "text: en." in copy.lotse("translated", "swimming-badge").stdout
    checked = copy.lotse("check")
    assert checked.returncode == 0, checked.stdout
    assert "content/faq/swimming-badge.yaml:11: no text in: fr. Add it when somebody can." in checked.stdout

    understood = copy.understand("wo kann mein kind das seepferdchen machen")
    assert (understood["intent"], understood["band"]) == ("faq/swimming-badge", "sure")


def test_a_change_of_the_german_text_asks_for_the_translations(copy: Copy) -> None:
    """The warning says which verb to run once they have been compared."""
    bank = copy.root / "content/faq/bank-account.yaml"
    change(bank, "title: Bankkonto eröffnen", "title: Ein Bankkonto eröffnen")
    checked = copy.lotse("check", "--format", "github")
    assert checked.returncode == 0
    assert '(fr) was made. Compare the two, then run "lotse translated bank-account fr"' in checked.stdout
    assert "nothing new" in copy.lotse("translated", "bank-account").stdout
    assert copy.lotse("translated", "bank-account", "fr").returncode == 0
    checked = copy.lotse("check")
    assert "(fr) was made" not in checked.stdout
    assert "(en) was made" in checked.stdout
