"""Procedures as data, and what the Act and our own targets say of a purchase: value, splitting, timetable.

Pure: no Django, no clock, no database; numbers come from ``law``. Not for: drafts and their gaps (``tender_rules``), awards.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as kept
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import Any

from kotopolku import law
from kotopolku.law.wording import day_text, euro_text
from kotopolku.procurement import award_rules
from kotopolku.procurement.wording import sentence

ACT = "1397/2016"
Texts = Mapping[str, str]


@dataclass(frozen=True)
class Named:
    """A step or a document of a procedure."""

    id: str
    names: Texts
    required: bool = False

    def __hash__(self) -> int:
        return hash(self.id)

    def name(self, lang: str) -> str:
        return _in(self.names, lang)


@dataclass(frozen=True)
class Ground:
    """A ground on which the Act lets a contract be awarded without a competition."""

    id: str
    section: str
    certainty: str
    names: Texts

    def __hash__(self) -> int:
        return hash(self.id)

    def name(self, lang: str) -> str:
        return _in(self.names, lang)


@dataclass(frozen=True)
class Procedure:
    """A template. ``notices``: eForms subtype by occasion. ``value``: "from:RULE:KEY", "under:RULE:KEY" or ""."""

    id: str
    names: Texts
    texts: Texts
    sections: tuple[str, ...]
    steps: tuple[Named, ...]
    documents: tuple[Named, ...]
    notices: Mapping[str, int]
    standstill: str
    value: str
    valid_from: date
    valid_to: date | None = None
    planning_notice: int | None = None
    bids_law: str = ""
    bids_own: str = ""
    longest: str = ""
    needs_lots_reason: bool = False
    inside_framework: bool = False
    inside_system: bool = False
    first_limit: str = ""
    """The rule of a dynamic purchasing system's first time limit; empty for anything else."""
    suppliers: str = ""
    grounds: tuple[Ground, ...] = ()
    act: str = ACT

    def __hash__(self) -> int:
        return hash(self.id)

    def name(self, lang: str) -> str:
        return _in(self.names, lang)

    def text(self, lang: str) -> str:
        return _in(self.texts, lang)

    def in_force(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)

    @property
    def takes_bids(self) -> bool:
        """Whether bids are asked for; a direct award and a call-off go from the review to the decision."""
        return any(step.id == "bids" for step in self.steps)

    @property
    def is_noticed(self) -> bool:
        """Whether the national notice service announces it, before our own page does (§60)."""
        return bool({"tender", "direct"} & set(self.notices))

    @property
    def is_framework(self) -> bool:
        return bool(self.longest)

    @property
    def is_system(self) -> bool:
        """Whether it is a dynamic purchasing system: suppliers are admitted to it, and bought from within it."""
        return bool(self.first_limit)


class UnknownProcedure(ValueError):
    """No template has that id."""


def _in(texts: Texts, lang: str) -> str:
    return texts.get(lang[:2]) or texts["en"]


@cache
def _all() -> tuple[Procedure, ...]:
    folder = resources.files("kotopolku.procurement") / "data"
    data = tomllib.loads((folder / "procedures.toml").read_text(encoding="utf-8"))
    steps = {row["id"]: Named(**row) for row in data["step"]}
    documents = {row["id"]: row["names"] for row in data["document"]}
    grounds = {row["id"]: Ground(**row) for row in data["ground"]}
    in_force_from = law.act_named(ACT).valid_from
    found = []
    for row in data["procedure"]:
        given: dict[str, Any] = dict(row)
        required = set(given.pop("required"))
        given["needs_lots_reason"] = given.pop("lots_reason")
        given["sections"] = tuple(given["sections"])
        given["steps"] = tuple(steps[name] for name in given["steps"])
        given["documents"] = tuple(
            Named(name, documents[name], name in required) for name in given["documents"]
        )
        given["grounds"] = tuple(grounds[name] for name in given.get("grounds", ()))
        given.setdefault("valid_from", in_force_from)
        found.append(Procedure(**given))
    return tuple(found)


def procedures(on: date | None = None) -> tuple[Procedure, ...]:
    """All templates, or those whose rules are in force on the day on which the procedure starts."""
    return tuple(one for one in _all() if on is None or one.in_force(on))


def procedure(procedure_id: str) -> Procedure:
    """One template. Raises ``UnknownProcedure``."""
    found = next((one for one in _all() if one.id == procedure_id), None)
    if found is None:
        raise UnknownProcedure(procedure_id)
    return found


def least_days_for_bids(chosen: Procedure, on: date) -> tuple[int, bool] | None:
    """Days that bidders have at least, and whether the Act says so or our own target; None where no bids are asked for."""
    if not chosen.takes_bids or not (chosen.bids_law or chosen.bids_own):
        return None
    return _amount(chosen.bids_law or chosen.bids_own, on), bool(chosen.bids_law)


def first_limit(chosen: Procedure, sent_on: date | None) -> date | None:
    """Last day of a dynamic purchasing system's first time limit, counted from sending its notice; None before that."""
    if not chosen.is_system or sent_on is None:
        return None
    return law.due(chosen.first_limit, sent_on).due


def standstill_days(chosen: Procedure, on: date) -> int:
    """Days of the standstill that the decision is followed by; 0 where there is none."""
    if not chosen.standstill:
        return 0
    if chosen.standstill == award_rules.DIRECT:
        return law.rule("HD", on).length
    rule = law.rule("H1", on)
    return rule.other_amounts["mini-competition"] if chosen.standstill == "mini-competition" else rule.length


# --- What the rules find ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Finding:
    """Something the rules say of a purchase. Severity "law" forbids it, "own" is our own target, "warning" asks to look."""

    field: str
    code: str
    severity: str
    params: Mapping[str, object] = kept(default_factory=dict)
    rule_id: str | None = None
    on: date | None = None

    def __hash__(self) -> int:
        return hash((self.field, self.code, self.severity))

    def text(self, lang: str = "en") -> str:
        """The whole sentence, with days and sums as the language writes them."""
        lang = lang[:2] if lang[:2] in law.LANGUAGES else "en"
        params = {name: _shown(value, lang) for name, value in self.params.items()}
        return sentence("finding", self.code, lang, params)

    def citation(self, lang: str = "en") -> str:
        """The section, or that it is an own target; empty when no rule stands behind it."""
        lang = lang[:2] if lang[:2] in law.LANGUAGES else "en"
        return law.rule(self.rule_id, self.on).citation(lang) if self.rule_id else ""


def _shown(value: object, lang: str) -> str:
    if isinstance(value, date):
        return day_text(value, lang)
    return euro_text(value, lang) if isinstance(value, Decimal) else str(value)


@dataclass(frozen=True)
class Value:
    """What a purchase is worth without VAT (§27): the contract, its options and its extensions."""

    base: Decimal
    options: Decimal = Decimal(0)
    extensions: Decimal = Decimal(0)

    @property
    def total(self) -> Decimal:
        return self.base + self.options + self.extensions


def threshold(rule_id: str, key: str, on: date) -> Decimal:
    """A threshold in euros from the law's data on the day. Raises ``law.RuleNotInForce``."""
    return Decimal(law.rule(rule_id, on).other_amounts[key])


def check_procedure(procedure_id: str, value: Value, on: date) -> list[Finding]:
    """Whether the procedure fits the value by the rules in force on the day on which it started (§§25–27)."""
    found: list[Finding] = []
    chosen = procedure(procedure_id)
    if not chosen.in_force(on):
        return [Finding("procedure", "not-in-force", "law", {"rule": chosen.act, "day": on})]
    try:
        if chosen.value:
            side, rule_id, key = chosen.value.split(":")
            limit = threshold(rule_id, key, on)
            params = {"value": value.total, "threshold": limit}
            if side == "from" and value.total < limit:
                found.append(Finding("procedure", "under-threshold", "warning", params, rule_id, on))
            if side == "under" and value.total >= limit:
                found.append(Finding("procedure", "over-threshold", "law", params, rule_id, on))
        light = threshold("HE", "light", on)
    except law.RuleNotInForce as error:
        return [Finding("procedure", "not-in-force", "law", {"rule": error.rule_id, "day": on})]
    if chosen.notices.get("tender") == LIGHT_REGIME and value.total >= light:
        params = {"value": value.total, "threshold": light}
        found.append(Finding("value", "light-regime", "warning", params, "HE", on))
    return found


LIGHT_REGIME = 20
"""The eForms subtype of a contract notice for services of Annex E."""


@dataclass(frozen=True)
class Purchase:
    """A purchase as the check of splitting sees it: its key, CPV code, whole value and the day it started."""

    key: str
    cpv: str
    value_eur: Decimal
    started_on: date


def splitting(this: Purchase, others: Sequence[Purchase], on: date) -> Finding | None:
    """Warns when alike purchases of the buyer, each under the threshold, together reach it (§31).

    Alike: the same group of the CPV, its first three digits, within 12 months (own target O-N6) before or after.
    """
    months = law.rule("O-N6", on).length
    limit = threshold("HA", "annex-e", on)
    if this.value_eur >= limit:
        return None
    first, last = law.add_months(this.started_on, -months), law.add_months(this.started_on, months)
    alike = [
        one
        for one in others
        if one.key != this.key
        and one.cpv[:3] == this.cpv[:3]
        and first < one.started_on < last
        and one.value_eur < limit
    ]
    total = this.value_eur + sum((one.value_eur for one in alike), Decimal(0))
    if not alike or total < limit:
        return None
    params = {"number": len(alike) + 1, "sum": total, "threshold": limit}
    return Finding("value", "splitting", "warning", params, "HA", on)


@dataclass(frozen=True)
class Timetable:
    """The planned days of a procedure; None where the day is not known or not needed."""

    published_on: date | None = None
    questions_by: date | None = None
    answers_by: date | None = None
    bids_by: date | None = None
    decision_on: date | None = None
    contract_on: date | None = None
    starts_on: date | None = None
    valid_until: date | None = None
    ends_on: date | None = None


def public_here_from(
    received_at: datetime | None, confirmed_at: datetime | None, started_on: date
) -> datetime | None:
    """When a tender may be public on our own page (§60): once the national service has published its notice, or so many
    hours after the service confirmed that it has it. None while it has not.
    """
    if confirmed_at is not None or received_at is None:
        return confirmed_at
    return received_at + timedelta(hours=hours_to_publish(started_on))


def hours_to_publish(on: date) -> int:
    """How long the national service has a notice before the tender may be public without its answer (§60)."""
    return law.rule("HP", on).other_amounts["hours"]


ORDER = ("published_on", "questions_by", "answers_by", "bids_by", "decision_on", "contract_on", "starts_on")


def check_timetable(procedure_id: str, timetable: Timetable, started_on: date) -> list[Finding]:
    """Checks planned days against the Act (severity "law") and our own targets ("own"), by the day of starting."""
    chosen = procedure(procedure_id)
    found = [*_in_order(timetable), *_bid_period(chosen, timetable, started_on)]
    published, bids = timetable.published_on, timetable.bids_by
    if published and timetable.questions_by:
        least = law.rule("O-N2", started_on).length
        days = (timetable.questions_by - published).days
        if days < least:
            params = {"days": days, "least": least, "earliest": published + timedelta(days=least)}
            found.append(Finding("questions_by", "questions-too-early", "own", params, "O-N2", started_on))
    if timetable.answers_by and bids:
        least = law.rule("O-N3", started_on).length
        days = (bids - timetable.answers_by).days
        if 0 <= days < least:
            params = {"days": days, "least": least}
            found.append(Finding("answers_by", "answers-too-late", "own", params, "O-N3", started_on))
    if timetable.valid_until and bids:
        earliest = law.add_months(bids, law.rule("O-N4", started_on).length)
        if timetable.valid_until < earliest:
            params = {"day": timetable.valid_until, "earliest": earliest}
            found.append(Finding("valid_until", "validity-too-short", "own", params, "O-N4", started_on))
    return [*found, *_after_the_decision(chosen, timetable, started_on), *_days_off(timetable)]


def _in_order(timetable: Timetable) -> list[Finding]:
    given = [(name, getattr(timetable, name)) for name in ORDER if getattr(timetable, name) is not None]
    return [
        Finding(name, "order", "law", {"day": before, "later": day})
        for (_earlier, before), (name, day) in pairwise(given)
        if day < before
    ]


def _bid_period(chosen: Procedure, timetable: Timetable, started_on: date) -> list[Finding]:
    """The time for bids: the Act's minimum (§56) where it has one, our own for what it calls reasonable (§109)."""
    if timetable.published_on is None or timetable.bids_by is None:
        return []
    days = (timetable.bids_by - timetable.published_on).days
    for target, severity in ((chosen.bids_law, "law"), (chosen.bids_own, "own")):
        if not target:
            continue
        least = _amount(target, started_on)
        if days < least:
            earliest = timetable.published_on + timedelta(days=least)
            params = {"days": days, "least": least, "earliest": earliest}
            return [
                Finding("bids_by", "bids-too-early", severity, params, target.partition(":")[0], started_on)
            ]
    return []


def _amount(target: str, on: date) -> int:
    """The number of "RULE" or of "RULE:KEY"."""
    rule_id, _, key = target.partition(":")
    rule = law.rule(rule_id, on)
    return rule.other_amounts[key] if key else rule.length


def _after_the_decision(chosen: Procedure, timetable: Timetable, started_on: date) -> list[Finding]:
    found: list[Finding] = []
    decided, contract = timetable.decision_on, timetable.contract_on
    if decided and contract and chosen.standstill:
        earliest = award_rules.standstill(decided, chosen.standstill).earliest
        if contract < earliest:
            params: dict[str, object] = {"day": contract, "earliest": earliest}
            found.append(Finding("contract_on", "contract-too-early", "law", params, "H1", started_on))
    if contract and timetable.starts_on:
        least = law.rule("O-N5", started_on).length
        days = (timetable.starts_on - contract).days
        if 0 <= days < least:
            params = {"days": days, "least": least}
            found.append(Finding("starts_on", "start-too-early", "own", params, "O-N5", started_on))
    if chosen.longest and timetable.starts_on and timetable.ends_on:
        years = law.rule(chosen.longest, started_on).length
        latest = law.add_months(timetable.starts_on, 12 * years) - timedelta(days=1)
        if timetable.ends_on > latest:
            params = {"day": timetable.ends_on, "latest": latest}
            found.append(Finding("ends_on", "framework-too-long", "law", params, chosen.longest, started_on))
    return found


def _days_off(timetable: Timetable) -> list[Finding]:
    return [
        Finding(name, "day-off", "warning", {"day": day})
        for name in ("questions_by", "bids_by")
        if (day := getattr(timetable, name)) is not None and not law.is_working_day(day)
    ]
