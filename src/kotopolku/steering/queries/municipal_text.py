"""What a section says, with comments and proposals beside their paragraphs; versions; the whole draft; what is open.

Not for: the programme's frame and lists (``municipal.py``).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import QuerySet

from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Organisation
from kotopolku.clients.wording import language as page_language
from kotopolku.steering import access_municipal as access
from kotopolku.steering import municipal_rules as rules
from kotopolku.steering.models import (
    MunicipalProgramme,
    MunicipalState,
    ProgrammeFigure,
    ProgrammeSection,
    ProposalState,
    SectionComment,
    SectionProposal,
    SectionVersion,
)
from kotopolku.steering.queries import municipal_figures as figures
from kotopolku.steering.queries.programme import said
from kotopolku.steering.queries.programme_kept import Figure
from kotopolku.steering.wording_programme import ShownChange, changes
from kotopolku.worddiff import Piece, pieces

PAGE_SIZE = 50
VERSIONS_SHOWN = 20


@dataclass(frozen=True)
class Talk:
    """A comment with its answers."""

    comment: SectionComment
    answers: list[SectionComment]
    changed: bool
    """The paragraph has been changed since it was commented."""
    opens: bool
    """It has been settled, and the viewer may open it again."""


@dataclass(frozen=True)
class Offer:
    """A proposal with the words that differ."""

    proposal: SectionProposal
    pieces: tuple[Piece, ...]
    fits: bool
    """The paragraph still says what it said when the proposal was made."""


@dataclass(frozen=True)
class Paragraph:
    """One paragraph of a section with what is said of it."""

    number: int
    text: str
    talks: list[Talk] = field(default_factory=list)
    offers: list[Offer] = field(default_factory=list)

    @property
    def open(self) -> int:
        """Comments and proposals that wait for somebody."""
        return sum(one.comment.settled_at is None for one in self.talks) + sum(
            one.proposal.state == ProposalState.OPEN for one in self.offers
        )


@dataclass(frozen=True)
class SectionPage:
    """A section as its page shows it in one language."""

    section: ProgrammeSection
    language: str
    title: str
    title_language: str
    citation: str
    rights: access.Rights
    may_write: bool
    may_comment: bool
    leads: bool
    writer: Organisation
    paragraphs: list[Paragraph]
    whole: Paragraph
    """What is said of the section as a whole."""
    lost: Paragraph
    """What was said of paragraphs that are no longer there."""
    figures: list[Figure]
    newest: SectionVersion | None


def language_of(of: MunicipalProgramme, asked: str) -> str:
    """The asked language if the programme is written in it, else the page's, else the first one."""
    for one in (asked, page_language(), *of.languages):
        if one in of.languages:
            return str(one)
    return page_language()


def section_page(viewer: Viewer, section: ProgrammeSection, language: str) -> SectionPage:
    """At most eight statements."""
    of = section.programme
    rights = access.rights(viewer, of)
    draft = of.state == MunicipalState.DRAFT and section.removed_at is None
    parts = [Paragraph(number, text) for number, text in enumerate(_parts(section, language))]
    whole, lost = Paragraph(-1, ""), Paragraph(-2, "")
    if rights.reads:
        _place_comments(viewer, section, language, rights if draft else None, parts, whole, lost)
        _place_proposals(viewer, section, language, parts, lost)
    title, title_language = said(section.title, page_language())
    content = rules.content_of(of.act, section.key)
    return SectionPage(
        section,
        language,
        title,
        title_language,
        content.citation(page_language()) if content else "",
        rights,
        draft and rights.may_write(section.pk),
        draft and rights.comments,
        rights.leads and of.state == MunicipalState.DRAFT,
        section.answers or of.organisation,
        parts,
        whole,
        lost,
        figures.lines(section.figures.order_by("order", "id"), page_language()),
        newest(section) if rights.reads else None,
    )


def _parts(section: ProgrammeSection, language: str) -> tuple[str, ...]:
    return rules.paragraphs(section.text.get(language, ""))


def _place_comments(
    viewer: Viewer,
    section: ProgrammeSection,
    language: str,
    rights: access.Rights | None,
    parts: Sequence[Paragraph],
    whole: Paragraph,
    lost: Paragraph,
) -> None:
    rows = access.comments(viewer).filter(section=section, language=language)
    found = list(rows.select_related("organisation", "made_by", "settled_by").order_by("made_at", "id"))
    answers: dict[int, list[SectionComment]] = defaultdict(list)
    for one in found:
        if one.parent_id is not None:
            answers[one.parent_id].append(one)
    first = [one for one in found if one.parent_id is None]
    texts = [one.text for one in parts]
    places = rules.placed(texts, [(one.quote, one.paragraph) for one in first])
    for one, place in zip(first, places, strict=True):
        there = lost if place.paragraph is None else parts[place.paragraph]
        at = there if one.quote else whole
        opens = (
            rights is not None and one.settled_at is not None and access.may_open_again(viewer, one, rights)
        )
        at.talks.append(Talk(one, answers[one.pk], place.changed, opens))


def _place_proposals(
    viewer: Viewer,
    section: ProgrammeSection,
    language: str,
    parts: Sequence[Paragraph],
    lost: Paragraph,
) -> None:
    """Open ones and those that were refused; an accepted one is the text itself."""
    rows = access.proposals(viewer).filter(section=section, language=language, state=ProposalState.OPEN)
    found = list(rows.select_related("organisation", "made_by").order_by("made_at", "id"))
    texts = [one.text for one in parts]
    places = rules.placed(texts, [(rules.quote(one.old), one.paragraph) for one in found])
    for one, place in zip(found, places, strict=True):
        at = lost if place.paragraph is None else parts[place.paragraph]
        at.offers.append(offer(one, texts))


def offer(one: SectionProposal, texts: Sequence[str] | None = None) -> Offer:
    """A proposal with its differences. ``texts``: the paragraphs that there are now."""
    if texts is None:
        texts = _parts(one.section, one.language)
    return Offer(one, pieces(one.old, one.new), rules.clean(one.old).strip("\n") in texts)


def newest(section: ProgrammeSection) -> SectionVersion | None:
    return versions(section).first()


# Versions ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class VersionRow:
    """A version with what changed from the one before; ``first``: nothing to compare with."""

    version: SectionVersion
    changes: list[ShownChange]
    first: bool


def versions(section: ProgrammeSection) -> "QuerySet[SectionVersion]":
    """The section's versions, the newest first."""
    rows = SectionVersion.objects.filter(section=section).select_related("organisation", "made_by")
    return rows.order_by("-number")


def with_changes(rows: Iterable[SectionVersion]) -> list[VersionRow]:
    """Each version of one section with what changed from the one before. One statement."""
    shown = list(rows)
    earlier = SectionVersion.objects.filter(
        section__in={one.section_id for one in shown}, number__in=[one.number - 1 for one in shown]
    )
    before = {one.number + 1: one for one in earlier}
    return [
        VersionRow(
            one,
            changes(_side(before[one.number]), _side(one)) if one.number in before else [],
            one.number not in before,
        )
        for one in shown
    ]


def said_in(section: ProgrammeSection, number: int, language: str) -> str | None:
    """What a version said in a language; None when there is none of that number."""
    found = SectionVersion.objects.filter(section=section, number=number).first()
    return str(found.text.get(language, "")) if found else None


def _side(one: SectionVersion) -> dict[str, dict[str, str]]:
    return {"title": one.title, "text": one.text}


# The whole -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Whole:
    """A section in the whole draft."""

    section: ProgrammeSection
    title: str
    title_language: str
    text: str
    writer: Organisation
    figures: list[Figure]


def whole(viewer: Viewer, of: MunicipalProgramme, language: str) -> list[Whole]:
    """Every section as it stands, in one language, with its figures. Two statements."""
    rows = access.sections(viewer).filter(programme=of, removed_at=None)
    found = list(rows.select_related("answers").order_by("order", "id"))
    known: dict[int, list[ProgrammeFigure]] = defaultdict(list)
    for one in ProgrammeFigure.objects.filter(section__in=found).order_by("order", "id"):
        known[one.section_id].append(one)
    return [
        Whole(
            one,
            *said(one.title, language),
            one.text.get(language, ""),
            one.answers or of.organisation,
            figures.lines(known[one.pk], language),
        )
        for one in found
    ]


# What is open --------------------------------------------------------------------------------------------------------


def comments(
    viewer: Viewer, of: MunicipalProgramme, section_id: int | None = None, settled: bool = False
) -> "QuerySet[SectionComment]":
    """Comments of a programme that wait; ``settled``: every one, also in sections that were taken out."""
    rows = access.comments(viewer).filter(section__programme=of, parent=None)
    if section_id is not None:
        rows = rows.filter(section=section_id)
    if not settled:
        rows = rows.filter(settled_at=None, section__removed_at=None)
    rows = rows.select_related("section", "organisation", "made_by", "settled_by")
    return rows.order_by("section__order", "section_id", "language", "paragraph", "made_at", "id")


def proposals(
    viewer: Viewer, of: MunicipalProgramme, section_id: int | None = None, decided: bool = False
) -> "QuerySet[SectionProposal]":
    """Proposals of a programme that wait; ``decided``: every one, also in sections that were taken out."""
    rows = access.proposals(viewer).filter(section__programme=of)
    if section_id is not None:
        rows = rows.filter(section=section_id)
    if not decided:
        rows = rows.filter(state=ProposalState.OPEN, section__removed_at=None)
    rows = rows.select_related("section", "organisation", "made_by", "decided_by")
    return rows.order_by("section__order", "section_id", "language", "paragraph", "made_at", "id")


def with_titles(
    rows: Iterable[SectionComment | SectionProposal],
) -> list[tuple[SectionComment | SectionProposal, str]]:
    """Each with the title of its section."""
    return [(one, said(one.section.title, page_language())[0]) for one in rows]
