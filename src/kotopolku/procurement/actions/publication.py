"""Acts from a finished draft on: review by a second person, publication, corrections, giving a draft up.

Not for: filling the draft (``tenders.py``), opening bids (``opening.py``), ending a published procedure (``awards.py``).
"""

import uuid
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access.capabilities import Capability, Role
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Membership
from kotopolku.clients.access import seeing_all
from kotopolku.clients.actions.case import done_before
from kotopolku.clients.rules import Refusal, Refusals, refuse
from kotopolku.journal.actions import record
from kotopolku.notices.actions import notify
from kotopolku.placement.queries.people import holders
from kotopolku.procurement import access, notice_service, rules, tender_rules
from kotopolku.procurement.actions import bids, opening
from kotopolku.procurement.actions.tenders import TENDER, draft, save
from kotopolku.procurement.models import (
    Correction,
    Document,
    Notice,
    NoticeState,
    Occasion,
    Outcome,
    Tender,
    TenderReview,
    TenderState,
)
from kotopolku.procurement.queries import systems
from kotopolku.procurement.queries import tenders as queries
from kotopolku.procurement.tender_rules import Texts
from kotopolku.training.actions import needs


@dataclass(frozen=True)
class CorrectionContent:
    """What changes after publication. Moments that are None stay."""

    what: Texts
    voids_bids: bool
    questions_by: datetime | None = None
    bids_by: datetime | None = None
    opening_at: datetime | None = None


@transaction.atomic
def send_for_review(tender_id: int, *, actor: Viewer, expected_version: int) -> Tender:
    """The draft goes to a second person. Raises ``EditClash``, and ``Refusals`` while something is missing."""
    tender = draft(tender_id, actor, expected_version)
    _refuse_unfinished(tender)
    tender.state = TenderState.REVIEW
    save(tender, "state")
    TenderReview.objects.create(tender=tender, sent_by_id=actor.user_id, sent_at=clock.now())
    record("procurement.review.asked", actor=actor, object=(TENDER, tender.pk))
    _tell_buyer(tender, "procurement.review-asked", Capability.PROCUREMENT_DECIDE, actor)
    return tender


@transaction.atomic
def take_back(tender_id: int, *, actor: Viewer) -> Tender:
    """The drafter takes it back to change it: from the review, or when the national service did not take its notice."""
    tender = draft(tender_id, actor, None, TenderState.REVIEW, TenderState.PUBLISHED)
    if tender.state == TenderState.PUBLISHED:
        if not queries.can_take_back(tender):
            raise Refusals([Refusal("", "announced", ANNOUNCED)])
        tender.notices.exclude(state=NoticeState.PUBLISHED).update(state=NoticeState.CANCELLED)
    _end_review(tender, Outcome.TAKEN_BACK, actor)
    tender.state = TenderState.DRAFT
    save(tender, "state")
    record("procurement.review.taken-back", actor=actor, object=(TENDER, tender.pk))
    return tender


@transaction.atomic
def send_back(tender_id: int, words: str, *, actor: Viewer, expected_version: int) -> Tender:
    """The second person sends the draft back, saying what to mend. Raises ``EditClash``, ``Refusals``."""
    tender = draft(
        tender_id, actor, expected_version, TenderState.REVIEW, capability=Capability.PROCUREMENT_DECIDE
    )
    _refuse_same_person(tender, actor)
    if not words.strip():
        raise Refusals([Refusal("words", "required", _("Write what must be mended."))])
    _end_review(tender, Outcome.RETURNED, actor, words.strip())
    tender.state = TenderState.DRAFT
    save(tender, "state")
    record("procurement.review.returned", actor=actor, object=(TENDER, tender.pk))
    _tell_buyer(tender, "procurement.review-returned", Capability.PROCUREMENT_PREPARE, actor)
    return tender


@transaction.atomic
def publish(tender_id: int, *, actor: Viewer, expected_version: int, token: UUID | None = None) -> Tender:
    """The second person publishes: the form of bids is fixed, papers open to all, the notice waits to be sent.

    Refused to who drafted it or sent it for review, while something is missing, and until the openers of the bids have
    chosen their phrases. Raises ``EditClash``, ``Refusals``.
    """
    if done_before(token, TENDER) == tender_id:
        return access.tender(actor, tender_id)
    tender = draft(
        tender_id, actor, expected_version, TenderState.REVIEW, capability=Capability.PROCUREMENT_DECIDE
    )
    _refuse_same_person(tender, actor)
    _refuse_unfinished(tender)
    if queries.takes_bids(tender) and not opening.openers_ready(tender):
        raise Refusals([Refusal("", "openers", NO_OPENERS)])
    now = clock.now()
    _end_review(tender, Outcome.APPROVED, actor)
    tender.state, tender.reviewed_by_id = TenderState.PUBLISHED, actor.user_id
    tender.published_at, tender.published_on = now, None
    tender.bid_form = queries.make_bid_form(queries.parts_of(tender))
    if not queries.takes_bids(tender):
        tender.questions_by = tender.answers_by = tender.bids_by = tender.opening_at = None
    times = ("questions_by", "answers_by", "bids_by", "opening_at")
    save(tender, "state", "reviewed_by", "published_at", "published_on", "bid_form", *times)
    direct = bool(rules.procedure(tender.procedure).grounds)
    notice = queue_notice(tender, Occasion.DIRECT if direct else Occasion.TENDER)
    record("procurement.tender.published", actor=actor, object=(TENDER, tender.pk), token=token)
    if notice is None:
        open_here(tender, actor=actor)
    return tender


def open_here(tender: Tender, *, actor: Viewer) -> None:
    """From now on anybody reads the tender and its papers here, and providers are told. Part of an act (§60)."""
    tender.published_on = clock.today()
    save(tender, "published_on")
    Document.objects.filter(tender=tender, published_on=None).update(published_on=tender.published_on)
    if queries.takes_bids(tender) or rules.procedure(tender.procedure).is_system:
        _tell_bidders(tender, "procurement.tender-published", actor)


@transaction.atomic
def open_after_waiting(*, actor: Viewer) -> int:
    """Opens tenders whose notice the national service has had for 48 hours without publishing it (§60). For a job."""
    waiting = Tender.objects.filter(state=TenderState.PUBLISHED, published_on=None)
    opened = 0
    for tender in waiting.order_by("id").select_for_update():
        due = queries.public_here_from(tender)
        if due is not None and due <= clock.real_now():
            open_here(tender, actor=actor)
            record("procurement.tender.opened", actor=actor, object=(TENDER, tender.pk))
            opened += 1
    return opened


@transaction.atomic
def correct(
    tender_id: int,
    content: CorrectionContent,
    *,
    actor: Viewer,
    expected_version: int,
    token: UUID | None = None,
) -> Correction:
    """Changes a published tender for all at the same time: new papers, later deadlines, bids to be confirmed again.

    Only while bids are taken, and a deadline only moves later. Raises ``EditClash``, ``Refusals``.
    """
    if (made := done_before(token, "procurement.correction")) is not None:
        return Correction.objects.get(pk=made, tender=access.tender(actor, tender_id))
    tender = draft(
        tender_id, actor, expected_version, TenderState.PUBLISHED, capability=Capability.PROCUREMENT_DECIDE
    )
    now = clock.now()
    refuse(_check_correction(tender, content, now))
    before, bids_by = tender.bids_by, content.bids_by or tender.bids_by
    questions_by = content.questions_by or tender.questions_by
    if before is None or bids_by is None:
        raise Refusals([Refusal("", "closed", TOO_LATE)])
    correction = Correction.objects.create(
        tender=tender,
        number=tender.corrections.count() + 1,
        what={code: text.strip() for code, text in content.what.items() if text.strip()},
        voids_bids=content.voids_bids,
        questions_by_before=tender.questions_by,
        questions_by_after=questions_by,
        bids_by_before=before,
        bids_by_after=bids_by,
        made_by_id=actor.user_id,
        made_at=now,
    )
    tender.questions_by, tender.bids_by = questions_by, bids_by
    tender.opening_at = max(content.opening_at or tender.opening_at or bids_by, bids_by)
    if content.voids_bids:
        tender.documents_version += 1
        tender.bid_form = queries.make_bid_form(queries.parts_of(tender))
    save(tender, "questions_by", "bids_by", "opening_at", "documents_version", "bid_form")
    _publish_papers(tender)
    queue_notice(tender, Occasion.CHANGE, about=f"correction:{correction.number}")
    record(
        "procurement.tender.corrected",
        actor=actor,
        object=("procurement.correction", correction.pk),
        details={"tender": tender.pk, "voids_bids": content.voids_bids},
        token=token,
    )
    if content.voids_bids:
        bids.void_bids(tender, actor=actor)
    _tell_bidders(tender, "procurement.tender-corrected", actor)
    return correction


@transaction.atomic
def give_up(tender_id: int, reason: str, *, actor: Viewer, expected_version: int) -> Tender:
    """Gives up a tender that was never published; the needs in it are free again. Raises ``EditClash``, ``Refusals``."""
    tender = draft(tender_id, actor, expected_version, TenderState.DRAFT, TenderState.REVIEW)
    if not reason.strip():
        raise Refusals([Refusal("reason", "reason-short")])
    if tender.state == TenderState.REVIEW:
        _end_review(tender, Outcome.TAKEN_BACK, actor)
    for lot in tender.lots.all():
        if lot.need_lot is not None:
            needs.give_back_lot(lot.need_lot, actor=actor)
    tender.state, tender.ended_on = TenderState.DISCONTINUED, clock.today()
    save(tender, "state", "ended_on")
    record("procurement.tender.given-up", actor=actor, object=(TENDER, tender.pk), reason=reason.strip())
    return tender


def queue_notice(tender: Tender, occasion: str, *, about: str = "") -> Notice | None:
    """A notice that the service sends; None when the procedure asks for none. Part of an act, never one of its own."""
    subtypes = queries.parts_of(tender).procedure.notices
    first = queries.announcement(tender)
    subtype = first.subtype if occasion == Occasion.CHANGE and first else subtypes.get(occasion)
    if subtype is None or (occasion == Occasion.CHANGE and first is None):
        return None
    key = uuid.uuid4()
    return Notice.objects.create(
        tender=tender,
        occasion=occasion,
        about=about,
        subtype=subtype,
        key=key,
        payload=notice_service.queue_payload(tender, occasion, about, key),
        queued_at=clock.now(),
        corrects=first if occasion == Occasion.CHANGE else None,
    )


def _refuse_unfinished(tender: Tender) -> None:
    blocking = [one for one in queries.remarks(queries.parts_of(tender)) if one.blocks]
    if blocking:
        raise Refusals(
            [Refusal("", "unfinished", UNFINISHED, {"number": len(blocking), "first": blocking[0].text})]
        )


def _refuse_same_person(tender: Tender, actor: Viewer) -> None:
    """The second person is somebody else than who drafted the tender or sent it for review."""
    sent_by = tender.reviews.filter(outcome=Outcome.WAITING).values_list("sent_by_id", flat=True)
    if actor.user_id is None or actor.user_id in {tender.drafted_by_id, *sent_by}:
        raise Refusals([Refusal("", "same-person", SAME_PERSON)])


def _end_review(tender: Tender, outcome: str, actor: Viewer, words: str = "") -> None:
    tender.reviews.filter(outcome=Outcome.WAITING).update(
        outcome=outcome, reviewed_by_id=actor.user_id, reviewed_at=clock.now(), words=words
    )


def _check_correction(tender: Tender, content: CorrectionContent, now: datetime) -> list[Refusal]:
    found = []
    if not content.what.get("fi", "").strip():
        found.append(Refusal("what_fi", "required", _("Write in Finnish what changes.")))
    if not tender.takes_bids(now):
        return [*found, Refusal("", "closed", TOO_LATE)]
    if tender.is_announced:
        return [*found, Refusal("", "announced", NOT_PUBLIC_YET)]
    for name in ("questions_by", "bids_by"):
        new, old = getattr(content, name), getattr(tender, name)
        if new is not None and old is not None and new < old:
            found.append(Refusal(name, "earlier", _("A deadline can only be moved later.")))
        elif new is not None and new != old and new <= now:
            found.append(Refusal(name, "past", tender_rules.PAST))
    last = content.bids_by or tender.bids_by
    questions_by = content.questions_by or tender.questions_by
    if questions_by is not None and last is not None and questions_by >= last:
        found.append(Refusal("questions_by", "order", tender_rules.ORDER))
    return found


def _publish_papers(tender: Tender) -> None:
    """Papers added since publication open to all; those that they replace stay in the record only."""
    fresh = Document.objects.filter(tender=tender, published_on=None)
    replaced = list(fresh.exclude(replaces=None).values_list("replaces_id", flat=True))
    Document.objects.filter(pk__in=replaced).update(replaced=True)
    fresh.update(published_on=clock.today())


def _tell_buyer(tender: Tender, kind: str, right: Capability, actor: Viewer) -> None:
    notify(
        kind,
        holders(tender.buyer_id, right, clock.today()),
        actor=actor,
        address=reverse("procurement:tender", args=[tender.pk]),
        organisation_id=tender.buyer_id,
        about=(TENDER, tender.pk),
    )


def _tell_bidders(tender: Tender, kind: str, actor: Viewer) -> None:
    """Every provider's people, within a framework or a category its suppliers': none because of having bid or asked."""
    invited = {supplier for supplier, _name in queries.framework_suppliers(tender)}
    if tender.category_id is not None:
        invited = {one.supplier_id for one in systems.admitted([tender.category_id])}
    today = clock.today()
    with seeing_all(actor):
        seats = list(
            Membership.objects.filter(
                role=Role.PROVIDER.value,
                valid__contains=today,
                organisation__valid__contains=today,
                user__is_active=True,
            ).values_list("user_id", "organisation_id")
        )
    told = {organisation for _user, organisation in seats}
    for organisation_id in sorted(told & invited if tender.framework_id or tender.category_id else told):
        notify(
            kind,
            [user for user, organisation in seats if organisation == organisation_id],
            actor=actor,
            address=reverse("procurement:public-tender", args=[tender.pk]),
            organisation_id=organisation_id,
            about=(TENDER, tender.pk),
        )


UNFINISHED = _("%(number)s things must be mended first. The first: %(first)s")
SAME_PERSON = _("Somebody else than who drafted the tender must review and publish it.")
NO_OPENERS = _(
    "Name the people who open the bids, and let each choose an own opening phrase, before the tender is published."
)
ANNOUNCED = _("The notice is at the national notice service, so the tender cannot be taken back any more.")
NOT_PUBLIC_YET = _(
    "The tender is not public yet. Correct it when the national notice service has published its notice."
)
TOO_LATE = _("The deadline for bids has passed. The tender cannot be corrected any more.")
