"""The only way from a viewer to bulletins, materials, seminars and questions, and from an id to one of them.

Row security stands under it. The centre of expertise is an organisation (``sources.CENTRE``) in which the viewer has the
right to answer. Not for: what may be done with them (capabilities, ``access.gate``).
"""

from django.db.models import Exists, OuterRef, Q, QuerySet

from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import one_of, require
from kotopolku.access.viewer import Viewer
from kotopolku.actors import queries as actors
from kotopolku.actors.models import Organisation
from kotopolku.cooperation import access_meetings
from kotopolku.cooperation.models import (
    Attachment,
    Bulletin,
    BulletinOrganisation,
    BulletinState,
    Material,
    MaterialState,
    Project,
    PublishedAnswer,
    Question,
    Registration,
    Seminar,
    SeminarState,
)
from kotopolku.cooperation.sources import CENTRE


def _own(viewer: Viewer, column: str = "organisation_id") -> Q:
    return Q() if viewer.system else Q(**{column: viewer.organisation_id or 0})


# Bulletins ----------------------------------------------------------------------------------------------------------


def received(viewer: Viewer) -> "QuerySet[Bulletin]":
    """Bulletins addressed to the viewer's organisation, and to the role of the seat when they are narrowed to some."""
    require(viewer, Capability.SIGNED_IN)
    rows = Bulletin.objects.exclude(state=BulletinState.DRAFT)
    if viewer.system:
        return rows
    mine = BulletinOrganisation.objects.filter(
        bulletin=OuterRef("pk"), organisation_id=viewer.organisation_id or 0
    )
    role = viewer.seat.role.value if viewer.seat else ""
    return rows.filter(Exists(mine), Q(roles=[]) | Q(roles__contains=[role]))


def own_bulletins(viewer: Viewer) -> "QuerySet[Bulletin]":
    """Bulletins of the viewer's own organisation, drafts too. Raises ``MissingCapability``."""
    require(viewer, Capability.BULLETIN_SEND)
    return Bulletin.objects.filter(_own(viewer, "sender_id"))


def own_bulletin(viewer: Viewer, bulletin_id: int, *, lock: bool = False) -> Bulletin:
    """A bulletin that the viewer may change and count. Raises ``MissingCapability``, ``NotVisible``."""
    return one_of(own_bulletins(viewer).select_related("sender"), bulletin_id, lock)


def received_bulletin(viewer: Viewer, bulletin_id: int) -> Bulletin:
    """A bulletin addressed to the viewer. Raises ``NotVisible``."""
    return one_of(received(viewer).select_related("sender"), bulletin_id)


def bulletin(viewer: Viewer, bulletin_id: int) -> Bulletin:
    """A bulletin that the viewer may read, as receiver or as sender. Raises ``NotVisible``."""
    try:
        return received_bulletin(viewer, bulletin_id)
    except NotVisible:
        if not viewer.may(Capability.BULLETIN_SEND):
            raise
        return own_bulletin(viewer, bulletin_id)


# Files --------------------------------------------------------------------------------------------------------------


def attachment(viewer: Viewer, attachment_id: int) -> Attachment:
    """A file of a bulletin, material or meeting paper that the viewer may read. Raises ``NotVisible``."""
    found = one_of(Attachment.objects.all(), attachment_id)
    if found.paper_id is not None:
        access_meetings.paper(viewer, found.paper_id)
    elif found.bulletin_id is not None:
        of = bulletin(viewer, found.bulletin_id)
        if of.state == BulletinState.WITHDRAWN and of.sender_id != viewer.organisation_id:
            raise NotVisible
    else:
        material(viewer, found.material_id or 0)
    return found


# Materials ----------------------------------------------------------------------------------------------------------


def centre() -> Organisation:
    """The organisation of the centre of expertise."""
    found = actors.organisation(CENTRE)
    if found is None:
        raise NotVisible
    return found


def is_centre(viewer: Viewer) -> bool:
    """Whether the viewer works for the centre of expertise, with the right to answer."""
    if not viewer.may(Capability.EXPERTISE_ANSWER):
        return False
    return bool(viewer.system) or viewer.organisation_id == centre().pk


def require_centre(viewer: Viewer) -> None:
    """Raises ``MissingCapability``, and ``NotVisible`` for somebody with the right in another organisation."""
    require(viewer, Capability.EXPERTISE_ANSWER)
    if not is_centre(viewer):
        raise NotVisible


def materials(viewer: Viewer) -> "QuerySet[Material]":
    """Published materials, the viewer's own organisation's in every state, and what waits for the centre."""
    require(viewer, Capability.SIGNED_IN)
    seen = Q(state=MaterialState.PUBLISHED) | _own(viewer)
    if is_centre(viewer):
        seen |= Q(kind="practice")
    return Material.objects.filter(seen)


def material(viewer: Viewer, material_id: int, *, lock: bool = False) -> Material:
    """Raises ``NotVisible``."""
    return one_of(materials(viewer).select_related("organisation"), material_id, lock)


def own_material(viewer: Viewer, material_id: int, *, lock: bool = False) -> Material:
    """A material of the viewer's own organisation. Raises ``NotVisible``."""
    return one_of(materials(viewer).filter(_own(viewer)).select_related("organisation"), material_id, lock)


def suggested_material(viewer: Viewer, material_id: int, *, lock: bool = False) -> Material:
    """A good practice that the centre of expertise decides on. Raises ``MissingCapability``, ``NotVisible``."""
    require_centre(viewer)
    return one_of(materials(viewer).filter(kind="practice"), material_id, lock)


# Projects -----------------------------------------------------------------------------------------------------------


def projects(viewer: Viewer) -> "QuerySet[Project]":
    require(viewer, Capability.SIGNED_IN)
    return Project.objects.all()


def project(viewer: Viewer, project_id: int) -> Project:
    return one_of(projects(viewer).select_related("organisation", "contact"), project_id)


def own_project(viewer: Viewer, project_id: int, *, lock: bool = False) -> Project:
    """A project that the viewer's own organisation leads. Raises ``NotVisible``."""
    return one_of(projects(viewer).filter(_own(viewer)), project_id, lock)


# Seminars -----------------------------------------------------------------------------------------------------------


def seminars(viewer: Viewer) -> "QuerySet[Seminar]":
    """Seminars that are not drafts; drafts of the own organisation to those who arrange them."""
    require(viewer, Capability.SIGNED_IN)
    seen = ~Q(state=SeminarState.DRAFT)
    if viewer.may(Capability.BULLETIN_SEND):
        seen |= _own(viewer, "organiser_id")
    return Seminar.objects.filter(seen)


def seminar(viewer: Viewer, seminar_id: int) -> Seminar:
    """Raises ``NotVisible``."""
    return one_of(seminars(viewer).select_related("organiser"), seminar_id)


def own_seminar(viewer: Viewer, seminar_id: int, *, lock: bool = False) -> Seminar:
    """A seminar that the viewer's own organisation arranges. Raises ``MissingCapability``, ``NotVisible``."""
    require(viewer, Capability.BULLETIN_SEND)
    rows = seminars(viewer).filter(_own(viewer, "organiser_id")).select_related("organiser")
    return one_of(rows, seminar_id, lock)


def arranges(viewer: Viewer, of: Seminar) -> bool:
    """Whether the viewer may see who has registered and what they need."""
    return viewer.may(Capability.BULLETIN_SEND) and of.organiser_id == viewer.organisation_id


def own_registrations(viewer: Viewer) -> "QuerySet[Registration]":
    """The viewer's own registrations."""
    require(viewer, Capability.SIGNED_IN)
    return Registration.objects.filter(user_id=viewer.user_id or 0)


# Questions ----------------------------------------------------------------------------------------------------------


def questions(viewer: Viewer) -> "QuerySet[Question]":
    """Questions of the viewer's own organisation; to the centre of expertise every one."""
    require(viewer, Capability.SIGNED_IN)
    return Question.objects.all() if is_centre(viewer) else Question.objects.filter(_own(viewer))


def question(viewer: Viewer, question_id: int, *, lock: bool = False) -> Question:
    """Raises ``NotVisible``."""
    return one_of(questions(viewer).select_related("organisation"), question_id, lock)


def answers(viewer: Viewer) -> "QuerySet[PublishedAnswer]":
    """Published questions and answers; to the centre also those that it has withdrawn."""
    require(viewer, Capability.SIGNED_IN)
    rows = PublishedAnswer.objects.all()
    return rows if is_centre(viewer) else rows.filter(withdrawn_on=None)


def answer(viewer: Viewer, answer_id: int, *, lock: bool = False) -> PublishedAnswer:
    """Raises ``NotVisible``."""
    return one_of(answers(viewer), answer_id, lock)
