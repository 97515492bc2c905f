"""What placement does by itself: reminders every morning, rounds of the engine, and weights measured.

A round is made by the worker process; a page only queues it and asks how far it is.
"""

from dataclasses import replace

from django.db import transaction
from django.db.models import Q
from procrastinate.contrib.django import app

from kotopolku import clock, law
from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Succession
from kotopolku.placement import access, actions, round_run
from kotopolku.placement.actions import county, proposals, rounds, weights
from kotopolku.placement.models import CaseState, Round


@app.periodic(cron="25 4 * * *")
@app.task(queueing_lock="placement.remind", lock="placement.remind", name="placement.remind")
def remind(timestamp: int) -> int:
    """Reminds; returns how many requests and agreements it touched. ``timestamp`` is the period's, given by the queue."""
    viewer = Viewer.for_system("placement.remind", clock.today())
    with transaction.atomic():
        rowsecurity.apply(viewer)
        return sum(actions.remind(actor=viewer).values())


@app.periodic(cron="35 4 * * *")
@app.task(queueing_lock="placement.proposals", lock="placement.proposals", name="placement.proposals")
def remind_of_proposals(timestamp: int) -> int:
    """Reminds of proposals and opens names that a fault left closed; returns how many. ``timestamp``: the period's."""
    viewer = Viewer.for_system("placement.proposals", clock.today())
    with transaction.atomic():
        rowsecurity.apply(viewer)
        return sum(proposals.remind_of_proposals(actor=viewer).values())


@app.periodic(cron="45 4 * * *")
@app.task(queueing_lock="placement.counties", lock="placement.counties", name="placement.counties")
def remind_counties(timestamp: int) -> int:
    """Reminds counties that have not answered by their day; returns how many questions. ``timestamp``: the period's."""
    viewer = Viewer.for_system("placement.counties", clock.today())
    with transaction.atomic():
        rowsecurity.apply(viewer)
        return sum(county.remind_counties(actor=viewer).values())


@app.task(name="placement.round")
def run_round(round_id: int) -> str:
    """Runs a queued round in the name of its region; returns its state. Asked twice it runs once."""
    with transaction.atomic():
        rowsecurity.apply(Viewer.for_system("placement.round", clock.today()))
        found = Round.objects.select_related("authority").get(pk=round_id)
    done = round_run.run(round_id, actor=round_run.in_seat(found.authority))
    return done.state if done is not None else found.state


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="placement.mend", lock="placement.mend", name="placement.mend")
def mend_rounds(timestamp: int) -> int:
    """Marks rounds whose server died as failed; returns how many. ``timestamp``: the period's."""
    viewer = Viewer.for_system("placement.mend", clock.today())
    with transaction.atomic():
        rowsecurity.apply(viewer)
        return rounds.mend_rounds(actor=viewer)


@app.periodic(cron="15 5 * * *")
@app.task(queueing_lock="placement.weekly", lock="placement.weekly", name="placement.weekly")
def weekly_rounds(timestamp: int) -> int:
    """On the day of the week of our own target (O-K7) queues a round for each region where somebody waits.

    Every day it deletes the input of rounds that are old enough. Returns how many rounds were queued.
    """
    today = clock.today()
    viewer = Viewer.for_system("placement.weekly", today)
    with transaction.atomic():
        rowsecurity.apply(viewer)
        rounds.clear_rounds(actor=viewer)
        waiting = access.cases(viewer).filter(state=CaseState.WAITING, non_disclosure=False)
        keys = list(waiting.values_list("authority_id", flat=True).distinct())
        followers = Succession.objects.filter(predecessor_id__in=keys, on__lte=today).values("successor_id")
        regions = list(access.regions(viewer).filter(Q(pk__in=keys) | Q(pk__in=followers)))
    if today.isoweekday() != law.rule("O-K7", today).other_amounts["weekday"]:
        return 0
    for region in regions:
        seat = round_run.in_seat(region)
        with transaction.atomic():
            rowsecurity.apply(seat)
            job = replace(seat, system="placement.weekly")
            found = rounds.start_round(actor=job, choice=rounds.RoundChoice(weekly=True))
            run_round.defer(round_id=found.pk)
    return len(regions)


@app.task(name="placement.weights")
def measure_weights(weights_id: int) -> dict[str, int]:
    """Measures what proposed weights would do over each region's last round; returns the sums."""
    viewer = Viewer.for_system("placement.weights", clock.today())
    with transaction.atomic():
        rowsecurity.apply(viewer)
        return weights.measure_weights(weights_id, actor=viewer).impact or {}
