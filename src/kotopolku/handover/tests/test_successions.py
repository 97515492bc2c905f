"""Reforms: counted first, passed in portions, stopped and run again; files with faults are refused row by row."""

import json
import threading
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.db import connection, transaction

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Role
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Membership, Organisation, User
from kotopolku.clients import access as clients_access
from kotopolku.clients import queries as clients
from kotopolku.clients.actions import register_client
from kotopolku.clients.actions.passing import Succession, pass_portion
from kotopolku.clients.models import Clock, Person, ProtectedContact, Relationship, Responsibility
from kotopolku.clients.rules import ContactContent
from kotopolku.clients.tests import factories as make
from kotopolku.handover import access, actions, commands, reforms, successions
from kotopolku.handover.models import Offer, SuccessionPart, SuccessionRun
from kotopolku.handover.rules import NewOffer, NewReferral
from kotopolku.journal.models import Entry
from kotopolku.notices.models import Notice

pytestmark = pytest.mark.django_db
BEFORE = date(2024, 10, 1)
REFORM = date(2025, 1, 1)
MERGER = date(2026, 11, 23)


def organisation(code: str) -> Organisation:
    return Organisation.objects.get(code=code)


def run(*arguments: str, on: date) -> Any:
    with clock.at(on):
        return CliRunner().invoke(commands.succeed, arguments, catch_exceptions=False)


def as_json(*arguments: str, on: date) -> dict[str, Any]:
    answer = run(*arguments, "--json", on=on)
    assert answer.exit_code == 0, answer.output
    found: dict[str, Any] = json.loads(answer.stdout)
    return found


@pytest.fixture
def te_office() -> Viewer:
    return make.worker("te-01", BEFORE)


def jobseekers(te_office: Viewer, *municipalities: str) -> list[Relationship]:
    with make.working(te_office) as at_work:
        return [
            make.client(at_work, contact=ContactContent(municipality=code), jobseeker_since=BEFORE)
            for code in municipalities
        ]


def authorities() -> Counter[str]:
    """Who answers on the day of the reform, by code."""
    with rowsecurity.as_system():
        rows = Responsibility.objects.filter(days__contains=REFORM)
        return Counter(rows.values_list("authority__code", flat=True))


def test_the_dry_run_counts_by_predecessor_and_successor_and_changes_nothing(te_office: Viewer) -> None:
    vantaa, espoo = make.employment_area_of("092", REFORM), make.employment_area_of("049", REFORM)
    jobseekers(te_office, "092", "092", "049")
    report = as_json("--reform", "te-2025", "--dry-run", on=BEFORE)
    assert (report["clients"], report["on"]) == (3, ["2025-01-01"])
    pairs = {(pair["predecessor"], pair["successor"]): pair for pair in report["pairs"]}
    assert set(pairs) == {("te-01", vantaa), ("te-01", espoo)}
    assert (pairs["te-01", vantaa]["clients"], pairs["te-01", vantaa]["without_worker"]) == (2, 2)
    assert pairs["te-01", vantaa]["clocks"] >= 2
    [ending] = [end for end in report["endings"] if end["predecessor"] == "te-01"]
    assert (ending["seats"], ending["clients_staying"]) == (1, 0)
    assert authorities() == {"te-01": 3}
    with rowsecurity.as_system():
        assert not SuccessionRun.objects.exists()


def test_before_its_day_a_reform_can_only_be_counted(te_office: Viewer) -> None:
    jobseekers(te_office, "092")
    answer = run("--reform", "te-2025", on=date(2024, 12, 31))
    assert answer.exit_code == 2
    assert "2025-01-01" in answer.output
    assert authorities() == {"te-01": 1}


def test_the_reform_passes_everybody_by_municipality_once_with_history_clocks_and_section(
    te_office: Viewer,
) -> None:
    area = make.employment_area_of("092", REFORM)
    leader = make.worker(area, REFORM, role=Role.TEAM_LEADER)
    passed, *_others = jobseekers(te_office, "092", "092", "049")
    done = as_json("--reform", "te-2025", "--portion", "2", on=REFORM)
    assert (done["moved"], done["left"], done["state"]) == (3, 0, "finished")
    assert authorities() == {area: 2, make.employment_area_of("049", REFORM): 1}
    again = as_json("--reform", "te-2025", on=REFORM)
    assert (again["moved"], again["left"]) == (0, 0)
    with make.working(leader) as at_work:
        detail = clients.client_page(at_work, passed.pk)
        assert detail.responsibility.days.lower == REFORM
        assert (detail.responsibility.section, detail.responsibility.reason) == (
            "681/2023 § 3, § 14",
            "reform",
        )
        assert {row.authority_id for row in Clock.objects.all()} == {leader.organisation_id}
        [part] = SuccessionPart.objects.all()
        assert (part.clients, part.without_worker, part.unplaced) == (2, 2, [])
        assert len(successions.came_without_worker(at_work, part)) == 2
        assert SuccessionRun.objects.get(pk=part.run_id).state == "finished"
    with make.working(te_office, REFORM):
        for model in (Person, Relationship, Responsibility, Clock, SuccessionPart, SuccessionRun):
            assert not model.objects.exists(), model
    with make.working(te_office, date(2024, 12, 31)):
        assert Responsibility.objects.count() == 3
    with rowsecurity.as_system():
        assert Notice.objects.get(kind="handover.clients-came").user_id == leader.user_id


def test_each_portion_leaves_one_entry_that_concerns_all_its_clients(te_office: Viewer) -> None:
    made = jobseekers(te_office, "092", "092", "092")
    as_json("--reform", "te-2025", "--portion", "2", on=REFORM)
    with rowsecurity.as_system():
        entries = Entry.objects.filter(action="handover.succession.moved").order_by("id")
        assert [len(entry.subjects) for entry in entries] == [2, 1]
        assert {one for entry in entries for one in entry.subjects} == {row.person_id for row in made}


def test_a_client_without_a_municipality_goes_to_the_default_and_is_listed(te_office: Viewer) -> None:
    [lost] = jobseekers(te_office, "092")
    with rowsecurity.as_system():
        ProtectedContact.objects.update(municipality="")
    report = as_json("--reform", "te-2025", "--dry-run", on=REFORM)
    assert [pair["unplaced"] for pair in report["pairs"]] == [1]
    done = as_json("--reform", "te-2025", on=REFORM)
    assert done["parts"][0]["unplaced"] == 1
    with rowsecurity.as_system():
        assert SuccessionPart.objects.get().unplaced == [lost.pk]


def test_the_reform_of_2026_has_no_clients_but_counts_what_ends() -> None:
    make.worker("ely-01", date(2025, 6, 2), role=Role.REGIONAL_OFFICER)
    report = as_json("--reform", "evk-2026", "--dry-run", on=date(2025, 12, 1))
    assert report["pairs"] == []
    assert {end["predecessor"]: end["seats"] for end in report["endings"]}["ely-01"] == 1


def test_there_is_no_such_reform_and_neither_both_nor_none_can_be_given(tmp_path: Path) -> None:
    assert "te-2025, evk-2026" in run("--reform", "te-1917", on=REFORM).output
    assert run(on=REFORM).exit_code == 2
    file = tmp_path / "m.csv"
    file.write_text("predecessor,successor,on\n")
    assert run(str(file), "--reform", "te-2025", on=REFORM).exit_code == 2


# --- A merger from a file ----------------------------------------------------------------------------------------------


def merger(tmp_path: Path, text: str, name: str = "merger.csv") -> str:
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    return str(file)


LINE = "kunta-018;kunta-092;2026-11-23"


def test_a_merger_moves_clients_their_municipality_and_keeps_the_workers_that_move_along(
    tmp_path: Path,
) -> None:
    worker, stays = make.worker("kunta-018", MERGER), make.worker("kunta-018", MERGER)
    with make.working(worker) as at_work:
        data = make.new_client(MERGER, contact=ContactContent(municipality="018"), worker_id=worker.user_id)
        kept = register_client(data, actor=at_work)
        other = make.client(at_work, contact=ContactContent(municipality="018"), worker_id=stays.user_id)
    user = User.objects.get(pk=worker.user_id)
    seat = make.worker("kunta-092", MERGER)
    Membership.objects.filter(user_id=seat.user_id).update(user=user)
    text = f"predecessor;successor;on;municipalities;seats\n{LINE};018;{user.username} nobody\n"
    file = merger(tmp_path, text)
    report = as_json(file, "--dry-run", on=MERGER)
    assert (report["pairs"][0]["clients"], report["pairs"][0]["without_worker"]) == (2, 1)
    assert any("nobody has no seat" in problem["text"] for problem in report["problems"])
    done = as_json(file, on=MERGER)
    assert done["moved"] == 2
    with rowsecurity.as_system():
        rows = {row.relationship_id: row for row in Responsibility.objects.filter(days__contains=MERGER)}
        assert rows[kept.pk].worker_id == worker.user_id
        assert rows[other.pk].worker_id is None
        assert {row.municipality for row in rows.values()} == {"092"}
        assert set(ProtectedContact.objects.values_list("municipality", flat=True)) == {"092"}
        assert Responsibility.objects.count() == 2, "one that began on the day changes hands as it is"


def test_a_file_may_be_toml_and_split_a_municipality_with_a_default(tmp_path: Path) -> None:
    worker = make.worker("kunta-018", MERGER)
    with make.working(worker) as at_work:
        make.client(at_work, contact=ContactContent(municipality="018"))
        make.client(at_work, contact=ContactContent(municipality="049"))
    text = """
    title = "Askola"
    on = 2026-11-23
    [[succession]]
    predecessor = "kunta-018"
    successor = "kunta-092"
    municipalities = ["018"]
    [[succession]]
    predecessor = "kunta-018"
    successor = "kunta-049"
    default = true
    """
    done = as_json(merger(tmp_path, text, "askola.toml"), on=MERGER)
    assert {part["successor"]: part["clients"] for part in done["parts"]} == {"kunta-092": 1, "kunta-049": 1}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("kunta-018;kunta-000;2026-11-23", "There is no organisation “kunta-000”"),
        ("kunta-018;te-01;2026-11-23", "te-01 does not exist on 2026-11-23"),
        ("kunta-018;kunta-018;2026-11-23", "are the same"),
        ("kunta-018;kunta-092;yesterday", "not written as 2027-01-01"),
        ("kunta-018;kunta-092;2026-11-23;018 018", "listed twice"),
        ("kunta-018;kunta-092;2026-11-23;999", "no municipality 999"),
        (f"{LINE}\nkunta-018;kunta-049;2027-01-01", "two different days"),
        (f"{LINE};;x\nkunta-018;kunta-049;2026-11-23;;x", "two defaults"),
    ],
)
def test_a_fault_in_a_row_is_told_with_its_number_and_stops_the_run(
    tmp_path: Path, line: str, said: str
) -> None:
    file = merger(tmp_path, f"predecessor;successor;on;municipalities;default\n{line}\n")
    answer = run(file, on=MERGER)
    assert answer.exit_code == 2
    assert said in answer.output
    assert "row 1" in answer.output or "row 2" in answer.output


def test_a_file_in_the_wrong_encoding_or_without_its_columns_is_refused_in_one_sentence(
    tmp_path: Path,
) -> None:
    file = tmp_path / "latin.csv"
    file.write_bytes("predecessor;successor;on\nkäkunta;x;y\n".encode("latin-1"))
    assert "not UTF-8" in run(str(file), on=MERGER).output
    assert (
        "lacks these columns: on, predecessor"
        in run(merger(tmp_path, "successor;day\na;b\n"), on=MERGER).output
    )
    assert "no rows" in run(merger(tmp_path, "predecessor;successor;on\n"), on=MERGER).output
    assert "not TOML" in run(merger(tmp_path, "[[[", "x.toml"), on=MERGER).output


def test_clients_without_a_successor_stay_and_are_counted(tmp_path: Path) -> None:
    worker = make.worker("kunta-018", MERGER)
    with make.working(worker) as at_work:
        make.client(at_work, contact=ContactContent(municipality="049"))
    text = f"predecessor;successor;on;municipalities\n{LINE};018\nkunta-018;kunta-091;2026-11-23;091\n"
    file = merger(tmp_path, text)
    report = as_json(file, "--dry-run", on=MERGER)
    assert report["endings"][0]["clients_staying"] == 1
    assert as_json(file, on=MERGER)["moved"] == 0


def test_offers_and_referrals_under_way_follow_the_reform(tmp_path: Path) -> None:
    askola, vantaa = make.worker("kunta-018", MERGER), make.worker("kunta-092", MERGER)
    county = make.worker("hva-05", MERGER, role=Role.READER)
    reason = NewOffer(to_organisation_id=organisation("kunta-205").pk, reason="Sovittu.")
    make.worker("kunta-205", MERGER)
    with make.working(askola) as at_work:
        client = make.client(at_work, contact=ContactContent(municipality="018"))
        sent = actions.offer_client(client.pk, reason, actor=at_work)
    with make.working(vantaa) as at_work:
        other = make.client(at_work, contact=ContactContent(municipality="018"))
        back = actions.offer_client(other.pk, NewOffer(), actor=at_work)
    with make.working(county) as at_work:
        told = NewReferral("Esimerkki", "so", "018", "Neuvontaa.", True, MERGER, "spoken", telephone="040 1")
        referral = actions.send_referral(told, actor=at_work)
    as_json(merger(tmp_path, f"predecessor;successor;on\n{LINE}\n"), on=MERGER)
    with rowsecurity.as_system():
        offers = {row.pk: row for row in Offer.objects.select_related("from_organisation", "to_organisation")}
        assert offers[sent.pk].from_organisation.code == "kunta-092"
        assert offers[sent.pk].state == "offered"
        assert offers[back.pk].state == "withdrawn"
    with make.working(vantaa) as at_work:
        assert access.facts(at_work, referral.pk).family_name == "Esimerkki"


# --- While the product is in use ---------------------------------------------------------------------------------------


def in_a_thread(act: Callable[[], Any]) -> threading.Thread:
    def inside() -> None:
        try:
            act()
        finally:
            connection.close()

    thread = threading.Thread(target=inside)
    thread.start()
    return thread


@pytest.mark.django_db(transaction=True)
def test_a_client_whom_somebody_is_editing_is_passed_over_and_passed_the_next_time() -> None:
    worker = make.worker("kunta-018", MERGER)
    with transaction.atomic(), make.working(worker) as at_work:
        first = make.client(at_work, contact=ContactContent(municipality="018"))
        make.client(at_work, contact=ContactContent(municipality="018"))
    succession = Succession(organisation("kunta-018").pk, MERGER, {}, default_id=organisation("kunta-092").pk)
    locked, go_on = threading.Event(), threading.Event()

    def edit() -> None:
        with transaction.atomic(), make.working(worker) as at_work:
            clients_access.case(at_work, first.pk, lock=True)
            locked.set()
            go_on.wait(20)

    thread = in_a_thread(edit)
    assert locked.wait(20)
    job = Viewer.for_system("test", MERGER)
    with transaction.atomic():
        rowsecurity.apply(job)
        portion = pass_portion(succession, after=0, most=50)
    assert len(portion.relationship_ids) == 1
    assert first.pk not in portion.relationship_ids
    go_on.set()
    thread.join(20)
    with transaction.atomic():
        rowsecurity.apply(job)
        assert pass_portion(succession, after=0, most=50).relationship_ids == [first.pk]


def test_every_reform_of_the_data_has_its_successors() -> None:
    for name, _title in reforms.known():
        reform = reforms.by_id(name)
        assert reform.successions
        assert not reform.problems
        for succession in reform.successions:
            assert succession.by_municipality
            assert succession.default_id is not None
