"""Acts on bodies of cooperation and their terms, by the authority that appoints them: founded, changed, ended; terms.

A longer term than the law gives is refused, and one under an Act that is not in force. Not for: seats and people.
"""

from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Organisation, date_range
from kotopolku.clients.actions.case import done_before
from kotopolku.clients.rules import Refusal, refuse
from kotopolku.cooperation import access_bodies as access
from kotopolku.cooperation.actions.checks import same_version
from kotopolku.cooperation.actions.meeting_told import day_of
from kotopolku.cooperation.models import (
    Body,
    BodyKind,
    BodySeat,
    BodyTerm,
    Meeting,
    MeetingState,
    SeatHolder,
)
from kotopolku.cooperation.rules_bodies import (
    BodyContent,
    TermContent,
    act_in_force,
    check_kept_by,
    check_seats,
    check_term,
    moved,
)
from kotopolku.journal.actions import record
from kotopolku.reference import queries as reference

BODY = "cooperation.body"
TERM = "cooperation.body-term"
LARGEST_QUORUM = 200


@transaction.atomic
def found(content: BodyContent, *, actor: Viewer, token: UUID | None = None) -> Body:
    """A new body of the actor's organisation. Raises ``Refusals``."""
    require(actor, Capability.BODY_KEEP)
    if (before := done_before(token, BODY)) is not None:
        return access.own_body(actor, before)
    if actor.organisation_id is None:
        raise NotVisible
    keeper = Organisation.objects.get(pk=actor.organisation_id)
    refused = _check(content)
    if content.kind not in BodyKind.values:
        refused.append(Refusal("kind", "required", _("Choose what kind of body it is.")))
    else:
        refused += check_kept_by(content.kind, keeper.kind)
        refused += act_in_force("founded_on", content.kind, content.founded_on)
    refuse(refused)
    made = Body(
        organisation=keeper, kind=content.kind, founded_on=content.founded_on, made_by_id=actor.user_id
    )
    _write(made, content)
    made.save()
    record("cooperation.body.founded", actor=actor, object=(BODY, made.pk), token=token)
    return made


@transaction.atomic
def change(body_id: int, content: BodyContent, *, actor: Viewer, expected_version: int) -> Body:
    """Changes names, purpose, area and quorum; what kind it is and when it was founded stay. Raises ``EditClash``."""
    body = access.own_body(actor, body_id, lock=True)
    same_version(body.version, expected_version)
    refuse(_check(content))
    _write(body, content)
    body.version += 1
    body.save()
    record("cooperation.body.changed", actor=actor, object=(BODY, body.pk))
    return body


@transaction.atomic
def end(body_id: int, on: date, *, actor: Viewer, expected_version: int) -> Body:
    """Ends the body with ``on`` as its last day; the term that goes on and those who sit in it end the same day."""
    body = access.own_body(actor, body_id, lock=True)
    same_version(body.version, expected_version)
    refused = []
    if body.ended_on is not None:
        refused.append(Refusal("", "ended", _("The body has ended already.")))
    refuse(refused + check_end(body, on))
    cut(body, on)
    body.ended_on = on
    body.version += 1
    body.save(update_fields=["ended_on", "version"])
    record("cooperation.body.ended", actor=actor, object=(BODY, body.pk))
    return body


def check_end(body: Body, on: date) -> list[Refusal]:
    """Whether a body can end with ``on`` as its last day: nothing is planned or appointed after it."""
    refused = []
    if on < body.founded_on:
        words = _("The body was founded on %(day)s; it cannot end before it.")
        refused.append(Refusal("on", "before-founded", words, {"day": body.founded_on}))
    coming = body.terms.filter(days__startswith__gt=on)
    if coming.exists():
        refused.append(
            Refusal("on", "coming-term", _("A term begins after that day. Remove that term first."))
        )
    refused += _meetings_outside(Meeting.objects.filter(body=body), date.min, on, "on")
    late = SeatHolder.objects.filter(seat__term__in=body.terms.filter(days__contains=on))
    if late.filter(days__startswith__gt=on).exists():
        words = _("Somebody has been named for days after it. Let that person leave first.")
        refused.append(Refusal("on", "named-later", words))
    return refused


def cut(body: Body, on: date) -> None:
    """The term that goes on, and those who sit in it, end with the body; what they had is kept for a correction."""
    for one in body.terms.filter(days__contains=on):
        for holder in SeatHolder.objects.filter(seat__term=one, days__contains=on):
            if holder.last_day != on:
                holder.cut_from, holder.days = holder.last_day, date_range(holder.days.lower, on)
                holder.save(update_fields=["days", "cut_from"])
        if one.last_day != on:
            one.cut_from, one.days = one.last_day, date_range(one.days.lower, on)
        one.version += 1
        one.save(update_fields=["days", "cut_from", "version"])


def uncut(body: Body) -> None:
    """Gives the term and the people back the days that the end of the body took; who sits to the term's end still does."""
    for term in body.terms.filter(cut_from__isnull=False):
        for one in SeatHolder.objects.filter(seat__term=term):
            if one.last_day == term.last_day and (one.cut_from or not one.left_reason):
                one.days = date_range(one.days.lower, one.cut_from or term.cut_from)
                one.cut_from = None
                one.save(update_fields=["days", "cut_from"])
        term.days, term.cut_from = date_range(term.days.lower, term.cut_from), None
        term.version += 1
        term.save(update_fields=["days", "cut_from", "version"])


def _meetings_outside(rows: "QuerySet[Meeting]", first: date, last: date, field: str) -> list[Refusal]:
    """Refuses days that leave out a meeting that was held or is to be."""
    for one in rows.exclude(state=MeetingState.CANCELLED).order_by("starts_at"):
        day = day_of(one)
        if not first <= day <= last:
            words = _("The body has a meeting on %(day)s. Move or cancel it first.")
            return [Refusal(field, "meeting", words, {"day": day})]
    return []


def _check(content: BodyContent) -> list[Refusal]:
    refused = []
    if not content.name_fi.strip():
        refused.append(Refusal("name_fi", "required", _("Give the body's name in Finnish.")))
    if not (content.purpose_fi.strip() or content.purpose_sv.strip()):
        refused.append(Refusal("purpose_fi", "required", _("Write what the body is for.")))
    if content.quorum is not None and not 1 <= content.quorum <= LARGEST_QUORUM:
        words = _("The quorum is 1 to %(most)s.")
        refused.append(Refusal("quorum", "range", words, {"most": LARGEST_QUORUM}))
    known = {one.code for one in reference.municipalities_on(content.founded_on)}
    known |= {one.code for one in reference.municipalities_on(clock.today())}
    if set(content.municipalities) - known:
        refused.append(Refusal("municipalities", "unknown", _("Choose municipalities from the list.")))
    return refused


def _write(body: Body, content: BodyContent) -> None:
    body.name_fi, body.name_sv = content.name_fi.strip(), content.name_sv.strip()
    body.name_en = content.name_en.strip()
    texts = {"fi": content.purpose_fi.strip(), "sv": content.purpose_sv.strip()}
    body.purpose = {language: text for language, text in texts.items() if text}
    body.municipalities = sorted(set(content.municipalities))
    body.quorum = content.quorum


# Terms ----------------------------------------------------------------------------------------------------------------


@transaction.atomic
def appoint(body_id: int, content: TermContent, *, actor: Viewer, token: UUID | None = None) -> BodyTerm:
    """A term of the body. Raises ``Refusals``: an Act not in force, longer than its rule, overlapping."""
    if (before := done_before(token, TERM)) is not None:
        return access.own_term(actor, before)
    body = access.own_body(actor, body_id, lock=True)
    refuse(_check_term(body, content, None))
    made = BodyTerm.objects.create(
        body=body,
        days=date_range(content.first_on, content.last_on),
        appointed_on=content.appointed_on,
        decision=content.decision.strip(),
    )
    record("cooperation.body.appointed", actor=actor, object=(TERM, made.pk), token=token)
    return made


@transaction.atomic
def change_term(term_id: int, content: TermContent, *, actor: Viewer, expected_version: int) -> BodyTerm:
    """Changes a term's days or decision; who sat from its beginning or to its end still does. Raises ``EditClash``."""
    body = access.own_body(actor, access.own_term(actor, term_id).body_id, lock=True)
    found = access.own_term(actor, term_id, lock=True)
    same_version(found.version, expected_version)
    refused = _check_term(body, content, found)
    old, new = (found.days.lower, found.last_day or found.days.lower), (content.first_on, content.last_on)
    holders = list(SeatHolder.objects.filter(seat__term=found))
    days = [moved(one.days.lower, one.last_day or old[1], old, new) for one in holders]
    if not refused and None in days:
        words = _("Somebody has been named for days outside these. Let that person leave first.")
        refused.append(Refusal("last_on", "named-outside", words))
    if not refused:
        refused += _too_many(body, found, content.first_on)
        refused += _meetings_outside(found.meetings.all(), *new, "last_on")
    refuse(refused)
    for one, within in zip(holders, days, strict=True):
        if within is not None and within != (one.days.lower, one.last_day):
            one.cut_from = one.cut_from if one.last_day == within[1] else None
            one.days = date_range(*within)
            one.save(update_fields=["days", "cut_from"])
    found.cut_from = found.cut_from if old[1] == new[1] else None
    found.days = date_range(*new)
    found.appointed_on, found.decision = content.appointed_on, content.decision.strip()
    found.version += 1
    found.save()
    record("cooperation.body.term-changed", actor=actor, object=(TERM, found.pk))
    return found


@transaction.atomic
def remove_term(term_id: int, *, actor: Viewer) -> None:
    """Removes a term in which nobody has been named, with its empty seats."""
    found = access.own_term(actor, term_id, lock=True)
    if SeatHolder.objects.filter(seat__term=found).exists():
        words = _("People have been named in this term; it stays in the body's history.")
        refuse([Refusal("", "named", words)])
    if found.meetings.exists():
        words = _("The term has meetings; it stays in the body's history.")
        refuse([Refusal("", "meetings", words)])
    record("cooperation.body.term-removed", actor=actor, object=(TERM, found.pk))
    found.delete()


def _check_term(body: Body, content: TermContent, of: BodyTerm | None) -> list[Refusal]:
    others = body.terms.exclude(pk=of.pk if of else 0)
    days = [(one.days.lower, one.last_day or date.max) for one in others]
    return check_term(body.kind, content, body.founded_on, body.ended_on, days)


def _too_many(body: Body, term: BodyTerm, first: date) -> list[Refusal]:
    """The seats of a term whose first day moves under another rule."""
    roles: list[str] = []
    for role in BodySeat.objects.filter(term=term).values_list("role", flat=True):
        if check_seats(body.kind, first, role, roles):
            return [Refusal("first_on", "too-many", _("The term has more seats than its rule allows."))]
        roles.append(role)
    return []
