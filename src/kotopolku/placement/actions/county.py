"""The wellbeing services county's own acts: its statement on an agreement, its answer about a case; asking and reminding.

The county never sees the case: only what it is asked, ages and the needs for which it is heard (681/2023 §§42, 43).
Not for: writing down what a county has said otherwise (``agreements.record_statement``, ``proposals.record_hearing``).
"""

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_noop as _

from kotopolku import clock, law
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.clients.access import seeing_all
from kotopolku.clients.rules import Refusal, Refusals, refuse
from kotopolku.journal.actions import record
from kotopolku.notices.actions import notify
from kotopolku.placement import access, case_rules
from kotopolku.placement.actions import steps
from kotopolku.placement.actions.agreements import AGREEMENT, county_of
from kotopolku.placement.actions.proposals import answering
from kotopolku.placement.models import (
    Agreement,
    AgreementState,
    Case,
    CountyHearing,
    EventKind,
    Proposal,
    ProposalState,
)
from kotopolku.placement.queries.county import statement_by
from kotopolku.placement.queries.people import holders

HEARING = "placement.hearing"
LIVE = (ProposalState.OPEN, ProposalState.ACCEPTED)
MOST = 1_000
"""So many of each kind in one run of the job; the rest on the next day."""


@transaction.atomic
def state_on_agreement(agreement_id: int, text: str, *, actor: Viewer) -> Agreement:
    """The county says what it says of an agreement about which it was asked; it can be mended until the municipality
    decides."""
    require(actor, Capability.PLACEMENT_ANSWER)
    found = access.agreement(actor, agreement_id)
    if not access.is_county(actor) or found.county_id not in access.followed_ids(actor):
        raise NotVisible
    with seeing_all(actor):
        agreement = Agreement.objects.select_for_update(of=("self",)).get(pk=found.pk)
        if agreement.state != AgreementState.HEARING:
            raise Refusals([Refusal("", "state", NOT_ASKED)])
        refuse(_check(text))
        agreement.county_statement, agreement.county_answered_on = text.strip(), clock.today()
        agreement.county_stated_by_id = actor.user_id
        agreement.version += 1
        agreement.save(
            update_fields=["county_statement", "county_answered_on", "county_stated_by", "version"]
        )
    record("placement.county.stated", actor=actor, object=(AGREEMENT, agreement.pk))
    for side, right in (
        (agreement.municipality_id, Capability.PLACEMENT_ANSWER),
        (agreement.authority_id, Capability.PLACEMENT_AGREE),
    ):
        notify(
            "placement.county-stated",
            holders(side, right, clock.today()),
            actor=actor,
            address=reverse("placement:agreement", args=[agreement.pk]),
            organisation_id=side,
            about=(AGREEMENT, agreement.pk),
            on=clock.today(),
        )
    return agreement


@transaction.atomic
def ask_about_case(proposal_id: int, question: str, *, actor: Viewer) -> CountyHearing:
    """The municipality asks its county about a case that is proposed to it, without names, and the county is told."""
    case, proposal = answering(proposal_id, actor, states=LIVE)
    county = county_of(proposal.municipality, clock.today())
    if county is None:
        raise Refusals([Refusal("", "no-county", NO_COUNTY)])
    known = CountyHearing.objects.filter(proposal=proposal).first()
    if known is not None and (known.county_id is not None or known.answered_on is not None):
        raise Refusals([Refusal("", "asked", _("The county has been asked already."))])
    refuse(_check(question, "question", required=False))
    values = {
        "county": county,
        "question": question.strip(),
        "asked_on": clock.today(),
        "answer_by": law.due("O-C1", clock.today()).due,
        "written_by_id": actor.user_id,
    }
    hearing, _new = CountyHearing.objects.update_or_create(proposal=proposal, defaults=values)
    steps.event(case, EventKind.COUNTY_ASKED, actor, proposal=proposal)
    record("placement.county.asked", actor=actor, object=(HEARING, hearing.pk))
    _tell(hearing, "placement.county-asked-case", actor)
    return hearing


@transaction.atomic
def answer_about_case(hearing_id: int, text: str, *, actor: Viewer) -> CountyHearing:
    """The county's own answer about a case. It can be mended while the proposal is open or accepted."""
    require(actor, Capability.PLACEMENT_ANSWER)
    found = access.hearing(actor, hearing_id)
    with seeing_all(actor):
        proposal = Proposal.objects.select_related("case").get(pk=found.proposal_id)
        case = Case.objects.select_for_update(of=("self",)).get(pk=proposal.case_id)
        proposal = Proposal.objects.select_for_update(of=("self",)).get(pk=found.proposal_id)
        hearing = CountyHearing.objects.select_for_update(of=("self",)).get(pk=found.pk)
        if proposal.state not in LIVE:
            raise Refusals([Refusal("", "state", PROPOSAL_ENDED)])
        refuse(_check(text))
        hearing.statement, hearing.answered_on = text.strip(), clock.today()
        hearing.answered_by_id = actor.user_id
        hearing.save(update_fields=["statement", "answered_on", "answered_by"])
    steps.event(case, EventKind.COUNTY_HEARD, actor, proposal=proposal)
    record("placement.county.answered", actor=actor, object=(HEARING, hearing.pk))
    steps.tell_municipality("placement.county-answered", proposal, actor, on=clock.today())
    steps.tell_region("placement.county-heard", case, actor, on=clock.today())
    return hearing


def record_look(hearing: CountyHearing, *, actor: Viewer) -> None:
    """Notes that the county looked at what it is asked about a case."""
    record("placement.county.viewed", actor=actor, object=(HEARING, hearing.pk))


@transaction.atomic
def remind_counties(*, actor: Viewer) -> dict[str, int]:
    """Every morning: reminds counties that have not answered by their day, each question once. For a job's viewer."""
    today = actor.day
    hearings = list(
        CountyHearing.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(answer_by__lt=today, answered_on=None, reminded_on=None, proposal__state__in=LIVE)
        .exclude(county=None)
        .order_by("id")[:MOST]
    )
    for hearing in hearings:
        _tell(hearing, "placement.county-waited", actor)
    CountyHearing.objects.filter(pk__in=[one.pk for one in hearings]).update(reminded_on=today)
    asked = Agreement.objects.select_for_update(skip_locked=True, of=("self",)).filter(
        state=AgreementState.HEARING, county_answered_on=None, county_reminded_on=None
    )
    late = [
        one
        for one in asked.exclude(county_asked_on=None).order_by("id")[:MOST]
        if (statement_by(one) or today) < today
    ]
    for agreement in late:
        notify(
            "placement.county-waited",
            holders(agreement.county_id, Capability.PLACEMENT_ANSWER, today),
            actor=actor,
            address=reverse("placement:county-agreement", args=[agreement.pk]),
            organisation_id=agreement.county_id,
            about=(AGREEMENT, agreement.pk),
            on=statement_by(agreement),
        )
    Agreement.objects.filter(pk__in=[one.pk for one in late]).update(county_reminded_on=today)
    done = {"cases": len(hearings), "agreements": len(late)}
    if any(done.values()):
        record("placement.county.reminded", actor=actor, details=done)
    return done


def _tell(hearing: CountyHearing, kind: str, actor: Viewer) -> None:
    notify(
        kind,
        holders(hearing.county_id, Capability.PLACEMENT_ANSWER, clock.today()),
        actor=actor,
        address=reverse("placement:county-hearing", args=[hearing.pk]),
        organisation_id=hearing.county_id,
        about=(HEARING, hearing.pk),
        on=hearing.answer_by,
    )


def _check(text: str, field: str = "statement", *, required: bool = True) -> list[Refusal]:
    if required and not text.strip():
        return [Refusal(field, "required", _("Write in a few words what the county says."))]
    if told := case_rules.personal(text, ()):
        return [Refusal(field, "personal", PERSONAL, {"found": told})]
    return []


NOT_ASKED = _("The county's statement is not waited for any more.")
NO_COUNTY = _("The municipality has no wellbeing services county to be heard.")
PROPOSAL_ENDED = _("The proposal is not open any more, so no answer is needed.")
PERSONAL = _("Write no name, number, address or e-mail of anybody here: the text holds “%(found)s”.")
