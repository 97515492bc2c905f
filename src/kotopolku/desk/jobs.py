"""What the desk does by itself: documents that came while the virus scanner was away are checked, every five minutes."""

from contextlib import suppress

from django.db import transaction
from procrastinate.contrib.django import app

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.errors import NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.desk import actions
from kotopolku.desk.models import Document, Scan


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="desk.scan", lock="desk.scan", name="desk.scan")
def scan_waiting(timestamp: int) -> int:
    """Checks each document that waits, one in a transaction; those that still wait come next time. Returns the number."""
    viewer = Viewer.for_system("desk.scan", clock.today())
    with transaction.atomic():
        rowsecurity.apply(viewer)
        waiting = list(Document.objects.filter(scan=Scan.WAITING).order_by("id").values_list("pk", flat=True))
    checked = 0
    for document_id in waiting:
        with suppress(NotVisible), transaction.atomic():
            rowsecurity.apply(viewer)
            checked += actions.check_document(document_id, actor=viewer) != Scan.WAITING
    return checked
