"""The papers: what stands in them, in which language, tagged so that a screen reader can read them."""

import io
from datetime import date
from typing import Any

import pytest
from pypdf import PdfReader

from kotopolku import law
from kotopolku.clients import documents
from kotopolku.clients.tests.walking import Worker, assessed, drafted, made, registered

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]

SPRING = date(2021, 4, 26)


def read(answer: Any) -> tuple[PdfReader, str]:
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    reader = PdfReader(io.BytesIO(answer.content))
    return reader, " ".join(" ".join(page.extract_text() for page in reader.pages).split())


@pytest.fixture
def planned() -> tuple[Worker, int]:
    worker = Worker("te-01", SPRING)
    number = registered(worker, non_disclosure="on", street_address="Salakatu 99")
    assessed(worker, number, "26.4.2021")
    drafted(worker, number)
    made(worker, number, "26.4.2021", "26.4.2022")
    return worker, number


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_plan_is_a_tagged_paper_in_its_language(planned: tuple[Worker, int], language: str) -> None:
    worker, number = planned
    reader, text = read(worker.get(f"/clients/{number}/plan/paper.{language}.pdf"))
    root: Any = reader.trailer["/Root"]
    assert root["/Lang"].split("-")[0] == language
    assert root["/MarkInfo"]["/Marked"]
    assert root["/StructTreeRoot"]
    assert b"pdfuaid" in root["/Metadata"].get_object().get_data()
    for wanted in ("Hodan Esimerkki", "Suomen kieli tasolle B1.1", "Kotoutumiskoulutus", "Esimerkkiopisto"):
        assert wanted in text
    duties = law.duties_and_rights("1386/2010")
    assert (
        " ".join(duties[0].texts[language].split()) in text.replace("- ", "-")
        or duties[0].texts[language][:30] in text
    )
    day = "26 May 2021" if language == "en" else "26.5.2021"
    assert day in text, "the last day for referral stands with its reasons"
    assert "Salakatu" not in text
    assert "Vantaa" not in text


def test_the_assessment_is_a_paper_with_every_item_of_the_law(planned: tuple[Worker, int]) -> None:
    worker, number = planned
    _reader, text = read(worker.get(f"/clients/{number}/assessment/paper.en.pdf"))
    for item in law.assessment_items("1386/2010"):
        assert item.texts["en"].split(",")[0][:40] in text
    assert "Tarvitsee suunnitelman." in text
    assert "Salakatu" not in text


def test_a_paper_in_a_language_that_is_not_made_or_of_nothing_is_not_found(
    planned: tuple[Worker, int],
) -> None:
    worker, number = planned
    assert worker.get(f"/clients/{number}/plan/paper.xx.pdf").status_code == 404
    empty = registered(
        worker, token="4b7f0c7c-6a5f-4a51-9d21-0000000000aa", family_name="Tyhjä", birth_date="2.2.1992"
    )
    assert worker.get(f"/clients/{empty}/plan/paper.fi.pdf").status_code == 404


def test_what_a_person_typed_is_never_read_as_markup() -> None:
    paper = {
        "lang": "fi",
        "title": "#panic() *x* $",
        "author": "a",
        "organisation": "b",
        "case": "c",
        "day": "1.1.2021",
        "lead": "",
        "footer": "",
        "blocks": [{"kind": "text", "text": '#read("/etc/passwd") [x] @y'}],
    }
    text = PdfReader(io.BytesIO(documents.as_pdf(paper))).pages[0].extract_text()
    assert '#read("/etc/passwd") [x] @y' in text.replace("\u201c", '"').replace("\u201d", '"')
    assert "#panic() *x* $" in text
