"""Service paths: drawing one up, its steps, two editors, who reads what, how long people wait."""

from datetime import date, timedelta
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kotopolku.access.capabilities import Role
from kotopolku.access.errors import MissingCapability, NotVisible
from kotopolku.clients.models import Responsibility
from kotopolku.clients.rules import EditClash, Refusals
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import Worker, words
from kotopolku.journal.models import Entry
from kotopolku.steering import access_paths as access
from kotopolku.steering.actions import paths
from kotopolku.steering.models import PathStep, ServicePath
from kotopolku.steering.path_waits import End, Event, Period, Waits, spells
from kotopolku.steering.queries import path_waiting
from kotopolku.steering.queries import paths as queries
from kotopolku.steering.tests import paths_world as world

pytestmark = pytest.mark.django_db

LIST = "/steering/paths/"
FIRST_HALF = Period(2026, 1)


def typed_path(by: Worker, **changes: object) -> dict[str, object]:
    values: dict[str, object] = {
        "token": by.hidden(LIST + "new/")["token"],
        "name_fi": "Alusta suunnitelmaan",
    }
    return values | changes


def typed_step(by: Worker, address: str, **changes: object) -> dict[str, object]:
    hidden = by.hidden(address)
    values: dict[str, object] = {
        "token": hidden["token"],
        "version": hidden["version"],
        "title_fi": "Arviointi",
        "begins": world.REGISTERED,
        "ends": world.ASSESSED,
        "target_days": "30",
    }
    return values | changes


# Drawing one up ---------------------------------------------------------------------------------------------------------


def test_a_path_is_drawn_up_put_in_use_and_read_by_everybody() -> None:
    by, reader = world.keeping(), Worker(world.KAJAANI, world.ON)
    wrong = by.send(LIST + "new/", typed_path(by, name_fi="", text_fi="Uusille **asukkaille**."))
    assert wrong.status_code == 422
    assert "Give the path a name in Finnish or Swedish." in words(wrong)
    assert "Uusille **asukkaille**." in wrong.content.decode(), "nothing typed is lost"
    good = typed_path(by, text_fi="Uusille **asukkaille**.")
    made = by.send(LIST + "new/", good)
    assert made.status_code == 302, words(made)
    address = made["Location"]
    assert by.send(LIST + "new/", good)["Location"] == address, "the same form twice adds one"
    assert "The path has no steps yet." in words(by.get(address))
    use = address + "use/"
    refused = by.post(use, version=by.hidden(use)["version"])
    assert refused.status_code == 422
    assert "Add at least one step" in words(refused)
    new = address + "steps/new/"
    owner = str(world.organisation(world.AREA).pk)
    step = typed_step(by, new, title_ar="التقييم", owner=owner, entry="Jokainen uusi asukas", asks="on")
    assert by.send(new, step)["Location"] == address
    assert by.send(new, step)["Location"] == address, "the same form twice adds one"
    assert reader.get(address).status_code == 404, "a draft is its keeper's"
    assert by.post(use, version=by.hidden(use)["version"]).status_code == 302
    page = words(reader.get(address))
    for sentence in (
        "Alusta suunnitelmaan",
        "asukkaille",
        "Arviointi",
        "Own target: 30 days",
        "Jokainen uusi",
    ):
        assert sentence in page
    assert "**" not in page
    for hidden in ("Waiting by step", "Change", "What clients say", "Sheet with the link"):
        assert hidden not in page
    assert "Alusta suunnitelmaan" in words(reader.get(LIST, q="suunnitelmaan"))
    assert "No path was found." in words(reader.get(LIST, state="ended"))
    assert reader.get(LIST, state="x", page="z", q="\0").status_code == 200
    assert by.get(address, period="2026-1").status_code == 200
    with make.working(world.system()):
        assert PathStep.objects.get().title == {"fi": "Arviointi", "ar": "التقييم"}
        assert Entry.objects.filter(action="steering.step.added").count() == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"title_fi": ""}, "Say in Finnish or Swedish what the step is."),
        ({"ends": ""}, "choose both what begins it and what ends it"),
        ({"ends": world.REGISTERED}, "cannot begin and end with the same fact"),
        ({"begins": "clients.client.opened"}, "Select a valid choice"),
        ({"begins": "", "ends": "", "asks": "on"}, "Choose what ends the step"),
        ({"target_days": "viikko"}, "Write the days as a whole number."),
        ({"target_days": "0"}, "greater than or equal to 1"),
        ({"owner": "999999"}, "Select a valid choice"),
    ],
)
def test_a_wrong_step_is_refused_and_stays_typed(changes: dict[str, object], sentence: str) -> None:
    by = world.keeping()
    made = world.path(by.viewer, in_use=False)
    new = f"{LIST}{made.pk}/steps/new/"
    answer = by.send(new, typed_step(by, new, hand_over="Viesti *työntekijälle*", **changes))
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert "Viesti *työntekijälle*" in answer.content.decode()
    assert made.steps.count() == 1


def test_two_editors_of_a_path_and_of_a_step_are_told() -> None:
    one, other = world.keeping(), world.keeping()
    made = world.path(one.viewer)
    address = f"{LIST}{made.pk}/edit/"
    first = one.hidden(address)
    assert other.post(address, **first, name_fi="Toisen nimi").status_code == 302
    clash = one.post(address, **first, name_fi="Oma nimi", text_fi="Pitkä teksti")
    assert clash.status_code == 409
    assert "Pitkä teksti" in clash.content.decode()
    again = one.post(address, **one.hidden(address), name_fi="Oma nimi")
    assert again.status_code == 302
    step = f"{LIST}steps/{world.step_of(made).pk}/edit/"
    mine, theirs = typed_step(one, step), typed_step(other, step, title_fi="Toinen nimi")
    assert other.send(step, theirs).status_code == 302
    assert one.send(step, mine).status_code == 409
    with make.working(one.viewer) as at_work, pytest.raises(EditClash):
        paths.remove_step(world.step_of(made).pk, actor=at_work, expected_version=1)


def test_steps_are_moved_by_buttons_and_removed_while_nobody_has_answered() -> None:
    by = world.keeping()
    titles = ("Ensin", "Sitten", "Lopuksi")
    made = world.path(by.viewer, *(world.step_content(title={"fi": one}) for one in titles))
    last = world.step_of(made, 2)
    up, down = f"{LIST}steps/{last.pk}/up/", f"{LIST}steps/{last.pk}/down/"
    assert by.get(up).status_code == 405
    assert by.post(up).status_code == by.post(up).status_code == by.post(up).status_code == 302
    assert [world.step_of(made, one).title["fi"] for one in range(3)] == ["Lopuksi", "Ensin", "Sitten"]
    assert by.post(down).status_code == 302
    assert world.step_of(made, 1).pk == last.pk
    remove = f"{LIST}steps/{last.pk}/remove/"
    world.say(last)
    kept = by.post(remove, version=by.hidden(remove)["version"])
    assert kept.status_code == 422
    assert "Stop asking instead of removing it." in words(kept)
    first = f"{LIST}steps/{world.step_of(made).pk}/remove/"
    assert by.post(first, version=by.hidden(first)["version"]).status_code == 302
    assert made.steps.count() == 2


def test_the_last_step_of_a_path_in_use_stays() -> None:
    by = world.keeper()
    made = world.path(by)
    with make.working(by) as at_work, pytest.raises(Refusals) as refused:
        paths.remove_step(world.step_of(made).pk, actor=at_work, expected_version=1)
    assert refused.value.codes == ("last",)


def test_a_path_is_ended_with_a_reason_and_then_not_changed() -> None:
    by = world.keeping()
    made = world.path(by.viewer)
    end = f"{LIST}{made.pk}/end/"
    version = by.hidden(end)["version"]
    assert by.post(end, version=version, reason=" ").status_code == 422
    assert by.post(end, version=version, reason="Polku yhdistettiin toiseen.").status_code == 302
    page = words(by.get(f"{LIST}{made.pk}/"))
    assert "ended" in page
    assert "New step" not in page
    edit = f"{LIST}{made.pk}/edit/"
    late = by.post(edit, **by.hidden(edit), name_fi="Uusi nimi")
    assert late.status_code == 422
    assert "The path has ended." in words(late)
    with make.working(by.viewer) as at_work:
        for act in (
            lambda: paths.add_step(made.pk, world.step_content(), actor=at_work),
            lambda: paths.move_step(world.step_of(made).pk, 1, actor=by.viewer),
            lambda: paths.put_in_use(made.pk, actor=at_work, expected_version=3),
        ):
            with pytest.raises(Refusals):
                act()


def test_a_draft_is_removed_and_a_path_in_use_is_not() -> None:
    by = world.keeping()
    draft, used = world.path(by.viewer, in_use=False), world.path(by.viewer)
    for made, status in ((draft, 302), (used, 422)):
        address = f"{LIST}{made.pk}/remove/"
        assert by.post(address, version=by.hidden(address)["version"]).status_code == status
    with make.working(world.system()):
        assert list(ServicePath.objects.values_list("pk", flat=True)) == [used.pk]


def test_a_path_is_run_in_municipalities_of_the_own_area() -> None:
    by = world.keeping(world.REGION)
    new = LIST + "new/"
    outside = by.send(new, typed_path(by, municipalities=["092", "205"]))
    assert outside.status_code == 422
    made = by.send(new, typed_path(by, municipalities=["092", "091"], feedback_until="31.12.2026"))
    assert made.status_code == 302, words(made)
    assert "Vantaa" in words(by.get(made["Location"]))
    with make.working(by.viewer) as at_work:
        with pytest.raises(Refusals) as refused:
            paths.draft(world.content(municipalities=("205",)), actor=at_work)
        assert refused.value.codes == ("outside",)
        with pytest.raises(Refusals) as refused:
            paths.draft(world.content(feedback_until=date(2026, 1, 1)), actor=at_work)
        assert refused.value.codes == ("past",)


def test_others_see_no_draft_and_change_nothing() -> None:
    draft, used = world.path(world.keeper(), in_use=False), world.path(world.keeper())
    other = world.keeping(world.REGION)
    colleague = Worker(world.VANTAA, world.ON)
    ministry = Worker(world.MINISTRY, world.ON, Role.MINISTRY_OFFICER)
    assert other.get(f"{LIST}{draft.pk}/").status_code == 404
    assert colleague.get(f"{LIST}{draft.pk}/").status_code == 404
    step = world.step_of(used)
    own = [
        f"{LIST}{used.pk}/{part}" for part in ("edit/", "use/", "end/", "remove/", "answers/", "steps/new/")
    ]
    own += [f"{LIST}steps/{step.pk}/{part}" for part in ("edit/", "remove/", "sheet/")]
    for address in own:
        assert other.get(address).status_code == 404, address
        assert colleague.get(address).status_code == 403, address
        assert ministry.get(address).status_code == 403, address
    for part in ("up/", "down/"):
        assert other.post(f"{LIST}steps/{step.pk}/{part}").status_code == 404
    assert other.post(f"{LIST}{used.pk}/end/", version="2", reason="x").status_code == 404
    with make.working(Worker(world.VANTAA, world.ON).viewer) as at_work, pytest.raises(MissingCapability):
        paths.draft(world.content(), actor=at_work)
    with make.working(other.viewer) as at_work, pytest.raises(NotVisible):
        paths.add_step(used.pk, world.step_content(), actor=at_work)


def test_names_and_choices_for_what_carries_a_goal() -> None:
    draft, used = world.path(world.keeper(), in_use=False), world.path(world.keeper(), name_fi="Kielipolku")
    with make.working(world.keeper(world.KAJAANI)) as other:
        assert set(queries.names(other, [draft.pk, used.pk, 0])) == {used.pk}
        assert [pk for pk, _words in queries.choices(other, "kieli")] == [used.pk]
        assert queries.choices(other, "merenkulku") == []
        assert queries.names(other, []) == {}


# Waiting ----------------------------------------------------------------------------------------------------------------


def test_waiting_is_counted_from_the_journal_with_those_who_still_wait() -> None:
    by = world.keeping()
    made = world.path(
        by.viewer, world.step_content(), world.step_content(begins=world.ASSESSED, ends=world.PLANNED)
    )
    people = world.clients(30)
    for number, person in enumerate(people):
        world.act(person, world.REGISTERED, date(2026, 2, 2))
        if number < 24:
            world.act(person, world.ASSESSED, date(2026, 2, 2) + timedelta(days=number))
    with make.working(by.viewer) as at_work:
        found = path_waiting.waiting(at_work, made, FIRST_HALF)
    first, second = (found.steps[world.step_of(made, one).pk] for one in range(2))
    assert (first.began, first.done, first.waiting, first.left) == (30, 24, 6, 0)
    assert first.middle == 14, "the fifteenth of thirty"
    assert first.slow is None
    assert first.longest_weeks == 42
    assert (second.began, second.done, second.waiting) == (24, 0, 24)
    assert found.most == world.step_of(made, 1).pk
    page = words(by.get(f"{LIST}{made.pk}/", period="2026-1"))
    for sentence in ("Half got on within 14 days.", "6 people wait now.", "most people are waiting here"):
        assert sentence in page
    assert "Nobody began to wait in this period." in words(by.get(f"{LIST}{made.pk}/", period="2025-2"))


@pytest.mark.parametrize(("number", "told"), [(4, False), (5, True)])
def test_small_numbers_are_not_told(number: int, told: bool) -> None:
    by = world.keeping()
    made = world.path(by.viewer)
    for person in world.clients(number):
        world.act(person, world.REGISTERED, date(2026, 2, 2))
        world.act(person, world.ASSESSED, date(2026, 2, 12))
    page = words(by.get(f"{LIST}{made.pk}/", period="2026-1"))
    assert ("So few began to wait that nothing is told." in page) is not told
    assert ("Too few began to wait for a middle waiting." in page) is told
    assert "within 10 days" not in page


def test_only_the_own_organisation_and_the_ministry_see_waiting() -> None:
    made = world.path(world.keeper())
    ministry = Worker(world.MINISTRY, world.ON, Role.MINISTRY_OFFICER)
    for who, sees in (
        (world.keeping(), True),
        (ministry, True),
        (Worker(world.VANTAA, world.ON), False),
        (world.keeping(world.REGION), False),
    ):
        assert ("Waiting by step" in words(who.get(f"{LIST}{made.pk}/"))) is sees
        if not sees:
            with make.working(who.viewer) as at_work, pytest.raises(MissingCapability):
                path_waiting.waiting(at_work, made, FIRST_HALF)


def test_acts_of_other_authorities_count_and_other_areas_people_do_not() -> None:
    made = world.path(world.keeper())
    mine, theirs = world.clients(6), world.clients(6, make.worker(world.VANTAA, date(2026, 1, 7)))
    elsewhere = make.worker(world.KAJAANI, date(2026, 1, 7))
    with make.working(world.system()):
        Responsibility.objects.filter(person_id__in=theirs).update(
            authority=world.organisation(world.KAJAANI), municipality="205"
        )
    for person in (*mine, *theirs):
        world.act(person, world.REGISTERED, date(2026, 2, 2), elsewhere)
    with make.working(world.keeper()) as at_work:
        (found,) = path_waiting.waiting(at_work, made, FIRST_HALF).steps.values()
    assert found.began == 6


def test_the_count_agrees_with_the_rule_for_every_way() -> None:
    by = world.keeper()
    made = world.path(by)
    chance = Random(7)
    expected: list[Waits] = []
    for person in world.clients(25):
        days = sorted(chance.randrange(0, 300) for _one in range(chance.randrange(0, 7)))
        events = [Event(date(2026, 1, 8) + timedelta(day), chance.random() < 0.55) for day in days]
        for event in events:
            world.act(person, world.REGISTERED if event.opens else world.ASSESSED, event.day)
        mine = [one for one in spells(events) if FIRST_HALF.first <= one[0] <= FIRST_HALF.last]
        for begun, ended in mine[:1]:
            end = End.DONE if ended else End.WAITING
            expected.append(Waits(end, ((ended or world.ON) - begun).days))
    with make.working(by) as at_work:
        steps = list(made.steps.all())
        (found,) = path_waiting._counted(at_work, made, steps, FIRST_HALF).values()
    flat = [Waits(one.end, one.days) for one in found for _copy in range(one.number)]
    assert sorted(flat, key=repr) == sorted(expected, key=repr)


def test_those_who_left_are_not_waiting_any_more() -> None:
    by = world.keeper()
    made = world.path(by)
    people = world.clients(12)
    for person in people:
        world.act(person, world.REGISTERED, date(2026, 2, 2))
    with make.working(world.system()):
        Responsibility.objects.filter(person_id__in=people[:6]).update(ended_on=date(2026, 3, 4))
    with make.working(by) as at_work:
        (found,) = path_waiting.waiting(at_work, made, FIRST_HALF).steps.values()
    assert (found.began, found.done, found.waiting, found.left) == (12, 0, 6, 6)


def test_a_path_of_many_steps_is_asked_in_few_statements() -> None:
    by = world.keeper()
    made = world.path(by, *(world.step_content() for _one in range(8)))
    for person in world.clients(10):
        world.act(person, world.REGISTERED, date(2026, 2, 2))
    with make.working(by) as at_work:
        found = access.path(at_work, made.pk)
        with CaptureQueriesContext(connection) as asked:
            path_waiting.waiting(at_work, found, FIRST_HALF)
    assert (
        len([one for one in asked if "set_config" not in one["sql"] and "current_setting" not in one["sql"]])
        <= 3
    )
