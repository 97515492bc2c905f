"""Acts on projects: added, changed and removed by the organisation that leads one."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.actors import queries as actors
from kotopolku.actors.models import Contact
from kotopolku.clients.actions.case import done_before
from kotopolku.clients.rules import Refusal, refuse
from kotopolku.cooperation import access
from kotopolku.cooperation.actions.checks import check_topic, same_version
from kotopolku.cooperation.models import Funding, Project, ProjectPartner
from kotopolku.cooperation.rules import ProjectContent
from kotopolku.journal.actions import record

PROJECT = "cooperation.project"
MOST_PARTNERS = 50


@transaction.atomic
def add(content: ProjectContent, *, actor: Viewer, token: UUID | None = None) -> Project:
    """A project that the actor's organisation leads. Raises ``Refusals``."""
    require(actor, Capability.SIGNED_IN)
    if (before := done_before(token, PROJECT)) is not None:
        return access.project(actor, before)
    if actor.organisation_id is None:
        raise NotVisible
    refuse(_check(content, actor.organisation_id))
    made = Project(organisation_id=actor.organisation_id)
    _write(made, content, actor)
    made.save()
    _partners(made, content.partners)
    record("cooperation.project.added", actor=actor, object=(PROJECT, made.pk), token=token)
    return made


@transaction.atomic
def change(project_id: int, content: ProjectContent, *, actor: Viewer, expected_version: int) -> Project:
    """Raises ``EditClash``, ``Refusals``."""
    found = access.own_project(actor, project_id, lock=True)
    same_version(found.version, expected_version)
    refuse(_check(content, found.organisation_id))
    _write(found, content, actor)
    found.version += 1
    found.save()
    _partners(found, content.partners)
    record("cooperation.project.changed", actor=actor, object=(PROJECT, found.pk))
    return found


@transaction.atomic
def remove(project_id: int, *, actor: Viewer) -> None:
    """Removes a project that should not stand in the list."""
    found = access.own_project(actor, project_id, lock=True)
    record("cooperation.project.removed", actor=actor, object=(PROJECT, found.pk))
    found.delete()


def _check(content: ProjectContent, organisation_id: int) -> list[Refusal]:
    refused = []
    if not content.name.strip():
        refused.append(Refusal("name", "required", _("Give the project's name.")))
    if not content.goal.strip():
        refused.append(Refusal("goal", "required", _("Write what the project aims at.")))
    refused += check_topic(content.topic)
    if content.funding not in Funding.values:
        refused.append(Refusal("funding", "required", _("Choose whose money it is.")))
    if content.ends_on is not None and content.ends_on < content.starts_on:
        refused.append(Refusal("ends_on", "before-start", _("The project ends before it starts.")))
    if len(content.partners) > MOST_PARTNERS:
        words = _("At most %(most)s organisations can be named.")
        refused.append(Refusal("organisations", "many", words, {"most": MOST_PARTNERS}))
    if set(content.partners) - set(actors.organisation_names(content.partners)):
        refused.append(Refusal("organisations", "unknown", _("Choose organisations from the list.")))
    own = Contact.objects.filter(pk=content.contact_id or 0, organisation_id=organisation_id)
    if content.contact_id is not None and not own.exists():
        refused.append(
            Refusal("contact", "unknown", _("Choose a contact of your own organisation in the directory."))
        )
    return refused


def _write(project: Project, content: ProjectContent, actor: Viewer) -> None:
    project.name, project.goal = content.name.strip(), content.goal.strip()
    project.topic, project.funding = content.topic, content.funding
    project.starts_on, project.ends_on = content.starts_on, content.ends_on
    project.contact_id = content.contact_id
    project.others, project.link = content.others.strip(), content.link.strip()
    project.written_by_id, project.written_on = actor.user_id, clock.today()


def _partners(project: Project, partners: Iterable[int]) -> None:
    wanted = set(partners) - {project.organisation_id}
    ProjectPartner.objects.filter(project=project).exclude(organisation_id__in=wanted).delete()
    kept = set(ProjectPartner.objects.filter(project=project).values_list("organisation_id", flat=True))
    ProjectPartner.objects.bulk_create(
        ProjectPartner(project=project, organisation_id=one) for one in sorted(wanted - kept)
    )
