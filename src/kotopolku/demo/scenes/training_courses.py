"""Courses of the demo world: around Vantaa, in Kajaani and Kouvola; running, coming and past; queues, offers, students."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, time, timedelta

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Own, Viewer
from kotopolku.actors.models import Organisation, User
from kotopolku.actors.signin import entry_of_user
from kotopolku.clients.access import responsibilities
from kotopolku.demo.scenes import ActorOf
from kotopolku.demo.scenes.agreements import at, leader_of
from kotopolku.mypage.models import OwnAccount
from kotopolku.training import actions
from kotopolku.training.models import Course, Enrolment
from kotopolku.training.rules import CourseContent, Slot

MORNINGS = tuple(Slot(weekday, time(9), time(13)) for weekday in range(1, 6))
EVENINGS = (Slot(1, time(17), time(20)), Slot(3, time(17), time(20)))
OLD_DAY = date(2021, 3, 1)
FIRST, SECOND = "koul-esimerkkiopisto", "koul-mallikoulutus"


def play(actor_of: ActorOf, day: date) -> None:
    schools = {one.code: one for one in Organisation.objects.filter(code__in=[FIRST, SECOND])}
    if len(schools) < 2:
        return
    team = actor_of("tyo.vantaa")
    week = day - timedelta(days=day.weekday())
    running, coming, full = _offer(team, schools, week)
    clients = _clients(team, day)
    _students(team, running, clients[:6], day)
    _queue(team, coming, full, clients[6:13])
    buyer = actor_of("hankinta.vantaa")
    waiting = list(Enrolment.objects.filter(course=coming, state="queued").order_by("queued_on", "id")[:2])
    for row in waiting:
        actions.offer_place(row.pk, actor=buyer)
    _own_page(team, coming, clients)
    kajaani = _elsewhere(team, schools, week)
    for username, course in (("kunta.vantaa", coming), ("kunta.kajaani", kajaani)):
        worker = actor_of(username)
        for relationship_id in _clients(worker, day)[:2]:
            actions.queue_client(relationship_id, course.pk, "Toive ja taso sopivat.", actor=worker)
    _wishes(actor_of)
    _of_the_ely(schools)


def _content(school: Organisation, day: date, **changes: object) -> CourseContent:
    content = CourseContent(
        provider_id=school.pk,
        name="Kotoutumiskoulutus, peruspolku",
        kind="integration",
        curriculum="integration-2022",
        starts_on=day + timedelta(days=28),
        ends_on=day + timedelta(days=240),
        seats=16,
        track="basic",
        target_level="B1.1",
        entry_from="A1.1",
        entry_to="A2.1",
        municipality="092",
        address="Esimerkkikatu 12",
        timetable="Arkisin aamupäivällä. Työssäoppimista kahdeksan viikkoa keväällä.",
        slots=MORNINGS,
    )
    return replace(content, **changes)  # type: ignore[arg-type]


def _published(actor: Viewer, content: CourseContent, on: date | None = None) -> Course:
    """Planned and published on the day, or on an earlier one."""
    then = at(replace(actor, day=on or actor.day))
    with clock.at(then.day):
        made = actions.plan_course(content, actor=then)
        made = actions.publish_course(made.pk, actor=then)
    at(actor)
    return made


def _offer(team: Viewer, schools: dict[str, Organisation], day: date) -> tuple[Course, Course, Course]:
    """The employment area's own: one that runs, one to come with a queue, one that is nearly full, and more."""
    one, other = schools[FIRST], schools[SECOND]
    earlier = day - timedelta(days=120)
    running = _published(
        team,
        _content(
            one,
            day,
            name="Kotoutumiskoulutus, peruspolku 2",
            starts_on=day - timedelta(days=70),
            ends_on=day + timedelta(days=130),
            support_languages=("ar", "so"),
            child_care=True,
        ),
        earlier,
    )
    coming = _published(
        team, _content(one, day, name="Kotoutumiskoulutus, peruspolku 3", support_languages=("ar",), seats=5)
    )
    full = _published(
        team,
        _content(
            other,
            day,
            name="Kotoutumiskoulutus, nopea polku",
            track="fast",
            entry_from="A2.1",
            entry_to="B1.1",
            target_level="B1.2",
            starts_on=day + timedelta(days=14),
            ends_on=day + timedelta(days=150),
            seats=2,
        ),
    )
    slow = "Kotoutumiskoulutus, hidas polku"
    for changes in (
        {"name": slow, "track": "slow", "entry_to": "A1.2", "target_level": "A2.2", "child_care": True},
        {"name": slow + ", Kerava", "track": "slow", "entry_to": "A1.2", "municipality": "245", "seats": 14},
        {
            "name": "Lukutaitokoulutus",
            "kind": "literacy",
            "curriculum": "literacy",
            "track": "",
            "entry_from": "",
            "entry_to": "A1.2",
            "target_level": "A1.3",
            "support_languages": ("so", "fa"),
            "seats": 12,
        },
        {
            "name": "Kotoutumiskoulutus etänä, iltaryhmä",
            "attending": "remote",
            "municipality": "",
            "address": "",
            "timetable": "Maanantaisin ja keskiviikkoisin illalla.",
            "slots": EVENINGS,
            "seats": 20,
        },
        {
            "name": "Lähihoitajan osatutkinto ja suomen kieli",
            "kind": "vocational",
            "curriculum": "vocational",
            "track": "",
            "field": "5",
            "entry_from": "A2.2",
            "entry_to": "",
            "target_level": "B1.2",
            "seats": 18,
        },
        {
            "name": "Yhteiskuntaorientaatio ukrainaksi",
            "kind": "orientation",
            "curriculum": "orientation",
            "track": "",
            "entry_from": "",
            "entry_to": "",
            "target_level": "",
            "support_languages": ("uk",),
            "attending": "hybrid",
            "slots": EVENINGS,
            "seats": 25,
            "ends_on": day + timedelta(days=88),
        },
    ):
        _published(team, _content(other, day, **changes))
    draft = _content(one, day, name="Kotoutumiskoulutus, syksyn ryhmä", starts_on=day + timedelta(days=252))
    actions.plan_course(replace(draft, ends_on=day + timedelta(days=459)), actor=team)
    return running, coming, full


def _clients(team: Viewer, day: date) -> list[int]:
    """Relationships of the persona's own clients first, then of the team's, with a plan in force."""
    rows = responsibilities(team).filter(
        ended_on=None, plan_ended_on=None, planned_on__lte=day - timedelta(days=75)
    )
    own = rows.filter(worker_id=team.user_id).order_by("-planned_on", "id")
    others = rows.exclude(worker_id=team.user_id).order_by("-planned_on", "id")
    found = [*own.values_list("relationship_id", flat=True)[:13]]
    return [*found, *others.values_list("relationship_id", flat=True)[: 13 - len(found)]]


def _students(team: Viewer, course: Course, clients: Sequence[int], day: date) -> None:
    """Selected three weeks before the start; one has found work since."""
    then = at(replace(team, day=course.starts_on - timedelta(days=21)))
    with clock.at(then.day):
        seen = responsibilities(then).filter(relationship_id__in=clients)
        rows = [
            actions.queue_client(one, course.pk, "Taso ja aikataulu sopivat.", actor=then)
            for one in seen.order_by("relationship_id").values_list("relationship_id", flat=True)
        ]
        for row in rows:
            actions.offer_place(row.pk, actor=then)
            actions.answer_offer(row.pk, True, actor=then)
    begun = at(replace(team, day=course.starts_on))
    with clock.at(begun.day):
        actions.start_course(course.pk, begun.day, actor=begun)
    at(team)
    if len(rows) > 3:
        actions.interrupt_student(
            rows[-1].pk, day - timedelta(days=10), "employed", "Aloitti keittiöapulaisena.", actor=team
        )


def _queue(team: Viewer, coming: Course, full: Course, clients: Sequence[int]) -> None:
    """A queue longer than the seats, and a course whose last seat is offered."""
    for number, relationship_id in enumerate(clients):
        course = full if number >= len(clients) - 2 else coming
        row = actions.queue_client(relationship_id, course.pk, "Suunnitelman tavoite on B1.1.", actor=team)
        if course is full:
            actions.offer_place(row.pk, actor=team, reason="Lähtötaso sopii nopeaan polkuun.")


def _own_page(team: Viewer, coming: Course, taken: Sequence[int]) -> None:
    """Somebody with a page of one's own is offered a place too."""
    with rowsecurity.as_system():
        accounts = OwnAccount.objects.filter(user__username__startswith="asiakas.tyo.vantaa.")
        persons = list(accounts.exclude(person=None).values_list("person_id", flat=True))
    rows = responsibilities(team).filter(person_id__in=persons, ended_on=None)
    found = rows.exclude(relationship_id__in=taken).order_by("id").first()
    if found is None:
        return
    at(team)
    row = actions.queue_client(found.relationship_id, coming.pk, "Asiakkaan oma toive.", actor=team)
    actions.offer_place(row.pk, actor=team, reason="Lastenhoito järjestyy tässä ryhmässä.")


def _wishes(actor_of: ActorOf) -> None:
    """A client of each has wished for an evening course at the own page; the employment area's has an answer to another."""
    evening = Course.objects.filter(name__contains="iltaryhmä").order_by("-id").first()
    fast = Course.objects.filter(name__contains="nopea polku").order_by("-id").first()
    for username in ("kunta.vantaa", "tyo.vantaa"):
        worker = at(actor_of(username))
        with rowsecurity.as_system():
            accounts = list(OwnAccount.objects.filter(user__username__startswith=f"asiakas.{username}."))
        accounts.sort(key=lambda one: one.user_id)
        if evening is None or fast is None or not accounts:
            continue
        account = accounts[-1]
        own = Own(account.person_id or 0, account.person_id)
        client = replace(worker, user_id=account.user_id, name="", seat=None, other_seats=(), own=own)
        words = "Voin opiskella illalla, kun lapset ovat toisen vanhemman kanssa kotona."
        actions.wish_course(evening.pk, words, actor=at(client))
        if username == "tyo.vantaa":
            other = actions.wish_course(fast.pk, "", actor=at(client))
            why = "Tässä ryhmässä aloitustaso on A2.1. Katsotaan yhdessä ryhmää, joka alkaa sinun tasoltasi."
            actions.answer_wish(other.pk, why, actor=at(worker))


def _of_the_ely(schools: dict[str, Organisation]) -> None:
    """What an ELY Centre offered in spring 2021, by the curriculum of that time."""
    user = User.objects.filter(username="ely.uusimaa").first()
    if user is None:
        return
    with clock.at(OLD_DAY):
        rowsecurity.apply(Viewer.for_system("demo", OLD_DAY))
        ely = entry_of_user(user, day=OLD_DAY).viewer
    for name, code, start in (
        ("Kotoutumiskoulutus, moduulit 1–3", "092", 21),
        ("Kotoutumiskoulutus, moduulit 2–4", "049", 42),
    ):
        content = _content(
            schools[FIRST],
            OLD_DAY,
            name=name,
            municipality=code,
            curriculum="integration-2012",
            starts_on=OLD_DAY + timedelta(days=start),
        )
        _published(ely, content)


def _elsewhere(team: Viewer, schools: dict[str, Organisation], day: date) -> Course:
    """Courses of Kajaani, Kouvola and Helsinki, and one of the year before that has ended. Returns Kajaani's."""
    made: list[Course] = []
    for code, name in (("205", "Kajaani"), ("286", "Kouvola"), ("091", "Helsinki")):
        leader = leader_of(team, code)
        content = _content(
            schools[SECOND],
            day,
            name=f"Kotoutumiskoulutus, peruspolku, {name}",
            municipality=code,
            support_languages=("uk", "ru") if code == "286" else ("ar",),
            starts_on=day + timedelta(days=35 if code == "286" else 49),
        )
        made.append(_published(at(leader), content))
    past = _content(
        schools[FIRST],
        day,
        name="Kotoutumiskoulutus, peruspolku 1",
        starts_on=day - timedelta(days=427),
        ends_on=day - timedelta(days=200),
    )
    at(team)
    _published(team, past, day - timedelta(days=459))
    return made[0]
