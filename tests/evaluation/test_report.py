"""The report for people fits their terminal; the one for programs has every figure."""

import json
from dataclasses import replace

from bot.evaluation import engines
from bot.evaluation.report import as_json, as_text, error_lines
from bot.evaluation.running import summarise
from tests.evaluation.sample import SOME, judged

FOUND = summarise("lotse", SOME)
OTHER = replace(FOUND, engine="tfidf-ngrams")
MANY = summarise(
    "lotse",
    [
        judged("faq/integration-course-entitlement", "faq/social-housing-certificate", spoken=(code, code))
        for code in ("de", "en", "ar", "fa", "ps", "kmr", "tr", "uk", "ru", "ti", "so", "fr", "sq", "ro", "bg", "pl")
        for _ in range(100)
    ],
)


def test_the_tables_fit_120_columns() -> None:
    """Even with many languages, long names and other engines."""
    for report in (as_text(FOUND, [FOUND, OTHER], engines.NOTES), as_text(MANY, [MANY], engines.NOTES)):
        assert max(len(line) for line in report.splitlines()) <= 120
        assert not any(line != line.rstrip() for line in report.splitlines())


def test_a_row_for_each_language_and_one_for_all() -> None:
    """Percent, and a dash where there is nothing to count."""
    rows = {line.split()[0]: line.split()[1:] for line in as_text(FOUND).splitlines() if line}
    assert rows["all"] == ["8", "40.0", "80.0", "66.7", "33.3", "33.3", "50.0", "40.0", "87.5", "85.7", "50.0", "57.1"]
    assert rows["ar"][:3] == ["3", "0.0", "50.0"]
    assert rows["language"][0] == "n"
    only = summarise("lotse", [judged("out_of_scope", "greet", text="na")])
    row = next(line.split() for line in as_text(only).splitlines() if line.startswith("all"))
    assert row[1:] == ["1", "-", "-", "0.0", "0.0", "100.0", "0.0", "-", "100.0", "-", "-", "-"]


def test_headings_stand_above_their_columns() -> None:
    """The figures of a group end below its heading."""
    above, below = as_text(FOUND).splitlines()[:2]
    for group, first in (("in scope", "top-1"), ("out of scope", "kept"), ("sure", "right"), ("entities F1", "find_")):
        assert abs(above.index(group) - below.index(first)) < 8


def test_intervals_times_entities_confusions_and_labels_are_shown() -> None:
    """Everything that a developer asks for next."""
    report = as_text(FOUND)
    assert "in scope, top-1: 40.0 % [11.8 to 76.9], 2 of 5" in report
    assert "time for one utterance: p50 10.0 ms, p95 10.0 ms" in report
    assert "date (1)" in report
    assert any(line.split() == ["2", "1", "out_of_scope", "greet", "de:1", "ar:1"] for line in report.splitlines())
    assert any(line.split() == ["greet", "0.0", "0", "of", "2"] for line in report.splitlines())
    assert "Wilson (1927)" in report
    assert "AUROC" not in report


def test_a_comparison_has_a_row_for_each_engine() -> None:
    """And says how the baselines became sure."""
    report = as_text(FOUND, [FOUND, OTHER], engines.NOTES)
    assert sum(line.startswith("tfidf-ngrams") for line in report.splitlines()) == 2
    assert "held out" in report


def test_json_has_every_figure() -> None:
    """Values with what they are shares of."""
    report = json.loads(as_json(FOUND, [FOUND, OTHER], engines.NOTES))
    assert report["engine"] == "lotse"
    assert report["overall"]["n"] == 8
    assert report["overall"]["top1"] == {"value": 0.4, "right": 2, "of": 5, "interval": [0.1176, 0.7693]}
    assert report["languages"]["ar"]["sure_right"]["of"] == 2
    level = report["entities"]["level"]
    assert (level["precision"], level["recall"], level["f1"]) == (0.3333, 0.5, 0.4)
    assert (level["both"], level["missed"], level["invented"]) == (1, 1, 2)
    assert report["entities_not_judged"] == {"date": 1}
    assert report["confusions"][0]["languages"] == {"de": 1, "ar": 1}
    assert report["labels"]["greet"]["value"] == 0
    assert set(report["engines"]) == {"lotse", "tfidf-ngrams"}
    assert "language" not in report["engines"]["tfidf-ngrams"]["overall"]
    assert "language" in report["overall"]
    assert set(report["meaning"]) | {"p50_ms", "p95_ms"} == set(report["overall"])


def test_the_json_of_one_engine_compares_nothing() -> None:
    """No figure is missing where nothing was counted: it is null."""
    report = json.loads(as_json(summarise("lotse", [judged("out_of_scope", "greet", text="na")])))
    assert "engines" not in report
    assert report["overall"]["top1"] == {"value": None, "right": 0, "of": 0, "interval": None}
    assert report["auroc"] is None


def test_errors_are_lines_of_json() -> None:
    """Each says where it stands, what was wrong, and what was understood."""
    wrong = [json.loads(line) for line in error_lines(FOUND)]
    assert len(wrong) == 5
    assert wrong[1]["wrong"] == ["intent", "language", "entities"]
    assert wrong[1]["understood"]["intent"] == "find_sport"
    assert (wrong[1]["file"], wrong[1]["line"], wrong[1]["label"]) == ("some.jsonl", 1, "find_course")
