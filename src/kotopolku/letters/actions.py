"""The writers of letters: write one, send it, withdraw it, note that the client opened it, move those on their way.

Not for: what it says (``queries.content``), the service itself (``suomifi.py``).
"""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.clients import access
from kotopolku.clients.actions import case as cases
from kotopolku.clients.rules import Refusal, Refusals, refuse
from kotopolku.journal.actions import record
from kotopolku.letters import paper, queries, rules, sources, suomifi
from kotopolku.letters.models import Channel, Letter, LetterNumber, LetterState

LETTER = "letters.letter"


@transaction.atomic
def write_letter(
    relationship_id: int,
    template_id: str,
    values: Mapping[str, str | date],
    *,
    actor: Viewer,
    language: str,
    beside: str = "",
    token: UUID | None = None,
) -> Letter:
    """Writes a letter and keeps it as set; nothing is sent yet. Raises ``Refusals``."""
    case = cases.let_in(actor, Capability.CLIENT_EDIT, relationship_id)
    if (earlier := cases.done_before(token, LETTER)) is not None:
        return Letter.objects.get(pk=earlier)
    template = sources.templates().get(template_id)
    if template is None:
        raise Refusals([Refusal("template", "unknown-template", _("Choose a letter."))])
    found = []
    if language not in sources.BINDING:
        found.append(Refusal("language", "unknown-language", _("Choose Finnish, Swedish or English.")))
    if beside and beside not in sources.languages():
        found.append(Refusal("beside", "unknown-language", _("There are no words in this language yet.")))
    texts = {name: str(value or "") for name, value in values.items()}
    found += [
        Refusal(gap.field, "required", _("Fill this in; the letter needs it."))
        for gap in rules.gaps(template.required, texts)
    ]
    refuse(found)
    number = _next_number(actor.day.year)
    content = queries.content(
        case,
        template,
        {name: value for name, value in values.items() if value},
        language=language,
        beside=beside,
        number=number,
        day=actor.day,
        address=queries.receiver_address(case, actor),
    )
    letter = Letter.objects.create(
        relationship_id=relationship_id,
        person_id=case.relationship.person_id,
        organisation_id=case.responsibility.authority_id,
        number=number,
        template=template.id,
        template_version=template.valid_from,
        language=language,
        beside=beside if beside != language else "",
        title=content["title"],
        content=content,
        pdf_sha256=paper.fingerprint(paper.as_pdf(content)),
        written_by_id=actor.user_id,
        written_at=clock.now(),
    )
    record(
        "letters.letter.written",
        actor=actor,
        subjects=[letter.person_id],
        object=(LETTER, letter.pk),
        details={"template": template.id, "language": language, "beside": beside},
        token=token,
    )
    return letter


def _next_number(year: int) -> str:
    LetterNumber.objects.get_or_create(year=year)
    row = LetterNumber.objects.select_for_update().get(year=year)
    row.last += 1
    row.save(update_fields=["last"])
    return f"{year}-K-{row.last:06d}"


def _locked(actor: Viewer, relationship_id: int, letter_id: int) -> Letter:
    cases.let_in(actor, Capability.CLIENT_EDIT, relationship_id)
    queries.one(actor, relationship_id, letter_id)
    return Letter.objects.select_for_update().get(pk=letter_id)


@transaction.atomic
def send_letter(relationship_id: int, letter_id: int, channel: str, *, actor: Viewer) -> Letter:
    """Sends a prepared letter by one channel. One that failed can be sent again, also by another channel."""
    case = cases.let_in(actor, Capability.CLIENT_EDIT, relationship_id)
    letter = _locked(actor, relationship_id, letter_id)
    if letter.state not in (LetterState.PREPARED, LetterState.FAILED):
        raise Refusals([Refusal("channel", "already-sent", _("This letter has been sent already."))])
    if channel not in queries.channels(actor, case):
        message = _("Choose a way to send. The messages service needs an identity code and a connection.")
        raise Refusals([Refusal("channel", "unknown-channel", message)])
    letter.channel, letter.fault = channel, ""
    if channel == Channel.MESSAGES:
        letter.state, letter.attempts, letter.next_try_at = LetterState.QUEUED, 0, clock.now()
    else:
        letter.state, letter.sent_on = LetterState.SENT, actor.day
    letter.save()
    record(
        "letters.letter.sent",
        actor=actor,
        subjects=[letter.person_id],
        object=(LETTER, letter.pk),
        details={"channel": channel},
    )
    return letter


@transaction.atomic
def withdraw_letter(relationship_id: int, letter_id: int, *, actor: Viewer) -> Letter:
    """Takes back a letter that has not been sent; its number stays used."""
    letter = _locked(actor, relationship_id, letter_id)
    if letter.state not in (LetterState.PREPARED, LetterState.FAILED):
        raise Refusals([Refusal("", "already-sent", _("This letter has been sent already."))])
    letter.state = LetterState.WITHDRAWN
    letter.save(update_fields=["state"])
    record("letters.letter.withdrawn", actor=actor, subjects=[letter.person_id], object=(LETTER, letter.pk))
    return letter


@transaction.atomic
def print_letter(letter: Letter, *, actor: Viewer) -> bytes:
    """The letter as PDF, as it was set when it was written, but for an address that an order hides since then.

    The caller has let the actor in.
    """
    pdf = paper.as_pdf(queries.as_told_now(letter, actor.day))
    record("letters.letter.printed", actor=actor, subjects=[letter.person_id], object=(LETTER, letter.pk))
    return pdf


@transaction.atomic
def open_own_letter(person_id: int, letter_id: int, *, actor: Viewer) -> bytes:
    """The client opens a letter at the own page; the first time is noted as its arrival."""
    require(actor, Capability.OWN_PATH)
    letter = queries.own_letter(actor, person_id, letter_id)
    if letter.opened_at is None and actor.own is not None and actor.own.self_id == person_id:
        with access.seeing_all(actor):
            Letter.objects.filter(pk=letter.pk, opened_at=None).update(opened_at=clock.now())
    record("letters.letter.opened", actor=actor, subjects=[person_id], object=(LETTER, letter.pk))
    own = actor.own is not None and actor.own.self_id == person_id
    return paper.as_pdf(letter.content if own else queries.as_told_now(letter, actor.day))


@transaction.atomic
def move_message(letter_id: int, service: suomifi.Service, *, actor: Viewer) -> Letter | None:
    """One step of a letter in the messages service: queued → sent → delivered, or another try later. For the job.

    None when another worker has it or it is not due. A fault of the service never loses the letter: it waits and is
    tried again, and after the last try a person sees it as not delivered.
    """
    letter = (
        Letter.objects.select_for_update(skip_locked=True)
        .select_related("person")
        .filter(pk=letter_id, channel=Channel.MESSAGES, next_try_at__lte=clock.now())
        .first()
    )
    if letter is None:
        return None
    letter.attempts += 1
    try:
        _step(letter, service)
        letter.fault = ""
    except suomifi.Rejected as refused:
        letter.state, letter.next_try_at, letter.fault = LetterState.FAILED, None, str(refused)[:300]
    except suomifi.Away as away:
        wait = rules.wait_after(letter.attempts)
        letter.fault = str(away)[:300]
        letter.next_try_at = clock.now() + wait if wait else None
        if wait is None:
            letter.state = LetterState.FAILED
    letter.save()
    record(
        "letters.letter.moved",
        actor=actor,
        subjects=[letter.person_id],
        object=(LETTER, letter.pk),
        details={"state": letter.state, "attempts": letter.attempts},
    )
    return letter


def _step(letter: Letter, service: suomifi.Service) -> None:
    if letter.state == LetterState.QUEUED:
        letter.external_id = service.send(
            suomifi.Message(
                reference=letter.number,
                identity_code=letter.person.identity_code or "",
                title=letter.title,
                pdf=paper.as_pdf(letter.content),
            )
        )
        letter.state, letter.sent_on, letter.attempts = LetterState.SENT, clock.today(), 0
        wait = rules.wait_after(1)
        letter.next_try_at = clock.now() + wait if wait else None
    elif service.is_delivered(letter.external_id):
        letter.state, letter.next_try_at = LetterState.DELIVERED, None
    else:
        wait = rules.wait_after(letter.attempts)
        letter.next_try_at = clock.now() + wait if wait else None
