"""The writers of notices. ``notify`` is called inside other rooms' actions, in their transaction, which journal the act.

Not for: sending e-mail (``jobs.py``, after the transaction).
"""

from collections.abc import Iterable
from datetime import date

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.notices import kinds
from kotopolku.notices.models import Notice


def notify(
    kind: str,
    users: Iterable[int],
    *,
    actor: Viewer,
    address: str,
    organisation_id: int | None = None,
    about: tuple[str, int] | None = None,
    on: date | None = None,
) -> int:
    """Tells each user except the actor; an unseen notice of the same kind and thing is renewed, not doubled.

    ``address``: where to go, a path of the product. ``organisation_id``: the seat in which it concerns the user.
    Returns how many were told. Raises ``KeyError`` for an unregistered kind.
    """
    kinds.registered()[kind]
    told = 0
    with rowsecurity.as_system():
        for user_id in sorted(set(users) - {actor.user_id or 0}):
            object_kind, object_id = about or ("", None)
            same = Notice.objects.filter(
                user_id=user_id, kind=kind, seen_at=None, object_kind=object_kind, object_id=object_id
            )
            if not same.update(made_at=clock.now(), on=on, address=address):
                Notice.objects.create(
                    user_id=user_id,
                    organisation_id=organisation_id,
                    kind=kind,
                    address=address,
                    object_kind=object_kind,
                    object_id=object_id,
                    on=on,
                    made_at=clock.now(),
                )
            told += 1
    return told
