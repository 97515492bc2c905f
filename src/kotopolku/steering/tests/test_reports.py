"""The yearly report: composed from facts, written by people, signed, sent once, read by the ministry, PDF, My work."""

from datetime import date

import pytest

from kotopolku.access.capabilities import Role
from kotopolku.access.errors import NotVisible
from kotopolku.clients.rules import EditClash, Refusals
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import Worker, words
from kotopolku.notices.models import Notice
from kotopolku.steering import access_measures as access
from kotopolku.steering.actions import reports
from kotopolku.steering.models import RegionalReport, ReportSection
from kotopolku.steering.queries import reports as queries
from kotopolku.steering.tests import measures_world as world

pytestmark = pytest.mark.django_db

LIST = "/steering/measures/reports/"


def region() -> Worker:
    return Worker(world.REGION, world.ON, Role.REGIONAL_OFFICER)


def ministry() -> Worker:
    return Worker(world.MINISTRY, world.ON, Role.MINISTRY_OFFICER)


def test_a_report_is_composed_from_measures_evidence_and_gaps() -> None:
    programme = world.programme()
    covered, _bare = world.line(programme, "1.1"), world.line(programme, "1.2")
    old = world.officer(world.OLD, date(2025, 3, 1))
    made = world.measure(old, starts_on=date(2025, 1, 1), lines=(covered.pk,), title="Ryhmät *kaikille*")
    world.evidence(old, made, date(2025, 2, 1), "Aloitettiin [linkki](https://example.fi).")
    by = region()
    begun = by.post(LIST + "new/", year="2025", language="fi")
    assert begun.status_code == 302
    page = words(by.get(begun["Location"]))
    for sentence in (
        "Ryhmät *kaikille*",
        "Aloitettiin [linkki](https://example.fi).",
        "Keksitty linjaus 1.2",
    ):
        assert sentence in page
    with make.working(by.viewer):
        report = RegionalReport.objects.get()
        sections = {one.key: one for one in ReportSection.objects.filter(report=report)}
    assert set(sections) == {
        "measures",
        "coverage",
        "development",
        "support",
        "placement",
        "family-group-homes",
        "representatives",
        "compensation",
        "good-relations",
    }
    assert "681/2023" in page
    assert "Requests for guidance: 0" in page or "Ohjauspyyntöjä" in page
    assert by.post(LIST + "new/", year="2025", language="sv")["Location"] == begun["Location"]
    wrong = by.post(LIST + "new/", year="2026", language="fi")
    assert wrong.status_code == 422
    assert "a year that is over" in words(wrong)


def test_composing_again_never_overwrites_what_a_person_wrote() -> None:
    by = region()
    made = world.report(by.viewer)
    part = f"{LIST}{made.pk}/parts/measures/"
    assert by.post(part, version="1", text="Kirjoitin itse.").status_code == 302
    world.measure(world.officer(world.OLD, date(2025, 3, 1)), starts_on=date(2025, 1, 1), title="Uusi ryhmä")
    assert by.post(f"{LIST}{made.pk}/compose/").status_code == 302
    page = words(by.get(f"{LIST}{made.pk}/"))
    assert "Kirjoitin itse." in page
    assert "Uusi ryhmä" in page, "what was composed stands beside"
    with make.working(by.viewer):
        one = ReportSection.objects.get(report=made, key="measures")
        assert (one.text, one.version) == ("Kirjoitin itse.", 2)


def test_a_part_saved_as_it_was_composed_goes_on_following_the_facts() -> None:
    by = region()
    made = world.report(by.viewer)
    with make.working(by.viewer):
        given = ReportSection.objects.get(report=made, key="coverage").composed
    part = f"{LIST}{made.pk}/parts/coverage/"
    assert by.post(part, version="1", text=given.replace("\n", "\r\n")).status_code == 302
    world.line(world.programme(), "1.1")
    assert by.post(f"{LIST}{made.pk}/compose/").status_code == 302
    assert "Keksitty linjaus 1.1" in words(by.get(f"{LIST}{made.pk}/"))


def test_two_editors_of_one_part_are_told() -> None:
    by, second = region(), region()
    made = world.report(by.viewer)
    part = f"{LIST}{made.pk}/parts/support/"
    assert by.post(part, version="1", text="Ensin.").status_code == 302
    clash = second.post(part, version="1", text="Sitten.")
    assert clash.status_code == 409
    assert "Sitten." in clash.content.decode()
    assert by.get(f"{LIST}{made.pk}/parts/unknown/").status_code == 404


def test_a_report_is_signed_when_no_part_is_empty_and_sent_once() -> None:
    by, reader = region(), ministry()
    made = world.report(by.viewer)
    page = f"{LIST}{made.pk}/"
    wrong = by.post(page + "sign/", version="1", signer="Näyte Johtaja")
    assert wrong.status_code == 422
    assert "nothing stands in it" in words(wrong)
    assert "Sign the report first." in words(by.client.get(by.post(page + "send/")["Location"]))
    world.finished(by.viewer, made)
    assert reader.get(page).status_code == 404, "not before it is sent"
    assert by.get(page + "parts/support/").status_code == 200
    assert by.post(page + "parts/support/", version="2", text="Muutos.").status_code == 422
    for _time in range(2):
        assert by.post(page + "send/").status_code == 302
    with make.working(reader.viewer):
        assert Notice.objects.filter(kind="steering.report-sent").count() == 1
    assert "It is not changed any more." in words(reader.get(page))
    with make.working(by.viewer) as at_work:
        for act in (
            lambda: reports.compose(made.pk, actor=at_work),
            lambda: reports.open_again(made.pk, actor=at_work),
            lambda: reports.write(made.pk, "support", "x", actor=at_work, expected_version=2),
            lambda: reports.sign(made.pk, "x", actor=at_work, expected_version=3),
        ):
            with pytest.raises(Refusals) as refused:
                act()
            assert refused.value.codes == ("sent",)
    pdf = reader.get(page + "pdf/")
    assert pdf["Content-Type"] == "application/pdf"
    assert pdf.content.startswith(b"%PDF")


def test_a_signed_report_can_be_opened_again_until_it_is_sent() -> None:
    by = world.officer()
    made = world.report(by)
    world.finished(by, made)
    with make.working(by) as at_work:
        with pytest.raises(Refusals) as refused:
            reports.compose(made.pk, actor=at_work)
        assert refused.value.codes == ("signed",)
        opened = reports.open_again(made.pk, actor=at_work)
        assert (opened.state, opened.signer, opened.signed_at) == ("draft", "", None)
        with pytest.raises(EditClash):
            reports.sign(made.pk, "x", actor=at_work, expected_version=1)


def test_who_signs_is_told_when_a_part_was_written_in_between() -> None:
    by, second = region(), region()
    made = world.report(by.viewer)
    page = f"{LIST}{made.pk}/"
    seen = by.hidden(page + "sign/")["version"]
    assert second.post(page + "parts/support/", version="1", text="Välissä.").status_code == 302
    assert by.post(page + "sign/", version=seen, signer="Näyte Johtaja").status_code == 409


def test_the_ministry_sees_who_has_sent_and_who_has_not() -> None:
    by, reader = world.officer(), ministry()
    made = world.report(by)
    world.finished(by, made)
    before = words(reader.get(LIST))
    with make.working(by) as at_work:
        reports.send(made.pk, actor=at_work)
    with make.working(reader.viewer) as at_work:
        rows = queries.sent_and_missing(at_work, 2025)
        assert [row.authority.code for row in rows if row.report] == [world.REGION]
        number = len(rows)
    assert number > 5
    assert f"{number} regions have not sent" in before
    assert f"{number - 1} regions have not sent" in words(reader.get(LIST, year="2025"))
    assert reader.get(LIST, year="2024").status_code == 200
    stranger = Worker(world.VANTAA, world.ON)
    assert "There are no reports here for you." in words(stranger.get(LIST))
    assert stranger.get(f"{LIST}{made.pk}/").status_code == 404
    other = Worker(world.OTHER, world.ON, Role.REGIONAL_OFFICER)
    for part in ("", "sign/", "parts/support/", "pdf/"):
        assert other.get(f"{LIST}{made.pk}/{part}").status_code == 404


def test_last_years_report_waits_on_my_work_of_both_sides() -> None:
    by, minister = world.officer(), world.minister()
    with make.working(by) as at_work:
        [todo] = queries.todo(at_work)
        assert "2025" in todo.words
        assert todo.due == date(2026, 4, 30), "our own target: the Act of 2023 gives no last day"
        assert "oma tavoitteemme" in todo.reason
    with make.working(minister) as at_work:
        assert len(queries.todo(at_work)) == 1
    with make.working(world.worker_of(world.VANTAA)) as at_work:
        assert queries.todo(at_work) == []
    made = world.report(by)
    world.finished(by, made)
    with make.working(by) as at_work:
        assert queries.todo(at_work)[0].address.endswith(f"/{made.pk}/")
        reports.send(made.pk, actor=at_work)
        assert queries.todo(at_work) == []


def test_under_the_old_act_the_day_of_the_rule_is_told() -> None:
    old = world.officer(world.OLD, date(2024, 3, 1))
    with make.working(old) as at_work:
        [todo] = queries.todo(at_work)
        assert todo.due == date(2024, 12, 31)


def test_a_draft_is_not_the_ministrys_to_read() -> None:
    made = world.report(world.officer())
    with make.working(world.minister()) as at_work:
        assert not RegionalReport.objects.filter(pk=made.pk).exists()
        assert not ReportSection.objects.filter(report_id=made.pk).exists()
        with pytest.raises(NotVisible):
            access.report(at_work, made.pk)
