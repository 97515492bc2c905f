"""What the Act says of an award, as pure functions: receipt of a decision, standstill, time to appeal, publicity, gates.

Not for: points and ranking (``evaluation``), writing (``actions.awards``). No Django, no clock; statutory numbers come
from ``law``.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from importlib import resources

from kotopolku import law
from kotopolku.clients.rules import Refusal

ONE_DAY = timedelta(days=1)
ELECTRONIC, LETTER = "electronic", "letter"
FULL, MINI_COMPETITION, DIRECT = "full", "mini-competition", "direct"
"""What a standstill is counted by: §129, or from the direct award notice (§131)."""
URGENCY = "urgency"
CALL_OFF, ONLY_TENDERER, NO_STANDSTILL = "call-off", "only-tenderer", "not-required"


def _(text: str) -> str:
    """Marks a sentence for the translators; it is translated where it is shown (rules import no Django)."""
    return text


# --- Days ------------------------------------------------------------------------------------------------------------


def deemed_received(sent_on: date, way: str) -> date:
    """The day on which the bidder has the decision (1397/2016 §127): the day of sending, by letter the seventh day."""
    if way == ELECTRONIC:
        return sent_on
    return sent_on + timedelta(days=law.rule("HR", sent_on).length)


@dataclass(frozen=True)
class Standstill:
    """The waiting time of §129 counted from the last day on which a bidder received the decision."""

    received_on: date
    days: int
    last_day: date
    earliest: date
    """First day on which the contract may be made."""
    moved: bool
    """The last day is a day off, so the contract waits for the next working day."""
    day_off: Mapping[str, str]
    """Name of that day off by language; empty when nothing moved."""


def standstill(received_on: date, kind: str = FULL) -> Standstill:
    """The standstill of §129: 14 days, in a mini-competition or dynamic system 10, from receipt.

    The day of receipt is not counted (150/1930 §2), the last day passes whole, so the contract can be made on the day
    after. When the last day is a Sunday, holiday, Independence Day, 1 May, Christmas or Midsummer Eve or a Saturday,
    it can be made on the first working day after it at the earliest.
    """
    rule = law.rule("HD" if kind == DIRECT else "H1", received_on)
    days = rule.other_amounts["mini-competition"] if kind == MINI_COMPETITION else rule.length
    last = received_on + timedelta(days=days)
    moved = not law.is_working_day(last)
    names = {lang: law.day_off_name(last, lang) or "" for lang in law.LANGUAGES} if moved else {}
    earliest = law.next_working_day(last) if moved else last + ONE_DAY
    return Standstill(received_on, days, last, earliest, moved, names)


def appeal_until(received_on: date) -> date:
    """Last day of the bidder to appeal to the Market Court (§147): 14 days, moved to a working day (150/1930 §5)."""
    return _due("H2", received_on)


def correction_until(received_on: date, *, by_authority: bool = False) -> date:
    """Last day to ask for a correction (§133): a party 14 days from receipt, the authority itself 90 days from deciding."""
    amounts = law.rule("H2", received_on).other_amounts
    days = amounts["correction-authority" if by_authority else "correction-party"]
    return law.next_working_day(received_on + timedelta(days=days))


def award_notice_due(contract_on: date) -> date:
    """Last day for the award notice (§58): 30 days from making the contract."""
    return _due("H3", contract_on)


def _due(rule_id: str, start: date) -> date:
    found = law.due(rule_id, start).due
    if found is None:
        raise ValueError(f"{rule_id} has no number of days")
    return found


def extract_sound(dated_on: date, seen_on: date) -> bool:
    """Whether a criminal-record extract is at most 12 months old when it is seen (§88)."""
    return dated_on <= seen_on <= law.add_months(dated_on, law.rule("HX", seen_on).length)


# --- May the contract be made -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Told:
    """A bidder told of the decision; ``received_on`` None while a letter waits to be posted."""

    received_on: date | None


@dataclass(frozen=True)
class AwardFacts:
    """What is known of the living decision of a lot."""

    decided: bool
    discontinued: bool = False
    standstill: str = FULL
    """"full", "mini-competition", "direct" or "" when none is needed (§130)."""
    announced_on: date | None = None
    """Day on which the direct award notice was published; its standstill begins there (§131)."""
    decided_on: date | None = None
    told: tuple[Told, ...] = ()
    appeals_pending: int = 0
    corrections_pending: int = 0
    extracts_seen: bool = True


def earliest_contract(facts: AwardFacts) -> date | None:
    """First day for the contract by the standstill alone; None while a bidder has not been told, or without decision."""
    if not facts.decided or facts.discontinued or facts.decided_on is None:
        return None
    received = [one.received_on for one in facts.told]
    if any(day is None for day in received):
        return None
    last = max((day for day in received if day is not None), default=facts.decided_on)
    if facts.standstill == DIRECT:
        return standstill(facts.announced_on, DIRECT).earliest if facts.announced_on else None
    return standstill(last, facts.standstill).earliest if facts.standstill else last


NO_DECISION = _("No award decision has been made on this lot.")
DISCONTINUED = _("The procurement of this lot was discontinued, so there is nothing to make a contract on.")
NOT_TOLD = _("A bidder has not been told of the decision yet. Send it to all first.")
NOT_ANNOUNCED = _(
    "The direct award notice has not been published yet. The standstill begins from it (1397/2016 § 131)."
)
STANDSTILL = _(
    "The standstill runs until %(last)s. The contract can be made on %(earliest)s at the earliest."
)
APPEAL = _(
    "An appeal to the Market Court is pending. It bars the contract until the court has decided or allows it (1397/2016 § 150)."
)
CORRECTION = _("A correction request is pending. Answer it first.")
EXTRACTS = _("The winner's extracts have not been seen yet (1397/2016 § 88).")


def contract_refusals(facts: AwardFacts, on: date) -> list[Refusal]:
    """Why a contract on the lot cannot be made on the day (§§88, 123–130, 150); empty when it can."""
    if not facts.decided:
        return [Refusal("", "no-decision", NO_DECISION)]
    if facts.discontinued:
        return [Refusal("", "discontinued", DISCONTINUED)]
    found = []
    earliest = earliest_contract(facts)
    if earliest is None and facts.standstill == DIRECT:
        found.append(Refusal("", "not-announced", NOT_ANNOUNCED))
    elif earliest is None:
        found.append(Refusal("", "not-told", NOT_TOLD))
    elif on < earliest:
        params = {"last": earliest - ONE_DAY, "earliest": earliest}
        found.append(Refusal("signed_on", "standstill", STANDSTILL, params))
    if facts.appeals_pending:
        found.append(Refusal("", "appeal", APPEAL))
    if facts.corrections_pending:
        found.append(Refusal("", "correction", CORRECTION))
    if not facts.extracts_seen:
        found.append(Refusal("", "extracts", EXTRACTS))
    return found


# --- Scores -----------------------------------------------------------------------------------------------------------


def spread(points: Sequence[Decimal]) -> Decimal:
    """Between the highest and the lowest of the evaluators' points."""
    return max(points) - min(points) if points else Decimal(0)


def asks_for_talk(points: Sequence[Decimal], most: Decimal, on: date) -> bool:
    """Whether the spread is over our own target share of the highest points (O-ES)."""
    share = Decimal(law.rule("O-ES", on).other_amounts["percent"]) / 100
    return spread(points) > share * most


def middle(points: Sequence[Decimal]) -> Decimal:
    """Mean of the evaluators' points to two places: what moderation begins with."""
    if not points:
        return Decimal(0)
    return (sum(points, Decimal(0)) / len(points)).quantize(Decimal("0.01"))


# --- Publicity ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Publicity:
    """``after``: when it is public. ``parties``: when the bidders of the lot may read it. ``certainty``: of ``parties``."""

    after: str
    basis: str
    parties: str = ""
    parties_basis: str = ""
    certainty: str = "S"


@cache
def publicity() -> Mapping[str, Publicity]:
    """Kind of paper → from when it is public."""
    text = (resources.files("kotopolku.procurement") / "data" / "publicity.toml").read_text(encoding="utf-8")
    return {kind: Publicity(**row) for kind, row in tomllib.loads(text).items()}


def public_on(
    kind: str,
    *,
    published_on: date | None = None,
    decided_on: date | None = None,
    contract_on: date | None = None,
    secret: bool = False,
) -> date | None:
    """The day from which a paper of the kind is public; None while it is not, and always for a business secret.

    Bids and comparison papers become public when the contract is made (621/1999 §§6–7), not with the decision.
    Raises ``KeyError`` for an unknown kind.
    """
    days = {"published": published_on, "decided": decided_on, "contract": contract_on, "never": None}
    return None if secret else days[publicity()[kind].after]


def parties_on(
    kind: str,
    *,
    published_on: date | None = None,
    decided_on: date | None = None,
    contract_on: date | None = None,
    secret: bool = False,
) -> date | None:
    """The day from which those who bid for the lot may read the paper (621/1999 §11); never a business secret."""
    row = publicity()[kind]
    days = {"published": published_on, "decided": decided_on, "contract": contract_on, "never": None}
    return None if secret else days[row.parties or row.after]


def claim_opens_on(refused_on: date) -> date:
    """Day from which what was refused as a business secret is shown: the bidder can object until then (O-BS)."""
    return refused_on + timedelta(days=law.rule("O-BS", refused_on).length)
