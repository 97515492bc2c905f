"""Acts on families: relations and custody, representatives, housing, the family's plan, and what they refuse."""

import uuid
from datetime import date, timedelta

import pytest
from django.utils import translation

from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Role
from kotopolku.access.errors import MissingCapability, NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Organisation
from kotopolku.clients import access
from kotopolku.clients import actions as clients
from kotopolku.clients import queries as client_queries
from kotopolku.clients.models import Clock, HouseholdMember, PlanKind
from kotopolku.clients.rules import PermitContent, Refusals
from kotopolku.clients.tests import factories as make
from kotopolku.families import actions, queries
from kotopolku.families.actions import FamilyGoalContent
from kotopolku.families.models import Housing, Relation, Representative
from kotopolku.families.tests import family as given
from kotopolku.families.tests.family import SINCE, TODAY
from kotopolku.journal.models import Entry

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def codes(attempt: pytest.ExceptionInfo[Refusals]) -> set[tuple[str, str]]:
    return make.refused(attempt.value)


# --- Relations -------------------------------------------------------------------------------------------------------


def test_a_relation_recorded_once_shows_from_both_ends_and_is_not_recorded_twice() -> None:
    with make.working(make.worker("kunta-092", TODAY)) as at_work:
        mother = given.mother(at_work)
        son = given.joined(mother, at_work)
        token = uuid.uuid4()
        first = given.parent_of(mother, son.person_id, at_work, token=token)
        assert given.parent_of(mother, son.person_id, at_work, token=token) == first
        with pytest.raises(Refusals) as attempt:
            given.parent_of(mother, mother.person_id, at_work, person_id=son.person_id, kind="child")
        assert codes(attempt) == {("kind", "recorded")}, "said from the other end it is the same relation"
        assert Relation.objects.count() == 1
        case = access.case(at_work, mother.pk)
        [row] = queries.family(at_work, case, "en").relations
        assert (row.of_client, row.with_name) == ("child", "Aatos Malliperhe")
        assert Entry.objects.filter(action="families.relation.added").count() == 1


def test_what_cannot_be_is_refused() -> None:
    with make.working(make.worker("kunta-092", TODAY)) as at_work:
        mother = given.mother(at_work)
        son = given.joined(mother, at_work)
        for changes, expected in (
            ({"kind": "child"}, {("kind", "younger-parent"), ("custody", "no-custody")}),
            ({"kind": "cousin"}, {("kind", "unknown")}),
            ({"kind": "sibling"}, {("custody", "no-custody")}),
            ({"other_id": mother.person_id}, {("other", "same-person")}),
            ({"from_day": TODAY + DAY}, {("from_day", "future")}),
        ):
            with pytest.raises(Refusals) as attempt:
                given.parent_of(mother, son.person_id, at_work, **changes)
            assert codes(attempt) >= expected - {("custody", "no-custody")}, changes
        with pytest.raises(NotVisible):
            given.parent_of(mother, 10**9, at_work)


def test_a_guardian_acts_for_the_child_until_custody_ends() -> None:
    with make.working(make.worker("kunta-092", TODAY)) as at_work:
        mother = given.mother(at_work)
        son = given.joined(mother, at_work)
        grown = given.joined(mother, at_work, "Aava", date(2008, 11, 23))
        relation = given.parent_of(mother, son.person_id, at_work)
        given.parent_of(mother, grown.person_id, at_work)
        [acting] = queries.persons_acted_for(mother.person_id, None, TODAY)
        assert (acting.person_id, acting.why, acting.until) == (son.person_id, "guardian", date(2032, 5, 5))
        assert len(queries.persons_acted_for(mother.person_id, None, TODAY - DAY)) == 2
        assert queries.persons_acted_for(son.person_id, None, TODAY) == []
        assert queries.acts_for(mother.person_id, grown.person_id, TODAY) is None
        changed = actions.change_custody(mother.pk, relation.pk, False, TODAY, actor=at_work)
        assert queries.persons_acted_for(mother.person_id, None, TODAY) == []
        assert len(queries.persons_acted_for(mother.person_id, None, TODAY - DAY)) == 2
        with pytest.raises(Refusals):
            actions.change_custody(mother.pk, changed.pk, False, TODAY, actor=at_work)


def test_a_relation_ends_or_is_removed_as_a_mistake() -> None:
    with make.working(make.worker("kunta-092", TODAY)) as at_work:
        mother = given.mother(at_work)
        son = given.joined(mother, at_work)
        relation = given.parent_of(mother, son.person_id, at_work)
        with pytest.raises(Refusals) as attempt:
            actions.end_relation(mother.pk, relation.pk, SINCE, actor=at_work)
        assert codes(attempt) == {("on", "before-relation")}
        ended = actions.end_relation(mother.pk, relation.pk, TODAY, actor=at_work)
        assert ended.days.upper == TODAY
        actions.remove_relation(mother.pk, relation.pk, actor=at_work)
        assert not Relation.objects.exists()


def test_a_household_splits_and_each_part_lives_on() -> None:
    with make.working(make.worker("kunta-092", TODAY)) as at_work:
        mother = given.mother(at_work)
        son, daughter = given.joined(mother, at_work), given.joined(mother, at_work, "Aava")
        everybody = [mother.person_id, son.person_id, daughter.person_id]
        for chosen, code in ((everybody, "nobody-stays"), ([], "required"), ([10**9], "required")):
            with pytest.raises(Refusals) as attempt:
                clients.split_household(mother.pk, chosen, TODAY, actor=at_work)
            assert codes(attempt) == {("members", code)}
        token = uuid.uuid4()
        chosen = [son.person_id, daughter.person_id]
        new = clients.split_household(mother.pk, chosen, TODAY, actor=at_work, token=token)
        assert clients.split_household(mother.pk, chosen, TODAY, actor=at_work, token=token) == new
        assert client_queries.household(at_work, mother.pk) == []
    rowsecurity.apply(Viewer.for_system("test", TODAY))
    there = HouseholdMember.objects.filter(household=new, valid__contains=TODAY)
    assert {row.person_id for row in there} == {son.person_id, daughter.person_id}


# --- Representatives -------------------------------------------------------------------------------------------------


def test_one_representative_acts_on_a_day_and_the_reminder_is_a_clock() -> None:
    with make.working(make.worker("kunta-092", TODAY)) as at_work:
        minor = given.alone(at_work)
        task = given.represented(minor, at_work, last=date(2027, 1, 5))
        clock = Clock.objects.get(relationship=minor, rule="O-REP")
        assert (clock.opens_on, clock.due, clock.closed_on, clock.own) == (
            date(2026, 11, 10),
            date(2027, 1, 5),
            None,
            True,
        )
        with pytest.raises(Refusals) as attempt:
            given.represented(minor, at_work, first=date(2027, 1, 5))
        assert codes(attempt) == {("first", "one-a-day")}
        [acting] = queries.persons_acted_for(None, task.pk, TODAY)
        assert (acting.person_id, acting.why, acting.until) == (
            minor.person_id,
            "representative",
            date(2027, 1, 5),
        )
        actions.end_representative(minor.pk, task.pk, TODAY, actor=at_work, note="Another follows.")
        assert Clock.objects.get(relationship=minor, rule="O-REP").closed_on == TODAY
        assert queries.persons_acted_for(None, task.pk, TODAY + DAY) == []
        given.represented(minor, at_work, first=TODAY + DAY, name="Olli Edustaja")
        with pytest.raises(Refusals) as attempt:
            actions.end_representative(minor.pk, task.pk, TODAY + 2 * DAY, actor=at_work)
        assert codes(attempt) == {("last", "one-a-day")}


def test_an_account_of_a_representative_acts_for_every_minor_it_is_tied_to() -> None:
    with make.working(make.worker("kunta-092", TODAY)) as at_work:
        minors = [given.alone(at_work), given.alone(at_work)]
        tasks = [given.represented(minor, at_work) for minor in minors]
        assert len(queries.persons_acted_for(None, tasks[0].pk, TODAY)) == 1
        user_id = make.worker("kunta-092", TODAY).user_id
        for minor, task in zip(minors, tasks, strict=True):
            actions.link_representative(minor.pk, task.pk, user_id, actor=at_work)
        found = queries.persons_acted_for(None, tasks[0].pk, TODAY)
        assert {one.person_id for one in found} == {minor.person_id for minor in minors}
        other = make.worker("kunta-092", TODAY).user_id
        with pytest.raises(NotVisible):
            actions.link_representative(minors[0].pk, tasks[0].pk, other, actor=at_work)


def test_only_a_minor_has_a_representative_and_only_until_coming_of_age() -> None:
    with make.working(make.worker("kunta-092", TODAY)) as at_work:
        adult = given.mother(at_work)
        minor = given.alone(at_work)
        unknown = make.client(at_work, person=make.person(birth_date=None))
        for client, changes, expected in (
            (adult, {}, ("first", "of-age")),
            (minor, {"last": date(2028, 3, 14)}, ("last", "of-age")),
            (minor, {"last": SINCE - DAY}, ("last", "reversed")),
            (minor, {"name": " "}, ("name", "required")),
            (minor, {"ground": "neighbour"}, ("ground", "required")),
            (minor, {"decided_on": TODAY + DAY}, ("decided_on", "future")),
            (unknown, {}, ("", "no-birth-date")),
        ):
            with pytest.raises(Refusals) as attempt:
                given.represented(client, at_work, **changes)
            assert expected in codes(attempt)
        assert not Representative.objects.exists()


def test_one_who_came_without_a_guardian_is_marked_only_with_a_birth_date() -> None:
    with make.working(make.worker("kunta-092", TODAY)) as at_work:
        unknown = make.client(at_work, person=make.person(birth_date=None))
        with pytest.raises(Refusals) as attempt:
            clients.set_situation(unknown.pk, actor=at_work, unaccompanied=True, trafficking_victim=False)
        assert codes(attempt) == {("unaccompanied", "no-birth-date")}


# --- Rules of the Acts -----------------------------------------------------------------------------------------------


def test_no_plan_needed_is_refused_for_an_unaccompanied_minor_with_a_permit_under_the_act_of_2010() -> None:
    on = date(2024, 5, 2)
    with make.working(make.worker("kunta-092", on)) as at_work:
        minor = given.alone(at_work, permit=date(2023, 2, 1), started_on=on)
        assessment = clients.start_assessment(minor.pk, on, actor=at_work)
        content = make.complete_content(assessment.act, on, plan_needed=False)
        with pytest.raises(Refusals) as attempt, translation.override("en"):
            clients.complete_assessment(
                minor.pk, content, on, actor=at_work, expected_version=assessment.version
            )
        [refusal] = attempt.value.refusals
        assert (refusal.field, refusal.code) == ("plan_needed", "minor-plan-always")
        with translation.override("en"):
            assert "1386/2010 § 15" in client_queries.refusal_text(refusal)


def test_under_the_act_of_2023_or_without_a_permit_no_plan_can_be_needed() -> None:
    for on, permit in ((date(2024, 5, 2), None), (TODAY, date(2025, 11, 3))):
        with make.working(make.worker("kunta-092", on)) as at_work:
            minor = given.alone(at_work, permit=permit, started_on=on)
            done = make.assessed(minor, at_work, started=on, done=on, plan_needed=False)
            assert done.plan_needed is False


def test_a_plan_made_for_a_minor_is_a_minors_plan_under_the_act_of_2010_only() -> None:
    for on, kind in ((date(2024, 5, 2), PlanKind.MINOR), (TODAY, PlanKind.OWN)):
        with make.working(make.worker("kunta-092", on)) as at_work:
            minor = given.alone(at_work, started_on=on)
            make.assessed(minor, at_work, started=on, done=on)
            assert make.planned(minor, at_work, made=on).kind == kind


def test_a_victim_of_trafficking_has_no_three_years_under_the_act_of_2023_whatever_the_permit() -> None:
    with make.working(make.worker("kunta-092", TODAY)) as at_work:
        client = make.client(at_work, permit=PermitContent("permit", "work", date(2025, 11, 3)))
        assert Clock.objects.filter(relationship=client, rule="A3").exists()
        clients.set_situation(
            client.pk, actor=at_work, unaccompanied=False, trafficking_victim=True, reason="Identified."
        )
        assert not Clock.objects.filter(relationship=client, rule="A3").exists()


# --- The family's plan -----------------------------------------------------------------------------------------------

GOALS = [FamilyGoalContent("Kieli koko perheelle", "Kielikahvila\nPerhekerho"), FamilyGoalContent("")]


def test_a_familys_plan_is_made_and_reviewed_under_the_act_of_2010_and_read_after_it() -> None:
    worker, on = make.worker("kunta-092", TODAY), date(2024, 5, 2)
    with make.working(worker, on) as then:
        mother = given.mother(then, started_on=on)
        with pytest.raises(Refusals) as attempt:
            actions.make_family_plan(mother.pk, on, "Koko perhe.", GOALS, actor=then)
        assert codes(attempt) == {("", "no-household")}
        clients.add_household_member(mother.pk, actor=then, role="child", from_day=on, member=given.child())
        with pytest.raises(Refusals) as attempt:
            actions.make_family_plan(mother.pk, on, " ", [], actor=then)
        assert codes(attempt) == {("need", "required"), ("goals", "required")}
        plan = actions.make_family_plan(mother.pk, on, "Koko perhe.", GOALS, actor=then)
        assert plan.goals.count() == 1
        with pytest.raises(Refusals) as attempt:
            actions.make_family_plan(mother.pk, on, "Toinen.", GOALS, actor=then)
        assert codes(attempt) == {("", "open-plan")}
        with pytest.raises(Refusals) as attempt:
            actions.review_family_plan(mother.pk, plan.pk, on - DAY, "Liian varhain.", actor=then)
        assert codes(attempt) == {("held_on", "before-plan")}
        actions.review_family_plan(mother.pk, plan.pk, on, "Sujuu.", actor=then)
    with make.working(worker) as now:
        [row] = queries.family(now, access.case(now, mother.pk), "en").plans
        assert (row.is_open, row.ended_with_act, len(row.reviews)) == (False, date(2024, 12, 31), 1)
        with pytest.raises(Refusals) as attempt:
            actions.review_family_plan(mother.pk, plan.pk, TODAY, "Myöhässä.", actor=now)
        assert codes(attempt) == {("held_on", "no-family-plan")}
        ended = actions.end_family_plan(mother.pk, plan.pk, TODAY, actor=now)
        assert ended.ended_on == TODAY
        with pytest.raises(Refusals) as attempt, translation.override("en"):
            actions.make_family_plan(mother.pk, date(2025, 1, 1), "Koko perhe.", GOALS, actor=now)
        [refusal] = attempt.value.refusals
        assert refusal.code == "no-family-plan"
        with translation.override("en"):
            said = client_queries.refusal_text(refusal)
        assert "1386/2010 § 16" in said
        assert "31 December 2024" in said


# --- Housing ---------------------------------------------------------------------------------------------------------


def test_a_move_to_a_unit_ends_the_stay_before_and_a_full_unit_takes_nobody() -> None:
    with make.working(make.worker("kunta-092", TODAY)) as at_work:
        minor, other = given.alone(at_work), given.alone(at_work)
        home = actions.add_unit("Koivukoti", "family-group-home", actor=at_work, places=1)
        flat = actions.add_unit("Pihlaja", "supported-housing", actor=at_work)
        actions.begin_housing(minor.pk, home.pk, SINCE, actor=at_work)
        with pytest.raises(Refusals) as attempt:
            actions.begin_housing(other.pk, home.pk, TODAY, actor=at_work)
        assert codes(attempt) == {("unit", "full")}
        with pytest.raises(Refusals) as attempt:
            actions.begin_housing(minor.pk, home.pk, TODAY, actor=at_work)
        assert ("unit", "lives-there") in codes(attempt)
        with pytest.raises(Refusals) as attempt:
            actions.close_unit(home.pk, TODAY, actor=at_work)
        assert codes(attempt) == {("on", "lived-in")}
        moved = actions.begin_housing(minor.pk, flat.pk, TODAY, actor=at_work)
        first = Housing.objects.get(unit=home)
        assert (first.days.lower, first.days.upper) == (SINCE, TODAY)
        actions.close_unit(home.pk, TODAY, actor=at_work)
        with pytest.raises(Refusals) as attempt:
            actions.begin_housing(other.pk, home.pk, TODAY, actor=at_work)
        assert ("unit", "closed") in codes(attempt)
        rows = {row.unit.name if row.unit else "": row.residents for row in queries.by_unit(at_work)}
        assert [one.relationship_id for one in rows["Pihlaja"]] == [minor.pk]
        assert [one.relationship_id for one in rows[""]] == [other.pk]
        with pytest.raises(Refusals):
            actions.end_housing(minor.pk, moved.pk, TODAY, actor=at_work)
        with pytest.raises(Refusals) as attempt:
            actions.add_unit("Pihlaja", "hotel", actor=at_work, places=0)
        assert codes(attempt) == {("name", "taken"), ("kind", "required"), ("places", "too-few")}


def test_where_a_person_under_a_non_disclosure_order_lives_is_shown_nowhere() -> None:
    with make.working(make.worker("kunta-092", TODAY)) as at_work:
        minor = given.alone(at_work, non_disclosure=True)
        home = actions.add_unit("Koivukoti", "family-group-home", actor=at_work)
        actions.begin_housing(minor.pk, home.pk, SINCE, actor=at_work)
        shown = [row for row in queries.by_unit(at_work) if row.residents]
        assert [(row.unit, row.hidden) for row in shown] == [(None, True)]
        assert shown[0].residents[0].since is None
        found = queries.family(at_work, access.case(at_work, minor.pk), "en")
        assert [row.unit for row in found.housings] == [None]
        around = queries.around(minor.pk, minor.person, TODAY)
        assert (around.housing_kind, around.housing_name) == ("family-group-home", "")
        assert not [entry for entry in Entry.objects.all() if "Koivukoti" in str(entry.__dict__)]


# --- Rights ----------------------------------------------------------------------------------------------------------


def test_another_authority_sees_no_row_and_can_do_nothing() -> None:
    worker = make.worker("kunta-092", TODAY)
    with make.working(worker) as at_work:
        mother = given.mother(at_work)
        son = given.joined(mother, at_work)
        relation = given.parent_of(mother, son.person_id, at_work)
        minor = given.alone(at_work)
        given.represented(minor, at_work)
        home = actions.add_unit("Koivukoti", "family-group-home", actor=at_work)
        actions.begin_housing(minor.pk, home.pk, SINCE, actor=at_work)
        assert Relation.objects.count() == Representative.objects.count() == Housing.objects.count() == 1
        assert queries.minors_without_representative(at_work) == 0
    with make.working(make.worker("kunta-205", TODAY)) as other:
        assert not Relation.objects.exists()
        assert not Representative.objects.exists()
        assert not Housing.objects.exists()
        assert queries.units(other) == queries.by_unit(other) == []
        own = given.mother(other)
        with pytest.raises(NotVisible):
            actions.end_relation(own.pk, relation.pk, TODAY, actor=other)
        with pytest.raises(NotVisible):
            actions.begin_housing(own.pk, home.pk, TODAY, actor=other)
        with pytest.raises(NotVisible):
            given.parent_of(own, son.person_id, other)
        with pytest.raises(NotVisible):
            actions.add_relation(
                mother.pk, actor=other, person_id=1, kind="parent", other_id=2, from_day=TODAY
            )
    with (
        make.working(make.worker("kunta-092", TODAY, role=Role.READER)) as reader,
        pytest.raises(MissingCapability),
    ):
        given.represented(minor, reader)


def test_a_relation_of_two_members_who_are_no_clients_is_seen_through_their_household() -> None:
    with make.working(make.worker("kunta-092", TODAY)) as at_work:
        mother = given.mother(at_work)
        son, daughter = given.joined(mother, at_work), given.joined(mother, at_work, "Aava")
        actions.add_relation(
            mother.pk,
            actor=at_work,
            person_id=son.person_id,
            kind="sibling",
            other_id=daughter.person_id,
            from_day=SINCE,
        )
        [row] = queries.family(at_work, access.case(at_work, mother.pk), "en").relations
        assert (row.of_client, {row.name, row.other_name}) == ("", {"Aatos Malliperhe", "Aava Malliperhe"})


def test_the_name_of_a_relative_elsewhere_under_a_non_disclosure_order_is_hidden() -> None:
    worker = make.worker("kunta-092", TODAY)
    with make.working(worker) as at_work:
        one, other = given.mother(at_work), given.alone(at_work, non_disclosure=True)
        actions.add_relation(
            one.pk,
            actor=at_work,
            person_id=other.person_id,
            kind="relative",
            other_id=one.person_id,
            from_day=SINCE,
        )
        successor = make.worker("kunta-205", TODAY)
        kajaani = Organisation.objects.get(pk=successor.organisation_id)
        clients.pass_to_successor(other, TODAY, kajaani, actor=at_work)
        [row] = queries.family(at_work, access.case(at_work, one.pk), "en").relations
        assert (row.of_client, row.with_name) == ("relative", "")
