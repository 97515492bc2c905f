"""The desk of the demo world: tasks given and done, notes, a document, messages with two clients."""

from datetime import date, timedelta

from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Own, Viewer
from kotopolku.clients.access import responsibilities
from kotopolku.clients.models import Responsibility
from kotopolku.demo.scenes import ActorOf
from kotopolku.desk import actions
from kotopolku.desk.actions.documents import Upload
from kotopolku.desk.rules import NoteContent, TaskContent

NOTES = (
    (
        "contact",
        9,
        "Soitin asiakkaalle tulkin välityksellä. Sovittiin tapaamisesta ja siitä, mitä papereita hän ottaa mukaan.",
    ),
    (
        "language",
        6,
        "Opettajan mukaan puhuminen etenee hyvin, kirjoittamiseen tarvitaan lisää aikaa. Ehdotettu kielikahvilaa.",
    ),
    ("housing", 3, "Asunto on tilapäinen. Hakemus kaupungin vuokra-asuntoon on jätetty."),
    (
        "work",
        1,
        "Kiinnostunut hoiva-alasta. Aiempi todistus käännetään, ja tutkinnon tunnustamista kysytään.",
    ),
)
TASKS = (
    ("Tilaa tulkki ensi viikon tapaamiseen", 2),
    ("Tarkista, onko todistuksen käännös saapunut", 0),
    ("Soita oppilaitokseen kurssipaikasta", -1),
)
CLIENT_WRITES = (
    ("Hei. En pääse tiistaina, koska lapsi on sairas. Voinko tulla torstaina?", "fi"),
    ("Hello. I found a new flat. Do I need to tell you the address?", "en"),
)
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\n"
    b"trailer<</Root 1 0 R/Size 4>>\n%%EOF\n"
)
"""An empty page, so that there is something to open."""


def play(actor_of: ActorOf, day: date) -> None:
    for username in ("kunta.vantaa", "tyo.vantaa", "kunta.kajaani"):
        viewer = actor_of(username)
        mine = responsibilities(viewer).filter(
            worker_id=viewer.user_id, ended_on=None, person__birth_date__isnull=False
        )
        rows = list(mine.select_related("person").order_by("id")[:4])
        if rows:
            _work(viewer, rows, day)
            _correspond(viewer, rows, day)


def _work(viewer: Viewer, rows: list[Responsibility], day: date) -> None:
    """Notes of the last days, tasks about the first clients, one task done, one document for the client."""
    first = rows[0].relationship_id
    for category, ago, text in NOTES:
        note = actions.write_note(
            first, NoteContent(category, day - timedelta(days=ago), text, "fi"), actor=viewer
        )
    actions.pin_note(first, note.pk, actor=viewer)
    for number, (text, ahead) in enumerate(TASKS):
        about = rows[number % len(rows)].relationship_id
        due = max(day, day + timedelta(days=ahead))
        actions.give_task(
            TaskContent(text, due, assignee_id=viewer.user_id), actor=viewer, relationship_id=about
        )
    done = actions.give_task(TaskContent("Varaa neuvotteluhuone", assignee_id=viewer.user_id), actor=viewer)
    actions.comment_task(done.pk, "Huone 2 varattu.", actor=viewer)
    actions.finish_task(done.pk, actor=viewer)
    document = actions.add_document(first, "Kielitodistus", Upload("todistus.pdf", PDF), actor=viewer)
    actions.share_document(first, document.pk, actor=viewer)


def _correspond(viewer: Viewer, rows: list[Responsibility], day: date) -> None:
    """Each of the first two clients writes; the first is answered."""
    for row, (text, language) in zip(rows, CLIENT_WRITES, strict=False):
        client = Viewer(None, row.person.name, day, None, own=Own(row.person_id, row.person_id))
        rowsecurity.apply(client)
        actions.send_from_client(row.person_id, text, actor=client, language=language)
        rowsecurity.apply(viewer)
    actions.send_to_client(
        rows[0].relationship_id,
        "Hei. Torstai käy hyvin. Tapaaminen on samaan aikaan, ja tulkki on tilattu.",
        actor=viewer,
        language="fi",
    )
