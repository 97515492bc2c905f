"""What pages ask about municipal programmes: the list, one of them with its sections, who takes part.

Not for: what a section says with its comments (``municipal_text.py``), councils, goals.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Organisation, not_over
from kotopolku.clients.wording import language
from kotopolku.reference import queries as reference
from kotopolku.steering import access_municipal as access
from kotopolku.steering import municipal_rules as rules
from kotopolku.steering.marks import Mark, municipal_mark
from kotopolku.steering.models import (
    CouncilState,
    MunicipalProgramme,
    MunicipalState,
    PartnerRight,
    ProgrammeMunicipality,
    ProgrammePartner,
    ProgrammeSection,
    ProposalState,
    SectionComment,
    SectionProposal,
    SectionVersion,
)
from kotopolku.steering.queries.programme import said
from kotopolku.steering.queries.programme_kept import municipality_name
from kotopolku.steering.wording_programme import LANGUAGE_NAMES

PAGE_SIZE = 50
OWN, PART, ALL = "own", "part", ""


@dataclass(frozen=True)
class Wanted:
    """What the list is narrowed by. ``whose``: led by the own municipality, taken part in, or every one."""

    q: str = ""
    whose: str = ALL
    state: str = ""
    municipality: str = ""
    region: str = ""


@dataclass(frozen=True)
class Row:
    """A programme in the list."""

    programme: MunicipalProgramme
    municipalities: str
    mark: Mark


def programmes(viewer: Viewer, wanted: Wanted) -> "QuerySet[MunicipalProgramme]":
    """Those that the viewer may read, drafts first, then the newest period."""
    rows = access.programmes(viewer)
    if wanted.whose == OWN:
        rows = rows.filter(organisation_id=viewer.organisation_id or 0)
    elif wanted.whose == PART:
        rows = rows.filter(pk__in=access.part_programmes(viewer).values("pk"))
    for word in wanted.q.split()[:10]:
        rows = rows.filter(
            Q(name_fi__icontains=word)
            | Q(name_sv__icontains=word)
            | Q(organisation__name_fi__icontains=word)
            | Q(organisation__name_sv__icontains=word)
        )
    ended = MunicipalState.ENDED
    rows = rows.filter(state=wanted.state) if wanted.state else rows.exclude(state=ended)
    codes = [wanted.municipality] if wanted.municipality else []
    if wanted.region:
        inside = reference.municipalities_in("region", wanted.region, viewer.day)
        codes = [one.code for one in inside if not codes or one.code in codes] or ["-"]
    if codes:
        joined = ProgrammeMunicipality.objects.filter(programme=OuterRef("pk"), code__in=codes)
        rows = rows.filter(Exists(joined.exclude(state=CouncilState.LEFT)))
    return rows.order_by("-state", "-days__startswith", "organisation__sort_key_fi", "id")


def rows_of(viewer: Viewer, found: Iterable[MunicipalProgramme]) -> list[Row]:
    """Programmes with whose they are. One statement."""
    rows = list(found)
    joined = access.municipalities(viewer).filter(
        not_over("days", viewer.day), programme__in=[one.pk for one in rows]
    )
    names: dict[int, list[str]] = defaultdict(list)
    for programme_id, code in joined.exclude(state=CouncilState.LEFT).values_list("programme_id", "code"):
        names[programme_id].append(municipality_name(code, code, language()))
    return [Row(one, ", ".join(sorted(names[one.pk])), municipal_mark(one, viewer.day)) for one in rows]


# One programme -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SectionRow:
    """A section in the programme's list."""

    section: ProgrammeSection
    title: str
    title_language: str
    citation: str
    """Of the Act's list; empty for an own section."""
    missing: tuple[str, ...]
    """Languages in which nothing has been written yet, in words."""
    writer: Organisation
    comments: int
    """That wait to be settled."""
    proposals: int
    """That wait for an answer."""
    may_write: bool

    @property
    def is_own(self) -> bool:
        return rules.is_own(self.section.key)


@dataclass(frozen=True)
class PartnerRow:
    """A partner with what it may do."""

    partner: ProgrammePartner
    right: str
    sections: str
    """Titles of those that it writes; empty: all."""


@dataclass(frozen=True)
class Detail:
    """A programme as its page shows it."""

    programme: MunicipalProgramme
    mark: Mark
    rights: access.Rights
    sections: list[SectionRow]
    removed: list[SectionRow]
    partners: list[PartnerRow]
    empty: int
    """Sections in which a language of the programme is missing."""


def detail(viewer: Viewer, of: MunicipalProgramme) -> Detail:
    """At most nine statements."""
    rights = access.rights(viewer, of)
    rows = section_rows(viewer, of, rights)
    here = [one for one in rows if one.section.removed_at is None]
    return Detail(
        of,
        municipal_mark(of, viewer.day),
        rights,
        here,
        [one for one in rows if one.section.removed_at is not None],
        partners_of(viewer, of) if rights.reads else [],
        sum(bool(one.missing) for one in here),
    )


def section_rows(viewer: Viewer, of: MunicipalProgramme, rights: access.Rights) -> list[SectionRow]:
    """The programme's sections in order; comments and proposals are counted for those who take part."""
    rows = access.sections(viewer).filter(programme=of).select_related("answers").order_by("order", "id")
    comments, proposals = waiting_numbers(viewer, of) if rights.reads else ({}, {})
    draft = of.state == MunicipalState.DRAFT
    made = []
    for one in rows:
        title, title_language = said(one.title, language())
        content = rules.content_of(of.act, one.key)
        made.append(
            SectionRow(
                one,
                title,
                title_language,
                content.citation(language()) if content else "",
                tuple(str(LANGUAGE_NAMES[lang]) for lang in rules.missing_languages(one.text, of.languages)),
                one.answers or of.organisation,
                comments.get(one.pk, 0),
                proposals.get(one.pk, 0),
                draft and one.removed_at is None and rights.may_write(one.pk),
            )
        )
    return made


def waiting_numbers(viewer: Viewer, of: MunicipalProgramme) -> tuple[dict[int, int], dict[int, int]]:
    """Unsettled comments and open proposals by section. Two statements."""
    comments = access.comments(viewer).filter(section__programme=of, parent=None, settled_at=None)
    proposals = access.proposals(viewer).filter(section__programme=of, state=ProposalState.OPEN)
    return (
        dict(comments.order_by().values_list("section_id").annotate(Count("id"))),
        dict(proposals.order_by().values_list("section_id").annotate(Count("id"))),
    )


def municipalities_of(viewer: Viewer, of: MunicipalProgramme) -> list[Organisation]:
    """Municipalities of the programme today, the leading one first. One statement."""
    rows = access.municipalities(viewer).filter(not_over("days", viewer.day), programme=of)
    rows = rows.exclude(state=CouncilState.LEFT).select_related("organisation")
    found = [one.organisation for one in rows]
    return sorted(found, key=lambda one: (one.pk != of.organisation_id, one.name))


def partners_of(viewer: Viewer, of: MunicipalProgramme) -> list[PartnerRow]:
    """Partners of the day by name. Two statements."""
    rows = access.partners(viewer).filter(programme=of, days__contains=viewer.day)
    found = []
    for one in rows.prefetch_related("sections").order_by("organisation__sort_key_fi", "id"):
        titles = [said(row.title, language())[0] for row in one.sections.all()]
        found.append(PartnerRow(one, str(PartnerRight(one.right).label), ", ".join(titles)))
    return found


@dataclass(frozen=True)
class Kept:
    """What stays although a section is taken out."""

    comments: int
    proposals: int
    goals: int
    figures: int

    def __bool__(self) -> bool:
        return bool(self.comments or self.proposals or self.goals or self.figures)


def kept_with(section: ProgrammeSection) -> Kept:
    """What hangs on a section. Four statements."""
    return Kept(
        SectionComment.objects.filter(section=section).count(),
        SectionProposal.objects.filter(section=section).count(),
        section.goals.count(),
        section.figures.count(),
    )


def last_changes(viewer: Viewer, of: MunicipalProgramme, most: int = 5) -> list[tuple[SectionVersion, str]]:
    """The newest versions of sections, for those who take part. One statement."""
    rows = SectionVersion.objects.filter(section__programme=of, number__gt=1)
    rows = rows.select_related("section", "organisation", "made_by").order_by("-made_at", "-id")[:most]
    return [(one, said(one.title, language())[0]) for one in rows] if access.takes_part(viewer, of) else []


def unlike_languages(of: MunicipalProgramme, day: date) -> str:
    """What to say when a municipality of two languages draws up a programme in one only; empty when all is well."""
    if len(of.languages) > 1:
        return ""
    codes = of.municipalities.exclude(state=CouncilState.LEFT).values_list("code", flat=True)
    for code in codes:
        try:
            bilingual = reference.is_bilingual(code, day)
        except reference.UnknownMunicipality:
            continue
        if bilingual:
            words = _("%(name)s is bilingual: the programme concerns people in both languages (423/2003).")
            return words % {"name": municipality_name(code, code, language())}
    return ""


def state_choices() -> list[tuple[str, str]]:
    return [("", pgettext("programme", "Not ended")), *((str(one), str(one.label)) for one in MunicipalState)]
