"""Acts that correct a last day given by mistake: of somebody on a seat, of a body. It is moved or taken away, with a reason.

What has come to depend on the day forbids it, and is named. Not for: leaving a seat (``seats.py``), ending (``bodies.py``).
"""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_noop as _

from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import date_range
from kotopolku.clients.rules import Refusal, refuse
from kotopolku.cooperation import access_bodies as access
from kotopolku.cooperation.actions.bodies import BODY, check_end, cut, uncut
from kotopolku.cooperation.actions.checks import same_version
from kotopolku.cooperation.actions.meeting_told import day_of
from kotopolku.cooperation.actions.seats import HOLDER, locked, touch
from kotopolku.cooperation.models import Body, Meeting, SeatHolder
from kotopolku.cooperation.queries.body_seats import held_of, term_days
from kotopolku.cooperation.rules_bodies import correcting
from kotopolku.journal.actions import record

SAME = _("That is the last day already.")


@transaction.atomic
def of_holder(
    holder_id: int, on: date | None, reason: str, *, actor: Viewer, expected_version: int
) -> SeatHolder:
    """Another last day on a seat; ``on`` None: the person sits to the end of the term.

    Raises ``EditClash`` (of the seat), ``NotVisible``, ``Refusals``.
    """
    # The body first, so that it does not end meanwhile.
    body = access.own_body(actor, access.own_holder(actor, holder_id).seat.term.body_id, lock=True)
    seat, found = locked(holder_id, actor, expected_version)
    term = term_days(seat.term)
    held = held_of(seat)
    [one] = [each for each in held if each.pk == found.pk]
    new = on or term[1]
    refused = _check_reason(reason)
    if one.last == term[1]:
        words = _("The person sits to the end of the term: there is no last day to correct.")
        refused.append(Refusal("", "not-ended", words))
    elif new == one.last:
        refused.append(Refusal("on", "same", SAME))
    refused += _check_keeper(body, one.last, new) + correcting(held, one, new, term)
    refuse(refused + _check_meetings(found, new))
    found.days, found.cut_from = date_range(one.first, new), None
    if new == term[1]:
        found.left_reason = ""
    found.save(update_fields=["days", "cut_from", "left_reason"])
    touch(seat)
    record(
        "cooperation.seat.last-day-corrected",
        actor=actor,
        object=(HOLDER, found.pk),
        reason=reason.strip(),
        details={"from": one.last.isoformat(), "to": new.isoformat()},
    )
    return found


@transaction.atomic
def of_body(body_id: int, on: date | None, reason: str, *, actor: Viewer, expected_version: int) -> Body:
    """Another last day of a body; ``on`` None: the body goes on. Its term and who sat in it get back the days it took.

    Raises ``EditClash``, ``NotVisible``, ``Refusals``.
    """
    body = access.own_body(actor, body_id, lock=True)
    same_version(body.version, expected_version)
    old = body.ended_on
    refused = _check_reason(reason)
    if old is None:
        refused.append(Refusal("", "not-ended", _("The body has no last day to correct.")))
    elif old == on:
        refused.append(Refusal("on", "same", SAME))
    else:
        refused += _check_keeper(body, old, on)
    refuse(refused)
    uncut(body)
    if on is not None:
        refuse(check_end(body, on))
        cut(body, on)
    body.ended_on = on
    body.version += 1
    body.save(update_fields=["ended_on", "version"])
    record(
        "cooperation.body.last-day-corrected",
        actor=actor,
        object=(BODY, body.pk),
        reason=reason.strip(),
        details={"from": old.isoformat() if old else None, "to": on.isoformat() if on else None},
    )
    return body


# Parts ------------------------------------------------------------------------------------------------------------------


def _check_reason(reason: str) -> list[Refusal]:
    return [] if reason.strip() else [Refusal("reason", "required", _("Write why."))]


def _check_keeper(body: Body, old: date, new: date | None) -> list[Refusal]:
    """What the authority before has settled is not the successor's to change."""
    since = body.taken_over_on
    if since is None:
        return []
    params = {"keeper": body.organisation.name, "day": since}
    if old < since:
        words = _(
            "%(keeper)s took the body over on %(day)s. The authority before it gave an earlier last day, which stays."
        )
        return [Refusal("", "taken-over", words, params)]
    if new is not None and new < since:
        words = _("%(keeper)s took the body over on %(day)s. The last day cannot be before that.")
        return [Refusal("on", "before-taken-over", words, params)]
    return []


def _check_meetings(holder: SeatHolder, new: date) -> list[Refusal]:
    """Who was at a meeting sat in the body then."""
    rows = Meeting.objects.filter(calls__holder=holder, calls__presence__isnull=False)
    last = rows.order_by("-starts_at").first()
    if last is None or day_of(last) <= new:
        return []
    words = _("%(name)s was at the meeting on %(day)s. The last day cannot be before it.")
    return [Refusal("on", "was-there", words, {"name": holder.name, "day": day_of(last)})]
