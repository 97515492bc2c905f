"""Acts on agreements: drafting, hearing the county, deciding, signing on both sides, reviewing, ending.

Not for: what the Acts say of them (``law``: rules P2 and P2H), places by year (``places.py``).
"""

from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext_noop as _

from kotopolku import clock, law
from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.actors import queries as actors
from kotopolku.actors.models import Organisation, date_range
from kotopolku.clients.actions.case import done_before
from kotopolku.clients.rules import EditClash, Refusal, Refusals, refuse
from kotopolku.journal.actions import record
from kotopolku.notices.actions import notify
from kotopolku.placement import access, rules
from kotopolku.placement.models import Agreement, AgreementReview, AgreementState, Group
from kotopolku.placement.queries.people import holders
from kotopolku.reference import queries as reference

AGREEMENT = "placement.agreement"
OPEN = (AgreementState.DRAFT, AgreementState.HEARING, AgreementState.DECIDED)


@transaction.atomic
def draft_agreement(data: rules.AgreementContent, *, actor: Viewer, token: UUID | None = None) -> Agreement:
    """A draft between the region and one of its municipalities, under the Act in force today. Raises ``Refusals``."""
    require(actor, Capability.PLACEMENT_AGREE)
    if (before := done_before(token, AGREEMENT)) is not None:
        return access.agreement(actor, before)
    municipality = _municipality(actor, data.municipality_id)
    refuse(rules.check_content(data, Group.values))
    today = clock.today()
    agreement = Agreement.objects.create(
        municipality=municipality,
        authority_id=access.own(actor),
        act=law.rule("P2", today).act,
        days=date_range(data.starts_on, data.ends_on),
        groups=_in_order(data.groups),
        preparedness=data.preparedness.strip(),
        county=county_of(municipality, today),
        made_on=today,
    )
    record("placement.agreement.drafted", actor=actor, object=(AGREEMENT, agreement.pk), token=token)
    _tell(agreement, "placement.agreement-drafted", actor, municipality=True)
    return agreement


@transaction.atomic
def change_agreement(
    agreement_id: int, data: rules.AgreementContent, *, actor: Viewer, expected_version: int
) -> Agreement:
    """Changes what a draft holds, before the municipality has decided. Raises ``EditClash``, ``Refusals``."""
    require(actor, Capability.PLACEMENT_AGREE)
    agreement = _open(agreement_id, actor, expected_version, AgreementState.DRAFT, AgreementState.HEARING)
    refuse(rules.check_content(data, Group.values))
    agreement.days = date_range(data.starts_on, data.ends_on)
    agreement.groups = _in_order(data.groups)
    agreement.preparedness = data.preparedness.strip()
    _save(agreement, "days", "groups", "preparedness")
    record("placement.agreement.changed", actor=actor, object=(AGREEMENT, agreement.pk))
    return agreement


@transaction.atomic
def ask_county(agreement_id: int, *, actor: Viewer) -> Agreement:
    """Writes down that the county is asked (681/2023 §42), and tells it. Either side's act."""
    access.side_of(actor)
    agreement = _open(agreement_id, actor, None, AgreementState.DRAFT)
    if agreement.county_id is None:
        raise Refusals([Refusal("", "no-county", NO_COUNTY)])
    agreement.state, agreement.county_asked_on = AgreementState.HEARING, clock.today()
    _save(agreement, "state", "county_asked_on")
    record("placement.agreement.county-asked", actor=actor, object=(AGREEMENT, agreement.pk))
    notify(
        "placement.county-asked",
        holders(agreement.county_id, Capability.PLACEMENT_ANSWER, clock.today()),
        actor=actor,
        address=reverse("placement:county-agreement", args=[agreement.pk]),
        organisation_id=agreement.county_id,
        about=(AGREEMENT, agreement.pk),
    )
    return agreement


@transaction.atomic
def record_statement(agreement_id: int, text: str, answered_on: date, *, actor: Viewer) -> Agreement:
    """What the county said, and when. Either side's act."""
    access.side_of(actor)
    agreement = _open(agreement_id, actor, None, AgreementState.HEARING)
    if agreement.county_stated_by_id is not None:
        raise Refusals([Refusal("", "stated", _("The county has given its statement itself."))])
    found = []
    if not text.strip():
        found.append(Refusal("statement", "required", _("Write what the county said.")))
    if answered_on > clock.today():
        found.append(Refusal("answered_on", "future"))
    elif agreement.county_asked_on and answered_on < agreement.county_asked_on:
        found.append(
            Refusal("answered_on", "before-asked", BEFORE_ASKED, {"asked": agreement.county_asked_on})
        )
    refuse(found)
    agreement.county_statement, agreement.county_answered_on = text.strip(), answered_on
    _save(agreement, "county_statement", "county_answered_on")
    record("placement.agreement.county-heard", actor=actor, object=(AGREEMENT, agreement.pk))
    return agreement


@transaction.atomic
def decide_agreement(
    agreement_id: int, decision: rules.Decision, *, actor: Viewer, expected_version: int
) -> Agreement:
    """The municipality's own decision by its body; then both sign. Refused until the county has been heard by law."""
    access.side_of(actor)
    agreement = _open(agreement_id, actor, expected_version, AgreementState.DRAFT, AgreementState.HEARING)
    found = []
    if not decision.body.strip():
        found.append(Refusal("body", "required", _("Write which body of the municipality decided.")))
    if decision.decided_on > clock.today():
        found.append(Refusal("decided_on", "future"))
    if (
        rules.hearing_required(agreement.act, agreement.county_id is not None)
        and agreement.county_answered_on is None
    ):
        found.append(Refusal("", "hearing", HEARING_FIRST))
    refuse(found)
    agreement.state = AgreementState.DECIDED
    agreement.deciding_body, agreement.decided_on = decision.body.strip(), decision.decided_on
    agreement.reference = decision.reference.strip()
    _save(agreement, "state", "deciding_body", "decided_on", "reference")
    record("placement.agreement.decided", actor=actor, object=(AGREEMENT, agreement.pk))
    _tell(agreement, "placement.agreement-drafted", actor, municipality=True, authority=True)
    return agreement


@transaction.atomic
def sign_agreement(agreement_id: int, *, actor: Viewer, expected_version: int) -> Agreement:
    """The actor's side signs what was seen; when both have, the agreement is in force for its days.

    Raises ``Refusals`` when another agreement of the municipality covers some of the days.
    """
    side = access.side_of(actor)
    agreement = _open(agreement_id, actor, expected_version, AgreementState.DECIDED)
    today = clock.today()
    if getattr(agreement, f"signed_{side}_on") is not None:
        raise Refusals([Refusal("", "signed", _("Your side has signed already."))])
    setattr(agreement, f"signed_{side}_on", today)
    setattr(agreement, f"signed_{side}_by_id", actor.user_id)
    both = agreement.signed_municipality_on is not None and agreement.signed_authority_on is not None
    if both:
        agreement.state = AgreementState.IN_FORCE
        agreement.review_by = law.due("P2", max(today, agreement.days.lower)).due
    try:
        with transaction.atomic():
            _save(agreement, "state", "review_by", f"signed_{side}_on", f"signed_{side}_by")
    except IntegrityError:
        raise Refusals([Refusal("", "overlap", OVERLAP)]) from None
    record(
        "placement.agreement.signed", actor=actor, object=(AGREEMENT, agreement.pk), details={"side": side}
    )
    kind = "placement.agreement-signed" if both else "placement.agreement-drafted"
    _tell(agreement, kind, actor, municipality=True, authority=True, on=agreement.days.lower)
    return agreement


@transaction.atomic
def review_agreement(
    agreement_id: int, summary: str, reviewed_on: date, *, actor: Viewer, token: UUID | None = None
) -> Agreement:
    """Writes down a review of an agreement in force; the next one is due by the interval of the agreement's own Act."""
    require(actor, Capability.PLACEMENT_AGREE)
    if (before := done_before(token, AGREEMENT)) is not None:
        return access.agreement(actor, before)
    agreement = _open(agreement_id, actor, None, AgreementState.IN_FORCE)
    found = []
    if not summary.strip():
        found.append(Refusal("summary", "required", _("Write what the review found.")))
    if reviewed_on > clock.today():
        found.append(Refusal("reviewed_on", "future"))
    elif reviewed_on < agreement.days.lower:
        found.append(Refusal("reviewed_on", "before-start", BEFORE_START, {"starts": agreement.days.lower}))
    refuse(found)
    # The interval is that of the Act in force at the review.
    agreement.review_by = law.due("P2", reviewed_on).due
    AgreementReview.objects.create(
        agreement=agreement,
        reviewed_on=reviewed_on,
        reviewed_by_id=actor.user_id,
        summary=summary.strip(),
        next_by=agreement.review_by,
    )
    agreement.reminded_on = None
    _save(agreement, "review_by", "reminded_on")
    record("placement.agreement.reviewed", actor=actor, object=(AGREEMENT, agreement.pk), token=token)
    return agreement


@transaction.atomic
def end_agreement(agreement_id: int, last_day: date, reason: str, *, actor: Viewer) -> Agreement:
    """Ends a signed agreement on a day, today or later, with the reason. Either side's act.

    Places already reserved or in use stay so: they are persons on their way.
    """
    access.side_of(actor)
    agreement = _open(agreement_id, actor, None, AgreementState.IN_FORCE)
    found = []
    if last_day < max(clock.today(), agreement.days.lower):
        found.append(Refusal("last_day", "day-past"))
    elif agreement.last_day is not None and last_day > agreement.last_day:
        found.append(
            Refusal(
                "last_day",
                "after-end",
                _("The agreement ends earlier by itself (%(ends)s)."),
                {"ends": agreement.last_day},
            )
        )
    if not reason.strip():
        found.append(Refusal("reason", "required", _("Write why the agreement ends.")))
    refuse(found)
    agreement.state = AgreementState.ENDED
    agreement.days = date_range(agreement.days.lower, last_day)
    agreement.end_reason = reason.strip()
    _save(agreement, "state", "days", "end_reason")
    record("placement.agreement.ended", actor=actor, object=(AGREEMENT, agreement.pk), reason=reason.strip())
    _tell(agreement, "placement.agreement-ended", actor, municipality=True, authority=True, on=last_day)
    return agreement


@transaction.atomic
def discard_agreement(agreement_id: int, reason: str, *, actor: Viewer) -> Agreement:
    """Gives up an agreement that both have not signed, with the reason. Either side's act."""
    access.side_of(actor)
    agreement = _open(agreement_id, actor, None, *OPEN)
    if not reason.strip():
        raise Refusals([Refusal("reason", "required", _("Write why the agreement is given up."))])
    agreement.state, agreement.end_reason = AgreementState.DISCARDED, reason.strip()
    _save(agreement, "state", "end_reason")
    record(
        "placement.agreement.discarded", actor=actor, object=(AGREEMENT, agreement.pk), reason=reason.strip()
    )
    return agreement


def county_of(municipality: Organisation, on: date) -> Organisation | None:
    """The wellbeing services county of a municipality on the day; None where there is none (Åland, before 2023)."""
    code = reference.areas_of(municipality.area_code, on).wellbeing_area
    found = actors.organisation(f"hva-{code}") if code else None
    return found if found is not None and actors.exists(found, on) else None


def _municipality(actor: Viewer, municipality_id: int | None) -> Organisation:
    found = access.municipalities(actor).filter(pk=municipality_id or 0).first()
    if found is None:
        raise Refusals([Refusal("municipality", "unknown", UNKNOWN_MUNICIPALITY)])
    return found


def _open(agreement_id: int, actor: Viewer, expected_version: int | None, *states: str) -> Agreement:
    """The agreement, locked, in one of the states. ``NotVisible``, ``EditClash``, ``Refusals``."""
    agreement = access.agreement(actor, agreement_id, lock=True)
    if expected_version is not None and agreement.version != expected_version:
        raise EditClash(theirs={}, version=agreement.version, who="", when=clock.now())
    if agreement.state not in states:
        raise Refusals([Refusal("", "state", WRONG_STATE)])
    return agreement


def _save(agreement: Agreement, *fields: str) -> None:
    agreement.version += 1
    agreement.save(update_fields=[*fields, "version"])


def _in_order(groups: tuple[str, ...]) -> list[str]:
    return [group for group in Group.values if group in groups]


def _tell(
    agreement: Agreement,
    kind: str,
    actor: Viewer,
    *,
    municipality: bool = False,
    authority: bool = False,
    on: date | None = None,
) -> None:
    sides = []
    if municipality:
        sides.append((agreement.municipality_id, Capability.PLACEMENT_ANSWER))
    if authority:
        sides.append((agreement.authority_id, Capability.PLACEMENT_AGREE))
    for organisation_id, right in sides:
        notify(
            kind,
            holders(organisation_id, right, clock.today()),
            actor=actor,
            address=reverse("placement:agreement", args=[agreement.pk]),
            organisation_id=organisation_id,
            about=(AGREEMENT, agreement.pk),
            on=on,
        )


NO_COUNTY = _("The municipality has no wellbeing services county to be heard.")
BEFORE_ASKED = _("The county was asked on %(asked)s; it cannot have answered before.")
HEARING_FIRST = _(
    "The county must be heard before the municipality decides (681/2023 § 42). Record its statement."
)
OVERLAP = _("Another signed agreement of the municipality covers some of these days. End it first.")
BEFORE_START = _("The agreement is in force from %(starts)s; it cannot have been reviewed before.")
UNKNOWN_MUNICIPALITY = _(
    "There is no such municipality in your area today. If it has merged, choose the municipality it is part of now."
)
WRONG_STATE = _("The agreement has moved on meanwhile. Open it again to see how far it is.")
