"""What the retention room does by itself: deletes once a week what may be kept no longer."""

from procrastinate.contrib.django import app

from kotopolku import clock
from kotopolku.access.viewer import Viewer
from kotopolku.retention import run


@app.periodic(cron="30 3 * * 0")
@app.task(queueing_lock="retention.run", lock="retention.run", name="retention.run")
def delete_every_week(timestamp: int) -> int:
    """Deletes what is due; returns how many clients and rows went. ``timestamp`` is the period's, given by the queue."""
    viewer = Viewer.for_system("retention.run", clock.today())
    made, _told = run.delete_what_is_due(viewer)
    return sum(made.deleted.values())
