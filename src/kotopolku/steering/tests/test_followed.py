"""What an organisation left when it ended: its successor finds requests for guidance, paths and reports, and keeps them."""

from datetime import date

import pytest
from django.utils.translation import override

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Role
from kotopolku.access.viewer import Viewer
from kotopolku.clients.rules import Refusals
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import Worker, words
from kotopolku.journal.models import Entry
from kotopolku.notices.models import Notice
from kotopolku.steering import jobs
from kotopolku.steering.actions import followed, guidance
from kotopolku.steering.models import (
    Guidance,
    MunicipalProgramme,
    PathState,
    RegionalReport,
    ReportSection,
    ServicePath,
)
from kotopolku.steering.queries import reports
from kotopolku.steering.queries.guidance_work import todo
from kotopolku.steering.tests import guidance_world as world
from kotopolku.steering.tests import measures_world, paths_world

pytestmark = pytest.mark.django_db

HONKAJOKI, KANKAANPAA = "kunta-099", "kunta-214"
"""Honkajoki was merged into Kankaanpää on 1 January 2021."""
BEFORE, AFTER = date(2020, 11, 23), date(2021, 2, 1)
OLD_REGION, LAST_YEAR = "ely-01", date(2025, 11, 24)
REQUESTS, PATHS = "/steering/guidance/left/", "/steering/paths/left/"


def take(by: Worker, address: str, chosen: int, reason: str = "Uudistus") -> int:
    return by.post(address, chosen=str(chosen), reason=reason).status_code


def waits(of: Worker) -> list[str]:
    with make.working(of.viewer) as at_work, override("en"):
        return [one.words for one in todo(at_work, 50)]


def test_a_region_finds_and_keeps_what_the_one_before_it_was_asked() -> None:
    by = world.municipality(on=LAST_YEAR)
    programme = world.draft(by.viewer)
    old = world.organisation(OLD_REGION)
    made = world.sent(by.viewer, programme, region_id=old.pk, answer_by=date(2026, 2, 2))
    world.commented(world.region(OLD_REGION, LAST_YEAR).viewer, made)
    officer, other = world.region(), world.region(world.OTHER)
    page = f"/steering/guidance/{made.pk}/"
    assert officer.get(page).status_code == 404, "not before it is taken over"
    assert waits(officer) == ["Take over requests for guidance"]
    assert "1 request of an organisation that yours follows" in words(officer.get("/steering/guidance/"))
    shown = words(officer.get(REQUESTS))
    assert "Luonnos kommenteille" in shown
    assert "24 November 2025" in shown
    assert "Luonnos kommenteille" not in words(other.get(REQUESTS)), "another region's area"
    assert Worker(world.VANTAA, world.ON).get(REQUESTS).status_code == 403
    refused = officer.post(REQUESTS, chosen=str(made.pk), reason="")
    assert refused.status_code == 422
    assert "Write why." in words(refused)
    assert officer.post(REQUESTS, reason="x").status_code == 422
    assert take(officer, REQUESTS, made.pk) == 302
    answer = words(officer.get(page))
    assert "Tulkki tilataan ajoissa." in answer, "the draft is open to who guides now"
    assert "Määräaika puuttuu." in answer, "what the one before had written"
    with make.working(officer.viewer):
        found = Guidance.objects.get()
        assert (found.region.code, found.responsible_id) == (world.REGION, None)
        assert old.pk not in MunicipalProgramme.objects.get().participants
        assert Entry.objects.filter(action="steering.guidance.taken-over").count() == 1
    assert waits(officer) == ["Answer the request for guidance: Luonnos kommenteille"]
    assert officer.get(REQUESTS).status_code == 302, "nothing waits any more"


def test_before_that_its_people_are_reminded_and_shown_the_way() -> None:
    by = world.municipality(on=LAST_YEAR)
    old = world.organisation(OLD_REGION)
    made = world.asked(by.viewer, region_id=old.pk, answer_by=date(2026, 1, 20))
    officer, other = world.region(), world.region(world.OTHER)
    told = []
    for day in (date(2026, 1, 17), date(2026, 1, 18), date(2026, 1, 21)):
        with clock.at(day):
            told.append(jobs.remind_of_guidance(0))
    assert told == [1, 0, 1], "once before the day and once after it"
    with rowsecurity.as_system():
        rows = list(Notice.objects.filter(object_id=made.pk, kind__startswith="steering.guidance-"))
        rows = [one for one in rows if one.kind != "steering.guidance-asked"]
    assert {one.user_id for one in rows} == {officer.viewer.user_id}, "not another region's"
    assert other.viewer.user_id != officer.viewer.user_id
    assert {one.address for one in rows} == {REQUESTS}


def test_a_municipality_keeps_what_the_one_merged_into_it_had_asked() -> None:
    early = world.municipality(HONKAJOKI, BEFORE)
    with make.working(early.viewer) as at_work:
        region_id = guidance.access.regions_for(world.organisation(HONKAJOKI), at_work)[0]
    made = world.asked(early.viewer, region_id=region_id)
    by = world.municipality(KANKAANPAA, AFTER)
    assert waits(by) == ["Take over requests for guidance"]
    assert take(by, REQUESTS, made.pk) == 302
    assert "Kuka tekee arvioinnin?" in words(by.get(f"/steering/guidance/{made.pk}/"))
    with make.working(by.viewer) as at_work, pytest.raises(Refusals) as refused:
        followed.take_over_requests([made.pk], "Uudestaan", actor=at_work)
    assert refused.value.codes == ("gone",)


def test_a_draft_whose_programme_is_anothers_is_not_sent_again() -> None:
    early = world.municipality(HONKAJOKI, BEFORE)
    programme = world.draft(early.viewer)
    with make.working(early.viewer) as at_work:
        region_id = guidance.access.regions_for(world.organisation(HONKAJOKI), at_work)[0]
    made = world.sent(early.viewer, programme, region_id=region_id)
    with make.working(early.viewer) as at_work:
        guidance.close(made.pk, "Lakkaa", actor=at_work, expected_version=made.version)
        rowsecurity.apply(Viewer.for_system("test", AFTER))
        Guidance.objects.update(asker=world.organisation(KANKAANPAA))
    by = world.municipality(KANKAANPAA, AFTER)
    page = f"/steering/guidance/{made.pk}/again/"
    version = by.hidden(page)["version"]
    answer = by.post(page, version=version, text="Uudestaan", answer_by="1.6.2021")
    assert answer.status_code == 422
    assert "Another organisation leads the programme." in words(answer)


def test_a_path_goes_on_with_its_address_and_what_clients_have_said() -> None:
    early = paths_world.keeper(HONKAJOKI, BEFORE)
    made = paths_world.path(early)
    step = paths_world.step_of(made)
    for _one in range(2):
        paths_world.say(step, on=date(2020, 12, 1))
    draft = paths_world.path(early, in_use=False, name_fi="Luonnos")
    by = Worker(KANKAANPAA, AFTER, Role.TEAM_LEADER)
    assert "2 paths of organisations that yours follows" in words(by.get("/steering/paths/"))
    assert "Luonnos" in words(by.get(PATHS))
    assert take(by, PATHS, made.pk) == 302
    with make.working(by.viewer):
        kept = ServicePath.objects.get(pk=made.pk)
        assert (kept.organisation.code, kept.state, kept.municipalities) == (KANKAANPAA, PathState.IN_USE, [])
        assert kept.steps.get().code == step.code, "printed sheets stay good"
        assert kept.steps.get().feedback.count() == 2
    assert by.get(f"/steering/paths/{made.pk}/edit/").status_code == 200
    assert "1 path of an organisation" in words(by.get("/steering/paths/"))
    assert take(by, PATHS, draft.pk) == 302
    stranger = Worker(world.VANTAA, world.ON, Role.TEAM_LEADER)
    assert stranger.get(PATHS).status_code == 302, "nothing waits for it"


def test_a_path_of_a_region_is_run_where_it_was() -> None:
    made = paths_world.path(paths_world.keeper("ely-02", LAST_YEAR))
    by = Worker("evk-02", world.ON, Role.TEAM_LEADER)
    with make.working(by.viewer) as at_work:
        taken = followed.take_over_paths([made.pk], "Uudistus", actor=at_work)[0]
        assert taken.municipalities, "a part of the larger area, written down"
        assert "092" not in taken.municipalities


# Yearly reports ------------------------------------------------------------------------------------------------------

REPORTS = "/steering/measures/reports/"


def test_a_successor_finishes_and_sends_the_report_that_a_region_left_unsent() -> None:
    old = measures_world.officer(OLD_REGION, LAST_YEAR)
    days = {"starts_on": date(2024, 3, 1), "ends_on": date(2026, 6, 30)}
    measures_world.measure(old, title="Ohjausryhmät", **days)
    made = measures_world.report(old, 2024)
    by, other = world.region(), world.region(world.OTHER)
    minister = Worker(measures_world.MINISTRY, world.ON, Role.MINISTRY_OFFICER)
    page = f"{REPORTS}{made.pk}/"
    with make.working(by.viewer, date(2025, 12, 31)):
        assert not RegionalReport.objects.exists(), "row security: not before the day"
        assert not ReportSection.objects.exists()
    assert other.get(page).status_code == minister.get(page).status_code == 404
    with make.working(by.viewer) as at_work, override("en"):
        [todo_of_it] = [one for one in reports.todo(at_work) if one.address == page]
    assert "left it unsent" in todo_of_it.reason
    assert f"Report of 2024, {made.organisation.name_en}" in words(by.get(REPORTS))
    assert f"{made.organisation.name_en} ended on 31 December 2025." in words(by.get(page))
    assert f"Report of 2024, {made.organisation.name_en}" in words(by.get(f"{page}parts/support/"))
    assert by.post(f"{page}compose/").status_code == 302
    assert "Ohjausryhmät" in words(by.get(page)), "the region's measures and area as they were"
    assert by.post(f"{page}parts/support/", version="1", text="Seuraaja kirjoitti.").status_code == 302
    measures_world.finished(by.viewer, made)
    assert by.post(f"{page}send/").status_code == 302
    shown = words(minister.get(page))
    assert "Seuraaja kirjoitti." in shown
    assert f"{made.organisation.name_en} ended on 31 December 2025." in shown
    with make.working(by.viewer) as at_work:
        assert RegionalReport.objects.get().organisation.code == OLD_REGION, "about the region that ended"
        assert all(one.address != page for one in reports.todo(at_work))
