"""What the own page reads: the path, plan, contact today, who has looked, and what the rooms below keep for the client.

Each takes the viewer and shows only the person whose path is open; row security stands under it. Not for: writing.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import connection
from django.db.models import Prefetch, Sum
from django.urls import reverse

from kotopolku import clock, law
from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.actors import queries as actors
from kotopolku.actors.models import Contact, Membership
from kotopolku.appointments import queries as appointments
from kotopolku.appointments.client_users import ClientUser
from kotopolku.appointments.queries import OwnAppointment
from kotopolku.clients import access as clients_access
from kotopolku.clients.models import (
    Assessment,
    Clock,
    Goal,
    Measure,
    Permit,
    Person,
    Plan,
    PlanStatus,
    Responsibility,
)
from kotopolku.desk.recipients import Recipients
from kotopolku.families import rules as family_rules
from kotopolku.families.models import Relation, Representative
from kotopolku.journal import names as journal_names
from kotopolku.mypage import access, rules, wording
from kotopolku.mypage.access import OwnCase
from kotopolku.mypage.models import CorrectionRequest, CorrectionState, OwnAccount
from kotopolku.progress.models import AttendanceMonth

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class ContactToday:
    """Whom the client can ask today: the worker, or whoever stands in."""

    name: str
    organisation: str
    telephone: str = ""
    telephone_link: str = ""
    stands_in_for: str = ""
    returns_on: date | None = None


@dataclass(frozen=True)
class OwnPlan:
    """The open plan, else the last ended one, with goals and measures as they are now."""

    plan: Plan
    goals: tuple[Goal, ...]
    """``goal.shown_measures`` are its measures."""

    @property
    def can_be_signed(self) -> bool:
        return (
            self.plan.status == PlanStatus.IN_FORCE
            and self.plan.made_on is not None
            and self.plan.signed_on is None
        )

    @property
    def measures(self) -> list[Measure]:
        return [measure for goal in self.goals for measure in goal.shown_measures]  # type: ignore[attr-defined]


@dataclass(frozen=True)
class OwnPath:
    """All that the first page shows of the path."""

    case: OwnCase
    responsibility: Responsibility | None
    plan: OwnPlan | None
    steps: tuple[rules.PathStep, ...]
    clocks: tuple[Clock, ...]
    contact: ContactToday | None


def own_path(viewer: Viewer) -> OwnPath:
    """The path of the open person. Raises ``NotVisible``. About ten statements, however long the path."""
    case = access.own_case(viewer)
    responsibility = answering(viewer, case)
    plan = own_plan(case)
    return OwnPath(
        case=case,
        responsibility=responsibility,
        plan=plan,
        steps=rules.path_steps(_facts(case, plan, viewer.day)),
        clocks=client_clocks(viewer, case),
        contact=contact_today(responsibility, viewer.day),
    )


def answering(viewer: Viewer, case: OwnCase) -> Responsibility | None:
    """Who answers for the client on the day; None when the relationship has ended."""
    return (
        Responsibility.objects.filter(relationship=case.relationship, days__contains=viewer.day)
        .select_related("authority", "worker")
        .first()
    )


def own_plan(case: OwnCase) -> OwnPlan | None:
    """The plan of the client with goals and measures, three statements. A draft is not shown before it is made."""
    plan = clients_access.latest_plan(case.relationship.pk)
    if plan is None or plan.made_on is None:
        return None
    measures = Measure.objects.filter(removed=False).select_related("provider").order_by("position", "id")
    goals = (
        Goal.objects.filter(plan=plan, removed=False)
        .prefetch_related(Prefetch("measures", queryset=measures, to_attr="shown_measures"))
        .order_by("position", "id")
    )
    return OwnPlan(plan, tuple(goals))


def _facts(case: OwnCase, plan: OwnPlan | None, day: date) -> rules.PathFacts:
    assessment = (
        Assessment.objects.filter(relationship=case.relationship).order_by("-started_on", "-id").first()
    )
    return rules.PathFacts(
        day=day,
        started_on=case.relationship.started_on,
        assessment_started_on=assessment.started_on if assessment else None,
        assessed_on=assessment.completed_on if assessment else None,
        plan_needed=assessment.plan_needed if assessment else None,
        plan_made_on=plan.plan.made_on if plan else None,
        plan_signed_on=plan.plan.signed_on if plan else None,
        plan_ends_on=plan.plan.ends_on if plan else None,
        plan_ended_on=plan.plan.ended_on if plan else None,
        measures=tuple(_measure_facts(measure) for measure in plan.measures) if plan else (),
        ended_on=case.relationship.ended_on,
    )


def _measure_facts(measure: Measure) -> rules.MeasureFacts:
    return rules.MeasureFacts(
        measure.pk, measure.title, measure.kind, measure.state, measure.starts_on, measure.ends_on
    )


def client_clocks(viewer: Viewer, case: OwnCase) -> tuple[Clock, ...]:
    """Running legal deadlines that a client is told of, the nearest first."""
    rows = Clock.objects.filter(
        clients_access.open_on(viewer.day),
        relationship=case.relationship,
        own=False,
        rule__in=rules.CLIENT_CLOCKS,
    )
    return tuple(sorted(rows, key=lambda row: (row.due or date.max, row.rule)))


def act_of(plan: OwnPlan | None, day: date) -> str:
    """The Act whose rights and duties the client follows: the plan's own until a review under the new one."""
    now = law.first_plan_end(day).rule.act
    if plan is None or not plan.plan.act or plan.plan.act == now:
        return now
    return now if plan.plan.reviews.filter(act=now).exists() else plan.plan.act


def contact_today(responsibility: Responsibility | None, day: date) -> ContactToday | None:
    """Who answers for the client today: the worker, or the deputy of an absence, or who stands in as a contact."""
    if responsibility is None:
        return None
    organisation = responsibility.authority.name
    worker_id = responsibility.worker_id
    found = actors.answering_worker(worker_id, day, responsibility.authority_id) if worker_id else None
    if found is None:
        return ContactToday(name="", organisation=organisation)
    contact = (
        Contact.objects.filter(
            user_id=found.user_id, organisation_id=responsibility.authority_id, valid__contains=day
        )
        .order_by("pk")
        .first()
    )
    today = actors.who_answers_today(contact, day) if contact else None
    stands_in_for, returns_on = found.stands_in_for, None
    if found.away_until is not None:
        returns_on = found.away_until + ONE_DAY
    if today is not None and today.is_deputy and not found.is_deputy:
        stands_in_for, returns_on = today.contact.display_name, today.returns_on
    return ContactToday(
        name=today.answers.display_name if today else found.name,
        organisation=organisation,
        telephone=today.answers.telephone if today else "",
        telephone_link=today.telephone_link if today else "",
        stands_in_for=stands_in_for,
        returns_on=returns_on,
    )


# Appointments and courses -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ShownAppointment:
    """An appointment in the plain words of the page's language."""

    id: int
    starts_at: datetime
    ends_at: datetime
    topic: str
    way: str
    place: str
    info: str
    workers: tuple[str, ...]
    interpreter: str
    state: str
    answer: str
    wish: str
    can_answer: bool


def shown(one: OwnAppointment) -> ShownAppointment:
    return ShownAppointment(
        id=one.id,
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        topic=wording.topic(one.topic_code),
        way=wording.way(one.way_code),
        place=one.place,
        info=one.info,
        workers=one.workers,
        interpreter=", ".join(wording.language_name(code) for code in one.interpreter),
        state=one.state,
        answer=one.answer,
        wish=one.wish,
        can_answer=one.can_answer,
    )


def appointments_by_time(viewer: Viewer) -> tuple[list[ShownAppointment], list[ShownAppointment]]:
    """Appointments to come, the nearest first, and past ones, the latest first. Cancelled ones stay visible."""
    found = [shown(one) for one in appointments.of_person(viewer, access.own_person_id(viewer))]
    now = clock.now()
    coming = [one for one in found if one.ends_at >= now]
    return coming[::-1], [one for one in found if one.ends_at < now]


def coming_appointments(viewer: Viewer) -> list[ShownAppointment]:
    """Appointments that will be held, the nearest first."""
    return [one for one in appointments_by_time(viewer)[0] if one.state == "planned"]


@dataclass(frozen=True)
class Course:
    """A course or activity of the plan in plain words."""

    title: str
    kind: str
    arranger: str
    state: str
    state_name: str
    starts_on: date | None
    ends_on: date | None
    attended: Decimal | None = None
    """Hours attended of ``hours_planned`` so far, as reported; None when nothing has been reported."""
    hours_planned: Decimal | None = None


def courses(viewer: Viewer, case: OwnCase) -> list[Course]:
    """Courses and activities of the plan: what is going on first, then what comes, then what is done."""
    plan = own_plan(case)
    order = {"under-way": 0, "planned": 1, "done": 2, "dropped": 3}
    found = sorted(plan.measures, key=lambda one: order.get(one.state, 4)) if plan else []
    reported = (
        AttendanceMonth.objects.filter(measure_id__in=[one.pk for one in found])
        .values("measure_id")
        .annotate(attended=Sum("hours_attended"), planned=Sum("hours_planned"))
    )
    hours = {row["measure_id"]: (row["attended"], row["planned"]) for row in reported}
    return [
        Course(
            title=one.title,
            kind=wording.measure_kind(one.kind),
            arranger=one.provider.name if one.provider else one.responsible,
            state=wording.STATE_MARKS.get(one.state, "plan"),
            state_name=wording.state_name(one.state),
            starts_on=one.starts_on,
            ends_on=one.ends_on,
            attended=hours.get(one.pk, (None, None))[0],
            hours_planned=hours.get(one.pk, (None, None))[1],
        )
        for one in found
    ]


def clock_lines(clocks: Iterable[Clock]) -> list[tuple[str, str]]:
    """Deadlines in plain words, each with the section of the Act; the same sentence only once."""
    lines: dict[str, str] = {}
    for row in clocks:
        text = wording.clock_text(row.rule, row.due)
        if text:
            lines.setdefault(text, f"{row.act} {row.section}")
    return list(lines.items())


def fees_to_explain(viewer: Viewer) -> list[date]:
    """Last days by which the client can explain a missed appointment before a fee is decided."""
    found = appointments.fees_of_person(viewer, access.own_person_id(viewer))
    return [one.heard_by for one in found if one.heard_on is None and one.heard_by >= viewer.day]


# Who has looked ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Looker:
    """One official (or a system, or a representative) who has opened the person's data in a month."""

    name: str
    title: str
    organisation: str
    times: int
    last_on: date


@dataclass(frozen=True)
class LookMonth:
    first_day: date
    lookers: tuple[Looker, ...] = field(default=())


_LOOKS = """
SELECT date_trunc('month', entry.at AT TIME ZONE 'Europe/Helsinki')::date AS month, entry.actor_id, entry.system,
       entry.organisation_id, count(*), max(entry.at)
FROM journal_mention mention JOIN journal_entry entry ON entry.id = mention.entry_id
WHERE mention.person_id = %(person)s AND entry.action = ANY(%(looks)s) AND entry.actor_id IS DISTINCT FROM %(self)s
GROUP BY 1, 2, 3, 4 ORDER BY 1 DESC, 5 DESC LIMIT %(limit)s
"""
LOOKS_LIMIT = 500


def who_has_looked(viewer: Viewer) -> list[LookMonth]:
    """Who has opened the person's data, by month, newest first. Lists and searches in which one appeared count too."""
    person_id = access.own_person_id(viewer)
    rowsecurity.open_subject(person_id)
    with connection.cursor() as cursor:
        values: dict[str, int | list[str] | None] = {
            "person": person_id,
            "looks": journal_names.looks(),
            "self": viewer.user_id,
            "limit": LOOKS_LIMIT,
        }
        cursor.execute(_LOOKS, values)
        rows: list[tuple[date, int | None, str, int | None, int, datetime]] = cursor.fetchall()
    users = actors.user_names({row[1] for row in rows if row[1]})
    organisations = actors.organisation_names({row[3] for row in rows if row[3]})
    titles = _titles({(row[1], row[3]) for row in rows if row[1] and row[3]})
    months: dict[date, list[Looker]] = defaultdict(list)
    for month, user, system, organisation, times, last in rows:
        months[month].append(
            Looker(
                name=users.get(user or 0, "") or system,
                title=titles.get((user, organisation), ""),
                organisation=organisations.get(organisation or 0, ""),
                times=times,
                last_on=last.astimezone(clock.HELSINKI).date(),
            )
        )
    return [LookMonth(month, tuple(lookers)) for month, lookers in months.items()]


def looks_this_month(viewer: Viewer) -> int:
    """How many different officials have opened the person's data in the month of the day."""
    first = viewer.day.replace(day=1)
    return sum(len(month.lookers) for month in who_has_looked(viewer) if month.first_day == first)


def _titles(seats: Iterable[tuple[int | None, int | None]]) -> dict[tuple[int | None, int | None], str]:
    wanted = set(seats)
    rows = Membership.objects.filter(
        user_id__in={user for user, _organisation in wanted},
        organisation_id__in={organisation for _user, organisation in wanted},
    ).order_by("valid")
    return {(row.user_id, row.organisation_id): row.title for row in rows if row.title}


# Requests to correct, persons, accounts ---------------------------------------------------------------------------


def own_corrections(viewer: Viewer) -> list[CorrectionRequest]:
    """The person's requests to correct, newest first."""
    rows = CorrectionRequest.objects.filter(person_id=access.own_person_id(viewer)).order_by("-made_at")
    return list(rows[:50])


def corrections_to_answer(viewer: Viewer) -> list[CorrectionRequest]:
    """Requests of clients for whom the viewer's authority answers today: open ones, the oldest first."""
    answered = clients_access.responsibilities(viewer).values("relationship_id")
    return list(
        CorrectionRequest.objects.filter(state=CorrectionState.OPEN, relationship_id__in=answered)
        .select_related("person", "relationship")
        .order_by("made_at")[:200]
    )


def persons(viewer: Viewer) -> list[Person]:
    """Everybody whose path the viewer may open, oneself first."""
    if viewer.own is None:
        return []
    found = Person.objects.in_bulk(viewer.own.persons)
    return [found[number] for number in viewer.own.persons if number in found]


def permits(person_id: int) -> list[Permit]:
    """The person's permits and registrations, the newest first."""
    return list(Permit.objects.filter(person_id=person_id).order_by("-starts"))


def users_of(person_ids: Iterable[int]) -> dict[int, list[int]]:
    """Users by whom each person's own path is opened: the person, and those who act for the person.

    For notices from rooms below; the caller's viewer is an official, so row security is lifted for these ids only.
    """
    ids = list(person_ids)
    today = clock.today()
    found: dict[int, list[int]] = defaultdict(list)
    with rowsecurity.as_system():
        guards = Relation.objects.filter(other_id__in=ids, custody=True, days__contains=today)
        for row in guards.select_related("other", "person__own_account"):
            acting = acts_as_guardian(row, today)
            account = getattr(row.person, "own_account", None)
            if acting and account is not None and account.closed_on is None:
                found[row.other_id].append(account.user_id)
        own = OwnAccount.objects.filter(person_id__in=ids, closed_on=None)
        tasks = Representative.objects.filter(person_id__in=ids, days__contains=today).exclude(user=None)
        pairs = [*own.values_list("person_id", "user_id"), *tasks.values_list("person_id", "user_id")]
    for person_id, user_id in pairs:
        if person_id is not None and user_id is not None:
            found[person_id].append(user_id)
    return found


def acts_as_guardian(row: Relation, day: date) -> bool:
    """Whether the guardian of the relation acts for the child on the day: not when the child has come of age."""
    days, child = row.days, row.other
    return (
        family_rules.acting("guardian", child.pk, child.birth_date, days.lower, days.upper, day) is not None
    )


def demo_accounts() -> list[OwnAccount]:
    """Accounts of example clients for one-press sign-in; the caller has made sure that this is the demo."""
    with rowsecurity.as_system():
        return list(
            OwnAccount.objects.filter(user__persona=True, closed_on=None)
            .select_related("user", "person")
            .order_by("user__username")
        )


def appointment_users(person_ids: Iterable[int]) -> dict[int, list[ClientUser]]:
    """Who is told of a client's appointments, and where they stand."""
    address = reverse("mypage:appointments")
    return {
        person_id: [ClientUser(user_id, address) for user_id in users]
        for person_id, users in users_of(person_ids).items()
    }


def recipients(person_id: int, what: str) -> Recipients:
    """Who is told of a message, a document or a course place for a client."""
    address = reverse({"message": "mypage:messages", "course": "mypage:training"}.get(what, "mypage:letters"))
    return Recipients(tuple(users_of([person_id]).get(person_id, ())), address)
