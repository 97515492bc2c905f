"""What pages read of agreements: the list, one with its reviews, and what each side has to do. Not for writing."""

from dataclasses import dataclass
from datetime import date

from kotopolku import law
from kotopolku.access.capabilities import Capability
from kotopolku.access.viewer import Viewer
from kotopolku.actors import queries as actors
from kotopolku.placement import access, rules
from kotopolku.placement.models import Agreement, AgreementReview, AgreementState

NOT_YET = (AgreementState.DRAFT, AgreementState.HEARING, AgreementState.DECIDED)


NEAR_DAYS = 365
"""A review further away than this is not counted in days. Our own choice."""


def review_near(agreement: Agreement, day: date) -> bool:
    """Whether the next review is so near, or late, that its days are counted."""
    return agreement.review_by is not None and (agreement.review_by - day).days <= NEAR_DAYS


@dataclass(frozen=True)
class AgreementLine:
    """An agreement on the list."""

    agreement: Agreement
    state: str
    """``state_on`` the viewer's day."""
    mine: bool
    """Something in it waits for the viewer's side."""
    near: bool
    """The next review is near or late."""


def agreement_lines(viewer: Viewer, *, all_states: bool) -> list[AgreementLine]:
    """Agreements of the viewer: those being prepared first, then in force by municipality. One statement.

    ``all_states``: those that have ended and were given up too.
    """
    rows = access.agreements(viewer).order_by("municipality__sort_key_fi", "-id")
    if not all_states:
        rows = rows.filter(state__in=[*NOT_YET, AgreementState.IN_FORCE, AgreementState.ENDED])
    lines = [
        AgreementLine(row, state_on(row, viewer.day), waits_for(viewer, row), review_near(row, viewer.day))
        for row in rows
    ]
    if not all_states:
        lines = [line for line in lines if line.state != "over"]
    return sorted(lines, key=lambda line: (not line.mine, line.agreement.state not in NOT_YET))


def state_on(agreement: Agreement, day: date) -> str:
    """As people see it: being prepared by its state, then "coming", "in-force" or "over"."""
    if agreement.state == AgreementState.DISCARDED or agreement.state in NOT_YET:
        return str(agreement.state)
    if agreement.days.lower > day:
        return "coming"
    return "in-force" if agreement.covers(day) else "over"


def waits_for(viewer: Viewer, agreement: Agreement) -> bool:
    """Whether the next step is the viewer's side's."""
    municipality = access.is_municipality(viewer) and viewer.may(Capability.PLACEMENT_ANSWER)
    region = access.is_region(viewer) and viewer.may(Capability.PLACEMENT_AGREE)
    if agreement.state in (AgreementState.DRAFT, AgreementState.HEARING):
        return municipality
    if agreement.state == AgreementState.DECIDED:
        return (municipality and agreement.signed_municipality_on is None) or (
            region and agreement.signed_authority_on is None
        )
    late = agreement.review_by is not None and agreement.review_by < viewer.day
    return agreement.state == AgreementState.IN_FORCE and region and late


@dataclass(frozen=True)
class AgreementDetail:
    """One agreement with its reviews, names of those who signed, and what the viewer may do next."""

    agreement: Agreement
    state: str
    reviews: list[AgreementReview]
    names: dict[int, str]
    due: law.Due | None
    """How the last day of the next review was counted."""
    hearing_required: bool
    side: str
    """municipality, authority, or empty for one who only reads."""
    near: bool
    """The next review is near or late."""

    @property
    def may_change(self) -> bool:
        return self.side == "authority" and self.agreement.state in ("draft", "hearing")

    @property
    def may_ask_county(self) -> bool:
        return bool(self.side) and self.agreement.state == "draft" and self.agreement.county_id is not None

    @property
    def may_record_statement(self) -> bool:
        itself = self.agreement.county_stated_by_id is not None
        return bool(self.side) and self.agreement.state == "hearing" and not itself

    @property
    def may_decide(self) -> bool:
        heard = not self.hearing_required or self.agreement.county_answered_on is not None
        return bool(self.side) and self.agreement.state in ("draft", "hearing") and heard

    @property
    def may_sign(self) -> bool:
        signed = getattr(self.agreement, f"signed_{self.side}_on") if self.side else None
        return bool(self.side) and self.agreement.state == "decided" and signed is None

    @property
    def may_review(self) -> bool:
        return self.side == "authority" and self.state == "in-force"

    @property
    def may_end(self) -> bool:
        return bool(self.side) and self.agreement.state == "in-force" and self.state != "over"

    @property
    def may_discard(self) -> bool:
        return bool(self.side) and self.agreement.state in NOT_YET


def agreement_detail(viewer: Viewer, agreement_id: int) -> AgreementDetail:
    """Raises ``NotVisible``. Three statements."""
    agreement = access.agreement(viewer, agreement_id)
    reviews = list(agreement.reviews.order_by("-reviewed_on", "-id"))
    people = {agreement.signed_municipality_by_id, agreement.signed_authority_by_id}
    people |= {review.reviewed_by_id for review in reviews}
    side = ""
    if access.is_municipality(viewer) and viewer.may(Capability.PLACEMENT_ANSWER):
        side = "municipality"
    elif access.is_region(viewer) and viewer.may(Capability.PLACEMENT_AGREE):
        side = "authority"
    due = None
    if agreement.review_by is not None:
        due = law.due("P2", reviews[0].reviewed_on if reviews else _made(agreement))
    return AgreementDetail(
        agreement,
        state_on(agreement, viewer.day),
        reviews,
        actors.user_names(key for key in people if key is not None),
        due,
        rules.hearing_required(agreement.act, agreement.county_id is not None),
        side,
        review_near(agreement, viewer.day),
    )


def _made(agreement: Agreement) -> date:
    """The day from which the first review is counted: the first on which it was signed and in force."""
    signed = [
        day for day in (agreement.signed_municipality_on, agreement.signed_authority_on) if day is not None
    ]
    return max([*signed, agreement.days.lower])
