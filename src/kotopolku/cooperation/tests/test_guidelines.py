"""Work-permit guidelines as requests and acts: drafted, pasted, adopted in another's place, withdrawn, asked, exported."""

import io
import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pypdf
import pytest
from click.testing import CliRunner
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Role
from kotopolku.access.errors import MissingCapability, NotVisible
from kotopolku.clients.rules import EditClash, Refusals
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import Worker, words
from kotopolku.cooperation.actions import guideline_adoption, guidelines
from kotopolku.cooperation.models import Guideline, GuidelineOccupation, GuidelineRegion, GuidelineTable
from kotopolku.cooperation.queries import guidelines as queries
from kotopolku.cooperation.queries import my_work
from kotopolku.cooperation.rules_guidelines import Adoption, Line, Outcome
from kotopolku.cooperation.tests import guideline_world as world
from kotopolku.cooperation.tests import hearings_world, positions_world
from kotopolku.journal.models import Entry
from kotopolku.notices.models import Notice

pytestmark = pytest.mark.django_db
LIST = "/commons/guidelines/"


def asked(occupation: str, municipality: str = world.VANTAA, on: date = world.ON) -> queries.Answer:
    with make.working(world.officer()):
        return queries.answer(occupation, municipality, on)


def refused(of: pytest.ExceptionInfo[Refusals]) -> set[tuple[str, str]]:
    return make.refused(of.value)


def test_a_version_goes_from_draft_to_adopted_on_the_pages() -> None:
    by = Worker(world.UUSIMAA, world.ON, Role.REGIONAL_OFFICER)
    new = f"{LIST}new/"
    typed: dict[str, Any] = {
        "token": by.hidden(new)["token"],
        "number": "2026/2",
        "regions": "01",
        "first": "23.11.2026",
        "last": "22.11.2026",
        "market_fi": "Työvoimaa on **niukasti**.",
    }
    wrong = by.post(new, **typed)
    assert wrong.status_code == 422
    assert "The last day is before the first day." in words(wrong)
    assert "niukasti" in words(wrong), "nothing typed is lost"
    typed["last"] = "31.5.2027"
    for _ in range(2):
        assert by.post(new, **typed).status_code == 302
    with make.working(by.viewer):
        [made] = Guideline.objects.all()
    page = f"{LIST}{made.pk}/"
    assert Client().get(page).status_code == 404, "a draft is its organisation's"
    add = f"{page}occupations/new/"
    line = {"token": by.hidden(add)["token"], "code": "5120", "lifted": "yes", "income": "1 600,50"}
    unknown = by.post(add, **(line | {"code": "9999"}))
    assert unknown.status_code == 422
    assert "There is no occupation 9999 in the classification" in words(unknown)
    assert "Not a municipality of the guideline's regions: Turku" in words(
        by.post(add, **line, places="Turku")
    )
    assert by.post(add, **line, places="Vantaa, 091").status_code == 302
    with make.working(by.viewer):
        [row] = GuidelineOccupation.objects.all()
        assert (row.income_eur, row.municipalities) == (Decimal("1600.50"), ["091", "092"])
    edit = f"{page}occupations/{row.pk}/"
    shown = by.hidden(edit)
    again = {"token": shown["token"], "version": shown["version"], "lifted": "yes"}
    assert by.post(edit, **again, code="512").status_code == 302
    assert by.post(edit, **again, code="5120").status_code == 409
    table = f"{page}tables/new/"
    figures = {"token": by.hidden(table)["token"], "title_fi": "Avoimet paikat", "figures_of": "10/2026"}
    assert by.post(table, **figures, source="Keksitty", table="Kuukausi").status_code == 422
    assert (
        by.post(table, **figures, source="Keksitty", table="Kuukausi;Paikat\n10/2026;120").status_code == 302
    )
    assert "Avoimet paikat" in words(by.get(page))
    adopt = f"{page}adopt/"
    signing = {
        "version": by.hidden(adopt)["version"],
        "signed_on": "23.11.2026",
        "signer": "Maija Malli, johtaja",
        "first": "23.11.2026",
        "last": "24.11.2027",
    }
    long = by.post(adopt, **signing)
    assert long.status_code == 422
    assert "at most 12 months from signing: until 23 November 2027" in words(long)
    assert by.post(adopt, **(signing | {"last": "31.5.2027"})).status_code == 302
    public = words(Client().get(page))
    assert "Ravintola- ja suurtaloustyöntekijät" in public
    assert "Maija Malli, johtaja" in public
    for closed in ("edit/", "occupations/new/", f"occupations/{row.pk}/", "adopt/"):
        assert by.get(page + closed).status_code == 404
    assert by.post(f"{page}occupations/{row.pk}/remove/").status_code == 302
    assert by.post(f"{page}remove/").status_code == 302
    with make.working(by.viewer):
        assert GuidelineOccupation.objects.count() == 1, "an adopted version does not change"
        names = Entry.objects.filter(action__startswith="cooperation.guideline.").values_list(
            "action", flat=True
        )
        assert sorted(one.removeprefix("cooperation.guideline.") for one in names) == [
            "adopted",
            "drafted",
            "occupation-added",
            "occupation-changed",
            "table-added",
        ]


def test_pasted_rows_are_reported_before_anything_is_written() -> None:
    by = Worker(world.UUSIMAA, world.ON, Role.REGIONAL_OFFICER)
    made = world.draft(by.viewer, (Line("5120"), Line("3221")))
    page = f"{LIST}{made.pk}/occupations/paste/"
    version = by.hidden(page)["version"]
    faulty = by.post(page, version=version, rows="5120\tx\n9999\n9112\t\t\t\t\tTurku", do="write")
    assert faulty.status_code == 422
    report = words(faulty)
    assert "There is no occupation 9999" in report
    assert "Turku" in report
    sound = "5120\tx\t2 000\tVain kokit\n3221\n9112\t\t\t\t\tVantaa\n51\t\t\t\t\t\tyes"
    looked = by.post(page, version=version, rows=sound)
    assert looked.status_code == 200
    assert "Nothing has been written yet." in words(looked)
    assert "no change" in words(looked)
    with make.working(by.viewer):
        assert GuidelineOccupation.objects.filter(full_time=True).count() == 0
    assert by.post(page, version=version, rows=sound, do="write").status_code == 302
    assert by.post(page, version=version, rows=sound, do="write").status_code == 409
    with make.working(by.viewer):
        rows = {row.code: row for row in GuidelineOccupation.objects.filter(guideline=made)}
    assert set(rows) == {"5120", "3221", "9112", "51"}
    assert (rows["5120"].income_eur, rows["5120"].condition) == (Decimal(2000), {"fi": "Vain kokit"})
    assert not rows["51"].lifted


def test_the_answer_names_version_conditions_and_source_in_two_statements() -> None:
    made = world.adopted(world.officer())
    asked("5120")
    with (
        make.working(world.officer()),
        CaptureQueriesContext(
            connection,
        ) as statements,
    ):
        found = queries.answer("3221", world.VANTAA, world.ON)
    assert len(statements) <= 3
    assert found.lifted
    assert found.version is not None
    assert found.line is not None
    assert (found.version.id, found.version.signer) == (made.pk, "Maija Malli, johtaja")
    assert (found.line.full_time, found.line.income_eur) == (True, Decimal(2500))
    assert asked("5131").outcome == Outcome.EXCEPTED
    assert asked("51201").lifted, "a national code stands under its group"
    assert asked("9112", world.HELSINKI).outcome == Outcome.NARROWED
    assert asked("2512").outcome == Outcome.NOT_LISTED
    assert asked("5120", world.LAHTI).outcome == Outcome.NO_GUIDELINE
    assert asked("5120", world.MARIEHAMN).outcome == Outcome.ALAND
    after = asked("5120", on=date(2027, 6, 1))
    assert after.outcome == Outcome.NO_GUIDELINE
    assert after.ended is not None
    before = asked("5120", on=date(2026, 11, 22))
    assert before.coming is not None


@pytest.mark.parametrize(
    ("occupation", "municipality", "on", "field", "said"),
    [
        ("9999", "092", world.ON, "occupation", "There is no occupation 9999"),
        ("X", "092", world.ON, "occupation", "There is no occupation X"),
        ("5120", "999", world.ON, "municipality", "Municipality 999 does not exist in 2026."),
        ("5120", "099", world.ON, "municipality", "merged into 214 Kankaanpää"),
        ("5120", "092", date(2022, 1, 1), "on", "W1"),
    ],
)
def test_a_question_that_cannot_be_answered_is_told_why(
    occupation: str, municipality: str, on: date, field: str, said: str
) -> None:
    with translation.override("en"), pytest.raises(queries.CannotAnswer) as wrong:
        asked(occupation, municipality, on)
    assert wrong.value.field == field
    assert said in wrong.value.message


def test_the_national_list_is_told_apart_with_its_own_days() -> None:
    on = date(2026, 6, 11)
    listed, unlisted, after = (
        queries.shortage("32211", on),
        queries.shortage("5120", on),
        queries.shortage("3221", date(2026, 6, 12)),
    )
    assert listed.listed
    assert (listed.first, listed.last) == (date(2025, 6, 11), date(2026, 6, 11))
    assert not unlisted.listed
    assert unlisted.known
    assert not after.listed
    assert not after.known
    assert after.last == date(2026, 6, 11)


def test_an_overlapping_version_is_refused_unless_it_takes_the_other_s_place() -> None:
    old = world.adopted(
        world.officer(world.HAME_OLD, date(2025, 12, 1)),
        world.ANYWHERE,
        regions=("05", "07"),
        number="2025/2",
        first=date(2025, 12, 1),
        last=date(2026, 11, 30),
    )
    heir = world.officer(world.SOUTH_EAST)
    days = {"regions": ("07",), "first": date(2026, 11, 23), "last": date(2027, 5, 31)}
    with pytest.raises(Refusals) as info:
        world.adopted(heir, world.ANYWHERE, **days)
    assert refused(info) == {("takes_place", "overlap")}
    new = world.adopted(heir, world.ANYWHERE, takes_place=True, **(days | {"number": "2026/3"}))
    with make.working(heir):
        rows = {row.region: row for row in GuidelineRegion.objects.filter(guideline=old)}
        assert rows["07"].valid.upper == date(2026, 11, 23)
        assert rows["05"].valid.upper == date(2026, 12, 1), "the other region keeps the old version"
        assert Guideline.objects.get(pk=old.pk).last_day == date(2026, 11, 30)
        found = {queries.answer("5120", world.LAHTI, on).version for on in (date(2026, 11, 22), world.ON)}
    assert {one.id for one in found if one} == {old.pk, new.pk}
    inland = world.officer(world.INLAND)
    world.adopted(inland, world.ANYWHERE, takes_place=True, regions=("05",), number="2026/1")
    with make.working(inland):
        assert Guideline.objects.get(pk=old.pk).last_day == date(2026, 11, 22)


def test_a_version_that_begins_later_is_not_overrun_and_other_regions_are_refused() -> None:
    by = world.officer()
    world.adopted(by, number="2026/9", first=date(2027, 1, 1), last=date(2027, 5, 31))
    with pytest.raises(Refusals) as info:
        world.adopted(by, takes_place=True)
    assert refused(info) == {("first", "begins-later")}
    with pytest.raises(Refusals) as info:
        world.draft(by, number="2026/10", regions=("01", "07"))
    assert refused(info) == {("regions", "foreign")}
    with pytest.raises(Refusals) as info:
        world.draft(by, number="2026/9")
    assert refused(info) == {("number", "taken")}


def test_an_empty_draft_and_a_day_before_the_act_are_refused_at_adoption() -> None:
    by = world.officer()
    empty = world.draft(by, ())
    given = Adoption(world.ON, "M", empty.valid.lower, date(2027, 5, 31))
    with make.working(by) as at_work:
        with pytest.raises(Refusals) as info:
            guideline_adoption.adopt(empty.pk, given, actor=at_work, expected_version=empty.version)
        assert refused(info) == {("", "empty")}
        early = replace(given, signed_on=date(2020, 1, 1))
        with pytest.raises(Refusals) as info:
            guideline_adoption.adopt(empty.pk, early, actor=at_work, expected_version=empty.version)
        assert refused(info) == {("signed_on", "before-the-act")}
        with pytest.raises(EditClash):
            guideline_adoption.adopt(empty.pk, given, actor=at_work, expected_version=99)


def test_municipalities_outside_the_regions_are_refused_at_adoption() -> None:
    """A draft's regions may change after its lines were written, or its lines come from a version of other regions."""
    old = world.adopted(world.officer())
    heir = world.officer(world.SOUTH_EAST)
    with make.working(heir) as at_work:
        new = guidelines.draft(world.content(number="x", regions=("07",)), actor=at_work, from_id=old.pk)
        given = Adoption(world.ON, "M", new.valid.lower, date(2027, 5, 31))
        with pytest.raises(Refusals) as info:
            guideline_adoption.adopt(new.pk, given, actor=at_work, expected_version=new.version)
    assert refused(info) == {("", "unknown")}


def test_a_withdrawn_version_answers_for_the_days_before_and_says_why() -> None:
    signed = world.officer(on=date(2026, 11, 1))
    made = world.adopted(signed, first=date(2026, 11, 1))
    by = Worker(world.UUSIMAA, world.ON, Role.REGIONAL_OFFICER)
    page = f"{LIST}{made.pk}/"
    version = by.hidden(f"{page}withdraw/")["version"]
    assert by.post(f"{page}withdraw/", version=version, reason=" ").status_code == 422
    assert by.post(f"{page}withdraw/", version=version, reason="Virhe luettelossa.").status_code == 302
    assert "Virhe luettelossa." in words(Client().get(page))
    assert asked("5120", on=date(2026, 11, 22)).lifted
    assert asked("5120").outcome == Outcome.NO_GUIDELINE
    with make.working(by.viewer) as at_work:
        row = Guideline.objects.get(pk=made.pk)
        with pytest.raises(Refusals) as info:
            guideline_adoption.withdraw(row.pk, "Taas", actor=at_work, expected_version=row.version)
    assert refused(info) == {("", "not-adopted")}


def test_only_the_authority_writes_and_a_draft_of_another_is_hidden() -> None:
    made = world.draft(world.officer())
    with make.working(world.officer(world.INLAND)) as other:
        with pytest.raises(NotVisible):
            guidelines.add_line(made.pk, Line("5120"), actor=other)
        assert not Guideline.objects.exists()
    with make.working(make.worker(world.UUSIMAA, world.ON)) as caseworker, pytest.raises(MissingCapability):
        guidelines.draft(world.content(number="x"), actor=caseworker)
    with make.working(make.worker(world.MINISTRY, world.ON, role=Role.MINISTRY_OFFICER)) as ministry:
        assert not queries.versions(ministry).exists()


def test_a_new_version_from_an_old_one_takes_its_occupations_and_shows_what_changed() -> None:
    by = Worker(world.UUSIMAA, world.ON, Role.REGIONAL_OFFICER)
    old = world.adopted(by.viewer)
    new_page = f"{LIST}new/?from={old.pk}"
    typed = {
        "token": by.hidden(new_page)["token"],
        "number": "2027/1",
        "regions": "01",
        "first": "1.6.2027",
        "last": "30.11.2027",
    }
    assert by.post(new_page, **typed).status_code == 302
    with make.working(by.viewer) as at_work:
        new = Guideline.objects.get(number="2027/1")
        assert GuidelineOccupation.objects.filter(guideline=new).count() == len(world.LINES)
        row = GuidelineOccupation.objects.get(guideline=new, code="3221")
        guidelines.change_line(new.pk, row.pk, Line("3221"), actor=at_work, expected_version=new.version)
        gone = GuidelineOccupation.objects.get(guideline=new, code="9112")
        guidelines.remove_line(new.pk, gone.pk, actor=at_work)
        guidelines.add_line(new.pk, Line("2512"), actor=at_work)
    shown = words(by.get(f"{LIST}{new.pk}/differences/", **{"from": str(old.pk)}))
    assert "From version 2026/2 to version 2027/1" in shown
    for said in (
        "Added 1",
        "Removed 1",
        "Changed conditions 1",
        "full time, least pay",
        "2 occupations are the same",
    ):
        assert said in shown
    assert by.post(f"{LIST}{new.pk}/remove/").status_code == 302
    assert by.get(f"{LIST}{new.pk}/").status_code == 404


def test_anybody_asks_on_the_public_page_by_code_or_name() -> None:
    world.adopted(world.officer())
    visitor = Client()
    visitor.cookies["kotopolku_language"] = "en"
    with clock.at(world.ON):
        empty = visitor.get(LIST)
        assert "In force on" in words(empty)
        assert "Uusimaa" in words(empty)
        lifted = words(visitor.get(LIST, {"occupation": "3221", "municipality": "092"}))
        assert "The availability of labour is not tested." in lifted
        assert "Full-time work only" in lifted
        assert "Gross pay at least 2,500 euros a month" in lifted
        assert "No national list of shortage occupations is known to be in force on the day." in lifted
        named = words(visitor.get(LIST, {"occupation": "kitchen helpers", "municipality": "092"}))
        assert "the occupation is not in the guideline" in named
        several = words(visitor.get(LIST, {"occupation": "clean", "municipality": "092"}))
        assert "Which occupation do you mean?" in several
        for bad in ({"occupation": "9999"}, {"occupation": "qqq"}, {"occupation": "", "municipality": "092"}):
            assert visitor.get(LIST, {"municipality": "092"} | bad).status_code == 422
        assert (
            visitor.get(LIST, {"occupation": "5120", "municipality": "092", "on": "31.2.2026"}).status_code
            == 422
        )
        narrowed = words(visitor.get(LIST, {"occupation": "9112", "municipality": "091"}))
        assert "The test is lifted only in: Vantaa" in narrowed


def test_api_files_and_command_line_give_the_same_answer() -> None:
    made = world.adopted(world.officer())
    visitor = Client()
    visitor.cookies["kotopolku_language"] = "en"
    address = "/api/guidelines/answer"
    with clock.at(world.ON):
        found = visitor.get(address, {"occupation": "3221", "municipality": "092"}).json()
        assert (found["lifted"], found["version"]["number"], found["line"]["full_time"]) == (
            True,
            "2026/2",
            True,
        )
        assert found["shortage"]["listed"] is False
        assert visitor.get(address, {"occupation": "9999", "municipality": "092"}).status_code == 422
        assert visitor.get(address, {"occupation": "x", "municipality": "092"}).status_code == 422
        [version] = visitor.get("/api/guidelines").json()
        assert [one["code"] for one in version["occupations"]] == ["3221", "51", "5131", "9112"]
        assert visitor.get("/api/guidelines", {"on": "2020-01-01"}).json() == []
    table = visitor.get(f"{LIST}{made.pk}/guideline.csv").content.decode("utf-8-sig").splitlines()
    assert table[0].startswith("code;name_fi")
    assert "3221;Sairaanhoitajat ym.;Sjukskötare m.fl.;" in table[1]
    paper = visitor.get(f"{LIST}{made.pk}/guideline.pdf")
    assert paper.content.startswith(b"%PDF")
    from kotopolku.cooperation.commands import cooperation

    given = ["guideline", "--occupation", "3221", "--municipality", "092", "--on", "2026-11-23"]
    printed = CliRunner().invoke(cooperation, [*given, "--json"])
    assert json.loads(printed.output)["version"] == found["version"]
    assert "The availability of labour is not tested." in CliRunner().invoke(cooperation, given).output
    wrong = CliRunner().invoke(cooperation, ["guideline", "--occupation", "9999", "--municipality", "092"])
    assert wrong.exit_code == 2
    assert "There is no occupation 9999" in wrong.output


def test_my_work_tells_the_authority_of_today_what_to_update_and_what_ends() -> None:
    world.adopted(
        world.officer(world.HAME_OLD, date(2025, 12, 1)),
        world.ANYWHERE,
        regions=("05", "07"),
        number="2025/2",
        first=date(2025, 12, 1),
        last=date(2026, 11, 30),
    )
    fresh = world.adopted(world.officer(on=date(2026, 6, 23)), first=date(2026, 6, 23))
    for code in (world.SOUTH_EAST, world.INLAND):
        with translation.override("en"), make.working(world.officer(code)) as at_work:
            [one] = my_work.todo(at_work)
            assert (one.words, one.due) == (
                "Work-permit guideline 2025/2 ends: adopt the next one",
                date(2026, 11, 30),
            )
    with translation.override("en"), make.working(world.officer()) as at_work:
        [one] = my_work.todo(at_work)
        assert one.words == "Update the work-permit guideline 2026/2"
        assert one.due == date(2026, 12, 23)
        assert one.address == f"{LIST}{fresh.pk}/"
    world.adopted(world.officer(), number="2026/3", takes_place=True, last=date(2027, 11, 1))
    with make.working(world.officer()) as at_work:
        assert my_work.todo(at_work) == []
    with make.working(make.worker(world.UUSIMAA, world.ON)) as caseworker:
        assert my_work.todo(caseworker) == []


def test_a_table_is_changed_and_removed_only_in_a_draft() -> None:
    by = world.officer()
    made = world.draft(by)
    with make.working(by) as at_work:
        table = guidelines.add_table(made.pk, {"fi": "A"}, "S", "1/2026", "a;b\n1;2", actor=at_work)
        version = Guideline.objects.get(pk=made.pk).version
        changed = guidelines.change_table(
            made.pk, table.pk, {"sv": "B"}, "S", "2/2026", "a\n3", actor=at_work, expected_version=version
        )
        assert (changed.title, changed.rows) == ({"sv": "B"}, [["3"]])
        guidelines.remove_table(made.pk, table.pk, actor=at_work)
        assert not GuidelineTable.objects.exists()
        with pytest.raises(Refusals) as info:
            guidelines.add_table(made.pk, {}, "", " ", "", actor=at_work)
        assert {code for _, code in refused(info)} == {"required", "no-rows"}


# The body's position, the hearing, who is told ------------------------------------------------------------------------


def test_the_bodys_position_stands_on_the_page_and_the_paper_with_its_link() -> None:
    by = Worker(world.UUSIMAA, world.ON, Role.REGIONAL_OFFICER)
    body = positions_world.body(by.viewer)
    kept = positions_world.adopted(by.viewer, body_id=body.pk, title="Toimikunta puoltaa")
    hidden = positions_world.adopted(by.viewer, body_id=body.pk, title="Salassa", public=False)
    new = f"{LIST}new/"
    page = by.get(new).content.decode()
    assert "Toimikunta puoltaa" in page
    assert "Salassa" not in page
    assert 'name="position"' not in page, "the text is only for versions that have one"
    typed = {"number": "2026/7", "regions": "01", "first": "23.11.2026", "last": "31.5.2027"}
    token = by.hidden(new)["token"]
    assert by.post(new, token=token, **typed, body_position=str(hidden.pk)).status_code == 422
    assert by.post(new, token=token, **typed, body_position=str(kept.pk)).status_code == 302
    with make.working(by.viewer) as at_work:
        made = Guideline.objects.get()
        guidelines.add_line(made.pk, Line("5120"), actor=at_work)
        version = Guideline.objects.get().version
        given = Adoption(world.ON, "M", made.valid.lower, date(2027, 5, 31))
        early = replace(given, signed_on=world.ON - timedelta(days=1))
        with pytest.raises(Refusals) as info:
            guideline_adoption.adopt(made.pk, early, actor=at_work, expected_version=version)
        assert ("signed_on", "before-position") in refused(info)
        guideline_adoption.adopt(made.pk, given, actor=at_work, expected_version=version)
    shown = Client().get(f"{LIST}{made.pk}/").content.decode()
    assert f"/commons/positions/published/{kept.pk}/" in shown
    assert Client().get(f"{LIST}{made.pk}/guideline.pdf").content.startswith(b"%PDF")


def test_an_older_version_keeps_its_text_of_the_position() -> None:
    by = Worker(world.UUSIMAA, world.ON, Role.REGIONAL_OFFICER)
    made = world.draft(by.viewer)
    assert "Toimikunta puolsi" in by.get(f"{LIST}{made.pk}/edit/").content.decode()


def test_the_hearing_is_shown_with_who_was_heard_once_its_summary_is_out() -> None:
    by = Worker(world.UUSIMAA, world.ON, Role.REGIONAL_OFFICER)
    hearing = hearings_world.opened(by.viewer, public=True)
    made = world.adopted(by.viewer, hearing_id=hearing.pk)
    page = f"{LIST}{made.pk}/"
    assert hearing.title in by.get(page).content.decode()
    assert hearing.title not in Client().get(page).content.decode(), "not published"
    hearings_world.given(hearings_world.leader(), hearing)
    hearings_world.closed(by.viewer, hearing)
    hearings_world.responded(by.viewer, hearing)
    hearings_world.published(by.viewer, hearing)
    shown = Client().get(page).content.decode()
    assert f"/commons/hearings/{hearing.pk}/summary/" in shown
    assert "Vantaa" in shown


def test_authorities_of_the_region_and_migri_are_told_of_adoption_and_withdrawal() -> None:
    by = world.officer()
    inside = [make.worker(code, world.ON, role=Role.TEAM_LEADER) for code in ("kunta-092", "tyo-43")]
    migri = make.worker("migri", world.ON, role=Role.MINISTRY_OFFICER)
    outside = make.worker("kunta-398", world.ON, role=Role.TEAM_LEADER)
    made = world.adopted(by)
    with make.working(by) as at_work:
        guideline_adoption.withdraw(made.pk, "Virhe.", actor=at_work, expected_version=made.version)
    with rowsecurity.as_system():
        for kind in ("adopted", "withdrawn"):
            told = set(
                Notice.objects.filter(kind=f"cooperation.guideline-{kind}").values_list("user_id", flat=True)
            )
            assert told == {one.user_id for one in (*inside, migri)}
            assert outside.user_id not in told


def test_a_successor_withdraws_the_old_authoritys_version_in_its_own_regions() -> None:
    old = world.adopted(
        world.officer(world.HAME_OLD, date(2025, 12, 1)),
        world.ANYWHERE,
        regions=("05", "07"),
        number="2025/2",
        first=date(2025, 12, 1),
        last=date(2026, 11, 30),
    )
    page = f"{LIST}{old.pk}/"
    stranger = Worker(world.UUSIMAA, world.ON, Role.REGIONAL_OFFICER)
    assert stranger.get(f"{page}withdraw/").status_code == 404
    heir = Worker(world.SOUTH_EAST, world.ON, Role.REGIONAL_OFFICER)
    assert f"{page}withdraw/" in heir.get(page).content.decode()
    typed = {"version": heir.hidden(f"{page}withdraw/")["version"], "reason": "Työvoimaa on taas."}
    assert heir.post(f"{page}withdraw/", **typed).status_code == 302
    with make.working(heir.viewer):
        rows = {row.region: row.valid.upper for row in GuidelineRegion.objects.filter(guideline=old)}
        assert rows == {"07": world.ON, "05": date(2026, 12, 1)}
        assert Guideline.objects.get(pk=old.pk).state == "adopted", "the other region keeps it"
    again = heir.post(f"{page}withdraw/", version=heir.hidden(f"{page}withdraw/")["version"], reason="Taas.")
    assert again.status_code == 422
    paper = pypdf.PdfReader(io.BytesIO(heir.get(f"{page}guideline.pdf").content))
    assert "Työvoimaa on taas." in paper.pages[0].extract_text(), "on the paper too"
    other = world.officer(world.INLAND)
    with make.working(other) as at_work:
        version = Guideline.objects.get(pk=old.pk).version
        guideline_adoption.withdraw(old.pk, "Sama.", actor=at_work, expected_version=version)
        assert Guideline.objects.get(pk=old.pk).state == "withdrawn"
