"""Takes over requests for guidance and service paths of an organisation that is no more: its successor keeps them.

Not for: regional measures (``measures.py``) and municipal programmes (``programme_life.py``), which do so themselves.
"""

from collections.abc import Collection

from django.db import transaction

from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.clients.rules import Refusal, refuse
from kotopolku.cooperation.actions.successions import GONE, check_chosen
from kotopolku.journal.actions import record
from kotopolku.steering import access_guidance, access_paths
from kotopolku.steering.actions.guidance import let_in, shut
from kotopolku.steering.actions.guidance_told import GUIDANCE
from kotopolku.steering.actions.paths import PATH
from kotopolku.steering.followed import places
from kotopolku.steering.models import Guidance, ServicePath


@transaction.atomic
def take_over_requests(ids: Collection[int], reason: str, *, actor: Viewer) -> list[Guidance]:
    """The actor's organisation is their region, or asks, from now on. Comments, marks and notes stay. Raises ``Refusals``."""
    left = {one.pk: one for one in access_guidance.left_behind(actor)}
    check_chosen(ids, reason, left)
    guides, own = access_guidance.guides(actor), actor.organisation_id or 0
    with rowsecurity.as_system():
        # The predecessor's rows, which its successor may not write by itself.
        rows = list(Guidance.objects.select_for_update().filter(pk__in=ids).order_by("pk"))
        for one in rows:
            before = one.region_id if guides else one.asker_id
            if before != (left[one.pk].region_id if guides else left[one.pk].asker_id):
                refuse([Refusal("chosen", "gone", GONE)])
            if guides:
                shut(one)
                one.region_id, one.responsible_id = own, None
                if one.programme is not None:
                    let_in(one.programme, own)
            else:
                one.asker_id = own
            one.version += 1
            one.save()
            _record("steering.guidance.taken-over", (GUIDANCE, one.pk), reason, before, actor)
    return rows


@transaction.atomic
def take_over_paths(ids: Collection[int], reason: str, *, actor: Viewer) -> list[ServicePath]:
    """The actor's organisation keeps them from now on, with what clients have said. Raises ``Refusals``.

    A path is run where it was, in today's municipalities, as far as they are in the organisation's area; all of that area
    is written as none.
    """
    left = {one.pk: one for one in access_paths.left_behind(actor)}
    check_chosen(ids, reason, left)
    own = access_paths.require_keeper(actor)
    with rowsecurity.as_system():
        rows = list(ServicePath.objects.select_for_update().filter(pk__in=ids).order_by("pk"))
        for one in rows:
            before = one.organisation_id
            if before != left[one.pk].organisation_id:
                refuse([Refusal("chosen", "gone", GONE)])
            run_in, mine = access_paths.path_places(left[one.pk], actor.day), places(own, actor.day)
            one.municipalities = [] if run_in >= mine else sorted(run_in & mine)
            one.organisation_id = own.pk
            one.version += 1
            one.save()
            one.steps.filter(owner_id=before).update(owner=own)
            _record("steering.path.taken-over", (PATH, one.pk), reason, before, actor)
    return rows


def _record(action: str, on: tuple[str, int], reason: str, before: int, actor: Viewer) -> None:
    record(action, actor=actor, object=on, reason=reason.strip(), details={"from": before})
