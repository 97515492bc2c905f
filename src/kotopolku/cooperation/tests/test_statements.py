"""Statements for those who are asked: begun, given, changed, declined; two at once, thirty at once, too late."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Role
from kotopolku.access.errors import MissingCapability, NotVisible
from kotopolku.actors.models import Organisation
from kotopolku.clients.rules import EditClash, Refusals
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import Worker, words
from kotopolku.cooperation.actions import hearings, statements
from kotopolku.cooperation.hearing_rules import Said
from kotopolku.cooperation.models import Hearing, Statement, StatementAnswer
from kotopolku.cooperation.tests import bodies_world, commons_world
from kotopolku.cooperation.tests import hearings_world as world
from kotopolku.notices.models import Notice


def giver(code: str = world.VANTAA) -> Worker:
    return Worker(code, world.ON, Role.TEAM_LEADER)


@pytest.mark.django_db
def test_a_statement_is_begun_given_and_changed_on_its_page() -> None:
    by, asked = Worker(world.REGION, world.ON, Role.REGIONAL_OFFICER), giver()
    made = world.opened(by.viewer)
    rowsecurity.apply(by.viewer)
    first, second = world.question_ids(made)
    page = f"/commons/hearings/{made.pk}/statement/"
    begun = {"version": "0", f"text-{first}": "Nuoret.", f"view-{second}": "disagree"}
    assert asked.post(page, **begun, do="save").status_code == 302
    assert "A statement has been begun." in words(asked.get(f"/commons/hearings/{made.pk}/"))
    assert "Nuoret." not in words(by.get(f"/commons/hearings/{made.pk}/answers/")), "not given"
    lacking = asked.post(page, **begun | {"version": "1"})
    assert lacking.status_code == 422
    assert "Write why, or what should be changed." in words(lacking)
    assert "Nuoret." in lacking.content.decode()
    whole = begun | {"version": "1", f"text-{second}": "Mittarit puuttuvat."}
    assert asked.post(page, **whole).status_code == 302
    assert "Mittarit puuttuvat." in words(by.get(f"/commons/hearings/{made.pk}/answers/"))
    with rowsecurity.as_system():
        assert Notice.objects.get(kind="cooperation.statement-given").user_id == by.viewer.user_id
    changed = {"version": "2", f"view-{second}": "agree", f"text-{first}": ""}
    assert asked.post(page, **changed).status_code == 302
    rowsecurity.apply(by.viewer)
    assert [(one.view, one.text) for one in StatementAnswer.objects.all()] == [("agree", "")]
    assert asked.post(page, version="3", do="save", **{"text-0": "x"}).status_code == 422, "given already"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        ({}, "Write the statement, or answer at least one question."),
        ({"text-0": "Hyvä luonnos."}, "Choose what your organisation thinks."),
        ({"view-second": "joku"}, "joku"),
        ({"text-0": "x" * 20_001}, "20000"),
    ],
)
def test_a_faulty_statement_is_shown_back(typed: dict[str, str], complaint: str) -> None:
    asked = giver()
    made = world.opened(world.keeper())
    rowsecurity.apply(asked.viewer)
    second = world.question_ids(made)[1]
    sent = {name.replace("second", str(second)): value for name, value in typed.items()}
    answer = asked.post(f"/commons/hearings/{made.pk}/statement/", version="0", **sent)
    assert answer.status_code == 422
    assert complaint in words(answer).replace(",", "").replace(" ", "") or complaint in words(answer)
    with rowsecurity.as_system():
        assert not Statement.objects.exists()


@pytest.mark.django_db
def test_of_two_colleagues_the_second_sees_what_the_first_wrote_and_loses_nothing() -> None:
    one, two = giver(), giver()
    made = world.opened(world.keeper())
    page = f"/commons/hearings/{made.pk}/statement/"
    version = one.hidden(page)["version"]
    assert one.post(page, version=version, do="save", **{"text-0": "Ensimmäisen sanat."}).status_code == 302
    clash = two.post(page, version=version, do="save", **{"text-0": "Toisen sanat."})
    assert clash.status_code == 409
    shown = clash.content.decode()
    assert "Ensimmäisen sanat." in shown
    assert "Toisen sanat." in shown
    assert 'name="version" value="1"' in shown
    assert two.post(page, version="1", do="save", **{"text-0": "Molempien sanat."}).status_code == 302


@pytest.mark.django_db
def test_after_the_closing_nothing_is_taken_and_what_was_typed_is_shown_back() -> None:
    by, asked = world.keeper(), giver()
    made = world.opened(by)
    world.closed(by, made)
    page = f"/commons/hearings/{made.pk}/statement/"
    with asked.on(world.AFTER):
        answer = asked.post(page, version="0", **{"text-0": "Pitkä lausunto."})
        assert answer.status_code == 422
        assert "Pitkä lausunto." in answer.content.decode()
        assert "What you wrote is below" in words(answer)
        assert asked.get(page).status_code == 302
        answer = asked.post(f"{page}decline/")
        assert "The hearing is not open." in words(asked.get(answer["Location"]))
    with rowsecurity.as_system():
        assert not Statement.objects.exists()


@pytest.mark.django_db
def test_a_late_statement_is_taken_and_marked_until_the_day_is_moved() -> None:
    by, asked = world.keeper(), world.leader()
    made = world.opened(by)
    assert world.given(asked, made, world.AFTER).late
    with make.working(by, world.AFTER) as at_work:
        version = Hearing.objects.get(pk=made.pk).version
        hearings.move(made.pk, world.AFTER + timedelta(days=3), actor=at_work, expected_version=version)
        assert not Statement.objects.get().late


@pytest.mark.django_db
def test_who_declined_can_still_give_and_who_gave_cannot_decline() -> None:
    asked = world.leader()
    made = world.opened(world.keeper())
    with make.working(asked) as at_work:
        first = statements.decline(made.pk, actor=at_work)
        assert statements.decline(made.pk, actor=at_work).declined_at == first.declined_at
        statements.give(made.pk, world.said(made), actor=at_work, expected_version=0)
        with pytest.raises(Refusals) as refused:
            statements.decline(made.pk, actor=at_work)
        assert refused.value.codes == ("given",)
    with rowsecurity.as_system():
        assert made.invitees.get().declined_at is None


@pytest.mark.django_db
def test_only_those_asked_and_with_the_right_give_statements() -> None:
    made = world.opened(world.keeper())
    with make.working(world.leader(world.KAJAANI)) as at_work, pytest.raises(NotVisible):
        statements.give(made.pk, {0: Said("x")}, actor=at_work, expected_version=0)
    with make.working(commons_world.worker()) as at_work, pytest.raises(MissingCapability):
        statements.give(made.pk, {0: Said("x")}, actor=at_work, expected_version=0)
    with make.working(world.leader()) as at_work:
        kept = statements.save(made.pk, {0: Said("x"), 10**9: Said("y")}, actor=at_work, expected_version=0)
        assert [one.text for one in kept.answers.all()] == ["x"], "numbers that are no questions are left"


@pytest.mark.django_db(transaction=True)
def test_thirty_organisations_give_at_once_and_nothing_is_lost() -> None:
    with transaction.atomic():
        codes = list(
            Organisation.objects.filter(kind="municipality", valid__contains=world.ON)
            .order_by("code")
            .values_list("code", flat=True)[:30]
        )
        made = world.opened(world.keeper(), codes)
        people = [world.leader(one) for one in codes]
    faults: list[Any] = []
    ready = threading.Barrier(len(people))

    def write(number: int) -> None:
        try:
            ready.wait()
            with transaction.atomic():
                world.given(people[number], made, text=f"Lausunto {number}")
        except Exception as error:
            faults.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(one,)) for one in range(len(people))]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert faults == []
    with transaction.atomic(), rowsecurity.as_system():
        assert Statement.objects.filter(given_at__isnull=False).count() == len(codes) == 30
        texts = set(StatementAnswer.objects.exclude(text="").values_list("text", flat=True))
        assert texts == {f"Lausunto {number}" for number in range(30)}


@pytest.mark.django_db(transaction=True)
def test_of_two_first_statements_of_one_organisation_at_once_one_is_kept_and_the_other_is_told() -> None:
    with transaction.atomic():
        made = world.opened(world.keeper())
        people = [world.leader() for _n in range(3)]
    done: list[str] = []
    ready = threading.Barrier(len(people))

    def write(number: int) -> None:
        try:
            ready.wait()
            with transaction.atomic():
                world.given(people[number], made)
            done.append("given")
        except EditClash:
            done.append("told")
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(one,)) for one in range(len(people))]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(done) == ["given", "told", "told"]


@pytest.mark.django_db
def test_a_body_is_asked_beside_its_keeper_and_each_gives_its_own_statement(client: Client) -> None:
    by, asked = Worker(world.REGION, world.ON, Role.REGIONAL_OFFICER), giver()
    own = bodies_world.body(by.viewer, name_fi="Maahanmuuttoasiain toimikunta")
    theirs = bodies_world.body(asked.viewer, name_fi="Vantaan neuvottelukunta", kind="board")
    made = world.drafted(by.viewer, public=True)
    page = f"/commons/hearings/{made.pk}/"
    assert "Vantaan neuvottelukunta" in words(by.get(f"{page}ask/"))
    assert by.post(f"{page}ask/", bodies=["1000000000"]).status_code == 422
    assert by.post(f"{page}ask/", bodies=[str(own.pk), str(theirs.pk)]).status_code == 302
    again = by.post(f"{page}ask/", bodies=[str(theirs.pk)])
    assert "Everybody whom you chose has been asked already" in words(again)
    assert by.post(f"{page}open/").status_code == 302
    assert world.told() >= 2
    with rowsecurity.as_system():
        about = Notice.objects.filter(kind="cooperation.hearing-asked").values_list("object_kind", "user_id")
        assert {kind for kind, user in about if user == asked.viewer.user_id} == {
            "cooperation.hearing",
            "cooperation.hearing-invitee",
        }
    assert world.told() == 0, "nobody twice"
    shown = words(asked.get(page))
    assert "Statement: Vantaan neuvottelukunta" in shown
    assert "Statement of your organisation" in shown
    rowsecurity.apply(by.viewer)
    first, second = world.question_ids(made)
    said = {"version": "0", f"text-{first}": "Vanhemmat.", f"view-{second}": "agree"}
    assert asked.post(f"{page}statement/?body={own.pk}", **said).status_code == 404, "another's body"
    assert asked.post(f"{page}statement/?body={theirs.pk}", **said).status_code == 302
    assert "a statement is asked of us" in words(asked.get("/commons/hearings/")), "itself has not answered"
    assert asked.post(f"{page}statement/decline/").status_code == 302
    assert by.get("/commons/hearings/?box=waiting").status_code == 200
    assert (
        by.post(f"{page}statement/?body={own.pk}", **said | {f"text-{first}": "Nuoret."}).status_code == 302
    )
    lines = words(by.get(page))
    assert "no statement is given" in lines
    world.closed(by.viewer, made, world.ON)
    world.responded(by.viewer, made, on=world.ON)
    world.published(by.viewer, made, world.ON)
    seen = client.get(f"{page}summary/").content.decode()
    for name in ("Maahanmuuttoasiain toimikunta", "Vantaan neuvottelukunta"):
        assert f"<h3>{name}</h3>" in seen, "its name is for everybody"
