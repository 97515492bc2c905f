"""Every rule of the law's data names its act and section and speaks all three languages."""

from collections.abc import Iterator
from inspect import signature
from typing import Any

from kotopolku import law

ACT_ITEMS = (
    law.assessment_items,
    law.assessment_measures,
    law.plan_contents,
    law.review_contents,
    law.duties_and_rights,
    law.extension_grounds,
    law.interruption_grounds,
)
ACTS = ("1386/2010", "681/2023")


def items() -> Iterator[Any]:
    for contents in ACT_ITEMS:
        for act in ACTS if signature(contents).parameters else (None,):
            yield from contents(act) if act else contents()  # type: ignore[call-arg]


def test_every_rule_has_an_act_and_a_section() -> None:
    rules = [rule for rule in law.rules() if not rule.own]
    assert len(rules) > 10
    assert [rule.id for rule in rules if not rule.section.strip() or not rule.act.strip()] == []


def test_every_rule_speaks_three_languages() -> None:
    assert [rule.id for rule in law.rules() if set(rule.titles) != set(law.LANGUAGES)] == []
    assert [rule.id for rule in law.rules() if not all(text.strip() for text in rule.titles.values())] == []


def test_every_statutory_item_has_a_section_and_three_languages() -> None:
    assert [item.id for item in items() if not item.section.strip()] == []
    assert [
        item.id for item in items() if not all(item.texts.get(lang, "").strip() for lang in law.LANGUAGES)
    ] == []


def test_an_own_target_is_never_shown_as_law() -> None:
    assert [rule.id for rule in law.rules() if rule.own != rule.id.startswith("O-")] == []
