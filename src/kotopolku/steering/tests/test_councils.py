"""A municipal programme and the councils: statements, sending, decisions, going on without one, asking again."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Role
from kotopolku.access.errors import NotVisible
from kotopolku.clients.rules import EditClash, Refusals
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import Worker, words
from kotopolku.cooperation.models import Hearing
from kotopolku.journal.models import Entry
from kotopolku.notices.models import Notice
from kotopolku.steering.actions import councils
from kotopolku.steering.models import MunicipalProgramme, ProgrammeVersion
from kotopolku.steering.queries import councils as queries
from kotopolku.steering.queries.programme_reviews import due_days
from kotopolku.steering.tests import councils_world as world

pytestmark = pytest.mark.django_db

HOME = "/steering/councils/"


def page(of: MunicipalProgramme) -> str:
    return f"{HOME}{of.pk}/"


def decision_page(of: MunicipalProgramme, code: str) -> str:
    return f"{page(of)}municipalities/{world.row(of, code).pk}/decision/"


def typed(by: Worker, address: str, **changes: str) -> dict[str, object]:
    values: dict[str, object] = {
        "version": by.hidden(address).get("version", ""),
        "state": "approved",
        "decided_on": "23.11.2026",
        "section_number": "§ 48",
        "note": "",
    }
    return values | changes


def test_one_of_three_councils_is_not_enough_and_it_is_said_who_is_waited_for() -> None:
    lead, kerava, tuusula = world.at_screen(), world.at_screen(world.KERAVA), world.at_screen(world.TUUSULA)
    made = world.sent(lead.viewer, world.KERAVA, world.TUUSULA)
    own = decision_page(made, world.VANTAA)
    assert lead.send(own, typed(lead, own)).status_code == 302
    shown = words(lead.get(page(made)))
    assert "not approved as a whole: the council has approved it in Vantaa" in shown
    assert "The decision of the council is waited for in Kerava and Tuusula." in shown
    assert "1 of 3" in shown
    assert world.stored(made).state == "councils"
    second = decision_page(made, world.KERAVA)
    assert kerava.send(second, typed(kerava, second, section_number="12 §")).status_code == 302
    assert "waited for in Tuusula." in words(kerava.get(page(made)))
    third = decision_page(made, world.TUUSULA)
    assert tuusula.send(third, typed(tuusula, third)).status_code == 302
    assert world.stored(made).state == "approved"
    whole = words(Worker(world.KERAVA, world.ON).get(page(made)))
    assert "Every council has approved the programme, the last on 23 November 2026." in whole
    assert "12 §" in whole
    with make.working(lead.viewer):
        stages = list(ProgrammeVersion.objects.filter(programme=made).order_by("number").values_list("stage"))
        assert [stage for (stage,) in stages] == ["councils", "approved"]
    with rowsecurity.as_system():
        assert Entry.objects.filter(action="steering.councils.decided").count() == 3


def test_a_decision_has_its_section_and_a_day_after_the_sending() -> None:
    lead = world.at_screen()
    made = world.sent(lead.viewer, world.KERAVA)
    address = decision_page(made, world.VANTAA)
    wrong = lead.send(address, typed(lead, address, decided_on="24.11.2026", section_number=""))
    assert wrong.status_code == 422
    assert "Give the section number" in words(wrong)
    wrong = lead.send(address, typed(lead, address, decided_on="24.11.2026"))
    assert "The day has not come yet." in words(wrong)
    wrong = lead.send(address, typed(lead, address, decided_on="20.11.2026"))
    assert "The text was sent to the councils on" in words(wrong)
    wrong = lead.send(address, typed(lead, address, state="rejected"))
    assert "Write why the council did not approve" in words(wrong)
    other = decision_page(made, world.KERAVA)
    wrong = lead.send(other, typed(lead, other))
    assert "Write from where you know of another municipality" in words(wrong)
    done = lead.send(other, typed(lead, other, note="Keravan pöytäkirja."))
    assert done.status_code == 302


def test_a_decision_is_corrected_with_a_reason_and_can_undo_the_approval() -> None:
    lead = world.at_screen()
    made = world.approved(lead.viewer)
    assert made.state == "approved"
    address = decision_page(made, world.VANTAA)
    wrong = lead.send(address, typed(lead, address, state="returned", note="Palautettiin.", reason=""))
    assert wrong.status_code == 422
    assert "Write why the decision is corrected." in words(wrong)
    fixed = typed(lead, address, state="returned", note="Palautettiin.", reason="Kirjattiin väärin.")
    assert lead.send(address, fixed).status_code == 302
    assert world.stored(made).state == "councils"
    with rowsecurity.as_system():
        assert Entry.objects.filter(action="steering.councils.corrected").count() == 1


def test_two_who_record_one_decision_are_told() -> None:
    lead = world.keeper()
    made = world.sent(lead, world.KERAVA)
    version = world.row(made, world.VANTAA).version
    world.decides(lead, made, world.VANTAA)
    row = world.row(made, world.VANTAA)
    with make.working(lead) as there, pytest.raises(EditClash):
        councils.decide(made.pk, row.pk, world.decision(), actor=there, expected_version=version)


def test_only_the_municipality_itself_or_the_leading_one_records() -> None:
    lead = world.keeper()
    made = world.sent(lead, world.KERAVA, world.TUUSULA)
    stranger, kerava = world.at_screen("kunta-091"), world.at_screen(world.KERAVA)
    caseworker = Worker(world.KERAVA, world.ON)
    address = decision_page(made, world.TUUSULA)
    assert kerava.get(address).status_code == 404, "another municipality's"
    assert stranger.get(address).status_code == 404
    assert stranger.get(page(made)).status_code == 404, "not approved yet"
    assert caseworker.get(address).status_code == 403
    assert caseworker.get(page(made)).status_code == 200
    for part in ("send/", "take-back/", "review/", "end/", "publish/", "unpublish/", "statements/"):
        assert kerava.get(page(made) + part).status_code == 404
        assert caseworker.get(page(made) + part).status_code == 403


def test_what_is_lacking_is_told_and_overridden_with_a_reason() -> None:
    lead = world.at_screen()
    made = world.draft(lead.viewer)
    with make.working(lead.viewer):
        section = made.sections.order_by("order").first()
        assert section is not None
        section.text = {}
        section.save()
        made.goals.all().delete()
    address = page(made) + "send/"
    shown = words(lead.get(address))
    assert "The section has no text:" in shown
    assert "The programme has no goals." in shown
    version = lead.hidden(address)["version"]
    wrong = lead.post(address, version=version, reason="")
    assert wrong.status_code == 422
    assert "Write why the text goes to the councils" in words(wrong)
    assert lead.post(address, version=version, reason="Valtuusto kokoontuu huomenna.").status_code == 302
    assert world.stored(made).state == "councils"
    assert lead.post(address, version="99", reason="x").status_code in (409, 422)


def test_a_programme_without_any_text_is_not_sent() -> None:
    lead = world.keeper()
    made = world.draft(lead)
    with make.working(lead) as there:
        made.sections.update(text={})
        with pytest.raises(Refusals) as refused:
            councils.send(made.pk, "x", actor=there, expected_version=made.version)
    assert refused.value.codes == ("no-text",)


def test_the_councils_are_told_and_have_it_on_my_work() -> None:
    lead, kerava = world.keeper(), world.keeper(world.KERAVA)
    made = world.sent(lead, world.KERAVA)
    with make.working(kerava) as there:
        assert Notice.objects.filter(kind="steering.council-asked").count() >= 1
        assert [one.words for one in world.work(there)] == ["Record the council's decision: Keksitty ohjelma"]
    world.decides(kerava, made, world.KERAVA, "rejected")
    with make.working(lead) as there:
        assert "Decide how to go on: Keksitty ohjelma" in [one.words for one in world.work(there)]
        assert Notice.objects.filter(kind="steering.council-rejected").exists()


def test_the_lead_goes_on_without_a_municipality_whose_council_rejected() -> None:
    lead, kerava = world.at_screen(), world.keeper(world.KERAVA)
    made = world.sent(lead.viewer, world.KERAVA, world.TUUSULA)
    for code in (world.VANTAA, world.TUUSULA):
        world.decides(lead.viewer, made, code)
    world.decides(kerava, made, world.KERAVA, "rejected")
    assert "did not approve the programme in Kerava" in words(lead.get(page(made)))
    address = f"{page(made)}municipalities/{world.row(made, world.KERAVA).pk}/without/"
    version = lead.hidden(address)["version"]
    assert lead.post(address, version=version, reason="", others="stand").status_code == 422
    assert lead.post(address, version=version, reason="Hylkäsi.").status_code == 422
    assert lead.post(address, version=version, reason="Hylkäsi.", others="stand").status_code == 302
    after = world.stored(made)
    assert after.state == "approved"
    left = world.row(made, world.KERAVA)
    assert (left.state, left.section_number) == ("left", "§ 48"), "what its council decided stays"
    again = f"{page(made)}municipalities/{left.pk}/again/"
    version = lead.hidden(again)["version"]
    assert lead.post(again, version=version, reason="Valtuusto käsittelee uudelleen.").status_code == 302
    assert world.stored(made).state == "approved", "it stays in force in the others"
    assert "waited for in Kerava" in words(lead.get(page(made)))
    world.decides(kerava, made, world.KERAVA)
    assert queries_standing(lead, made) == (3, 3)


def queries_standing(by: Worker, of: MunicipalProgramme) -> tuple[int, int]:
    with make.working(by.viewer) as there:
        found = queries.box(there, world.stored(of)).standing
    return len(found.approved), found.number


def test_others_can_be_asked_anew_when_one_leaves() -> None:
    lead = world.keeper()
    made = world.sent(lead, world.KERAVA, world.TUUSULA)
    world.decides(lead, made, world.VANTAA)
    world.decides(lead, made, world.KERAVA, "rejected")
    row = world.row(made, world.KERAVA)
    with make.working(lead) as there:
        councils.go_on_without(
            made.pk,
            row.pk,
            "Hylkäsi.",
            ask_others_anew=True,
            actor=there,
            expected_version=row.version,
        )
        kept = ProgrammeVersion.objects.filter(programme=made).order_by("-number")[0]
        before = {one["code"]: one["state"] for one in kept.content["municipalities"]}
        assert before["092"] == "approved", "what was decided before is kept"
    assert world.row(made, world.VANTAA).state == "waiting"
    assert world.stored(made).state == "councils"


def test_the_leading_municipality_cannot_be_left_out() -> None:
    lead = world.keeper()
    made = world.sent(lead, world.KERAVA)
    world.decides(lead, made, world.VANTAA, "returned")
    row = world.row(made, world.VANTAA)
    with make.working(lead) as there, pytest.raises(Refusals) as refused:
        councils.go_on_without(
            made.pk, row.pk, "x", ask_others_anew=False, actor=there, expected_version=row.version
        )
    assert refused.value.codes == ("leader",)


def test_taken_back_it_is_drawn_up_again_and_the_councils_are_asked_anew() -> None:
    lead = world.at_screen()
    made = world.sent(lead.viewer, world.KERAVA)
    world.decides(lead.viewer, made, world.VANTAA, "returned")
    address = page(made) + "take-back/"
    version = lead.hidden(address)["version"]
    assert lead.post(address, version=version, reason="Valtuusto palautti.").status_code == 302
    assert world.stored(made).state == "draft"
    row = world.row(made, world.VANTAA)
    assert row.state == "returned", "shown until asked anew"
    with make.working(lead.viewer) as there, pytest.raises(Refusals) as refused:
        councils.go_on_without(
            made.pk, row.pk, "x", ask_others_anew=True, actor=there, expected_version=row.version
        )
    assert refused.value.codes == ("not-before",), "a draft goes to the councils only after a look at it"
    assert "taken back to be drawn up" in words(lead.get(page(made)))
    send = page(made) + "send/"
    assert lead.post(send, version=lead.hidden(send)["version"], reason="x").status_code == 302
    assert world.row(made, world.VANTAA).state == "waiting"


def test_it_is_sent_for_statements_with_its_text_and_the_box_shows_the_hearing() -> None:
    lead = world.at_screen()
    made = world.draft(lead.viewer, world.KERAVA)
    address = page(made) + "statements/"
    key = made.sections.order_by("order").values_list("key", flat=True)[0]
    version = lead.hidden(address)["version"]
    assert lead.post(address, version=version, language="fi").status_code == 422
    answer = lead.post(address, version=version, language="sv", sections=[key])
    assert answer.status_code == 302
    with make.working(lead.viewer):
        hearing = Hearing.objects.get(subject_kind="steering.municipal-programme", subject_id=made.pk)
        assert hearing.title == "Påhittat program"
        assert "Påhittad **text**." in hearing.draft
        assert "Påhittat mål" in hearing.draft
        assert ProgrammeVersion.objects.get(programme=made).stage == "hearing"
    assert "The hearing is a draft" in words(lead.get(page(made)))


def test_row_security_keeps_another_municipality_from_writing_a_decision() -> None:
    lead, kerava = world.keeper(), world.keeper(world.KERAVA)
    made = world.sent(lead, world.KERAVA)
    with make.working(kerava) as there:
        assert made.municipalities.filter(organisation__code=world.VANTAA).update(state="approved") == 0
        assert MunicipalProgramme.objects.filter(pk=made.pk).update(state="approved") == 0
        row = world.row(made, world.VANTAA)
        with pytest.raises(NotVisible):
            councils.decide(made.pk, row.pk, world.decision(), actor=there, expected_version=row.version)


def test_the_list_finds_late_reviews_and_takes_the_same_number_of_statements() -> None:
    lead = world.keeper()
    old = world.approved(lead, on=world.OLD_ON)
    by = Worker(world.KERAVA, world.ON)
    shown = words(by.get(HOME, shown="late"))
    assert "Keksitty ohjelma" in shown
    assert "review is late" in shown
    assert "No programme was found." in words(by.get(HOME, shown="soon"))
    assert by.get(HOME, shown="x", q="\0", page="z").status_code == 200
    numbers = []
    for others in ((), (world.KERAVA,)):
        world.approved(lead, *others)
        with CaptureQueriesContext(connection) as asked:
            by.get(HOME)
        numbers.append(len(asked))
    assert numbers[0] == numbers[1]
    with make.working(lead, world.OLD_ON + timedelta(1)) as there:
        assert queries.listed(there, "late") == []
        assert due_days([old])[old.pk].due == date(2026, 3, 2), "1 March 2026 is a Sunday"


def test_a_regional_officer_reads_the_page_of_an_approved_programme() -> None:
    made = world.approved(world.keeper(), world.KERAVA)
    region = Worker("evk-01", world.ON, Role.REGIONAL_OFFICER)
    shown = words(region.get(page(made)))
    assert "Every council has approved" in shown
    assert "Record a review" not in shown
    assert region.get(page(made) + "versions/").status_code == 200
