"""Acts of who keeps a hearing: drafted, those asked chosen, opened, the day moved, cancelled, closed.

Not for: statements (``statements.py``), how they were taken into account (``hearing_answers.py``), who is told
(``hearings_told.py``).
"""

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.actors import queries as actors
from kotopolku.actors.models import OrganisationKind
from kotopolku.clients.actions.case import done_before
from kotopolku.clients.rules import Refusal, refuse
from kotopolku.cooperation import access_hearings as access
from kotopolku.cooperation import hearing_rules as rules
from kotopolku.cooperation.actions.checks import check_language, check_text, same_version
from kotopolku.cooperation.hearing_rules import Asked, HearingContent
from kotopolku.cooperation.models import (
    AnswerKind,
    Hearing,
    HearingInvitee,
    HearingQuestion,
    HearingState,
    Statement,
)
from kotopolku.cooperation.queries.hearing_addressing import bodies_to_ask, meant, waiting
from kotopolku.journal.actions import record

HEARING = "cooperation.hearing"
NOT_DRAFT = _("The hearing has been opened. Its text cannot be changed any more.")
NOT_OPEN = _("The hearing is not open.")
NOBODY = _("Choose at least one organisation or body that is asked.")
PAST = _("The day has passed already. Choose a later one.")
SHORT = _("Give at least until %(day)s: those who are asked need time.")


@transaction.atomic
def draft(content: HearingContent, *, actor: Viewer, token: UUID | None = None) -> Hearing:
    """A new hearing of the actor's organisation, not open yet. Raises ``Refusals``."""
    require(actor, Capability.HEARING_KEEP)
    if (before := done_before(token, HEARING)) is not None:
        return access.own_hearing(actor, before)
    if actor.organisation_id is None:
        raise NotVisible
    refuse(_check(content))
    made = Hearing(organisation_id=actor.organisation_id, made_by_id=actor.user_id, made_at=clock.now())
    _write(made, content)
    record("cooperation.hearing.drafted", actor=actor, object=(HEARING, made.pk), token=token)
    return made


@transaction.atomic
def open_for(
    kind: str, object_id: int, title: str, text: str, *, actor: Viewer, language: str = "fi"
) -> Hearing:
    """A draft of a hearing of another room's draft: who is asked, and what, is chosen on its page.

    While one of the same thing has not been opened, that one is given back with the text as it is now. ``kind`` is what
    the journal calls the thing. The caller has let the actor in to it.
    """
    require(actor, Capability.HEARING_KEEP)
    if actor.organisation_id is None:
        raise NotVisible
    rows = access.own_hearings(actor).select_for_update()
    about = {"subject_kind": kind, "subject_id": object_id}
    made = rows.filter(**about, state=HearingState.DRAFT).first() or Hearing(
        **about,
        organisation_id=actor.organisation_id,
        title=title.strip()[:200],
        language=language,
        answer_by=rules.proposed_day(clock.today()),
        made_by_id=actor.user_id,
        made_at=clock.now(),
        version=0,
    )
    refuse(check_text("draft", text, _("There is no text to send for statements.")))
    made.draft = text.strip()
    made.version += 1
    made.save()
    record("cooperation.hearing.drafted", actor=actor, object=(HEARING, made.pk))
    return made


@transaction.atomic
def change(hearing_id: int, content: HearingContent, *, actor: Viewer, expected_version: int) -> Hearing:
    """Changes a draft. Raises ``EditClash``, ``Refusals``."""
    found = access.own_hearing(actor, hearing_id, lock=True)
    same_version(found.version, expected_version)
    refused = _check(content)
    if found.state != HearingState.DRAFT:
        refused.append(Refusal("", "opened", NOT_DRAFT))
    refuse(refused)
    found.version += 1
    _write(found, content)
    record("cooperation.hearing.changed", actor=actor, object=(HEARING, found.pk))
    return found


@transaction.atomic
def remove(hearing_id: int, *, actor: Viewer) -> None:
    """Removes a draft for good."""
    found = access.own_hearing(actor, hearing_id, lock=True)
    if found.state != HearingState.DRAFT:
        refuse([Refusal("", "opened", NOT_DRAFT)])
    record("cooperation.hearing.removed", actor=actor, object=(HEARING, found.pk))
    found.delete()


@transaction.atomic
def ask(hearing_id: int, asked: Asked, *, actor: Viewer) -> int:
    """Adds organisations and bodies that are asked, before the opening or while the hearing is open; each is asked once.

    A body answers through the organisation that keeps it, the actor's own too.

    Returns how many are new. Raises ``Refusals`` when none is.
    """
    found = access.own_hearing(actor, hearing_id, lock=True)
    bodies = list(bodies_to_ask(actor).filter(pk__in=asked.bodies))
    refused = _check_asked(asked)
    if len(bodies) < len(set(asked.bodies)):
        refused.append(Refusal("bodies", "unknown", _("Choose bodies from the list.")))
    if found.state not in (HearingState.DRAFT, HearingState.OPEN):
        refused.append(Refusal("", "not-open", NOT_OPEN))
    refuse(refused)
    already = {(found.organisation_id, None), *found.invitees.values_list("organisation_id", "body_id")}
    chosen: list[tuple[int, int | None]] = [(one.organisation_id, one.pk) for one in bodies]
    chosen += [(one.pk, None) for one in meant(asked, found.organisation, actor.day)]
    new = [one for one in chosen if one not in already]
    if not new:
        words = _("Everybody whom you chose has been asked already, or none exists today.")
        refuse([Refusal("organisations", "asked", words)])
    HearingInvitee.objects.bulk_create(
        HearingInvitee(
            hearing=found, organisation_id=organisation, body_id=body, sender_id=found.organisation_id
        )
        for organisation, body in new
    )
    if found.state == HearingState.OPEN:
        found.told_at = None
        found.save(update_fields=["told_at"])
    record(
        "cooperation.hearing.asked",
        actor=actor,
        object=(HEARING, found.pk),
        details={"asked": len(new)},
    )
    return len(new)


@transaction.atomic
def unask(hearing_id: int, invitee_id: int, *, actor: Viewer) -> None:
    """Takes somebody away from those who will be asked, before the opening. Safe to repeat."""
    found = access.own_hearing(actor, hearing_id, lock=True)
    if found.state != HearingState.DRAFT:
        refuse([Refusal("", "opened", NOT_DRAFT)])
    if found.invitees.filter(pk=invitee_id).delete()[0]:
        record("cooperation.hearing.unasked", actor=actor, object=(HEARING, found.pk))


@transaction.atomic
def open_hearing(hearing_id: int, *, actor: Viewer) -> Hearing:
    """Opens a draft: its text is fixed, a job tells those asked. Safe to repeat. Raises ``Refusals``."""
    found = access.own_hearing(actor, hearing_id, lock=True)
    if found.state == HearingState.OPEN:
        return found
    refused = _check_day(found.answer_by)
    if found.state != HearingState.DRAFT:
        refused.append(Refusal("", "opened", NOT_DRAFT))
    invited = list(found.invitees.select_related("organisation", "body"))
    if not invited:
        refused.append(Refusal("", "nobody", NOBODY))
    words = _("%(name)s does not exist any more. Take it away from those who are asked.")
    refused += [
        Refusal("", "ceased", words, {"name": one.name})
        for one in invited
        if not actors.exists(one.organisation, clock.today())
        or (one.body and one.body.has_ended(clock.today()))
    ]
    refuse(refused)
    found.state, found.opened_at, found.told_at = HearingState.OPEN, clock.now(), None
    found.version += 1
    found.save()
    record(
        "cooperation.hearing.opened",
        actor=actor,
        object=(HEARING, found.pk),
        details={"asked": len(invited)},
    )
    return found


@transaction.atomic
def move(hearing_id: int, answer_by: date, *, actor: Viewer, expected_version: int) -> Hearing:
    """Gives more time; those asked are told. A statement that came between the days is not late any more."""
    found = access.own_hearing(actor, hearing_id, lock=True)
    same_version(found.version, expected_version)
    refused = []
    if found.state != HearingState.OPEN:
        refused.append(Refusal("", "not-open", NOT_OPEN))
    if answer_by < clock.today():
        refused.append(Refusal("answer_by", "past", PAST))
    elif answer_by <= found.answer_by:
        words = _("The day can only be moved later than %(day)s.")
        refused.append(Refusal("answer_by", "earlier", words, {"day": found.answer_by}))
    refuse(refused)
    found.answer_by, found.told_at = answer_by, None
    found.version += 1
    found.save()
    Statement.objects.filter(hearing=found, late=True, given_at__date__lte=answer_by).update(late=False)
    record(
        "cooperation.hearing.moved",
        actor=actor,
        object=(HEARING, found.pk),
        details={"answer_by": answer_by.isoformat()},
    )
    return found


@transaction.atomic
def cancel(hearing_id: int, reason: str, *, actor: Viewer) -> Hearing:
    """Ends an open hearing without a summary; those asked see the reason. Statements that were given stay."""
    found = access.own_hearing(actor, hearing_id, lock=True)
    refused = []
    if found.state != HearingState.OPEN:
        refused.append(Refusal("", "not-open", NOT_OPEN))
    if not reason.strip():
        refused.append(Refusal("reason", "required", _("Write why.")))
    refuse(refused)
    _wait_for_statements(found)
    found.state, found.reason, found.told_at = HearingState.CANCELLED, reason.strip(), None
    found.version += 1
    found.save()
    record("cooperation.hearing.cancelled", actor=actor, object=(HEARING, found.pk))
    return found


@transaction.atomic
def close(hearing_id: int, *, actor: Viewer) -> Hearing:
    """No statement is taken any more. Before the day only when everybody has answered. Safe to repeat."""
    found = access.own_hearing(actor, hearing_id, lock=True)
    if found.state == HearingState.CLOSED:
        return found
    if found.state != HearingState.OPEN:
        refuse([Refusal("", "not-open", NOT_OPEN)])
    _wait_for_statements(found)
    left = waiting(found)
    if not rules.may_close(clock.today(), found.answer_by, left):
        words = _("Those asked have time until %(day)s, and %(number)s have not answered yet.")
        refuse([Refusal("", "waiting", words, {"day": found.answer_by, "number": left})])
    found.state, found.closed_at = HearingState.CLOSED, clock.now()
    found.version += 1
    found.save()
    record("cooperation.hearing.closed", actor=actor, object=(HEARING, found.pk))
    return found


# Parts --------------------------------------------------------------------------------------------------------------


def _wait_for_statements(hearing: Hearing) -> None:
    """A statement that is being given this moment is given first: it holds the row that says who was asked."""
    list(hearing.invitees.select_for_update().order_by("pk").values_list("pk"))


def _check_day(answer_by: date) -> list[Refusal]:
    today = clock.today()
    if answer_by < today:
        return [Refusal("answer_by", "past", PAST)]
    if answer_by < (earliest := rules.earliest_day(today)):
        return [Refusal("answer_by", "short", SHORT, {"day": earliest})]
    return []


def _check(content: HearingContent) -> list[Refusal]:
    refused = check_text("body", content.body) + check_text("draft", content.draft)
    refused += check_language(content.language) + _check_day(content.answer_by)
    if not content.title.strip():
        refused.append(Refusal("title", "required", _("Give the hearing a title.")))
    if not content.asks_something:
        words = _("Write what is asked: a question, or a text on which statements are given.")
        refused.append(Refusal("body", "nothing", words))
    if len(content.questions) > rules.MOST_QUESTIONS:
        words = _("At most %(most)s questions fit in one hearing.")
        refused.append(Refusal("", "many", words, {"most": rules.MOST_QUESTIONS}))
    kinds = set(AnswerKind.values)
    if any(one.kind not in kinds or not one.text.strip() for one in content.questions):
        refused.append(Refusal("", "question", _("Write each question and choose how it is answered.")))
    return refused


def _check_asked(asked: Asked) -> list[Refusal]:
    refused = []
    if asked.is_empty:
        refused.append(Refusal("organisations", "required", NOBODY))
    if set(asked.organisations) - set(actors.organisation_names(asked.organisations)):
        refused.append(Refusal("organisations", "unknown", _("Choose organisations from the list.")))
    if set(asked.kinds) - set(OrganisationKind.values):
        refused.append(Refusal("kinds", "unknown", _("Choose kinds of organisations from the list.")))
    if set(asked.duties) - {duty for duty, _title in actors.topics()}:
        refused.append(Refusal("duties", "unknown", _("Choose duties from the list.")))
    return refused


def _write(hearing: Hearing, content: HearingContent) -> None:
    hearing.title, hearing.body = content.title.strip(), content.body.strip()
    hearing.language, hearing.public = content.language, content.public
    hearing.answer_by = content.answer_by
    if not hearing.subject_kind:
        # Another room's draft is sent as it is there.
        hearing.draft = content.draft.strip()
    hearing.save()
    hearing.questions.all().delete()
    HearingQuestion.objects.bulk_create(
        HearingQuestion(hearing=hearing, order=number, text=one.text.strip(), kind=one.kind)
        for number, one in enumerate(content.questions, start=1)
    )
