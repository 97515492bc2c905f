"""Reading a reform against the register: the report of the dry run, what is left, what a receiver has got.

Not for: the reform's own data (``reforms.py``) and passing clients (``actions.successions``).
"""

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from django.db import connection

from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Contact, Membership, Organisation, Team
from kotopolku.clients.actions.passing import Succession, left_to_pass, succession_sources
from kotopolku.clients.models import Responsibility
from kotopolku.handover.models import Offer, OfferState, Referral, ReferralState, SuccessionPart
from kotopolku.handover.reforms import Reform


@dataclass(frozen=True)
class Pair:
    """What one authority gets from another. ``unplaced``: clients who come by the default, their place not listed."""

    predecessor: str
    successor: str
    clients: int
    clocks: int
    plans: int
    unplaced: int
    without_worker: int


@dataclass(frozen=True)
class Ending:
    """What else hangs on a predecessor: it is not moved, people there see to it."""

    predecessor: str
    clients_staying: int
    """Clients with no successor: their municipality is not listed and there is no default."""
    seats: int
    teams: int
    contacts: int
    offers_sent: int
    offers_received: int
    referrals_received: int


@dataclass(frozen=True)
class Report:
    """What a reform would do now. Names of authorities are codes."""

    pairs: list[Pair]
    endings: list[Ending]

    @property
    def clients(self) -> int:
        return sum(pair.clients for pair in self.pairs)

    def as_data(self) -> dict[str, Any]:
        return {
            "clients": self.clients,
            "pairs": [asdict(pair) for pair in self.pairs],
            "endings": [asdict(ending) for ending in self.endings],
        }


_COUNT = """
SELECT coalesce(m.target, %(default)s) AS target, count(*), count(*) FILTER (WHERE m.target IS NULL),
       count(*) FILTER (WHERE NOT (r.worker_id, coalesce(m.target, %(default)s)) IN
           (SELECT * FROM unnest(%(users)s::bigint[], %(seats)s::bigint[])) OR r.worker_id IS NULL),
       coalesce(sum((SELECT count(*) FROM clients_clock k
                     WHERE k.relationship_id = r.relationship_id AND k.closed_on IS NULL)), 0),
       coalesce(sum((SELECT count(*) FROM clients_plan p
                     WHERE p.relationship_id = r.relationship_id AND p.status <> 'ended')), 0)
{sources}
GROUP BY 1 ORDER BY 1
"""


def report(reform: Reform) -> Report:
    """Counts what would pass, by predecessor and successor. For a viewer who sees all rows. Few statements each."""
    codes = dict(Organisation.objects.values_list("pk", "code"))
    pairs: list[Pair] = []
    endings: list[Ending] = []
    for succession in reform.successions:
        staying = 0
        for target, clients, unplaced, workerless, clocks, plans in _counted(succession):
            if target is None:
                staying = clients
                continue
            pairs.append(
                Pair(
                    codes[succession.predecessor_id],
                    codes[target],
                    clients,
                    int(clocks),
                    int(plans),
                    unplaced,
                    workerless,
                )
            )
        endings.append(_ending(succession, codes[succession.predecessor_id], staying))
    return Report(pairs, endings)


def _counted(succession: Succession) -> list[tuple[Any, ...]]:
    sources, values = succession_sources(succession)
    values |= {
        "users": [user for user, _target in succession.kept_workers],
        "seats": [target for _user, target in succession.kept_workers],
    }
    with connection.cursor() as cursor:
        cursor.execute(_COUNT.format(sources=sources), values)
        return list(cursor.fetchall())


def _ending(succession: Succession, code: str, staying: int) -> Ending:
    old, last = succession.predecessor_id, succession.on - timedelta(days=1)
    offered = Offer.objects.filter(state=OfferState.OFFERED)
    return Ending(
        predecessor=code,
        clients_staying=staying,
        seats=Membership.objects.filter(organisation_id=old, valid__contains=last).count(),
        teams=Team.objects.filter(organisation_id=old).count(),
        contacts=Contact.objects.filter(organisation_id=old, valid__contains=last).count(),
        offers_sent=offered.filter(from_organisation_id=old).count(),
        offers_received=offered.filter(to_organisation_id=old).count(),
        referrals_received=Referral.objects.filter(
            to_organisation_id=old, state=ReferralState.RECEIVED
        ).count(),
    )


def left(reform: Reform) -> int:
    """How many clients are still with predecessors and have somewhere to go."""
    return sum(left_to_pass(succession) for succession in reform.successions)


def came_without_worker(viewer: Viewer, part: SuccessionPart, *, limit: int = 50) -> list[Responsibility]:
    """Clients whom the part brought and who have no worker yet, by name; for the receiving authority."""
    rows = Responsibility.objects.filter(
        authority_id=part.successor_id,
        worker=None,
        reason="reform",
        days__startswith=part.on,
        days__contains=viewer.day,
        ended_on=None,
    )
    return list(rows.select_related("relationship", "person").order_by("sort_key", "id")[:limit])
