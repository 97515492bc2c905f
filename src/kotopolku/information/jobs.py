"""What the public information does by itself. Each job says when it runs and is safe to run twice."""

from django.db import transaction
from procrastinate.contrib.django import app

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.information import link_run
from kotopolku.information.actions import events, feedback, search, texts, xliff
from kotopolku.information.link_checking import Checker

# Pages ----------------------------------------------------------------------------------------------------------------


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="information.texts", lock="information.texts", name="information.texts")
def publish_due(timestamp: int) -> int:
    """Publishes and withdraws the texts whose time has come. Returns how many."""
    viewer = Viewer.for_system("information.texts", clock.today())
    with transaction.atomic():
        rowsecurity.apply(viewer)
        return texts.publish_due(actor=viewer)


# Links and files of translations -------------------------------------------------------------------------------------


@app.periodic(cron="20 2 * * *")
@app.task(queueing_lock="information.links", lock="information.links", name="information.links")
def check_links(timestamp: int) -> int:
    """At night asks the addresses of public pages that are due, and empties old files of translations.

    Returns how many addresses were asked.
    """
    viewer = Viewer.for_system("information.links", clock.today())
    with transaction.atomic():
        rowsecurity.apply(viewer)
        xliff.forget_old(actor=viewer)
    return sum(link_run.check_links(viewer, Checker()).values())


@app.task(name="information.link")
def check_link(link_id: int) -> int:
    """Asks one address now, because an editor wants to know."""
    viewer = Viewer.for_system("information.links", clock.today())
    return sum(link_run.check_links(viewer, Checker(), only=link_id).values())


# Feedback -------------------------------------------------------------------------------------------------------------


@app.periodic(cron="*/5 * * * *")
@app.task(
    queueing_lock="information.feedback-mail",
    lock="information.feedback-mail",
    name="information.feedback-mail",
)
def send_answers(timestamp: int) -> int:
    """Mails answers to readers who left an address, and deletes the addresses. Returns how many were sent."""
    return feedback.send_answers(actor=Viewer.for_system("information.feedback-mail", clock.today()))[0]


@app.periodic(cron="40 0 * * *")
@app.task(
    queueing_lock="information.feedback-clean",
    lock="information.feedback-clean",
    name="information.feedback-clean",
)
def clean_feedback(timestamp: int) -> int:
    """Deletes addresses whose time is up, yesterday's marks of senders with their salt, and old feedback."""
    viewer = Viewer.for_system("information.feedback-clean", clock.today())
    with transaction.atomic():
        rowsecurity.apply(viewer)
        return sum(feedback.clean(actor=viewer).values())


# Search ---------------------------------------------------------------------------------------------------------------


@app.periodic(cron="10 22,23 * * *")
@app.task(
    queueing_lock="information.index-of-day", lock="information.index-of-day", name="information.index-of-day"
)
def index_of_day(timestamp: int) -> int:
    """Soon after midnight in Helsinki puts news and contacts that begin today into the index; run twice it changes nothing."""
    viewer = Viewer.for_system("information.index-of-day", clock.today())
    with transaction.atomic():
        rowsecurity.apply(viewer)
        return search.index_of_day(clock.today())


# Events ---------------------------------------------------------------------------------------------------------------


@app.periodic(cron="40 2 * * 1")
@app.task(queueing_lock="information.dates", lock="information.dates", name="information.dates")
def write_dates(timestamp: int) -> int:
    """Every week writes further dates of recurring events, so that lists always reach a year ahead. Returns how many."""
    viewer = Viewer.for_system("information.dates", clock.today())
    with transaction.atomic():
        rowsecurity.apply(viewer)
        return events.extend_horizon(actor=viewer)
