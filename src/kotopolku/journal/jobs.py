"""What the journal does by itself: seals what has been recorded, every five minutes."""

from procrastinate.contrib.django import app

from kotopolku.journal import actions


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="journal.seal", lock="journal.seal", name="journal.seal")
def seal_journal(timestamp: int) -> int:
    """Seals; returns the number of entries sealed. ``timestamp`` is the period's, given by the queue."""
    batch = actions.seal()
    return batch.count if batch else 0
