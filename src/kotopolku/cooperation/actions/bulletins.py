"""Acts on bulletins: drafted, sent, corrected, withdrawn by the sender; opened, acknowledged, answered by those addressed.

Not for: files (``files.py``), who is told by the job (``told.py``).
"""

from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Capability, Role
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.actors import queries as actors
from kotopolku.actors.models import OrganisationKind
from kotopolku.clients.actions.case import done_before
from kotopolku.clients.rules import EditClash, Refusal, refuse
from kotopolku.cooperation import access, access_bodies, access_positions
from kotopolku.cooperation.actions.checks import (
    check_language,
    check_regions,
    check_text,
    check_topics,
    same_version,
)
from kotopolku.cooperation.models import (
    Body,
    Bulletin,
    BulletinAnswer,
    BulletinEdition,
    BulletinOrganisation,
    BulletinReceipt,
    BulletinState,
    SeatHolder,
)
from kotopolku.cooperation.queries.addressing import of_bodies, organisations_addressed, sent_on
from kotopolku.cooperation.rules import BulletinContent
from kotopolku.journal.actions import record
from kotopolku.notices.actions import notify
from kotopolku.placement.queries.people import holders

BULLETIN = "cooperation.bulletin"
NOT_SENT = _("The bulletin has not been sent, or it has been withdrawn.")
NOT_DRAFT = _("The bulletin has been sent. Correct it, or withdraw it.")


@transaction.atomic
def draft(content: BulletinContent, *, actor: Viewer, token: UUID | None = None) -> Bulletin:
    """A new bulletin of the actor's organisation, not sent yet. Raises ``Refusals``."""
    require(actor, Capability.BULLETIN_SEND)
    if (before := done_before(token, BULLETIN)) is not None:
        return access.own_bulletin(actor, before)
    if actor.organisation_id is None:
        raise NotVisible
    refuse(_check(content, actor))
    made = Bulletin(sender_id=actor.organisation_id, made_by_id=actor.user_id, made_at=clock.now())
    _write(made, content)
    made.save()
    record("cooperation.bulletin.drafted", actor=actor, object=(BULLETIN, made.pk), token=token)
    return made


@transaction.atomic
def change(bulletin_id: int, content: BulletinContent, *, actor: Viewer, expected_version: int) -> Bulletin:
    """Changes a draft. Raises ``EditClash``, ``Refusals``."""
    found = access.own_bulletin(actor, bulletin_id, lock=True)
    same_version(found.version, expected_version)
    refused = _check(content, actor)
    if found.state != BulletinState.DRAFT:
        refused.append(Refusal("", "sent", NOT_DRAFT))
    refuse(refused)
    _write(found, content)
    found.version += 1
    found.save()
    record("cooperation.bulletin.changed", actor=actor, object=(BULLETIN, found.pk))
    return found


@transaction.atomic
def remove(bulletin_id: int, *, actor: Viewer) -> None:
    """Removes a draft for good, with its files."""
    found = access.own_bulletin(actor, bulletin_id, lock=True)
    if found.state != BulletinState.DRAFT:
        refuse([Refusal("", "sent", NOT_DRAFT)])
    record("cooperation.bulletin.removed", actor=actor, object=(BULLETIN, found.pk))
    found.delete()


@transaction.atomic
def send(bulletin_id: int, *, actor: Viewer, expected_version: int) -> Bulletin:
    """Sends a draft to the organisations that its addressing means today. Safe to repeat; a job tells the people.

    Raises ``EditClash`` when it is not what the sender has looked at, ``Refusals``.
    """
    found = access.own_bulletin(actor, bulletin_id, lock=True)
    if found.state == BulletinState.SENT:
        return found
    same_version(found.version, expected_version)
    meant = set(organisations_addressed(found, actor.day).values_list("pk", flat=True))
    members = of_bodies(found, actor, actor.day)
    organisations = sorted(meant | members.organisations)
    refused = []
    if found.state == BulletinState.WITHDRAWN:
        refused.append(Refusal("", "withdrawn", NOT_SENT))
    if found.answer_by is not None and found.answer_by < clock.today():
        refused.append(Refusal("", "answer-past", ANSWER_PAST))
    if not organisations and not members.others:
        refused.append(Refusal("", "nobody", NOBODY))
    refuse(refused)
    BulletinOrganisation.objects.bulk_create(
        BulletinOrganisation(bulletin=found, organisation_id=one, sender_id=found.sender_id)
        for one in organisations
    )
    _edition(found, actor, "")
    found.state, found.sent_at, found.sent_by_id = BulletinState.SENT, clock.now(), actor.user_id
    found.version += 1
    found.save()
    record(
        "cooperation.bulletin.sent",
        actor=actor,
        object=(BULLETIN, found.pk),
        details={"organisations": len(organisations)},
    )
    return found


ANSWER_PAST = _("The last day to answer has passed already. Choose today or a later day.")
NOBODY = _("No organisation that exists today is meant. Choose whom the bulletin is for.")


@transaction.atomic
def correct(
    bulletin_id: int, title: str, body: str, note: str, *, actor: Viewer, expected_version: int
) -> Bulletin:
    """A new edition of a bulletin that was sent; those who opened it read it anew, and everybody is told."""
    found = access.own_bulletin(actor, bulletin_id, lock=True)
    same_version(found.version, expected_version)
    refused = _check_text(title, body)
    if found.state != BulletinState.SENT:
        refused.append(Refusal("", "not-sent", NOT_SENT))
    if not note.strip():
        refused.append(Refusal("note", "required", _("Write what was corrected.")))
    refuse(refused)
    found.title, found.body = title.strip(), body.strip()
    found.edition += 1
    found.version += 1
    found.told_at = None
    found.save()
    _edition(found, actor, note.strip())
    record(
        "cooperation.bulletin.corrected",
        actor=actor,
        object=(BULLETIN, found.pk),
        details={"edition": found.edition},
    )
    return found


@transaction.atomic
def withdraw(bulletin_id: int, reason: str, *, actor: Viewer) -> Bulletin:
    """Takes a sent bulletin back: those addressed see that it was, and why; the text is not shown to them any more."""
    found = access.own_bulletin(actor, bulletin_id, lock=True)
    refused = []
    if found.state != BulletinState.SENT:
        refused.append(Refusal("", "not-sent", NOT_SENT))
    if not reason.strip():
        refused.append(Refusal("reason", "required", _("Write why the bulletin is withdrawn.")))
    refuse(refused)
    found.state, found.withdrawn_at = BulletinState.WITHDRAWN, clock.now()
    found.withdrawn_reason, found.told_at = reason.strip(), None
    found.version += 1
    found.save()
    record("cooperation.bulletin.withdrawn", actor=actor, object=(BULLETIN, found.pk))
    return found


# Those addressed ----------------------------------------------------------------------------------------------------


@transaction.atomic
def open_bulletin(bulletin_id: int, *, actor: Viewer) -> BulletinReceipt | None:
    """Keeps that the actor has opened the newest edition; once for an edition. None for who sent it or only is of the sender."""
    try:
        found = access.received_bulletin(actor, bulletin_id)
    except NotVisible:
        return None
    if actor.user_id is None or actor.organisation_id is None or found.state != BulletinState.SENT:
        return None
    if actor.user_id == found.sent_by_id:
        return None
    kept, made = BulletinReceipt.objects.get_or_create(
        bulletin=found,
        organisation_id=actor.organisation_id,
        user_id=actor.user_id,
        defaults={"sender_id": found.sender_id, "edition": found.edition, "opened_at": clock.now()},
    )
    if not made and kept.edition < found.edition:
        kept.edition, kept.opened_at = found.edition, clock.now()
        kept.save(update_fields=["edition", "opened_at"])
        made = True
    if made:
        record("cooperation.bulletin.opened", actor=actor, object=(BULLETIN, found.pk))
    return kept


@transaction.atomic
def acknowledge(bulletin_id: int, *, actor: Viewer) -> BulletinReceipt:
    """The actor says that the newest edition has been read. Safe to repeat."""
    found = access.received_bulletin(actor, bulletin_id)
    if actor.user_id is None or actor.organisation_id is None:
        raise NotVisible
    if found.state != BulletinState.SENT:
        refuse([Refusal("", "not-sent", NOT_SENT)])
    kept, _made = BulletinReceipt.objects.select_for_update().get_or_create(
        bulletin=found,
        organisation_id=actor.organisation_id,
        user_id=actor.user_id,
        defaults={"sender_id": found.sender_id, "edition": found.edition, "opened_at": clock.now()},
    )
    if kept.acknowledged_edition < found.edition:
        kept.acknowledged_edition = kept.edition = found.edition
        kept.acknowledged_at = clock.now()
        kept.save(update_fields=["acknowledged_edition", "edition", "acknowledged_at"])
        record("cooperation.bulletin.acknowledged", actor=actor, object=(BULLETIN, found.pk))
    return kept


@transaction.atomic
def answer(bulletin_id: int, text: str, *, actor: Viewer, expected_version: int) -> BulletinAnswer:
    """The answer of the actor's organisation: one, which colleagues see and may change. ``expected_version`` 0: the first."""
    found = access.received_bulletin(actor, bulletin_id)
    if actor.organisation_id is None:
        raise NotVisible
    refused = []
    if found.state != BulletinState.SENT:
        refused.append(Refusal("", "not-sent", NOT_SENT))
    if found.answer_by is None:
        refused.append(Refusal("", "no-answer", _("The bulletin does not ask for an answer.")))
    if not text.strip():
        refused.append(Refusal("text", "required", _("Write the answer of your organisation.")))
    refuse(refused)
    with rowsecurity.as_system():
        # The sender's row, so nobody else could lock it: two first answers are to wait for each other.
        addressed = BulletinOrganisation.objects.select_for_update()
        addressed.get(bulletin=found, organisation_id=actor.organisation_id)
    rows = BulletinAnswer.objects.select_related("answered_by")
    kept = rows.filter(bulletin=found, organisation_id=actor.organisation_id).first()
    if (kept.version if kept else 0) != expected_version:
        who = kept.answered_by.get_full_name() if kept and kept.answered_by else ""
        raise EditClash(theirs={}, version=kept.version if kept else 0, who=who, when=clock.now())
    if kept is None:
        kept = BulletinAnswer(
            bulletin=found, organisation_id=actor.organisation_id, sender_id=found.sender_id, version=0
        )
    kept.text, kept.answered_by_id, kept.answered_at = text.strip(), actor.user_id, clock.now()
    kept.version += 1
    kept.save()
    record("cooperation.bulletin.answered", actor=actor, object=(BULLETIN, found.pk))
    notify(
        "cooperation.bulletin-answered",
        holders(found.sender_id, Capability.BULLETIN_SEND, actor.day),
        actor=actor,
        address=reverse("cooperation:bulletin-receipts", args=[found.pk]),
        organisation_id=found.sender_id,
        about=(BULLETIN, found.pk),
    )
    return kept


@transaction.atomic
def note_receipts_viewed(bulletin_id: int, *, actor: Viewer) -> None:
    """Journals that the sender has looked at the names of those who have and have not opened a bulletin."""
    found = access.own_bulletin(actor, bulletin_id)
    record("cooperation.bulletin.receipts-viewed", actor=actor, object=(BULLETIN, found.pk))


# Parts --------------------------------------------------------------------------------------------------------------


def _check_text(title: str, body: str) -> list[Refusal]:
    refused = check_text("body", body, _("Write the bulletin."))
    if not title.strip():
        refused.append(Refusal("title", "required", _("Give the bulletin a title.")))
    return refused


def _check(content: BulletinContent, actor: Viewer) -> list[Refusal]:
    """Raises ``MissingCapability`` for a guidance letter of somebody who does not guide."""
    if content.guidance:
        require(actor, Capability.STEERING_REGIONAL)
    refused = _check_text(content.title, content.body) + check_language(content.language)
    if not content.has_receivers:
        refused.append(Refusal("kinds", "required", _("Choose whom the bulletin is for.")))
    if content.answer_by is not None and content.answer_by < clock.today():
        refused.append(Refusal("answer_by", "past", ANSWER_PAST))
    known = actors.organisation_names(content.organisations)
    if set(content.organisations) - set(known):
        refused.append(Refusal("organisations", "unknown", _("Choose organisations from the list.")))
    if set(content.kinds) - set(OrganisationKind.values):
        refused.append(Refusal("kinds", "unknown", _("Choose kinds of organisations from the list.")))
    if set(content.roles) - {role.value for role in Role}:
        refused.append(Refusal("roles", "unknown", _("Choose roles from the list.")))
    if set(content.duties) - {duty for duty, _title in actors.topics()}:
        refused.append(Refusal("duties", "unknown", _("Choose duties from the list.")))
    return refused + _check_narrowing(content, actor)


def _check_narrowing(content: BulletinContent, actor: Viewer) -> list[Refusal]:
    """Regions, bodies and topics."""
    refused = check_regions(content.regions)
    if content.regions and (content.everybody or not (content.kinds or content.duties)):
        words = _("Regions narrow the kinds and the duties. Choose some of them, and not everybody.")
        refused.append(Refusal("regions", "nothing", words))
    own = set(own_bodies(actor).filter(pk__in=content.bodies).values_list("pk", flat=True))
    if set(content.bodies) - own:
        words = _("Choose bodies that your organisation keeps.")
        refused.append(Refusal("bodies", "unknown", words))
    if content.bodies and content.roles:
        words = _(
            "Members of bodies are addressed whatever their role. Leave the roles empty, or send two bulletins."
        )
        refused.append(Refusal("roles", "bodies", words))
    return refused + check_topics(content.topics)


def others(found: Bulletin, *, actor: Viewer) -> "QuerySet[SeatHolder]":
    """Members of the bodies to which a bulletin went who do not sign in here, for the keeper to see. Writes nothing."""
    if not found.to_bodies or not actor.may(Capability.BODY_KEEP):
        return SeatHolder.objects.none()
    ids = of_bodies(found, actor, sent_on(found, actor)).others
    return access_bodies.own_holders(actor).filter(pk__in=ids).order_by("name")


def own_bodies(actor: Viewer) -> "QuerySet[Body]":
    """Bodies to whose members the actor may send: the keeper alone has their addresses."""
    if not actor.may(Capability.BODY_KEEP):
        return Body.objects.none()
    return access_positions.own_bodies(actor)


def _write(bulletin: Bulletin, content: BulletinContent) -> None:
    bulletin.title, bulletin.body = content.title.strip(), content.body.strip()
    bulletin.language = content.language
    bulletin.to_everybody = content.everybody
    bulletin.to_organisations = sorted(set(content.organisations))
    bulletin.to_kinds, bulletin.to_duties = sorted(set(content.kinds)), sorted(set(content.duties))
    bulletin.roles = sorted(set(content.roles))
    bulletin.answer_by, bulletin.acknowledge = content.answer_by, content.acknowledge
    bulletin.to_regions, bulletin.to_bodies = sorted(set(content.regions)), sorted(set(content.bodies))
    bulletin.topics, bulletin.guidance = list(content.topics), content.guidance


def _edition(bulletin: Bulletin, actor: Viewer, note: str) -> None:
    BulletinEdition.objects.create(
        bulletin=bulletin,
        number=bulletin.edition,
        title=bulletin.title,
        body=bulletin.body,
        note=note,
        made_by_id=actor.user_id,
        made_at=clock.now(),
    )
