"""What pages ask about guidance: the list, one request with its sections, comments, checklist and notes.

Not for: what is still to be done (``guidance_work.py``), all municipalities together (``municipalities.py``).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Case, QuerySet, When
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kotopolku import clock, worddiff
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Organisation, User, not_over
from kotopolku.clients.wording import language
from kotopolku.law.contents import contents
from kotopolku.law.statutes import ContentItem
from kotopolku.steering import access_guidance as access
from kotopolku.steering import access_measures, access_municipal
from kotopolku.steering import guidance_rules as rules
from kotopolku.steering.guidance_rules import Said
from kotopolku.steering.models import (
    Guidance,
    GuidanceComment,
    GuidanceKind,
    GuidanceMark,
    GuidanceNote,
    GuidanceState,
    MunicipalProgramme,
)
from kotopolku.steering.queries.guidance_sent import Section, act_of, checklist, sections_of, version_sent
from kotopolku.steering.queries.measures import Mark, title_of
from kotopolku.steering.queries.programme_content import said

PAGE_SIZE = 25
MOST_CHOICES = 300
STATE_MARKS = {"asked": "wait", "work": "now", "answered": "now", "followed": "ok", "closed": "lock"}
VERDICT_MARKS = {"fine": "ok", "better": "soon", "must": "late"}
COVERED_MARKS = {"yes": "ok", "partly": "soon", "no": "late"}
DUE = ("late", "week", "month")
DAYS_AHEAD = {"week": 7, "month": 30}
NOBODY = "nobody"


@dataclass(frozen=True)
class WantedGuidance:
    """What the list is narrowed by. Without a state those that are closed are left out. ``responsible``: id or "nobody"."""

    state: str = ""
    asker_id: int | None = None
    responsible: str = ""
    due: str = ""
    kind: str = ""


@dataclass(frozen=True)
class GuidanceRow:
    """A request in a list. ``due``: the day that the region owes an answer, None when it owes none."""

    request: Guidance
    mark: Mark
    turn: str
    due: date | None


def requests(viewer: Viewer, wanted: WantedGuidance) -> "QuerySet[Guidance]":
    """Those that wait for an answer first by their day, then the newest."""
    rows = access.requests(viewer).select_related("asker", "region", "responsible", "programme")
    closed = GuidanceState.CLOSED
    rows = rows.filter(state=wanted.state) if wanted.state else rows.exclude(state=closed)
    if wanted.asker_id is not None:
        rows = rows.filter(asker_id=wanted.asker_id)
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.responsible == NOBODY:
        rows = rows.filter(responsible=None)
    elif wanted.responsible:
        rows = rows.filter(responsible_id=int(wanted.responsible))
    if wanted.due == "late":
        rows = rows.filter(state__in=rules.OPEN, answer_by__lt=viewer.day)
    elif wanted.due:
        last = viewer.day + timedelta(DAYS_AHEAD[wanted.due])
        rows = rows.filter(state__in=rules.OPEN, answer_by__lte=last)
    waiting = When(state__in=rules.OPEN, then="answer_by")
    return rows.order_by(Case(waiting, default=None).asc(nulls_last=True), "-asked_at", "-id")


def rows_of(found: Iterable[Guidance], viewer: Viewer) -> list[GuidanceRow]:
    """Requests with what a list says of each. One statement more, for the comments."""
    requests = list(found)
    comments: dict[int, list[Said]] = defaultdict(list)
    sent = access.comments(viewer).filter(guidance__in=[one.pk for one in requests])
    for one in sent.only("guidance_id", "verdict", "changed", "settled_at"):
        comments[one.guidance_id].append(as_said(one))
    return [
        GuidanceRow(
            one,
            state_mark(one),
            turn_words(rules.stage(one.state, comments[one.pk])),
            one.answer_by if one.state in rules.OPEN else None,
        )
        for one in requests
    ]


def as_said(one: GuidanceComment) -> Said:
    return Said(one.verdict, bool(one.changed), one.settled_at is not None)


def state_mark(of: Guidance) -> Mark:
    return Mark(STATE_MARKS[of.state], str(of.get_state_display()))


def turn_words(turn: str) -> str:
    """Whose turn it is, in words; empty when nobody has anything to do."""
    return {"region": _("the region's turn"), "asker": _("the asker's turn"), "": ""}[turn]


def askers(viewer: Viewer) -> list[tuple[int, str]]:
    """Organisations that have asked, as choices. One statement."""
    rows = Organisation.objects.filter(pk__in=access.requests(viewer).values("asker_id"))
    return [(one.pk, one.name) for one in rows.order_by("sort_key_fi")[:MOST_CHOICES]]


def responsibles(viewer: Viewer) -> list[tuple[int, str]]:
    """Those who answer for some request, as choices. One statement."""
    rows = User.objects.filter(pk__in=access.requests(viewer).values("responsible_id"))
    return [(one.pk, one.get_full_name()) for one in rows.order_by("full_name")[:MOST_CHOICES]]


# One request ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CommentShown:
    """A comment with its words. ``waits``: something is still to be done for it."""

    comment: GuidanceComment
    mark: Mark
    line: str
    waits: bool
    unsent: bool


@dataclass(frozen=True)
class SectionShown:
    """A section of what was sent, what the Act says of it, what was said of it, and how it has changed since."""

    key: str
    title: str
    text: str
    language: str
    item: str
    """The Act's content that it stands for; empty for a section of the authors' own."""
    citation: str
    comments: list[CommentShown]
    pieces: tuple[worddiff.Piece, ...] = ()
    """Words that came and went since; empty when the text is the same."""
    removed: bool = False


@dataclass(frozen=True)
class ContentShown:
    """A content of the Act in the checklist."""

    key: str
    words: str
    citation: str
    mark: GuidanceMark | None
    shown: Mark | None


@dataclass(frozen=True)
class Detail:
    """One request as its page shows it."""

    request: Guidance
    mark: Mark
    turn: str
    sections: list[SectionShown]
    whole: list[CommentShown]
    """Comments on the whole."""
    contents: list[ContentShown]
    notes: list[GuidanceNote]
    sent_on: date | None
    """When the text that is commented was kept; None when there is none or the viewer may not read it."""
    answer: str
    """As far as the viewer reads it: a draft is the region's own."""
    waiting: int = 0

    @property
    def marked(self) -> int:
        return sum(1 for one in self.contents if one.mark)

    @property
    def comments(self) -> list[CommentShown]:
        return self.whole + [one for section in self.sections for one in section.comments]

    @property
    def unsent(self) -> int:
        """Comments that go along with the next answer."""
        return sum(one.unsent for one in self.comments)


def detail(viewer: Viewer, of: Guidance) -> Detail:
    """Six statements at most, whatever the number of sections and comments."""
    version = version_sent(of)
    sent = sections_of(version.content) if version else []
    rows = access.comments(viewer).filter(guidance=of).select_related("line", "written_by", "changed_by")
    by_key: dict[str, list[CommentShown]] = defaultdict(list)
    for one in rows.order_by("written_at", "id"):
        by_key[one.key].append(_comment(one, of))
    sections = _sections(viewer, of, sent, by_key, version is not None)
    marks = {one.key: one for one in access.marks(viewer).filter(guidance=of)}
    notes = access.notes(viewer).filter(guidance=of).select_related("written_by")
    comments = [one for found in by_key.values() for one in found]
    reads_draft = access.is_region(viewer, of)
    return Detail(
        of,
        state_mark(of),
        turn_words(rules.stage(of.state, [as_said(one.comment) for one in comments])),
        sections,
        by_key[""],
        [content_shown(item, marks.get(item.id)) for item in checklist(of)],
        list(notes.order_by("on", "id")),
        version.made_at.astimezone(clock.HELSINKI).date() if version else None,
        of.answer if reads_draft or of.answered_by_id is not None else "",
        sum(1 for one in comments if one.waits),
    )


def _comment(one: GuidanceComment, of: Guidance) -> CommentShown:
    words = f"{one.line.code} {title_of(one.line)}" if one.line else ""
    unsent = of.state in rules.OPEN and (of.answered_at is None or one.written_at > of.answered_at)
    mark = Mark(VERDICT_MARKS[one.verdict], str(one.get_verdict_display()))
    return CommentShown(one, mark, words, rules.waits(as_said(one)), unsent)


def _sections(
    viewer: Viewer,
    of: Guidance,
    sent: Sequence[Section],
    comments: dict[str, list[CommentShown]],
    readable: bool,
) -> list[SectionShown]:
    """Of what was sent in its order; comments whose section cannot be read any more keep a place of their own."""
    items = {one.id: one for one in contents("programme-content", act_of(of))}
    now: dict[str, tuple[dict[str, str], bool]] = {}
    if readable and of.programme_id is not None:
        rows = access_municipal.sections(viewer).filter(programme_id=of.programme_id)
        now = {one.key: (one.text, one.removed_at is not None) for one in rows}
    known = {one.key for one in sent}
    rest = [Section(key, {}, {}) for key in comments if key and key not in known]
    return [_section(one, items.get(one.key), comments.get(one.key, []), now) for one in [*sent, *rest]]


def _section(
    one: Section,
    item: ContentItem | None,
    comments: list[CommentShown],
    now: dict[str, tuple[dict[str, str], bool]],
) -> SectionShown:
    text, in_language = said(dict(one.text), language())
    current, removed = now.get(one.key, (dict(one.text), False))
    after = str(current.get(in_language) or "")
    words = item.texts.get(language(), item.texts["fi"]) if item else ""
    return SectionShown(
        one.key,
        said(dict(one.title), language())[0] or words or one.key,
        text,
        in_language,
        words,
        item.citation(language()) if item else "",
        comments,
        worddiff.pieces(text, after) if after != text and not removed else (),
        removed,
    )


def content_shown(item: ContentItem, mark: GuidanceMark | None) -> ContentShown:
    shown = Mark(COVERED_MARKS[mark.covered], str(mark.get_covered_display())) if mark else None
    words = item.texts.get(language(), item.texts["fi"])
    return ContentShown(item.id, words, item.citation(language()), mark, shown)


# Choices of forms ----------------------------------------------------------------------------------------------------


def programmes_to_send(viewer: Viewer) -> list[tuple[int, str]]:
    """The own programmes that are drawn up or in force, the newest first. One statement."""
    rows: QuerySet[MunicipalProgramme] = access_municipal.own_programmes(viewer).exclude(state="ended")
    named = [(one, str(one.get_state_display())) for one in rows.order_by("-id")[:MOST_CHOICES]]
    return [(one.pk, f"{one.name} ({state})") for one, state in named]


def kind_for(viewer: Viewer, programme: str) -> str:
    """What is likely asked for an own programme; ``programme``: its id as an address has it."""
    found = (
        access_municipal.own_programmes(viewer).filter(pk=int(programme))
        if programme.isdecimal() and len(programme) < 10
        else []
    )
    state = next((one.state for one in found), "")
    return {"draft": GuidanceKind.DRAFT.value, "approved": GuidanceKind.REVIEW.value}.get(state, "")


def regions_to_ask(viewer: Viewer) -> list[tuple[int, str]]:
    """Regional authorities that guide the viewer's organisation on the day, as choices."""
    asker = Organisation.objects.filter(pk=viewer.organisation_id or 0).first()
    found = access.regions_for(asker, viewer) if asker else []
    names = {one.pk: one.name for one in Organisation.objects.filter(pk__in=found)}
    return [(one, names[one]) for one in found if one in names]


def line_choices(viewer: Viewer, kept: Iterable[int | None] = ()) -> list[tuple[int, str]]:
    """Lines of the State's programme that are followed on the day, and those chosen already."""
    rows = access_measures.lines(viewer)
    rows = rows.filter(not_over("days", viewer.day)) | rows.filter(pk__in=[one for one in kept if one])
    rows = rows.select_related("programme").order_by("-programme__days", "order", "code")
    return [(one.pk, f"{one.code} {title_of(one)}") for one in rows[:MOST_CHOICES]]


def section_choices(of: Guidance) -> list[tuple[str, str]]:
    """Sections that can be commented, the whole first."""
    version = version_sent(of)
    sent = sections_of(version.content) if version else []
    named = [(one.key, said(dict(one.title), language())[0] or one.key) for one in sent]
    return [("", pgettext("comment", "the whole")), *named]
