"""Hearings for who keeps them: drafted, opened, told of, moved, closed, summarised, published."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Role
from kotopolku.access.errors import MissingCapability, NotVisible
from kotopolku.clients.rules import EditClash, Refusals
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import Worker, words
from kotopolku.cooperation import jobs
from kotopolku.cooperation.actions import hearing_answers, hearings, statements
from kotopolku.cooperation.hearing_rules import Asked, Response
from kotopolku.cooperation.models import Hearing, HearingInvitee, StatementAnswer
from kotopolku.cooperation.queries import hearings as queries
from kotopolku.cooperation.queries import my_work
from kotopolku.cooperation.tests import commons_world
from kotopolku.cooperation.tests import hearings_world as world
from kotopolku.notices.models import Notice

pytestmark = pytest.mark.django_db


def officer() -> Worker:
    return Worker(world.REGION, world.ON, Role.REGIONAL_OFFICER)


def typed(by: Worker, **changes: str) -> dict[str, str]:
    values = {
        "token": str(uuid4()),
        "rows": "3",
        "title": "Ohjelman luonnos",
        "language": "fi",
        "body": "Pyydämme lausuntoa.",
        "answer_by": "4.1.2027",
        "question-1": "Mitä puuttuu?",
        "kind-1": "text",
        "question-2": "Ovatko tavoitteet oikeat?",
        "kind-2": "view",
        "kind-3": "text",
    }
    return values | changes


def only_hearing(by: Worker) -> Hearing:
    rowsecurity.apply(by.viewer)
    return Hearing.objects.get()


def test_a_hearing_is_drafted_addressed_and_opened_on_its_pages() -> None:
    by, other = officer(), Worker(world.VANTAA, world.ON, Role.TEAM_LEADER)
    page = by.get("/commons/hearings/new/")
    assert "4.1.2027" in page.content.decode(), "the day is proposed"
    more = by.post("/commons/hearings/new/", **typed(by, do="more"))
    assert 'name="question-6"' in more.content.decode()
    assert "Mitä puuttuu?" in more.content.decode()
    assert by.post("/commons/hearings/new/", **typed(by)).status_code == 302
    made = only_hearing(by)
    page_of = f"/commons/hearings/{made.pk}/"
    assert made.questions.count() == 2
    assert other.get(page_of).status_code == 404, "a draft"
    found = by.post(page_of + "ask/", do="find", find="Vantaa")
    vantaa = str(commons_world.organisation(world.VANTAA))
    assert f'value="{vantaa}"' in found.content.decode()
    assert by.post(page_of + "ask/", organisations=[vantaa]).status_code == 302
    assert "Who is asked" in words(by.get(page_of + "open/"))
    assert other.get(page_of).status_code == 404, "asked, but not opened"
    assert by.post(page_of + "open/").status_code == 302
    shown = words(other.get(page_of))
    assert "asks your organisation for a statement by" in shown
    assert "Mitä puuttuu?" in shown
    assert by.post(page_of + "edit/", **typed(by, version="1")).status_code in (409, 422)
    rowsecurity.apply(other.viewer)
    assert HearingInvitee.objects.get(hearing=made).opened_at is not None


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"body": "", "question-1": "", "question-2": ""}, "Write what is asked"),
        ({"answer_by": "20.11.2026"}, "The day has passed already."),
        ({"answer_by": "25.11.2026"}, "those who are asked need time"),
        ({"answer_by": "31.11.2026"}, "does not exist"),
        ({"title": " "}, "Give the hearing a title."),
        ({"language": "xx"}, "xx"),
        ({"kind-1": "joku"}, "joku"),
    ],
)
def test_a_faulty_draft_is_shown_back_with_what_was_typed(changes: dict[str, str], complaint: str) -> None:
    by = officer()
    answer = by.post("/commons/hearings/new/", **typed(by, **changes))
    assert answer.status_code == 422
    assert complaint in words(answer)
    assert 'value="Ohjelman luonnos"' in answer.content.decode() or "title" in changes
    rowsecurity.apply(by.viewer)
    assert not Hearing.objects.exists()


def test_an_organisation_is_asked_once_however_it_was_chosen() -> None:
    by = world.keeper()
    made = world.drafted(by, ())
    vantaa = commons_world.organisation(world.VANTAA)
    with make.working(by) as at_work:
        with pytest.raises(Refusals) as refused:
            hearings.ask(made.pk, Asked(), actor=at_work)
        assert refused.value.codes == ("required",)
        twice = Asked((vantaa, vantaa), ("municipality",), near=True)
        first = hearings.ask(made.pk, twice, actor=at_work)
        rows = list(HearingInvitee.objects.filter(hearing=made).values_list("organisation__code", flat=True))
        assert len(rows) == len(set(rows)) == first
        assert world.VANTAA in rows
        assert world.KAJAANI not in rows, "of kinds only those in the own area"
        with pytest.raises(Refusals) as refused:
            hearings.ask(made.pk, twice, actor=at_work)
        assert refused.value.codes == ("asked",)
        with pytest.raises(Refusals) as refused:
            hearings.ask(made.pk, Asked((10**9,), ("x",), ("y",)), actor=at_work)
        assert refused.value.codes == ("unknown", "unknown", "unknown")
        kajaani = commons_world.organisation(world.KAJAANI)
        assert hearings.ask(made.pk, Asked((kajaani,), near=True), actor=at_work) == 1, (
            "by name from anywhere"
        )
        row = HearingInvitee.objects.get(hearing=made, organisation_id=kajaani)
        hearings.unask(made.pk, row.pk, actor=at_work)
        hearings.unask(made.pk, row.pk, actor=at_work)
        assert not HearingInvitee.objects.filter(pk=row.pk).exists()


def test_a_hearing_with_nobody_asked_or_too_late_is_not_opened() -> None:
    by = world.keeper()
    made = world.drafted(by, ())
    with make.working(by) as at_work, pytest.raises(Refusals) as refused:
        hearings.open_hearing(made.pk, actor=at_work)
    assert refused.value.codes == ("nobody",)
    with make.working(by, world.BY - timedelta(days=2)) as at_work, pytest.raises(Refusals) as refused:
        hearings.open_hearing(made.pk, actor=at_work)
    assert "short" in refused.value.codes
    page = Worker(world.REGION, world.ON, Role.REGIONAL_OFFICER)
    answer = page.post(f"/commons/hearings/{made.pk}/open/", follow=None)
    assert answer.status_code == 302
    assert "Choose at least one organisation" in words(page.get(answer["Location"]))


def test_two_who_change_a_draft_at_once_are_told() -> None:
    by = officer()
    made = world.drafted(by.viewer)
    page = f"/commons/hearings/{made.pk}/edit/"
    assert by.post(page, **typed(by, version="1", title="Ensin")).status_code == 302
    clash = by.post(page, **typed(by, version="1", title="Sitten"))
    assert clash.status_code == 409
    assert "Sitten" in clash.content.decode()
    assert only_hearing(by).title == "Ensin"


def kinds_told() -> list[tuple[str, str]]:
    with rowsecurity.as_system():
        rows = Notice.objects.order_by("pk").values_list("kind", "organisation__code")
        return [(kind.removeprefix("cooperation."), code) for kind, code in rows]


def test_those_asked_are_told_once_of_the_opening_and_again_when_the_day_moves() -> None:
    by, vantaa, kajaani = world.keeper(), world.leader(), world.leader(world.KAJAANI)
    made = world.opened(by)
    assert (world.told(), world.told()) == (1, 0)
    with make.working(by) as at_work:
        hearings.ask(made.pk, Asked((commons_world.organisation(world.KAJAANI),)), actor=at_work)
    assert world.told() == 1
    assert kinds_told() == [("hearing-asked", world.VANTAA), ("hearing-asked", world.KAJAANI)]
    with make.working(by) as at_work:
        version = Hearing.objects.get(pk=made.pk).version
        for day, code in ((world.BY - timedelta(days=1), "earlier"), (world.ON - timedelta(days=1), "past")):
            with pytest.raises(Refusals) as refused:
                hearings.move(made.pk, day, actor=at_work, expected_version=version)
            assert refused.value.codes == (code,)
        hearings.move(made.pk, world.BY + timedelta(days=7), actor=at_work, expected_version=version)
        with pytest.raises(EditClash):
            hearings.move(made.pk, world.BY + timedelta(days=9), actor=at_work, expected_version=version)
    assert world.told() == 2
    both = [("hearing-moved", world.VANTAA), ("hearing-moved", world.KAJAANI)]
    assert sorted(kinds_told()[2:]) == sorted(both)
    assert {vantaa.user_id, kajaani.user_id} >= {one.user_id for one in notices()}


def notices() -> list[Notice]:
    with rowsecurity.as_system():
        return list(Notice.objects.all())


def test_only_those_who_have_not_answered_are_reminded_and_once() -> None:
    by, vantaa = world.keeper(), world.leader()
    world.leader(world.KAJAANI)
    declining = world.leader(world.MINISTRY)
    made = world.opened(by, (world.VANTAA, world.KAJAANI, world.MINISTRY))
    world.told()
    world.given(vantaa, made)
    with make.working(declining) as at_work:
        statements.decline(made.pk, actor=at_work)
    day = world.BY - timedelta(days=5)
    assert world.reminded(day - timedelta(days=1)) == 0
    assert world.reminded(day) == 1
    assert world.reminded(day + timedelta(days=1)) == 0
    assert [code for kind, code in kinds_told() if kind == "hearing-reminder"] == [world.KAJAANI]
    assert world.reminded(world.AFTER) == 0


def test_the_jobs_tell_and_remind() -> None:
    world.leader()
    world.opened(world.keeper())
    with clock.at(world.ON):
        assert jobs.tell_of_hearings(0) == 1
        assert jobs.tell_of_hearings(0) == 0
        assert jobs.remind_of_statements(0) == 0
    with clock.at(world.BY - timedelta(days=4)):
        assert jobs.remind_of_statements(0) == 1
        assert jobs.remind_of_statements(0) == 0


def test_a_hearing_is_closed_after_its_day_or_when_nobody_is_waited_for() -> None:
    by, vantaa = world.keeper(), world.leader()
    made = world.opened(by)
    with make.working(by) as at_work, pytest.raises(Refusals) as refused:
        hearings.close(made.pk, actor=at_work)
    assert refused.value.codes == ("waiting",)
    world.given(vantaa, made)
    assert world.closed(by, made, world.ON).state == "closed"
    overdue = world.opened(by)
    assert world.closed(by, overdue).state == "closed"
    assert world.closed(by, overdue).version == 3, "twice is once"


def test_a_cancelled_hearing_takes_no_statement_and_says_why() -> None:
    by, asked = officer(), Worker(world.VANTAA, world.ON, Role.TEAM_LEADER)
    made = world.opened(by.viewer)
    page = f"/commons/hearings/{made.pk}/"
    assert by.post(page + "cancel/", reason=" ").status_code == 422
    assert by.post(page + "cancel/", reason="Luonnos palautettiin.").status_code == 302
    assert "Luonnos palautettiin." in words(asked.get(page))
    assert world.told() == 1
    assert kinds_told() == [("hearing-cancelled", world.VANTAA)]
    late = asked.post(page + "statement/", version="0", **{"text-0": "Myöhästynyt."})
    assert late.status_code == 422
    assert "Myöhästynyt." in late.content.decode()


def test_how_answers_were_taken_into_account_goes_to_the_summary_and_the_papers() -> None:
    by, vantaa = officer(), Worker(world.VANTAA, world.ON, Role.TEAM_LEADER)
    world.leader(world.KAJAANI)
    made = world.opened(by.viewer, (world.VANTAA, world.KAJAANI), public=True)
    world.given(vantaa.viewer, made, text="=Nuoret puuttuvat.", view="partly", why="Mittarit puuttuvat.")
    page = f"/commons/hearings/{made.pk}/"
    with by.on(world.AFTER), vantaa.on(world.AFTER):
        assert by.get(page + "summary/").status_code == 404, "not closed"
        assert by.post(page + "close/").status_code == 302
        assert "1 agrees in part" in words(by.get(page + "answers/"))
        rowsecurity.apply(by.viewer)
        first, second = world.question_ids(made)
        answers = {one.question_id: one.pk for one in StatementAnswer.objects.all()}
        early = by.post(page + "summary/edit/", version="3", summary="Kiitos.", do="publish")
        assert early.status_code == 422
        assert "Of 2 answers it has not been said yet" in words(early)
        for number in (first, second):
            pk = answers[number]
            form = {f"taken-{pk}": "partly", f"response-{pk}": "Lisättiin luku 2.", f"was-{pk}": ""}
            assert by.post(f"{page}answers/{number}/", **form).status_code == 302
        wrong = by.post(f"{page}answers/{first}/", **{f"taken-{answers[first]}": "joku"})
        assert wrong.status_code == 422
        assert by.get(f"{page}answers/999999/").status_code == 404
        table = by.get(page + "answers/export.csv").content.decode("utf-8-sig")
        assert "'=Nuoret puuttuvat." in table
        assert "Lisättiin luku 2." in table
        assert vantaa.get(page + "summary/").status_code == 404, "not published"
        assert by.post(page + "summary/edit/", version="3", summary="Kesken.").status_code == 302
        assert "This has not been published." in words(by.get(page + "summary/"))
        clash = by.post(page + "summary/edit/", version="3", summary="Toinen.", do="publish")
        assert clash.status_code == 409
        done = by.post(page + "summary/edit/", version="4", summary="Lisättiin **nuoret**.", do="publish")
        assert done.status_code == 302
        anyone = Client()
        with clock.at(world.AFTER):
            public = anyone.get(page + "summary/")
            listed = anyone.get("/commons/hearings/published/")
            paper = anyone.get(page + "summary/sv.pdf")
            assert anyone.get(page + "summary/so.pdf").status_code == 404
        assert "Mittarit puuttuvat." in words(public)
        assert "Lisättiin luku 2." in words(public)
        assert made.title in words(listed)
        assert paper.content.startswith(b"%PDF")
        shown = words(vantaa.get(page))
        assert "Summary" in shown
        assert by.post(page + "summary/edit/", version="5", summary="Uusi.").status_code == 422
    assert world.told(world.AFTER) == 2
    assert {kind for kind, _code in kinds_told()} >= {"hearing-published"}


def test_a_summary_for_those_heard_is_hidden_from_others() -> None:
    by, vantaa, kajaani = world.keeper(), world.leader(), Worker(world.KAJAANI, world.ON, Role.TEAM_LEADER)
    stranger = Worker(world.MINISTRY, world.ON, Role.MINISTRY_OFFICER)
    made = world.opened(by, (world.VANTAA, world.KAJAANI))
    statement = world.given(vantaa, made)
    page = f"/commons/hearings/{made.pk}/"
    assert kajaani.get(f"{page}statements/{statement.pk}/").status_code == 404
    world.closed(by, made)
    world.responded(by, made)
    world.published(by, made)
    with kajaani.on(world.AFTER), stranger.on(world.AFTER):
        assert "Nuoret." in words(kajaani.get(page + "summary/"))
        assert "Lisättiin lukuun 2." in words(kajaani.get(f"{page}statements/{statement.pk}/"))
        assert stranger.get(page).status_code == 404
        assert stranger.get(page + "summary/").status_code == 404
        assert made.title not in words(stranger.get("/commons/hearings/published/"))
    with clock.at(world.AFTER):
        assert Client().get(page + "summary/").status_code == 404


def test_of_two_who_write_how_an_answer_was_taken_the_second_is_told() -> None:
    by = officer()
    made = world.opened(by.viewer)
    world.given(world.leader(), made)
    world.closed(by.viewer, made)
    page = f"/commons/hearings/{made.pk}/answers/"
    with by.on(world.AFTER):
        rowsecurity.apply(by.viewer)
        number = world.question_ids(made)[0]
        pk = StatementAnswer.objects.get(question_id=number).pk
        first = {f"taken-{pk}": "yes", f"response-{pk}": "Lisätty.", f"was-{pk}": ""}
        assert by.post(f"{page}{number}/", **first).status_code == 302
        second = {f"taken-{pk}": "no", f"response-{pk}": "Ei mahdu.", f"was-{pk}": ""}
        told = by.post(f"{page}{number}/", **second)
        assert told.status_code == 422
        assert "taken into account. Lisätty" in words(told)
        assert "Ei mahdu." in told.content.decode()
        mark = by.hidden(f"{page}{number}/")[f"was-{pk}"]
        assert f'value="{mark}"' in told.content.decode(), "sent again it is saved"
        assert by.post(f"{page}{number}/", **second | {f"was-{pk}": mark}).status_code == 302
        rowsecurity.apply(by.viewer)
        assert StatementAnswer.objects.get(pk=pk).response == "Ei mahdu."


def test_the_same_words_can_stand_for_the_rest() -> None:
    by = officer()
    made = world.opened(by.viewer, (world.VANTAA, world.KAJAANI))
    for code in (world.VANTAA, world.KAJAANI):
        world.given(world.leader(code), made)
    world.closed(by.viewer, made)
    with by.on(world.AFTER):
        rowsecurity.apply(by.viewer)
        number = world.question_ids(made)[0]
        one, _two = StatementAnswer.objects.filter(question_id=number).order_by("pk")
        form = {
            f"taken-{one.pk}": "no",
            f"response-{one.pk}": "Ei.",
            "all_taken": "yes",
            "all_text": "Lisätty.",
        }
        assert by.post(f"/commons/hearings/{made.pk}/answers/{number}/", **form).status_code == 302
        rowsecurity.apply(by.viewer)
        rows = StatementAnswer.objects.filter(question_id=number).order_by("pk")
        assert list(rows.values_list("taken", "response")) == [("no", "Ei."), ("yes", "Lisätty.")]


def test_other_rooms_send_their_draft_and_see_where_it_is() -> None:
    by, vantaa = world.keeper(), world.leader()
    about = ("steering.programme", 7)
    with make.working(by) as at_work:
        made = hearings.open_for(*about, "Ohjelma 2027", "Luonnos 1", actor=at_work)
        again = hearings.open_for(*about, "Ohjelma 2027", "Luonnos 2", actor=at_work)
        assert again.pk == made.pk
        assert again.draft == "Luonnos 2"
        with pytest.raises(Refusals):
            hearings.open_for(*about, "Ohjelma 2027", " ", actor=at_work)
        hearings.change(made.pk, world.content(draft="muuta"), actor=at_work, expected_version=again.version)
        assert Hearing.objects.get(pk=made.pk).draft == "Luonnos 2", "the other room's text stays"
        hearings.ask(made.pk, Asked((commons_world.organisation(world.VANTAA),)), actor=at_work)
        hearings.open_hearing(made.pk, actor=at_work)
        [found] = queries.about(at_work, *about)
        assert (found.is_open, found.asked, found.given) == (True, 1, 0)
        assert queries.about(at_work, "steering.programme", 8) == []
    with make.working(vantaa) as at_work:
        [found] = queries.about(at_work, *about)
        assert (found.asked, found.given) == (None, None), "numbers only for who keeps it"
    with make.working(world.leader(world.KAJAANI)) as at_work:
        assert queries.about(at_work, *about) == []


def test_nobody_keeps_another_s_hearing() -> None:
    made = world.opened(world.keeper())
    with make.working(world.leader()) as at_work, pytest.raises(NotVisible):
        hearings.close(made.pk, actor=at_work)
    with make.working(commons_world.worker()) as at_work:
        for act in (hearings.open_hearing, hearings.close, hearings.remove):
            with pytest.raises(MissingCapability):
                act(made.pk, actor=at_work)
        with pytest.raises(MissingCapability):
            hearing_answers.respond(made.pk, None, [Response(1, "yes")], actor=at_work)


def test_both_sides_see_on_my_work_what_waits_for_them() -> None:
    by, vantaa = world.keeper(), world.leader()
    made = world.opened(by)

    def titles(viewer: object, on: object = world.ON) -> list[str]:
        with make.working(viewer, on) as at_work:  # type: ignore[arg-type]
            return [one.words for one in my_work.todo(at_work) if made.title in one.words]

    assert len(titles(vantaa)) == 1
    assert titles(by) == []
    assert len(titles(by, world.AFTER)) == 1
    world.given(vantaa, made)
    assert titles(vantaa) == []
    assert len(titles(by)) == 1
    world.closed(by, made)
    assert len(titles(by, world.AFTER)) == 1


def test_the_lists_take_as_many_statements_for_many_as_for_few() -> None:
    by = officer()
    asked = Worker(world.VANTAA, world.ON, Role.TEAM_LEADER)

    def statements_of(who: Worker, address: str) -> int:
        with CaptureQueriesContext(connection) as found:
            assert who.get(address).status_code == 200
        return len(found)

    pages = [
        (by, "/commons/hearings/?box=ours"),
        (asked, "/commons/hearings/"),
        (asked, "/commons/hearings/?box=waiting"),
    ]
    world.opened(by.viewer)
    for who, address in pages:
        statements_of(who, address)
    few = [statements_of(who, address) for who, address in pages]
    for _n in range(12):
        world.opened(by.viewer)
    assert [statements_of(who, address) for who, address in pages] == few
