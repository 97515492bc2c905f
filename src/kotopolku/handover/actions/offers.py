"""Acts on the hand-over of one client: offer, accept, refuse, withdraw, or go on answering all the same.

Not for: the passing itself (``clients.actions.passing``) and reforms (``successions.py``).
"""

from datetime import date
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils.translation import gettext_noop as _

from kotopolku import clock, law
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.actors import queries as actors
from kotopolku.actors.models import Organisation, User
from kotopolku.clients import access as clients_access
from kotopolku.clients import queries as clients
from kotopolku.clients.actions import case as cases
from kotopolku.clients.actions.passing import pass_on
from kotopolku.clients.models import Relationship, Responsibility
from kotopolku.clients.rules import Refusal, Refusals, non_disclosure_in_force, refuse
from kotopolku.handover import access, queries, rules, travels
from kotopolku.handover.models import Handover, Kept, Occasion, Offer, OfferState
from kotopolku.journal.actions import record
from kotopolku.notices.actions import notify

OFFER = "handover.offer"
HANDOVER = "handover.handover"


@transaction.atomic
def offer_client(
    relationship_id: int, data: rules.NewOffer, *, actor: Viewer, token: UUID | None = None
) -> Offer:
    """Offers the client to the authority that the law names, or with a reason to another that has the duty.

    Until it is accepted the own authority answers. Raises ``Refusals`` for an authority that has ended, lacks the duty or
    has nobody to accept, for a client offered already, and when a reason is missing.
    """
    case = cases.let_in(actor, Capability.CLIENT_HANDOVER, relationship_id)
    if (before := cases.done_before(token, OFFER)) is not None:
        return access.offer(actor, before)
    person, today = case.relationship.person, clock.today()
    protected = non_disclosure_in_force(person.non_disclosure, person.non_disclosure_until, today)
    if protected:
        require(actor, Capability.PROTECTED_VIEW)
    refuse(cases.ended(case.relationship))
    refuse(_check_open(relationship_id) + _check_protected(protected, data))
    answer = queries.answer_by_law(actor, case)
    receiver = _receiver(data, answer)
    by_law = answer is not None and receiver.pk == answer.organisation_id
    refuse(_check_receiver(receiver, case.responsibility, today))
    if not by_law and not data.reason.strip():
        message = _("By law another authority answers. Write why the client is offered to this one.")
        raise Refusals([Refusal("reason", "reason-required", message)])
    try:
        with transaction.atomic():
            offer = Offer.objects.create(
                relationship_id=relationship_id,
                person_id=person.pk,
                from_organisation_id=case.responsibility.authority_id,
                to_organisation=receiver,
                offered_by_id=actor.user_id,
                offered_on=today,
                occasion=data.occasion if data.occasion in Occasion.values else Occasion.CHOICE,
                by_law=by_law,
                duty=answer.duty if answer else case.responsibility.duty,
                section=answer.section if answer else case.responsibility.section,
                reason=data.reason.strip(),
                message=data.message.strip(),
                protected=protected,
                remind_on=law.due("O-H1", today).due or today,
                escalate_on=law.due("O-H2", today).due or today,
            )
    except IntegrityError as error:
        raise Refusals([OFFERED_ALREADY]) from error
    record(
        "handover.offer.sent",
        actor=actor,
        subjects=[person.pk],
        object=(OFFER, offer.pk),
        reason=" ".join(filter(None, (data.reason.strip(), data.protected_reason.strip()))),
        details={"occasion": offer.occasion, "by_law": by_law},
        token=token,
    )
    notify(
        "handover.offer-received",
        queries.caseworkers(receiver.pk, today),
        actor=actor,
        address=reverse("handover:offer", args=[offer.pk]),
        organisation_id=receiver.pk,
        about=(OFFER, offer.pk),
        on=offer.remind_on,
    )
    return offer


OFFERED_ALREADY = Refusal(
    "",
    "offered-already",
    _("The client has been offered already. Wait for the answer, or withdraw the offer."),
)


def _check_open(relationship_id: int) -> list[Refusal]:
    open_offers = Offer.objects.filter(relationship_id=relationship_id, state=OfferState.OFFERED)
    return [OFFERED_ALREADY] if open_offers.exists() else []


def _check_protected(protected: bool, data: rules.NewOffer) -> list[Refusal]:
    if protected and not data.protected_reason.strip():
        message = _("A non-disclosure order is in force. Write why you need to know which authority answers.")
        return [Refusal("protected_reason", "protected", message)]
    return []


def _receiver(data: rules.NewOffer, answer: clients.AuthorityAnswer | None) -> Organisation:
    wanted = data.to_organisation_id or (answer.organisation_id if answer else None)
    found = Organisation.objects.filter(pk=wanted).first() if wanted else None
    if found is None:
        message = _("Choose the authority to which the client is offered.")
        raise Refusals([Refusal("to_organisation", "required", message)])
    return found


def _check_receiver(receiver: Organisation, responsibility: Responsibility, today: date) -> list[Refusal]:
    """One refusal at most: the first reason why this authority cannot accept."""
    params = {"authority": receiver.name}

    def no(code: str, message: str, **more: Any) -> list[Refusal]:
        return [Refusal("to_organisation", code, message, params | more)]

    if receiver.pk == responsibility.authority_id:
        return no("own", _("Your own authority answers already. Choose another one."))
    if not actors.exists(receiver, today):
        ended = receiver.last_day
        if ended is not None and ended < today:
            message = _("%(authority)s ended on %(ended)s. Choose the one that followed it.")
            return no("ended", message, ended=ended)
        return no("not-begun", _("%(authority)s does not exist yet. Choose the one that answers today."))
    if receiver.kind not in queries.kinds_with_the_duty(today):
        return no("no-duty", _("%(authority)s cannot take clients: no section gives it this duty."))
    if not queries.caseworkers(receiver.pk, today):
        message = _(
            "Nobody at %(authority)s can accept in this product. Send the papers, and end the client relationship here."
        )
        return no("nobody-there", message)
    return []


def _answered(offer: Offer) -> rules.Answered:
    who = User.objects.filter(pk=offer.answered_by_id or 0).values_list("full_name", flat=True).first() or ""
    return rules.Answered(offer.state, offer.answered_on, who)


def _open_offer(offer_id: int, actor: Viewer, *, received: bool) -> Offer:
    """The offer, locked, if it is open and the actor is on the right side. ``NotVisible``, ``Answered``."""
    require(actor, Capability.CLIENT_HANDOVER)
    offer = access.offer(actor, offer_id, lock=True)
    side = offer.to_organisation_id if received else offer.from_organisation_id
    if side != actor.organisation_id:
        raise NotVisible
    if offer.state != OfferState.OFFERED:
        raise _answered(offer)
    return offer


@transaction.atomic
def accept_offer(
    offer_id: int, worker_id: int | None, *, actor: Viewer, token: UUID | None = None
) -> Handover:
    """Accepts: from today the own authority answers with the named worker, and the sender sees nothing more.

    The clocks run on. Raises ``Answered`` when it has been answered, or the sender does not answer for the client any more.
    """
    if (before := cases.done_before(token, HANDOVER)) is not None:
        return access.handover(actor, before)
    offer = _open_offer(offer_id, actor, received=True)
    if worker_id not in {member for member, _name in clients.workers(actor)}:
        message = _("Choose the worker of your authority who takes the client.")
        raise Refusals([Refusal("worker", "unknown-worker", message)])
    today = clock.today()
    with clients_access.seeing_all(actor):
        case = _senders_case(offer, today)
        person = case.relationship.person
        travelled = travels.as_stored(travels.of(offer.relationship_id))
        answered_from = case.responsibility.days.lower
        handed = (case.responsibility.authority_id, case.responsibility.duty)
        new = pass_on(
            case, today, offer.to_organisation_id, offer.duty, offer.section, "handed-over", worker_id
        )
        cases.renew(clients_access.Case(case.relationship, new))
        offer.state, offer.answered_on, offer.answered_by_id = OfferState.ACCEPTED, today, actor.user_id
        offer.save(update_fields=["state", "answered_on", "answered_by"])
        protected = offer.protected or non_disclosure_in_force(
            person.non_disclosure, person.non_disclosure_until, today
        )
        receipt = _receipt(offer, case.relationship, answered_from, travelled, actor, worker_id, protected)
    record(
        "handover.offer.accepted",
        actor=actor,
        subjects=[offer.person_id],
        object=(HANDOVER, receipt.pk),
        details={"worker": worker_id, "from_duty": handed[1], "duty": offer.duty},
        token=token,
    )
    notify(
        "handover.offer-accepted",
        [offer.offered_by_id] if offer.offered_by_id else [],
        actor=actor,
        address=reverse("handover:receipt", args=[receipt.pk]),
        organisation_id=offer.from_organisation_id,
        about=(OFFER, offer.pk),
        on=today,
    )
    return receipt


def _senders_case(offer: Offer, today: date) -> clients_access.Case:
    """The sender's case, locked. ``Answered`` when another has come to answer, or the relationship has ended."""
    row = (
        Responsibility.objects.select_for_update(of=("self", "relationship"))
        .select_related("relationship__person")
        .filter(relationship_id=offer.relationship_id, days__contains=today)
        .first()
    )
    if row is None or row.authority_id != offer.from_organisation_id:
        raise rules.Answered("passed")
    if row.relationship.ended_on is not None:
        raise rules.Answered("ended", row.relationship.ended_on)
    return clients_access.Case(row.relationship, row)


def _receipt(
    offer: Offer,
    relationship: Relationship,
    answered_from: date,
    travelled: dict[str, Any],
    actor: Viewer,
    worker_id: int | None,
    protected: bool,
) -> Handover:
    today = clock.today()
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('handover_handover_id_seq')")
        key = int(cursor.fetchone()[0])
    facts = {
        "number": f"S{today.year}-{key:06d}",
        "case_number": relationship.case_number,
        "on": today,
        "answered_from": answered_from,
        "from_organisation_id": offer.from_organisation_id,
        "to_organisation_id": offer.to_organisation_id,
        "handed_by_id": offer.offered_by_id,
        "received_by_id": actor.user_id,
        "worker_id": worker_id,
        "duty": offer.duty,
        "section": offer.section,
        "travelled": travelled,
    }
    return Handover.objects.create(
        id=key,
        offer=offer,
        relationship=relationship,
        person_id=offer.person_id,
        protected=protected,
        fingerprint=rules.fingerprint(facts),
        **facts,
    )


@transaction.atomic
def refuse_offer(offer_id: int, reason: str, *, actor: Viewer) -> Offer:
    """Refuses, with the reason; the sender goes on answering. Raises ``Answered``."""
    offer = _open_offer(offer_id, actor, received=True)
    if not reason.strip():
        message = _("Write why your authority does not take the client; the sender reads it.")
        raise Refusals([Refusal("reason", "required", message)])
    _close(offer, OfferState.REFUSED, reason.strip(), actor)
    record(
        "handover.offer.refused",
        actor=actor,
        subjects=[offer.person_id],
        object=(OFFER, offer.pk),
        reason=reason.strip(),
    )
    notify(
        "handover.offer-refused",
        [offer.offered_by_id] if offer.offered_by_id else [],
        actor=actor,
        address=reverse("handover:offer", args=[offer.pk]),
        organisation_id=offer.from_organisation_id,
        about=(OFFER, offer.pk),
        on=offer.answered_on,
    )
    return offer


@transaction.atomic
def withdraw_offer(offer_id: int, *, actor: Viewer) -> Offer:
    """Takes the offer back before it is answered. Raises ``Answered``."""
    offer = _open_offer(offer_id, actor, received=False)
    _close(offer, OfferState.WITHDRAWN, "", actor)
    record("handover.offer.withdrawn", actor=actor, subjects=[offer.person_id], object=(OFFER, offer.pk))
    notify(
        "handover.offer-withdrawn",
        queries.caseworkers(offer.to_organisation_id, clock.today()),
        actor=actor,
        address=reverse("handover:index"),
        organisation_id=offer.to_organisation_id,
        about=(OFFER, offer.pk),
        on=offer.answered_on,
    )
    return offer


def _close(offer: Offer, state: str, reason: str, actor: Viewer) -> None:
    offer.state, offer.answer_reason = state, reason
    offer.answered_on, offer.answered_by_id = clock.today(), actor.user_id
    offer.save(update_fields=["state", "answer_reason", "answered_on", "answered_by"])


@transaction.atomic
def keep_client(relationship_id: int, reason: str, *, actor: Viewer) -> Kept:
    """Goes on answering although the law names another (1386/2010 §10.1; 681/2023 §8); the proposal is not shown again."""
    case = cases.let_in(actor, Capability.CLIENT_HANDOVER, relationship_id)
    answer = queries.answer_by_law(actor, case)
    if answer is None or answer.organisation_id == case.responsibility.authority_id:
        raise Refusals([Refusal("", "answers-by-law", _("By law your authority answers for the client."))])
    if not reason.strip():
        message = _("Write why your authority goes on answering.")
        raise Refusals([Refusal("reason", "required", message)])
    kept = Kept.objects.create(
        relationship_id=relationship_id,
        person_id=case.relationship.person_id,
        instead_of_id=answer.organisation_id,
        reason=reason.strip(),
        kept_on=clock.today(),
        kept_by_id=actor.user_id,
    )
    record(
        "handover.client.kept",
        actor=actor,
        subjects=[case.relationship.person_id],
        object=("handover.kept", kept.pk),
        reason=reason.strip(),
    )
    return kept


@transaction.atomic
def record_offer_look(offer: Offer, *, actor: Viewer) -> None:
    """Writes down that somebody at the receiver has looked at what an offer tells."""
    record("handover.offer.opened", actor=actor, subjects=[offer.person_id], object=(OFFER, offer.pk))
