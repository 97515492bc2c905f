"""What the field says of families, as pure functions: relations from both ends, who acts for a child, special cases.

Not for: ages and lines of the law (``law``), who may see a family (``access.py``). No Django.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from kotopolku import law
from kotopolku.law import ContentItem

ONE_DAY = timedelta(days=1)
INVERSE = {
    "parent": "child",
    "guardian": "ward",
    "spouse": "spouse",
    "sibling": "sibling",
    "grandparent": "grandchild",
    "relative": "relative",
}
"""What the other end of a stored relation is called."""
CHOICES = (*INVERSE, "child", "ward", "grandchild")
_TURNED = {inverse: kind for kind, inverse in INVERSE.items() if inverse != kind}
_OF_CHILDREN = ("parent", "guardian")


@dataclass(frozen=True)
class StoredRelation:
    """A relation as it is kept: ``person`` is the ``kind`` of ``other``."""

    person: int
    other: int
    kind: str


def stored_relation(person: int, other: int, kind: str) -> StoredRelation:
    """One way to keep "person is the ``kind`` of other", whichever end it was said from. ``kind`` in ``CHOICES``."""
    if kind in _TURNED:
        return StoredRelation(other, person, _TURNED[kind])
    if INVERSE[kind] == kind and other < person:
        return StoredRelation(other, person, kind)
    return StoredRelation(person, other, kind)


def seen_from(relation: StoredRelation, person: int) -> str:
    """What the one at the other end is to ``person``: "parent" when the other end is ``person``'s parent."""
    return relation.kind if relation.other == person else INVERSE[relation.kind]


def may_have_custody(kind: str) -> bool:
    """Only a parent or a guardian can have custody."""
    return kind in _OF_CHILDREN


def relation_mistake(kind: str, born: date | None, other_born: date | None) -> str:
    """A code when the births contradict "person is the ``kind`` of other"; empty when they do not."""
    if born is None or other_born is None:
        return ""
    if kind in ("parent", "grandparent") and born >= other_born:
        return "younger-parent"
    if kind in ("child", "grandchild") and born <= other_born:
        return "younger-parent"
    return ""


# --- Who acts for whom ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ActingFor:
    """One person for whom somebody may act on a day. ``until``: the last day, None when no day is known."""

    person_id: int
    why: str
    """guardian (361/1983 §3) or representative."""
    until: date | None


def acting(
    why: str, person_id: int, born: date | None, first: date, after: date | None, on: date
) -> ActingFor | None:
    """Whether a guardian or a representative may act for a person on the day, and to which day.

    Both end at the latest when the person comes of age (361/1983 §3.2). A guardian of a person whose age is not
    known does not act: nobody knows that it is a child. ``after``: the first day after, None for no end.
    """
    if on < first or (after is not None and on >= after):
        return None
    if born is None:
        last = after - ONE_DAY if after else None
        return ActingFor(person_id, why, last) if why == "representative" else None
    of_age = law.comes_of_age(born).due
    if of_age is not None and on >= of_age:
        return None
    ends = min((day for day in (after, of_age) if day), default=None)
    return ActingFor(person_id, why, ends - ONE_DAY if ends else None)


# --- Special cases ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Situation:
    """What decides which special rules are shown."""

    born: date | None
    unaccompanied: bool = False
    trafficking_victim: bool = False
    permits: Sequence[date] = ()
    """First days, in order."""
    has_representative: bool = False
    has_plan: bool = False
    earlier_relationships: int = 0
    earlier_judged: bool | None = None
    """Whether earlier plans' longest time counts; None while nobody has said."""


@dataclass(frozen=True)
class SpecialRule:
    """One rule that follows from the situation. ``state``: now (a plain fact) or soon (something is to be done).

    ``until``: the last day on which it holds, when the law says one.
    """

    id: str
    texts: dict[str, str]
    citations: dict[str, str]
    certainty: str
    state: str = "now"
    until: date | None = None


def special_rules(situation: Situation, on: date) -> list[SpecialRule]:
    """Every special rule of the day for one person, in the order of weight."""
    return [*_returning(situation, on), *_minor(situation, on), *_others(situation, on)]


def _returning(situation: Situation, on: date) -> list[SpecialRule]:
    if not situation.earlier_relationships:
        return []
    state = "soon" if situation.earlier_judged is None else "now"
    return [_from_item("returning", law.special_case("returning", on), state)]


def _minor(situation: Situation, on: date) -> list[SpecialRule]:
    born, found = situation.born, []
    if situation.unaccompanied and born is not None:
        due = law.own_support_until(born)
        if due.due is not None and on < due.due:
            found.append(_from_rule("unaccompanied", due.rule, due.due - ONE_DAY))
    if born is None or not law.is_minor(born, on):
        return found
    always = law.minor_plan_always(on)
    lines = law.minor_plan(on)
    if always is not None and situation.unaccompanied and any(day <= on for day in situation.permits):
        found.append(_from_item("minor-plan-always", always, "now" if situation.has_plan else "soon"))
    elif lines:
        found.append(_from_item("minor-plan", lines[0]))
    else:
        found.append(_from_item("minor-ordinary-plan", law.special_case("minor-ordinary-plan", on)))
    of_age = law.comes_of_age(born)
    until = of_age.due - ONE_DAY if of_age.due else None
    found.append(_from_item("minor-answers", law.special_case("minor-answers", on), until=until))
    return found


def _others(situation: Situation, on: date) -> list[SpecialRule]:
    found = []
    act = "681/2023" if on >= law.act_named("681/2023").valid_from else "1386/2010"
    if situation.born is not None and law.rule("Y1").in_force(on) and law.is_young(situation.born, on):
        due = law.young_until(situation.born)
        until = due.due - ONE_DAY if due.due else None
        found.append(_from_rule("under-25", due.rule, until))
        if situation.has_plan:
            found.append(_from_rule("study-under-25", law.rule("D6", on), until))
    if situation.trafficking_victim:
        found += [_from_item("trafficking-victim", item) for item in law.first_plan_exceptions(act, on)]
        found += [
            _from_item("trafficking-group", item)
            for item in law.assessment_groups(act, on)
            if item.id == "trafficking-victim"
        ]
    if len([day for day in situation.permits if day <= on]) > 1:
        found.append(_from_item("first-permit", law.special_case("first-permit", on)))
    return found


def _from_item(name: str, item: ContentItem, state: str = "now", until: date | None = None) -> SpecialRule:
    citations = {language: item.citation(language) for language in law.LANGUAGES}
    return SpecialRule(name, dict(item.texts), citations, item.certainty, state, until)


def _from_rule(name: str, rule: law.Rule, until: date | None) -> SpecialRule:
    citations = {language: rule.citation(language) for language in law.LANGUAGES}
    return SpecialRule(name, dict(rule.texts), citations, rule.certainty, "now", until)


def family_plan_is_open(made_on: date, ended_on: date | None, on: date) -> bool:
    """Whether a family's plan is in force on the day: made, not ended, and the Act that knows it in force (§16)."""
    return made_on <= on and (ended_on is None or on < ended_on) and law.family_plan(on) is not None
