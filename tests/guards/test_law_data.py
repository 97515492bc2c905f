"""Every rule of the law data names its section, and speaks all three languages."""

from datetime import date

from kotopolku import law
from kotopolku.law import statutes

LANGUAGES = {"fi", "sv", "en"}


def every_rule() -> list[law.Rule]:
    return [rule for year in range(2011, 2031) for rule in law.rules(date(year, 7, 1))] + law.rules()


def test_every_rule_has_an_act_and_a_section() -> None:
    assert [rule.id for rule in every_rule() if not rule.section.strip() or not rule.act.strip()] == []


def test_every_rule_speaks_three_languages() -> None:
    assert [rule.id for rule in every_rule() if not set(rule.titles) >= LANGUAGES] == []
    assert [rule.id for rule in every_rule() for text in rule.titles.values() if not text.strip()] == []


def test_every_statutory_item_has_a_section_and_three_languages() -> None:
    items = [item for act in ("1386/2010", "681/2023") for item in law.assessment_items(act)]
    assert items
    assert [item.id for item in items if not item.section.strip() or not set(item.texts) >= LANGUAGES] == []


def test_an_own_target_is_never_shown_as_law() -> None:
    assert {rule.own for rule in every_rule() if rule.id.startswith("O-")} == {True}
    assert {rule.own for rule in every_rule() if not rule.id.startswith("O-")} == {False}
    assert statutes
