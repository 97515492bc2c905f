"""Tables of the shared space for professionals, by subject."""

from kotopolku.cooperation.models.bulletins import (
    Bulletin,
    BulletinAnswer,
    BulletinEdition,
    BulletinOrganisation,
    BulletinReceipt,
    BulletinState,
)
from kotopolku.cooperation.models.files import Attachment, AttachmentContent, Scan
from kotopolku.cooperation.models.materials import (
    Material,
    MaterialKind,
    MaterialState,
    MaterialUse,
    MaterialVersion,
    Outcome,
)
from kotopolku.cooperation.models.projects import Funding, Project, ProjectPartner
from kotopolku.cooperation.models.questions import (
    LineKind,
    PublishedAnswer,
    Question,
    QuestionLine,
    QuestionState,
)
from kotopolku.cooperation.models.seminars import (
    Attending,
    Registration,
    RegistrationState,
    Seminar,
    SeminarLink,
    SeminarState,
)

__all__ = [
    "Attachment",
    "AttachmentContent",
    "Attending",
    "Bulletin",
    "BulletinAnswer",
    "BulletinEdition",
    "BulletinOrganisation",
    "BulletinReceipt",
    "BulletinState",
    "Funding",
    "LineKind",
    "Material",
    "MaterialKind",
    "MaterialState",
    "MaterialUse",
    "MaterialVersion",
    "Outcome",
    "Project",
    "ProjectPartner",
    "PublishedAnswer",
    "Question",
    "QuestionLine",
    "QuestionState",
    "Registration",
    "RegistrationState",
    "Scan",
    "Seminar",
    "SeminarLink",
    "SeminarState",
]
