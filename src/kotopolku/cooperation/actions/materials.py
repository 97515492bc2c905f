"""Acts on materials and good practices: added, changed, published or returned by the centre, withdrawn, used.

Not for: files (``files.py``).
"""

from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.clients.actions.case import done_before
from kotopolku.clients.rules import Refusal, refuse
from kotopolku.cooperation import access
from kotopolku.cooperation.actions.checks import check_language, check_text, check_topic, same_version
from kotopolku.cooperation.models import (
    Material,
    MaterialKind,
    MaterialState,
    MaterialUse,
    MaterialVersion,
    Outcome,
)
from kotopolku.cooperation.rules import MaterialContent, words_of
from kotopolku.journal.actions import record
from kotopolku.markup import plain
from kotopolku.notices.actions import notify
from kotopolku.placement.queries.people import holders

MATERIAL = "cooperation.material"


@transaction.atomic
def add(content: MaterialContent, *, actor: Viewer, token: UUID | None = None) -> Material:
    """A material of the actor's organisation, published at once; a good practice waits for the centre of expertise."""
    require(actor, Capability.SIGNED_IN)
    if (before := done_before(token, MATERIAL)) is not None:
        return access.material(actor, before)
    if actor.organisation_id is None:
        raise NotVisible
    refuse(_check(content))
    today = clock.today()
    made = Material(
        organisation_id=actor.organisation_id,
        centre_id=access.centre().pk,
        kind=content.kind,
        suggested_by_id=actor.user_id,
        suggested_on=today,
    )
    at_once = content.kind == MaterialKind.MATERIAL or access.is_centre(actor)
    made.state = MaterialState.PUBLISHED if at_once else MaterialState.SUGGESTED
    made.published_on = today if at_once else None
    _write(made, content)
    made.save()
    _version(made, actor)
    record("cooperation.material.added", actor=actor, object=(MATERIAL, made.pk), token=token)
    if not at_once:
        _tell_centre(made, actor)
    return made


@transaction.atomic
def change(material_id: int, content: MaterialContent, *, actor: Viewer, expected_version: int) -> Material:
    """A new version. A good practice that was returned waits again; of a change to a published one the centre is told.

    Raises ``EditClash``, ``Refusals``.
    """
    found = access.own_material(actor, material_id, lock=True)
    same_version(found.number, expected_version)
    refused = _check(content)
    if content.kind != found.kind:
        refused.append(Refusal("kind", "fixed", _("The kind cannot be changed. Add a new one instead.")))
    if found.state == MaterialState.WITHDRAWN:
        refused.append(Refusal("", "withdrawn", WITHDRAWN))
    refuse(refused)
    again = found.state == MaterialState.RETURNED
    _write(found, content)
    found.number += 1
    if again:
        found.state, found.note = MaterialState.SUGGESTED, ""
    found.save()
    _version(found, actor)
    record(
        "cooperation.material.changed",
        actor=actor,
        object=(MATERIAL, found.pk),
        details={"number": found.number},
    )
    if found.kind == MaterialKind.PRACTICE and not access.is_centre(actor):
        _tell_centre(found, actor)
    return found


WITHDRAWN = _("The material has been withdrawn.")
NOT_WAITING = _("This good practice does not wait for a decision.")


@transaction.atomic
def publish(material_id: int, *, actor: Viewer) -> Material:
    """The centre of expertise publishes a suggested good practice. Safe to repeat."""
    found = access.suggested_material(actor, material_id, lock=True)
    if found.state == MaterialState.PUBLISHED:
        return found
    if found.state != MaterialState.SUGGESTED:
        refuse([Refusal("", "not-waiting", NOT_WAITING)])
    found.state, found.published_on = MaterialState.PUBLISHED, clock.today()
    found.save(update_fields=["state", "published_on"])
    record("cooperation.material.published", actor=actor, object=(MATERIAL, found.pk))
    _tell_suggester(found, actor)
    return found


@transaction.atomic
def send_back(material_id: int, note: str, *, actor: Viewer) -> Material:
    """The centre of expertise returns a suggestion, and says what it lacks. Raises ``Refusals``."""
    found = access.suggested_material(actor, material_id, lock=True)
    refused = []
    if found.state != MaterialState.SUGGESTED:
        refused.append(Refusal("", "not-waiting", NOT_WAITING))
    if not note.strip():
        refused.append(Refusal("reason", "required", _("Write what it lacks.")))
    refuse(refused)
    found.state, found.note = MaterialState.RETURNED, note.strip()
    found.save(update_fields=["state", "note"])
    record("cooperation.material.returned", actor=actor, object=(MATERIAL, found.pk))
    _tell_suggester(found, actor)
    return found


@transaction.atomic
def withdraw(material_id: int, note: str, *, actor: Viewer) -> Material:
    """The own organisation takes its material back, or the centre a good practice; with a reason."""
    found = access.material(actor, material_id, lock=True)
    by_centre = found.kind == MaterialKind.PRACTICE and access.is_centre(actor)
    if found.organisation_id != actor.organisation_id and not by_centre:
        raise NotVisible
    refused = []
    if found.state == MaterialState.WITHDRAWN:
        refused.append(Refusal("", "withdrawn", WITHDRAWN))
    if not note.strip():
        refused.append(Refusal("reason", "required", _("Write why it is withdrawn.")))
    refuse(refused)
    found.state, found.note = MaterialState.WITHDRAWN, note.strip()
    found.save(update_fields=["state", "note"])
    record("cooperation.material.withdrawn", actor=actor, object=(MATERIAL, found.pk))
    return found


@transaction.atomic
def use(material_id: int, outcome: str, words: str, *, actor: Viewer) -> MaterialUse:
    """The actor's organisation tells how a material worked; a second time replaces the first. Not of one's own."""
    found = access.material(actor, material_id)
    if actor.organisation_id is None:
        raise NotVisible
    refused = []
    if found.state != MaterialState.PUBLISHED:
        refused.append(Refusal("", "not-published", _("The material is not published.")))
    if found.organisation_id == actor.organisation_id:
        refused.append(Refusal("", "own", _("Others tell how your own organisation's material works.")))
    if outcome not in Outcome.values:
        refused.append(Refusal("outcome", "required", _("Choose how it worked.")))
    refuse(refused)
    kept, _made = MaterialUse.objects.update_or_create(
        material=found,
        organisation_id=actor.organisation_id,
        defaults={
            "outcome": outcome,
            "words": words.strip(),
            "written_by_id": actor.user_id,
            "written_on": clock.today(),
        },
    )
    record(
        "cooperation.material.used", actor=actor, object=(MATERIAL, found.pk), details={"outcome": outcome}
    )
    if found.suggested_by_id is not None:
        notify(
            "cooperation.material-used",
            [found.suggested_by_id],
            actor=actor,
            address=reverse("cooperation:material", args=[found.pk]),
            organisation_id=found.organisation_id,
            about=(MATERIAL, found.pk),
        )
    return kept


def _check(content: MaterialContent) -> list[Refusal]:
    refused = []
    if content.kind not in MaterialKind.values:
        refused.append(Refusal("kind", "required", _("Choose what it is.")))
    if not content.title.strip():
        refused.append(Refusal("title", "required", _("Give it a title.")))
    if not content.summary.strip():
        refused.append(Refusal("summary", "required", _("Say in a sentence or two what it is for.")))
    if not content.body.strip() and not content.link.strip():
        refused.append(Refusal("body", "required", _("Write the text, or give the address where it is.")))
    refused += (
        check_text("body", content.body) + check_topic(content.topic) + check_language(content.language)
    )
    if content.kind == MaterialKind.PRACTICE and not content.tried.strip():
        refused.append(Refusal("tried", "required", _("Write where the practice has been tried.")))
    return refused


def _write(material: Material, content: MaterialContent) -> None:
    material.topic, material.language = content.topic, content.language
    material.title, material.summary = content.title.strip(), content.summary.strip()
    material.body, material.link = content.body.strip(), content.link.strip()
    material.made_by_words, material.tried = content.made_by_words.strip(), content.tried.strip()
    material.changed_on = clock.today()
    material.search_text = words_of(
        material.title, material.summary, plain(material.body), material.made_by_words, material.tried
    )


def _version(material: Material, actor: Viewer) -> None:
    MaterialVersion.objects.create(
        material=material,
        number=material.number,
        title=material.title,
        summary=material.summary,
        body=material.body,
        link=material.link,
        tried=material.tried,
        made_by_id=actor.user_id,
        made_at=clock.now(),
    )


def _tell_centre(material: Material, actor: Viewer) -> None:
    notify(
        "cooperation.practice-suggested",
        holders(material.centre_id, Capability.EXPERTISE_ANSWER, actor.day),
        actor=actor,
        address=reverse("cooperation:material", args=[material.pk]),
        organisation_id=material.centre_id,
        about=(MATERIAL, material.pk),
    )


def _tell_suggester(material: Material, actor: Viewer) -> None:
    if material.suggested_by_id is not None:
        notify(
            "cooperation.practice-settled",
            [material.suggested_by_id],
            actor=actor,
            address=reverse("cooperation:material", args=[material.pk]),
            organisation_id=material.organisation_id,
            about=(MATERIAL, material.pk),
        )
