"""The queue does not grow for ever: what is done goes, what failed stays longer."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from unittest.mock import Mock

import pytest
from asgiref.sync import async_to_sync
from django.db import connection, connections
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from kotopolku.portal.jobs import delete_old_jobs


def job(status: str, days: int) -> int:
    """A job of the queue that came to that state so many days ago, as the app's role may write it."""
    job_id = app.configure_task("journal.seal", lock=None, queueing_lock=None).defer(timestamp=0)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = %s WHERE id = %s", [status, job_id])
        at = timezone.now() - timedelta(days=days)
        cursor.execute("UPDATE procrastinate_events SET at = %s WHERE job_id = %s", [at, job_id])
    return job_id


def delete() -> None:
    """Runs the job in a thread of its own on the test's connection: the browser's tests leave a loop running in this one."""
    here = connections["default"]
    here.inc_thread_sharing()

    def run() -> None:
        connections["default"] = here
        async_to_sync(delete_old_jobs.func)(Mock(app=app), timestamp=0)

    try:
        with ThreadPoolExecutor(1) as pool:
            pool.submit(run).result()
    finally:
        here.dec_thread_sharing()


@pytest.mark.django_db
def test_old_jobs_that_are_done_go_and_fresh_failed_and_waiting_ones_stay() -> None:
    done, called_off, failed = job("succeeded", 8), job("cancelled", 8), job("failed", 91)
    fresh, failed_lately, waiting = job("succeeded", 6), job("failed", 89), job("todo", 200)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_periodic_defers (task_name, defer_timestamp, job_id) VALUES ('x', 0, %s)",
            [done],
        )
    delete()
    left = set(ProcrastinateJob.objects.values_list("pk", flat=True))
    assert left >= {fresh, failed_lately, waiting}
    assert not left & {done, called_off, failed}
