"""The Acts as data: every clock there, each with section and texts, and found by the day."""

from datetime import date
from importlib import resources
from itertools import pairwise

import pytest

from kotopolku import law
from kotopolku.law import LANGUAGES, RuleNotInForce, UnknownAct, UnknownRule, act_named, rule, rules
from kotopolku.law.statutes import DIRECTIONS, KINDS, UNITS, statute_book

OLD, NEW = "1386/2010", "681/2023"
CLOCKS = {f"A{number}" for number in range(1, 10)} | {f"D{number}" for number in range(1, 6)}
OTHERS = {"T1", "R1", "P1", "P2", "P3", "C1", "C2", "C3", "C4", "H1", "H2", "H3", "W1", "N1"}
ALL_RULES = rules()
CONTENTS = statute_book().contents


def test_every_clock_of_the_table_is_there() -> None:
    assert {item.id for item in ALL_RULES} >= CLOCKS | OTHERS


def test_clocks_of_both_acts_have_an_entry_for_each() -> None:
    for rule_id in ("A3", "A4", "D1", "D4", "D5"):
        assert rule(rule_id, date(2024, 12, 31)).act == OLD
        assert rule(rule_id, date(2025, 1, 1)).act == NEW
    assert rule("T1", date(2024, 12, 31)).act == "916/2012"
    assert rule("T1", date(2025, 1, 1)).act == "380/2023"


@pytest.mark.parametrize("item", ALL_RULES, ids=lambda item: f"{item.id}-{item.act}")
def test_every_rule_is_whole(item: law.Rule) -> None:
    assert item.section
    assert item.certainty
    assert item.unit in UNITS
    assert item.kind in KINDS
    assert item.direction in DIRECTIONS
    assert item.trigger in statute_book().triggers
    assert (item.amount is None) == (item.unit == "none")
    assert item.valid_to is None or item.valid_from <= item.valid_to
    for lang in LANGUAGES:
        assert item.titles[lang].strip()
        assert item.texts[lang].strip()
        assert item.texts[lang].endswith(".")
        assert item.citation(lang)


@pytest.mark.parametrize("item", CONTENTS, ids=lambda item: f"{item.act}-{item.kind}-{item.id}")
def test_every_required_line_has_section_and_three_languages(item: law.ContentItem) -> None:
    assert item.section
    assert item.certainty in {"S", "W18", "W38", "memory", "uncertain", "assumption"}
    assert set(item.texts) == set(LANGUAGES)
    assert all(text.strip() for text in item.texts.values())


def test_no_two_entries_of_a_rule_are_in_force_in_one_act_on_one_day() -> None:
    for first in ALL_RULES:
        for second in ALL_RULES:
            if first is not second and (first.id, first.act) == (second.id, second.act):
                assert not first.in_force(second.valid_from)


def test_every_toml_file_and_trigger_has_its_three_languages() -> None:
    for texts in statute_book().triggers.values():
        assert set(texts) == set(LANGUAGES)
    for act in statute_book().acts.values():
        assert set(act.names) == set(LANGUAGES)
    files = [item.name for item in (resources.files("kotopolku.law") / "acts").iterdir()]
    assert {"1386-2010.toml", "681-2023.toml", "380-2023.toml", "916-2012.toml", "150-1930.toml"} <= set(
        files
    )


def test_without_delay_has_no_number_in_the_act_and_only_an_own_target_beside_it() -> None:
    for rule_id in ("A7", "A8"):
        found = rule(rule_id, date(2026, 1, 1))
        assert (found.amount, found.unit, found.kind, found.own) == (None, "none", "without-delay", False)
        target = rule(f"O-{rule_id}", date(2026, 1, 1))
        assert target.own
        assert target.target_of == rule_id
        assert target.certainty == "own"
        assert "not law" in target.citation("en")
    assert rule("O-DATA", date(2012, 1, 1)).own


def test_only_own_targets_are_marked_as_own() -> None:
    assert {"O-A7", "O-A8", "O-DATA"} <= {item.id for item in ALL_RULES if item.own}
    assert all(item.own == item.id.startswith("O-") for item in ALL_RULES)


def test_rules_of_a_day_are_only_those_in_force() -> None:
    ids = {item.id for item in rules(date(2021, 3, 1))}
    assert {"A1", "A2", "A5", "D2"} <= ids
    assert not {"A6", "A7", "A8", "A9", "D3", "R1"} & ids
    ids = {item.id for item in rules(date(2026, 3, 1))}
    assert {"A6", "A7", "A8", "A9", "D3", "R1"} <= ids
    assert not {"A1", "A2", "A5", "D2", "P1"} & ids


def test_a_rule_without_a_day_is_its_latest_wording() -> None:
    assert rule("A3").act == NEW
    assert rule("A3", act=OLD).section == "12.2"
    assert rule("C3", date(2011, 10, 1)).amount == 4
    assert rule("C3", date(2012, 1, 1)).amount == 3


def test_a_rule_not_in_force_names_its_validity_in_every_language() -> None:
    with pytest.raises(RuleNotInForce) as refused:
        rule("A1", date(2025, 1, 1))
    error = refused.value
    assert (error.rule_id, error.on) == ("A1", date(2025, 1, 1))
    assert "1 September 2011" in error.validity
    assert "31 December 2024" in error.message("en")
    assert "1.9.2011–31.12.2024" in error.message("fi")
    assert "31 december 2024" in error.message("sv")
    with pytest.raises(RuleNotInForce, match="from 1 January 2025"):
        rule("A7", date(2024, 12, 31))
    with pytest.raises(RuleNotInForce):
        rule("D1", date(2026, 1, 1), act=OLD)


def test_an_unknown_rule_or_act_is_named() -> None:
    with pytest.raises(UnknownRule, match="Z9"):
        rule("Z9")
    with pytest.raises(UnknownRule):
        rule("A1", act=NEW)
    with pytest.raises(UnknownAct, match="1/1900"):
        act_named("1/1900")


def test_sections_are_cited_as_officials_write_them() -> None:
    assert rule("A1").citation("fi") == "1386/2010 10 §"
    assert rule("D2").citation("sv") == "1386/2010 12 § 3 mom."
    assert rule("D2").citation("en") == "1386/2010 § 12.3"
    assert rule("T1", act="916/2012").citation("fi") == "916/2012 5 luvun 5 §"
    assert rule("W1").citation("sv") == "301/2004 72 b §"


def test_a_citation_kept_as_text_follows_the_language() -> None:
    assert law.cited("1386/2010 § 10.1", "en") == "1386/2010 § 10.1"
    assert law.cited("1386/2010 § 10.1", "fi") == "1386/2010 10 § 1 mom."
    assert law.cited("621/1999 § 24.1 (20)", "fi") == "621/1999 24 § 1 mom. 20 kohta"
    assert law.cited("681/2023 § 3, § 14", "sv") == "681/2023 3 §, 14 §"
    assert law.cited("681/2023 § 41–43", "fi") == "681/2023 41–43 §"
    assert law.cited("1386/2010 § 71; § 72 b (216/2023)", "fi") == "1386/2010 71 §; 72 b § (216/2023)"
    assert law.cited("530/2025", "fi") == "530/2025"


def test_the_assessment_has_seven_items_under_the_old_act_and_nine_under_the_new() -> None:
    assert len(law.assessment_items(OLD)) == 7
    assert len(law.assessment_items(NEW)) == 9
    assert next(item.act for item in law.assessment_items(NEW)) == "869/2024"
    assert len(law.assessment_measures(OLD)) == len(law.assessment_measures(NEW)) == 6
    assert len(law.told_to_client(NEW)) == 4
    assert len(law.assessment_groups(NEW)) == 7


def test_each_act_has_its_own_plan_contents_duties_and_grounds() -> None:
    for act in (OLD, NEW):
        for lines in (
            law.plan_contents(act),
            law.duties_and_rights(act),
            law.review_contents(act),
            law.end_grounds(act),
            law.assessment_manner(act),
        ):
            assert lines
    assert [item.id for item in law.extension_grounds(OLD)] == ["special-measures"]
    assert "home-care-allowance" in [item.id for item in law.extension_grounds(NEW)]
    assert [item.id for item in law.interruption_grounds(NEW)] == [
        item.id for item in law.interruption_grounds(OLD)
    ]
    assert [item.id for item in law.first_plan_exceptions(NEW)] == ["trafficking-victim"]
    assert law.first_plan_exceptions(OLD) == ()
    assert law.plan_record(NEW)
    assert law.assessment_record(NEW)


def test_wording_of_the_old_act_follows_its_amendments() -> None:
    before, after = date(2022, 7, 31), date(2022, 8, 1)

    def parental(on: date | None) -> str:
        return {item.id: item for item in law.interruption_grounds(OLD, on)}["parental-leave"].texts["en"]

    assert parental(before) != parental(after)
    assert parental(None) == parental(after)
    assert "duty-report" not in [item.id for item in law.duties_and_rights(OLD, date(2022, 5, 1))]
    assert "duty-report" in [item.id for item in law.duties_and_rights(OLD, date(2022, 5, 2))]
    assert "duty-follow-plan" not in [item.id for item in law.duties_and_rights(OLD)]


def test_every_ground_named_by_a_rule_has_words() -> None:
    for item in ALL_RULES:
        known = law.extension_grounds(item.act) + law.interruption_grounds(item.act)
        assert set(item.grounds) <= {line.id for line in known}


def test_no_two_rules_of_one_id_are_in_force_on_one_day() -> None:
    """The id and the day pick the rule: an Act may take an id over only from one that has ended."""
    found = sorted(statute_book().rules, key=lambda item: (item.id, item.valid_from))
    clashes = [
        (one.id, one.act, other.act)
        for one, other in pairwise(found)
        if one.id == other.id and (one.valid_to is None or other.valid_from <= one.valid_to)
    ]
    assert clashes == []
