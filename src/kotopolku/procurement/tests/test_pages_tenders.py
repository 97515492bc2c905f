"""The pages of tenders walked as people do: drafting page by page, review, publication, questions; and who gets which."""

import json
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kotopolku import clock
from kotopolku.access.capabilities import Role
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import Worker, words
from kotopolku.procurement.actions import opening
from kotopolku.procurement.models import Question, Tender
from kotopolku.procurement.tests import tender_world as world
from kotopolku.procurement.tests.bids_world import provider
from kotopolku.procurement.tests.tender_world import ON

pytestmark = pytest.mark.django_db

LIST = "/procurement/tenders/"


@pytest.fixture
def first() -> Worker:
    return Worker(world.AREA, ON, Role.PROCUREMENT_OFFICER)


@pytest.fixture
def second() -> Worker:
    return Worker(world.AREA, ON, Role.PROCUREMENT_OFFICER)


@pytest.fixture
def bidder() -> Worker:
    provider(world.FIRST_BIDDER)
    return Worker(world.FIRST_BIDDER, ON, Role.PROVIDER)


@pytest.fixture
def nobody() -> Iterator[Client]:
    client = Client()
    client.cookies["kotopolku_language"] = "en"
    with clock.at(ON):
        yield client


def three(name: str, words: str) -> dict[str, str]:
    return {f"{name}_{code}": words for code in ("fi", "sv", "en")}


def test_a_tender_is_drafted_page_by_page_reviewed_and_published(first: Worker, second: Worker) -> None:
    new = LIST + "new/"
    typed = {
        "token": first.hidden(new)["token"],
        "procedure": "annex-e",
        "started_on": "23.11.2026",
        "cpv": "8040",
        **three("title", "Kotoutumiskoulutus"),
        **three("subject", "Koulutusta kolmella polulla."),
    }
    wrong = first.post(new, **typed)
    assert wrong.status_code == 422
    assert "A CPV code has eight digits" in words(wrong)
    assert first.post(new, **(typed | {"cpv": "80400000-8"})).status_code == 302
    with make.working(first.viewer):
        tender = Tender.objects.get()
    page = f"{LIST}{tender.pk}/"

    def save(step: str, **data: str) -> None:
        address = f"{page}draft/{step}/"
        answer = first.post(address, version=first.hidden(address)["version"], **data)
        assert answer.status_code == 302, words(answer)

    def add(part: str, **data: str) -> None:
        address = f"{page}parts/{part}/new/"
        answer = first.post(address, token=first.hidden(address)["token"], **data)
        assert answer.status_code == 302, words(answer)

    assert "must be mended" in words(first.get(f"{page}draft/check/"))
    save(
        "money", base_eur="600 000,00", suppliers="1", starts_on="1.3.2027", ends_on="28.2.2029",
        options_eur="", extensions_eur="", **three("option_terms", ""),
    )  # fmt: skip
    lot = {"track": "basic", "language": "fi", "municipality": "092", **three("title", "Peruspolku")}
    address = f"{page}parts/lot/new/"
    empty = first.post(address, token=first.hidden(address)["token"], **lot)
    assert empty.status_code == 422
    assert "Give the volume" in words(empty)
    add("lot", places="120", **lot)
    save("lots", lots_reason="Yksi paikka.")
    add("requirement", kind="suitability", **three("text", "Opetusluvat"), **three("evidence", "Ote"))
    save("requirements", grounds="insolvency")
    add(
        "criterion", weight="60", max_points="100", **three("title", "Opettajat"), **three("scoring", "0–100")
    )  # fmt: skip
    save(
        "criteria", basis="price-quality", price_weight="40", price_formula="lowest/price", tie_rule="",
        abnormal_share="30",
    )  # fmt: skip
    assert "Example with three invented bids" in first.get(f"{page}draft/criteria/").content.decode()
    add("term", **three("title", "Maksuehto"), **three("text", "30 päivää"))
    file = BytesIO(world.PAPER.data)
    file.name = "kuvaus.txt"
    address = f"{page}papers/new/"
    added = first.post(
        address, token=first.hidden(address)["token"], title="Palvelukuvaus", role="description",
        language="fi", file=file,
    )  # fmt: skip
    assert added.status_code == 302, words(added)
    times = {
        "questions_by_day": "7.12.2026", "questions_by_time": "12.00", "answers_by_day": "", "answers_by_time": "",
        "bids_by_day": "28.3.2027", "bids_by_time": "3.30", "opening_at_day": "30.3.2027",
        "opening_at_time": "12.00", "decision_on": "", "bids_valid_until": "",
    }  # fmt: skip
    address = f"{page}draft/times/"
    night = first.post(address, version=first.hidden(address)["version"], **times)
    assert night.status_code == 422
    assert "There is no such time in that night" in words(night)
    save(
        "times",
        **(times | {"bids_by_day": "11.1.2027", "bids_by_time": "12.00", "opening_at_day": "11.1.2027"}),
    )
    checked = words(first.get(f"{page}draft/check/"))
    assert "Send for review" in checked, checked
    with make.working(first.viewer):
        opening.name_openers(
            tender.pk, [first.viewer.user_id or 0, second.viewer.user_id or 0], actor=first.viewer
        )
    for one, phrase in zip((first, second), world.PHRASES, strict=True):
        with make.working(one.viewer):
            opening.set_phrase(tender.pk, phrase, actor=one.viewer)
    assert first.post(f"{page}review/").status_code == 302
    assert "Waits for a second person" in words(second.get(page))
    assert "waits for you" in words(second.get(LIST))
    kept = second.hidden(f"{page}publish/")
    wrong = second.post(f"{page}publish/", token=kept["token"], version=kept["version"], number="2026-999")
    assert wrong.status_code == 422
    own = first.post(f"{page}publish/", token=kept["token"], version=kept["version"], number=tender.number)
    assert "Somebody else than who drafted" in words(own)
    done = second.post(f"{page}publish/", token=kept["token"], version=kept["version"], number=tender.number)
    assert done.status_code == 302, words(done)
    waiting = words(second.get(page))
    assert "Not public here yet" in waiting
    public = f"/procurement/public/{tender.pk}/"
    assert second.get(public).status_code == 404
    world.hand_in("published")
    assert second.get(public).status_code == 200
    shown = words(second.get(page))
    assert "Sealed until 12.00 on Monday 11 January 2027" in shown
    assert "sealed" in shown


def test_anybody_reads_a_published_tender_its_papers_and_feeds_and_nobody_a_draft(
    first: Worker, second: Worker, nobody: Client
) -> None:
    shown = world.published(first.viewer, second.viewer)
    hidden = world.drafted(first.viewer, title=world.three("Salainen luonnos"))
    assert "Kotoutumiskoulutus, Vantaa (en)" in words(nobody.get("/procurement/public/"))
    assert "Salainen" not in words(nobody.get("/procurement/public/"))
    assert "No tender fits" in words(nobody.get("/procurement/public/", {"q": "sukellus"}))
    page = f"/procurement/public/{shown.pk}/"
    text = words(nobody.get(page))
    assert "(UTC+02:00)" in text
    assert "Opettajien osaaminen (en)" in text
    assert nobody.get(f"/procurement/public/{hidden.pk}/").status_code == 404
    with make.working(first.viewer):
        [paper], [secret] = shown.documents.all(), hidden.documents.all()
    assert nobody.get(f"{page}papers/{paper.pk}/").content == world.PAPER.data
    assert nobody.get(f"/procurement/public/{hidden.pk}/papers/{secret.pk}/").status_code == 404
    assert nobody.get(f"{page}papers/{secret.pk}/").status_code == 404
    for language in ("fi", "sv", "en"):
        assert nobody.get(f"{page}invitation-{language}.pdf").content.startswith(b"%PDF-")
    feed = nobody.get("/procurement/public/rss.xml").content.decode()
    assert len(ElementTree.fromstring(feed).findall(".//item")) == 1  # noqa: S314 - our own answer
    swedish = nobody.get("/procurement/public/rss.xml?lang=sv").content.decode()
    assert "Kotoutumiskoulutus, Vantaa (sv)" in swedish
    package = json.loads(nobody.get("/procurement/public/ocds.json").content)
    assert len(package["releases"]) == 1
    assert "links" not in package
    assert nobody.get("/procurement/public/ocds.json?page=2").status_code == 404
    assert json.loads(nobody.get(f"{page}ocds.json").content)["releases"][0]["tender"]["lots"]
    assert "Salainen" not in json.dumps(package) + feed
    assert first.viewer.name not in text + feed + json.dumps(package)


def test_a_bidder_asks_and_all_read_the_answer_while_nobody_reads_who_asked(
    first: Worker, second: Worker, bidder: Worker, nobody: Client
) -> None:
    tender = world.published(first.viewer, second.viewer)
    ask = f"/procurement/public/{tender.pk}/ask/"
    typed = {"token": bidder.hidden(ask)["token"], "lot": "L1", "text": "Saako Testi-koulu opettaa etänä?"}
    assert bidder.post(ask, **typed).status_code == 302
    assert bidder.post(ask, **typed).status_code == 302
    page = f"/procurement/public/{tender.pk}/"
    assert "Testi-koulu" in words(bidder.get(page))
    assert "Testi-koulu" not in words(nobody.get(page))
    assert first.get(ask).status_code == 403
    with make.working(first.viewer):
        [question] = Question.objects.all()
    waiting = words(first.get(f"{LIST}{tender.pk}/questions/"))
    assert bidder.viewer.name not in waiting
    answer = f"/procurement/questions/{question.pk}/answer/"
    data = {"version": first.hidden(answer)["version"], "as_published": "Saako opettaa etänä?", "answer": ""}
    assert first.post(answer, **data).status_code == 422
    assert first.post(answer, **(data | {"answer": "Enintään viidesosan."})).status_code == 302
    read = words(nobody.get(page))
    assert "Saako opettaa etänä? Enintään viidesosan." in read
    assert "Testi-koulu" not in read


def test_a_correction_on_the_page_moves_the_deadline_for_all(
    first: Worker, second: Worker, nobody: Client
) -> None:
    tender = world.published(first.viewer, second.viewer)
    page = f"{LIST}{tender.pk}/correct/"
    kept = first.hidden(page)
    typed = {
        "token": kept["token"], "version": kept["version"], **three("what", "Aikaa lisätään."),
        "bids_by_day": "6.1.2027", "bids_by_time": "12.00", "questions_by_day": "7.12.2026",
        "questions_by_time": "12.00", "opening_at_day": "", "opening_at_time": "",
    }  # fmt: skip
    early = first.post(page, **(typed | {"bids_by_day": "24.12.2026"}))
    assert early.status_code == 422
    assert "only be moved later" in words(early)
    assert first.post(page, **typed).status_code == 302
    shown = words(nobody.get(f"/procurement/public/{tender.pk}/"))
    assert "Aikaa lisätään." in shown
    assert "Wed 6 Jan 2027 at 12.00" in shown


def test_who_gets_which_page(first: Worker, second: Worker, bidder: Worker) -> None:
    tender = world.published(first.viewer, second.viewer)
    leader = Worker(world.AREA, ON, Role.TEAM_LEADER)
    stranger = Worker(world.OTHER_AREA, ON, Role.PROCUREMENT_OFFICER)
    worker = Worker(world.AREA, ON, Role.CASEWORKER)
    page = f"{LIST}{tender.pk}/"
    found = {
        address: [one.get(address).status_code for one in (first, leader, stranger, worker, bidder)]
        for address in (LIST, page, f"{page}questions/", f"{page}correct/", LIST + "new/")
    }
    assert found == {
        LIST: [200, 200, 200, 403, 403],
        page: [200, 200, 404, 403, 403],
        f"{page}questions/": [200, 200, 404, 403, 403],
        f"{page}correct/": [200, 403, 404, 403, 403],
        LIST + "new/": [200, 403, 200, 403, 403],
    }


def test_the_lists_and_a_tender_take_no_more_statements_for_more_of_them(
    first: Worker, second: Worker, nobody: Client
) -> None:
    def statements(*, lots: int) -> list[int]:
        world.published(first.viewer, second.viewer, lots=lots)
        with make.working(first.viewer):
            tender = Tender.objects.latest("pk")
        found = []
        for ask in (
            lambda: first.get(LIST),
            lambda: first.get(f"{LIST}{tender.pk}/"),
            lambda: nobody.get("/procurement/public/"),
            lambda: nobody.get(f"/procurement/public/{tender.pk}/"),
        ):
            ask()
            with CaptureQueriesContext(connection) as seen:
                assert ask().status_code == 200
            found.append(len(seen))
        return found

    assert statements(lots=1) == statements(lots=3)


def test_the_public_page_is_whole_in_finnish_and_swedish(first: Worker, second: Worker) -> None:
    tender = world.published(first.viewer, second.viewer)
    for language, name in (("fi", "Kotoutumiskoulutus, Vantaa"), ("sv", "Kotoutumiskoulutus, Vantaa (sv)")):
        client = Client()
        client.cookies["kotopolku_language"] = language
        with clock.at(date(2026, 11, 24)):
            assert name in words(client.get(f"/procurement/public/{tender.pk}/"))
