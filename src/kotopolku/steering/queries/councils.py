"""Where municipal programmes are with the councils: the box of one programme, and the list of all. Bounded statements.

Not for: writing them (``municipal.py``), kept versions (``programme_kept.py``), the public page (``programme_public.py``).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q
from django.urls import reverse

from kotopolku import law, writing
from kotopolku.access.capabilities import Capability
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import last_day
from kotopolku.cooperation.queries import hearings
from kotopolku.cooperation.queries.hearings import About
from kotopolku.steering import access_councils, access_municipal
from kotopolku.steering import council_rules as rules
from kotopolku.steering import wording_councils as wording
from kotopolku.steering.council_rules import Council, Standing
from kotopolku.steering.marks import Mark, council_mark, municipal_mark
from kotopolku.steering.models import (
    CouncilState,
    MunicipalProgramme,
    MunicipalState,
    ProgrammeMunicipality,
    ProgrammeReview,
)
from kotopolku.steering.queries import programme_reviews
from kotopolku.steering.queries.programme_content import PROGRAMME
from kotopolku.steering.queries.programme_mergers import Gone, gone

PAGE_SIZE = 50


@dataclass(frozen=True)
class Row:
    """A municipality of a programme: what its council decided, and what the viewer may do about it."""

    of: ProgrammeMunicipality
    name: str
    mark: Mark
    over: bool
    """It has left or ended: shown, but not waited for."""
    in_force: bool
    """Its council has approved and the programme's period is going."""
    due: law.Due | None
    gone: Gone | None
    """It has ended by a merger, and nobody has put the new one in its place."""
    records: bool
    against: bool

    @property
    def decided(self) -> bool:
        return self.of.state in rules.DECISIONS


@dataclass(frozen=True)
class Box:
    """The councils' box of a programme's page."""

    programme: MunicipalProgramme
    mark: Mark
    summary: list[str]
    rows: list[Row]
    standing: Standing
    hearings: list[tuple[About, str]]
    due: law.Due | None
    why: list[str]
    review_mark: Mark | None
    last_review: ProgrammeReview | None
    expired: bool
    leads: bool
    takes_part: bool
    hears: bool
    """The viewer may send it for statements."""
    followers: list[MunicipalProgramme] = field(default_factory=list)

    @property
    def address(self) -> str:
        return reverse("steering:council-programme", args=[self.programme.pk])

    @property
    def basis(self) -> str:
        """The section that the next review is counted by."""
        return self.due.rule.citation(writing.language()) if self.due else ""

    @property
    def gone(self) -> list[Row]:
        return [one for one in self.rows if one.gone]

    @property
    def is_draft(self) -> bool:
        return self.programme.state == MunicipalState.DRAFT

    @property
    def is_before(self) -> bool:
        return self.programme.state == MunicipalState.COUNCILS

    @property
    def is_approved(self) -> bool:
        return self.programme.state == MunicipalState.APPROVED

    @property
    def may_publish(self) -> bool:
        settled = self.programme.state in (MunicipalState.APPROVED, MunicipalState.ENDED)
        return self.leads and settled and self.programme.published_at is None


def box(viewer: Viewer, programme: MunicipalProgramme) -> Box:
    """Everything that the box says. Six statements; one more for each municipality that has ended."""
    rows = list(
        access_municipal.municipalities(viewer)
        .filter(programme=programme)
        .select_related("organisation")
        .order_by("organisation__sort_key_fi", "code")
    )
    reviewed = ProgrammeReview.objects.filter(programme=programme).order_by("-on", "-pk").first()
    councils = [Council(one.code, one.state, one.decided_on, last_day(one.days)) for one in rows]
    found = rules.standing(councils, viewer.day)
    names = {one.code: one.organisation.name for one in rows}
    asked = programme.state != MunicipalState.DRAFT
    due = None
    if programme.state == MunicipalState.APPROVED and found.approved_on:
        due = rules.review_due(programme.act, found.approved_on, reviewed.on if reviewed else None)
    state = rules.review_state(due.due, viewer.day) if due and due.due else ""
    last = programme.last_day
    leads = access_municipal.leads(viewer, programme)
    return Box(
        programme,
        municipal_mark(programme, viewer.day),
        wording.summary(
            programme,
            [names[code] for code in found.approved],
            [names[code] for code in found.waiting],
            [names[code] for code in found.against],
            found.approved_on,
        ),
        [_row(viewer, programme, one, reviewed, asked) for one in rows],
        found,
        _hearings(viewer, programme),
        due,
        wording.counted_from(due, reviewed is not None, viewer.day) if due else [],
        wording.review_mark(state) if state else None,
        reviewed,
        programme.state == MunicipalState.APPROVED and last is not None and last < viewer.day,
        leads,
        access_municipal.takes_part(viewer, programme),
        leads and viewer.may(Capability.HEARING_KEEP),
        list(access_municipal.programmes(viewer).filter(replaces=programme).order_by("pk")),
    )


def _hearings(viewer: Viewer, programme: MunicipalProgramme) -> list[tuple[About, str]]:
    found = hearings.about(viewer, PROGRAMME, programme.pk)
    return [(one, wording.hearing_words(one)) for one in found]


def _row(
    viewer: Viewer,
    programme: MunicipalProgramme,
    of: ProgrammeMunicipality,
    reviewed: ProgrammeReview | None,
    asked: bool,
) -> Row:
    last = last_day(of.days)
    over = of.state == CouncilState.LEFT or (last is not None and last < viewer.day)
    settled = programme.state in (MunicipalState.COUNCILS, MunicipalState.APPROVED)
    approved = of.state == CouncilState.APPROVED and of.decided_on is not None
    due = None
    if approved and settled and not over and of.decided_on:
        due = rules.review_due(programme.act, of.decided_on, reviewed.on if reviewed else None)
    mark = council_mark(of.state)
    if not asked and of.state == CouncilState.WAITING:
        mark = Mark("plan", wording.not_asked())
    return Row(
        of,
        of.organisation.name,
        mark,
        over,
        approved and settled and not over and viewer.day in programme.days,
        due,
        None if over or programme.state == MunicipalState.ENDED else gone(of.code, viewer.day),
        settled and not over and access_councils.records_for(viewer, programme, of),
        of.state in rules.AGAINST and settled,
    )


# The list ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Listed:
    """A programme in the list of reviews and councils."""

    programme: MunicipalProgramme
    mark: Mark
    municipalities: str
    standing: Standing
    due: date | None
    own: bool
    """The day is our own target, not the law's."""
    state: str
    review_mark: Mark | None
    expired: bool


def listed(viewer: Viewer, shown: str = "all", words: str = "") -> list[Listed]:
    """Programmes that have been sent to the councils or approved, the nearest review first. Four statements."""
    rows = access_municipal.programmes(viewer).filter(
        state__in=(MunicipalState.COUNCILS, MunicipalState.APPROVED)
    )
    if words:
        named = Q(name_fi__icontains=words) | Q(name_sv__icontains=words)
        there = ProgrammeMunicipality.objects.filter(
            Q(organisation__name_fi__icontains=words) | Q(organisation__name_sv__icontains=words)
        )
        rows = rows.filter(named | Q(pk__in=there.values("programme")))
    found = _listed(list(rows), viewer.day)
    ordered = sorted(found, key=lambda one: (one.due or date.max, one.programme.name, one.programme.pk))
    return [one for one in ordered if _is_shown(one, shown)]


def _is_shown(one: Listed, shown: str) -> bool:
    if shown == "councils":
        return one.programme.state == MunicipalState.COUNCILS
    if shown == "expired":
        return one.expired
    return shown not in ("late", "soon") or one.state == shown


def _listed(programmes: Sequence[MunicipalProgramme], day: date) -> list[Listed]:
    due = programme_reviews.due_days([one for one in programmes if one.state == MunicipalState.APPROVED])
    joined: dict[int, list[ProgrammeMunicipality]] = {}
    rows = ProgrammeMunicipality.objects.filter(programme_id__in=[one.pk for one in programmes])
    for one in rows.select_related("organisation").order_by("organisation__sort_key_fi", "code"):
        joined.setdefault(one.programme_id, []).append(one)
    found = []
    for programme in programmes:
        mine = joined.get(programme.pk, [])
        councils = [Council(one.code, one.state, one.decided_on, last_day(one.days)) for one in mine]
        last = programme.last_day
        expired = programme.state == MunicipalState.APPROVED and last is not None and last < day
        clock = None if expired else due.get(programme.pk)
        state = rules.review_state(clock.due, day) if clock and clock.due else ""
        found.append(
            Listed(
                programme,
                municipal_mark(programme, day),
                ", ".join(
                    one.organisation.name
                    for one, council in zip(mine, councils, strict=True)
                    if council.counts(day)
                ),
                rules.standing(councils, day),
                clock.due if clock else None,
                bool(clock and clock.rule.own),
                state,
                wording.review_mark(state) if state else None,
                expired,
            )
        )
    return found
