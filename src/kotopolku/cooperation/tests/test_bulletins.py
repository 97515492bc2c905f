"""Bulletins: who sees them, receipts, correcting and withdrawing, answers, what people are told, files."""

import threading
from datetime import date, timedelta
from typing import Any
from unittest.mock import Mock

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django.models import ProcrastinateJob

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Role
from kotopolku.access.errors import MissingCapability, NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Membership, User
from kotopolku.clients.rules import EditClash, Refusals
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import Worker, words
from kotopolku.cooperation import access, jobs
from kotopolku.cooperation.actions import bulletins, files, told
from kotopolku.cooperation.models import Attachment, Bulletin, BulletinReceipt, Scan, SeatHolder
from kotopolku.cooperation.queries import bulletins as queries
from kotopolku.cooperation.queries.addressing import of_bodies
from kotopolku.cooperation.tests import bodies_world, guideline_world, hearings_world, positions_world
from kotopolku.cooperation.tests import commons_world as world
from kotopolku.desk.actions.documents import Upload
from kotopolku.desk.scanner import TEST_VIRUS
from kotopolku.journal.models import Entry
from kotopolku.notices import kinds
from kotopolku.notices.models import Notice

pytestmark = pytest.mark.django_db


def sender() -> Worker:
    return Worker(world.REGION, world.ON, Role.REGIONAL_OFFICER)


def system() -> Viewer:
    viewer = Viewer.for_system("test", world.ON)
    rowsecurity.apply(viewer)
    return viewer


def journalled(action: str) -> int:
    system()
    return Entry.objects.filter(action=action).count()


def test_a_bulletin_is_drafted_checked_and_sent_on_the_pages() -> None:
    by = sender()
    new = "/commons/bulletins/new/"
    wrong = by.post(new, token=by.hidden(new)["token"], title="Ohje", body="", language="fi")
    assert wrong.status_code == 422
    assert "Write the bulletin." in words(wrong)
    nobody = by.post(new, token=by.hidden(new)["token"], title="Ohje", body="Lue tämä.", language="fi")
    assert nobody.status_code == 422
    assert "Choose whom the bulletin is for." in words(nobody)
    assert "Lue tämä." in nobody.content.decode(), "nothing typed is lost"
    found = by.post(new, do="find", find="Vantaa\0", title="Ohje", body="Lue tämä.", language="fi")
    assert found.status_code == 200
    assert "City of Vantaa" in words(found) or "Vanta" in words(found)
    assert "Lue tämä." in found.content.decode()
    sent = {
        "token": by.hidden(new)["token"],
        "title": "Ohje",
        "body": "Lue tämä.",
        "language": "fi",
        "organisations": [str(world.organisation(world.VANTAA))],
    }
    assert by.post(new, **sent).status_code == 302
    assert by.post(new, **sent).status_code == 302
    with make.working(by.viewer):
        [draft] = Bulletin.objects.all()
    page = f"/commons/bulletins/{draft.pk}/"
    reader = Worker(world.VANTAA, world.ON)
    assert reader.get(page).status_code == 404, "a draft"
    assert reader.get(page + "edit/").status_code == 403
    assert "1 organisation" in words(by.get(page))
    looked_at = by.hidden(page + "send/")
    change = {name: by.hidden(page + "edit/")[name] for name in ("version", "token")}
    assert by.post(page + "edit/", **(sent | change | {"body": "Lue tämä tänään."})).status_code == 302
    by.post(page + "send/", **looked_at)
    assert reader.get(page).status_code == 404, "not what the sender looked at"
    looked_at = by.hidden(page + "send/")
    for _time in range(2):
        assert by.post(page + "send/", **looked_at).status_code == 302, "a second press does nothing"
    assert "Lue tämä tänään." in words(reader.get(page))
    stranger = Worker(world.KAJAANI, world.ON, Role.TEAM_LEADER)
    for address in ("", "readers/", "edit/", "correct/", "withdraw/", "send/", "answer/", "files/"):
        assert stranger.get(page + address).status_code == 404, address
    for address in ("acknowledge/", "remove/"):
        assert stranger.post(page + address).status_code == 404, address


def test_row_security_hides_a_bulletin_from_others_and_from_other_roles() -> None:
    by = world.officer()
    made = world.bulletin(by, roles=("team-leader",))
    leader = world.worker(role=Role.TEAM_LEADER)
    for viewer, seen in (
        (leader, 1),
        (world.worker(), 0),
        (world.worker(world.KAJAANI, role=Role.TEAM_LEADER), 0),
        (by, 1),
    ):
        with make.working(viewer):
            assert Bulletin.objects.filter(pk=made.pk).count() == seen
    with make.working(leader) as at_work:
        assert access.received(at_work).count() == 1
    with make.working(world.worker()) as at_work, pytest.raises(NotVisible):
        access.bulletin(at_work, made.pk)


def test_a_duty_means_the_organisations_that_answer_for_it_today() -> None:
    by = world.officer()
    made = world.bulletin(by, duties=("assessment-jobseeker",))
    with make.working(by):
        kinds = set(made.addressed.values_list("organisation__kind", flat=True))
    assert kinds == {"employment-area"}


def test_opening_leaves_one_receipt_that_the_sender_counts_with_the_names_of_the_rest() -> None:
    by = sender()
    made = world.bulletin(by.viewer, acknowledge=True)
    reader, other = Worker(world.VANTAA, world.ON), Worker(world.VANTAA, world.ON)
    page = f"/commons/bulletins/{made.pk}/"
    for _time in range(2):
        assert reader.get(page).status_code == 200
    assert reader.post(page + "acknowledge/").status_code == 302
    with make.working(by.viewer):
        [receipt] = BulletinReceipt.objects.all()
    assert (receipt.user_id, receipt.acknowledged_edition) == (reader.viewer.user_id, 1)
    assert journalled("cooperation.bulletin.opened") == 1
    shown = words(by.get(page + "readers/"))
    assert "1 of 2 have opened it" in shown
    assert reader.viewer.name in shown
    assert other.viewer.name in shown
    with make.working(other.viewer):
        assert not BulletinReceipt.objects.exists(), "a colleague's receipt is the sender's to see"


def test_who_sent_a_bulletin_and_who_has_left_do_not_make_more_readers_than_people() -> None:
    by, left = sender(), Worker(world.VANTAA, world.ON)
    made = world.bulletin(by.viewer, kinds=("evk", "municipality"))
    page = f"/commons/bulletins/{made.pk}/"
    for one in (by, left):
        assert one.get(page).status_code == 200
    User.objects.filter(pk=left.viewer.user_id).update(is_active=False)
    assert "1 of 1 have opened it" in words(by.get(page + "readers/"))
    with make.working(by.viewer) as at_work:
        assert not queries.inbox(at_work).exists(), "no news to who sent it"


def test_those_who_have_not_opened_a_corrected_bulletin_are_told_that_it_came() -> None:
    by, reader, other = sender(), Worker(world.VANTAA, world.ON), world.worker()
    made = world.bulletin(by.viewer, answer_by=world.ON + timedelta(days=7))
    reader.get(f"/commons/bulletins/{made.pk}/")
    with make.working(by.viewer) as at_work:
        bulletins.correct(made.pk, "Ohje", "Uusi.", "Päivä.", actor=at_work, expected_version=made.version)
    with make.working(system()) as job:
        told.tell_of_bulletin(made.pk, actor=job)
        assert dict(Notice.objects.values_list("user_id", "kind")) == {
            reader.viewer.user_id: "cooperation.bulletin-corrected",
            other.user_id: "cooperation.bulletin-answer-wanted",
        }


def test_a_correction_is_read_anew_and_a_withdrawn_text_is_not_shown() -> None:
    by, reader = sender(), Worker(world.VANTAA, world.ON)
    made = world.bulletin(by.viewer)
    page = f"/commons/bulletins/{made.pk}/"
    reader.get(page)
    version = by.hidden(page + "correct/")["version"]
    typed = {
        "version": version,
        "title": made.title,
        "body": "Ohje muuttuu maaliskuussa.",
        "note": "Kuukausi.",
    }
    assert by.post(page + "correct/", **(typed | {"note": ""})).status_code == 422
    assert by.post(page + "correct/", **typed).status_code == 302
    assert by.post(page + "correct/", **typed).status_code == 409, "somebody was quicker"
    with make.working(reader.viewer) as at_work:
        assert queries.unread(queries.inbox(at_work)).count() == 1
    shown = words(reader.get(page))
    assert "maaliskuussa" in shown
    assert "Kuukausi." in shown
    assert by.post(page + "withdraw/", reason="").status_code == 422
    assert by.post(page + "withdraw/", reason="Väärä ohje.").status_code == 302
    gone = words(reader.get(page))
    assert "Väärä ohje." in gone
    assert "maaliskuussa" not in gone
    assert "maaliskuussa" in words(by.get(page))


def test_an_organisation_answers_once_and_two_at_once_are_told() -> None:
    by, one = sender(), Worker(world.VANTAA, world.ON)
    made = world.bulletin(by.viewer, answer_by=world.ON + timedelta(days=7))
    page = f"/commons/bulletins/{made.pk}/"
    assert "To answer" in words(one.get("/commons/bulletins/"))
    assert made.title in words(one.get("/commons/bulletins/", box="answer"))
    assert made.title in words(one.get("/commons/bulletins/", box="answer", q="\0")), "no such word"
    assert one.post(page + "answer/", version="0", text="Saamme vastattua.").status_code == 302
    assert one.post(page + "answer/", version="0", text="Toinen vastaus.").status_code == 409
    assert one.post(page + "answer/", version="1", text="Tarkennettu.").status_code == 302
    assert "Tarkennettu." in words(by.get(page + "readers/"))
    with make.working(by.viewer):
        assert Notice.objects.filter(kind="cooperation.bulletin-answered").count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_first_answers_of_an_organisation_at_once_one_is_told_of_the_other() -> None:
    with transaction.atomic():
        made = world.bulletin(world.officer(), answer_by=world.ON + timedelta(days=7))
        people = [world.worker() for _n in range(2)]
    found: list[str] = []
    ready = threading.Barrier(len(people))

    def write(viewer: Viewer) -> None:
        try:
            with transaction.atomic(), make.working(viewer) as at_work:
                ready.wait()
                bulletins.answer(made.pk, "Kyllä.", actor=at_work, expected_version=0)
            found.append("answered")
        except EditClash:
            found.append("clash")
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(one,)) for one in people]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(found) == ["answered", "clash"]


def test_an_answer_is_refused_where_none_is_asked_and_a_past_day_is_not_taken() -> None:
    by, reader = world.officer(), world.worker()
    made = world.bulletin(by)
    with make.working(reader) as at_work, pytest.raises(Refusals) as refused:
        bulletins.answer(made.pk, "Vastaus", actor=at_work, expected_version=0)
    assert refused.value.codes == ("no-answer",)
    with pytest.raises(Refusals) as refused:
        world.bulletin(by, answer_by=date(2026, 11, 1))
    assert refused.value.codes == ("past",)


def test_the_job_tells_those_addressed_once_and_nobody_of_a_draft() -> None:
    by, reader = world.officer(), world.worker()
    world.worker(world.KAJAANI)
    world.bulletin(by, sent=False)
    made = world.bulletin(by)
    with make.working(system()) as job:
        assert told.untold(actor=job) == [made.pk]
        assert told.tell_of_bulletin(made.pk, actor=job) == 1
        assert told.tell_of_bulletin(made.pk, actor=job) == 0
        [notice] = Notice.objects.all()
    assert (notice.user_id, notice.kind) == (reader.user_id, "cooperation.bulletin-sent")
    with make.working(by) as at_work:
        bulletins.withdraw(made.pk, "Vanhentunut.", actor=at_work)
    with make.working(system()) as job:
        told.tell_of_bulletin(made.pk, actor=job)
        assert set(Notice.objects.values_list("kind", flat=True)) == {
            "cooperation.bulletin-sent",
            "cooperation.bulletin-withdrawn",
        }


def test_the_weekly_summary_counts_what_each_may_see_and_spares_those_who_do_not_want_it() -> None:
    from kotopolku.notices.models import Delivery, Wish

    by, reader, other, spared = world.officer(), world.worker(), world.worker(world.KAJAANI), world.worker()
    world.bulletin(by)
    world.material(by)
    with make.working(system()) as job:
        assert told.send_weekly(actor=job) == 0, "what came today is told of next week"
    with make.working(system(), world.ON + timedelta(days=7)) as job:
        Wish.objects.create(user_id=spared.user_id, kind=told.WEEKLY, delivery=Delivery.OFF)
        told.send_weekly(actor=job)
        counts = dict(Notice.objects.filter(kind=told.WEEKLY).values_list("user_id", "count"))
    assert counts[reader.user_id] == 2
    assert counts[other.user_id] == 1
    assert spared.user_id not in counts
    with make.working(system(), world.ON + timedelta(days=8)) as job:
        assert told.send_weekly(actor=job) == 0, "eight days ago is not last week"


def test_a_reader_narrows_the_weekly_summary_and_what_asks_for_something_still_comes() -> None:
    by, reader, other = world.officer(), Worker(world.VANTAA, world.ON), world.worker()
    municipalities: dict[str, Any] = {"kinds": ("municipality",)}
    world.bulletin(by, topics=("first-guidance",))
    world.bulletin(by, topics=("assessment-and-plan",), title="Muu aihe")
    world.bulletin(by, topics=("assessment-and-plan",), acknowledge=True, title="Kuittaa")
    world.bulletin(by, topics=("first-guidance",), regions=("01",), **municipalities)
    narrow = world.bulletin(by, **municipalities)
    with make.working(system()):
        Bulletin.objects.filter(pk=narrow.pk).update(to_regions=["19"])
    world.material(by)
    world.material(by, topic="assessment-and-plan")
    guideline_world.adopted(by)
    assert "/commons/week/" in reader.get("/notices/wishes/").content.decode()
    assert reader.post("/commons/week/", topics=["no-such"]).status_code == 422
    assert reader.post("/commons/week/", topics=["first-guidance"], regions=["19"]).status_code == 302
    assert "checked" in reader.get("/commons/week/").content.decode()
    assert journalled("notices.wishes.narrowed") == 1
    reader.post("/notices/wishes/", **dict.fromkeys(kinds.registered(), "daily"))
    with make.working(system(), world.ON + timedelta(days=7)) as job:
        told.send_weekly(actor=job)
        counts = dict(Notice.objects.filter(kind=told.WEEKLY).values_list("user_id", "count"))
    assert counts[other.user_id] == 8
    assert counts[reader.viewer.user_id] == 4, (
        "one bulletin on the topic, one in the region, one that asks, one material"
    )
    with reader.on(world.ON + timedelta(days=7)):
        shown = words(reader.get("/commons/", week="1"))
        assert "3 bulletins to you" in shown
        assert "1 material or good practice" in shown
        assert "work-permit guideline " not in shown
        assert "Muu aihe" in words(reader.get("/commons/bulletins/")), "what was not chosen is on the page"
        reader.post("/commons/week/")
        assert "5 bulletins to you" in words(reader.get("/commons/", week="1"))


def test_the_weekly_summary_leads_to_a_line_for_each_kind_that_is_new() -> None:
    by, reader = world.officer(), Worker(world.VANTAA, world.ON)
    world.bulletin(by)
    world.material(by)
    hearings_world.opened(by)
    positions_world.adopted(by)
    guideline_world.adopted(by)
    with make.working(system(), world.ON + timedelta(days=7)) as job:
        told.send_weekly(actor=job)
        [notice] = Notice.objects.filter(kind=told.WEEKLY, user_id=reader.viewer.user_id)
    assert notice.count == 5
    with reader.on(world.ON + timedelta(days=7)):
        shown = words(reader.get(notice.address.split("?")[0], week="1"))
        for one in (
            "1 bulletin to you",
            "1 material or good practice",
            "1 hearing in which you are asked",
            "1 adopted position",
            "1 work-permit guideline",
        ):
            assert one in shown
        assert "1 training" not in shown
    with reader.on(world.ON + timedelta(days=20)):
        assert "Nothing new came" in words(reader.get("/commons/", week="1"))


def test_scripts_in_a_bulletin_do_not_reach_the_page() -> None:
    by, reader = world.officer(), Worker(world.VANTAA, world.ON)
    made = world.bulletin(by, body="<script>alert(1)</script> [x](javascript:alert(1)) **ok**")
    page = reader.get(f"/commons/bulletins/{made.pk}/").content.decode()
    assert "<script>alert" not in page
    assert 'href="javascript:' not in page
    assert "<strong>ok</strong>" in page


def test_files_follow_the_bulletin_and_one_with_a_virus_is_refused(settings: Any) -> None:
    settings.CLAMD = "fake"
    by, reader, stranger = sender(), Worker(world.VANTAA, world.ON), Worker(world.KAJAANI, world.ON)
    made = world.bulletin(by.viewer)
    page = f"/commons/bulletins/{made.pk}/files/"

    def attach(data: bytes, name: str = "ohje.txt") -> Any:
        given = SimpleUploadedFile(name, data)
        return by.post(page, token=by.hidden(page)["token"], title="Ohje", file=given)

    assert attach(b"%PDF-1.4 liite").status_code == 422, "the name says another kind"
    infected = attach(TEST_VIRUS)
    assert infected.status_code == 422
    assert "virus" in words(infected)
    assert attach("Ohje tähän.".encode()).status_code == 302
    with make.working(by.viewer):
        [kept] = Attachment.objects.all()
    answer = reader.get(f"/commons/files/{kept.pk}/")
    assert answer.content == "Ohje tähän.".encode()
    assert answer["Content-Disposition"].startswith("attachment")
    assert stranger.get(f"/commons/files/{kept.pk}/").status_code == 404
    assert reader.post(f"/commons/files/{kept.pk}/remove/").status_code in (403, 404)
    by.post(f"/commons/files/{kept.pk}/remove/")
    with make.working(by.viewer):
        assert Attachment.objects.count() == 1, "what was sent with a bulletin is not taken away unseen"
    assert journalled("cooperation.file.refused") == 1


def test_a_file_waits_while_the_scanner_is_away(settings: Any) -> None:
    settings.CLAMD = "127.0.0.1:1"
    by, reader = world.officer(), world.worker()
    made = world.bulletin(by)
    with make.working(by) as at_work:
        kept = files.attach_to_bulletin(made.pk, "Ohje", Upload("a.txt", TEST_VIRUS), actor=at_work)
    assert kept.scan == Scan.WAITING
    with make.working(reader) as at_work, pytest.raises(Refusals):
        files.open_file(kept.pk, actor=at_work)
    settings.CLAMD = "fake"
    with make.working(system()) as job:
        assert files.waiting(actor=job) == [kept.pk]
        assert files.check(kept.pk, actor=job) == Scan.INFECTED
        assert Notice.objects.filter(kind="cooperation.file-refused").count() == 1


def test_the_jobs_run_and_have_nothing_to_do_a_second_time() -> None:
    world.worker()
    world.bulletin(world.officer())
    with clock.at(world.ON):
        assert jobs.tell_of_bulletins(0) == 1
        assert jobs.tell_of_bulletins(0) == 0
        assert jobs.scan_waiting(0) == 0
        assert jobs.forget_needs(0) == 0
    with clock.at(world.ON + timedelta(days=7)):
        assert jobs.tell_weekly(0) >= 1


@pytest.mark.parametrize("box", ["", "unread", "answer"])
def test_the_list_takes_as_many_statements_for_many_as_for_few(box: str) -> None:
    by, reader = world.officer(), Worker(world.VANTAA, world.ON)
    last = world.ON + timedelta(days=3)

    def statements() -> int:
        with CaptureQueriesContext(connection) as found:
            assert reader.get("/commons/bulletins/", box=box).status_code == 200
        return len(found)

    for _n in range(2):
        world.bulletin(by, answer_by=last)
    statements()
    few = statements()
    for _n in range(30):
        world.bulletin(by, answer_by=last)
    assert statements() == few


def test_the_readers_take_as_many_statements_for_many_as_for_few() -> None:
    by = sender()
    made = world.bulletin(by.viewer, kinds=("municipality",))
    page = f"/commons/bulletins/{made.pk}/readers/"

    def statements() -> int:
        with CaptureQueriesContext(connection) as found:
            assert by.get(page).status_code == 200
        return len(found)

    world.worker()
    statements()
    few = statements()
    for code in (world.VANTAA, world.KAJAANI, "kunta-091", "kunta-049"):
        for _n in range(10):
            world.worker(code)
    assert statements() == few
    assert User.objects.count() > 40


# Narrowed, to bodies, guidance ----------------------------------------------------------------------------------------


def addressed(by: Viewer, made: Bulletin) -> set[str]:
    with make.working(by):
        return set(made.addressed.values_list("organisation__code", flat=True))


def test_regions_narrow_kinds_and_duties_and_leave_named_organisations_alone() -> None:
    by = world.officer()
    kajaani = world.organisation(world.KAJAANI)
    made = world.bulletin(
        by, kinds=("municipality", "employment-area"), regions=("01",), organisations=(kajaani,)
    )
    found = addressed(by, made)
    assert {world.VANTAA, world.KAJAANI, "tyo-43"} <= found
    assert "kunta-398" not in found, "Lahti is in another region"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"regions": ("99",), "kinds": ("municipality",)}, "regions"),
        ({"regions": ("01",)}, "regions"),
        ({"regions": ("01",), "everybody": True}, "regions"),
        ({"bodies": (999_999,)}, "bodies"),
        ({"topics": ("no-such",)}, "topics"),
    ],
)
def test_a_narrowing_that_cannot_be_is_refused(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Refusals) as refused:
        world.bulletin(world.officer(), organisations=(world.organisation(world.VANTAA),), **changes)
    assert field in {one.field for one in refused.value.refusals}


def test_a_bulletin_to_a_body_goes_to_members_or_the_deputies_of_the_day(mailoutbox: list[Any]) -> None:
    by = world.officer()
    member, colleague = Worker(world.VANTAA, world.ON), Worker(world.VANTAA, world.ON)
    deputy = Worker(world.KAJAANI, world.ON)
    body = bodies_world.body(by)
    term = bodies_world.term(by, body)
    codes = (world.VANTAA, world.KAJAANI, world.VANTAA)
    first, second, third = (bodies_world.seat(by, term, code=one) for one in codes)
    bodies_world.holder(by, first, "Jäsen", email=bodies_world.with_address(member, "jasen@example.fi"))
    bodies_world.holder(
        by, second, "Vara", part="deputy", email=bodies_world.with_address(deputy, "vara@example.fi")
    )
    bodies_world.holder(by, third, "Ulkopuolinen", email="ulko@example.fi")
    made = world.bulletin(by, bodies=(body.pk,))
    assert addressed(by, made) == {world.VANTAA, world.KAJAANI}
    job = system()
    with clock.at(world.ON):
        assert told.tell_of_bulletin(made.pk, actor=job) == 2
    people = set(Notice.objects.filter(kind="cooperation.bulletin-sent").values_list("user_id", flat=True))
    assert people == {member.viewer.user_id, deputy.viewer.user_id}, "not their colleagues"
    [letter] = ProcrastinateJob.objects.filter(task_name="cooperation.letter")
    assert letter.args["to"] == "ulko@example.fi"
    with make.working(by) as at_work:
        Membership.objects.filter(user_id=deputy.viewer.user_id).update(valid=(date(2015, 1, 1), world.ON))
        third_one, second_one = (one.pk for one in SeatHolder.objects.order_by("-pk")[:2])
        assert of_bodies(made, at_work, world.ON).others == (second_one, third_one), (
            "who has left gets it too"
        )
        Membership.objects.filter(user_id=deputy.viewer.user_id).update(valid=(date(2015, 1, 1), None))
    page = f"/commons/bulletins/{made.pk}/"
    assert colleague.get(page).status_code == 200, "their organisation can read it"
    with make.working(by) as at_work:
        assert queries.totals(made, at_work).people == 3, "two members and the colleague who has opened it"
        assert [one.name for one in bulletins.others(made, actor=at_work)] == ["Ulkopuolinen"]
        bulletins.withdraw(made.pk, "Väärä ohje.", actor=at_work)
    with clock.at(world.ON):
        assert not jobs.send_letter(Mock(job=Mock(id=letter.pk)), **letter.args), "it is not true any more"
        told.tell_of_bulletin(made.pk, actor=system())
        [first, last] = ProcrastinateJob.objects.filter(task_name="cooperation.letter").order_by("id")
        assert first.args == {}, "wiped"
        assert jobs.send_letter(Mock(job=Mock(id=last.pk)), **last.args)
    assert ["Väärä ohje." in one.body for one in mailoutbox] == [True]


def test_bodies_are_addressed_by_their_keeper_and_not_narrowed_by_roles() -> None:
    by = world.officer()
    foreign = bodies_world.body(world.worker(role=Role.TEAM_LEADER), kind="board")
    with pytest.raises(Refusals) as refused:
        world.bulletin(by, bodies=(foreign.pk,))
    assert refused.value.codes == ("unknown",)
    own = bodies_world.body(by)
    with pytest.raises(Refusals) as refused:
        world.bulletin(by, bodies=(own.pk,), roles=("reader",))
    assert refused.value.codes == ("bodies",)


def test_a_guidance_letter_is_preset_for_the_region_and_only_the_region_writes_one() -> None:
    by = sender()
    new = by.get("/commons/bulletins/new/", guidance="1").content.decode()
    assert "New guidance letter" in new
    assert 'name="guidance"' in new
    assert 'name="regions" value="01"' in new
    leader = Worker(world.VANTAA, world.ON, Role.TEAM_LEADER)
    assert 'name="guidance"' not in leader.get("/commons/bulletins/new/", guidance="1").content.decode()
    with pytest.raises(MissingCapability):
        world.bulletin(leader.viewer, guidance=True)
    world.bulletin(by.viewer, guidance=True, title="Ohjauskirje kunnille", topics=("housing",))
    world.bulletin(by.viewer, title="Tavallinen tiedote")
    shown = words(leader.get("/commons/bulletins/", box="guidance"))
    assert "Ohjauskirje kunnille" in shown
    assert "Tavallinen tiedote" not in shown
    by_topic = words(leader.get("/commons/bulletins/", topic="housing"))
    assert "Ohjauskirje kunnille" in by_topic
    assert "Tavallinen tiedote" not in by_topic
    assert "Nothing was found." in words(leader.get("/commons/bulletins/", region="01"))
