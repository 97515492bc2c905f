"""The State's programme in requests: drawing up, its tree, versions, adoption, ending a line, the public pages."""

import csv
import io
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from ninja.testing import TestClient

from kotopolku import clock
from kotopolku.access.capabilities import Role
from kotopolku.access.errors import MissingCapability, NotVisible
from kotopolku.actors.models import date_range
from kotopolku.clients.rules import EditClash, Refusals
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import Worker, words
from kotopolku.notices.models import Notice
from kotopolku.steering import access, api
from kotopolku.steering.actions import indicators, lines, programme
from kotopolku.steering.models import Line, LineVersion, NationalProgramme, RegionalMeasure
from kotopolku.steering.queries import programme as queries
from kotopolku.steering.rules_programme import ProgrammeContent
from kotopolku.steering.tests import programme_world as world

pytestmark = pytest.mark.django_db


def typed(code: str, **changes: Any) -> dict[str, Any]:
    values = {
        "kind": "goal",
        "code": code,
        "title_fi": "Kotoutuminen alkaa ajoissa",
        "title_sv": "Integrationen börjar i tid",
        "text_fi": "Palvelut **ajoissa**.",
        "text_sv": "Tjänster **i tid**.",
        "section": "1386/2010 § 34",
        "first_day": "1.1.2024",
        "last_day": "31.12.2027",
        "money_eur": "1500000",
    }
    return values | changes


def stored(line: Line) -> Line:
    return Line.objects.get(pk=line.pk)


def hang(by: Any, line: Line, title: str = "Kieltä työn ohessa") -> RegionalMeasure:
    """A regional measure tied to a line."""
    with make.working(by) as at_work:
        made = RegionalMeasure.objects.create(
            organisation_id=at_work.organisation_id,
            owner_id=at_work.organisation_id,
            title=title,
            days=date_range(world.FIRST, world.LAST),
            made_at=clock.now(),
        )
        made.lines.add(line)
    return made


def test_a_programme_is_drawn_up_and_its_period_follows_from_the_act() -> None:
    by, reader = world.at_the_ministry(), Worker(world.VANTAA, world.ON)
    new = "/steering/programme/new/"
    assert reader.get(new).status_code == 403
    token = by.hidden(new)["token"]
    names = {"token": token, "name_fi": "Ohjelma 2024–2027", "name_sv": "Program 2024–2027"}
    assert "No Act was in force" in words(by.post(new, **names, first_day="1.1.2004"))
    answer = by.post(new, **names, first_day="1.1.2024")
    assert answer.status_code == 302
    assert by.post(new, **names, first_day="1.1.2024")["Location"] == answer["Location"], (
        "the same form again"
    )
    with make.working(by.viewer):
        [made] = NationalProgramme.objects.all()
    assert (made.act, made.last_day) == ("1386/2010", date(2027, 12, 31))
    page = words(by.get(answer["Location"]))
    assert "The programme has no goals." in page
    assert reader.get(answer["Location"]).status_code == 404, "a draft is the ministry's"
    assert Client().get(f"/steering/public/{made.pk}/").status_code == 404


def test_a_goal_is_added_and_changed_and_nothing_typed_is_lost() -> None:
    by = world.at_the_ministry()
    of = world.draft(by.viewer)
    new = f"/steering/programme/{of.pk}/lines/new/"
    token = by.hidden(new)["token"]
    wrong = by.post(new, token=token, **typed("1 1", section="26 §", last_day="1.1.2028", title_fi=""))
    assert wrong.status_code == 422
    for sentence in ("Give it a title in Finnish.",):
        assert sentence in words(wrong)
    wrong = by.post(new, token=token, **typed("1 1", section="26 §", last_day="1.1.2028"))
    for sentence in (
        "for example 2 or 2.3",
        "Write the section with its Act",
        "outside the programme's period",
    ):
        assert sentence in words(wrong), sentence
    assert "Integrationen börjar i tid" in wrong.content.decode()
    assert by.post(new, token=token, **typed("1")).status_code == 302
    assert by.post(new, token=token, **typed("1")).status_code == 302, "the same form again"
    with make.working(by.viewer):
        [made] = Line.objects.all()
    edit = f"/steering/programme/lines/{made.pk}/edit/"
    version = by.hidden(edit)["version"]
    assert by.post(edit, version=version, **typed("1", money_eur="")).status_code == 302
    clash = by.post(edit, version=version, **typed("1", title_fi="Toisen teksti"))
    assert clash.status_code == 409
    assert "What is stored now" in words(clash)
    assert "Toisen teksti" in clash.content.decode(), "nothing typed is lost"
    page = words(by.get(f"/steering/programme/lines/{made.pk}/versions/"))
    assert "Version 2" in page
    assert "Money for the whole period" in page
    assert "(removed:) €1,500,000" in page


def test_two_editors_on_one_line_and_a_line_under_itself() -> None:
    by = world.preparer()
    tree = world.Tree(by)
    with make.working(by) as at_work:
        seen = stored(tree.line).version
        lines.change_line(
            tree.line.pk,
            world.content("1.1", money_eur=None, section=""),
            actor=at_work,
            expected_version=seen,
        )
        with pytest.raises(EditClash):
            lines.change_line(tree.line.pk, world.content("1.9"), actor=at_work, expected_version=seen)
        now = stored(tree.line).version
        for target in (tree.line.pk, tree.measure.pk):
            with pytest.raises(Refusals) as refused:
                lines.move_line(tree.line.pk, target, 1, actor=at_work, expected_version=now)
            assert refused.value.codes == ("itself",)
        with pytest.raises(Refusals) as refused:
            lines.move_line(tree.line.pk, None, 1, actor=at_work, expected_version=now)
        assert refused.value.codes == ("kind",)
        lines.move_line(tree.line.pk, tree.other.pk, 1, actor=at_work, expected_version=now)
        assert [one.line.code for one in queries.tree(at_work, tree.programme)] == [
            "1",
            "1.2",
            "1.1",
            "1.1.1",
        ]
        last = LineVersion.objects.filter(line=tree.line).latest("number")
        assert (last.number, last.facts["under"]) == (3, "1.2")
        assert stored(tree.line).number == 3


def test_a_line_moves_up_and_down_by_buttons_in_a_draft() -> None:
    by = world.at_the_ministry()
    tree = world.Tree(by.viewer)
    up = f"/steering/programme/lines/{tree.other.pk}/up/"
    assert by.get(up).status_code == 405
    assert by.post(up).status_code == 302
    assert by.post(up).status_code == 302, "already the first"
    with make.working(by.viewer) as at_work:
        codes = [one.line.code for one in queries.tree(at_work, tree.programme)]
        assert codes == ["1", "1.2", "1.1", "1.1.1"]
        assert LineVersion.objects.filter(line=tree.other).count() == 2
    assert by.post(f"/steering/programme/lines/{tree.other.pk}/down/").status_code == 302
    page = by.get(f"/steering/programme/{tree.programme.pk}/")
    assert words(page).index("1.1 Otsikko") < words(page).index("1.2 Otsikko")


def test_a_line_of_another_programme_is_no_place_to_move_to() -> None:
    by = world.preparer()
    tree, later = world.Tree(by), world.Tree(by, date(2028, 1, 1))
    with make.working(by) as at_work, pytest.raises(Refusals) as refused:
        lines.move_line(
            tree.line.pk, later.goal.pk, 1, actor=at_work, expected_version=stored(tree.line).version
        )
    assert refused.value.codes == ("unknown",)


def test_a_number_is_used_once_and_a_draft_line_is_removed_unless_something_hangs_on_it() -> None:
    by = world.at_the_ministry()
    tree = world.Tree(by.viewer)
    with pytest.raises(Refusals) as refused:
        world.add(by.viewer, tree.programme, "line", tree.goal, "1.1")
    assert refused.value.codes == ("taken",)
    hang(world.officer(), tree.other)
    remove = "/steering/programme/lines/{}/remove/"
    page = by.get(remove.format(tree.other.pk))
    assert "Kieltä työn ohessa" in words(page)
    version = by.hidden(remove.format(tree.other.pk))["version"]
    assert "Something hangs on the line." in words(by.post(remove.format(tree.other.pk), version=version))
    version = by.hidden(remove.format(tree.line.pk))["version"]
    assert "Lines stand under it." in words(by.post(remove.format(tree.line.pk), version=version))
    version = by.hidden(remove.format(tree.measure.pk))["version"]
    assert by.post(remove.format(tree.measure.pk), version=version).status_code == 302
    with make.working(by.viewer):
        assert not Line.objects.filter(pk=tree.measure.pk).exists()


def test_adoption_is_refused_while_swedish_lacks_and_tells_where_it_lacks() -> None:
    by, reader = world.at_the_ministry(), Worker(world.REGION, world.ON, Role.REGIONAL_OFFICER)
    tree = world.Tree(by.viewer)
    with make.working(by.viewer) as at_work:
        lines.change_line(
            tree.other.pk,
            world.content("1.2", text={"fi": "Vain suomeksi."}),
            actor=at_work,
            expected_version=stored(tree.other).version,
        )
    address = f"/steering/programme/{tree.programme.pk}/adopt/"
    page = by.get(address)
    assert "1.2 has no text in Swedish." in words(page)
    assert f'href="/steering/programme/lines/{tree.other.pk}/edit/"' in page.content.decode()
    decision = {"version": by.hidden(address)["version"], "on": "15.12.2023", "decision": "VN/1/2023"}
    refused = by.post(address, **decision)
    assert refused.status_code == 422
    assert "The programme is not complete" in words(refused)
    with make.working(by.viewer) as at_work:
        lines.change_line(
            tree.other.pk, world.content("1.2"), actor=at_work, expected_version=stored(tree.other).version
        )
    assert "still to come" in words(by.post(address, **decision | {"on": "1.1.2027"}))
    assert by.post(address, **decision).status_code == 302
    assert by.post(address, **decision).status_code == 409, "adopted already"
    assert reader.get(f"/steering/programme/{tree.programme.pk}/").status_code == 200
    with make.working(reader.viewer):
        assert Notice.objects.filter(
            kind="steering.programme-adopted", user_id=reader.viewer.user_id
        ).exists()
    assert "VN/1/2023" in words(reader.get(f"/steering/programme/{tree.programme.pk}/"))
    front = words(reader.get("/steering/"))
    assert "Ohjelma 2024" in front
    assert "Otsikko 1" in front


def test_two_programmes_are_not_in_force_at_once() -> None:
    by = world.preparer()
    world.Tree(by).adopt()
    with make.working(by) as at_work:
        made = programme.draft(
            ProgrammeContent({"fi": "Toinen", "sv": "Andra"}, date(2027, 6, 1)), actor=at_work
        )
        with pytest.raises(Refusals) as refused:
            programme.adopt(made.pk, world.ON, "VN/2", actor=at_work, expected_version=1)
        assert "overlap" in refused.value.codes
        with pytest.raises(Refusals) as refused:
            programme.change(
                NationalProgramme.objects.get(state="adopted").pk,
                ProgrammeContent({"fi": "X", "sv": "Y"}, world.FIRST),
                actor=at_work,
                expected_version=2,
            )
        assert refused.value.codes == ("adopted",)


def test_after_adoption_a_line_is_changed_only_with_a_reason_and_stays_complete() -> None:
    by = world.at_the_ministry()
    tree = world.Tree(by.viewer)
    tree.adopt()
    edit = f"/steering/programme/lines/{tree.line.pk}/edit/"
    version = by.hidden(edit)["version"]
    full = typed("1.1", answers=str(world.organisation(world.MINISTRY)))
    assert "Write why." in words(by.post(edit, version=version, **full))
    lacking = by.post(edit, version=version, reason="Tarkennus", **full | {"text_sv": ""})
    assert "Finnish and Swedish must both be there" in words(lacking)
    assert (
        by.post(edit, version=version, reason="Tarkennus hallituksen päätöksestä", **full).status_code == 302
    )
    assert "Tarkennus hallituksen päätöksestä" in words(
        by.get(f"/steering/programme/lines/{tree.line.pk}/versions/")
    )
    assert by.post(f"/steering/programme/lines/{tree.line.pk}/down/").status_code == 302
    with make.working(by.viewer) as at_work:
        codes = [one.line.code for one in queries.tree(at_work, tree.programme)]
        assert codes == ["1", "1.1", "1.1.1", "1.2"], "not without a reason"
        with pytest.raises(Refusals) as refused:
            lines.remove_line(tree.measure.pk, actor=at_work, expected_version=stored(tree.measure).version)
        assert "adopted" in refused.value.codes
    move = f"/steering/programme/lines/{tree.other.pk}/move/"
    version = by.hidden(move)["version"]
    moved = by.post(move, version=version, parent=str(tree.goal.pk), place="1", reason="Tärkein ensin")
    assert moved.status_code == 302
    with make.working(by.viewer) as at_work:
        assert [one.line.code for one in queries.tree(at_work, tree.programme)][:2] == ["1", "1.2"]


def test_a_line_is_ended_and_replaced_and_nothing_that_hangs_on_it_is_lost() -> None:
    by, officer = world.at_the_ministry(), Worker(world.REGION, world.ON, Role.REGIONAL_OFFICER)
    tree = world.Tree(by.viewer)
    tree.adopt()
    measure = hang(officer.viewer, tree.other)
    end = f"/steering/programme/lines/{tree.other.pk}/end/"
    assert officer.get(end).status_code == 403
    assert "Kieltä työn ohessa" in words(by.get(end))
    ended = {"version": by.hidden(end)["version"], "reason": "Yhdistetään", "replaced_by": str(tree.line.pk)}
    assert "within the line's own days" in words(by.post(end, **ended, last_day="31.12.2028"))
    assert by.post(end, **ended, last_day="31.12.2026").status_code == 302
    with make.working(officer.viewer):
        assert list(measure.lines.values_list("pk", flat=True)) == [tree.other.pk]
        assert Notice.objects.filter(kind="steering.line-ended", user_id=officer.viewer.user_id).exists()
    old = words(officer.get(f"/steering/programme/lines/{tree.other.pk}/"))
    assert "In its place comes 1.1" in old
    assert "Yhdistetään" in old
    follower = words(officer.get(f"/steering/programme/lines/{tree.line.pk}/"))
    assert "Kieltä työn ohessa" in follower
    assert "Came in the place of" in follower
    days = {"first_day": date(2028, 1, 1), "last_day": date(2031, 12, 31)}
    coming = world.add(by.viewer, world.draft(by.viewer, date(2028, 1, 1)), "goal", None, "1", **days)
    with make.working(by.viewer) as at_work:
        for line, code in ((tree.other, "ended"), (tree.line, "has-parts")):
            with pytest.raises(Refusals) as refused:
                lines.end_line(
                    line.pk, date(2026, 12, 31), "x", actor=at_work, expected_version=stored(line).version
                )
            assert code in refused.value.codes
        for follower, code in ((tree.measure, "itself"), (coming, "draft")):
            with pytest.raises(Refusals) as refused:
                lines.end_line(
                    tree.measure.pk,
                    date(2026, 12, 31),
                    "x",
                    follower.pk,
                    actor=at_work,
                    expected_version=stored(tree.measure).version,
                )
            assert code in refused.value.codes


def test_only_the_preparing_ministry_writes() -> None:
    by, officer = world.preparer(), world.officer()
    tree = world.Tree(by)
    with make.working(officer) as at_work:
        with pytest.raises(MissingCapability):
            programme.draft(ProgrammeContent({"fi": "X"}, world.FIRST), actor=at_work)
        with pytest.raises(NotVisible):
            access.line(at_work, tree.line.pk)
    tree.adopt()
    with make.working(officer) as at_work:
        assert access.line(at_work, tree.line.pk).code == "1.1"
        with pytest.raises(MissingCapability):
            access.own_line(at_work, tree.line.pk)


def test_anybody_reads_an_adopted_programme_as_page_paper_table_and_data() -> None:
    by = world.preparer()
    tree = world.Tree(by)
    of = tree.adopt()
    reader = Client()
    with clock.at(world.ON):
        listed = reader.get("/steering/public/")
        assert "Ohjelma 2024" in words(listed)
        page = reader.get(f"/steering/public/{of.pk}/?language=sv")
        assert "Rubrik 1.1" in words(page)
        assert "Otsikko 1.1" not in words(page)
        english = reader.get(f"/steering/public/{of.pk}/?language=en")
        assert "Otsikko 1.1" in words(english), "shown in Finnish, and marked"
        for language in ("fi", "sv", "en"):
            paper = reader.get(f"/steering/public/{of.pk}/{language}.pdf")
            assert paper.content.startswith(b"%PDF")
        assert reader.get(f"/steering/public/{of.pk}/de.pdf").status_code == 404
        table = reader.get(f"/steering/public/{of.pk}/programme.csv").content.decode("utf-8-sig")
        measured = f"/steering/indicators/{tree.indicator.pk}/"
        assert f'href="{measured}"' in page.content.decode()
        figures = reader.get(measured)
        assert f'href="/steering/public/{of.pk}/#line-{tree.goal.pk}"' in figures.content.decode()
        assert "employment-rate" in words(reader.get("/steering/indicators/"))
        rows = list(csv.DictReader(io.StringIO(table), delimiter=";"))
        assert [row["number"] for row in rows] == ["1", "1.1", "1.1.1", "1.2"]
        assert rows[1]["title_sv"] == "Rubrik 1.1"
        data = reader.get(f"/steering/public/{of.pk}/programme.json").json()
    assert data["last_day"] == "2027-12-31"
    assert data["lines"][2]["under"] == "1.1"
    assert data["lines"][0]["indicators"] == ["employment-rate"]


def test_the_interface_gives_adopted_programmes_and_figures() -> None:
    by = world.preparer()
    tree = world.Tree(by)
    with make.working(by) as at_work:
        indicators.set_value(tree.indicator.pk, "country", 2024, Decimal("61.5"), actor=at_work, seen=None)
    reader, interface = world.officer(), TestClient(api.router)
    with make.working(reader) as at_work:
        assert interface.get("/steering/programmes", viewer=at_work).json() == []
        with pytest.raises(NotVisible):
            interface.get(f"/steering/programmes/{tree.programme.pk}", viewer=at_work)
    tree.adopt()
    with make.working(reader) as at_work:
        [one] = interface.get("/steering/programmes", viewer=at_work).json()
        whole = interface.get(f"/steering/programmes/{one['id']}", viewer=at_work).json()
        figures = interface.get("/steering/indicators/employment-rate", viewer=at_work).json()
    assert [line["number"] for line in whole["lines"]] == ["1", "1.1", "1.1.1", "1.2"]
    assert [(figure["year"], float(figure["value"])) for figure in figures["figures"]] == [(2024, 61.5)]


def test_a_tree_of_thirty_lines_costs_no_more_statements_than_one_of_four() -> None:
    by = world.at_the_ministry()
    tree = world.Tree(by.viewer)
    tree.adopt()
    address = f"/steering/programme/{tree.programme.pk}/"
    by.get(address)
    with CaptureQueriesContext(
        connection,
    ) as few:
        by.get(address)
    for number in range(3, 30):
        world.add(by.viewer, tree.programme, "line", tree.goal, f"1.{number}", "Lisäys")
    with CaptureQueriesContext(connection) as many:
        by.get(address)
    assert len(many) <= len(few)
