"""Materials and good practices, projects, questions and answers, and what stands on My work."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kotopolku.access.capabilities import Role
from kotopolku.access.errors import MissingCapability
from kotopolku.clients.rules import Refusals
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import Worker, words
from kotopolku.cooperation.actions import bulletins, materials, questions
from kotopolku.cooperation.models import Material, MaterialVersion, Project, PublishedAnswer, Question
from kotopolku.cooperation.queries import materials as material_queries
from kotopolku.cooperation.queries import my_work
from kotopolku.cooperation.queries import questions as question_queries
from kotopolku.cooperation.queries.materials import WantedMaterial
from kotopolku.cooperation.tests import commons_world as world

pytestmark = pytest.mark.django_db


def test_a_material_is_published_at_once_and_a_good_practice_by_the_centre() -> None:
    by, expert = Worker(world.VANTAA, world.ON), Worker(world.MINISTRY, world.ON, Role.MINISTRY_OFFICER)
    reader = Worker(world.KAJAANI, world.ON)
    new = "/commons/materials/new/"
    typed = {
        "token": by.hidden(new)["token"],
        "kind": "practice",
        "title": "Ryhmäohjaus",
        "topic": "first-guidance",
        "language": "fi",
        "summary": "Ohjaus ryhmässä.",
        "body": "Näin se tehdään.",
    }
    wrong = by.post(new, **typed)
    assert wrong.status_code == 422
    assert "Write where the practice has been tried." in words(wrong)
    assert by.post(new, **typed, tried="Vantaalla 2025").status_code == 302
    with make.working(by.viewer):
        [made] = Material.objects.all()
    page = f"/commons/materials/{made.pk}/"
    assert reader.get(page).status_code == 404, "not published yet"
    for address in ("edit/", "files/"):
        assert reader.get(page + address).status_code == 404
    assert by.post(page + "publish/").status_code == 403
    assert expert.post(page + "return/", reason="Kerro tuloksista.").status_code == 302
    assert "Kerro tuloksista." in words(by.get(page))
    edited = typed | {"version": "1", "body": "Näin, ja tulokset.", "tried": "Vantaalla 2025"}
    assert by.post(page + "edit/", **edited).status_code == 302
    clash = by.post(page + "edit/", **edited)
    assert clash.status_code == 409
    assert "What is stored now" in words(clash)
    assert expert.post(page + "publish/").status_code == 302
    assert "Näin, ja tulokset." in words(reader.get(page))
    with make.working(by.viewer):
        assert MaterialVersion.objects.filter(material=made).count() == 2
    assert "Version 1" in words(reader.get(page + "versions/"))
    assert reader.get(page + "withdraw/").status_code == 404
    assert by.post(page + "withdraw/", reason="Vanhentunut.").status_code == 302
    assert reader.get(page).status_code == 404


def test_an_editor_of_the_ministry_is_not_the_centre_of_expertise() -> None:
    made = world.practice(world.worker())
    with (
        make.working(world.worker(world.MINISTRY, role=Role.EDITOR)) as at_work,
        pytest.raises(MissingCapability),
    ):
        materials.publish(made.pk, actor=at_work)


def test_use_orders_the_list_and_nobody_praises_their_own() -> None:
    by, other = world.worker(), world.worker(world.KAJAANI)
    plain, liked = world.material(by, title="Tavallinen"), world.material(by, title="Pidetty")
    disliked = world.material(by, title="Ei toiminut")
    with make.working(other) as at_work:
        materials.use(disliked.pk, "not", "", actor=at_work)
        materials.use(liked.pk, "partly", "Aluksi.", actor=at_work)
        materials.use(liked.pk, "worked", "Lopulta.", actor=at_work)
        rows = material_queries.materials(at_work, WantedMaterial(order="use"))
        assert [one.pk for one in rows] == [liked.pk, plain.pk, disliked.pk]
        assert [one.uses_told for one in rows] == [1, None, 1]  # type: ignore[attr-defined]
    with make.working(by) as at_work, pytest.raises(Refusals) as refused:
        materials.use(plain.pk, "worked", "", actor=at_work)
    assert refused.value.codes == ("own",)


def test_materials_are_found_by_all_words_and_with_a_slip_of_the_pen() -> None:
    by = world.worker()
    found = world.material(by, title="Selkokielinen opas vanhemmille")
    world.material(by, title="Työelämän pelisäännöt")
    with make.working(by) as at_work:
        for q in ("OPAS vanhem", "selkokielinne"):
            assert [one.pk for one in material_queries.materials(at_work, WantedMaterial(q=q))] == [
                found.pk
            ], q
        assert not material_queries.materials(at_work, WantedMaterial(q="xyzzy", topic="")).exists()


def test_projects_are_listed_by_organisation_whether_it_leads_or_takes_part() -> None:
    by, other = Worker(world.VANTAA, world.ON), Worker(world.KAJAANI, world.ON)
    new = "/commons/projects/new/"
    typed = {
        "token": by.hidden(new)["token"],
        "name": "Kieli kotiin",
        "goal": "Kielen oppimista lasten kanssa.",
        "topic": "parents-at-home",
        "starts_on": "1.1.2026",
        "ends_on": "31.12.2025",
        "funding": "amif",
        "organisations": [str(world.organisation(world.KAJAANI))],
    }
    wrong = by.post(new, **typed)
    assert wrong.status_code == 422
    assert "The project ends before it starts." in words(wrong)
    typed["ends_on"] = "31.12.2027"
    assert by.post(new, **typed).status_code == 302
    with make.working(by.viewer):
        [made] = Project.objects.all()
    for name in ("Vantaa", "Kajaani"):
        assert "Kieli kotiin" in words(other.get("/commons/projects/", organisation=name))
    assert "Kieli kotiin" not in words(other.get("/commons/projects/", organisation="Helsinki"))
    page = f"/commons/projects/{made.pk}/"
    assert "Kielen oppimista" in words(other.get(page))
    assert other.get(page + "edit/").status_code == 404
    assert other.post(page + "remove/").status_code == 404
    assert by.post(page + "remove/").status_code == 302
    assert by.get(page).status_code == 404


def test_a_question_goes_from_asking_to_a_published_answer_without_the_asker() -> None:
    by, colleague = Worker(world.VANTAA, world.ON), Worker(world.VANTAA, world.ON)
    stranger = Worker(world.KAJAANI, world.ON)
    expert = Worker(world.MINISTRY, world.ON, Role.MINISTRY_OFFICER)
    new = "/commons/questions/ask/"
    typed = {
        "token": by.hidden(new)["token"],
        "title": "Kuka tekee arvioinnin?",
        "topic": "assessment-and-plan",
        "language": "fi",
        "text": "Perhe muuttaa ennen lupaa.",
    }
    assert by.post(new, **(typed | {"text": ""})).status_code == 422
    assert by.post(new, **typed).status_code == 302
    assert by.post(new, **typed).status_code == 302
    with make.working(by.viewer):
        [asked] = Question.objects.all()
    page = f"/commons/questions/{asked.pk}/"
    assert colleague.get(page).status_code == 200
    assert stranger.get(page).status_code == 404
    assert stranger.get(page + "more/").status_code == 404
    assert stranger.post(page + "take-back/").status_code == 404
    assert by.get(page + "answer/").status_code == 403
    version = expert.hidden(page + "ask-back/")["version"]
    assert expert.post(page + "ask-back/", version=version, text="Missä perhe asuu?").status_code == 302
    assert expert.post(page + "ask-back/", version=version, text="Missä?").status_code == 409
    version = by.hidden(page + "more/")["version"]
    assert by.post(page + "more/", version=version, text="Vantaalla.").status_code == 302
    version = expert.hidden(page + "answer/")["version"]
    assert expert.post(page + "answer/", version=version, text="Kunta tekee.").status_code == 302
    assert "Kunta tekee." in words(colleague.get(page))
    publishing = {
        "token": expert.hidden(page + "publish/")["token"],
        "question": "Kuka arvioi perheenjäsenen palvelutarpeen?",
        "topic": "assessment-and-plan",
        "language": "fi",
        "answer": f"Kysyjä oli {by.viewer.name}.",
    }
    named = expert.post(page + "publish/", **publishing)
    assert named.status_code == 422
    assert "The text names the asker" in words(named)
    assert expert.post(page + "publish/", **(publishing | {"answer": "Kunta."})).status_code == 302
    with make.working(stranger.viewer):
        [shown] = PublishedAnswer.objects.all()
    again = expert.post(page + "publish/", **(publishing | {"token": str(uuid4()), "answer": "Kunta."}))
    assert again.status_code == 409, "published already by a colleague"
    assert "Kuka arvioi perheenjäsenen" in words(expert.get(page))
    edited = publishing | {"version": "1"}
    assert expert.post(f"/commons/answers/{shown.pk}/edit/", **edited).status_code == 422
    text = words(stranger.get(f"/commons/answers/{shown.pk}/"))
    assert "Kuka arvioi perheenjäsenen" in text
    assert by.viewer.name not in text
    assert expert.post(f"/commons/answers/{shown.pk}/withdraw/").status_code == 302
    assert stranger.get(f"/commons/answers/{shown.pk}/").status_code == 404


def test_an_asker_with_a_short_name_is_not_found_inside_words() -> None:
    expert, asker = world.expert(), world.worker("kunta-139")
    asked = world.question(asker)
    world.answered(expert, asked)
    with make.working(expert) as at_work:
        values = ("assessment-and-plan", "Kuka arvioi?")
        for text in ("Ii arvioi.", "Kysykää Iistä."):
            with pytest.raises(Refusals) as refused:
                questions.publish(asked.pk, *values, text, "fi", actor=at_work)
            assert refused.value.codes == ("names",)
        assert questions.publish(asked.pk, *values, "Niin kunta arvioi, siis aina.", "fi", actor=at_work).pk


def test_a_text_is_at_first_in_the_language_of_the_page() -> None:
    by = Worker(world.VANTAA, world.ON, language="sv")
    for address in ("materials/new/", "questions/ask/"):
        assert '<option value="sv" selected' in by.get(f"/commons/{address}").content.decode()


def test_similar_answers_are_shown_once_before_a_question_is_sent() -> None:
    expert, by = world.expert(), Worker(world.VANTAA, world.ON)
    world.published(expert, "Kuka tekee perheenjäsenen palvelutarpeen arvioinnin?")
    world.published(expert, "Miten kuntapaikoista sovitaan?", "Sopimuksella, vuosittain.")
    new = "/commons/questions/ask/"
    typed = {
        "token": by.hidden(new)["token"],
        "title": "Kuka tekee palvelutarpeen arvioinnin perheenjäsenelle",
        "topic": "assessment-and-plan",
        "language": "fi",
        "text": "Näin kysyn.",
    }
    shown = by.post(new, **typed)
    assert shown.status_code == 200
    assert "Kuka tekee perheenjäsenen" in words(shown)
    assert "kuntapaikoista" not in words(shown)
    assert "Näin kysyn." in shown.content.decode()
    assert by.post(new, **typed, do="ask").status_code == 302
    with make.working(by.viewer) as at_work:
        assert question_queries.similar(at_work, "") == []


def test_my_work_tells_what_waits_nearest_day_first() -> None:
    by, reader, expert = world.officer(), world.worker(), world.expert()
    assert my_work.todo(world.worker(world.KAJAANI)) == []
    wanted = world.bulletin(by, title="Vastaa", answer_by=world.ON + timedelta(days=5))
    asks = world.bulletin(by, title="Kuittaa", acknowledge=True)
    world.registered(reader, world.seminar(by))
    asked = world.question(reader)
    world.practice(reader)
    with make.working(reader) as at_work:
        found = my_work.todo(at_work)
        assert [one.due for one in found] == [wanted.answer_by, world.ON + timedelta(days=14), None]
        bulletins.answer(wanted.pk, "Kyllä.", actor=at_work, expected_version=0)
        bulletins.open_bulletin(asks.pk, actor=at_work)
        assert len(my_work.todo(at_work)) == 2, "opened is not acknowledged"
        bulletins.acknowledge(asks.pk, actor=at_work)
        assert len(my_work.todo(at_work)) == 1
    with make.working(expert) as at_work:
        assert len(my_work.todo(at_work)) == 2
        questions.ask_back(asked.pk, "Missä?", actor=at_work, expected_version=1)
        assert len(my_work.todo(at_work)) == 1
    with make.working(reader) as at_work:
        assert any(one.address.endswith(f"/questions/{asked.pk}/") for one in my_work.todo(at_work))


def test_the_lists_take_as_many_statements_for_many_as_for_few() -> None:
    by, reader, expert = world.worker(), Worker(world.KAJAANI, world.ON), world.expert()
    asker = reader.viewer
    addresses = ("/commons/materials/", "/commons/answers/", "/commons/questions/", "/commons/")

    def statements(address: str) -> int:
        with CaptureQueriesContext(connection) as found:
            assert reader.get(address).status_code == 200
        return len(found)

    def add(number: int) -> None:
        for n in range(number):
            world.material(by, title=f"Opas {n}")
            world.published(expert, f"Kysymys {n}?")
            world.question(asker, f"Oma kysymys {n}")

    add(2)
    for address in addresses:
        statements(address)
    few = [statements(address) for address in addresses]
    add(30)
    assert [statements(address) for address in addresses] == few
