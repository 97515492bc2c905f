"""Two workers edit one plan at the same time: the second is told, sees both, and loses nothing."""

from datetime import date
from typing import Any

import pytest

from kotopolku.access import rowsecurity
from kotopolku.clients import clash
from kotopolku.clients.models import FormDraft, Goal, PlanVersion
from kotopolku.clients.tests.walking import Worker, assessed, drafted, plan_form, registered, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]

SPRING = date(2021, 4, 26)


@pytest.fixture
def two() -> tuple[Worker, Worker, str, dict[str, Any]]:
    """Two workers, the plan's address, and the form as both opened it."""
    first, second = Worker("te-01", SPRING), Worker("te-01", SPRING)
    number = registered(first)
    assessed(first, number, "26.4.2021")
    drafted(first, number)
    address = f"/clients/{number}/plan/edit/"
    opened = plan_form(**first.hidden(address)) | {
        "goals-INITIAL_FORMS": "1",
        "goals-TOTAL_FORMS": "1",
        "goals-0-measures-TOTAL_FORMS": "1",
    }
    return first, second, address, opened


def test_the_second_editor_is_told_who_saved_and_sees_both(
    two: tuple[Worker, Worker, str, dict[str, Any]],
) -> None:
    first, second, address, opened = two
    assert first.send(address, opened | {"goals-0-title": "Suomi B2"}).status_code == 302
    answer = second.send(address, opened | {"goals-0-description": "Iltaisin", "goals-0-title": "Suomi C1"})
    assert answer.status_code == 409
    text = words(answer)
    assert f"{first.viewer.name} saved the plan on" in text
    assert "Suomi B2" in text
    assert "Suomi C1" in text
    assert "Iltaisin" in answer.content.decode()
    rowsecurity.apply(second.viewer)
    assert FormDraft.objects.get().user_id == second.viewer.user_id, (
        "what the second typed is kept as a draft"
    )
    assert Goal.objects.get(removed=False).title == "Suomi B2", (
        "the first's text stands until the second decides"
    )


def test_both_are_merged_field_by_field(two: tuple[Worker, Worker, str, dict[str, Any]]) -> None:
    first, second, address, opened = two
    first.send(address, opened | {"goals-0-title": "Suomi B2", "goals-0-measures-0-responsible": "Opisto"})
    mine = opened | {"goals-0-description": "Iltaisin", "goals-0-title": "Suomi C1"}
    page = second.send(address, mine).content.decode()
    goal = opened["goals-0-id"]
    assert f'name="take.goal.{goal}.title"' in page
    version = str(int(opened["version"]) + 1)
    chosen = mine | {"version": version, "do": "merge", f"take.goal.{goal}.title": "theirs"}
    chosen |= {f"take.goal.{goal}.measure.{opened['goals-0-measures-0-id']}.responsible": "theirs"}
    merged = second.send(address, chosen)
    assert merged.status_code == 200
    text = merged.content.decode()
    assert 'value="Suomi B2"' in text
    assert "Iltaisin" in text
    assert 'value="Opisto"' in text


def test_mine_is_saved_on_top_and_theirs_stays_in_the_versions(
    two: tuple[Worker, Worker, str, dict[str, Any]],
) -> None:
    first, second, address, opened = two
    first.send(address, opened | {"goals-0-title": "Suomi B2"})
    mine = opened | {"goals-0-title": "Suomi C1"}
    second.send(address, mine)
    assert (
        second.send(address, mine | {"version": str(int(opened["version"]) + 1), "do": "save"}).status_code
        == 302
    )
    rowsecurity.apply(second.viewer)
    assert Goal.objects.get(removed=False).title == "Suomi C1"
    titles = [version.content["goals"][0]["title"] for version in PlanVersion.objects.order_by("number")[1:]]
    assert titles[-2:] == ["Suomi B2", "Suomi C1"]


def test_theirs_is_taken_and_the_draft_is_thrown_away(
    two: tuple[Worker, Worker, str, dict[str, Any]],
) -> None:
    first, second, address, opened = two
    first.send(address, opened | {"goals-0-title": "Suomi B2"})
    second.send(address, opened | {"goals-0-title": "Suomi C1"})
    assert second.send(address, opened | {"do": "take"}).status_code == 302
    assert not FormDraft.objects.exists()
    assert 'value="Suomi B2"' in second.get(address).content.decode()


def test_a_goal_that_the_other_added_is_offered_whole() -> None:
    mine = {"makers": "A", "goals": [{"id": "1", "title": "Kieli", "measures": []}]}
    theirs = {
        "makers": "A",
        "goals": [
            {"id": "1", "title": "Kieli", "measures": [{"id": "7", "title": "Kurssi", "kind": "language"}]},
            {"id": "2", "title": "Työ", "measures": []},
        ],
    }
    found = clash.rows(mine, theirs)
    assert [(row.path, row.mine, row.theirs) for row in found] == [
        ("goal.1.measure.7", "", "Kurssi"),
        ("goal.2", "", "Työ"),
    ]
    everything = clash.merge(mine, theirs, {row.path for row in found})
    assert [goal["title"] for goal in everything["goals"]] == ["Kieli", "Työ"]
    assert everything["goals"][0]["measures"][0]["title"] == "Kurssi"
    assert [goal["title"] for goal in clash.merge(mine, theirs, set())["goals"]] == ["Kieli"]
