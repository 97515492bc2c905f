"""What carries a goal out: ties to services, contracts, courses, clients' measures and paths, shown as rights allow.

And the other end: the goals on the page of what carries them out.
"""

from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kotopolku import clock
from kotopolku.access.capabilities import Role
from kotopolku.clients.models import Goal as PlanGoal
from kotopolku.clients.models import Measure, Plan, Responsibility
from kotopolku.clients.rules import Refusals
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import Worker, words
from kotopolku.information.models import Service
from kotopolku.journal.models import Entry
from kotopolku.procurement.tests import awards_world, contracts_world
from kotopolku.progress.tests import stage
from kotopolku.steering import carrying
from kotopolku.steering.actions import goal_ties
from kotopolku.steering.models import GoalTie, MunicipalGoal, ServicePath, TieKind
from kotopolku.steering.queries import carries
from kotopolku.steering.tests import goals_world as world
from kotopolku.steering.tests import measures_world
from kotopolku.training.models import Course

pytestmark = pytest.mark.django_db

LIST = "/steering/goals/"
HEADING = "Goals it carries out"
OF_MEASURES = "Goals of municipalities that such measures carry out"


def course(state: str = "published", organiser: str = "tyo-43", **changes: Any) -> Course:
    with make.working(world.system()):
        return Course.objects.create(
            **{
                "organiser": world.organisation(organiser),
                "provider": world.organisation(organiser),
                "name": "Kotoutumiskoulutus A",
                "kind": "integration",
                "curriculum": "x",
                "municipality": world.VANTAA,
                "starts_on": date(2026, 9, 1),
                "ends_on": date(2027, 5, 31),
                "seats": 20,
                "state": state,
                "made_on": world.ON,
            }
            | changes
        )


def service(state: str = "published", **changes: Any) -> Service:
    with make.working(world.system()):
        return Service.objects.create(
            **{
                "organisation": world.organisation("kunta-092"),
                "state": state,
                "names": {"fi": "Neuvontapiste", "sv": "Rådgivning"},
                "places": [world.VANTAA] if state == "published" else [],
                "made_on": world.ON,
                "changed_at": clock.now(),
            }
            | changes
        )


def path(state: str = "use") -> ServicePath:
    with make.working(world.system()):
        return ServicePath.objects.create(
            organisation=world.organisation("tyo-43"),
            name_fi="Alkuvaiheen polku",
            state=state,
            municipalities=[world.VANTAA],
            made_at=clock.now(),
        )


def clients_with_measure(number: int, kind: str = "language", on: date = world.ON) -> None:
    """Clients of Vantaa with such a measure in a plan in force."""
    at_work = make.worker("kunta-092", on)
    with make.working(at_work) as actor:
        make.many(actor, number)
    with make.working(world.system()):
        for one in Responsibility.objects.all().order_by("-pk")[:number]:
            Responsibility.objects.filter(pk=one.pk).update(municipality=world.VANTAA)
            plan = Plan.objects.create(
                relationship=one.relationship, status="in-force", drafted_on=on, made_on=on
            )
            goal = PlanGoal.objects.create(plan=plan, title="Kieli")
            for _twice in range(2):
                Measure.objects.create(goal=goal, plan=plan, kind=kind, title="Kurssi")


def tie(of: MunicipalGoal, kind: str, ref: carrying.Ref) -> GoalTie:
    with make.working(world.leader()) as actor:
        return goal_ties.tie(of.pk, kind, ref, actor=actor)


def test_every_kind_has_its_reader() -> None:
    assert [one.kind for one in carrying.carriers()] == list(TieKind)


def test_a_course_is_found_tied_and_untied() -> None:
    made = world.goal(world.programme(state="approved"))
    found = course()
    by = world.at_work()
    ties = f"{LIST}{made.pk}/ties/"
    page = by.get(ties, kind="course", q="kotoutumis")
    assert "Kotoutumiskoulutus A" in words(page)
    sent = {"token": by.hidden(f"{ties}?kind=course")["token"], "kind": "course", "ref": str(found.pk)}
    for _time in range(2):
        assert by.send(f"{ties}add/", sent).status_code == 302, "the same form twice ties once"
    shown = by.get(f"{LIST}{made.pk}/")
    assert "Kotoutumiskoulutus A" in words(shown)
    assert f"/training/courses/{found.pk}/" in shown.content.decode()
    assert "Nothing more was found to tie." in words(by.get(ties, kind="course"))
    with make.working(by.viewer):
        kept = GoalTie.objects.get()
        assert Entry.objects.filter(action="steering.goal.tied").count() == 1
    assert by.post(f"{ties}{kept.pk}/remove/").status_code == 302
    assert by.post(f"{ties}{kept.pk}/remove/").status_code == 404
    assert "Nothing is tied to the goal yet." in words(by.get(ties))
    assert by.send(f"{ties}add/", sent).status_code == 404, "sent again after it was untied"


@pytest.mark.parametrize(
    ("kind", "ref"),
    [("course", "987"), ("course", "x"), ("house", "1"), ("measure", "sport"), ("", ""), ("path", "9" * 30)],
)
def test_what_is_not_there_is_not_tied(kind: str, ref: str) -> None:
    made = world.goal(world.programme(state="approved"))
    by = world.at_work()
    ties = f"{LIST}{made.pk}/ties/"
    token = by.hidden(f"{ties}?kind=measure")["token"]
    answer = by.client.post(f"{ties}add/", {"token": token, "kind": kind, "ref": ref}, follow=True)
    assert "Choose from the list what is tied to the goal." in words(answer)
    with make.working(by.viewer):
        assert not GoalTie.objects.exists()


def test_the_same_thing_is_tied_once() -> None:
    made, found = world.goal(world.programme()), course()
    tie(made, "course", found.pk)
    with pytest.raises(Refusals) as refused:
        tie(made, "course", found.pk)
    assert refused.value.codes == ("tied",)


def test_what_a_viewer_may_not_see_is_a_number_without_a_name() -> None:
    made = world.goal(world.programme(state="approved"))
    draft = course("draft", organiser="kunta-092")
    hidden = service("draft")
    with make.working(world.system()):
        for kind, pk in (("course", draft.pk), ("service", hidden.pk)):
            GoalTie.objects.create(goal=made, kind=kind, object_id=pk, made_at=clock.now())
    own, other = world.at_work(), Worker("kunta-049", world.ON, Role.TEAM_LEADER)
    page = f"{LIST}{made.pk}/"
    assert "Kotoutumiskoulutus A" in words(own.get(page))
    assert "Neuvontapiste" in words(own.get(page))
    seen = words(other.get(page))
    assert "Kotoutumiskoulutus A" not in seen
    assert "Neuvontapiste" not in seen
    assert seen.count("1 that your organisation does not see") == 2


def test_a_thing_that_is_no_more_is_left_out() -> None:
    made = world.goal(world.programme(state="approved"))
    with make.working(world.system()):
        GoalTie.objects.create(goal=made, kind="contract", object_id=987, made_at=clock.now())
    assert "Nothing is tied to the goal yet." in words(world.at_work().get(f"{LIST}{made.pk}/"))


def test_a_service_and_a_path_are_tied_by_name() -> None:
    made = world.goal(world.programme())
    found, way = service(), path()
    by = world.at_work()
    ties = f"{LIST}{made.pk}/ties/"
    assert "Neuvontapiste" in words(by.get(ties, kind="service", q="neuvonta"))
    assert "Alkuvaiheen polku" in words(by.get(ties, kind="path"))
    assert "Nothing more was found" in words(by.get(ties, kind="contract", q="S-2026"))
    assert by.get(ties, kind="house").status_code == 200
    tie(made, "service", found.pk)
    tie(made, "path", way.pk)
    page = words(by.get(f"{LIST}{made.pk}/"))
    assert "Neuvontapiste" in page
    assert "Alkuvaiheen polku" in page


def test_clients_measures_are_counted_and_few_are_hidden() -> None:
    made = world.goal(world.programme(state="approved"))
    tie(made, "measure", "language")
    by = world.at_work()
    page = f"{LIST}{made.pk}/"
    assert "0 clients have it in their plans" in words(by.get(page))
    clients_with_measure(settings.SMALLEST_SHOWN_COUNT - 1)
    few = words(by.get(page))
    assert "too few clients to tell the number" in few
    assert "have it in their plans" not in few
    clients_with_measure(1)
    assert f"{settings.SMALLEST_SHOWN_COUNT} clients have it in their plans" in words(by.get(page))


def test_a_protected_client_is_in_no_number_and_a_hidden_part_hides_the_whole() -> None:
    made = world.goal(world.programme("092", "235", state="approved"))
    tie(made, "measure", "language")
    clients_with_measure(settings.SMALLEST_SHOWN_COUNT + 1)
    with make.working(world.system()) as viewer:
        one = Responsibility.objects.filter(municipality=world.VANTAA).order_by("pk").first()
        assert one is not None
        one.person.non_disclosure = True
        one.person.save()
        known = carrying.read(viewer, [("measure", "language")], ["092", "235"], world.ON)
        carried = known["measure", "language"]
        assert dict(carried.parts) == {"092": settings.SMALLEST_SHOWN_COUNT, "235": 0}
        other = Responsibility.objects.filter(municipality=world.VANTAA).order_by("-pk").first()
        assert other is not None
        Responsibility.objects.filter(pk=other.pk).update(municipality="235")
        known = carrying.read(viewer, [("measure", "language")], ["092", "235"], world.ON)
        assert dict(known["measure", "language"].parts) == {"092": None, "235": None}
        assert known["measure", "language"].count is None


# From what carries a goal out up to the goal ----------------------------------------------------------------------------


def tied(of: MunicipalGoal, kind: TieKind, ref: int) -> None:
    """The tie alone, whoever may see the thing."""
    with make.working(world.system()):
        GoalTie.objects.create(goal=of, kind=kind, object_id=ref, made_at=clock.now())


def links(of: MunicipalGoal) -> tuple[str, str]:
    return f'href="{LIST}{of.pk}/"', f'href="/steering/chain/goals/{of.pk}/"'


def test_a_course_leads_to_the_goals_that_the_viewer_may_read() -> None:
    found = course(contract_reference="S-2026/9")
    own, other = world.at_work(), Worker("kunta-049", world.ON, Role.TEAM_LEADER)
    page = f"/training/courses/{found.pk}/"
    assert HEADING not in words(own.get(page))
    draft = world.goal(world.programme("049", state="draft"), code="4", title={"fi": "Luonnos"})
    tied(draft, TieKind.COURSE, found.pk)
    assert HEADING not in words(own.get(page)), "only a goal that is hidden"
    open_one = world.goal(world.programme(state="approved"), code="7")
    world.follow_up(open_one, world.leader(), track="off")
    tied(open_one, TieKind.COURSE, found.pk)
    seen = own.get(page)
    for words_of in (HEADING, "7 Useampi työssä", "Vantaa · 2024–2029", "off track 2025"):
        assert words_of in words(seen), words_of
    assert all(one in seen.content.decode() for one in links(open_one))
    assert "Luonnos" not in words(seen)
    seen = other.get(page)
    assert "4 Luonnos" in words(seen), "who draws the programme up"
    assert "Espoo · 2024–2029 · being drawn up" in words(seen)
    assert words(seen).index("4 Luonnos") < words(seen).index("7 Useampi"), "own ones first"
    organiser = Worker("tyo-43", world.ON, Role.TEAM_LEADER)
    assert "S-2026/9" in words(organiser.get(page)), "the goals do not take the contract's place"


def test_a_service_a_path_and_a_regional_measure_lead_to_their_goals() -> None:
    found, way = service(), path()
    measure = measures_world.measure(measures_world.officer(), lines=())
    pages = [
        reverse("information:service", args=[found.pk]),
        reverse("steering:path", args=[way.pk]),
        reverse("steering:measure", args=[measure.pk]),
    ]
    by = world.at_work()
    for page in pages:
        before = by.get(page)
        assert before.status_code == 200
        assert "/steering/chain/goals/" not in before.content.decode()
    made = world.goal(world.programme("092", "235", state="approved"))
    tie(made, "service", found.pk)
    tie(made, "path", way.pk)
    with make.working(world.system()):
        made.measures.add(measure)
    for page in pages:
        seen = by.get(page)
        assert all(one in seen.content.decode() for one in links(made)), page
        assert "Vantaa, Kauniainen · 2024–2029" in words(seen)
        assert "not followed up yet" in words(seen)


def test_a_contract_leads_its_buyer_and_its_supplier_to_the_goals() -> None:
    on = contracts_world.AFTER
    contract = contracts_world.signed(awards_world.officer(), awards_world.officer())
    awards_world.provider(awards_world.A)
    buyer = Worker(awards_world.BUYER, on, Role.PROCUREMENT_OFFICER)
    supplier = Worker(awards_world.A, on, Role.PROVIDER)
    pages = {
        buyer: reverse("procurement:contract", args=[contract.pk]),
        supplier: reverse("procurement:contract-ours", args=[contract.pk]),
    }
    hidden = world.goal(world.programme(state="draft"), title={"fi": "Luonnos"})
    tied(hidden, TieKind.CONTRACT, contract.pk)
    for by, page in pages.items():
        before = by.get(page)
        assert before.status_code == 200
        assert HEADING not in words(before)
    made = world.goal(world.programme(state="approved"))
    tied(made, TieKind.CONTRACT, contract.pk)
    for by, page in pages.items():
        seen = by.get(page)
        assert all(one in seen.content.decode() for one in links(made))
        assert "Luonnos" not in words(seen)


def test_a_client_s_measures_lead_to_goals_where_the_worker_is_at_work_and_tell_nothing_of_the_client() -> (
    None
):
    by = Worker("kunta-092", stage.TODAY)
    organisation, _reporter = stage.provider(Worker("kunta-092", stage.TODAY, Role.TEAM_LEADER).viewer)
    relationship, measure = stage.participant(by.viewer, organisation)
    page = reverse("progress:measures", args=[relationship.pk])
    here = world.goal(world.programme(state="approved"))
    elsewhere = world.goal(world.programme("205", state="approved"), title={"fi": "Kajaanin tavoite"})
    other = world.goal(world.programme(state="approved"), title={"fi": "Muu toimenpide"})
    assert OF_MEASURES not in words(by.get(page))
    with make.working(world.system()):
        Responsibility.objects.filter(relationship=relationship).update(municipality="205")
        for goal, kind in (
            (here, measure.kind),
            (elsewhere, measure.kind),
            (other, "x"),
        ):
            GoalTie.objects.create(goal=goal, kind=TieKind.MEASURE, key=kind, made_at=clock.now())
    seen = by.get(page)
    assert OF_MEASURES in words(seen)
    assert all(one in seen.content.decode() for one in links(here))
    for title in ("Kajaanin tavoite", "Muu toimenpide"):
        assert title not in words(seen), title
    with make.working(world.system()):
        Measure.objects.filter(pk=measure.pk).update(state="dropped")
    assert OF_MEASURES not in words(by.get(page))


def test_goals_of_a_thing_are_found_in_two_statements_and_many_are_folded() -> None:
    found = course()
    of = world.programme(state="approved")
    made = [world.goal(of) for _number in range(carries.SHOWN_AT_ONCE + 2)]
    tied(made[0], TieKind.COURSE, found.pk)
    by = world.leader()
    numbers = []
    for rest in ([], made[1:]):
        for one in rest:
            tied(one, TieKind.COURSE, found.pk)
        with make.working(by) as viewer, CaptureQueriesContext(connection) as asked:
            known = carries.course_panel(viewer, found)
        numbers.append(len([one for one in asked if "set_config" not in one["sql"]]))
    assert numbers == [2, 2]
    assert known is not None
    assert (len(known.first), known.folded, known.unnamed) == (carries.SHOWN_AT_ONCE, 2, "")
    assert "2 more goals" in words(world.at_work().get(f"/training/courses/{found.pk}/"))
