"""The room's pages and API in whole requests: one client's measures, a provider's month, a file, lists of a team."""

import io
import json
from datetime import date
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from kotopolku import clock
from kotopolku.access.capabilities import Role
from kotopolku.actors.models import Organisation, User
from kotopolku.clients.models import Measure
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import Worker, words
from kotopolku.progress import files
from kotopolku.progress.models import AbsenceProcess, AttendanceMonth, FollowUp, LanguageLevel, Result
from kotopolku.progress.tests import stage

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]
TODAY = stage.TODAY


class Reporter(Worker):
    """Somebody of a training provider at a screen."""

    def __init__(self, course: stage.Course) -> None:
        self.viewer, self.day = course.provider, TODAY
        self.client = Client()
        self.client.cookies["kotopolku_language"] = "en"
        User.objects.filter(pk=self.viewer.user_id).update(language="en")
        user = User.objects.get(pk=self.viewer.user_id)
        self.client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")

    def sends(self, content: bytes, name: str = "month.csv") -> Any:
        with clock.at(self.day):
            upload = SimpleUploadedFile(name, content)
            return self.client.post("/progress/attendance/file/", {"file": upload})


class OwnWorker(Reporter):
    """The client's own worker at a screen."""

    def __init__(self, course: stage.Course) -> None:
        super().__init__(
            stage.Course(course.worker, course.leader, course.worker, course.relationship, course.measure)
        )


def months(course: stage.Course) -> list[AttendanceMonth]:
    with make.working(course.worker):
        return list(AttendanceMonth.objects.order_by("month"))


def test_a_worker_follows_a_measure_records_a_month_levels_and_results() -> None:
    course = stage.course()
    worker, base = OwnWorker(course), f"/progress/{course.relationship.pk}/"
    page = words(worker.get(base))
    assert "Kotoutumiskoulutus" in page
    assert "Esimerkkiopisto" in page
    assert "0 of 600" in page
    assert "No language level has been recorded yet." in page

    address = f"{base}measures/{course.measure.pk}/"
    provider = str(course.provider.organisation_id)
    typed = {"version": worker.hidden(address)["version"], "state": "under-way", "starts_on": "1.9.2026"}
    typed |= {"ends_on": "28.2.2027", "hours_planned": "500", "provider_id": provider, "result": "Etenee."}
    assert worker.send(address, typed).status_code == 302
    stale = worker.send(address, typed | {"result": "Toinen."})
    assert stale.status_code == 409
    assert "Toinen." in stale.content.decode(), "what was typed stays"

    address += "attendance/"
    month = {"token": worker.hidden(address)["token"], "month": "10/2026", "hours_planned": "100"}
    wrong = worker.send(address, month | {"hours_attended": "120"})
    assert wrong.status_code == 422
    assert "together more than the planned hours (100" in words(wrong)
    assert worker.send(address, month | {"hours_attended": "87,5"}).status_code == 302
    assert "87.5 of 500" in words(worker.get(base))

    levels = f"{base}levels/"
    sent = {
        "token": worker.hidden(levels)["token"],
        "language": "fi",
        "basis": "test",
        "assessed_on": "20.11.2026",
    }
    assert worker.send(levels, sent | {"speaking": "B1.1", "reading": "A2.2"}).status_code == 302
    page = words(worker.get(base))
    assert "goal reached" in page
    assert "A2.2, developing basic skills" in page
    assert "A2.2" in words(worker.get(f"/clients/{course.relationship.pk}/")), "the panel of the client page"

    result = {"version": "0", "on": "23.11.2026", "employment": "part-time", "study": ""}
    assert worker.send(f"{base}result/", result).status_code == 422
    assert worker.send(f"{base}result/", result | {"study": "vocational"}).status_code == 302
    with make.working(course.worker):
        assert Result.objects.get().employment == "part-time"
        level = LanguageLevel.objects.get(skill="reading")
    assert worker.post(f"{base}levels/{level.pk}/cancel/", reason="Virhe.").status_code == 302


def test_an_absence_is_heard_and_decided_through_the_pages() -> None:
    course = stage.course()
    worker, base = OwnWorker(course), f"/progress/{course.relationship.pk}/"
    address = f"{base}measures/{course.measure.pk}/attendance/"
    sent = {"token": worker.hidden(address)["token"], "month": "10/2026", "hours_planned": "100"}
    sent |= {"hours_attended": "60", "hours_absent": "30", "longest_absence": "5"}
    assert worker.send(address, sent).status_code == 302
    page = words(worker.get(base))
    assert "Away from training too long" in page
    assert "380/2023 § 65" in page
    assert "to be heard" in words(worker.get("/progress/absences/"))
    with make.working(course.worker):
        process = AbsenceProcess.objects.get()
    early = worker.post(f"{base}absences/{process.pk}/decision/", outcome="interrupted", reasons="Ei tullut.")
    assert early.status_code == 422
    assert "Hear the client first" in words(early)
    heard = worker.post(
        f"{base}absences/{process.pk}/hearing/", heard_on="23.11.2026", hearing="Oli sairaana."
    )
    assert heard.status_code == 302
    done = worker.post(f"{base}absences/{process.pk}/decision/", outcome="continues", reasons="Syy selvisi.")
    assert done.status_code == 302
    assert "No absence waits for a decision." in words(worker.get("/progress/absences/"))


def test_another_authoritys_worker_gets_404_for_every_page_of_the_client() -> None:
    course = stage.course()
    stranger, base = Worker("kunta-205", TODAY), f"/progress/{course.relationship.pk}/"
    for rest in (
        "",
        f"measures/{course.measure.pk}/",
        f"measures/{course.measure.pk}/attendance/",
        "levels/",
        "result/",
    ):
        assert stranger.get(base + rest).status_code == 404, rest
    own = OwnWorker(course)
    assert own.get(f"{base}measures/{10**9}/").status_code == 404
    assert own.get(f"{base}follow-ups/1/").status_code == 404
    assert own.get("/progress/attendance/").status_code == 403


def test_a_provider_reports_a_month_on_the_page_and_sees_faults_at_their_fields() -> None:
    course = stage.course()
    reporter = Reporter(course)
    page = reporter.get("/progress/attendance/")
    text = words(page)
    assert "Participants in 10/2026: 0 of 1 reported." in text
    assert "Mallinen" in text
    for hidden in ("Vantaa", str(course.relationship.case_number)):
        assert hidden not in text, hidden
    token = reporter.hidden("/progress/attendance/")["token"]
    prefix = f"m{course.measure.pk}"
    half = reporter.send("/progress/attendance/", {"token": token, f"{prefix}-hours_planned": "100"})
    assert half.status_code == 422
    assert "Write the hours, 0 if none." in words(half)
    sent = {"token": token, f"{prefix}-hours_planned": "100", f"{prefix}-hours_attended": "100.5"}
    assert "together more than the planned" in words(reporter.send("/progress/attendance/", sent))
    assert months(course) == []
    sent |= {f"{prefix}-hours_attended": "90"}
    assert reporter.send("/progress/attendance/", sent).status_code == 302
    assert "1 of 1 reported." in words(reporter.get("/progress/attendance/"))
    for closed in ("/clients/", f"/progress/{course.relationship.pk}/", "/progress/follow-ups/"):
        assert reporter.get(closed).status_code == 403, closed


def test_a_file_is_shown_row_by_row_before_it_is_written_and_sent_twice_it_changes_nothing() -> None:
    course = stage.course()
    with make.working(course.leader):
        organisation = Organisation.objects.get(pk=course.provider.organisation_id)
    _relationship, second = stage.participant(course.worker, organisation)
    reporter = Reporter(course)
    form = reporter.get("/progress/attendance/form.csv", month="2026-10").content.decode("utf-8-sig")
    header, *lines = form.splitlines()
    assert len(lines) == 2
    filled = [
        ";".join(line.split(";")[:4] + figures)
        for line, figures in zip(
            sorted(lines, key=lambda line: int(line.split(";")[0])),
            [["100", "90", "5", "2", ""], ["100", "=1+1", "", "", ""]],
            strict=True,
        )
    ]
    stranger = f"{10**9};Joku;Kurssi;10/2026;10;10;;;"
    content = "\r\n".join([header, *filled, stranger]).encode("utf-8-sig")
    report = reporter.sends(content)
    text = words(report)
    assert report.status_code == 200
    assert "3 rows with hours were read." in text
    assert "Formulas are not read." in text
    assert "You have no participant of this number now." in text
    assert "1 row is sound" in text
    assert months(course) == [], "nothing is written yet"
    waiting = report.content.decode().split('name="waiting" value="')[1].partition('"')[0]
    for _time in range(2):
        assert reporter.post("/progress/attendance/confirm/", waiting=waiting).status_code == 302
    [row] = months(course)
    assert (row.measure_id, row.longest_absence, row.version) == (course.measure.pk, 2, 1)
    assert second.pk != row.measure_id
    forged = reporter.post("/progress/attendance/confirm/", waiting="nonsense")
    assert forged.status_code == 302
    assert len(months(course)) == 1


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        (b"", "month.csv", "empty"),
        (b" \n", "month.csv", "The file is empty."),
        ("osallistuminen;kuukausi".encode("utf-16"), "month.csv", "Save it again as CSV UTF-8."),
        (b"PK\x03\x04 not a book", "month.xlsx", "not a sound XLSX file"),
        (b"a;b\n1;2\n", "month.csv", "must name the columns"),
        (b"%PDF-1.7", "month.pdf", "Choose a CSV or XLSX file."),
        (
            b"participation;month;planned hours;attended hours\n1;10/2026;;\n",
            "month.csv",
            "no hours in the file",
        ),
        (b"x" * (files.MOST_BYTES + 1), "month.csv", "larger than 2 MB"),
    ],
)
def test_a_file_that_cannot_be_read_says_why_and_writes_nothing(content: bytes, name: str, says: str) -> None:
    course = stage.course()
    answer = Reporter(course).sends(content, name)
    assert answer.status_code == 422
    assert says in words(answer)
    assert months(course) == []


def test_a_file_in_windows_1252_and_one_in_xlsx_are_read_and_a_formula_is_not() -> None:
    header = [names[1] for names in files.COLUMNS.values()]
    lines = [[7, "Mäkinen, Åsa", "Kurssi", "10/2026", "100", "90,5", "", "", "9.10.2026"]]
    text = "\r\n".join(";".join(map(str, line)) for line in [header, *lines])
    [row] = files.read(text.encode("cp1252"), "kuukausi.csv")
    assert row.name == "Mäkinen, Åsa"
    assert row.row is not None
    assert (str(row.row.hours_attended), row.row.last_attended_on) == ("90.5", date(2026, 10, 9))
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(header)
    sheet.append([7, "Nimi", "Kurssi", date(2026, 10, 1), 100, 90.5, None, None, date(2026, 10, 9)])
    sheet.append([8, "Nimi", "Kurssi", "10/2026", 100, "=SUM(E2:E2)", None, None, None])
    packed = io.BytesIO()
    book.save(packed)
    sound, formula = files.read(packed.getvalue(), "kuukausi.xlsx")
    assert sound.row == row.row
    assert formula.row is None


def test_lists_counts_and_providers_open_with_and_without_rows() -> None:
    course = stage.course()
    leader = Worker("kunta-092", TODAY, role=Role.TEAM_LEADER)
    for address, empty in [
        ("/progress/follow-ups/", "Nobody is to be asked now."),
        ("/progress/absences/", "No absence waits for a decision."),
        ("/progress/counts/", "No answers in this year."),
    ]:
        assert empty in words(leader.get(address))
    with make.working(course.worker):
        row = FollowUp.objects.create(
            relationship=course.relationship,
            person=course.relationship.person,
            rule="O-L3",
            months=3,
            due_on=TODAY,
        )
    assert "3 months later" in words(leader.get("/progress/follow-ups/", scope="organisation"))
    address = f"/progress/{course.relationship.pk}/follow-ups/{row.pk}/"
    assert leader.post(address, situation="").status_code == 422
    assert leader.post(address, situation="employed", source="client").status_code == 302
    assert "Vantaa" in words(leader.get("/progress/counts/"))
    assert "Esimerkkiopisto" in words(leader.get("/progress/providers/"))
    sent = {"name_fi": "Uusi opisto", "kind": "provider"}
    assert leader.send("/progress/providers/", sent).status_code == 302
    again = leader.send("/progress/providers/", sent)
    assert again.status_code == 422
    assert "in the directory already" in words(again)
    plan = OwnWorker(course).get(f"/clients/{course.relationship.pk}/plan/edit/").content.decode()
    assert "Uusi opisto" in plan, "providers can be chosen in the plan"


def test_the_plan_form_keeps_provider_and_hours_of_a_measure() -> None:
    from kotopolku.clients.tests.walking import plan_form

    course = stage.course()
    worker, address = OwnWorker(course), f"/clients/{course.relationship.pk}/plan/edit/"
    changes = {
        "goals-0-measures-0-provider_id": str(course.provider.organisation_id),
        "goals-0-measures-0-hours_planned": "250",
        "goals-0-measures-0-starts_on": "1.9.2026",
    }
    version = worker.hidden(address)["version"]
    letters = changes | {"goals-0-measures-0-hours_planned": "x"}
    assert worker.send(address, plan_form(version=version, **letters)).status_code == 422
    saved = worker.send(address, plan_form(version=version, **changes))
    assert saved.status_code == 302, words(saved)
    with make.working(course.worker):
        kept = Measure.objects.filter(plan=course.measure.plan, removed=False).get()
        assert (kept.provider_id, kept.hours_planned) == (course.provider.organisation_id, 250)


def posted(worker: Worker, address: str, body: Any, key: str = "a key of its own") -> Any:
    with clock.at(worker.day):
        return worker.client.post(
            address, json.dumps(body), content_type="application/json", headers={"Idempotency-Key": key}
        )


def test_the_api_gives_a_provider_its_participants_and_takes_their_months_once() -> None:
    course = stage.course()
    reporter = Reporter(course)
    [one] = reporter.get("/api/progress/participants").json()
    assert set(one) == {"measure", "name", "title", "starts_on", "ends_on"}
    row = {"measure": one["measure"], "month": "2026-10-15", "hours_planned": 100, "hours_attended": 90}
    first = posted(reporter, "/api/progress/attendance", {"rows": [row]})
    assert (first.status_code, first.json()["new"]) == (200, 1), first.content
    wrong = posted(reporter, "/api/progress/attendance", {"rows": [row | {"measure": 10**9}]}, "another key")
    assert wrong.status_code == 422
    assert wrong.json()["errors"][0]["field"] == "rows-0-measure_id"
    listed = reporter.get("/api/progress/attendance").json()
    assert [month["month"] for month in listed["months"]] == ["2026-10-01"]
    assert reporter.get(f"/api/clients/{course.relationship.pk}/progress").status_code == 403
    worker = OwnWorker(course)
    body = {
        "language": "fi",
        "levels": {"speaking": "A2.1"},
        "basis": "estimate",
        "assessed_on": "2026-11-20",
    }
    assert posted(worker, f"/api/clients/{course.relationship.pk}/levels", body).status_code == 201
    seen = worker.get(f"/api/clients/{course.relationship.pk}/progress").json()
    assert seen["levels"][0]["level"] == "A2.1"
    assert seen["measures"][0]["months"][0]["hours_attended"] in (90, "90.0", 90.0)
    assert (
        Worker("kunta-205", TODAY).get(f"/api/clients/{course.relationship.pk}/progress").status_code == 404
    )


def test_the_api_of_a_team_shows_the_load_moves_clients_and_writes_absences() -> None:
    course = stage.course()
    leader = Worker("kunta-092", TODAY, role=Role.TEAM_LEADER)
    loads = {row["user_id"]: row for row in leader.get("/api/team/workload").json()}
    assert loads[course.worker.user_id]["clients"] == 1
    move = {
        "client": course.relationship.pk,
        "worker_before": course.worker.user_id,
        "worker": leader.viewer.user_id,
    }
    moved = posted(leader, "/api/team/reassign", {"moves": [move]})
    assert moved.json() == {"moved": [course.relationship.pk], "left": []}
    absence = {"user_id": leader.viewer.user_id, "deputy_id": course.worker.user_id}
    absence |= {"first": "2026-11-24", "last": "2026-11-30"}
    assert posted(leader, "/api/team/absences", absence, "absence key").status_code == 201
    refused = posted(leader, "/api/team/absences", absence, "absence key 2")
    assert refused.status_code == 422
    assert len(leader.get("/api/team/absences").json()) == 1
    assert OwnWorker(course).get("/api/team/workload").status_code == 403
