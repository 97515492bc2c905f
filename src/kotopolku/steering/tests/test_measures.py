"""Regional measures: adding, changing, state, evidence, taking over, the list and one measure's page."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kotopolku.access.capabilities import Role
from kotopolku.access.errors import MissingCapability, NotVisible
from kotopolku.actors.models import Succession
from kotopolku.clients.rules import EditClash, Refusals
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import Worker, words
from kotopolku.journal.models import Entry
from kotopolku.steering import access_measures as access
from kotopolku.steering.actions import measures
from kotopolku.steering.models import Evidence, RegionalMeasure
from kotopolku.steering.tests import measures_world as world

pytestmark = pytest.mark.django_db

LIST = "/steering/measures/"


def region() -> Worker:
    return Worker(world.REGION, world.ON, Role.REGIONAL_OFFICER)


def typed(by: Worker, address: str, **changes: object) -> dict[str, object]:
    values: dict[str, object] = {
        "token": by.hidden(address)["token"],
        "title": "Ohjausryhmät joka kuntaan",
        "language": "fi",
        "regions": [world.UUSIMAA],
        "starts_on": "1.1.2026",
        "ends_on": "31.12.2027",
    }
    return values | changes


def test_a_measure_is_added_with_lines_and_target_and_everybody_reads_it() -> None:
    line = world.line(world.programme(), "1.1")
    indicator = world.indicator()
    by, reader = region(), Worker(world.VANTAA, world.ON)
    new = LIST + "new/"
    good = typed(
        by,
        new,
        lines=[str(line.pk)],
        indicator=str(indicator.pk),
        start_value="1 000,5",
        target="1500",
        target_year="2027",
        budget_eur="12 000",
        text="Ryhmä **kokoontuu**.",
    )
    wrong = by.send(new, good | {"target": "900", "target_year": "2025", "title": ""})
    assert wrong.status_code == 422
    assert "Say in one line what the measure is." in words(wrong)
    wrong = by.send(new, good | {"target": "900", "target_year": "2025"})
    assert wrong.status_code == 422
    assert "the target is under the value at the start" in words(wrong)
    assert "The year of the target has passed." in words(wrong)
    assert "Ryhmä **kokoontuu**." in wrong.content.decode(), "nothing typed is lost"
    made = by.send(new, good)
    assert made.status_code == 302
    again = by.send(new, good)
    assert again["Location"] == made["Location"], "the same form twice adds one"
    page = reader.get(made["Location"])
    for sentence in ("Keksitty linjaus 1.1", "No value has been measured", "12,000 €", "Uusimaa"):
        assert sentence in words(page)
    assert "Change the state" not in words(page)
    listed = words(reader.get(LIST, q="ohjausryhmät", region=world.UUSIMAA, line=str(line.pk), year="2026"))
    assert "Ohjausryhmät joka kuntaan" in listed
    assert "No measure was found." in words(reader.get(LIST, year="2030"))
    assert reader.get(LIST, year="x", line="y", region="99", page="z").status_code == 200
    with make.working(by.viewer):
        assert Entry.objects.filter(action="steering.measure.added").count() == 1


def test_a_measure_without_a_line_is_allowed_but_told() -> None:
    by = region()
    answer = by.send(LIST + "new/", typed(by, LIST + "new/"))
    assert answer.status_code == 302
    assert "tied to no line of the State's programme" in words(by.get(answer["Location"]))


def test_only_a_region_writes_measures_and_only_its_own() -> None:
    made = world.measure(world.officer())
    municipality, other = Worker(world.VANTAA, world.ON), Worker(world.OTHER, world.ON, Role.REGIONAL_OFFICER)
    ministry = Worker(world.MINISTRY, world.ON, Role.MINISTRY_OFFICER)
    for part in ("edit/", "state/", "evidence/", "take-over/"):
        address = f"{LIST}{made.pk}/{part}"
        assert municipality.get(address).status_code == 403
        assert ministry.get(address).status_code == 403
        assert other.get(address).status_code == 404
        assert other.post(address, version="1", reason="x", text="x", on="1.1.2026").status_code == 404
    assert municipality.get(LIST + "new/").status_code == 403
    with make.working(world.officer(world.VANTAA)) as at_work, pytest.raises(MissingCapability):
        measures.add(world.content(), actor=at_work)


def test_a_region_outside_the_area_is_refused() -> None:
    with make.working(world.officer()) as at_work, pytest.raises(Refusals) as refused:
        measures.add(world.content(regions=(world.UUSIMAA, "19")), actor=at_work)
    assert refused.value.codes == ("outside",)


def test_lines_are_of_an_adopted_programme_and_followed_on_the_measures_days() -> None:
    adopted, draft = world.programme(), world.programme(adopted=False)
    ended = world.line(adopted, "1.1", last=date(2025, 12, 31))
    hidden = world.line(draft, "1.2")
    by = world.officer()
    for line, code in ((ended, "days"), (hidden, "unknown")):
        with make.working(by) as at_work, pytest.raises(Refusals) as refused:
            measures.add(world.content(lines=(line.pk,)), actor=at_work)
        assert refused.value.codes == (code,)
    early = world.content(lines=(ended.pk,), starts_on=date(2025, 6, 1))
    with make.working(by) as at_work:
        made = measures.add(early, actor=at_work)
    assert "followed until 31 December 2025" in words(region().get(f"{LIST}{made.pk}/"))


def test_the_target_is_refused_without_an_indicator() -> None:
    with make.working(world.officer()) as at_work, pytest.raises(Refusals) as refused:
        measures.add(world.content(target=Decimal(5)), actor=at_work)
    assert [(one.field, one.code) for one in refused.value.refusals] == [("indicator", "required")]


def test_two_editors_of_one_measure_are_told_and_the_journal_keeps_what_it_said() -> None:
    by, second = region(), region()
    made = world.measure(by.viewer)
    edit = f"{LIST}{made.pk}/edit/"
    first_page, second_page = typed(by, edit, version="1"), typed(second, edit, version="1")
    assert by.send(edit, first_page | {"title": "Uusi nimi"}).status_code == 302
    clash = second.send(edit, second_page | {"title": "Toinen nimi"})
    assert clash.status_code == 409
    assert "Toinen nimi" in clash.content.decode()
    assert second.send(edit, second_page | {"title": "Toinen nimi", "version": "2"}).status_code == 302
    with make.working(by.viewer):
        assert RegionalMeasure.objects.get(pk=made.pk).title == "Toinen nimi"
        assert Entry.objects.filter(action="steering.measure.changed").count() == 2


def test_partners_are_found_by_name_and_one_of_them_may_carry_it_out() -> None:
    by = region()
    new = LIST + "new/"
    seeking = by.send(new, typed(by, new, title="", find="Vantaa", do="find"))
    assert seeking.status_code == 200
    vantaa = world.organisation(world.VANTAA)
    assert vantaa.name_fi in words(seeking) or "Vantaa" in words(seeking)
    answer = by.send(new, typed(by, new, organisations=[str(vantaa.pk)], owner=str(vantaa.pk)))
    assert answer.status_code == 302, words(answer)
    with make.working(by.viewer):
        assert RegionalMeasure.objects.get().owner_id == vantaa.pk


def test_the_state_is_a_persons_and_giving_up_needs_a_reason() -> None:
    by = region()
    made = world.measure(by.viewer)
    address = f"{LIST}{made.pk}/state/"
    wrong = by.post(address, version="1", state="dropped")
    assert wrong.status_code == 422
    assert "Write why." in words(wrong)
    assert by.post(address, version="1", state="dropped", reason="Rahoitus päättyi.").status_code == 302
    assert "Rahoitus päättyi." in words(by.get(f"{LIST}{made.pk}/"))
    assert by.post(address, version="1", state="going", reason="x").status_code == 409


def test_evidence_is_added_and_tells_where_the_measure_is() -> None:
    by = region()
    with make.working(by.viewer) as at_work:
        made = measures.add(world.aimed(), actor=at_work)
    address = f"{LIST}{made.pk}/evidence/"
    token = by.hidden(address)["token"]
    wrong = by.post(address, token=token, on="24.11.2026", text=" ", value="abc")
    assert wrong.status_code == 422
    assert "is not a figure" in words(wrong)
    future = by.post(address, token=token, on="24.11.2026", text="Ryhmiä on.", value="140")
    assert "The day has not come yet." in words(future)
    for _time in range(2):
        assert (
            by.post(address, token=token, on="1.10.2026", text="Ryhmiä on 140.", value="140").status_code
            == 302
        )
    page = words(by.get(f"{LIST}{made.pk}/"))
    assert "on the way to the target" in page
    assert "a person decides on the state" in page
    world.evidence(by.viewer, made, date(2026, 11, 1), "Ryhmiä lopetettiin.", 101)
    assert "behind the target" in words(by.get(f"{LIST}{made.pk}/"))
    assert "behind the target" in words(by.get(LIST))
    with make.working(by.viewer):
        assert Evidence.objects.filter(measure=made).count() == 2


def test_a_value_needs_an_indicator() -> None:
    by = world.officer()
    made = world.measure(by)
    with pytest.raises(Refusals) as refused:
        world.evidence(by, made, date(2026, 10, 1), "Jotain.", 5)
    assert refused.value.codes == ("no-indicator",)


def test_the_successor_reads_and_takes_over_what_its_predecessor_had() -> None:
    old = world.officer(world.OLD, date(2025, 3, 1))
    made = world.measure(old, starts_on=date(2025, 1, 1))
    world.evidence(old, made, date(2025, 2, 1), "Aloitettiin.")
    by, other = region(), Worker("evk-08", world.ON, Role.REGIONAL_OFFICER)
    page = f"{LIST}{made.pk}/"
    assert "Take over" in words(by.get(page))
    assert "1 measure of your predecessors waits to be taken over." in words(by.get(LIST))
    assert made.title in words(by.get(LIST, left="on"))
    assert made.title not in words(by.get(LIST, own="on"))
    assert by.get(page + "edit/").status_code == 404, "not before it is taken over"
    assert other.get(page + "take-over/").status_code == 404
    assert by.post(page + "take-over/", version="1", reason="").status_code == 422
    stale = by.post(page + "take-over/", version="9", reason="Uudistus")
    assert stale.status_code == 409
    assert by.post(page + "take-over/", version="1", reason="Uudistus 1.1.2026").status_code == 302
    with make.working(by.viewer):
        taken = RegionalMeasure.objects.get(pk=made.pk)
        assert taken.organisation.code == taken.owner.code == world.REGION
        assert taken.evidence.count() == 1
    assert by.get(page + "edit/").status_code == 200
    assert by.get(page + "take-over/").status_code == 404, "it is one's own now"
    assert "to be taken over" not in words(by.get(LIST))


def test_nobody_takes_over_before_the_day_of_the_reform() -> None:
    made = world.measure(world.officer(world.OLD, date(2025, 3, 1)), starts_on=date(2025, 1, 1))
    reform = Succession.objects.get(
        predecessor__code=world.OLD, successor__code=world.REGION
    ).on  # 1 January 2026
    early = world.officer(world.REGION, reform - timedelta(days=1))
    with make.working(early) as at_work, pytest.raises(NotVisible):
        measures.take_over(made.pk, "Uudistus", actor=at_work, expected_version=1)


def test_row_security_keeps_a_measure_from_being_written_by_another_region() -> None:
    made = world.measure(world.officer())
    with make.working(world.officer(world.OTHER)):
        assert RegionalMeasure.objects.filter(pk=made.pk).exists(), "read by everybody with a seat"
        assert RegionalMeasure.objects.filter(pk=made.pk).update(title="x") == 0
        with pytest.raises(NotVisible):
            access.own_measure(world.officer(world.OTHER), made.pk)


def test_the_list_takes_the_same_number_of_statements_however_long_it_is() -> None:
    by = region()
    by.get(LIST)
    numbers = []
    for _round in range(2):
        for _one in range(3):
            world.measure(by.viewer, lines=(world.line(world.programme(), f"{_round}.{_one}").pk,))
        with CaptureQueriesContext(
            connection,
        ) as asked:
            by.get(LIST)
        numbers.append(len(asked))
    assert numbers[0] == numbers[1]


def test_a_repeat_with_the_same_token_adds_one_measure() -> None:
    token = uuid4()
    with make.working(world.officer()) as at_work:
        first = measures.add(world.content(), actor=at_work, token=token)
        assert measures.add(world.content(), actor=at_work, token=token).pk == first.pk
        with pytest.raises(EditClash):
            measures.change(first.pk, world.content(), actor=at_work, expected_version=7)
