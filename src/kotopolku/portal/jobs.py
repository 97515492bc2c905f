"""What the product's frame does by itself: deletes old jobs of the queue once a day.

Not for: what a room keeps and for how long (``retention``).
"""

from django.conf import settings
from procrastinate import JobContext, builtin_tasks
from procrastinate.contrib.django import app

DAY_HOURS = 24


@app.periodic(cron="50 1 * * *")
@app.task(queueing_lock="portal.old-jobs", lock="portal.old-jobs", name="portal.old-jobs", pass_context=True)
async def delete_old_jobs(context: JobContext, timestamp: int) -> None:
    """Deletes jobs that were done or called off, and later those that failed: somebody may have to look into these.

    ``timestamp`` is the period's, given by the queue.
    """
    await builtin_tasks.remove_old_jobs(
        context, max_hours=settings.JOBS_KEPT_DAYS * DAY_HOURS, remove_cancelled=True
    )
    await builtin_tasks.remove_old_jobs(
        context,
        max_hours=max(settings.JOBS_KEPT_DAYS, settings.FAILED_JOBS_KEPT_DAYS) * DAY_HOURS,
        remove_failed=True,
        remove_aborted=True,
    )
