"""The only way from a viewer to municipal programmes, their sections, comments and proposals, and from an id to one of them.

A draft is read by those who take part in it, an approved programme by everybody at work, a published one by everybody
(``published``). The leading municipality keeps it; who writes which section is said by the partner's right on the day.
Row security stands under it.
"""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import MissingCapability, NotVisible
from kotopolku.access.gate import one_of, require
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Organisation, OrganisationKind
from kotopolku.steering.models import (
    CouncilState,
    MunicipalProgramme,
    MunicipalState,
    PartnerRight,
    ProgrammeMunicipality,
    ProgrammePartner,
    ProgrammeSection,
    SectionComment,
    SectionProposal,
)

OPEN_STATES = (MunicipalState.APPROVED.value, MunicipalState.ENDED.value)
"""In which everybody at work reads a programme."""


@dataclass(frozen=True)
class Rights:
    """What the viewer may do with one programme on the day, whatever state it is in."""

    reads: bool = False
    """Takes part: reads the draft with its comments, proposals and versions."""
    comments: bool = False
    """Comments and proposes."""
    writes: bool = False
    """Writes some section."""
    sections: frozenset[int] | None = None
    """Which sections it writes; None: every one."""
    leads: bool = False
    """Keeps the programme: its frame, its partners, what is taken out."""

    def may_write(self, section_id: int) -> bool:
        return self.writes and (self.sections is None or section_id in self.sections)


# Programmes ----------------------------------------------------------------------------------------------------------


def keeps(viewer: Viewer) -> bool:
    """Whether the viewer draws up programmes of a municipality."""
    return (
        viewer.may(Capability.PROGRAMME_KEEP)
        and viewer.seat is not None
        and viewer.seat.organisation_kind == OrganisationKind.MUNICIPALITY
    )


def require_municipality(viewer: Viewer) -> Organisation:
    """The viewer's municipality. Raises ``MissingCapability`` for a seat that has none."""
    require(viewer, Capability.PROGRAMME_KEEP)
    if not keeps(viewer):
        raise MissingCapability(Capability.PROGRAMME_KEEP)
    return Organisation.objects.get(pk=viewer.organisation_id or 0)


def _part(viewer: Viewer, before: str = "") -> Q:
    """Condition: the viewer's organisation leads the programme or takes part in it."""
    if viewer.system:
        return Q()
    mine = viewer.organisation_id or 0
    return Q(**{f"{before}organisation_id": mine}) | Q(**{f"{before}participants__contains": [mine]})


def _visible(viewer: Viewer, before: str = "") -> Q:
    if viewer.system:
        return Q()
    return _part(viewer, before) | Q(**{f"{before}state__in": OPEN_STATES})


def programmes(viewer: Viewer) -> "QuerySet[MunicipalProgramme]":
    """Those that the viewer's organisation takes part in, and every one that has been approved."""
    require(viewer, Capability.SIGNED_IN)
    return MunicipalProgramme.objects.filter(_visible(viewer)).select_related("organisation")


def programme(viewer: Viewer, programme_id: int) -> MunicipalProgramme:
    """A programme that the viewer may read. Raises ``NotVisible``."""
    return one_of(programmes(viewer), programme_id)


def own_programmes(viewer: Viewer) -> "QuerySet[MunicipalProgramme]":
    """Programmes that the viewer's municipality leads. Raises ``MissingCapability``."""
    require(viewer, Capability.PROGRAMME_KEEP)
    rows = MunicipalProgramme.objects.select_related("organisation")
    return rows if viewer.system else rows.filter(organisation_id=viewer.organisation_id or 0)


def own_programme(viewer: Viewer, programme_id: int, *, lock: bool = False) -> MunicipalProgramme:
    """A programme that the viewer keeps. Raises ``MissingCapability``, ``NotVisible``."""
    return one_of(own_programmes(viewer), programme_id, lock)


def part_programmes(viewer: Viewer) -> "QuerySet[MunicipalProgramme]":
    """Programmes in which the viewer's organisation takes part, the own ones among them."""
    require(viewer, Capability.SIGNED_IN)
    return MunicipalProgramme.objects.filter(_part(viewer)).select_related("organisation")


def part_programme(viewer: Viewer, programme_id: int) -> MunicipalProgramme:
    """A programme in which the viewer's organisation takes part. Raises ``NotVisible``."""
    return one_of(part_programmes(viewer), programme_id)


def published(viewer: Viewer) -> "QuerySet[MunicipalProgramme]":
    """Programmes that everybody reads, signed in or not."""
    rows = MunicipalProgramme.objects.filter(published_at__isnull=False, state__in=OPEN_STATES)
    return rows.select_related("organisation")


def leads(viewer: Viewer, of: MunicipalProgramme) -> bool:
    """Whether the viewer keeps this programme."""
    if viewer.system:
        return True
    return viewer.may(Capability.PROGRAMME_KEEP) and of.organisation_id == viewer.organisation_id


def takes_part(viewer: Viewer, of: MunicipalProgramme) -> bool:
    """Whether the viewer's organisation leads the programme or takes part in it."""
    if viewer.system:
        return True
    mine = viewer.organisation_id
    return mine is not None and (of.organisation_id == mine or mine in of.participants)


# Who takes part and how ----------------------------------------------------------------------------------------------


def municipalities(viewer: Viewer) -> "QuerySet[ProgrammeMunicipality]":
    """Municipalities of programmes that the viewer may read, those that have left too."""
    require(viewer, Capability.SIGNED_IN)
    return ProgrammeMunicipality.objects.filter(_visible(viewer, "programme__"))


def partners(viewer: Viewer) -> "QuerySet[ProgrammePartner]":
    """Partners of programmes in which the viewer's organisation takes part, those that have ended too."""
    require(viewer, Capability.SIGNED_IN)
    return ProgrammePartner.objects.filter(_part(viewer, "programme__")).select_related("organisation")


def own_partner(viewer: Viewer, partner_id: int) -> ProgrammePartner:
    """A partner of a programme that the viewer keeps, the programme locked. Raises ``MissingCapability``, ``NotVisible``."""
    require(viewer, Capability.PROGRAMME_KEEP)
    found = one_of(partners(viewer).select_related("organisation"), partner_id)
    own_programme(viewer, found.programme_id, lock=True)
    return one_of(partners(viewer).select_related("organisation", "programme"), partner_id)


def rights(viewer: Viewer, of: MunicipalProgramme) -> Rights:
    """What the viewer may do with the programme. At most three statements.

    In a municipality of the programme who draws up programmes writes and everybody at work comments; in a partner
    organisation everybody at work does what the partner's right of the day says.
    """
    if viewer.system:
        return Rights(True, True, True, None, True)
    mine = viewer.organisation_id
    if mine is None or not takes_part(viewer, of):
        return Rights()
    if of.organisation_id == mine:
        keeper = leads(viewer, of)
        return Rights(True, True, keeper, None, keeper)
    joined = ProgrammeMunicipality.objects.filter(
        programme=of, organisation_id=mine, days__contains=viewer.day
    )
    if joined.exclude(state=CouncilState.LEFT).exists():
        return Rights(True, True, viewer.may(Capability.PROGRAMME_KEEP))
    rows = ProgrammePartner.objects.filter(programme=of, organisation_id=mine, days__contains=viewer.day)
    partner = rows.first()
    if partner is None:
        return Rights(reads=True)
    if partner.right != PartnerRight.WRITE:
        return Rights(True, partner.right == PartnerRight.COMMENT)
    named = frozenset(partner.sections.values_list("pk", flat=True))
    return Rights(True, True, True, named or None)


# Sections ------------------------------------------------------------------------------------------------------------


def sections(viewer: Viewer) -> "QuerySet[ProgrammeSection]":
    """Sections of programmes that the viewer may read; those taken out only to who takes part."""
    require(viewer, Capability.SIGNED_IN)
    seen = _visible(viewer, "programme__") & (Q(removed_at__isnull=True) | _part(viewer, "programme__"))
    return ProgrammeSection.objects.filter(seen)


def section(viewer: Viewer, section_id: int) -> ProgrammeSection:
    """Raises ``NotVisible``."""
    rows = sections(viewer).select_related("programme", "programme__organisation", "answers")
    return one_of(rows, section_id)


def part_section(viewer: Viewer, section_id: int) -> ProgrammeSection:
    """A section of a programme in which the viewer's organisation takes part. Raises ``NotVisible``."""
    rows = sections(viewer).filter(_part(viewer, "programme__"))
    return one_of(rows.select_related("programme", "programme__organisation", "answers"), section_id)


def writable_section(viewer: Viewer, section_id: int, *, lock: bool = False) -> ProgrammeSection:
    """A section that the viewer may write, in whatever state its programme is. Raises ``NotVisible``.

    Of the leading municipality or one of the programme's, or of a partner with the right to write it.
    """
    found = part_section(viewer, section_id)
    if not rights(viewer, found.programme).may_write(found.pk):
        raise NotVisible
    if not lock:
        return found
    rows = sections(viewer).select_related("programme", "programme__organisation", "answers")
    return one_of(rows, section_id, lock=True)


def own_section(viewer: Viewer, section_id: int, *, lock: bool = False) -> ProgrammeSection:
    """A section of a programme that the viewer keeps. Raises ``MissingCapability``, ``NotVisible``."""
    require(viewer, Capability.PROGRAMME_KEEP)
    rows = sections(viewer)
    if not viewer.system:
        rows = rows.filter(programme__organisation_id=viewer.organisation_id or 0)
    return one_of(rows.select_related("programme", "programme__organisation", "answers"), section_id, lock)


def comments(viewer: Viewer) -> "QuerySet[SectionComment]":
    """Comments in programmes in which the viewer's organisation takes part."""
    require(viewer, Capability.SIGNED_IN)
    return SectionComment.objects.filter(_part(viewer, "section__programme__"))


def comment(viewer: Viewer, comment_id: int) -> SectionComment:
    """Raises ``NotVisible``."""
    return one_of(comments(viewer).select_related("section", "section__programme"), comment_id)


def may_open_again(viewer: Viewer, of: SectionComment, held: Rights) -> bool:
    """Whether the viewer opens a settled comment again: who writes its section, and who made it in the same seat."""
    made = of.made_by_id is not None and of.made_by_id == viewer.user_id
    own = made and held.comments and of.organisation_id == viewer.organisation_id
    return own or held.may_write(of.section_id)


def proposals(viewer: Viewer) -> "QuerySet[SectionProposal]":
    """Proposals in programmes in which the viewer's organisation takes part."""
    require(viewer, Capability.SIGNED_IN)
    return SectionProposal.objects.filter(_part(viewer, "section__programme__"))


def proposal(viewer: Viewer, proposal_id: int, *, lock: bool = False) -> SectionProposal:
    """Raises ``NotVisible``. Locked only for who wrote it or writes the section: others may not change it."""
    rows = proposals(viewer).select_related("section", "section__programme", "organisation", "made_by")
    return one_of(rows, proposal_id, lock)
