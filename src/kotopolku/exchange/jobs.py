"""What the exchange does by itself: brings in a file portion by portion, sends what waits for the national client system."""

from django.db import transaction
from procrastinate.contrib.django import app

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Capability, Role
from kotopolku.access.viewer import Seat, Viewer
from kotopolku.actors import signin
from kotopolku.actors.models import Organisation, User
from kotopolku.exchange import actions, adapters
from kotopolku.exchange.models import ImportRun, NationalMessage


@app.task(name="exchange.bring_in")
def bring_in(run_id: int, user_id: int) -> int:
    """Brings in what is left of a file, in the name of whoever started it; returns the number of clients.

    Stops if that person may not do it any more.
    """
    with transaction.atomic():
        rowsecurity.apply(Viewer.for_system("exchange.bring_in", clock.today()))
        organisation_id = ImportRun.objects.values_list("organisation_id", flat=True).get(pk=run_id)
        viewer = _in_seat(User.objects.get(pk=user_id), organisation_id)
    if not viewer.may(Capability.CLIENT_IMPORT):
        return 0
    done: list[int] = []
    actions.bring_all(
        run_id,
        actor=viewer,
        each=lambda progress: done.append(progress.brought),
        apply=lambda: rowsecurity.apply(viewer),
    )
    return sum(done)


def _in_seat(user: User, organisation_id: int) -> Viewer:
    """The user in a seat of the organisation that may bring clients in, else without one."""
    entry = signin.entry_of_user(user).viewer
    seats = [seat for seat in (entry.seat, *entry.other_seats) if seat is not None]
    own = [seat for seat in seats if seat.organisation_id == organisation_id]
    able = [seat for seat in own if Capability.CLIENT_IMPORT in seat.capabilities]
    return Viewer(user_id=user.pk, name=entry.name, day=entry.day, seat=able[0] if able else None)


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="exchange.national", lock="exchange.national", name="exchange.national")
def send_national(timestamp: int) -> int:
    """Sends what waits, authority by authority; nothing where no national system is set up. Returns how many went."""
    try:
        system = adapters.national()
    except adapters.Unavailable:
        return 0
    with transaction.atomic():
        rowsecurity.apply(Viewer.for_system("exchange.national", clock.today()))
        ids = (
            NationalMessage.objects.filter(state__in=("waiting", "sending"))
            .values("organisation_id")
            .distinct()
        )
        organisations = list(Organisation.objects.filter(pk__in=ids))
    return sum(_send(system, one) for one in organisations)


def _send(system: adapters.NationalSystem, organisation: Organisation) -> int:
    seat = Seat(
        0, organisation.pk, organisation.code, organisation.kind, organisation.name_fi, Role.TEAM_LEADER
    )
    viewer = Viewer(None, "exchange.national", clock.today(), seat, system="exchange.national")

    def within(act):  # type: ignore[no-untyped-def]
        with transaction.atomic():
            rowsecurity.apply(viewer)
            return act()

    return actions.send_waiting(system, actor=viewer, within=within)["accepted"]
