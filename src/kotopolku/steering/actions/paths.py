"""Acts on service paths: drawn up, changed, steps in order, put in use, ended. Not for: what clients say of them."""

import secrets
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access.viewer import Viewer
from kotopolku.actors import queries as actors
from kotopolku.clients.actions.case import done_before
from kotopolku.clients.rules import Refusal, refuse
from kotopolku.cooperation.actions.checks import same_version
from kotopolku.journal.actions import record
from kotopolku.steering import access_paths as access
from kotopolku.steering import path_facts
from kotopolku.steering import path_rules as rules
from kotopolku.steering.models import PathState, PathStep, ServicePath, StepFeedback
from kotopolku.steering.path_rules import PathContent, StepContent

PATH = "steering.path"
STEP = "steering.step"
LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
CODE_LENGTH = 12


@transaction.atomic
def draft(content: PathContent, *, actor: Viewer, token: UUID | None = None) -> ServicePath:
    """A path of the actor's organisation, as a draft. Raises ``MissingCapability``, ``Refusals``."""
    own = access.require_keeper(actor)
    if (before := done_before(token, PATH)) is not None:
        return access.own_path(actor, before)
    refuse(rules.check_path(content, {one.code for one in access.area(own, actor.day)}, actor.day, None))
    made = ServicePath(organisation=own, made_by_id=actor.user_id, made_at=clock.now())
    _write(made, content)
    made.save()
    record("steering.path.drafted", actor=actor, object=(PATH, made.pk), token=token)
    return made


@transaction.atomic
def change(path_id: int, content: PathContent, *, actor: Viewer, expected_version: int) -> ServicePath:
    """What it said before stands in the journal. Raises ``EditClash``, ``NotVisible``, ``Refusals``."""
    found = _own(path_id, actor, expected_version)
    area = {one.code for one in access.area(found.organisation, actor.day)} | set(found.municipalities)
    refuse([*_over(found), *rules.check_path(content, area, actor.day, found.feedback_until)])
    before = _facts(found)
    _write(found, content)
    found.version += 1
    found.save()
    record(
        "steering.path.changed", actor=actor, object=(PATH, found.pk), details=_changed(before, _facts(found))
    )
    return found


@transaction.atomic
def put_in_use(path_id: int, *, actor: Viewer, expected_version: int) -> ServicePath:
    """From now on everybody reads it, and clients are asked. Raises ``EditClash``, ``NotVisible``, ``Refusals``."""
    found = _own(path_id, actor, expected_version)
    if found.state != PathState.DRAFT:
        refuse([Refusal("", "state", _("The path is not a draft any more."))])
    refuse(rules.check_use(found.steps.count()))
    return _set_state(found, PathState.IN_USE, "steering.path.put-in-use", actor)


@transaction.atomic
def end(path_id: int, reason: str, *, actor: Viewer, expected_version: int) -> ServicePath:
    """It is read further, but nobody is asked any more and it is not changed. Raises ``EditClash``, ``Refusals``."""
    found = _own(path_id, actor, expected_version)
    refused = []
    if found.state != PathState.IN_USE:
        refused.append(Refusal("", "state", _("Only a path in use can be ended.")))
    if not reason.strip():
        refused.append(Refusal("reason", "required", _("Write why.")))
    refuse(refused)
    return _set_state(found, PathState.ENDED, "steering.path.ended", actor, reason.strip())


@transaction.atomic
def remove(path_id: int, *, actor: Viewer, expected_version: int) -> None:
    """A draft with its steps. Raises ``EditClash``, ``NotVisible``, ``Refusals``."""
    found = _own(path_id, actor, expected_version)
    if found.state != PathState.DRAFT:
        refuse([Refusal("", "state", _("Only a draft can be removed. End the path instead."))])
    record("steering.path.removed", actor=actor, object=(PATH, found.pk), details=_facts(found))
    found.delete()


# Steps -----------------------------------------------------------------------------------------------------------------


@transaction.atomic
def add_step(path_id: int, content: StepContent, *, actor: Viewer, token: UUID | None = None) -> PathStep:
    """Added as the last one. Raises ``NotVisible``, ``Refusals``."""
    found = access.own_path(actor, path_id, lock=True)
    if (before := done_before(token, STEP)) is not None:
        return access.own_step(actor, before)
    number = found.steps.count()
    refuse([*_over(found), *rules.check_more_steps(number), *_check(content, None)])
    last = found.steps.order_by("-order").values_list("order", flat=True).first()
    made = PathStep(path=found, order=0 if last is None else last + 1, code=_code())
    _write_step(made, content)
    made.save()
    record("steering.step.added", actor=actor, object=(STEP, made.pk), token=token)
    return made


@transaction.atomic
def change_step(step_id: int, content: StepContent, *, actor: Viewer, expected_version: int) -> PathStep:
    """Raises ``EditClash``, ``NotVisible``, ``Refusals``."""
    found = access.own_step(actor, step_id, lock=True)
    same_version(found.version, expected_version)
    refuse([*_over(found.path), *_check(content, found)])
    before = _step_facts(found)
    _write_step(found, content)
    found.version += 1
    found.save()
    details = _changed(before, _step_facts(found))
    record("steering.step.changed", actor=actor, object=(STEP, found.pk), details=details)
    return found


@transaction.atomic
def move_step(step_id: int, by: int, *, actor: Viewer) -> PathStep:
    """A place nearer the beginning (−1) or the end (+1); at an edge nothing changes. Raises ``NotVisible``, ``Refusals``."""
    found = access.own_step(actor, step_id, lock=True)
    refuse(_over(found.path))
    order = list(found.path.steps.order_by("order", "pk").values_list("pk", flat=True))
    for place, pk in enumerate(rules.moved(order, found.pk, by)):
        PathStep.objects.filter(pk=pk).update(order=place)
    record("steering.step.moved", actor=actor, object=(STEP, found.pk), details={"by": by})
    found.refresh_from_db()
    return found


@transaction.atomic
def remove_step(step_id: int, *, actor: Viewer, expected_version: int) -> int:
    """The id of its path. What clients have said is not thrown away with a step. Raises ``EditClash``, ``Refusals``."""
    found = access.own_step(actor, step_id, lock=True)
    same_version(found.version, expected_version)
    refuse(_over(found.path))
    if StepFeedback.objects.filter(step=found).exists():
        words = _("Clients have told what they think of this step. Stop asking instead of removing it.")
        refuse([Refusal("", "answered", words)])
    if found.path.state == PathState.IN_USE and found.path.steps.count() == 1:
        refuse([Refusal("", "last", _("A path in use has at least one step. End the path instead."))])
    record("steering.step.removed", actor=actor, object=(STEP, found.pk), details=_step_facts(found))
    path_id = found.path_id
    found.delete()
    return path_id


def _own(path_id: int, actor: Viewer, expected_version: int) -> ServicePath:
    found = access.own_path(actor, path_id, lock=True)
    same_version(found.version, expected_version)
    return found


def _over(path: ServicePath) -> list[Refusal]:
    if path.state != PathState.ENDED:
        return []
    return [Refusal("", "ended", _("The path has ended. It cannot be changed any more."))]


def _set_state(
    path: ServicePath, state: PathState, action: str, actor: Viewer, reason: str = ""
) -> ServicePath:
    path.state = state
    path.version += 1
    path.save(update_fields=["state", "version"])
    record(action, actor=actor, object=(PATH, path.pk), reason=reason)
    return path


def _check(content: StepContent, kept: PathStep | None) -> list[Refusal]:
    known = {*path_facts.facts(), *((kept.begins, kept.ends) if kept else ())} - {""}
    refused = rules.check_step(content, known)
    if content.owner_id is not None and not actors.organisation_names({content.owner_id}):
        refused.append(Refusal("owner", "unknown", _("Choose who answers for the step.")))
    return refused


def _code() -> str:
    """Drawn so that nobody guesses it, of letters that are not taken for each other."""
    while True:
        drawn = "".join(secrets.choice(LETTERS) for _place in range(CODE_LENGTH))
        if not PathStep.objects.filter(code=drawn).exists():
            return drawn


def _texts(texts: Any) -> dict[str, str]:
    return {language: text.strip() for language, text in texts.items() if text.strip()}


def _write(path: ServicePath, content: PathContent) -> None:
    # A name stands always in Finnish, since it is what is shown when a language has none.
    path.name_fi = content.name_fi.strip() or content.name_sv.strip()
    path.name_sv, path.name_en = content.name_sv.strip(), content.name_en.strip()
    path.text = _texts(content.text)
    path.municipalities = sorted(set(content.municipalities))
    path.feedback_until = content.feedback_until


def _write_step(step: PathStep, content: StepContent) -> None:
    step.title, step.text = _texts(content.title), _texts(content.text)
    step.owner_id, step.owner_also = content.owner_id, content.owner_also.strip()
    step.entry, step.hand_over = content.entry.strip(), content.hand_over.strip()
    step.begins, step.ends = content.begins, content.ends
    step.target_days, step.asks = content.target_days, content.asks


def _facts(path: ServicePath) -> dict[str, Any]:
    until: date | None = path.feedback_until
    return {
        "names": [path.name_fi, path.name_sv, path.name_en],
        "text": path.text,
        "municipalities": list(path.municipalities),
        "feedback_until": until.isoformat() if until else None,
    }


def _step_facts(step: PathStep) -> dict[str, Any]:
    return {
        "title": step.title,
        "text": step.text,
        "owner": step.owner_id,
        "owner_also": step.owner_also,
        "entry": step.entry,
        "measured": [step.begins, step.ends],
        "target_days": step.target_days,
        "hand_over": step.hand_over,
        "asks": step.asks,
    }


def _changed(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    return {name: [before[name], after[name]] for name in after if after[name] != before[name]}
