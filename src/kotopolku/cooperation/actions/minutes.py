"""Acts on minutes: frozen and sent to be checked, signed, sent back, taken back, published, corrected.

What was signed has a digest; whatever changes after a signature voids it, and who had signed is told.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.errors import NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.clients.rules import Refusal, refuse
from kotopolku.cooperation import access_meetings as meetings
from kotopolku.cooperation import access_minutes as access
from kotopolku.cooperation import minutes_rules as rules
from kotopolku.cooperation import minutes_text as text
from kotopolku.cooperation.actions.checks import same_version
from kotopolku.cooperation.actions.meeting_checks import MINUTES
from kotopolku.cooperation.actions.meeting_told import desk_of
from kotopolku.cooperation.models import (
    Meeting,
    MeetingState,
    Minutes,
    MinutesCheck,
    MinutesState,
    PublishedMinutes,
    VoteState,
)
from kotopolku.cooperation.models import Vote as Votes
from kotopolku.cooperation.queries import minutes_facts as facts
from kotopolku.cooperation.queries.minutes_checks import checked, checks_of, may_check
from kotopolku.journal.actions import record
from kotopolku.notices.actions import notify
from kotopolku.writing import as_day

LONGEST_REMARKS = 4_000
LONGEST_REASON = 500


@transaction.atomic
def send_to_check(
    meeting_id: int, checkers: Sequence[int], *, actor: Viewer, expected_version: int
) -> Minutes:
    """Freezes the minutes and asks those chosen, by the ids of their calls, to check them.

    Raises ``NotVisible``, ``EditClash``, ``Refusals``.
    """
    of = meetings.led_meeting(actor, meeting_id, lock=True)
    found = _locked(of)
    same_version(found.version, expected_version)
    refused = _check_state(found, MinutesState.DRAFT)
    if of.state != MeetingState.CLOSED:
        refused.append(Refusal("", "not-closed", _("Close the meeting first.")))
    if Votes.objects.filter(item__meeting=of, state=VoteState.OPEN).exists():
        refused.append(Refusal("", "voting", _("A vote is still open. Close or annul it first.")))
    allowed = {one.pk for one in may_check(of)}
    refused += rules.check_checkers(list(checkers), allowed, rules.checkers_on(_held_on(of)))
    refuse(refused)
    with rowsecurity.as_system():
        content = facts.content_of(of) | {"changes": found.content.get("changes", [])}
        found.content, found.digest = content, rules.digest(content)
        found.state, found.signed_at = MinutesState.CHECKING, None
        found.version += 1
        found.save()
        found.checks.all().delete()
        made = MinutesCheck.objects.bulk_create(
            MinutesCheck(minutes=found, call_id=call_id) for call_id in sorted(set(checkers))
        )
        users = [one.call.user_id for one in made]
    record("cooperation.minutes.sent-to-check", actor=actor, object=(MINUTES, found.pk))
    _tell("cooperation.minutes-to-check", users, of, found, actor)
    return found


@transaction.atomic
def sign(meeting_id: int, digest: str, *, actor: Viewer, call_id: int | None = None) -> Minutes:
    """A checker signs what the page showed. When all have signed, the minutes are signed.

    Of a checker who does not sign in here, who leads the meeting notes the signature on paper (``call_id``).
    Raises ``NotVisible``, ``Refusals``.
    """
    of, found, check = _check_of(meeting_id, actor, call_id)
    refused = _check_state(found, MinutesState.CHECKING)
    if check.signed_at is not None:
        refused.append(Refusal("", "signed", _("The minutes have been signed by this person already.")))
    if digest != found.digest:
        words = _("The minutes have changed since the page was shown. Read them again, then sign.")
        refused.append(Refusal("", "changed", words))
    refuse(refused)
    check.signed_at, check.digest = clock.now(), found.digest
    with rowsecurity.as_system():
        check.save()
        done = not found.checks.exclude(digest=found.digest, signed_at__isnull=False).exists()
        if done:
            found.state, found.signed_at = MinutesState.SIGNED, clock.now()
            found.version += 1
            found.save()
    details = {"call": check.call_id, "on_paper": check.call.user_id is None, "all": done}
    record("cooperation.minutes.signed", actor=actor, object=(MINUTES, found.pk), details=details)
    if done:
        _tell("cooperation.minutes-signed", desk_of(of), of, found, actor)
    return found


@transaction.atomic
def send_back(meeting_id: int, remarks: str, *, actor: Viewer, call_id: int | None = None) -> Minutes:
    """A checker does not sign and says why; the minutes are a draft again, and the other's signature is void.

    Raises ``NotVisible``, ``Refusals``.
    """
    of, found, check = _check_of(meeting_id, actor, call_id)
    refused = _check_state(found, MinutesState.CHECKING)
    if not remarks.strip():
        refused.append(Refusal("remarks", "required", _("Write what should be changed.")))
    if len(remarks) > LONGEST_REMARKS:
        words = _("The text is too long: at most %(most)s characters fit.")
        refused.append(Refusal("remarks", "long", words, {"most": LONGEST_REMARKS}))
    refuse(refused)
    signed = _void(found)
    check.remarks, check.returned_at = remarks.strip(), clock.now()
    check.signed_at, check.digest = None, ""
    with rowsecurity.as_system():
        check.save()
    record("cooperation.minutes.returned", actor=actor, object=(MINUTES, found.pk), reason=check.remarks)
    _tell("cooperation.minutes-returned", desk_of(of), of, found, actor)
    _tell("cooperation.minutes-voided", signed, of, found, actor)
    return found


@transaction.atomic
def take_back(meeting_id: int, reason: str, *, actor: Viewer, expected_version: int) -> Minutes:
    """Takes the minutes back to be changed. Signatures are void and who had signed is told.

    Of published minutes the reason is the note of the correction; what was published stays until it is published anew.
    Raises ``NotVisible``, ``EditClash``, ``Refusals``.
    """
    of = meetings.led_meeting(actor, meeting_id, lock=True)
    found = _locked(of)
    same_version(found.version, expected_version)
    refused = []
    if found.state == MinutesState.DRAFT:
        refused.append(Refusal("", "draft", _("The minutes are a draft already.")))
    if not reason.strip():
        refused.append(Refusal("reason", "required", _("Write why.")))
    if len(reason) > LONGEST_REASON:
        words = _("The text is too long: at most %(most)s characters fit.")
        refused.append(Refusal("reason", "long", words, {"most": LONGEST_REASON}))
    refuse(refused)
    if found.state == MinutesState.PUBLISHED:
        change = {"on": clock.today().isoformat(), "why": reason.strip()}
        found.content = found.content | {"changes": [*found.content.get("changes", []), change]}
    signed = _void(found)
    record("cooperation.minutes.taken-back", actor=actor, object=(MINUTES, found.pk), reason=reason.strip())
    _tell("cooperation.minutes-voided", signed, of, found, actor)
    return found


@transaction.atomic
def publish(meeting_id: int, *, actor: Viewer, expected_version: int) -> PublishedMinutes:
    """Publishes signed minutes for everybody, without items that are not public; once more after a correction.

    Raises ``NotVisible``, ``EditClash``, ``Refusals``.
    """
    of = meetings.led_meeting(actor, meeting_id, lock=True)
    found = _locked(of)
    same_version(found.version, expected_version)
    refused = _check_state(found, MinutesState.SIGNED)
    if not refused and rules.digest(found.content) != found.digest:
        words = _("What is stored is not what was signed. Take the minutes back and have them checked again.")
        refused.append(Refusal("", "digest", words))
    refuse(refused)
    with rowsecurity.as_system():
        content, left_out = rules.public_form(found.content | {"checked": checked(checks_of(found))})
        with translation.override(of.language):
            title = f"{text.body_of(content)}: {text.title_of(content)}"
            words = text.markdown(content)
        made, is_new = PublishedMinutes.objects.update_or_create(
            meeting=of,
            defaults={
                "body_id": of.body_id,
                "organisation_id": of.organisation_id,
                "number": content["number"],
                "title": title[:300],
                "language": of.language,
                "held_on": _held_on(of),
                "content": content,
                "text": words,
                "left_out": left_out,
                "published_at": clock.now(),
            },
        )
        found.state = MinutesState.PUBLISHED
        found.version += 1
        found.save()
    details = {"published": made.pk, "left_out": left_out, "corrected": not is_new}
    record("cooperation.minutes.published", actor=actor, object=(MINUTES, found.pk), details=details)
    _tell("cooperation.minutes-published", of.readers, of, found, actor)
    return made


# Parts ------------------------------------------------------------------------------------------------------------------


def _locked(of: Meeting) -> Minutes:
    """The meeting's minutes, locked; they begin when somebody first acts on them."""
    found = access.locked_minutes(of)
    if found is None:
        with rowsecurity.as_system():
            Minutes.objects.get_or_create(meeting=of)
            found = Minutes.objects.select_for_update().get(meeting=of)
    return found


def _held_on(of: Meeting) -> Any:
    return as_day(of.opened_at or of.starts_at)


def _check_state(found: Minutes, needed: str) -> list[Refusal]:
    if found.state == needed:
        return []
    words = {
        MinutesState.DRAFT: _("The minutes are a draft. They are not being checked now."),
        MinutesState.CHECKING: _("The minutes are being checked and have not been signed by all."),
        MinutesState.SIGNED: _("The minutes have been signed."),
        MinutesState.PUBLISHED: _("The minutes have been published."),
    }[MinutesState(found.state)]
    return [Refusal("", f"is-{found.state}", words)]


def _check_of(meeting_id: int, actor: Viewer, call_id: int | None) -> tuple[Meeting, Minutes, MinutesCheck]:
    """The meeting, its minutes locked, and the actor's check (or that of one who does not sign in here)."""
    of = meetings.meeting(actor, meeting_id)
    if access.minutes_of(actor, of) is None:
        raise NotVisible
    found = _locked(of)
    rows = found.checks.select_related("call")
    if call_id is None:
        check = rows.filter(call__user_id=actor.user_id or 0).first()
    elif meetings.leads(actor, of):
        check = rows.filter(call_id=call_id, call__user=None).first()
    else:
        check = None
    if check is None:
        raise NotVisible
    return of, found, check


def _void(found: Minutes) -> list[int]:
    """Back to a draft; who had signed what is not any more."""
    with rowsecurity.as_system():
        rows = found.checks.filter(signed_at__isnull=False, call__user__isnull=False)
        signed = [one.call.user_id for one in rows.select_related("call") if one.call.user_id]
        found.checks.update(signed_at=None, digest="")
        found.state, found.digest, found.signed_at = MinutesState.DRAFT, "", None
        found.version += 1
        found.save()
    return signed


def _tell(kind: str, users: Iterable[int | None], of: Meeting, found: Minutes, actor: Viewer) -> None:
    notify(
        kind,
        [one for one in users if one is not None],
        actor=actor,
        address=reverse("cooperation:minutes-of", args=[of.pk]),
        about=(MINUTES, found.pk),
        on=_held_on(of),
    )
