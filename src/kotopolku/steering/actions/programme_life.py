"""The life of an approved municipal programme: reviewed, ended, published, and what a merger of municipalities does to it.

Not for: the way to the councils (``councils.py``), writing the follower of a programme (``actions/municipal*``).
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Organisation, OrganisationKind, date_range
from kotopolku.clients.rules import Refusal, Refusals, refuse
from kotopolku.cooperation.actions.checks import same_version
from kotopolku.journal.actions import record
from kotopolku.steering import access_councils as access
from kotopolku.steering import council_rules as rules
from kotopolku.steering.actions import municipal_rights
from kotopolku.steering.actions.councils import (
    WHY,
    facts,
    own_unchanged,
    save_next,
    settle,
    standing_of,
)
from kotopolku.steering.actions.programme_followers import follower_of
from kotopolku.steering.actions.programme_versions import keep_version
from kotopolku.steering.models import (
    CouncilState,
    MunicipalProgramme,
    MunicipalState,
    ProgrammeMunicipality,
    ProgrammeReview,
    Stage,
)
from kotopolku.steering.queries.programme_content import PROGRAMME
from kotopolku.steering.queries.programme_mergers import ended_on

NOT_APPROVED = _("The programme is not in force.")


@dataclass(frozen=True)
class Review:
    """What was looked at on a day. ``changes``: the programme has to be changed, so a draft that follows it is begun."""

    on: date
    text: str
    changes: bool = False


@dataclass(frozen=True)
class Merged:
    """What comes in place of a municipality that has ended. ``carries``: the old council's decision stands for it."""

    organisation_id: int
    on: date
    reason: str
    carries: bool = False


@transaction.atomic
def review(
    programme_id: int, given: Review, *, actor: Viewer, expected_version: int
) -> tuple[ProgrammeReview, MunicipalProgramme | None]:
    """Records a review, from which the next one is counted; with changes a draft that follows. Raises ``Refusals``."""
    found = own_unchanged(programme_id, actor, expected_version)
    approved_on = standing_of(found, actor).approved_on
    refused = rules.check_review(given.on, given.text, actor.day, approved_on)
    if found.state != MunicipalState.APPROVED:
        refused.append(Refusal("", "not-approved", NOT_APPROVED))
    if given.changes and found.replaced_by.exclude(state=MunicipalState.ENDED).exists():
        words = _("A draft that follows this programme has been begun already.")
        refused.append(Refusal("changes", "begun", words))
    refuse(refused)
    made = ProgrammeReview.objects.create(
        programme=found,
        on=given.on,
        text=given.text.strip(),
        changes=given.changes,
        made_by_id=actor.user_id,
        made_at=clock.now(),
    )
    keep_version(found, Stage.REVIEWED, actor)
    follower = follower_of(found, actor) if given.changes else None
    save_next(found)
    record(
        "steering.councils.reviewed",
        actor=actor,
        object=(PROGRAMME, found.pk),
        details={"on": given.on.isoformat(), "follower": follower.pk if follower else None},
    )
    return made, follower


@transaction.atomic
def end(programme_id: int, reason: str, *, actor: Viewer, expected_version: int) -> MunicipalProgramme:
    """Ends a programme in mid-period; it stays readable. Raises ``EditClash``, ``Refusals``."""
    found = own_unchanged(programme_id, actor, expected_version)
    refused = [] if reason.strip() else [Refusal("reason", "required", WHY)]
    if found.state != MunicipalState.APPROVED:
        refused.append(Refusal("", "not-approved", NOT_APPROVED))
    refuse(refused)
    found.state, found.ended_reason = MunicipalState.ENDED, reason.strip()
    if found.last_day is None or found.last_day > actor.day:
        found.days = date_range(found.days.lower, max(actor.day, found.days.lower))
    save_next(found)
    record("steering.councils.ended", actor=actor, object=(PROGRAMME, found.pk), reason=reason.strip())
    return found


@transaction.atomic
def publish(programme_id: int, *, actor: Viewer, expected_version: int) -> MunicipalProgramme:
    """From now on everybody reads it. Raises ``EditClash``, ``Refusals``."""
    found = own_unchanged(programme_id, actor, expected_version)
    if found.published_at is not None:
        refuse([Refusal("", "published", _("The programme has been published already."))])
    if found.state not in (MunicipalState.APPROVED, MunicipalState.ENDED):
        words = _("Only an approved programme is published. It waits for the councils.")
        refuse([Refusal("", "not-approved", words)])
    found.published_at = clock.now()
    save_next(found)
    record("steering.councils.published", actor=actor, object=(PROGRAMME, found.pk))
    return found


@transaction.atomic
def unpublish(programme_id: int, reason: str, *, actor: Viewer, expected_version: int) -> MunicipalProgramme:
    """Takes the public page away. Raises ``EditClash``, ``Refusals``."""
    found = own_unchanged(programme_id, actor, expected_version)
    refused = [] if reason.strip() else [Refusal("reason", "required", WHY)]
    if found.published_at is None:
        refused.append(Refusal("", "not-published", _("The programme has not been published.")))
    refuse(refused)
    found.published_at = None
    save_next(found)
    record("steering.councils.unpublished", actor=actor, object=(PROGRAMME, found.pk), reason=reason.strip())
    return found


@transaction.atomic
def merge(
    programme_id: int, municipality_id: int, given: Merged, *, actor: Viewer, expected_version: int
) -> ProgrammeMunicipality:
    """A municipality of the programme has ended; another comes in its place. Nothing of the old one is taken away.

    Returns the new one's row. Raises ``EditClash``, ``Refusals``.
    """
    seat = access.locked(access.led_seat(actor, programme_id, municipality_id))
    programme, old = seat.programme, seat.municipality
    same_version(old.version, expected_version)
    new = Organisation.objects.filter(
        pk=given.organisation_id, kind=OrganisationKind.MUNICIPALITY, valid__contains=given.on
    ).first()
    refused = [] if given.reason.strip() else [Refusal("reason", "required", WHY)]
    merged_on = ended_on(old.code, actor.day)
    if merged_on is None:
        refused.append(Refusal("", "goes-on", _("This municipality has not ended.")))
    elif given.on < merged_on:
        words = _("The municipality existed until the day before %(day)s.")
        refused.append(Refusal("on", "early", words, {"day": merged_on}))
    if given.on > actor.day:
        refused.append(Refusal("on", "to-come", _("The day has not come yet.")))
    if new is None or new.pk == old.organisation_id:
        words = _("Choose a municipality that exists on the day.")
        refused.append(Refusal("organisation", "unknown", words))
    if programme.state == MunicipalState.ENDED:
        refused.append(Refusal("", "ended", _("The programme has ended.")))
    if refused or new is None:
        raise Refusals(refused)
    before = facts(old)
    old.days = date_range(old.days.lower, max(given.on - timedelta(1), old.days.lower))
    old.version += 1
    old.save()
    made = _joined(programme, old, new, given, actor)
    _answers_now(programme, old.organisation_id, new.pk)
    save_next(programme)
    municipal_rights.keep(programme, actor.day)
    settle(programme, actor)
    record(
        "steering.councils.merged",
        actor=actor,
        object=(PROGRAMME, programme.pk),
        reason=given.reason.strip(),
        details={"ended": old.code, "comes": made.code, "before": before, "after": facts(made)},
    )
    return made


def _joined(
    programme: MunicipalProgramme, old: ProgrammeMunicipality, new: Organisation, given: Merged, actor: Viewer
) -> ProgrammeMunicipality:
    """The new one's row; one that takes part already stays as it is, one that had left comes back."""
    rows = ProgrammeMunicipality.objects.filter(programme=programme, code=new.area_code)
    made = rows.first() or ProgrammeMunicipality(programme=programme, code=new.area_code, version=0)
    if made.pk and made.state != CouncilState.LEFT and actor.day in made.days:
        return made
    made.organisation, made.days = new, date_range(given.on, None)
    made.state, made.decided_on, made.section_number, made.note = CouncilState.WAITING, None, "", ""
    made.version += 1
    if given.carries:
        made.state, made.decided_on = old.state, old.decided_on
        made.section_number, made.note = old.section_number, given.reason.strip()
        made.recorded_by_id = old.recorded_by_id
    made.save()
    return made


def _answers_now(programme: MunicipalProgramme, old_id: int, new_id: int) -> None:
    """What the municipality that is no more was to write and answered for is its follower's."""
    programme.sections.filter(answers_id=old_id).update(
        answers_id=None if new_id == programme.organisation_id else new_id
    )
    programme.goals.filter(owner_id=old_id).update(owner_id=new_id)


@transaction.atomic
def take_over(programme_id: int, reason: str, *, actor: Viewer) -> MunicipalProgramme:
    """The leading municipality was merged into the actor's, which leads from now on. Raises ``Refusals``."""
    if not reason.strip():
        refuse([Refusal("reason", "required", WHY)])
    found = access.to_take_over(actor, programme_id, lock=True)
    before = found.organisation_id
    with rowsecurity.as_system():
        found.organisation_id = actor.organisation_id or 0
        save_next(found)
        _answers_now(found, before, found.organisation_id)
        municipal_rights.keep(found, actor.day)
    record(
        "steering.councils.taken-over",
        actor=actor,
        object=(PROGRAMME, found.pk),
        reason=reason.strip(),
        details={"from": before},
    )
    return found
