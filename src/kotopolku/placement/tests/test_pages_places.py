"""The pages of agreements, places, requests and targets, walked as people do; who gets which; and bounded statements."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kotopolku.access.capabilities import Role
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import Worker, words
from kotopolku.placement.models import Agreement, PlaceAnswer, PlaceRequest, Target
from kotopolku.placement.tests import places_world as world
from kotopolku.placement.tests.places_world import ON

pytestmark = pytest.mark.django_db


@pytest.fixture
def region() -> Worker:
    return Worker(world.UUSIMAA, ON, Role.REGIONAL_OFFICER)


@pytest.fixture
def vantaa() -> Worker:
    return Worker(world.VANTAA, ON, Role.TEAM_LEADER)


@pytest.fixture
def tem() -> Worker:
    return Worker("tem", ON, Role.MINISTRY_OFFICER)


def seen(worker: Worker, model: type) -> list:
    with make.working(worker.viewer):
        return list(model.objects.order_by("id"))


def test_an_agreement_is_made_on_the_pages_from_draft_to_signatures_and_paper(
    region: Worker, vantaa: Worker
) -> None:
    new = "/placement/agreements/new/"
    typed = {
        "token": region.hidden(new)["token"],
        "municipality": vantaa.viewer.organisation_id,
        "starts_on": "1.12.2026",
        "groups": ["quota", "asylum"],
        "preparedness": "Asunnot ja palvelut.",
    }
    wrong = region.post(new, **(typed | {"municipality": "", "preparedness": ""}))
    assert wrong.status_code == 422
    assert "Choose the municipality." in words(wrong)
    assert region.post(new, **typed).status_code == 302
    assert region.post(new, **typed).status_code == 302
    [agreement] = seen(region, Agreement)
    page = f"/placement/agreements/{agreement.pk}/"
    assert "waits for you" in words(vantaa.get("/placement/agreements/"))
    assert vantaa.post(page + "county/").status_code == 302
    said = {"answered_on": "23.11.2026", "statement": "Palvelut riittävät."}
    assert vantaa.post(page + "statement/", **said).status_code == 302
    decision = {"body": "Kaupunginhallitus", "decided_on": "23.11.2026", "reference": "VD/7"}
    for _twice in range(2):
        version = vantaa.hidden(page + "decide/")["version"]
        answer = vantaa.post(page + "decide/", version=version, **decision)
    assert answer.status_code == 422
    version = vantaa.hidden(page + "sign/")["version"]
    assert vantaa.post(page + "sign/", version=version).status_code == 422
    assert vantaa.post(page + "sign/", version=version, read="on").status_code == 302
    clash = region.post(page + "sign/", version=version, read="on")
    assert clash.status_code == 409
    assert "Somebody else has changed this meanwhile." in words(clash)
    version = region.hidden(page + "sign/")["version"]
    assert region.post(page + "sign/", version=version, read="on").status_code == 302
    shown = words(region.get(page))
    assert "signed, not yet in force" in shown
    assert "Kaupunginhallitus" in shown
    for language in ("fi", "sv", "en"):
        paper = vantaa.get(f"{page}{language}.pdf")
        assert paper.content.startswith(b"%PDF-")
    assert vantaa.get(f"{page}xx.pdf").status_code == 404
    with region.on(date(2026, 12, 1)):
        done = region.post(
            page + "review/",
            token=region.hidden(page + "review/")["token"],
            reviewed_on="1.12.2026",
            summary="Hyvä.",
        )
        assert done.status_code == 302
    ended = vantaa.post(page + "end/", last_day="31.12.2026", reason="Asuntoja ei ole.")
    assert ended.status_code == 302
    assert vantaa.post(page + "discard/", reason="x").status_code == 422


def test_the_region_asks_the_municipality_answers_and_the_region_agrees(
    region: Worker, vantaa: Worker
) -> None:
    world.signed(region.viewer, vantaa.viewer)
    new = "/placement/requests/new/"
    asked = {"token": region.hidden(new)["token"], "year": "2027", "answer_by": "31.12.2026", "text": "Hei!"}
    assert region.post(new, **(asked | {"answer_by": "1.1.2020"})).status_code == 422
    assert region.post(new, **asked).status_code == 302
    [request] = seen(region, PlaceRequest)
    page = f"/placement/requests/{request.pk}/"
    own = f"/placement/places/{vantaa.viewer.organisation_id}/"
    assert vantaa.get("/placement/places/?year=2027")["Location"] == f"{own}?year=2027"
    assert "Answer by" in words(vantaa.get(own, year="2027"))
    hidden = vantaa.hidden(page + "answer/")
    cells = {"q1-persons-quota": "12", "q2-persons-quota": "-3"}
    wrong = vantaa.post(page + "answer/", **hidden, **cells)
    assert wrong.status_code == 422
    assert "Places cannot be fewer than none." in words(wrong)
    assert 'value="12"' in wrong.content.decode()
    cells["q2-persons-quota"] = "3"
    assert vantaa.post(page + "answer/", **hidden, **cells).status_code == 302
    again = vantaa.post(
        page + "answer/", **(hidden | {"token": "4b7f0c7c-6a5f-4a51-9d21-000000000009"}), **cells
    )
    assert again.status_code == 409
    listed = words(region.get(page))
    assert "1 of 26 have answered" in listed
    assert len(seen(vantaa, PlaceAnswer)) == 1
    assert "Our answer" in words(vantaa.get(page))
    agree = f"{own}agree/?year=2027"
    hidden = region.hidden(agree)
    assert 'value="12"' in region.get(agree).content.decode()
    assert region.post(agree, **hidden, **cells).status_code == 302
    table = words(region.get("/placement/places/", year="2027"))
    assert "15 places agreed" in table
    text = region.get("/placement/places/table.csv", year="2027").content.decode("utf-8-sig")
    assert "Vantaa;092;2027;yes;15;15;0;0;15" in text
    shown = words(vantaa.get(own, year="2027"))
    assert "12 of 12" in shown
    assert "0 → 12" in shown


def test_the_ministry_sets_targets_and_the_region_sees_its_own(tem: Worker, region: Worker) -> None:
    page = f"/placement/targets/{region.viewer.organisation_id}/?year=2027"
    hidden = tem.hidden(page)
    assert tem.post(page, **hidden, persons="").status_code == 422
    assert tem.post(page, **hidden, persons="-1").status_code == 422
    assert tem.post(page, **hidden, persons="400").status_code == 302
    stale = tem.post(page, **(hidden | {"token": "4b7f0c7c-6a5f-4a51-9d21-000000000008"}), persons="1")
    assert stale.status_code == 409
    assert len(seen(tem, Target)) == 1
    assert "400" in words(region.get("/placement/targets/", year="2027"))
    assert "400" in words(region.get("/placement/places/", year="2027"))
    assert "400" in words(tem.get("/placement/places/", year="2027"))


def test_each_begins_where_its_work_is(region: Worker, vantaa: Worker, tem: Worker) -> None:
    assert region.get("/placement/")["Location"] == "/placement/board/"
    assert vantaa.get("/placement/")["Location"] == "/placement/board/"
    assert tem.get("/placement/")["Location"] == "/placement/targets/"
    employment = Worker("tyo-43", ON, Role.TEAM_LEADER)
    assert employment.get("/placement/")["Location"] == "/placement/agreements/"
    assert employment.get("/placement/agreements/").status_code == 200
    for page in ("places/", "places/table.csv", "targets/"):
        assert employment.get(f"/placement/{page}").status_code == 404


def test_strangers_get_404_and_those_without_the_right_403(region: Worker, vantaa: Worker) -> None:
    agreement = world.signed(region.viewer, vantaa.viewer)
    stranger = Worker(world.KAJAANI, ON, Role.TEAM_LEADER)
    for page in ("", "statement/", "decide/", "sign/", "end/", "discard/", "fi.pdf"):
        assert stranger.get(f"/placement/agreements/{agreement.pk}/{page}").status_code == 404
    assert stranger.get(f"/placement/places/{vantaa.viewer.organisation_id}/").status_code == 404
    caseworker = Worker(world.VANTAA, ON)
    assert caseworker.get(f"/placement/agreements/{agreement.pk}/").status_code == 200
    for page in ("statement/", "decide/", "sign/", "end/", "discard/"):
        assert caseworker.get(f"/placement/agreements/{agreement.pk}/{page}").status_code == 403
        assert caseworker.post(f"/placement/agreements/{agreement.pk}/{page}").status_code == 403
    for page in ("agreements/new/", "requests/new/", f"places/{vantaa.viewer.organisation_id}/agree/"):
        assert vantaa.get(f"/placement/{page}").status_code == 403


def test_a_regions_table_takes_as_many_statements_for_many_municipalities_as_for_one(
    region: Worker, vantaa: Worker
) -> None:
    world.signed(region.viewer, vantaa.viewer)
    world.agreed(region.viewer, vantaa.viewer, 2027, persons_quota=5)
    region.get("/placement/places/", year="2027")
    with CaptureQueriesContext(connection) as one:
        region.get("/placement/places/", year="2027")
    for code in ("kunta-049", "kunta-091", "kunta-186"):
        other = world.leader(code)
        world.signed(region.viewer, other)
        world.agreed(region.viewer, other, 2027, persons_quota=5)
    with CaptureQueriesContext(connection) as many:
        region.get("/placement/places/", year="2027")
    assert len(many) == len(one)
