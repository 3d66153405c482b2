"""The check finds every kind of problem on purpose-made mistakes, and nothing in the repository's own files."""

import json
import time
from datetime import date
from pathlib import Path

import pytest

from bot.check import Report, run
from bot.content import Problem
from tests.content.sample import change, write, write_project

ROOT = Path(__file__).parents[1]
TODAY = date(2026, 11, 22)
BANK = "content/faq/bank-account.yaml"
DEBTS = "content/faq/debts.yaml"
UKRAINIAN = "locales/uk/LC_MESSAGES/messages.po"
ARABIC = "locales/ar/LC_MESSAGES/messages.po"
INTENTS = "nlu/data/en/intents.yml"
ENTITIES = "nlu/data/de/entities.yml"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Give a project without mistakes."""
    return write_project(tmp_path)


def found(project: Path, severity: str) -> list[str]:
    """Return the problems of one severity as they are printed."""
    return [str(problem) for problem in run(project, today=TODAY).problems if problem.severity == severity]


SERVICE = "content/services/jobcenter.yaml"


def test_the_gaps_of_an_office_are_one_warning(project: Path) -> None:
    """It names them all, at the line of the first."""
    path = project / SERVICE
    text = path.read_text(encoding="utf-8").replace("accessible: true", "accessible: null")
    text = text.replace('hours: "Mo-Fr 09:00-12:00"', "hours: null")
    path.write_text(text, encoding="utf-8")
    (warning,) = found(project, "warning")
    line = text.splitlines().index("hours: null") + 1
    assert warning.startswith(
        f"{SERVICE}:{line}: nobody knows the opening hours, whether it is accessible by wheelchair. Ask at the office"
    )
    assert found(project, "error") == []


def test_a_telephone_line_has_no_gaps(project: Path) -> None:
    """Nobody goes there."""
    path = project / SERVICE
    text = path.read_text(encoding="utf-8").replace("kind: office", "kind: counselling")
    place = {"address": "address: null", "location": "location: null", "hours": "hours: null"}
    lines = [place.get(line.partition(":")[0], line) for line in text.splitlines()]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert found(project, "warning") == []


def test_a_project_without_mistakes_has_no_problems(project: Path) -> None:
    """Neither an error nor a warning."""
    assert run(project, today=TODAY).problems == ()


ERRORS = [
    (BANK, "owner:", "ovner:", '1: "owner" is missing. Add "owner:".'),
    (BANK, "services: [jobcenter]", "services: [jobcentre]", '3: "jobcentre" is not a known service.'),
    (BANK, "related: [debts]", "related: [depts]", '4: "depts" is not a known topic. Write "debts", if that is meant.'),
    (
        BANK,
        "      Відкрити рахунок у банку.",
        "      Open a bank account.",
        "40: the answer in uk is the same as in en.",
    ),
    (BANK, "verified: null", "verified: 2026-11-23", "9: verified lies in the future. Write the day of the check,"),
    (BANK, "      Відкрити", "      Вiдкрити", '40: "Вiдкрити" mixes letters of two scripts that look alike.'),
    (BANK, "      فتح حساب بنكي.", "      فتح حساب بنکی.", '32: "بنکی" has a Persian letter (ک or ی) in Arabic.'),
    (BANK, "      Відкрити рахунок у", "      Відкрити рахунок y", '40: "y" is typed with Latin letters.'),
    (BANK, "      Open a bank", "      Open \u0430 bank", '24: "\u0430" is typed with Cyrillic letters.'),
    (BANK, "      Open a bank", "      Open a\n      new <b>bank</b>", '25: "<b>" is markup, and texts are plain.'),
    (BANK, "      Open a bank", "      Open **a** bank", '24: "**" is markup, and texts are plain. Say it in words.'),
    (
        BANK,
        "      Open a bank",
        "      [Open](https://x.org) a",
        '24: "[Open](https://x.org)" is markup, and texts are',
    ),
    (
        DEBTS,
        "- Debts?",
        "- OPEN a  bank account",
        f'27: "OPEN a  bank account" is an example of faq/debts and of faq/bank-account ({BANK}:27).',
    ),
    (
        INTENTS,
        "- hello 0\n",
        "- hello 1\n",
        '8: "hello 1" is an example of thank and of greet (nlu/data/en/intents.yml:5).',
    ),
    (INTENTS, "intent: greet", "intent: great", '3: "great" is not a known intent. Write "greet", if that is meant.'),
    (INTENTS, "intent: greet", "intent: great", "1: there are no examples of: greet. Add some."),
    (INTENTS, "    - hello 0\n", "    hello 0\n", '5: "hello 0" is not an example. Start the line with a dash and'),
    (
        INTENTS,
        "- hello 0\n",
        "- [hello](ofice)\n",
        '5: "ofice" is not a known entity. Write "office", if that is meant.',
    ),
    (INTENTS, "- hello 0\n", '- [x]{"entity": "office", "value": "y"}\n', '5: "y" is not a value of office.'),
    (INTENTS, "nlu:\n", "nlo:\n", '2: "nlo" is not known here. Use version and nlu.'),
    (ENTITIES, "office/jobcenter", "office/jobcentre", '3: "jobcentre" is not a value of office. Write "jobcenter"'),
    (ENTITIES, "office/jobcenter", "ofice/jobcenter", '3: "ofice" is not a known entity. Write "office", if that is'),
    (ENTITIES, "  examples: |", "\texamples: |", "4: a tab (U+0009) stands here. Use spaces."),
    (UKRAINIAN, "Вітаю %(name)s", "Вітаю", "10: %(name)s was lost in the translation. Put it back unchanged."),
    (UKRAINIAN, "Вітаю %(name)s", "%(name)s %(day)s", "10: %(day)s does not exist in the original. Use only the"),
    (UKRAINIAN, "Вітаю %(name)s", "%(name)s 100 %", "10: a percent sign or a placeholder is malformed. Write %(name)s"),
    (UKRAINIAN, "%(number)d днів", "днів", "14: %(number)d was lost in the translation. Put it back unchanged."),
    (UKRAINIAN, 'msgstr "Меню"', 'msgstr ""', "6: this entry is empty. Translate it."),
    (UKRAINIAN, 'msgid "Menu"', '#, fuzzy\nmsgid "Menu"', "7: this entry is fuzzy. Check the translation, then remove"),
    (UKRAINIAN, 'msgstr[1] "%(number)d днів"\n', "", "14: 1 of 2 plural forms are empty. Translate it."),
    (UKRAINIAN, "nplurals=2", "nplurals=1", "14: there are more plural forms than the header says. Repair the entry."),
    (UKRAINIAN, "Plural-Forms", "Plural", "1: the header lacks Plural-Forms. Add the line of this language."),
    (
        UKRAINIAN,
        'msgid "Menu"',
        'msgid "Menue"',
        '1: "Menu" (locales/messages.pot:5) is missing. Run "make catalogues".',
    ),
    (UKRAINIAN, 'msgid "Menu"', 'msgit "Menu"', "6: this is not gettext (Unknown or misformatted keyword)."),
    (UKRAINIAN, "Меню", "Мeню", '6: "Мeню" mixes letters of two scripts that look alike. Type the word again on one'),
    (ARABIC, "مرحبا", "<i>مرحبا</i>", '10: "<i>" is markup, and texts are plain. Say it in words.'),
]

SAFETY = "nlu/safety/uk.yml"
ERRORS += [
    (BANK, "      - Open a bank account?\n", "", "26: examples in en are still open. Translate it from"),
    (INTENTS, "    - hello 5 1\n", "", "1: fewer than 15 examples of: find_course (14). Add some, up to 15."),
    (BANK, "related: [debts]", "related: [bank-account]", "4: this topic names itself as related. Remove it."),
    (BANK, "      Відкрити рахунок у банку.", "      Just go to the bank and ask.", "40: this text has hardly any"),
    (DEBTS, "      - Debts?", "      - Debts?\n      - Open a baaank account.", '28: "Open a baaank account." is an'),
    (UKRAINIAN, "Меню", "Just open the whole menu now", "6: this text has hardly any letters of Українська. Translate"),
    (SAFETY, "112 & (now|help)", "112 & (now|help", "3: \"112 & (now|help\": '(' is never closed. nlu/safety"),
    (SAFETY, "always: |\n    112", "allways: |\n    112", '2: "allways" is not known here. Write "always", if that is'),
    (SAFETY, "crisis:", "crises:", '4: "crises" is not known here. Write "crisis", if that is meant.'),
    (SAFETY, "crisis:", "calm: |\n  job\ncrises:", '1: there are no words of crisis. Add "crisis:".'),
    (ENTITIES, "office/jobcenter", "number/250", '3: "250" is not a value of number.'),
    (ENTITIES, "office/jobcenter", "month/13", '3: "13" is not a value of month.'),
    (ENTITIES, "office/jobcenter", "date/tomorow", '3: "tomorow" is not a value of date. Write "tomorrow", if that is'),
    (ENTITIES, "office/jobcenter", "jobcenter", '3: "jobcenter" does not say what it means. Write <entity>/<value>,'),
    (ENTITIES, "synonym: office/jobcenter", "lookup: ofice", '3: "ofice" is not a known entity. Write "office"'),
    (ENTITIES, "- Arbeitsamt\n", "- x\n- regex: zip\n  examples: |\n    - [0-9\n", '9: "[0-9" is not a regular'),
    (ENTITIES, "- Arbeitsamt\n", "- x\n- intent: faq/dets\n  examples: |\n    - x\n", '7: "faq/dets" is not a known'),
    ("nlu/names/all.txt", "Amina", "Amina Sesay", '3: "Amina Sesay" is not one name. Write one name a line, without'),
]  # fmt: skip
WARNINGS = [
    (
        BANK,
        "services: [jobcenter]",
        "services: [jobcenter, jobcenter]",
        "3: jobcenter stands here twice. Remove one of",
    ),
    (ENTITIES, "office/jobcenter", "office/youth-office", '3: the office "youth-office" has no file content/services/'),
    (BANK, "2027-05-31", "2026-11-21", "10: the review was due on 2026-11-21. Check the facts, then set verified and"),
    (BANK, "    title: Bankkonto", "    title: Konto", "21: the German text has changed since this translation (en)"),
    (
        BANK,
        "      - Open a bank account?",
        "      - Open \u0430 bank account",
        '27: "\u0430" is typed with Cyrillic letters.',
    ),
    (BANK, "      - Open a bank account?", "      - 1\n      - 1", '28: "1" stands here twice (first on line 27).'),
    (DEBTS, "- Борги?", "- Bankkonto eröffnen", '43: "Bankkonto eröffnen" is an example of faq/debts and of'),
    (BANK, "account.\n", "account: www.bank.org\n", '24: "www.bank.org" does not start with https://.'),
    ("content/languages.yaml", "uk:", "so: {name: Soomaali}\nuk:", "12: no text in: so. Add it when somebody can."),
    (UKRAINIAN, 'msgid "Menu"', 'msgid "Old"\nmsgstr "x"\n\nmsgid "Menu"', "6: this entry is no longer used. Run"),
]


def _places(name: str, expected: str) -> str:
    return f"{BANK if name == 'content/languages.yaml' else name}:{expected}"


@pytest.mark.parametrize(("name", "old", "new", "expected"), ERRORS, ids=[expected for *_, expected in ERRORS])
def test_an_error_is_named_with_file_line_and_remedy(
    project: Path, name: str, old: str, new: str, expected: str
) -> None:
    """What must be repaired fails the check, at the place where it stands."""
    change(project / name, old, new)
    problems = found(project, "error")
    assert any(problem.startswith(f"{name}:{expected}") for problem in problems), problems


@pytest.mark.parametrize(("name", "old", "new", "expected"), WARNINGS, ids=[expected for *_, expected in WARNINGS])
def test_a_warning_does_not_fail_the_check(project: Path, name: str, old: str, new: str, expected: str) -> None:
    """What should be looked at is listed and blocks nothing."""
    change(project / name, old, new)
    warnings = found(project, "warning")
    assert any(problem.startswith(_places(name, expected)) for problem in warnings), warnings
    assert found(project, "error") == []


def test_too_few_examples_are_an_error_in_required_languages_only(project: Path) -> None:
    """How many are needed is a matter of the language; some must be as typed on a Latin keyboard."""
    languages = project / "content/languages.yaml"
    change(languages, "uk: {name: Українська, required: true, examples: 1}", "uk: {name: Українська, examples: 6}")
    latin = "Add some as people type them on a Latin keyboard."
    expected = [
        f"{BANK}:38: uk has 0 example questions in Latin letters, and 2 are needed. {latin}",
        f"{BANK}:38: uk has 1 example questions, and 6 are needed. Add 5 more, each as somebody would type it.",
    ]
    assert (found(project, "error"), found(project, "warning")[:2]) == ([], expected)
    change(languages, "examples: 6", "required: true, examples: 6")
    assert found(project, "error")[:2] == expected
    examples = "".join(f"      - rakhunok {number}\n" for number in range(5))
    change(project / BANK, "      - Відкрити рахунок у банку?\n", f"      - Відкрити рахунок у банку?\n{examples}")
    assert not any(BANK in problem for problem in found(project, "error"))


def test_examples_in_nlu_count_for_a_topic_too(project: Path) -> None:
    """A topic may have examples in a further file, and they must not contradict others."""
    change(
        project / "content/languages.yaml",
        "en: {name: English, required: true, examples: 1}",
        "en: {name: English, examples: 2}",
    )
    assert any(problem.startswith(f"{BANK}:22: en has 1 example") for problem in found(project, "warning"))
    header = 'version: "3.1"\nnlu:\n- intent: faq/bank-account\n  examples: |\n'
    write(project / "nlu/data/en/utterances.yml", f"{header}    - a place for my wages\n")
    assert not any(BANK in problem for problem in found(project, "warning"))
    write(project / "nlu/data/en/utterances.yml", f"{header}    - Debts\n")
    (contradiction,) = found(project, "error")
    assert contradiction.startswith('nlu/data/en/utterances.yml:5: "Debts" is an example of faq/bank-account and of')


def test_a_line_that_was_not_translated_is_an_error(project: Path) -> None:
    """The rest of the answer may be translated."""
    for text in ("      Open a bank account.\n", "      فتح حساب بنكي.\n"):
        change(project / BANK, text, f"{text}      Bank says: go to the office now.\n")
    (line,) = found(project, "error")
    assert line == f"{BANK}:34: this line of the answer in ar is the same as in en. Translate it."


def test_a_group_and_a_card_of_the_menu_lead_somewhere(project: Path) -> None:
    """Buttons without anything behind them are found."""
    (project / "content/cards/find_sport.yaml").unlink()
    groups = project / "content/groups.yaml"
    write(groups, groups.read_text(encoding="utf-8") + 'empty:\n  emoji: "📦"\n  name: {de: Leer}\n')
    assert found(project, "error")[0].startswith(
        "content/cards/find_sport.yaml:1: the menu leads here, and this card is"
    )
    assert 'content/groups.yaml:4: no topic belongs to the group "empty". Remove it, or give it a topic.' in found(
        project, "warning"
    )


def test_words_of_danger_and_names_must_be_there(project: Path) -> None:
    """A required language without words of danger fails the check; so does a list of names that is gone."""
    (project / SAFETY).unlink()
    (project / "nlu/names/all.txt").unlink()
    assert found(project, "error") == [
        "nlu/names:1: there are no names of persons here. Put back the files nlu/names/*.txt.",
        f"{SAFETY}:1: there are no words of danger in uk. Write them; nlu/safety/README.md shows how.",
    ]


def test_a_required_language_that_is_missing_is_an_error(project: Path) -> None:
    """Five languages must have every answer."""
    text = (project / DEBTS).read_text(encoding="utf-8")
    write(project / DEBTS, text[: text.index("  ti:\n")])
    assert found(project, "error") == [f"{DEBTS}:12: a required language is missing: ti. Add the text."]


def test_a_catalogue_or_its_template_that_is_missing_is_an_error(project: Path) -> None:
    """English needs none, because the texts in the code are English."""
    (project / "locales/en/LC_MESSAGES/messages.po").unlink()
    assert found(project, "error") == []
    (project / UKRAINIAN).unlink()
    (missing,) = found(project, "error")
    assert missing.startswith(f'{UKRAINIAN}:1: this catalogue is missing. Run "pybabel init -i locales/messages.pot -d')
    (project / "locales/messages.pot").unlink()
    assert found(project, "error") == ['locales/messages.pot:1: the template is missing. Run "make catalogues".']


def test_files_of_other_rooms_are_read_as_files(project: Path) -> None:
    """Whatever a course's file must hold, it must be YAML."""
    write(project / "content/phrases/greeting.yaml", "de: [Hallo\n")
    (problem,) = found(project, "error")
    assert problem.startswith("content/phrases/greeting.yaml:2: this is not YAML (did not find expected ',' or ']'")


def test_training_data_of_an_unknown_language_is_an_error(project: Path) -> None:
    """A folder with a mistyped language would never be used."""
    write(project / "nlu/data/ukr/entities.yml", 'version: "3.1"\nnlu: []\n')
    assert found(project, "error") == [
        'nlu/data/ukr/entities.yml:1: "ukr" is not a language of content/languages.yaml. Write "uk", if that is meant.'
    ]


CALIBRATION = "nlu/calibration/en/utterances.yml"
_HELD_OUT = 'version: "3.1"\nnlu:\n- {}\n  examples: |\n    - {}\n'


@pytest.mark.parametrize(
    ("kind", "line", "severity", "expected"),
    [
        ("intent: great", "good day", "error", '3: "great" is not a known intent. Write "greet", if that is meant.'),
        ("intent: greet", "[x](ofice)", "error", '5: "ofice" is not a known entity.'),
        (
            "intent: greet",
            "good d\u0430y",
            "warning",
            '5: "good d\u0430y"'.replace("good ", "") + " mixes letters of two",
        ),
        (
            "intent: greet",
            "Hello 0!",
            "error",
            '5: "Hello 0!" is an example already (nlu/data/en/intents.yml:5). Remove',
        ),
        ("intent: greet", "hallo 0", "error", '5: "hallo 0" is an example already (nlu/data/de/intents.yml:5). Remove'),
        ("synonym: office/jobcenter", "centre", "error", '3: a block "synonym" is not read here. Move it to nlu/data.'),
    ],
)
def test_utterances_for_calibration_are_checked_too(
    project: Path, kind: str, line: str, severity: str, expected: str
) -> None:
    """As training data is; and what was learnt by heart shows nothing."""
    write(project / CALIBRATION, _HELD_OUT.format(kind, line))
    (problem,) = [problem for problem in run(project, today=TODAY).problems if problem.path == CALIBRATION]
    assert str(problem).startswith(f"{CALIBRATION}:{expected}")
    assert problem.severity == severity


def test_utterances_for_calibration_teach_nothing(project: Path) -> None:
    """They do not make up for examples or words that are missing."""
    write(project / CALIBRATION, _HELD_OUT.format("intent: find_course", "where do I learn"))
    assert run(project, today=TODAY).problems == ()
    change(project / INTENTS, "    - hello 5 1\n", "")
    assert any("fewer than 15 examples of: find_course (14)" in problem for problem in found(project, "error"))


def test_words_for_entities_must_be_there_in_required_languages(project: Path) -> None:
    """In the others it is a warning."""
    (project / "nlu/data/uk/entities.yml").unlink()
    expected = (
        "nlu/data/uk/entities.yml:1: uk has no words for: office. Add synonyms as nlu/data/de/entities.yml has them."
    )
    assert found(project, "error") == [expected]
    change(project / "content/languages.yaml", "Українська, required: true", "Українська")
    assert (found(project, "error"), found(project, "warning")) == ([], [expected])


def test_the_domain_names_exactly_the_known_intents(project: Path) -> None:
    """Rasa would silently never predict an intent that its domain lacks."""
    intents = [line.split()[-1] for line in (project / INTENTS).read_text().splitlines() if "intent:" in line]
    lines = [f"  - {intent}" for intent in intents if intent != "thank"]
    write(project / "nlu/domain.yml", "\n".join(['version: "3.1"', "intents:", *lines, "  - faq/debts", "  - thx", ""]))
    assert found(project, "error") == [
        'nlu/domain.yml:3: the intent "thank" is missing. Add it.',
        'nlu/domain.yml:18: "thx" is not a known intent. Use one of: ' + ", ".join(intents) + ".",
    ]


def test_names_and_prefixes_in_other_scripts_are_no_mistake(project: Path) -> None:
    """BAMF stays BAMF in every language, and Arabic writes its article before it."""
    change(project / BANK, "      Відкрити рахунок", "      SIM-карта, E-Mail і BAMF: відкрити рахунок")
    change(project / BANK, "      فتح حساب بنكي.", "      فتح حساب في الـBAMF.")
    change(project / BANK, "      ሕሳብ ባንኪ ምኽፋት.", "      ናብ Jobcenterን ብBAMFን።")
    assert run(project, today=TODAY).problems == ()


def test_every_problem_is_found_in_one_run(project: Path) -> None:
    """Content, catalogues and training data are reported together, ordered by file and line."""
    change(project / BANK, "owner: redaktion\n", "")
    change(project / UKRAINIAN, "Вітаю %(name)s", "Вітаю")
    change(project / INTENTS, "intent: greet", "intent: great")
    change(project / "content/services/jobcenter.yaml", "both", "open")
    paths = [problem.path for problem in run(project, today=TODAY).problems]
    assert paths == sorted(paths)
    assert set(paths) == {BANK, UKRAINIAN, INTENTS, "content/services/jobcenter.yaml"}


def test_a_report_has_three_forms() -> None:
    """Lines for people, JSON for programs, workflow commands for GitHub."""
    report = Report(
        (
            Problem("content/faq/a,b.yaml", 3, "100 % is\nwrong", "Write less"),
            Problem("content/faq/c.yaml", 4, "it is old", "Look at it", "warning"),
        )
    )
    assert report.text().splitlines()[-2:] == [
        "content/faq/c.yaml:4: it is old. Look at it. (warning)",
        "1 error, 1 warning.",
    ]
    assert json.loads(report.json())[1] == {
        "path": "content/faq/c.yaml",
        "line": 4,
        "problem": "it is old",
        "remedy": "Look at it",
        "severity": "warning",
    }
    assert report.github().splitlines() == [
        "::error file=content/faq/a%2Cb.yaml,line=3::100 %25 is%0Awrong. Write less.",
        "::warning file=content/faq/c.yaml,line=4::it is old. Look at it.",
    ]


def test_a_report_without_problems_says_so() -> None:
    """Silence would look like a crash."""
    assert Report(()).text() == "No errors, no warnings."


def test_the_repository_has_no_errors_and_is_checked_quickly() -> None:
    """What is delivered passes its own check, in a few seconds of computing."""
    started = time.process_time()
    report = run(ROOT, today=TODAY)
    assert time.process_time() - started < 8
    assert not report.errors, "\n".join(str(problem) for problem in report.errors[:30])
