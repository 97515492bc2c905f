"""Families of the demo world: relations, a mother with children, minors without a guardian, one who came back."""

from datetime import date, timedelta

from kotopolku import law
from kotopolku.access.viewer import Viewer
from kotopolku.clients import actions as clients
from kotopolku.clients.access import case, responsibilities
from kotopolku.clients.models import HouseholdMember, Relationship, Responsibility
from kotopolku.clients.rules import ContactContent, NewClient, PermitContent, PersonContent
from kotopolku.demo.scenes import ActorOf
from kotopolku.families import actions
from kotopolku.families.actions import FamilyGoalContent, RepresentativeContent
from kotopolku.families.models import Relation

PLACES = {
    "kunta.vantaa": ("092", "Perheryhmäkoti Koivula", ("Zahra", "Ali", "Noor"), ("Samir", "Idris")),
    "kunta.kajaani": ("205", "Perheryhmäkoti Kataja", ("Oksana", "Danylo", "Iryna"), ("Bilal",)),
}
"""Municipality, a housing unit, a mother with two children, and minors who came alone."""
ANOTHER = "Esimerkkimaailman uusi henkilö."
REPRESENTATIVES = ("Eila Näyte", "Kari Kuvitelma")


def play(actor_of: ActorOf, day: date) -> None:
    for username in ("kunta.vantaa", "tyo.vantaa", "kunta.kajaani"):
        viewer = actor_of(username)
        if viewer.seat is None:
            continue
        _spouses(viewer, day)
        if username in PLACES:
            code, unit, family, minors = PLACES[username]
            _mother(viewer, day, code, family)
            _minors(viewer, day, code, unit, minors)
            _returning(viewer, day, code)


def _spouses(viewer: Viewer, day: date) -> None:
    """Couples of the population are told to be couples; one has a plan of the family from the time of its Act."""
    ids = responsibilities(viewer).filter(ended_on=None).order_by("id").values_list("person_id", flat=True)
    rows = list(
        HouseholdMember.objects.filter(person_id__in=list(ids[:400]), valid__contains=day).order_by("id")
    )
    by_household: dict[int, list[int]] = {}
    for row in rows:
        by_household.setdefault(row.household_id, []).append(row.person_id)
    couples = [persons for persons in by_household.values() if len(persons) == 2]
    _family_plan(viewer, couples, day)
    for one, other in couples[:3]:
        own = responsibilities(viewer).filter(person_id=one, ended_on=None).order_by("id").first()
        if own is None or Relation.objects.filter(person_id__in=(one, other)).exists():
            continue
        actions.add_relation(
            own.relationship_id,
            actor=viewer,
            person_id=one,
            kind="spouse",
            other_id=other,
            from_day=own.started_on,
            source="Vihkitodistus",
        )


def _family_plan(viewer: Viewer, couples: list[list[int]], day: date) -> None:
    """One couple that was a client in the time of the Act of 2010 has a plan of the family from then."""
    made = min(day, law.family_plan_of_old()[1] - timedelta(days=200))
    persons = [person_id for couple in couples for person_id in couple]
    then = responsibilities(viewer).filter(person_id__in=persons, ended_on=None, started_on__lte=made)
    own = then.order_by("id").first()
    if own is not None:
        goals = [
            FamilyGoalContent(
                "Lasten päivähoito ja koulu alkavat", "Varhaiskasvatuspaikka\nKoulun tutustumiskäynti"
            ),
            FamilyGoalContent("Vanhempien opinnot sovitetaan yhteen", "Vuorotellen kielikurssille"),
        ]
        need = "Vanhempien opinnot ja lasten hoito vaativat yhteisen suunnitelman."
        actions.make_family_plan(
            own.relationship_id, made, need, goals, actor=viewer, makers="Perhe ja kunta"
        )


def _client(viewer: Viewer, day: date, code: str, person: PersonContent, started: date) -> Relationship:
    return clients.register_client(
        NewClient(
            person=person,
            contact=ContactContent(municipality=code),
            started_on=started,
            permit=PermitContent("permit", "asylum", started - timedelta(days=70)),
            worker_id=viewer.user_id,
            duplicate_reason=ANOTHER,
        ),
        actor=viewer,
    )


def _years_before(day: date, years: int, days: int = 0) -> date:
    return law.add_months(day, -12 * years) + timedelta(days=days)


def _mother(viewer: Viewer, day: date, code: str, names: tuple[str, str, str]) -> None:
    started = day - timedelta(days=9)
    person = PersonContent(
        f"{names[0]}la", names[0], birth_date=_years_before(day, 34, 12), sex="female", service_language="fi"
    )
    mother = _client(viewer, day, code, person, started)
    for years, name in ((9, names[1]), (5, names[2])):
        child = PersonContent(person.family_name, name, birth_date=_years_before(day, years, 30))
        joined = clients.add_household_member(
            mother.pk, actor=viewer, role="child", from_day=started, member=child
        )
        actions.add_relation(
            mother.pk,
            actor=viewer,
            person_id=mother.person_id,
            kind="parent",
            other_id=joined.person_id,
            from_day=started,
            custody=True,
            source="Syntymätodistus",
        )


def _minors(viewer: Viewer, day: date, code: str, unit: str, names: tuple[str, ...]) -> None:
    """The first is soon of age and has a representative; the second has none yet."""
    home = actions.add_unit(
        unit, "family-group-home", actor=viewer, provider="Esimerkin hyvinvointialue", places=7
    )
    for number, name in enumerate(names):
        started = day - timedelta(days=11 - 4 * number)
        born = _years_before(day, 18, 25) if number == 0 else _years_before(day, 15, 80)
        person = PersonContent(f"{name}nen", name, birth_date=born, sex="male", service_language="fi")
        minor = _client(viewer, day, code, person, started)
        clients.set_situation(
            minor.pk,
            actor=viewer,
            unaccompanied=True,
            trafficking_victim=False,
            reason="Tieto oleskelulupapäätöksestä.",
        )
        actions.begin_housing(minor.pk, home.pk, started, actor=viewer)
        if number == 0:
            content = RepresentativeContent(
                name=REPRESENTATIVES[code != "092"],
                ground="unaccompanied",
                first=started,
                telephone="+358 40 000 0001",
                email="edustaja@example.invalid",
                court="Esimerkin käräjäoikeus",
                decision_reference="H 1/77",
                decided_on=started,
            )
            actions.add_representative(minor.pk, content, actor=viewer)


def _returning(viewer: Viewer, day: date, code: str) -> None:
    """Somebody whose client relationship has ended comes back; the earlier plans' time waits for a judgement."""
    ended = (
        responsibilities(viewer)
        .filter(ended_on__lt=day - timedelta(days=60), planned_on__isnull=False)
        .filter(person__birth_date__isnull=False, person__non_disclosure=False)
        .exclude(relationship__end_reason="deceased")
        .select_related("person")
        .order_by("-ended_on", "id")
        .first()
    )
    if ended is None or _goes_on(viewer, ended):
        return
    known = case(viewer, ended.relationship_id).relationship.person
    typed = PersonContent(
        known.family_name, known.given_names, known.identity_code or "", birth_date=known.birth_date
    )
    clients.register_client(
        NewClient(
            person=typed,
            contact=ContactContent(municipality=code),
            started_on=day - timedelta(days=3),
            worker_id=viewer.user_id,
            same_person_id=known.pk,
            same_person_reason="Passi ja henkilötunnus verrattu.",
        ),
        actor=viewer,
    )


def _goes_on(viewer: Viewer, row: Responsibility) -> bool:
    return responsibilities(viewer).filter(person_id=row.person_id, ended_on=None).exists()
