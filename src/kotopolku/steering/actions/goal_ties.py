"""Acts that tie to a goal what carries it out, and untie it. Not for: what each kind of thing is (``carrying.py``)."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access.viewer import Viewer
from kotopolku.clients.actions.case import done_before
from kotopolku.clients.rules import Refusal, refuse
from kotopolku.journal.actions import record
from kotopolku.steering import access_goals as access
from kotopolku.steering import carrying
from kotopolku.steering.carrying import Ref
from kotopolku.steering.models import GoalTie, TieKind
from kotopolku.steering.queries.goal_figures import codes_of, codes_of_goal

TIE = "steering.goal-tie"
MOST_TIES = 100


@transaction.atomic
def tie(goal_id: int, kind: str, ref: Ref, *, actor: Viewer, token: UUID | None = None) -> GoalTie:
    """Only what the actor sees can be tied; the same thing twice makes one tie. Raises ``NotVisible``, ``Refusals``."""
    found = access.followed_goal(actor, goal_id, lock=True)
    if (before := done_before(token, TIE)) is not None:
        return access.tie(actor, found, before)
    codes = codes_of_goal(found, codes_of([found.programme_id], actor.day), actor.day)
    known = carrying.read(actor, [(kind, ref)], codes, actor.day)
    carried = known.get((kind, ref))
    if carried is None or not carried.words:
        refuse([Refusal("ref", "unknown", _("Choose from the list what is tied to the goal."))])
    names = {"key": str(ref)} if kind == TieKind.MEASURE else {"object_id": int(ref)}
    if found.ties.filter(kind=kind, **names).exists():
        refuse([Refusal("ref", "tied", _("It is tied to the goal already."))])
    if found.ties.count() >= MOST_TIES:
        words = _("At most %(most)s things can be tied to one goal.")
        refuse([Refusal("ref", "many", words, {"most": MOST_TIES})])
    made = GoalTie.objects.create(
        goal=found, kind=kind, made_by_id=actor.user_id, made_at=clock.now(), **names
    )
    record(
        "steering.goal.tied",
        actor=actor,
        object=(TIE, made.pk),
        token=token,
        details={"goal": found.pk, "kind": kind, "ref": str(ref)},
    )
    return made


@transaction.atomic
def untie(goal_id: int, tie_id: int, *, actor: Viewer) -> None:
    """Raises ``MissingCapability``, ``NotVisible``."""
    found = access.followed_goal(actor, goal_id, lock=True)
    kept = access.tie(actor, found, tie_id)
    record(
        "steering.goal.untied",
        actor=actor,
        object=(TIE, kept.pk),
        details={"goal": found.pk, "kind": kept.kind, "ref": kept.key or str(kept.object_id)},
    )
    kept.delete()
