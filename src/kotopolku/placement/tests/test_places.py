"""Targets, requests, answers and agreed places; and that holds never go over or under, whoever comes at once."""

import threading
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from kotopolku.access import rowsecurity
from kotopolku.access.errors import MissingCapability, NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.clients.rules import EditClash, Refusals
from kotopolku.clients.tests import factories as make
from kotopolku.notices.models import Notice
from kotopolku.placement import access, actions, rules
from kotopolku.placement.jobs import remind
from kotopolku.placement.models import Capacity, CapacityChange, Hold, HoldState, PlaceAnswer, Target
from kotopolku.placement.queries import places as queries
from kotopolku.placement.queries.holds import holds_of
from kotopolku.placement.rules import NewAnswer
from kotopolku.placement.tests import places_world as world

YEAR = 2027
DATABASE = pytest.mark.django_db


@pytest.fixture
def region() -> Viewer:
    return world.officer()


@pytest.fixture
def vantaa() -> Viewer:
    return world.leader()


def sent(region: Viewer, answer_by: date = date(2026, 12, 31)) -> int:
    with make.working(region):
        return actions.send_request(YEAR, answer_by, "Hei kunnat", actor=region).pk


def offer(**places: int) -> NewAnswer:
    figures = {(1, name.replace("_", "-")): number for name, number in places.items()}
    return NewAnswer(figures, "Kaupunginhallitus")


def notices(kind: str) -> list[Notice]:
    with rowsecurity.as_system():
        return list(Notice.objects.filter(kind=kind))


def reserve(actor: Viewer, municipality: Viewer, number: int = 1, uses: dict[str, int] | None = None) -> Any:
    assert municipality.organisation_id is not None
    return actions.reserve(
        actor=actor,
        municipality_id=municipality.organisation_id,
        year=YEAR,
        quarter=1,
        uses=uses or {"persons-quota": 2, "home-2": 1},
        for_kind="placement.proposal",
        for_id=number,
    )


@DATABASE
def test_the_ministry_sets_a_target_and_changes_it_with_a_reason(region: Viewer) -> None:
    tem = world.ministry()
    assert region.organisation_id is not None
    with make.working(tem):
        actions.set_target(YEAR, region.organisation_id, 400, actor=tem)
        with pytest.raises(Refusals) as refused:
            actions.set_target(YEAR, region.organisation_id, 300, actor=tem, expected_number=1)
        assert make.refused(refused.value) == {("reason", "required")}
        actions.set_target(
            YEAR, region.organisation_id, 300, "Kiintiö pieneni.", actor=tem, expected_number=1
        )
        with pytest.raises(EditClash):
            actions.set_target(YEAR, region.organisation_id, 500, "Myöhässä.", actor=tem, expected_number=1)
        [line] = [
            row for row in queries.target_lines(tem, YEAR) if row.authority.pk == region.organisation_id
        ]
    assert line.target is not None
    assert [row.persons for row in line.history] == [300, 400]
    with make.working(region):
        assert Target.objects.count() == 2
        with pytest.raises(MissingCapability):
            actions.set_target(YEAR, region.organisation_id, 1, actor=region)
    with make.working(world.officer("evk-09")):
        assert not Target.objects.exists()


@DATABASE
def test_a_request_asks_every_municipality_of_the_area_and_reminds_those_without_an_answer(
    region: Viewer, vantaa: Viewer
) -> None:
    asked = sent(region)
    with make.working(region):
        assert PlaceAnswer.objects.filter(request_id=asked).count() == access.municipalities(region).count()
        with pytest.raises(Refusals) as refused:
            actions.send_request(YEAR, date(2026, 12, 24), actor=region)
        assert make.refused(refused.value) == {("year", "open")}
    assert [one.user_id for one in notices("placement.places-asked")] == [vantaa.user_id]
    with make.working(region, date(2026, 12, 16)):
        assert remind(0) == 0
    with make.working(region, date(2026, 12, 17)):
        assert remind(0) > 0
        assert remind(0) == 0
    assert [one.user_id for one in notices("placement.places-waited")] == [vantaa.user_id]


@DATABASE
def test_a_municipality_answers_changes_its_answer_with_a_reason_and_is_marked_late_after_the_day(
    region: Viewer, vantaa: Viewer
) -> None:
    asked = sent(region)
    with make.working(vantaa):
        with pytest.raises(Refusals) as refused:
            actions.answer_request(asked, NewAnswer(), actor=vantaa, expected_version=0)
        assert refused.value.codes == ("empty",)
        first = actions.answer_request(asked, offer(persons_quota=10), actor=vantaa, expected_version=0)
        assert (first.late, first.version) == (False, 1)
        with pytest.raises(Refusals):
            actions.answer_request(asked, offer(persons_quota=5), actor=vantaa, expected_version=1)
        changed = NewAnswer({(1, "persons-quota"): 5}, note="Asuntoja on vähemmän.")
        actions.answer_request(asked, changed, actor=vantaa, expected_version=1)
        changes = CapacityChange.objects.order_by("id").values_list("before", "after")
        assert list(changes) == [(0, 10), (10, 5)]
    espoo = world.leader("kunta-049")
    with make.working(espoo, date(2027, 1, 4)) as then:
        late = actions.answer_request(asked, offer(persons_asylum=0), actor=then, expected_version=0)
    assert late.late


@DATABASE
def test_negative_huge_and_unknown_figures_are_refused_at_their_cells(region: Viewer, vantaa: Viewer) -> None:
    asked = sent(region)
    wrong = NewAnswer({(1, "school"): -1, (2, "home-7"): 10_000, (5, "school"): 1, (1, "castle"): 1})
    with make.working(vantaa):
        with pytest.raises(Refusals) as refused:
            actions.answer_request(asked, wrong, actor=vantaa, expected_version=0)
        assert make.refused(refused.value) == {
            ("q1-school", "negative"),
            ("q2-home-7", "too-many"),
            ("q5-school", "unknown"),
            ("q1-castle", "unknown"),
        }
        assert not Capacity.objects.exists()


@DATABASE
def test_of_two_answers_the_second_is_told_who_was_first(region: Viewer, vantaa: Viewer) -> None:
    asked = sent(region)
    other = world.leader()
    with make.working(vantaa):
        actions.answer_request(asked, offer(persons_quota=10), actor=vantaa, expected_version=0)
    with make.working(other), pytest.raises(EditClash) as clash:
        actions.answer_request(asked, offer(persons_quota=3), actor=other, expected_version=0)
    assert clash.value.who == vantaa.name


@DATABASE
def test_places_are_agreed_only_under_an_agreement_and_for_its_groups(region: Viewer, vantaa: Viewer) -> None:
    assert vantaa.organisation_id is not None
    with make.working(region), pytest.raises(Refusals) as refused:
        actions.agree_places(
            vantaa.organisation_id, YEAR, {(1, "persons-quota"): 5}, actor=region, expected_version=0
        )
    assert refused.value.codes == ("no-agreement",)
    world.signed(region, vantaa, groups=("quota",), ends_on=date(2027, 6, 30))
    figures = {(1, "persons-quota"): 5, (1, "persons-asylum"): 5, (4, "persons-quota"): 5, (1, "school"): 2}
    with make.working(region), pytest.raises(Refusals) as refused:
        actions.agree_places(vantaa.organisation_id, YEAR, figures, actor=region, expected_version=0)
    assert make.refused(refused.value) == {
        ("q1-persons-asylum", "group"),
        ("q4-persons-quota", "no-agreement"),
    }


@DATABASE
def test_agreed_places_change_with_a_reason_and_never_under_what_is_held(
    region: Viewer, vantaa: Viewer
) -> None:
    world.signed(region, vantaa)
    world.agreed(region, vantaa, YEAR, persons_quota=5, home_2=2)
    assert vantaa.organisation_id is not None
    with make.working(region):
        reserve(region, vantaa)
        found = queries.municipality_year(region, access.municipality(region, vantaa.organisation_id), YEAR)

        def change(number: int, reason: str, version: int) -> None:
            actions.agree_places(
                vantaa.organisation_id or 0,
                YEAR,
                {(1, "persons-quota"): number},
                reason,
                actor=region,
                expected_version=version,
            )

        with pytest.raises(Refusals) as refused:
            change(1, "", found.version)
        assert make.refused(refused.value) == {("q1-persons-quota", "under-held"), ("reason", "required")}
        with pytest.raises(EditClash):
            change(3, "Vähemmän.", found.version - 1)
        change(3, "Vähemmän.", found.version)
        assert Capacity.objects.get(quarter=1, resource="persons-quota").free == 1


@DATABASE
def test_a_hold_is_reserved_used_and_given_back_and_each_can_be_done_again(
    region: Viewer, vantaa: Viewer
) -> None:
    world.signed(region, vantaa)
    world.agreed(region, vantaa, YEAR, persons_quota=5, home_2=1)

    def figures() -> list[tuple[int, int]]:
        rows = Capacity.objects.filter(quarter=1, resource__in=["persons-quota", "home-2"]).order_by(
            "resource"
        )
        return [(row.reserved, row.used) for row in rows]

    with make.working(region):
        holds = reserve(region, vantaa)
        assert [hold.pk for hold in reserve(region, vantaa)] == [hold.pk for hold in holds]
        assert figures() == [(1, 0), (2, 0)]
        with pytest.raises(rules.NoRoom) as none:
            reserve(region, vantaa, 2)
        assert none.value.lacking == {"home-2": 1}
    with make.working(vantaa):
        actions.use(holds, actor=vantaa)
        actions.use(holds, actor=vantaa)
        assert figures() == [(0, 1), (0, 2)]
        actions.release(holds, actor=vantaa)
        actions.release(holds, actor=vantaa)
        assert figures() == [(0, 0), (0, 0)]
        with pytest.raises(Refusals) as refused:
            actions.use(holds, actor=vantaa)
        assert refused.value.codes == ("released",)
        assert {hold.state for hold in holds_of(vantaa, "placement.proposal", 1)} == {"released"}


@DATABASE
def test_holds_need_an_agreement_the_own_region_and_at_least_one_place(
    region: Viewer, vantaa: Viewer
) -> None:
    stranger = world.officer("evk-09")
    with make.working(region):
        with pytest.raises(Refusals) as refused:
            reserve(region, vantaa)
        assert refused.value.codes == ("no-agreement",)
        with pytest.raises(Refusals):
            reserve(region, vantaa, uses={"persons-quota": 0})
    world.signed(region, vantaa)
    world.agreed(region, vantaa, YEAR, persons_quota=5, home_2=1)
    with make.working(region):
        holds = reserve(region, vantaa)
    with make.working(stranger):
        with pytest.raises(NotVisible):
            reserve(stranger, vantaa)
        with pytest.raises(NotVisible):
            actions.release(holds, actor=stranger)
        assert not Capacity.objects.exists()
        assert not Hold.objects.exists()
    with make.working(vantaa), pytest.raises(MissingCapability):
        reserve(vantaa, vantaa)


@DATABASE
def test_the_database_itself_refuses_places_under_none_and_over_what_is_agreed(
    region: Viewer, vantaa: Viewer
) -> None:
    world.signed(region, vantaa)
    world.agreed(region, vantaa, YEAR, persons_quota=5)
    with make.working(region):
        row = Capacity.objects.filter(resource="persons-quota")
        for values in ({"agreed": -1}, {"reserved": -1}, {"used": 6}, {"reserved": 3, "used": 3}):
            with pytest.raises(IntegrityError), transaction.atomic():
                row.update(**values)


@DATABASE
def test_free_places_are_those_of_municipalities_with_an_agreement(region: Viewer, vantaa: Viewer) -> None:
    world.signed(region, vantaa, ends_on=date(2027, 6, 30))
    with make.working(region):
        assert queries.free_places(region, YEAR, 1) == {vantaa.organisation_id: {}}
    figures = {(1, "persons-quota"): 4}
    with make.working(region):
        actions.agree_places(vantaa.organisation_id or 0, YEAR, figures, actor=region, expected_version=0)
        reserve(region, vantaa, uses={"persons-quota": 3})
        assert queries.free_places(region, YEAR, 1)[vantaa.organisation_id or 0]["persons-quota"] == 1
        assert queries.free_places(region, YEAR, 3) == {}


@pytest.mark.django_db(transaction=True)
def test_a_hundred_officers_at_once_never_take_more_than_there_is() -> None:
    """Each wants a home and two persons of 37 homes and 60 persons: thirty get them, seventy get a clear no.

    Eighty connections at most, since the database takes a hundred in all; the rest wait for a connection.
    """
    places, homes, threads_wanted = 60, 37, 100
    with transaction.atomic():
        region, vantaa = world.officer(), world.leader()
        world.signed(region, vantaa)
        world.agreed(region, vantaa, YEAR, persons_quota=places, home_2=homes)
    connections, start = threading.Semaphore(80), threading.Barrier(threads_wanted)
    answers: list[Any] = [None] * threads_wanted

    def officer(number: int) -> None:
        start.wait(60)
        with connections:
            try:
                with transaction.atomic(), make.working(region):
                    # The names of the places in another order each time: locks are taken in one order all the same.
                    uses = {"persons-quota": 2, "home-2": 1}
                    if number % 2:
                        uses = dict(reversed(uses.items()))
                    answers[number] = reserve(region, vantaa, number, uses)
                if number % 10 == 0:
                    with transaction.atomic(), make.working(region):
                        actions.release(answers[number], actor=region)
                    answers[number] = "released"
            except rules.NoRoom as none:
                answers[number] = none
            finally:
                connection.close()

    threads = [threading.Thread(target=officer, args=(number,)) for number in range(threads_wanted)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert None not in answers
    kept = [one for one in answers if isinstance(one, list)]
    with transaction.atomic(), make.working(region):
        rows = {row.resource: row for row in Capacity.objects.filter(quarter=1)}
        reserved = Hold.objects.filter(state=HoldState.RESERVED, capacity=rows["home-2"]).count()
    assert rows["persons-quota"].reserved == 2 * len(kept) <= places
    assert rows["home-2"].reserved == len(kept) == reserved <= 30
    assert all(row.free >= 0 and row.reserved >= 0 and row.used == 0 for row in rows.values())
    assert len(kept) + answers.count("released") >= 30


@pytest.mark.django_db(transaction=True)
def test_of_two_answers_at_the_very_same_moment_one_wins_and_the_other_is_told() -> None:
    with transaction.atomic():
        region, first, second = world.officer(), world.leader(), world.leader()
        asked = sent(region)
    start, answers = threading.Barrier(2), [None, None]

    def answer(number: int, who: Viewer) -> None:
        try:
            with transaction.atomic(), make.working(who):
                start.wait(30)
                actions.answer_request(asked, offer(persons_quota=number + 1), actor=who, expected_version=0)
                answers[number] = "taken"  # type: ignore[call-overload]
        except EditClash:
            answers[number] = "told"  # type: ignore[call-overload]
        finally:
            connection.close()

    threads = [threading.Thread(target=answer, args=pair) for pair in enumerate((first, second))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(map(str, answers)) == ["taken", "told"]


@given(st.dates(date(2010, 1, 1), date(2100, 12, 31)))
def test_every_day_is_in_exactly_its_own_quarter(day: date) -> None:
    quarter = rules.quarter_of(day)
    assert rules.first_day_of(day.year, quarter) <= day <= rules.last_day_of(day.year, quarter)


@given(
    st.dictionaries(st.sampled_from(["a", "b", "c"]), st.integers(0, 9)),
    st.dictionaries(st.sampled_from(["a", "b", "c", "d"]), st.integers(1, 9)),
)
def test_something_is_lacking_exactly_when_it_does_not_fit(
    free: dict[str, int], uses: dict[str, int]
) -> None:
    missing = rules.lacking(free, uses)
    assert all(number > 0 for number in missing.values())
    assert bool(missing) != all(free.get(name, 0) >= number for name, number in uses.items())
