"""Danger is recognised in every language without a model, and harmless questions stay quiet."""

from pathlib import Path

import pytest
import yaml

from bot.errors import LotseError
from bot.understanding.safety import SafetyWords

FILES = Path(__file__).parents[2] / "nlu" / "safety"
CASES: dict[str, dict[str, list[str]]] = yaml.load(
    (Path(__file__).parent / "safety_cases.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader
)
WORDS = SafetyWords.read(FILES)


def cases(kind: str) -> list[tuple[str, str]]:
    """Return the sentences of one kind, each with its language."""
    return [(language, str(text)) for language, kinds in CASES.items() for text in kinds[kind]]


@pytest.mark.parametrize(("language", "text"), cases("emergency"))
def test_an_emergency_is_recognised(language: str, text: str) -> None:
    """Acute danger is found, however it is typed."""
    match = WORDS.find(text)
    assert match, language
    assert match.kind == "emergency"


@pytest.mark.parametrize(("language", "text"), cases("crisis"))
def test_a_crisis_is_recognised(language: str, text: str) -> None:
    """Thoughts of suicide, self-harm and despair are found."""
    match = WORDS.find(text)
    assert match, language
    assert match.kind == "crisis"


@pytest.mark.parametrize(("language", "text"), cases("harmless"))
def test_a_harmless_question_stays_quiet(language: str, text: str) -> None:
    """Work, papers, courses, the past and figures of speech set nothing off."""
    assert WORDS.find(text) is None, language


@pytest.mark.parametrize("language", CASES)
def test_every_language_has_enough_sentences(language: str) -> None:
    """Twenty emergencies, fifteen crises and twenty harmless sentences are the least."""
    assert {kind: len(CASES[language][kind]) >= least for kind, least in CASES_NEEDED.items()} == dict.fromkeys(
        CASES_NEEDED, True
    )


CASES_NEEDED = {"emergency": 20, "crisis": 15, "harmless": 20}


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("es brennt", "de"),
        ("my house is on fire", "en"),
        ("بدي اسعاف بسرعة", "ar"),
        ("خانه آتش گرفته", "fa"),
        ("غواړم مړ شم", "ps"),
        ("mala me dişewite", "kmr"),
        ("evimiz yanıyor", "tr"),
        ("у нас пожежа", "uk"),
        ("у нас пожар", "ru"),
        ("ክመውት ደልየ", "ti"),
        ("guriga ayaa gubanaya", "so"),
        ("je veux mourir", "fr"),
    ],
)
def test_the_language_of_the_words_is_told(text: str, language: str) -> None:
    """The answer can be given in the language in which help was called."""
    match = WORDS.find(text)
    assert match
    assert match.language == language


def test_an_emergency_comes_before_despair_but_not_before_self_harm() -> None:
    """Where both are found, acute danger comes first unless the person means to die."""
    despair = WORDS.find("ich sehe keinen ausweg mehr mein mann schlägt mich gerade hilfe")
    suicide = WORDS.find("ich will sterben meine wohnung brennt")
    threat = WORDS.find("er will mich umbringen")
    assert (despair and despair.kind, suicide and suicide.kind, threat and threat.kind) == (
        "emergency",
        "crisis",
        "emergency",
    )


@pytest.mark.parametrize("text", ["HILFE HILFE", "hilfe!!", "Bitte. Hilfe !!!", "help me!!!", "à l'aide !!", "کمک!!"])
def test_a_cry_is_recognised(text: str) -> None:
    """Who cries twice, or with several exclamation marks, is in danger."""
    match = WORDS.find(text)
    assert match
    assert match.kind == "emergency"


@pytest.mark.parametrize("text", ["hilfe", "Hilfe!", "Danke für Ihre Hilfe!!", "HILFE!!! Ich brauche einen Termin"])
def test_a_word_of_the_menu_is_no_cry(text: str) -> None:
    """One word, thanks and a question about papers set nothing off."""
    assert WORDS.find(text) is None


@pytest.mark.parametrize(
    ("text", "fires"),
    [("112", True), ("110!", True), ("ruf 112", True), ("Bus 112", False), ("§ 110", False), ("jetzt in 112", False)],
)
def test_a_number_is_a_call_only_on_its_own(text: str, *, fires: bool) -> None:
    """Buses, rooms and paragraphs have such numbers too."""
    assert bool(WORDS.find(text)) == fires


@pytest.mark.parametrize(
    "text",
    [
        "\U0001f525\U0001f525 feuer \U0001f525",
        "\u202eich will sterben\u202c",
        "f\u200beuer",
        "feuer \ud800",
        "FEUEEER",
        "ﺣﺮﻳﻖ",
        "حَرِيق",
        "h\x00ilfe feuer",
    ],
)
def test_signs_that_cannot_be_seen_hide_nothing(text: str) -> None:
    """Emoji, controls, directions, vowel signs and lone surrogates change nothing."""
    assert WORDS.find(text)


@pytest.mark.parametrize("text", ["", " ", "\ud800", "...", "#", "12345", "a" * 10_000])
def test_a_message_without_words_is_quiet(text: str) -> None:
    """Nothing is found in nothing."""
    assert WORDS.find(text) is None


@pytest.mark.timeout(30)
def test_long_and_hostile_messages_do_not_search_for_ever() -> None:
    """The longest message that a channel delivers is looked through, however it is made."""
    long = " ".join(text for kind in ("harmless", "crisis") for _, text in cases(kind))[:4096]
    hostile = ("help ambulance fire now police " * 200)[:4096]
    WORDS.find(long)
    assert WORDS.find(hostile)


@pytest.mark.parametrize(
    ("content", "line", "problem"),
    [
        ("emergency:\n  always: |\n    (fire\n", 3, "never closed"),
        ("emergency:\n  always: |\n    fire)\n", 3, "closes nothing"),
        ("emergency:\n  always: |\n    .. fire\n", 3, "starts with"),
        ("emergency:\n  always: |\n    [fire]\n", 3, "may be empty"),
        ("emergency:\n  always: |\n    fire ..\n", 3, "missing"),
        ("emergency:\n  always: |\n    fi*re\n", 3, "no word"),
        ("emergency:\n  often: |\n    fire\n", 2, "often"),
        ("danger: |\n  fire\n", 1, "danger"),
        ("emergency:\n  always: [fire]\n", 2, "lines of phrases"),
        ("- fire\n", 1, "names with values"),
        ("emergency: |\n  a: [\n b", 1, ""),
    ],
)
def test_a_broken_file_is_refused_with_its_line(tmp_path: Path, content: str, line: int, problem: str) -> None:
    """Who edits a file learns which line is wrong, why, and where to look."""
    (tmp_path / "en.yml").write_text(content, encoding="utf-8")
    with pytest.raises(LotseError, match=rf"en\.yml, line \d+: .*{problem}.*README") as caught:
        SafetyWords.read(tmp_path)
    assert f"line {line}:" in str(caught.value) or problem == ""


def test_a_directory_without_files_is_refused(tmp_path: Path) -> None:
    """Lost words of danger must not go unnoticed."""
    with pytest.raises(LotseError, match="no words of danger"):
        SafetyWords.read(tmp_path)
