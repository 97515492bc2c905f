"""`kotopolku law`: what it prints, as text and as JSON, and how it refuses."""

import json

import pytest
from click.testing import CliRunner, Result

from kotopolku.law.commands import law


def run(*words: str) -> Result:
    return CliRunner().invoke(law, list(words))


def data(*words: str):  # type: ignore[no-untyped-def]
    found = run(*words, "--json")
    assert found.exit_code == 0, found.output
    return json.loads(found.stdout)


def test_due_prints_everything_that_decides_a_day() -> None:
    found = run("due", "A1", "--from", "2021-04-26")
    assert found.exit_code == 0
    for name in ("rule", "act", "section", "start", "nominal", "due", "shifted", "explanation"):
        assert f"{name}:" in found.stdout
    assert "2021-06-26  Saturday 26 June 2021" in found.stdout
    assert "2021-06-28  Monday 28 June 2021" in found.stdout
    assert "Moved from Midsummer Day to Monday 28 June 2021. [150/1930 § 5]" in found.stdout


def test_due_as_json() -> None:
    found = data("due", "A1", "--from", "26.4.2021")
    assert (found["rule"], found["act"], found["section"]) == ("A1", "1386/2010", "10")
    assert (found["start"], found["nominal"], found["due"]) == ("2021-04-26", "2021-06-26", "2021-06-28")
    assert found["shifted"] is True
    assert found["explanation"][-1] == {
        "text": "Moved from Midsummer Day to Monday 28 June 2021.",
        "source": "150/1930 § 5",
    }


def test_due_speaks_finnish_and_swedish() -> None:
    assert "maanantai 28.6.2021" in run("due", "a1", "--from", "26.4.2021", "--language", "fi").stdout
    assert "måndag 28 juni 2021" in run("due", "A1", "--from", "26.4.2021", "--language", "sv").stdout


def test_due_with_suspensions_in_both_ways_of_writing() -> None:
    iso = data("due", "D2", "--from", "2021-06-24", "--suspend", "2022-01-01..2022-03-31")
    finnish = data("due", "D2", "--from", "24.6.2021", "--suspend", "1.1.2022..31.3.2022")
    assert iso == finnish
    assert (iso["due"], iso["suspended_days"], iso["shifted"]) == ("2024-09-22", 90, False)


def test_due_without_a_number_is_null() -> None:
    found = data("due", "A7", "--from", "2026-11-30")
    assert (found["nominal"], found["due"]) == (None, None)
    assert "without delay" in found["explanation"][-1]["text"]
    assert "–" in run("due", "A7", "--from", "2026-11-30").stdout


def test_rules_lists_what_is_in_force_on_a_day() -> None:
    ids = {(row["id"], row["act"]) for row in data("rules", "--on", "2021-03-01")}
    assert ("A1", "1386/2010") in ids
    assert not {act for _, act in ids} & {"681/2023", "380/2023"}
    assert len(data("rules")) > len(ids)
    text = run("rules", "--on", "2026-03-01").stdout
    assert "A7" in text
    assert "own target, not law" in text


def test_plan_end_of_the_scenarios() -> None:
    leave = "2022-01-01..2022-03-31"
    found = data("plan-end", "--first-plan", "2021-06-24", "--signed", "2021-06-24", "--interruption", leave)
    assert (found["act"], found["base_end"], found["latest_end"]) == ("1386/2010", "2024-06-24", "2024-09-22")
    assert found["suspended_days"] == 90
    assert data("plan-end", "--first-plan", "2024-10-01")["latest_end"] == "2027-10-01"
    assert data("plan-end", "--first-plan", "14.12.2026")["latest_end"] == "2028-12-14"


def test_plan_end_with_extension_prints_ground_and_rules() -> None:
    words = ("plan-end", "--first-plan", "2026-12-14", "--extension", "low-education:12")
    assert data(*words)["latest_end"] == "2029-12-14"
    text = run(*words).stdout
    assert "D3 (681/2023 § 23.2), D4 (681/2023 § 23.3)" in text
    assert "Low educational background" in text


def test_plan_end_by_the_other_reading_of_the_transition() -> None:
    words = ("plan-end", "--first-plan", "2024-10-01", "--reviewed-under-new", "2025-09-15")
    assert data(*words)["latest_end"] == "2027-10-01"
    assert data(*words, "--transition", "maximum-follows-review")["latest_end"] == "2026-10-01"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("due", "A1", "--from", "2025-01-01"), "from 1 September 2011 to 31 December 2024"),
        (("due", "A7", "--from", "2024-12-31"), "from 1 January 2025"),
        (("due", "A1", "--from", "2025-01-01", "--language", "fi"), "1.9.2011–31.12.2024"),
        (("due", "Z1", "--from", "2025-01-01"), "Z1"),
        (("due", "A1", "--from", "2021-04-26", "--act", "1/1900"), "1/1900"),
        (("due", "A1", "--from", "31.2.2021"), "31.2.2021"),
        (("due", "A1", "--from", "yesterday"), "yesterday"),
        (("due", "A1", "--from", "2021-04-26", "--suspend", "2021-05-10..2021-05-01"), "before it begins"),
        (("due", "A1", "--from", "2021-04-26", "--suspend", "2021-05-10"), "2021-05-10"),
        (("due", "D3", "--from", "9999-06-01"), "calendar"),
        (("due", "A1"), "--from"),
        (("rules", "--on", "2021-13-01"), "2021-13-01"),
        (("plan-end", "--first-plan", "2011-01-01"), "from 1 September 2011"),
        (("plan-end", "--first-plan", "2026-01-01", "--extension", "luck:12"), "low-education"),
        (("plan-end", "--first-plan", "2026-01-01", "--extension", "low-education:25"), "24 months"),
        (("plan-end", "--first-plan", "2026-01-01", "--extension", "low-education"), "special-measures:12"),
        (("plan-end", "--first-plan", "2026-01-01", "--signed", "2025-12-01"), "cannot have been signed"),
        (("plan-end", "--first-plan", "2026-01-01", "--interruption", "2026-03-01..2026-02-01"), "before"),
    ],
)
def test_a_refusal_says_why_on_standard_error_and_exits_with_two(words: tuple[str, ...], said: str) -> None:
    found = run(*words)
    assert found.exit_code == 2
    assert said in found.stderr
    assert not found.stdout
