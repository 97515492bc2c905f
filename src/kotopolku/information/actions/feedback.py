"""Acts on feedback: received from a reader, answered, sent, handed on, archived; what is kept too long is deleted.

A reader writes without signing in: the system writes for them. Not for: what may be sent (``feedback_rules.py``).
"""

import logging
import secrets
import smtplib
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Sum
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.clients.rules import EditClash, Refusal, refuse
from kotopolku.information import access_feedback as access
from kotopolku.information import digits
from kotopolku.information import feedback_rules as rules
from kotopolku.information.languages import ui_code
from kotopolku.information.models import (
    DailySalt,
    Feedback,
    FeedbackAddress,
    FeedbackState,
    FeedbackTry,
    Page,
    Space,
)
from kotopolku.journal.actions import record
from kotopolku.notices.actions import notify
from kotopolku.placement.queries.people import holders

log = logging.getLogger(__name__)
FEEDBACK = "information.feedback"
RECEIVER = "information.feedback"
"""Name of the system when a reader writes."""

TOO_MANY = _(
    "Many messages have come from your network just now. Wait for ten minutes and send this again: your words stay here."
)
REFUSALS = {
    "empty": _("Say whether the page helped, or write something."),
    "too-long": _("The text is too long: %(most)s signs at most."),
}


@dataclass(frozen=True)
class FeedbackContent:
    """What a reader sends. ``key``: of the page it is about; ``email``: only if an answer is wished."""

    words: str
    useful: bool | None
    language: str
    key: str = ""
    path: str = ""
    email: str = ""


@transaction.atomic
def receive(
    space_id: int, content: FeedbackContent, *, actor: Viewer, token: UUID, network_address: str
) -> Feedback:
    """Feedback from a reader, under a number of its own. Sent twice it is one. Raises ``Refusals``.

    ``actor``: whoever reads, also nobody in particular; it is not kept, because readers write without a name.
    """
    words = {"most": rules.LONGEST}
    refuse(
        [
            Refusal(field, code, REFUSALS[code], words)
            for field, code in rules.faults(content.words, content.useful)
        ]
    )
    with rowsecurity.as_system():
        if (before := Feedback.objects.filter(token=token).first()) is not None:
            return before
        refuse_too_many(network_address)
        space = Space.objects.select_related("parent__parent").get(pk=space_id)
        row = Feedback.objects.create(
            number=_number(),
            space=space,
            first_space=space,
            page=_page(space, content.key),
            path=content.path[:300],
            language=content.language,
            useful=content.useful,
            words=content.words.strip(),
            made_at=clock.now(),
            token=token,
        )
        if content.email:
            day = rules.delete_on(clock.today(), settings.FEEDBACK_ADDRESS_DAYS)
            FeedbackAddress.objects.create(feedback=row, email=content.email, delete_on=day)
        system = Viewer.for_system(RECEIVER, actor.day)
        record("information.feedback.received", actor=system, object=(FEEDBACK, row.pk))
        _tell("information.feedback-came", row, actor=system)
    return row


def _number() -> str:
    while True:
        drawn = f"{secrets.randbelow(9000) + 1000}-{secrets.randbelow(10_000):04d}"
        if not Feedback.objects.filter(number=drawn).exists():
            return drawn


def _page(space: Space, key: str) -> Page | None:
    ids = [one.pk for one in (space, space.parent, space.parent and space.parent.parent) if one]
    return Page.objects.filter(space__in=ids, key=key).first() if key else None


def refuse_too_many(network_address: str) -> None:
    """Counts what was taken from one network address today; the address itself is not kept. Raises ``Refusals``."""
    day, window = clock.today(), rules.window(clock.real_now())
    fresh = DailySalt(day=day, salt=secrets.token_bytes(32))
    DailySalt.objects.bulk_create([fresh], ignore_conflicts=True)
    mark = rules.mark(bytes(DailySalt.objects.get(day=day).salt), network_address)
    tries = FeedbackTry.objects.filter(day=day, mark=mark)
    first = FeedbackTry(day=day, mark=mark, window=window, count=0)
    FeedbackTry.objects.bulk_create([first], ignore_conflicts=True)
    row = tries.select_for_update().get(window=window)
    if rules.is_too_many(row.count, tries.aggregate(all=Sum("count"))["all"]):
        refuse([Refusal("", "too-many", TOO_MANY)])
    row.count += 1
    row.save(update_fields=["count"])


def _tell(kind: str, row: Feedback, *, actor: Viewer) -> int:
    """Tells the editors of the space's organisation. The notice says nothing of what was written."""
    organisation = row.space.organisation_id
    return notify(
        kind,
        holders(organisation, Capability.CONTENT_EDIT, actor.day),
        actor=actor,
        address=reverse("information:feedback-one", args=[row.number]),
        organisation_id=organisation,
        about=(FEEDBACK, row.pk),
    )


def _own(actor: Viewer, number: str, expected_version: int | None = None) -> Feedback:
    """Raises ``MissingCapability``, ``NotVisible``, ``EditClash``."""
    row = access.ticket(actor, number, lock=True)
    if expected_version is not None and row.version != expected_version:
        raise EditClash(theirs={"words": row.answer}, version=row.version, who="", when=clock.now())
    return row


@transaction.atomic
def answer(number: str, words: str, *, actor: Viewer, expected_version: int) -> Feedback:
    """Answers a ticket. Where an address was left the answer goes there by mail, and the address is deleted then.

    Raises ``Refusals``, ``EditClash``.
    """
    row = _own(actor, number, expected_version)
    words = words.strip()
    found = []
    if row.state == FeedbackState.ANSWERED:
        found.append(Refusal("", "answered", _("This has been answered already.")))
    if not words:
        found.append(Refusal("words", "empty", _("Write the answer.")))
    if len(words) > rules.LONGEST_ANSWER:
        found.append(Refusal("words", "too-long", REFUSALS["too-long"], {"most": rules.LONGEST_ANSWER}))
    refuse(found)
    row.answer, row.answered_by_id, row.answered_at = words, actor.user_id, clock.now()
    row.state = FeedbackState.ANSWERED
    row.version += 1
    row.save()
    FeedbackAddress.objects.filter(feedback=row).update(answer=words)
    record("information.feedback.answered", actor=actor, object=(FEEDBACK, row.pk))
    return row


@transaction.atomic
def hand_on(number: str, slug: str, *, actor: Viewer) -> Feedback:
    """Gives a ticket to the editors of another space, who are told. Raises ``Refusals``."""
    row = _own(actor, number)
    space = Space.objects.filter(slug=slug).first()
    found = []
    if space is None:
        found.append(Refusal("space", "unknown", _("Choose an area from the list.")))
    elif space.pk == row.space_id:
        found.append(Refusal("space", "same", _("The feedback is there already.")))
    if row.state != FeedbackState.OPEN:
        found.append(Refusal("", "closed", _("Only feedback that waits for an answer can be handed on.")))
    refuse(found)
    if space is None:
        raise NotVisible
    row.space = space
    row.version += 1
    with rowsecurity.as_system():
        row.save()
        _tell("information.feedback-handed-on", row, actor=actor)
    record(
        "information.feedback.forwarded",
        actor=actor,
        object=(FEEDBACK, row.pk),
        details={"space": space.slug},
    )
    return row


@transaction.atomic
def archive(number: str, *, actor: Viewer) -> Feedback:
    """Takes a ticket from the list; an address that waits for no answer is deleted. Safe to repeat."""
    row = _own(actor, number)
    if row.state == FeedbackState.ARCHIVED:
        return row
    FeedbackAddress.objects.filter(feedback=row, answer="").delete()
    row.state = FeedbackState.ARCHIVED
    row.version += 1
    row.save(update_fields=["state", "version"])
    record("information.feedback.archived", actor=actor, object=(FEEDBACK, row.pk))
    return row


@transaction.atomic
def open_again(number: str, *, actor: Viewer) -> Feedback:
    """Puts an archived ticket back. Safe to repeat."""
    row = _own(actor, number)
    if row.state != FeedbackState.ARCHIVED:
        return row
    row.state = FeedbackState.ANSWERED if row.answered_at else FeedbackState.OPEN
    row.version += 1
    row.save(update_fields=["state", "version"])
    record("information.feedback.opened", actor=actor, object=(FEEDBACK, row.pk))
    return row


def send_answers(*, actor: Viewer) -> tuple[int, int]:
    """Mails the answers that wait, each in a transaction of its own, and deletes the address. Returns (sent, failed)."""
    with transaction.atomic():
        rowsecurity.apply(actor)
        waiting = list(FeedbackAddress.objects.exclude(answer="").values_list("pk", flat=True))
    sent = failed = 0
    for pk in waiting:
        outcome = _send(pk, actor)
        sent += outcome is True
        failed += outcome is False
    return sent, failed


@transaction.atomic
def _send(pk: int, actor: Viewer) -> bool | None:
    """True: sent. False: the mail server did not take it, so it waits. None: somebody else has sent it."""
    rowsecurity.apply(actor)
    rows = FeedbackAddress.objects.select_for_update(skip_locked=True, of=("self",)).exclude(answer="")
    address = rows.select_related("feedback").filter(pk=pk).first()
    if address is None:
        return None
    try:
        letter(address).send()
    except (OSError, smtplib.SMTPException) as error:
        # Only the kind of fault: an address may stand in its text.
        log.warning("feedback: an answer was not sent (%s); it will be tried again", type(error).__name__)
        return False
    record("information.feedback.sent", actor=actor, object=(FEEDBACK, address.feedback_id))
    address.delete()
    return True


def letter(address: FeedbackAddress) -> EmailMessage:
    """The answer as a mail, its own words in the language in which the reader wrote."""
    row = address.feedback
    with translation.override(ui_code(row.language)):
        body = [
            gettext("You wrote to us about a page of Kotopolku. This is our answer."),
            "",
            digits.in_order(address.answer) if translation.get_language_bidi() else address.answer,
            "",
            gettext("Number of your message: %(number)s") % {"number": row.number},
            gettext(
                "We have now deleted your e-mail address. Do not answer this message: nobody reads the answers."
            ),
        ]
        subject = gettext("Answer to your feedback %(number)s") % {"number": row.number}
        return EmailMessage(subject, "\n".join(body), to=[address.email])


@transaction.atomic
def clean(*, actor: Viewer) -> dict[str, int]:
    """Deletes what may be kept no longer: addresses, marks and salts of other days, feedback closed long ago.

    Returns how many of each. Run by a job every night; safe to repeat.
    """
    today = clock.today()
    limit = clock.now() - timedelta(days=settings.FEEDBACK_KEPT_DAYS)
    closed = Feedback.objects.exclude(state=FeedbackState.OPEN).filter(made_at__lt=limit)
    addresses = FeedbackAddress.objects.filter(delete_on__lt=today)
    counted = {
        "addresses": addresses.delete()[0],
        "marks": FeedbackTry.objects.exclude(day=today).delete()[0],
        "salts": DailySalt.objects.exclude(day=today).delete()[0],
        "feedback": closed.delete()[0],
    }
    if any(counted.values()):
        record("information.feedback.cleaned", actor=actor, details=counted)
    return counted
