"""What pages and the API read of courses: the search, the map, one course, its queue, and what fits one client.

Not for: teaching (``teaching.py``), results (``results.py``). How many wait is a number of all, who waits is not.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kotopolku.access.capabilities import Capability
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Organisation
from kotopolku.clients.access import Case, latest_plan, seeing_all
from kotopolku.clients.models import Measure, PlanStatus, Relationship
from kotopolku.progress.models import AbsenceProcess, Outcome
from kotopolku.reference import queries as reference
from kotopolku.reference.models import AreaKind
from kotopolku.reference.pages import TILE_SIDE, Cell, TileMap
from kotopolku.training import access, curricula, rules, wording
from kotopolku.training.models import (
    OPEN,
    STUDENT,
    Course,
    CourseSession,
    CourseState,
    Enrolment,
    EnrolmentState,
)
from kotopolku.training.queries.levels import entry_level

PAGE_SIZE = 50
MOST_EXPORTED = 5_000
MOST_COMPARED = 300
MOST_SUGGESTED = 6
ANSWERS_SHOWN_DAYS = 90
"""So long does a client see why a wish was not met. Our own choice."""
LATE_DAYS = 30
"""So long after its start is a course still suggested. Our own choice."""


@dataclass(frozen=True)
class Wanted:
    """What is sought; empty values do not narrow."""

    rank: int | None = None
    track: str = ""
    kind: str = ""
    municipality: str = ""
    remote: bool = False
    from_day: date | None = None
    free: bool = False
    language: str = ""
    child_care: bool = False
    own: bool = False
    past: bool = False


@dataclass(frozen=True)
class CourseLine:
    """A course in a list."""

    course: Course
    waiting: int

    @property
    def place(self) -> str:
        return wording.place_name(self.course)

    @property
    def level(self) -> str:
        return wording.level_range(self.course.entry_from, self.course.entry_to)

    @property
    def seats(self) -> str:
        return wording.seats_text(self.course, self.waiting)

    @property
    def support(self) -> list[str]:
        return wording.language_names(self.course.support_languages)


def search(viewer: Viewer, wanted: Wanted) -> "QuerySet[Course]":
    """Courses that are sought, the next to start first; of past ones the newest. No statement yet."""
    rows = access.courses(viewer).select_related("provider", "organiser")
    if wanted.own:
        rows = rows.filter(Q(organiser_id=viewer.organisation_id) | Q(provider_id=viewer.organisation_id))
    else:
        rows = rows.filter(state=CourseState.PUBLISHED)
    rows = rows.filter(ends_on__lt=viewer.day) if wanted.past else rows.filter(ends_on__gte=viewer.day)
    if wanted.rank is not None:
        rows = rows.filter(Q(entry_from_rank=None) | Q(entry_from_rank__lte=wanted.rank))
        rows = rows.filter(Q(entry_to_rank=None) | Q(entry_to_rank__gte=wanted.rank))
    if wanted.track:
        rows = rows.filter(track=wanted.track)
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.municipality and wanted.remote:
        rows = rows.filter(Q(municipality=wanted.municipality) | Q(attending="remote"))
    elif wanted.municipality:
        rows = rows.filter(municipality=wanted.municipality)
    elif wanted.remote:
        rows = rows.filter(attending__in=["remote", "hybrid"])
    if wanted.from_day:
        rows = rows.filter(starts_on__gte=wanted.from_day)
    if wanted.free:
        rows = rows.filter(taken__lt=F("seats"))
    if wanted.language:
        rows = rows.filter(support_languages__contains=[wanted.language])
    if wanted.child_care:
        rows = rows.filter(child_care=True)
    return rows.order_by("-starts_on", "-id") if wanted.past else rows.order_by("starts_on", "id")


def lines(viewer: Viewer, courses: Iterable[Course]) -> list[CourseLine]:
    """Courses with how many wait. One statement."""
    found = list(courses)
    waiting = queue_lengths(viewer, [one.pk for one in found])
    return [CourseLine(one, waiting.get(one.pk, 0)) for one in found]


def queue_lengths(viewer: Viewer, course_ids: Sequence[int]) -> dict[int, int]:
    """How many are in the queue of each course, whoever they are. One statement."""
    with seeing_all(viewer):
        rows = Enrolment.objects.filter(course_id__in=course_ids, state=EnrolmentState.QUEUED)
        return dict(rows.values_list("course_id").annotate(number=Count("id")).order_by())


# --- The map -----------------------------------------------------------------------------------------------------------

FREE_STEPS = (1, 5, 10, 20)
NAMED_TILE = 80
MOST_NAMED = 80


def tiles(viewer: Viewer, rows: "QuerySet[Course]", address: str) -> TileMap:
    """Municipalities around the viewer's, of the country for who has no area: free seats on each. Two statements.

    ``address`` ends so that a municipality's code can follow it.
    """
    free: dict[str, tuple[int, int]] = {}
    for code, seats, taken in (
        rows.exclude(municipality="").order_by().values_list("municipality", "seats", "taken")
    ):
        number, some = free.get(code, (0, 0))
        free[code] = (number + 1, some + seats - taken)
    shown = _around(viewer)
    found = [one for one in reference.tiles_on(viewer.day) if not shown or one.code in shown]
    named = len(found) <= MOST_NAMED
    side = NAMED_TILE if named else TILE_SIDE
    left, top = min((one.column for one in found), default=0), min((one.row for one in found), default=0)
    names = {one.code: one.name() for one in reference.municipalities_on(viewer.day)}
    cells = []
    for one in found:
        number, some = free.get(one.code, (0, 0))
        words = {"name": names.get(one.code, one.code), "number": number, "free": some}
        cells.append(
            Cell(
                x=(one.column - left) * side,
                y=(one.row - top) * side,
                step=sum(some >= limit for limit in FREE_STEPS) if number else None,
                value=str(some) if number else "–",
                title=_tile_words(number) % words,
                name=str(words["name"]) if named else "",
                address=f"{address}{one.code}" if number else "",
                side=side,
            )
        )
    legend: list[tuple[int | None, str]] = [
        (0, _("no free seat")),
        (1, "1–4"),
        (2, "5–9"),
        (3, "10–19"),
        (4, _("20 or more")),
        (None, _("no course")),
    ]
    label = _("Municipalities as tiles, north up. The number is free seats.")
    return TileMap(cells=cells, label=label, legend=legend, side=side)


def _tile_words(number: int) -> str:
    if not number:
        return _("%(name)s: no course")
    return ngettext(
        "%(name)s: %(number)d course, free seats %(free)d",
        "%(name)s: %(number)d courses, free seats %(free)d",
        number,
    )


def _around(viewer: Viewer) -> set[str]:
    """Municipalities of the regions in which the viewer's authority works; none for who has no area of its own."""
    found = Organisation.objects.filter(pk=viewer.organisation_id or 0).first()
    if found is None or found.area_kind in ("", "country"):
        return set()
    everybody = reference.municipalities_on(viewer.day)
    if found.area_kind == "municipality":
        own = {found.area_code} & {one.code for one in everybody}
    else:
        own = {one.code for one in reference.municipalities_in(found.area_kind, found.area_code, viewer.day)}
    regions = {reference.areas_of(code, viewer.day).region for code in own}
    return {
        one.code
        for region in regions
        for one in reference.municipalities_in(AreaKind.REGION, region, viewer.day)
    }


# --- One course --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CourseDetail:
    """What the page of one course shows."""

    course: Course
    waiting: int
    curriculum: curricula.Curriculum | None
    slots: list[str]
    sessions: list[CourseSession]
    mine: list[tuple[Enrolment, str]]
    """The viewer's own clients in it, with their names, wishes too; for those who may open clients."""

    @property
    def place(self) -> str:
        return wording.place_name(self.course)

    @property
    def level(self) -> str:
        return wording.level_range(self.course.entry_from, self.course.entry_to)

    @property
    def support(self) -> list[str]:
        return wording.language_names(self.course.support_languages)


def detail(viewer: Viewer, course: Course) -> CourseDetail:
    """Five statements at most."""
    mine: list[tuple[Enrolment, str]] = []
    if viewer.may(Capability.CLIENT_VIEW):
        rows = list(
            access.enrolments(viewer).filter(course=course, state__in=OPEN).order_by("queued_on", "id")
        )
        names = own_names(viewer, rows)
        mine = [(row, names[row.relationship_id]) for row in rows if row.relationship_id in names]
    return CourseDetail(
        course=course,
        waiting=queue_lengths(viewer, [course.pk]).get(course.pk, 0),
        curriculum=curricula.curriculum(course.curriculum),
        slots=[wording.slot_text(rules.Slot.from_json(row)) for row in course.slots],
        sessions=list(CourseSession.objects.filter(course=course).order_by("date", "starts")),
        mine=mine,
    )


def own_names(viewer: Viewer, rows: Sequence[Enrolment]) -> dict[int, str]:
    """Names by relationship of those whom the viewer's own authority answers for. One statement, none without the right."""
    if not rows or not viewer.may(Capability.CLIENT_VIEW):
        return {}
    found = Relationship.objects.filter(
        pk__in=[row.relationship_id for row in rows],
        responsibilities__authority_id=viewer.organisation_id,
        responsibilities__days__contains=viewer.day,
    ).select_related("person")
    return {one.pk: one.person.name for one in found}


@dataclass(frozen=True)
class QueueRow:
    """One in the queue, or a student, as the organiser sees it."""

    enrolment: Enrolment
    place: int
    """Its place in the queue; 0 when not in it."""
    name: str
    """The name of an own client; empty for another authority's, who is known by the case number."""
    elsewhere: bool
    """Whether the client has a place in another course at the same time."""

    @property
    def mark(self) -> wording.Mark:
        state = EnrolmentState(self.enrolment.state)
        return wording.Mark(wording.STATE_MARKS[state], str(state.label))


NEVER_QUEUED = ("wished", "cancelled", "turned-down")
"""States of a wish that no worker has taken into the queue."""


@dataclass(frozen=True)
class Queue:
    """Who waits, who has been offered a place, who studies, and what has ended."""

    wishes: int
    """How many clients wish for it and wait for their own worker's word; they stand in no order yet."""
    waiting: list[QueueRow]
    seated: list[QueueRow]
    past: list[QueueRow]

    @property
    def rows(self) -> list[QueueRow]:
        return [*self.waiting, *self.seated, *self.past]


def queue(viewer: Viewer, course: Course) -> Queue:
    """The organiser's view of who wants and who studies. Four statements."""
    rows = list(Enrolment.objects.filter(course=course).order_by("queued_on", "id"))
    names = own_names(viewer, rows)
    with seeing_all(viewer):
        busy = set(
            Enrolment.objects.filter(
                relationship_id__in=[row.relationship_id for row in rows],
                state__in=["accepted", "started"],
                course__ends_on__gte=course.starts_on,
                course__starts_on__lte=course.ends_on,
            )
            .exclude(course=course)
            .values_list("relationship_id", flat=True)
        )
    made: dict[str, list[QueueRow]] = {"waiting": [], "seated": [], "past": []}
    wishes = sum(row.state == EnrolmentState.WISHED for row in rows)
    for row in rows:
        if row.wished_on and not row.queue_reason and row.state in NEVER_QUEUED:
            continue
        kind = "waiting" if row.state == "queued" else "seated" if row.state in OPEN else "past"
        place = len(made["waiting"]) + 1 if kind == "waiting" else 0
        name = names.get(row.relationship_id, "")
        made[kind].append(QueueRow(row, place, name, row.relationship_id in busy))
    return Queue(wishes, **made)


# --- One client --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ClientPlace:
    """A course of a client, waited for, offered, studied or past."""

    enrolment: Enrolment

    @property
    def mark(self) -> wording.Mark:
        state = EnrolmentState(self.enrolment.state)
        return wording.Mark(wording.STATE_MARKS[state], str(state.label))

    @property
    def is_open(self) -> bool:
        return self.enrolment.state in OPEN


@dataclass(frozen=True)
class Suggestion:
    """A course for a client with named reasons."""

    line: CourseLine
    reasons: list[wording.Reason]
    why: tuple[rules.Why, ...]
    """The same as codes, for words of another page."""


@dataclass(frozen=True)
class Wish:
    """What the client has asked for at the own page, and how that course fits."""

    enrolment: Enrolment
    line: CourseLine
    reasons: list[wording.Reason]


def wishes_of(viewer: Viewer, case: Case) -> list[Wish]:
    """The client's wishes that wait for an answer, the oldest first. Four statements, one without wishes."""
    rows = list(
        access.of_client(case.relationship.pk).filter(state=EnrolmentState.WISHED).order_by("wished_on", "id")
    )
    found = lines(viewer, [row.course for row in rows]) if rows else []
    return [Wish(row, line, why(case, line)) for row, line in zip(rows, found, strict=True)]


def wish_for(relationship_id: int, course_id: int) -> Enrolment | None:
    """The client's wish for the course that waits for an answer. The case was opened before."""
    return access.of_client(relationship_id).filter(course=course_id, state=EnrolmentState.WISHED).first()


def places_of(relationship_id: int) -> list[ClientPlace]:
    """The client's courses, the newest first. The case was opened before."""
    return [ClientPlace(row) for row in access.of_client(relationship_id)]


@dataclass(frozen=True)
class Stopped:
    """Studies that go on although their interruption was decided of an absence."""

    enrolment: Enrolment
    process: AbsenceProcess


def stopped(rows: "QuerySet[Enrolment]") -> list[Stopped]:
    """Of students' ``rows`` those whose interruption was decided since they began. Two statements, one without any."""
    decided = AbsenceProcess.objects.filter(outcome=Outcome.INTERRUPTED, measure__in=rows.values("measure"))
    last = {one.measure_id: one for one in decided.order_by("decided_on", "id")}
    studying = rows.filter(measure__in=last, started_on__isnull=False).order_by("id") if last else []
    found = [Stopped(row, last[row.measure_id]) for row in studying if row.measure_id]
    return [
        one for one in found if (one.process.decided_on or date.min) >= (one.enrolment.started_on or date.max)
    ]


def to_interrupt(relationship_id: int) -> list[Stopped]:
    """The client's studies that a decision stopped and that still go on. The case was opened before."""
    return stopped(access.of_client(relationship_id).filter(state=EnrolmentState.STARTED))


def suggestions(
    viewer: Viewer, case: Case, *, most: int = MOST_SUGGESTED, wanted: Wanted | None = None
) -> list[Suggestion]:
    """Courses still to come that suit the client, by named reasons in turn; six statements at most.

    Under a non-disclosure order no distance is computed: the client's municipality is not asked for.
    """
    taken = Enrolment.objects.filter(relationship=case.relationship, state__in=OPEN).values("course_id")
    rows = (
        search(viewer, wanted or Wanted())
        .filter(starts_on__gte=viewer.day - timedelta(days=LATE_DAYS))
        .exclude(kind="self-study")
        .exclude(pk__in=taken)
    )
    courses = lines(viewer, rows[:MOST_COMPARED])
    facts = {language: facts_of(case, language) for language in {one.course.language for one in courses}}
    compared = [(rules.fit(facts[one.course.language], offer_of(one)), one) for one in courses]
    fitting = sorted(
        (pair for pair in compared if pair[0].suits),
        key=lambda pair: (pair[0].order, pair[1].course.starts_on, pair[1].course.pk),
    )
    return [Suggestion(one, wording.reasons(found.reasons), found.reasons) for found, one in fitting[:most]]


def reasons_for(case: Case, line: CourseLine) -> tuple[rules.Why, ...]:
    """How one course fits the client, as codes. Three statements."""
    return rules.fit(facts_of(case, line.course.language), offer_of(line)).reasons


def why(case: Case, line: CourseLine) -> list[wording.Reason]:
    """The same in words."""
    return wording.reasons(reasons_for(case, line))


def facts_of(case: Case, language: str) -> rules.ClientFacts:
    """What of the client courses in one language are compared with. Three statements."""
    person, plan = case.relationship.person, latest_plan(case.relationship.pk)
    level = entry_level(person.pk, language)
    last = access.of_client(case.relationship.pk).filter(state__in=STUDENT).exclude(course__track="").first()
    in_force = plan is not None and plan.status == PlanStatus.IN_FORCE
    codes = (person.service_language, person.mother_tongue, *person.languages)
    return rules.ClientFacts(
        rank=level.rank if level else None,
        track=last.course.track if last else "",
        plan_ends=(plan.latest_end or plan.ends_on) if plan is not None and in_force else None,
        at=_centre(case.responsibility.municipality),
        languages=tuple(code for code in dict.fromkeys(codes) if code),
    )


def offer_of(line: CourseLine) -> rules.OfferFacts:
    course, found = line.course, curricula.curriculum(line.course.curriculum)
    return rules.OfferFacts(
        starts_on=course.starts_on,
        ends_on=course.ends_on,
        free=course.free,
        waiting=line.waiting,
        low=course.entry_from_rank,
        high=course.entry_to_rank,
        track=course.track,
        at=_centre(course.municipality),
        remote=course.attending == "remote",
        support_languages=tuple(course.support_languages),
        own_language=bool(found and found.own_language),
    )


def _centre(code: str) -> tuple[float, float] | None:
    found = reference.municipality_by_code(code) if code else None
    return (found.lat, found.lon) if found else None


def measures_to_carry_out(relationship_id: int) -> list[Measure]:
    """Planned measures of the client's plan that a course could carry out. Two statements."""
    plan = latest_plan(relationship_id)
    if plan is None or plan.status == PlanStatus.ENDED:
        return []
    kinds = ["language", "literacy", "integration-training", "vocational", "orientation", "self-study"]
    rows = Measure.objects.filter(
        plan=plan, removed=False, state__in=["planned", "under-way"], kind__in=kinds
    )
    return list(rows.order_by("goal__position", "position", "id"))


def groups_to_move_to(viewer: Viewer, course: Course) -> list[Course]:
    """Other groups of the same organiser with a free seat that have not ended."""
    rows = access.courses(viewer).filter(
        organiser_id=course.organiser_id,
        state=CourseState.PUBLISHED,
        ends_on__gte=viewer.day,
        taken__lt=F("seats"),
    )
    return list(rows.exclude(pk=course.pk).select_related("provider").order_by("starts_on", "id")[:100])


# --- The client's own page ------------------------------------------------------------------------------------------------


def own_places(viewer: Viewer) -> list[Enrolment]:
    """The client's own courses with what happens next, the newest first; not wishes, nor a group one was moved from."""
    rows = access.enrolments(viewer).exclude(state__in=["wished", "turned-down", "moved"])
    rows = rows.exclude(state="cancelled", queue_reason="")
    return list(rows.select_related("course__provider").order_by("-id")[:20])


def own_wishes(viewer: Viewer) -> list[Enrolment]:
    """What the client has wished for: what waits for an answer, and answers of the last months. One statement."""
    since = viewer.day - timedelta(days=ANSWERS_SHOWN_DAYS)
    rows = access.enrolments(viewer).filter(
        Q(state=EnrolmentState.WISHED) | Q(state=EnrolmentState.TURNED_DOWN, ended_on__gte=since)
    )
    return list(rows.select_related("course__provider").order_by("-wished_on", "-id")[:20])


def open_offer(viewer: Viewer) -> Enrolment | None:
    """The place that is offered to the client and waits for an answer, the first to lapse. One statement."""
    rows = access.enrolments(viewer).filter(state=EnrolmentState.OFFERED, answer_by__gte=viewer.day)
    return rows.select_related("course").order_by("answer_by", "id").first()
