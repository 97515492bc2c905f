"""The public pages of municipal programmes: list, one programme in two languages, PDF/UA, JSON."""

import io
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from pypdf import PdfReader

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import words
from kotopolku.steering.actions import programme_life
from kotopolku.steering.models import GoalFollowUp, MunicipalGoal, MunicipalProgramme, ProgrammeFigure
from kotopolku.steering.tests import councils_world as world

pytestmark = pytest.mark.django_db

HOME = "/steering/public/municipal/"


def get(address: str, **data: str) -> Any:
    client = Client()
    client.cookies["kotopolku_language"] = "en"
    with clock.at(world.ON):
        return client.get(address, data)


def published() -> MunicipalProgramme:
    lead = world.keeper()
    made = world.approved(lead, world.KERAVA)
    with make.working(lead) as there:
        return programme_life.publish(made.pk, actor=there, expected_version=made.version)


def test_a_programme_is_public_only_while_it_is_published() -> None:
    lead = world.at_screen()
    made = world.approved(lead.viewer)
    page = f"{HOME}{made.pk}/"
    for address in (page, f"{page}fi.pdf", f"{page}programme.json"):
        assert get(address).status_code == 404
    assert "No programme was found." in words(get(HOME))
    address = f"/steering/councils/{made.pk}/publish/"
    shown = words(lead.get(address))
    assert "Nothing is lacking." in shown
    assert lead.post(address, version=lead.hidden(address)["version"]).status_code == 302
    assert get(page).status_code == 200
    away = f"/steering/councils/{made.pk}/unpublish/"
    version = lead.hidden(away)["version"]
    assert lead.post(away, version=version, reason="").status_code == 422
    assert lead.post(away, version=version, reason="Korjataan.").status_code == 302
    assert get(page).status_code == 404


def test_the_list_stands_by_municipality_and_is_searched_by_name() -> None:
    made = published()
    shown = words(get(HOME))
    assert shown.index("Kerava") < shown.index("Vantaa"), "alphabetically"
    assert "of several municipalities" in shown
    assert "Vantaa" not in words(get(HOME, q="Kerava")).split("Programmes")[-1]
    assert "No programme was found." in words(get(HOME, q="Utsjoki"))
    assert f"{HOME}{made.pk}/" in get(HOME).content.decode()


def test_the_page_has_texts_figures_goals_and_follow_up_in_both_languages() -> None:
    made = published()
    with rowsecurity.as_system():
        section = made.sections.order_by("order")[0]
        ProgrammeFigure.objects.create(
            section=section,
            name={"fi": "Vieraskielisiä", "sv": "Med annat modersmål"},
            place="municipality-092",
            year=2025,
            value=Decimal("27.5"),
            unit="%",
            source="Keksitty",
            taken_at=clock.now(),
        )
        goal = MunicipalGoal.objects.get(programme=made)
        GoalFollowUp.objects.create(
            goal=goal,
            year=2025,
            value=Decimal(48),
            track="on",
            text="Ryhmiä lisättiin.",
            written_at=clock.now(),
        )
    page = f"{HOME}{made.pk}/"
    finnish, swedish = get(page), get(page, language="sv")
    for answer, text in ((finnish, "Keksitty tavoite"), (swedish, "Påhittat mål")):
        assert answer.status_code == 200
        assert text in words(answer)
        assert "27.5 %" in words(answer)
        assert "Ryhmiä lisättiin." in words(answer)
        assert "§ 48" in words(answer)
    assert '<h1 lang="sv">Påhittat program</h1>' in swedish.content.decode()
    assert get(page, language="xx").status_code == 200


def test_a_missing_language_is_said_and_shown_in_the_other() -> None:
    made = published()
    with rowsecurity.as_system():
        section = made.sections.order_by("order")[0]
        section.text = {"fi": "Vain suomeksi."}
        section.save()
    answer = get(f"{HOME}{made.pk}/", language="sv")
    assert "Some texts are not in this language" in words(answer)
    assert "not translated yet: in Finnish" in words(answer)
    assert '<div class="prose" lang="fi"><p>Vain suomeksi.</p>' in answer.content.decode()


def test_the_paper_is_tagged_and_in_its_language() -> None:
    made = published()
    for language in ("fi", "sv"):
        answer = get(f"{HOME}{made.pk}/{language}.pdf")
        assert answer["Content-Type"] == "application/pdf"
        root = PdfReader(io.BytesIO(answer.content)).root_object
        assert str(root["/Lang"]).startswith(language)
        assert root["/MarkInfo"]["/Marked"]
        assert root["/StructTreeRoot"]
    assert get(f"{HOME}{made.pk}/en.pdf").status_code == 404


def test_the_data_has_everything_of_the_page() -> None:
    made = published()
    data = get(f"{HOME}{made.pk}/programme.json").json()
    assert data["names"]["sv"] == "Påhittat program"
    assert {one["code"] for one in data["municipalities"]} == {"092", "245"}
    assert all(one["decided_on"] == world.ON.isoformat() for one in data["municipalities"])
    assert data["goals"][0]["target"] == "60"
    assert data["goals"][0]["follow_ups"] == []
    assert date.fromisoformat(data["updated_on"])
    assert Client().post(f"{HOME}{made.pk}/").status_code == 405
