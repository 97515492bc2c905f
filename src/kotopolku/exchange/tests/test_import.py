"""Clients from a file: what is wrong is said row by row before anything is written, and the same file twice adds nothing."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db import transaction

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Role
from kotopolku.access.errors import MissingCapability, NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.clients.models import Clock, PlanVersion, Relationship, Responsibility
from kotopolku.clients.rules import Refusals
from kotopolku.clients.tests import factories as make
from kotopolku.exchange import actions, queries
from kotopolku.exchange.models import ImportRow, ImportRun, KnownRow, RunState
from kotopolku.exchange.tests import files as invented
from kotopolku.journal.models import Entry
from kotopolku.tabular import Unreadable

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 23)


@pytest.fixture
def leader() -> Iterator[Viewer]:
    viewer = make.worker("kunta-092", ON, role=Role.TEAM_LEADER)
    with make.working(viewer):
        yield viewer


def checked(content: bytes, actor: Viewer, name: str = "asiakkaat.csv", **more: Any) -> ImportRun:
    run = actions.receive_file(name, content, actor=actor)
    return actions.check_file(run.pk, run.columns, actor=actor, **more)


def brought(run: ImportRun, actor: Viewer, **more: Any) -> ImportRun:
    actions.start_import(run.pk, actor=actor, only_good=True, **more)
    while actions.bring_portion(run.pk, actor=actor, limit=100).left:
        pass
    run.refresh_from_db()
    return run


def some(run: ImportRun, **expected: int) -> None:
    found = {state: number for state, number in queries.counts(run.pk).items() if number}
    assert found == expected


def test_a_dry_run_writes_no_client(leader: Viewer) -> None:
    run = checked(invented.as_csv(invented.clients(3)), leader)
    some(run, new=3)
    assert Relationship.objects.count() == 0


def test_clients_come_in_with_their_clocks_and_one_entry_a_portion(leader: Viewer) -> None:
    run = brought(checked(invented.as_csv(invented.clients(3)), leader), leader)
    assert run.state == RunState.DONE
    assert Relationship.objects.count() == 3
    assert set(Clock.objects.values_list("rule", flat=True)) >= {"A7", "O-A7"}
    with rowsecurity.as_system():
        entry = Entry.objects.get(action="clients.clients.brought-in")
    assert len(entry.subjects) == 3
    one = Responsibility.objects.select_related("person", "relationship").order_by("id")[0]
    assert (one.municipality, one.person.mother_tongue, one.person.citizenships) == ("092", "ar", ["760"])
    assert one.search_text.startswith(invented.name(0).lower())
    assert one.relationship.case_number.startswith("2026-")


def test_the_clocks_are_those_of_registering_by_hand(leader: Viewer) -> None:
    brought(checked(invented.as_csv(invented.clients(1)), leader), leader)
    by_file = {(c.rule, c.due) for c in Clock.objects.all()}
    by_hand = make.client(
        leader, started_on=date(2026, 11, 2), person=make.person(birth_date=date(1950, 1, 1))
    )
    assert {(c.rule, c.due) for c in Clock.objects.filter(relationship=by_hand)} - by_file == {
        (c.rule, c.due) for c in Clock.objects.filter(relationship=by_hand, rule="O-DATA")
    }


def test_the_same_file_twice_adds_nothing(leader: Viewer) -> None:
    content = invented.as_csv(invented.clients(4))
    brought(checked(content, leader), leader)
    again = checked(content, leader)
    some(again, same=4)
    brought(again, leader)
    assert Relationship.objects.count() == 4


def test_the_same_row_in_another_file_adds_nothing(leader: Viewer) -> None:
    brought(checked(invented.as_csv(invented.clients(2)), leader), leader)
    run = checked(invented.as_xlsx(invented.clients(3)), leader, "uusi.xlsx")
    some(run, same=2, new=1)


def test_twelve_bad_rows_in_ten_thousand_are_reported_and_the_rest_comes_in(leader: Viewer) -> None:
    rows = invented.clients(10_000)
    spoilt = {
        17: ("Sukunimi", ""), 500: ("Henkilötunnus", "010190-123X"), 777: ("Kunta", "Atlantis"),
        1_234: ("Asiakkuus alkoi", "31.2.2026"), 2_000: ("Asiakkuus alkoi", "1.1.2030"), 3_333: ("Äidinkieli", "klingon"),
        4_444: ("Kansalaisuus", "Neverland"), 5_000: ("Etunimet", "=HYPERLINK(\"x\")"), 6_000: ("Kunta", ""),
        7_000: ("Etunimet", "x" * 151), 8_000: ("Asiakkuus alkoi", ""), 9_999: ("Etunimet", "@SUM(1)"),
    }  # fmt: skip
    for number, (header, value) in spoilt.items():
        rows[number] |= {header: value}
    run = checked(invented.as_csv(rows), leader)
    some(run, new=9_988, bad=12)
    report = queries.rows(run.pk, "bad")
    assert [row.number for row in report] == [number + 2 for number in sorted(spoilt)]
    assert [row.faults[0]["column"] for row in report] == [spoilt[number][0] for number in sorted(spoilt)]
    assert all(row.faults[0]["what"] for row in report)
    assert all(len(row.faults[0]["value"]) <= 30 for row in report)
    with pytest.raises(Refusals):
        actions.start_import(run.pk, actor=leader, only_good=False)
    actions.start_import(run.pk, actor=leader, only_good=True)
    actions.bring_portion(run.pk, actor=leader, limit=300)
    some(run, done=300, new=9_688, bad=12)
    assert Relationship.objects.count() == 300


def test_killed_in_the_middle_it_goes_on_with_what_is_left(leader: Viewer) -> None:
    run = checked(invented.as_csv(invented.clients(25)), leader)
    actions.start_import(run.pk, actor=leader, only_good=True)
    actions.bring_portion(run.pk, actor=leader, limit=10)
    with transaction.atomic():
        actions.bring_portion(run.pk, actor=leader, limit=10)
        transaction.set_rollback(True)  # as when the process dies before the commit
    some(run, done=10, new=15)
    assert Relationship.objects.count() == 10
    again = actions.receive_file("asiakkaat.csv", invented.as_csv(invented.clients(25)), actor=leader)
    assert again.pk == run.pk
    while actions.bring_portion(run.pk, actor=leader, limit=10).left:
        pass
    assert Relationship.objects.count() == 25
    assert KnownRow.objects.count() == 25


def test_changed_rows_are_listed_as_changes_and_written_when_asked(leader: Viewer) -> None:
    brought(checked(invented.as_csv([invented.client(1)]), leader), leader)
    changed = invented.as_csv([invented.client(1, Etunimet="Uusi", Puhelin="")])
    run = checked(changed, leader)
    some(run, changed=1)
    assert ImportRow.objects.get(run=run).matches == [{"field": "given_names"}]
    brought(run, leader)
    assert Relationship.objects.get().person.given_names == "Äijä Örjan"
    brought(checked(changed, leader), leader, with_updates=True)
    assert Relationship.objects.get().person.given_names == "Uusi"
    assert Relationship.objects.get().person.contact.telephone == "+358 40 0000000"


def test_a_possible_duplicate_waits_for_a_person(leader: Viewer) -> None:
    known = make.client(
        leader, person=make.person(family_name="Ahmed", given_names="Muhammed", birth_date=date(1990, 2, 3))
    )
    row = {
        "Sukunimi": "Ahmad",
        "Etunimet": "Mohamed",
        "Syntymäaika": "3.2.1990",
        "Kunta": "092",
        "Asiakkuus alkoi": "2026-11-02",
    }
    run = checked(invented.as_csv([row]), leader)
    some(run, duplicate=1)
    waiting = ImportRow.objects.get(run=run)
    assert waiting.matches[0]["relationship"] == known.pk
    brought(run, leader)
    assert run.state == RunState.CHECKED
    with pytest.raises(Refusals):
        actions.decide_duplicate(run.pk, waiting.pk, "other", actor=leader)
    actions.decide_duplicate(
        run.pk, waiting.pk, "other", actor=leader, reason="Eri henkilö, tavattu molemmat"
    )
    brought(run, leader)
    assert run.state == RunState.DONE
    assert Relationship.objects.count() == 2


def test_another_authority_s_client_shows_only_whom_to_ask(leader: Viewer) -> None:
    kajaani = make.worker("kunta-205", ON, role=Role.TEAM_LEADER)
    with make.working(kajaani):
        theirs = make.client(
            kajaani, person=make.person(identity_code=invented.client(5)["Henkilötunnus"], birth_date=None)
        )
    rowsecurity.apply(leader)
    with clock.at(ON):
        run = checked(invented.as_csv([invented.client(5)]), leader)
    row = ImportRow.objects.get(run=run)
    assert row.state == "bad"
    assert "Kajaani" in row.faults[0]["mend"]
    assert str(theirs.pk) not in str(row.matches)


def test_a_whole_path_comes_in(leader: Viewer) -> None:
    row = invented.client(7) | {
        "Asiakkuus alkoi": "2.3.2026", "Työnhaku voimassa alkaen": "", "Oleskeluoikeuden laji": "oleskelulupa",
        "Luvan peruste": "quota", "Lupa alkaa": "1.2.2026", "Arvioinnin päivämäärä": "20.3.2026", "Suunnitelman tarve": "kyllä",
        "Arvioinnin yhteenveto": "Tarvitsee suunnitelman.", "Suomen ja ruotsin kielen taito": "A1",
        "Suunnitelman päivämäärä": "1.4.2026", "Suunnitelman tavoitteet": "Suomi B1; Työ",
        "Sovitut toimenpiteet": "1. language: Kurssi; 2. work-tryout: Kokeilu; 2. Muu",
        "Tarkistamisen ajankohta": "1.9.2026", "Edistyminen ja tulokset": "Hyvin", "Arvioinnin tietolähde": "Asiakas",
    }  # fmt: skip
    row["Oleskeluoikeuden laji"] = "permit"
    run = checked(invented.as_csv([row]), leader)
    assert queries.rows(run.pk, "bad") == []
    brought(run, leader)
    plan = PlanVersion.objects.get().plan
    assert [goal.title for goal in plan.goals.order_by("position")] == ["Suomi B1", "Työ"]
    assert sorted(plan.measures.values_list("kind", flat=True)) == ["language", "other", "work-tryout"]
    assert plan.reviews.get().results == "Hyvin"
    assert {"D3"} & set(Clock.objects.values_list("rule", flat=True))
    assert [fact.value for fact in queries.sources(Relationship.objects.get().person, ON)] == ["Asiakas"]


def test_what_follows_from_the_facts_is_what_renewing_would_make(leader: Viewer) -> None:
    from kotopolku.clients import actions as clients

    row = invented.client(8) | {
        "Asiakkuus alkoi": "2.3.2026",
        "Suunnitelman päivämäärä": "1.4.2026",
        "Suunnitelman tavoitteet": "Suomi",
    }
    brought(checked(invented.as_csv([row]), leader), leader)

    def facts() -> Any:
        clocks = Clock.objects.order_by("rule", "opens_on").values_list(
            "rule", "due", "closed_on", "plan_id", "explanation"
        )
        return (
            list(clocks),
            list(Responsibility.objects.values()),
            list(PlanVersion.objects.get().plan.versions.values_list("number")),
        )

    before = facts()
    clients.recompute_clocks(actor=leader)
    assert facts() == before


def test_columns_that_do_not_fit_are_refused(leader: Viewer) -> None:
    run = actions.receive_file("a.csv", invented.as_csv(invented.clients(1)), actor=leader)
    with pytest.raises(Refusals) as refused:
        actions.check_file(run.pk, run.columns | {"Kunta": "", "Etunimet": "family_name"}, actor=leader)
    assert {(one.field, one.code) for one in refused.value.refusals} == {
        ("municipality", "field-missing"), ("family_name", "field-twice"),
    }  # fmt: skip


def test_columns_are_remembered_for_the_next_file(leader: Viewer) -> None:
    rows = [invented.client(1) | {"Outo": "x"}]
    run = actions.receive_file("a.csv", invented.as_csv(rows), actor=leader)
    assert run.columns["Outo"] == ""
    actions.check_file(run.pk, run.columns | {"Outo": "occupation"}, actor=leader)
    again = actions.receive_file(
        "b.csv", invented.as_csv([*rows, invented.client(2) | {"Outo": "y"}]), actor=leader
    )
    assert again.columns["Outo"] == "occupation"


def test_a_client_of_another_area_needs_a_reason(leader: Viewer) -> None:
    content = invented.as_csv([invented.client(1, Kunta="Kajaani")])
    run = checked(content, leader)
    some(run, bad=1)
    run = actions.check_file(run.pk, run.columns, actor=leader, reason="Sovittu kuntien kesken")
    some(run, new=1)


def test_only_who_may_import_does_and_others_see_nothing(leader: Viewer) -> None:
    run = checked(invented.as_csv(invented.clients(1)), leader)
    worker = make.worker("kunta-092", ON)
    with pytest.raises(MissingCapability):
        actions.receive_file("a.csv", b"x", actor=worker)
    other = make.worker("kunta-205", ON, role=Role.TEAM_LEADER)
    with make.working(other):
        assert ImportRun.objects.count() == ImportRow.objects.count() == 0
        with pytest.raises(NotVisible):
            queries.run(other, run.pk)


def test_a_protected_person_s_municipality_stays_hidden(leader: Viewer) -> None:
    row = invented.client(3) | {"Turvakielto": "kyllä"}
    brought(checked(invented.as_csv([row]), leader), leader)
    assert Responsibility.objects.get().municipality == ""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1252", "utf-16"])
def test_letters_come_in_right_whatever_the_encoding(leader: Viewer, encoding: str) -> None:
    run = brought(checked(invented.as_csv(invented.clients(1), encoding=encoding), leader), leader)
    assert run.encoding == encoding
    assert Relationship.objects.get().person.given_names == "Äijä Örjan"


def test_a_file_taken_twice_is_one_run(leader: Viewer) -> None:
    content = invented.as_csv(invented.clients(1))
    first = actions.receive_file("a.csv", content, actor=leader)
    assert actions.receive_file("a.csv", content, actor=leader).pk == first.pk
    actions.cancel_import(first.pk, actor=leader)
    first.refresh_from_db()
    assert (first.state, bytes(first.content)) == ("cancelled", b"")


def test_an_unreadable_file_is_refused_before_anything(leader: Viewer) -> None:
    with pytest.raises(Unreadable):
        actions.receive_file("a.csv", b"\x00\x01\x02", actor=leader)
    assert ImportRun.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_two_processes_at_once_bring_each_row_in_once() -> None:
    import threading

    from django.db import connection

    leader = make.worker("kunta-092", ON, role=Role.TEAM_LEADER)
    with clock.at(ON), transaction.atomic():
        rowsecurity.apply(leader)
        run = checked(invented.as_csv(invented.clients(60)), leader)
        actions.start_import(run.pk, actor=leader, only_good=True)
    failures: list[BaseException] = []

    def work() -> None:
        try:
            with clock.at(ON):
                for _round in range(40):
                    with transaction.atomic():
                        rowsecurity.apply(leader)
                        if not actions.bring_portion(run.pk, actor=leader, limit=7).left:
                            return
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _one in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with transaction.atomic():
        rowsecurity.apply(leader)
        assert Relationship.objects.count() == 60
        assert len(set(Relationship.objects.values_list("case_number", flat=True))) == 60
        run.refresh_from_db()
        assert run.state == RunState.DONE
