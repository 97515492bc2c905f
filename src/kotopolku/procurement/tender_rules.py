"""What holds of a tender while it is drafted, as pure functions over plain values: checks of what is typed, what is missing.

Not for: minimum times and values by procedure (``rules``), who may (``access``), writing (``actions``). No clock, no database.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_noop as _

from kotopolku.clients.rules import Refusal, Refusals

HELSINKI = ZoneInfo("Europe/Helsinki")
LANGUAGES = ("fi", "sv", "en")
STEPS = ("basics", "money", "lots", "requirements", "criteria", "terms", "times", "check")
CPV = re.compile(r"^\d{8}-\d$")
HUNDRED = Decimal(100)
FORMULAS = ("lowest/price", "linear")
"""Formulas of a comparison by price and quality; the other bases bring their own (``formula_of``)."""

Texts = Mapping[str, str]
"""fi, sv, en → text."""

TITLE = _("Write the title in Finnish.")
NO_TEXT = _("Write it in Finnish.")
BAD_CPV = _("A CPV code has eight digits, a dash and a check digit, for example 80400000-8.")
NEGATIVE = _("A sum cannot be negative.")
NO_SUM = _("Give the estimated value, without VAT.")
REVERSED = _("The last day is before the first.")
NO_SUPPLIERS = _("At least one supplier is chosen.")
WEIGHT_RANGE = _("A weight is between 0 and 100.")
WEIGHTS_SUM = _("The weights make %(sum)s together. They must make 100.")
REASON_NEEDED = _("Write why price or cost alone decides: the Act asks for it.")
FORMULA = _("Choose one of the formulas.")
BOUNDS = _("The linear formula needs a lower and a higher bound, the lower one first.")
TIE = _("A tie is settled by the lowest price, by one of the criteria, or by lot.")
SHARE = _("The share is between 1 and 90 per cent.")
NO_VOLUME = _("Give the volume: how many student places the lot has.")
TWICE = _("This time comes twice in that night, when the clocks are turned back. Choose another time.")
NEVER = _("There is no such time in that night: the clocks are turned forward. Choose another time.")
BAD_TIME = _("Write the time as 12.00.")
PAST = _("The time has gone by already.")
ORDER = _("This comes before the step that it must follow.")
UNKNOWN = _("There is no such choice.")
MOST = _("More than %(most)s must be a slip. Check the number.")
MOST_PLACES = 20_000
POINTS = _("The most points are more than none, and the least not more than the most.")


@dataclass(frozen=True)
class Basics:
    """What is bought, by which procedure."""

    procedure: str
    title: Texts
    subject: Texts
    cpv: str
    started_on: date
    ground: str = ""
    curriculum: str = ""
    framework_id: int | None = None
    category_id: int | None = None


@dataclass(frozen=True)
class Money:
    """The estimated value and the contract's days."""

    base_eur: Decimal
    options_eur: Decimal = Decimal(0)
    extensions_eur: Decimal = Decimal(0)
    value_basis: str = ""
    suppliers: int = 1
    starts_on: date | None = None
    ends_on: date | None = None
    option_terms: Texts = field(default_factory=dict)


@dataclass(frozen=True)
class Award:
    """On what the choice rests."""

    basis: str
    basis_reason: str = ""
    price_weight: Decimal = Decimal(40)
    price_formula: str = "lowest/price"
    price_low_eur: Decimal | None = None
    price_high_eur: Decimal | None = None
    tie_rule: str = ""
    abnormal_share: Decimal = Decimal("0.30")


@dataclass(frozen=True)
class Times:
    """The timetable; moments carry their zone."""

    questions_by: datetime
    answers_by: datetime | None
    bids_by: datetime
    opening_at: datetime
    decision_on: date | None
    bids_valid_until: date | None


@dataclass(frozen=True)
class Division:
    """Why the tender is not divided into lots."""

    lots_reason: str


@dataclass(frozen=True)
class LotContent:
    title: Texts
    track: str
    places: int | None
    municipality: str = ""
    entry_level: str = ""
    target_level: str = ""
    language: str = "fi"
    days_each: int | None = None
    option_places: int = 0
    starts_on: date | None = None
    value_eur: Decimal | None = None


@dataclass(frozen=True)
class CriterionContent:
    title: Texts
    scoring: Texts
    weight: Decimal
    max_points: Decimal = HUNDRED
    least_points: Decimal | None = None


@dataclass(frozen=True)
class RequirementContent:
    kind: str
    text: Texts
    evidence: Texts


@dataclass(frozen=True)
class TermContent:
    title: Texts
    text: Texts


Content = Basics | Money | Award | Times | Division
Part = LotContent | CriterionContent | RequirementContent | TermContent


@dataclass(frozen=True)
class Ground:
    """An exclusion ground of the Act."""

    code: str
    mandatory: bool
    section: str
    texts: Texts
    self_cleaning: bool = True


@cache
def grounds() -> tuple[Ground, ...]:
    """The exclusion grounds of §80 and §81, mandatory ones first."""
    stored = tomllib.loads((Path(__file__).parent / "data" / "exclusion.toml").read_text("utf-8"))
    return tuple(Ground(**row) for row in stored["ground"])


def ground_texts(code: str) -> Texts:
    return next((ground.texts for ground in grounds() if ground.code == code), {})


def moment(day: date, typed: str) -> datetime:
    """A moment of Finnish time to the second; in the nights of the clock change only one that exists once.

    Raises ``Refusals`` with code "time", "never" or "twice".
    """
    found = re.fullmatch(r"\s*(\d{1,2})[.:](\d{2})(?:[.:](\d{2}))?\s*", typed)
    if found is None or int(found[1]) > 23 or int(found[2]) > 59 or int(found[3] or 0) > 59:
        raise Refusals([Refusal("", "time", BAD_TIME)])
    local = datetime.combine(day, time(int(found[1]), int(found[2]), int(found[3] or 0)), HELSINKI)
    if local.astimezone(UTC).astimezone(HELSINKI).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise Refusals([Refusal("", "never", NEVER)])
    if local.utcoffset() != local.replace(fold=1).utcoffset():
        raise Refusals([Refusal("", "twice", TWICE)])
    return local


def formula_of(basis: str, price_formula: str) -> str:
    """The formula's name in the engine."""
    return {"cheapest": "cheapest", "lowest-cost": "lowest-cost", "fixed-price": "fixed-price"}.get(
        basis, price_formula
    )


def price_weight_of(basis: str, price_weight: Decimal) -> Decimal:
    """The price's weight: all when price alone decides, none when the price is fixed."""
    return {"cheapest": HUNDRED, "lowest-cost": HUNDRED, "fixed-price": Decimal(0)}.get(basis, price_weight)


def compares_quality(basis: str) -> bool:
    return basis in ("price-quality", "fixed-price")


def check(content: Content | Part, now: datetime | None = None) -> list[Refusal]:
    """What is wrong in a page's content as typed, each at its field. ``now``: for the timetable."""
    match content:
        case Basics():
            return _basics(content)
        case Money():
            return _money(content)
        case Award():
            return _award(content)
        case Times():
            return _times(content, now)
        case Division():
            return []
        case LotContent():
            return _lot(content)
        case CriterionContent():
            return _criterion(content)
        case RequirementContent():
            return _finnish("text", content.text)
        case TermContent():
            return _finnish("title", content.title) + _finnish("text", content.text)


def _basics(content: Basics) -> list[Refusal]:
    found = []
    if not content.title.get("fi", "").strip():
        found.append(Refusal("title_fi", "required", TITLE))
    if not CPV.match(content.cpv):
        found.append(Refusal("cpv", "cpv", BAD_CPV))
    return found


def _money(content: Money) -> list[Refusal]:
    found = [
        Refusal(name, "negative", NEGATIVE)
        for name in ("base_eur", "options_eur", "extensions_eur")
        if getattr(content, name) < 0
    ]
    if content.base_eur == 0:
        found.append(Refusal("base_eur", "required", NO_SUM))
    if content.starts_on and content.ends_on and content.ends_on < content.starts_on:
        found.append(Refusal("ends_on", "reversed", REVERSED))
    if content.suppliers < 1:
        found.append(Refusal("suppliers", "required", NO_SUPPLIERS))
    return found


def _award(content: Award) -> list[Refusal]:
    found = []
    if content.basis in ("cheapest", "lowest-cost") and not content.basis_reason.strip():
        found.append(Refusal("basis_reason", "required", REASON_NEEDED))
    if not 0 <= content.price_weight <= HUNDRED:
        found.append(Refusal("price_weight", "range", WEIGHT_RANGE))
    if content.price_formula not in FORMULAS:
        found.append(Refusal("price_formula", "unknown", FORMULA))
    low, high = content.price_low_eur, content.price_high_eur
    if content.price_formula == "linear" and (low is None or high is None or not 0 <= low < high):
        found.append(Refusal("price_low_eur", "bounds", BOUNDS))
    if not Decimal("0.01") <= content.abnormal_share <= Decimal("0.90"):
        found.append(Refusal("abnormal_share", "share", SHARE))
    return found


def _times(content: Times, now: datetime | None) -> list[Refusal]:
    found = []
    if now is not None:
        found += [
            Refusal(name, "past", PAST)
            for name in ("questions_by", "bids_by", "opening_at")
            if getattr(content, name) <= now
        ]
    if content.answers_by is not None and content.answers_by < content.questions_by:
        found.append(Refusal("answers_by", "order", ORDER))
    if content.bids_by <= (content.answers_by or content.questions_by):
        found.append(Refusal("bids_by", "order", ORDER))
    if content.opening_at < content.bids_by:
        found.append(Refusal("opening_at", "order", ORDER))
    if content.decision_on is not None and content.decision_on < content.opening_at.date():
        found.append(Refusal("decision_on", "order", ORDER))
    last = content.decision_on or content.bids_by.date()
    if content.bids_valid_until is not None and content.bids_valid_until < last:
        found.append(Refusal("bids_valid_until", "order", ORDER))
    return found


def _lot(content: LotContent) -> list[Refusal]:
    found = _finnish("title", content.title)
    if not content.places:
        found.append(Refusal("places", "volume", NO_VOLUME))
    elif content.places > MOST_PLACES:
        found.append(Refusal("places", "too-many", MOST, {"most": MOST_PLACES}))
    if content.value_eur is not None and content.value_eur < 0:
        found.append(Refusal("value_eur", "negative", NEGATIVE))
    return found


def _criterion(content: CriterionContent) -> list[Refusal]:
    found = _finnish("title", content.title) + _finnish("scoring", content.scoring)
    if not 0 < content.weight <= HUNDRED:
        found.append(Refusal("weight", "range", WEIGHT_RANGE))
    least = content.least_points or Decimal(0)
    if content.max_points <= 0 or not 0 <= least <= content.max_points:
        found.append(Refusal("max_points", "points", POINTS))
    return found


def _finnish(name: str, texts: Texts) -> list[Refusal]:
    return [] if texts.get("fi", "").strip() else [Refusal(f"{name}_fi", "required", NO_TEXT)]


# --- What a draft lacks ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Gap:
    """Something a draft lacks, and on which page it is mended. ``blocks``: it cannot be published so."""

    step: str
    message: str
    params: Mapping[str, object] = field(default_factory=dict)
    blocks: bool = True


@dataclass(frozen=True)
class Draft:
    """A draft as the check sees it."""

    title: Texts
    subject: Texts
    takes_bids: bool
    needs_ground: bool
    ground: str
    needs_framework: bool
    framework: bool
    value_eur: Decimal
    base_eur: Decimal | None
    starts_on: date | None
    ends_on: date | None
    basis: str
    basis_reason: str
    price_weight: Decimal
    weights: tuple[Decimal, ...]
    tie_rule: str
    criterion_codes: tuple[str, ...]
    lots: tuple[LotContent, ...]
    lots_reason: str
    needs_lots_reason: bool
    requirements: int
    terms: int
    questions_by: datetime | None
    bids_by: datetime | None
    opening_at: datetime | None
    texts: tuple[tuple[str, Texts], ...]
    """Every published text with its page, to find what lacks a translation."""
    is_system: bool = False
    papers_missing: tuple[Texts, ...] = ()
    """Names of the documents that the procedure asks for and that are not there."""


def gaps(draft: Draft, now: datetime) -> list[Gap]:
    """Everything that a draft lacks, in the order of the pages. What the procedure's rules say comes on top (``rules``)."""
    found: list[Gap] = []
    if not draft.subject.get("fi", "").strip():
        found.append(Gap("basics", _("Write what is bought.")))
    if draft.needs_ground and not draft.ground:
        found.append(Gap("basics", _("A direct award needs its ground by the Act.")))
    if draft.needs_framework and not draft.framework:
        found.append(Gap("basics", _("Choose the framework within which this is bought.")))
    if not draft.base_eur:
        found.append(Gap("money", NO_SUM))
    if draft.starts_on is None or draft.ends_on is None:
        system = _("Give the first and the last day of the dynamic purchasing system.")
        found.append(
            Gap("money", system if draft.is_system else _("Give the first and the last day of the contract."))
        )
    found += _lot_gaps(draft)
    if not draft.requirements:
        found.append(Gap("requirements", _("No requirement has been written."), blocks=False))
    if draft.takes_bids:
        found += _criteria_gaps(draft)
    if not draft.terms:
        found.append(Gap("terms", _("Write at least one term of the contract.")))
    found += [
        Gap("terms", _("A paper of the procedure is missing: %(paper)s"), {"paper": paper})
        for paper in draft.papers_missing
    ]
    if draft.takes_bids:
        found += _time_gaps(draft, now)
    lacking = sorted({code for _step, texts in draft.texts for code in ("sv", "en") if _lacks(texts, code)})
    for code in lacking:
        pages = [step for step, texts in draft.texts if _lacks(texts, code)]
        found.append(
            Gap(
                min(pages, key=STEPS.index),
                _("%(number)s texts have no Swedish translation.")
                if code == "sv"
                else _("%(number)s texts have no English translation."),
                {"number": len(pages)},
                blocks=False,
            )
        )
    return found


def _lacks(texts: Texts, code: str) -> bool:
    return bool(texts.get("fi", "").strip()) and not texts.get(code, "").strip()


def _lot_gaps(draft: Draft) -> list[Gap]:
    found = []
    if not draft.lots:
        found.append(Gap("lots", _("Add the lot that is bought, or several.")))
    if draft.needs_lots_reason and len(draft.lots) == 1 and not draft.lots_reason.strip():
        found.append(Gap("lots", _("Write why it is not divided into lots (1397/2016 § 75).")))
    found += [
        Gap("lots", _("The lot “%(lot)s” has no volume."), {"lot": lot.title.get("fi", "")})
        for lot in draft.lots
        if not lot.places
    ]
    values = [lot.value_eur for lot in draft.lots if lot.value_eur is not None]
    if (
        values
        and draft.base_eur is not None
        and len(values) == len(draft.lots)
        and sum(values) != draft.base_eur
    ):
        found.append(
            Gap(
                "lots",
                _(
                    "The values of the lots make %(sum)s €, the estimated value without options is %(base)s €."
                ),
                {"sum": sum(values), "base": draft.base_eur},
                blocks=False,
            )
        )
    return found


def _criteria_gaps(draft: Draft) -> list[Gap]:
    found = []
    if compares_quality(draft.basis):
        total = price_weight_of(draft.basis, draft.price_weight) + sum(draft.weights, Decimal(0))
        if total != HUNDRED:
            found.append(Gap("criteria", WEIGHTS_SUM, {"sum": plain(total)}))
        if not draft.weights:
            found.append(Gap("criteria", _("Add the criteria of quality.")))
    elif not draft.basis_reason.strip():
        found.append(Gap("criteria", REASON_NEEDED))
    if draft.tie_rule.startswith("highest:") and draft.tie_rule[8:] not in draft.criterion_codes:
        found.append(Gap("criteria", TIE))
    return found


def _time_gaps(draft: Draft, now: datetime) -> list[Gap]:
    moments = (draft.questions_by, draft.bids_by, draft.opening_at)
    if any(one is None for one in moments):
        return [Gap("times", _("Give the timetable."))]
    if any(one is not None and one <= now for one in moments):
        return [Gap("times", _("A time of the timetable has gone by. Move it before you publish."))]
    return []


def plain(number: Decimal) -> str:
    """A number without needless zeros: 40, 12.5."""
    return f"{number.normalize():f}"
