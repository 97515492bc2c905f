"""What pages, the API and My work read about hand-overs: who answers by law, what waits, what came and what went.

Not for writing (``actions``). What the receiver of an offer sees before accepting is made here, and is no more than that.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext as _

from kotopolku import clock, law
from kotopolku.access.capabilities import Capability, Role
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Membership, Organisation
from kotopolku.actors.sources import duties
from kotopolku.clients import access as clients_access
from kotopolku.clients import queries as clients
from kotopolku.clients.actions.case import municipality_of
from kotopolku.clients.models import (
    Clock,
    JobseekerPeriod,
    Person,
    Responsibility,
)
from kotopolku.clients.pages_due import STAGES, rule_title
from kotopolku.clients.queries import AuthorityAnswer, ClientDetail
from kotopolku.clients.queries.lists import is_deadline, milestones
from kotopolku.clients.rules import Refusals, non_disclosure_in_force, stage
from kotopolku.handover import access, rules
from kotopolku.handover.models import (
    Handover,
    Occasion,
    Offer,
    OfferState,
    Referral,
    ReferralState,
)
from kotopolku.reference import queries as reference

CASEWORK = (Role.CASEWORKER.value, Role.TEAM_LEADER.value)
DUTIES = ("assessment-jobseeker", "assessment-other")
SHOWN_DAYS = 30
"""So long an answered offer stays on the page of what was sent."""
MOST_SHOWN = 100


# --- Who answers -----------------------------------------------------------------------------------------------------


def kinds_with_the_duty(on: date) -> set[str]:
    """Kinds of authorities to which some section gives clients on the day (1386/2010 §10.1; 681/2023 §3)."""
    return {span.answers for name in DUTIES for span in duties()[name].spans if span.covers(on)}


def caseworkers(organisation_id: int, on: date, *, leaders_only: bool = False) -> list[int]:
    """Users of an organisation who can answer offers and referrals on the day, or its team leaders."""
    roles = [Role.TEAM_LEADER.value] if leaders_only else CASEWORK
    rows = Membership.objects.filter(
        organisation_id=organisation_id,
        role__in=roles,
        valid__contains=on,
        organisation__valid__contains=on,
        user__is_active=True,
    )
    return list(rows.order_by("user_id").values_list("user_id", flat=True).distinct())


def receivers(viewer: Viewer) -> list[tuple[int, str]]:
    """(id, name) of the authorities that could take a client today, the own one left out; by name."""
    rows = Organisation.objects.filter(
        kind__in=kinds_with_the_duty(viewer.day), valid__contains=viewer.day
    ).exclude(pk=viewer.organisation_id or 0)
    return [(row.pk, row.name) for row in rows.order_by("kind", "sort_key_fi")]


def answer_by_law(viewer: Viewer, case: clients_access.Case) -> AuthorityAnswer | None:
    """Who answers by law today for a client whom the viewer has been let in to; None when it cannot be known."""
    person_id = case.relationship.person_id
    seeking = JobseekerPeriod.objects.filter(person_id=person_id, days__contains=viewer.day).exists()
    return _answer(viewer, municipality_of(person_id), seeking)


def _answer(viewer: Viewer, municipality: str, jobseeker: bool) -> AuthorityAnswer | None:
    if not municipality:
        return None
    try:
        return clients.who_answers_for(
            viewer, municipality=municipality, jobseeker=jobseeker, on=clock.today()
        )
    except Refusals:
        return None


@dataclass(frozen=True)
class Proposal:
    """That by law another authority answers, or that the client is offered already. ``name`` empty when hidden."""

    relationship_id: int
    name: str
    section: str
    since: date | None
    occasion: str
    protected: bool
    offer_id: int | None = None
    offered_on: date | None = None


_ASKED = """
SELECT offer.id, offer.offered_on,
    (SELECT instead_of_id FROM handover_kept WHERE relationship_id = %(relationship)s ORDER BY id DESC LIMIT 1),
    (SELECT municipality FROM clients_protectedcontact WHERE person_id = %(person)s LIMIT 1),
    (SELECT days FROM clients_jobseekerperiod WHERE person_id = %(person)s ORDER BY days DESC LIMIT 1)
FROM (SELECT) one
LEFT JOIN handover_offer offer ON offer.relationship_id = %(relationship)s AND offer.state = 'offered'
"""
"""In SQL, since the client page asks it each time. At most one offer of a client is open."""


def proposal(viewer: Viewer, relationship_id: int) -> Proposal | None:
    """What the client page says of a hand-over; None when the own authority answers by law. Raises ``NotVisible``."""
    return proposal_for(viewer, clients.client_page(viewer, relationship_id))


def proposal_for(viewer: Viewer, detail: ClientDetail) -> Proposal | None:
    """The same for a client already read: one statement."""
    if not viewer.may(Capability.CLIENT_HANDOVER) or detail.relationship.ended_on is not None:
        return None
    with connection.cursor() as cursor:
        cursor.execute(_ASKED, {"relationship": detail.relationship.pk, "person": detail.person.pk})
        offer_id, offered_on, kept, place, sought = cursor.fetchone()
    answer = _answer(viewer, place or "", detail.jobseeker is not None)
    responsibility = detail.responsibility
    differs = answer is not None and answer.organisation_id != responsibility.authority_id
    if offer_id is None and (not differs or answer is None or answer.organisation_id == kept):
        return None
    jobseeking = answer is not None and answer.duty != responsibility.duty
    return Proposal(
        relationship_id=detail.relationship.pk,
        name="" if detail.protected or answer is None else answer.name,
        section=answer.section if answer else "",
        since=_changed_on(sought, viewer.day) if jobseeking else None,
        occasion=Occasion.JOBSEEKER if jobseeking else Occasion.MOVED,
        protected=detail.protected,
        offer_id=offer_id,
        offered_on=offered_on,
    )


def _changed_on(days: Any, on: date) -> date | None:
    """The day on which job search began or ended last."""
    if days is None:
        return None
    changed: date | None = days.upper if days.upper and days.upper <= on else days.lower
    return changed


# --- What the receiver sees before accepting -------------------------------------------------------------------------


@dataclass(frozen=True)
class DueLine:
    """One thing that is due: the rule's title, its last day (None = without delay) and whether it is our own target."""

    title: str
    due: date | None
    own: bool


@dataclass(frozen=True)
class Incoming:
    """An offered client, as much as the receiver may know before accepting: no name, no number, no place."""

    offer: Offer
    sender: str
    stage: str
    language: str
    interpreter: bool
    age: int | None
    due: list[DueLine]

    @property
    def late(self) -> bool:
        return self.offer.remind_on < clock.today()


def incoming(viewer: Viewer) -> list[Incoming]:
    """Offers that wait for the viewer's authority, the oldest first. Four statements."""
    rows = access.offers(viewer).filter(to_organisation_id=viewer.organisation_id, state=OfferState.OFFERED)
    return _incoming(viewer, list(rows.order_by("offered_on", "id")[:MOST_SHOWN]))


def incoming_one(viewer: Viewer, offer: Offer) -> Incoming | None:
    """One of them; None when the sender answers for the client no more."""
    found = _incoming(viewer, [offer])
    return found[0] if found else None


def _incoming(viewer: Viewer, offers: list[Offer]) -> list[Incoming]:
    ids = [offer.relationship_id for offer in offers]
    if not ids:
        return []
    with clients_access.seeing_all(viewer):
        held = {
            row.relationship_id: row
            for row in Responsibility.objects.filter(
                relationship_id__in=ids, days__contains=viewer.day
            ).select_related("person")
        }
        clocks: dict[int, list[DueLine]] = {}
        running = Clock.objects.filter(
            clients_access.open_on(viewer.day), is_deadline(viewer.day), relationship_id__in=ids
        )
        for row in running.order_by("due", "own", "id").only("relationship_id", "rule", "act", "due", "own"):
            clocks.setdefault(row.relationship_id, []).append(
                DueLine(rule_title(row.rule, row.act), row.due, row.own)
            )
    found = []
    for offer in offers:
        responsibility = held.get(offer.relationship_id)
        if responsibility is None or responsibility.authority_id != offer.from_organisation_id:
            continue
        person = responsibility.person
        found.append(
            Incoming(
                offer=offer,
                sender=offer.from_organisation.name,
                stage=str(STAGES[stage(milestones(responsibility), viewer.day)]),
                language=_language(person.service_language),
                interpreter=person.interpreter_needed,
                age=rules.age(person.birth_date, viewer.day),
                due=clocks.get(offer.relationship_id, [])[:6],
            )
        )
    return found


def _language(code: str) -> str:
    found = reference.language(code)
    return found.name() if found else ""


# --- What was sent, what came ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sent:
    """An offer that the own authority has made. ``receiver`` empty while a non-disclosure order hides it."""

    offer: Offer
    receiver: str
    case_number: str
    """Empty when the client has passed; the receipt has it then."""
    address: str


def sent(viewer: Viewer) -> list[Sent]:
    """Offers of the viewer's authority that wait, or were refused or withdrawn lately; the newest first."""
    rows = (
        access.offers(viewer)
        .filter(from_organisation_id=viewer.organisation_id)
        .exclude(state=OfferState.ACCEPTED)
        .exclude(answered_on__lt=viewer.day - timedelta(days=SHOWN_DAYS))
        .select_related("relationship", "from_organisation", "to_organisation")
    )
    return [
        Sent(
            offer,
            "" if offer.protected else offer.to_organisation.name,
            offer.relationship.case_number,
            reverse("handover:offer", args=[offer.pk]),
        )
        for offer in rows.order_by("-offered_on", "-id")[:MOST_SHOWN]
    ]


@dataclass(frozen=True)
class Receipt:
    """A hand-over as one side may see it. ``other`` empty while a non-disclosure order hides where the client went."""

    handover: Handover
    other: str
    received: bool
    worker: str

    @property
    def hidden(self) -> bool:
        return not self.other


def receipts(viewer: Viewer, *, before: int | None = None, limit: int = 50) -> list[Receipt]:
    """Hand-overs from and to the viewer's authority, the newest first. Two statements."""
    rows = access.handovers(viewer)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return _receipts(viewer, list(rows.order_by("-pk")[:limit]))


def receipt(viewer: Viewer, handover_id: int) -> Receipt:
    """One of them. Raises ``NotVisible``."""
    return _receipts(viewer, [access.handover(viewer, handover_id)])[0]


def receipts_of(viewer: Viewer, rows: Iterable[Handover]) -> list[Receipt]:
    """Rows already read, as the viewer may see them. One statement."""
    return _receipts(viewer, list(rows))


def _receipts(viewer: Viewer, rows: list[Handover]) -> list[Receipt]:
    """An order that came after the hand-over hides as well, so the person is asked each time."""
    with clients_access.seeing_all(viewer):
        protected = {
            person.pk
            for person in Person.objects.filter(pk__in=[row.person_id for row in rows], non_disclosure=True)
            if non_disclosure_in_force(person.non_disclosure, person.non_disclosure_until, viewer.day)
        }
    found = []
    for row in rows:
        received = row.to_organisation_id == viewer.organisation_id
        hidden = not received and (row.protected or row.person_id in protected)
        other = row.from_organisation.name if received else row.to_organisation.name
        worker = row.worker.get_full_name() if row.worker and not hidden else ""
        found.append(Receipt(row, "" if hidden else other, received, worker))
    return found


# --- My work ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Waiting:
    """A hand-over or referral that waits: in words, where to go, since when and until when by our own target."""

    kind: str
    """offer-received, referral-received, offer-sent or referral-sent."""
    words: str
    address: str
    since: date
    target: date

    @property
    def to_us(self) -> bool:
        return self.kind.endswith("received")


_SENDER = ("to_organisation_id", *(f"from_organisation__name_{language}" for language in law.LANGUAGES))
"""What is read of each beside the days: whole organisations cost more than the query."""


def waiting(viewer: Viewer, *, limit: int = 20) -> list[Waiting]:
    """Offers and referrals to answer first, then those the viewer sent that nobody has answered. Two statements."""
    if not viewer.may(Capability.CLIENT_REFER) or viewer.organisation_id is None:
        return []
    found = []
    if viewer.may(Capability.CLIENT_HANDOVER):
        offers = access.offers(viewer).filter(state=OfferState.OFFERED).select_related(None)
        offers = offers.select_related("from_organisation").only(
            *_SENDER, "offered_by_id", "offered_on", "remind_on"
        )
        for offer in offers.order_by("remind_on", "id")[: limit * 2]:
            if offer.to_organisation_id == viewer.organisation_id:
                words = _("%(authority)s offers a client") % {"authority": offer.from_organisation.name}
                found.append(_waiting_offer("offer-received", words, offer))
            elif offer.offered_by_id == viewer.user_id:
                found.append(
                    _waiting_offer("offer-sent", _("Your offer of a client waits for an answer"), offer)
                )
    referrals = access.referrals(viewer).filter(state=ReferralState.RECEIVED).select_related(None)
    referrals = referrals.select_related("from_organisation").only(
        *_SENDER, "sent_by_id", "sent_on", "target_on"
    )
    for referral in referrals.order_by("target_on", "id")[: limit * 2]:
        if referral.to_organisation_id == viewer.organisation_id and viewer.may(Capability.CLIENT_REGISTER):
            words = _("%(authority)s refers a person") % {"authority": referral.from_organisation.name}
            found.append(_waiting_referral("referral-received", words, referral))
        elif referral.sent_by_id == viewer.user_id:
            found.append(_waiting_referral("referral-sent", _("Your referral waits to be handled"), referral))
    return sorted(found, key=lambda one: (not one.to_us, one.target))[:limit]


def _waiting_offer(kind: str, words: str, offer: Offer) -> Waiting:
    address = reverse("handover:offer", args=[offer.pk])
    return Waiting(kind, words, address, offer.offered_on, offer.remind_on)


def _waiting_referral(kind: str, words: str, referral: Referral) -> Waiting:
    address = reverse("handover:referral", args=[referral.pk])
    return Waiting(kind, words, address, referral.sent_on, referral.target_on)
