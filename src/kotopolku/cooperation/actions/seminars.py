"""Acts on trainings for professionals: planned, opened, changed, cancelled; registered for, cancelled, attended.

The last place is given under the seminar's lock; a freed one goes to the first of the waiting list in the same transaction.
"""

from collections.abc import Iterable
from datetime import UTC, timedelta
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.clients.actions.case import done_before
from kotopolku.clients.rules import Refusal, refuse
from kotopolku.cooperation import access
from kotopolku.cooperation.actions.checks import check_text, check_topic, same_version
from kotopolku.cooperation.models import (
    Attending,
    Registration,
    RegistrationState,
    Seminar,
    SeminarLink,
    SeminarState,
)
from kotopolku.cooperation.rules import MOST_PLACES, NEEDS_KEPT_DAYS, SeminarContent
from kotopolku.cooperation.sources import LANGUAGES
from kotopolku.journal.actions import record
from kotopolku.notices.actions import notify

SEMINAR = "cooperation.seminar"
REGISTRATION = "cooperation.registration"
CANCELLED = _("The training has been cancelled.")
BEGUN = _("The training has begun already.")
HELD = (RegistrationState.CONFIRMED, RegistrationState.WAITING)


@transaction.atomic
def plan(content: SeminarContent, *, actor: Viewer, token: UUID | None = None) -> Seminar:
    """A training of the actor's organisation, as a draft. Raises ``Refusals``."""
    require(actor, Capability.BULLETIN_SEND)
    if (before := done_before(token, SEMINAR)) is not None:
        return access.own_seminar(actor, before)
    if actor.organisation_id is None:
        raise NotVisible
    refuse(_check(content))
    made = Seminar(organiser_id=actor.organisation_id, made_by_id=actor.user_id)
    _write(made, content)
    made.save()
    _link(made, content.link)
    record("cooperation.seminar.planned", actor=actor, object=(SEMINAR, made.pk), token=token)
    return made


@transaction.atomic
def change(seminar_id: int, content: SeminarContent, *, actor: Viewer, expected_version: int) -> Seminar:
    """Changes a training; more places go to the waiting list at once, and those who come are told."""
    found = access.own_seminar(actor, seminar_id, lock=True)
    same_version(found.version, expected_version)
    refused = _check(content)
    if found.state == SeminarState.CANCELLED:
        refused.append(Refusal("", "cancelled", CANCELLED))
    if content.places < found.taken:
        words = _("%(taken)s places are taken already; there cannot be fewer.")
        refused.append(Refusal("places", "under-taken", words, {"taken": found.taken}))
    refuse(refused)
    before = _when_and_where(found)
    _write(found, content)
    found.version += 1
    found.save()
    _link(found, content.link)
    record("cooperation.seminar.changed", actor=actor, object=(SEMINAR, found.pk))
    if found.state == SeminarState.PUBLISHED:
        if _when_and_where(found) != before:
            _tell_held("cooperation.seminar-changed", found, actor)
        _fill(found, actor)
    return found


@transaction.atomic
def publish(seminar_id: int, *, actor: Viewer) -> Seminar:
    """Opens the training for registration. Safe to repeat."""
    found = access.own_seminar(actor, seminar_id, lock=True)
    if found.state == SeminarState.PUBLISHED:
        return found
    refused = []
    if found.state == SeminarState.CANCELLED:
        refused.append(Refusal("", "cancelled", CANCELLED))
    if found.register_by < clock.today():
        words = _("The last day to register has passed already. Change it first.")
        refused.append(Refusal("", "past", words))
    refuse(refused)
    found.state, found.published_on = SeminarState.PUBLISHED, clock.today()
    found.version += 1
    found.save(update_fields=["state", "published_on", "version"])
    record("cooperation.seminar.published", actor=actor, object=(SEMINAR, found.pk))
    return found


@transaction.atomic
def cancel(seminar_id: int, reason: str, *, actor: Viewer) -> Seminar:
    """Cancels the training with a reason; everybody who has a place or waits is told."""
    found = access.own_seminar(actor, seminar_id, lock=True)
    refused = []
    if found.state == SeminarState.CANCELLED:
        refused.append(Refusal("", "cancelled", CANCELLED))
    if found.ends_at <= clock.now():
        refused.append(Refusal("", "over", _("The training is over.")))
    if not reason.strip():
        refused.append(Refusal("reason", "required", _("Write why the training is cancelled.")))
    refuse(refused)
    found.state, found.cancelled_reason = SeminarState.CANCELLED, reason.strip()
    found.changed_at = clock.now()
    found.version += 1
    found.save(update_fields=["state", "cancelled_reason", "changed_at", "version"])
    record("cooperation.seminar.cancelled", actor=actor, object=(SEMINAR, found.pk))
    _tell_held("cooperation.seminar-cancelled", found, actor)
    return found


# Registering --------------------------------------------------------------------------------------------------------


@transaction.atomic
def register(seminar_id: int, needs: str = "", *, actor: Viewer) -> Registration:
    """Takes a place, or a turn on the waiting list when the places are full. A second time gives the same registration."""
    require(actor, Capability.SIGNED_IN)
    access.seminar(actor, seminar_id)
    if actor.user_id is None or actor.organisation_id is None:
        raise NotVisible
    with rowsecurity.as_system():
        seminar = Seminar.objects.select_for_update().get(pk=seminar_id)
        held = Registration.objects.filter(seminar=seminar, user_id=actor.user_id, state__in=HELD).first()
        if held is not None:
            return held
        refuse(_not_open(seminar))
        now = clock.now()
        has_place = seminar.free > 0
        made = Registration.objects.create(
            seminar=seminar,
            organiser_id=seminar.organiser_id,
            user_id=actor.user_id,
            organisation_id=actor.organisation_id,
            state=RegistrationState.CONFIRMED if has_place else RegistrationState.WAITING,
            needs=needs.strip() if seminar.asks_needs else "",
            registered_at=now,
            confirmed_at=now if has_place else None,
        )
        if has_place:
            seminar.taken += 1
            seminar.save(update_fields=["taken"])
    record(
        "cooperation.registration.made",
        actor=actor,
        object=(REGISTRATION, made.pk),
        details={"state": made.state},
    )
    return made


@transaction.atomic
def unregister(seminar_id: int, *, actor: Viewer) -> Registration:
    """Gives up the place or the turn; a freed place goes to the first who waits, who is told. Safe to repeat."""
    access.seminar(actor, seminar_id)
    mine = access.own_registrations(actor).filter(seminar_id=seminar_id).order_by("-id").first()
    if mine is None:
        raise NotVisible
    with rowsecurity.as_system():
        seminar = Seminar.objects.select_for_update().get(pk=seminar_id)
        mine.refresh_from_db()
        if mine.state == RegistrationState.CANCELLED:
            return mine
        if seminar.starts_at <= clock.now():
            refuse([Refusal("", "begun", BEGUN)])
        had_place = mine.state == RegistrationState.CONFIRMED
        mine.state, mine.cancelled_at, mine.needs = RegistrationState.CANCELLED, clock.now(), ""
        mine.save(update_fields=["state", "cancelled_at", "needs"])
        if had_place:
            seminar.taken -= 1
            seminar.save(update_fields=["taken"])
            if seminar.state == SeminarState.PUBLISHED:
                _fill(seminar, actor)
    record("cooperation.registration.cancelled", actor=actor, object=(REGISTRATION, mine.pk))
    return mine


@transaction.atomic
def mark_attended(seminar_id: int, present: Iterable[int], *, actor: Viewer) -> int:
    """Marks who of those with a place came; the rest did not. After the training has begun. Returns how many came."""
    found = access.own_seminar(actor, seminar_id, lock=True)
    if found.starts_at > clock.now():
        refuse([Refusal("", "not-begun", _("Attendance is marked when the training has begun."))])
    if found.state != SeminarState.PUBLISHED:
        refuse([Refusal("", "cancelled", CANCELLED)])
    rows = Registration.objects.filter(seminar=found, state=RegistrationState.CONFIRMED)
    came = set(present)
    number = rows.filter(pk__in=came).update(attended=True)
    rows.exclude(pk__in=came).update(attended=False)
    record("cooperation.seminar.attended", actor=actor, object=(SEMINAR, found.pk), details={"came": number})
    return number


@transaction.atomic
def note_viewed(seminar_id: int, *, actor: Viewer) -> None:
    """Journals that the arranger has looked at who comes and what they need."""
    found = access.own_seminar(actor, seminar_id)
    record("cooperation.seminar.viewed", actor=actor, object=(SEMINAR, found.pk))


@transaction.atomic
def forget_needs(*, actor: Viewer) -> int:
    """Empties what people eat and need of trainings that are well over. For the job; returns how many."""
    require(actor, Capability.BULLETIN_SEND)
    over = clock.now() - timedelta(days=NEEDS_KEPT_DAYS)
    forgotten = Registration.objects.filter(seminar__ends_at__lt=over).exclude(needs="").update(needs="")
    if forgotten:
        record("cooperation.seminar.needs-forgotten", actor=actor, details={"count": forgotten})
    return forgotten


# Parts --------------------------------------------------------------------------------------------------------------


def _not_open(seminar: Seminar) -> list[Refusal]:
    if seminar.state == SeminarState.CANCELLED:
        return [Refusal("", "cancelled", CANCELLED)]
    if seminar.state != SeminarState.PUBLISHED:
        raise NotVisible
    if seminar.starts_at <= clock.now():
        return [Refusal("", "begun", BEGUN)]
    if seminar.register_by < clock.today():
        return [Refusal("", "closed", _("The last day to register has passed. Ask the arranger."))]
    return []


def _fill(seminar: Seminar, actor: Viewer) -> None:
    """Gives the free places to those who wait, in order, until the training begins. The seminar is locked."""
    if seminar.starts_at <= clock.now() or seminar.free <= 0:
        return
    with rowsecurity.as_system():
        waiting = Registration.objects.filter(seminar=seminar, state=RegistrationState.WAITING)
        chosen = list(waiting.order_by("id")[: seminar.free])
        Registration.objects.filter(pk__in=[one.pk for one in chosen]).update(
            state=RegistrationState.CONFIRMED, confirmed_at=clock.now()
        )
        seminar.taken += len(chosen)
        seminar.save(update_fields=["taken"])
        for one in chosen:
            _tell("cooperation.place-freed", seminar, one, actor)


def _tell(kind: str, seminar: Seminar, to: Registration, actor: Viewer) -> None:
    notify(
        kind,
        [to.user_id],
        actor=actor,
        address=reverse("cooperation:seminar", args=[seminar.pk]),
        organisation_id=to.organisation_id,
        about=(SEMINAR, seminar.pk),
        on=seminar.starts_at.astimezone(clock.HELSINKI).date(),
    )


def _tell_held(kind: str, seminar: Seminar, actor: Viewer) -> None:
    for one in Registration.objects.filter(seminar=seminar, state__in=HELD).order_by("id"):
        _tell(kind, seminar, one, actor)


def _check(content: SeminarContent) -> list[Refusal]:
    refused = []
    if not content.title.strip():
        refused.append(Refusal("title", "required", _("Give the training a title.")))
    refused += check_topic(content.topic) + check_text("body", content.body)
    if content.language not in LANGUAGES:
        refused.append(Refusal("language", "unknown", _("Choose the language of the training.")))
    if content.ends_at.astimezone(UTC) <= content.starts_at.astimezone(UTC):
        refused.append(Refusal("ends", "before-start", _("The training ends before it starts.")))
    if content.register_by > content.starts_at.astimezone(clock.HELSINKI).date():
        words = _("The last day to register is after the training.")
        refused.append(Refusal("register_by", "after-start", words))
    if not 1 <= content.places <= MOST_PLACES:
        words = _("There are 1 to %(most)s places.")
        refused.append(Refusal("places", "range", words, {"most": MOST_PLACES}))
    if content.attending not in Attending.values:
        refused.append(Refusal("attending", "required", _("Choose how one takes part.")))
    if content.attending in (Attending.PLACE, Attending.BOTH) and not content.place.strip():
        refused.append(Refusal("place", "required", _("Give the place.")))
    return refused


def _write(seminar: Seminar, content: SeminarContent) -> None:
    seminar.title, seminar.body = content.title.strip(), content.body.strip()
    seminar.topic, seminar.language = content.topic, content.language
    seminar.starts_at, seminar.ends_at = content.starts_at, content.ends_at
    seminar.attending, seminar.place = content.attending, content.place.strip()
    seminar.places, seminar.register_by = content.places, content.register_by
    seminar.asks_needs = content.asks_needs
    seminar.changed_at = clock.now()


def _when_and_where(seminar: Seminar) -> tuple[object, ...]:
    link = SeminarLink.objects.filter(seminar=seminar).values_list("address", flat=True).first()
    return seminar.starts_at, seminar.ends_at, seminar.attending, seminar.place, link


def _link(seminar: Seminar, address: str) -> None:
    if address.strip():
        SeminarLink.objects.update_or_create(
            seminar=seminar, defaults={"organiser_id": seminar.organiser_id, "address": address.strip()}
        )
    else:
        SeminarLink.objects.filter(seminar=seminar).delete()
