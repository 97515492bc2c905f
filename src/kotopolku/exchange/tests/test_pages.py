"""The exchange's pages and commands as people walk them: file, columns, report, bring in, take out, national, registers."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from kotopolku import tabular
from kotopolku.access.capabilities import Role
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import User
from kotopolku.clients.models import Relationship
from kotopolku.clients.rules import ContactContent, PermitContent
from kotopolku.clients.tests import factories as make
from kotopolku.exchange import commands, exports, jobs, queries, rules
from kotopolku.exchange.models import ImportRow, ImportRun, RegisterFact
from kotopolku.exchange.tests import files as invented

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def on_the_day(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    monkeypatch.setenv("KOTOPOLKU_TODAY", ON.isoformat())
    settings.SECOND_FACTOR_REQUIRED = False


def browser(viewer: Viewer) -> Client:
    found = Client(headers={"Accept-Language": "en"})
    User.objects.filter(pk=viewer.user_id).update(language="en")
    found.force_login(
        User.objects.get(pk=viewer.user_id), backend="django.contrib.auth.backends.ModelBackend"
    )
    return found


@pytest.fixture
def leader() -> Viewer:
    return make.worker("kunta-092", ON, role=Role.TEAM_LEADER)


def uploaded(page: Client, content: bytes, name: str = "asiakkaat.csv") -> Any:
    return page.post("/exchange/import/", {"file": SimpleUploadedFile(name, content)})


def columns(leader: Viewer) -> dict[str, str]:
    with make.working(leader):
        run = ImportRun.objects.get()
    return {f"column-{n}": run.columns[header] for n, header in enumerate(run.headers)}


def test_a_file_is_walked_in(leader: Viewer) -> None:
    page = browser(leader)
    rows = [*invented.clients(3), invented.client(9, Kunta="Atlantis")]
    address = uploaded(page, invented.as_csv(rows)).headers["Location"]
    assert "Sukunimi" in page.get(address).content.decode()
    assert page.post(address, columns(leader), follow=True).status_code == 200
    report = page.get(address).content.decode()
    assert "Atlantis" in report
    assert "three-digit code" in report
    assert "Atlantis" in page.get(f"{address}errors.csv").content.decode("utf-8-sig")
    assert page.post(f"{address}start/", {}).status_code == 422
    assert page.post(f"{address}start/", {"only_good": "on"}).status_code == 302
    with make.working(leader):
        number = ImportRun.objects.get().pk
    assert leader.user_id is not None
    assert jobs.bring_in(number, leader.user_id) == 3
    assert "Done" in page.get(address).content.decode()
    assert "asiakkaat.csv" in page.get("/exchange/import/").content.decode()


def test_a_file_that_cannot_be_read_is_refused_at_its_field(leader: Viewer) -> None:
    answer = uploaded(browser(leader), "имя;город\r\nИван;Вантаа".encode("cp1251"))
    assert answer.status_code == 422
    assert "CSV UTF-8" in answer.content.decode()
    assert browser(leader).post("/exchange/import/", {}).status_code == 422


def test_columns_that_do_not_fit_are_shown_at_their_fields(leader: Viewer) -> None:
    page = browser(leader)
    address = uploaded(page, invented.as_csv(invented.clients(1))).headers["Location"]
    answer = page.post(address, columns(leader) | {"column-5": ""})
    assert answer.status_code == 422
    assert "Municipality" in answer.content.decode()


def test_a_possible_duplicate_is_decided_on_the_page(leader: Viewer) -> None:
    with make.working(leader):
        make.client(
            leader,
            person=make.person(family_name="Ahmed", given_names="Muhammed", birth_date=date(1990, 2, 3)),
        )
    row = {
        "Sukunimi": "Ahmad",
        "Etunimet": "Mohamed",
        "Syntymäaika": "3.2.1990",
        "Kunta": "092",
        "Asiakkuus alkoi": "2026-11-02",
    }
    page = browser(leader)
    address = uploaded(page, invented.as_csv([row])).headers["Location"]
    page.post(address, columns(leader))
    assert "Another person" in page.get(address).content.decode()
    with make.working(leader):
        number = ImportRow.objects.get().pk
    page.post(f"{address}rows/{number}/decide/", {"decision": "same"})
    with make.working(leader):
        assert ImportRow.objects.get().state == "left"
    assert page.post(f"{address}rows/{number}/decide/", {"decision": "same"}).status_code == 404


def test_a_file_is_thrown_away_after_asking(leader: Viewer) -> None:
    page = browser(leader)
    address = uploaded(page, invented.as_csv(invented.clients(1))).headers["Location"]
    assert page.get(f"{address}cancel/").status_code == 200
    page.post(f"{address}cancel/")
    with make.working(leader):
        assert ImportRun.objects.get().state == "cancelled"


def test_rights_and_other_authorities(leader: Viewer) -> None:
    address = uploaded(browser(leader), invented.as_csv(invented.clients(1))).headers["Location"]
    worker = browser(make.worker("kunta-092", ON))
    other = browser(make.worker("kunta-205", ON, role=Role.TEAM_LEADER))
    for one in ("/exchange/import/", "/exchange/import/fields/", "/exchange/national/", address):
        assert worker.get(one).status_code == 403, one
    assert other.get(address).status_code == 404
    assert other.post(f"{address}start/", {}).status_code == 404
    assert browser(leader).get("/exchange/import/fields/").status_code == 200
    assert browser(make.worker("kunta-092", ON, role=Role.READER)).get("/exchange/export/").status_code == 403


def test_a_job_of_somebody_who_lost_the_seat_does_nothing(leader: Viewer) -> None:
    from kotopolku.actors.models import Membership

    page = browser(leader)
    address = uploaded(page, invented.as_csv(invented.clients(1))).headers["Location"]
    page.post(address, columns(leader))
    page.post(f"{address}start/", {})
    Membership.objects.filter(user_id=leader.user_id).update(role=Role.READER.value)
    with make.working(leader):
        number = ImportRun.objects.get().pk
    assert jobs.bring_in(number, leader.user_id or 0) == 0


@pytest.mark.parametrize("kind", ["csv", "xlsx", "json"])
@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_what_is_taken_out_can_be_brought_in(leader: Viewer, kind: str, language: str) -> None:
    from django.utils import translation

    with make.working(leader), translation.override(language):
        relationship = make.client(
            leader,
            started_on=date(2026, 3, 2),
            contact=ContactContent(municipality="092", telephone="+358 40 1234567", email="a@example.fi"),
            permit=PermitContent("permit", "quota", date(2026, 2, 1), date(2030, 1, 31)),
        )
        make.assessed(relationship, leader, started=date(2026, 3, 4), done=date(2026, 3, 10))
        make.planned(relationship, leader, made=date(2026, 3, 20))
        rows = list(exports.clients(leader))
        table = tabular.read(f"a.{kind}", exports.as_file(kind, rows), rules.FILE)
        known = rules.guessed(table.headers)
        values = {known[h]: cell for h, cell in zip(table.headers, table.rows[0][1], strict=True)}
        read = rules.read_row(values, queries.codes(ON))
    assert read.faults == ()
    assert {name: cell for name, cell in values.items() if cell} == rows[0].values
    assert read.case is not None
    assert read.case.plan is not None
    assert [goal.title for goal in read.case.plan.content.goals] == [goal.title for goal in make.PLAN.goals]
    assert [m.kind for g in read.case.plan.content.goals for m in g.measures] == [
        m.kind for g in make.PLAN.goals for m in g.measures
    ]
    assert read.case.assessment is not None
    assert len(read.case.assessment.items) == 9


def test_a_file_taken_out_runs_nothing_and_hides_what_is_hidden(leader: Viewer) -> None:
    with make.working(leader):
        make.client(leader, person=make.person(family_name="=Mallinen"))
        make.client(
            leader,
            non_disclosure=True,
            contact=ContactContent(municipality="092", street_address="Salakuja 1"),
        )
    page = browser(leader)
    text = page.get("/exchange/export/csv/").content.decode("utf-8-sig")
    assert "'=Mallinen" in text
    assert "Salakuja" not in text
    assert page.get("/exchange/export/").status_code == 200
    assert page.get("/exchange/export/exe/").status_code == 404


def test_the_number_of_statements_does_not_grow_with_clients(
    leader: Viewer, django_assert_max_num_queries: Any
) -> None:
    with make.working(leader):
        make.many(leader, 120)
        with django_assert_max_num_queries(20):
            assert len(list(exports.clients(leader))) == 120


def test_the_national_page_says_from_which_day_it_is_compulsory(leader: Viewer, settings: Any) -> None:
    settings.DEMO = True
    with make.working(leader):
        make.client(leader)
    page = browser(leader)
    assert "becomes compulsory on 1 January 2027" in page.get("/exchange/national/").content.decode()
    page.post("/exchange/national/send/")
    assert jobs.send_national(0) == 1
    page.post("/exchange/national/reconcile/")
    shown = page.get("/exchange/national/").content.decode()
    assert "the same here and there" in shown
    settings.DEMO = False
    assert page.post("/exchange/national/reconcile/", follow=True).status_code == 200


def test_registers_are_asked_and_taken_on_the_client_s_page(leader: Viewer, settings: Any) -> None:
    settings.DEMO = True
    code = invented.client(30)["Henkilötunnus"]
    with make.working(leader):
        relationship = make.client(leader, person=make.person(identity_code=code, birth_date=None))
    page = browser(leader)
    address = f"/exchange/registers/{relationship.pk}/"
    assert "Not asked yet" in page.get(address).content.decode()
    page.post(f"{address}ask/permit-register/")
    with make.working(leader):
        facts = list(RegisterFact.objects.values_list("pk", flat=True))
    assert "The register has" in page.get(address).content.decode()
    assert page.post(address, {"facts": facts, "version": 1}).status_code == 302
    assert page.post(address, {"version": 1}).status_code == 422
    assert page.post(f"{address}ask/tax/").status_code == 404
    settings.DEMO = False
    assert "does not answer" in page.post(f"{address}ask/permit-register/", follow=True).content.decode()
    other = browser(make.worker("kunta-205", ON))
    assert other.get(address).status_code == 404
    assert other.post(f"{address}ask/permit-register/").status_code == 404


class TestCommands:
    def test_in_twice_and_out(self, tmp_path: Path, leader: Viewer) -> None:
        source, target = tmp_path / "in.csv", tmp_path / "out.json"
        source.write_bytes(invented.as_csv([*invented.clients(4), invented.client(5, Kunta="")]))
        run = ["import", str(source), "--organisation", "kunta-092", "--json"]
        dry = CliRunner().invoke(commands.clients, [*run, "--dry-run"], catch_exceptions=False)
        assert json.loads(dry.stdout)["rows"]["new"] == 4
        assert dry.exit_code == 1
        errors = tmp_path / "errors.csv"
        CliRunner().invoke(
            commands.clients, [*run, "--only-good", "--errors", str(errors)], catch_exceptions=False
        )
        again = CliRunner().invoke(commands.clients, [*run, "--only-good"], catch_exceptions=False)
        assert json.loads(again.stdout)["rows"]["same"] == 4
        assert "Kunta" in errors.read_text("utf-8-sig")
        with make.working(leader):
            assert Relationship.objects.count() == 4
        CliRunner().invoke(
            commands.clients, ["export", str(target), "--organisation", "kunta-092"], catch_exceptions=False
        )
        assert len(json.loads(target.read_text())["clients"]) == 4

    def test_refusals_are_sentences(self, tmp_path: Path) -> None:
        source = tmp_path / "in.csv"
        source.write_bytes(b"\x00\x01")
        wrong = CliRunner().invoke(commands.clients, ["import", str(source), "--organisation", "kunta-092"])
        assert (wrong.exit_code, "not a CSV" in wrong.output) == (2, True)
        nobody = CliRunner().invoke(commands.clients, ["import", str(source), "--organisation", "kunta-999"])
        assert nobody.exit_code == 2

    def test_national(self, leader: Viewer, settings: Any) -> None:
        settings.DEMO = True
        with make.working(leader):
            make.client(leader)
        sent = CliRunner().invoke(
            commands.exchange,
            ["national", "send", "--organisation", "kunta-092", "--json"],
            catch_exceptions=False,
        )
        assert json.loads(sent.stdout)["accepted"] == 1
        same = CliRunner().invoke(
            commands.exchange,
            ["national", "reconcile", "--organisation", "kunta-092"],
            catch_exceptions=False,
        )
        assert "same 1" in same.stdout
