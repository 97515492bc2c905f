"""The writers of notices. ``notify`` is called inside other rooms' actions, in their transaction, which journal the act.

Not for: sending e-mail (``mail.py``, after the transaction).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from django.db import connection, transaction

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import MissingCapability
from kotopolku.access.viewer import Viewer
from kotopolku.journal.actions import record
from kotopolku.notices import kinds, queries
from kotopolku.notices.models import Delivery, Notice, Wish

KEPT_DAYS = 90
"""How long a seen notice is kept. Our own rule."""


def notify(
    kind: str,
    users: Iterable[int],
    *,
    actor: Viewer,
    address: str,
    organisation_id: int | None = None,
    about: tuple[str, int] | None = None,
    on: date | None = None,
    count: int = 1,
) -> int:
    """Tells each user except the actor; an unseen notice of the same kind and thing is renewed, not doubled.

    ``address``: where to go, a path of the product. ``organisation_id``: the seat in which it concerns the user.
    Returns how many were told. Raises ``KeyError`` for an unregistered kind. Four statements whatever the number of users.

    Many may tell the same people of one thing at the same time: until the transaction ends, others who tell the same of
    that thing wait here, so that nobody is told twice and no two wait for each other.
    """
    kinds.registered()[kind]
    object_kind, object_id = about or ("", None)
    wanted = sorted(set(users) - {actor.user_id or 0})
    if not wanted:
        return 0
    with rowsecurity.as_system():
        _one_after_another(f"{kind}:{object_kind}:{object_id}" if about else kind)
        same = Notice.objects.filter(
            user_id__in=wanted,
            organisation=organisation_id,
            kind=kind,
            seen_at=None,
            object_kind=object_kind,
            object_id=object_id,
        )
        kept = dict(same.select_for_update().order_by("user_id", "pk").values_list("pk", "user_id"))
        news = {"made_at": clock.now(), "on": on, "address": address, "count": count, "mailed_at": None}
        Notice.objects.filter(pk__in=list(kept)).update(**news)
        told = set(kept.values())
        Notice.objects.bulk_create(
            Notice(
                user_id=user_id,
                organisation_id=organisation_id,
                kind=kind,
                object_kind=object_kind,
                object_id=object_id,
                **news,
            )
            for user_id in wanted
            if user_id not in told
        )
    return len(wanted)


def _one_after_another(thing: str) -> None:
    """Until the transaction ends nobody else tells of the same thing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"notices:{thing}"])


def digest(
    user_id: int, kind: str, count: int, address: str, *, actor: Viewer, organisation_id: int | None = None
) -> int:
    """A notice that stands for ``count`` things, as the weekly one of data quality; renews the one before."""
    return notify(
        kind,
        [user_id],
        actor=actor,
        address=address,
        organisation_id=organisation_id,
        about=("notices.digest", user_id),
        count=count,
        on=actor.day,
    )


@transaction.atomic
def see(notice_id: int, *, actor: Viewer) -> Notice:
    """Marks one notice as seen; no e-mail is sent about it any more."""
    notice = queries.one(actor, notice_id)
    if notice.seen_at is None:
        notice.seen_at = clock.now()
        notice.save(update_fields=["seen_at"])
        record("notices.notice.seen", actor=actor, object=("notices.notice", notice.pk))
    return notice


@transaction.atomic
def see_all(*, actor: Viewer) -> int:
    """Marks all of the viewer's notices as seen. Returns how many were not."""
    ids = [row.id for row in queries.notices(actor) if not row.seen]
    seen = Notice.objects.filter(pk__in=ids, seen_at=None).update(seen_at=clock.now())
    record("notices.notice.all-seen", actor=actor, details={"count": seen})
    return seen


@transaction.atomic
def choose(wishes: Mapping[str, str], *, actor: Viewer) -> None:
    """Keeps how the user wants to hear of each kind. Raises ``KeyError`` and ``ValueError`` for what there is not."""
    if actor.user_id is None:
        raise MissingCapability(Capability.SIGNED_IN)
    for kind, delivery in wishes.items():
        kinds.registered()[kind]
        Wish.objects.update_or_create(
            user_id=actor.user_id, kind=kind, defaults={"delivery": Delivery(delivery).value}
        )
    record("notices.wishes.changed", actor=actor, details=dict(wishes))


@transaction.atomic
def narrow(kind: str, wanted: Mapping[str, Sequence[str]], *, actor: Viewer) -> Wish:
    """Keeps to what of a kind the user wants to be told: lists of codes by the name of what they are; none means all.

    Which codes there are knows the room of the kind. Raises ``KeyError`` for a kind that there is not.
    """
    if actor.user_id is None:
        raise MissingCapability(Capability.SIGNED_IN)
    kept = {name: list(codes) for name, codes in wanted.items() if codes}
    wish, _made = Wish.objects.update_or_create(
        user_id=actor.user_id,
        kind=kind,
        defaults={"narrowed": kept},
        create_defaults={"narrowed": kept, "delivery": kinds.registered()[kind].delivery},
    )
    record("notices.wishes.narrowed", actor=actor, details={"kind": kind, **kept})
    return wish


@transaction.atomic
def mark_mailed(notice_ids: Sequence[int], *, actor: Viewer) -> int:
    """Notes that an e-mail with these notices has gone, so that none is mailed twice. For the job; returns how many."""
    mailed = Notice.objects.filter(pk__in=notice_ids).update(mailed_at=clock.now())
    record("notices.mail.sent", actor=actor, details={"count": mailed})
    return mailed


@transaction.atomic
def clean(*, actor: Viewer) -> int:
    """Deletes notices that were seen long ago. For the nightly job; returns how many."""
    long_ago = clock.now() - timedelta(days=KEPT_DAYS)
    deleted, _by_model = Notice.objects.filter(seen_at__lt=long_ago).delete()
    if deleted:
        record("notices.notice.cleaned", actor=actor, details={"count": deleted})
    return deleted
