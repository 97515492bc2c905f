"""Acts on comments and proposals in a draft: said of a paragraph, answered, settled; accepted into the text or refused.

A comment holds no lock, so that any number of people comment at once. Not for: writing the text (``municipal_sections.py``).
"""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access.errors import NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.clients.actions.case import done_before
from kotopolku.clients.rules import Refusal, refuse
from kotopolku.journal.actions import record
from kotopolku.notices.actions import notify
from kotopolku.steering import access_municipal as access
from kotopolku.steering import municipal_rules as rules
from kotopolku.steering.actions.municipal import check_draft
from kotopolku.steering.actions.municipal_rights import people_of
from kotopolku.steering.actions.municipal_sections import SECTION, check_here, hold, keep_version
from kotopolku.steering.models import (
    ProgrammeSection,
    ProposalState,
    SectionComment,
    SectionProposal,
    SectionVersion,
)

COMMENT, PROPOSAL = "steering.municipal-comment", "steering.municipal-proposal"
LONGEST_COMMENT, LONGEST_ANSWER = 4_000, 1_000
DECIDED = {
    ProposalState.ACCEPTED.value: "steering.municipal.proposal-accepted",
    ProposalState.REFUSED.value: "steering.municipal.proposal-refused",
}


@dataclass(frozen=True)
class Spot:
    """A paragraph as somebody saw it: of which version, in which language. ``paragraph`` None: the section as a whole."""

    number: int
    language: str
    paragraph: int | None = None


@transaction.atomic
def comment(
    section_id: int, spot: Spot, text: str, *, actor: Viewer, token: UUID | None = None
) -> SectionComment:
    """A comment of the actor's organisation, to the text as the actor saw it. Raises ``NotVisible``, ``Refusals``."""
    found = _talking(section_id, actor)
    if (before := done_before(token, COMMENT)) is not None:
        return access.comment(actor, before)
    paragraph, refused = _seen(found, spot)
    refuse(refused + _check_words("text", text, LONGEST_COMMENT, _("Write the comment.")))
    made = SectionComment.objects.create(
        section=found,
        language=spot.language,
        number=spot.number,
        paragraph=spot.paragraph or 0,
        quote=rules.quote(paragraph),
        text=text.strip(),
        organisation_id=_speaker(actor),
        made_by_id=actor.user_id,
        made_at=clock.now(),
    )
    record("steering.municipal.commented", actor=actor, object=(COMMENT, made.pk), token=token)
    return made


@transaction.atomic
def answer(comment_id: int, text: str, *, actor: Viewer, token: UUID | None = None) -> SectionComment:
    """An answer to a comment; who made it is told. Raises ``NotVisible``, ``Refusals``."""
    first = access.comment(actor, comment_id)
    if first.parent_id is not None:
        first = access.comment(actor, first.parent_id)
    _talking(first.section_id, actor)
    if (before := done_before(token, COMMENT)) is not None:
        return access.comment(actor, before)
    refuse(_check_words("text", text, LONGEST_COMMENT, _("Write the answer.")))
    made = _answer(first, text, actor)
    record("steering.municipal.comment-answered", actor=actor, object=(COMMENT, made.pk), token=token)
    _tell("steering.municipal-comment-answered", first, actor)
    return made


@transaction.atomic
def settle(comment_id: int, how: str, *, actor: Viewer) -> SectionComment:
    """Closes a comment, saying what came of it; by who writes the section. Raises ``NotVisible``, ``Refusals``."""
    section = access.writable_section(actor, access.comment(actor, comment_id).section_id)
    refuse(_check_words("how", how, LONGEST_ANSWER, _("Write what came of the comment.")))
    found = _held(section, comment_id, actor)
    if found.settled_at is not None:
        refuse([Refusal("", "settled", _("The comment has been settled already."))])
    found.settled_at, found.settled_by_id = clock.now(), actor.user_id
    found.settled_how = how.strip()
    found.save(update_fields=["settled_at", "settled_by", "settled_how"])
    record("steering.municipal.comment-settled", actor=actor, object=(COMMENT, found.pk))
    _tell("steering.municipal-comment-settled", found, actor)
    return found


@transaction.atomic
def open_again(comment_id: int, reason: str, *, actor: Viewer) -> SectionComment:
    """Opens a settled comment again; the reason stands in it as an answer, and what had come of it stays to be read.

    By who writes the section, and by who made the comment. Raises ``NotVisible``, ``Refusals``.
    """
    seen = access.comment(actor, comment_id)
    section = access.part_section(actor, seen.section_id)
    if not access.may_open_again(actor, seen, access.rights(actor, section.programme)):
        raise NotVisible
    refuse(_check_words("reason", reason, LONGEST_ANSWER, _("Write why it is opened again.")))
    found = _held(section, comment_id, actor)
    if found.settled_at is None:
        refuse([Refusal("", "open", _("The comment has not been settled."))])
    found.settled_at, found.settled_by = None, None
    found.save(update_fields=["settled_at", "settled_by"])
    _answer(found, reason, actor)
    record(
        "steering.municipal.comment-opened", actor=actor, object=(COMMENT, found.pk), reason=reason.strip()
    )
    _tell("steering.municipal-comment-opened", found, actor)
    writers = section.answers_id or section.programme.organisation_id
    _tell_people(
        "steering.municipal-comment-opened", section.pk, people_of(writers, actor.day), writers, actor
    )
    return found


@transaction.atomic
def propose(
    section_id: int,
    spot: Spot,
    new: str,
    reason: str = "",
    *,
    actor: Viewer,
    token: UUID | None = None,
) -> SectionProposal:
    """Another wording of one paragraph (empty: to be taken out). Raises ``NotVisible``, ``Refusals``."""
    found = _talking(section_id, actor)
    if (before := done_before(token, PROPOSAL)) is not None:
        return access.proposal(actor, before)
    old, refused = _seen(found, spot)
    good = rules.clean(new)
    if not refused and spot.paragraph is None:
        refused.append(
            Refusal("", "no-paragraph", _("Choose the paragraph that you want to word otherwise."))
        )
    elif not refused and good == old:
        refused.append(Refusal("new", "same", _("The proposal says the same as the text.")))
    if len(good) > rules.LONGEST_TEXT:
        words = _("The text is too long: at most %(most)s characters fit.")
        refused.append(Refusal("new", "long", words, {"most": rules.LONGEST_TEXT}))
    refuse(refused + _check_words("reason", reason, LONGEST_ANSWER))
    made = SectionProposal.objects.create(
        section=found,
        language=spot.language,
        number=spot.number,
        paragraph=spot.paragraph or 0,
        old=old,
        new=good,
        reason=reason.strip(),
        organisation_id=_speaker(actor),
        made_by_id=actor.user_id,
        made_at=clock.now(),
    )
    record("steering.municipal.proposed", actor=actor, object=(PROPOSAL, made.pk), token=token)
    return made


@transaction.atomic
def accept(proposal_id: int, words: str = "", *, actor: Viewer) -> SectionProposal:
    """Puts the proposed wording into the text as a new version. Refused when the paragraph has changed: it stays open.

    By who writes the section. Raises ``NotVisible``, ``Refusals``.
    """
    seen = access.proposal(actor, proposal_id)
    hold(access.writable_section(actor, seen.section_id))
    section = access.writable_section(actor, seen.section_id, lock=True)
    found = access.proposal(actor, proposal_id, lock=True)
    refused = _check_open(found) + _check_words("answer", words, LONGEST_ANSWER) + check_here(section)
    stored = section.text.get(found.language, "")
    text = rules.replaced(stored, found.old, found.new, found.paragraph)
    if not refused and text is None:
        changed = _(
            "The paragraph has been changed since the proposal was made, so the proposal cannot be put in its place."
            " It stays open: write the change yourself and refuse it, or ask for a new one."
        )
        refused.append(Refusal("", "changed", changed))
    refuse(refused)
    section.text = section.text | {found.language: text or ""}
    keep_version(section, found.reason, actor)
    return _decide(found, ProposalState.ACCEPTED.value, words, actor, {"number": section.number})


@transaction.atomic
def turn_down(proposal_id: int, words: str, *, actor: Viewer) -> SectionProposal:
    """Refuses a proposal with a reason. By who writes the section. Raises ``NotVisible``, ``Refusals``."""
    seen = access.proposal(actor, proposal_id)
    section = access.writable_section(actor, seen.section_id)
    refuse(check_draft(section.programme))
    found = access.proposal(actor, proposal_id, lock=True)
    missing = _("Write why the proposal is refused.")
    refuse(_check_open(found) + _check_words("answer", words, LONGEST_ANSWER, missing))
    return _decide(found, ProposalState.REFUSED.value, words, actor)


@transaction.atomic
def withdraw(proposal_id: int, *, actor: Viewer) -> SectionProposal:
    """Its maker takes a proposal back. Withdrawn twice is withdrawn once. Raises ``NotVisible``, ``Refusals``."""
    found = access.proposal(actor, proposal_id)
    if actor.user_id is None or found.made_by_id != actor.user_id:
        raise NotVisible
    if found.organisation_id != actor.organisation_id:
        # Made in another seat: that organisation's, not this one's.
        raise NotVisible
    found = access.proposal(actor, proposal_id, lock=True)
    if found.state == ProposalState.WITHDRAWN:
        return found
    refuse(_check_open(found))
    found.state = ProposalState.WITHDRAWN
    found.decided_by_id, found.decided_at = actor.user_id, clock.now()
    found.save(update_fields=["state", "decided_by", "decided_at"])
    record("steering.municipal.proposal-withdrawn", actor=actor, object=(PROPOSAL, found.pk))
    return found


# Parts --------------------------------------------------------------------------------------------------------------


def _talking(section_id: int, actor: Viewer) -> ProgrammeSection:
    """A section of a draft that the actor's organisation may comment."""
    found = access.part_section(actor, section_id)
    if not access.rights(actor, found.programme).comments:
        raise NotVisible
    refuse(check_draft(found.programme) + check_here(found))
    return found


def _answer(first: SectionComment, text: str, actor: Viewer) -> SectionComment:
    return SectionComment.objects.create(
        section_id=first.section_id,
        parent=first,
        language=first.language,
        number=first.number,
        paragraph=first.paragraph,
        quote=first.quote,
        text=text.strip(),
        organisation_id=_speaker(actor),
        made_by_id=actor.user_id,
        made_at=clock.now(),
    )


def _held(section: ProgrammeSection, comment_id: int, actor: Viewer) -> SectionComment:
    """A comment in a draft, locked. An answer has no state of its own."""
    refuse(check_draft(section.programme) + check_here(section))
    found = access.comments(actor).filter(parent=None).select_for_update(of=("self",)).filter(pk=comment_id)
    if (one := found.first()) is None:
        raise NotVisible
    return one


def _speaker(actor: Viewer) -> int:
    """In whose name the actor speaks. A job has nothing to say."""
    if actor.organisation_id is None:
        raise NotVisible
    return actor.organisation_id


def _seen(section: ProgrammeSection, spot: Spot) -> tuple[str, list[Refusal]]:
    """The paragraph as it stood in the version that was seen; empty for the section as a whole."""
    version = SectionVersion.objects.filter(section=section, number=spot.number).first()
    unknown = [Refusal("", "spot", _("The paragraph is not there. Open the section again."))]
    if version is None or spot.language not in section.programme.languages:
        return "", unknown
    if spot.paragraph is None:
        return "", []
    parts = rules.paragraphs(version.text.get(spot.language, ""))
    if not 0 <= spot.paragraph < len(parts):
        return "", unknown
    return parts[spot.paragraph], []


def _check_words(field: str, words: str, most: int, missing: str = "") -> list[Refusal]:
    """``missing``: what to say of an empty text; empty when there need not be one."""
    if missing and not words.strip():
        return [Refusal(field, "required", missing)]
    if len(words) > most:
        too_long = _("The text is too long: at most %(most)s characters fit.")
        return [Refusal(field, "long", too_long, {"most": most})]
    return []


def _check_open(found: SectionProposal) -> list[Refusal]:
    if found.state == ProposalState.OPEN:
        return []
    return [Refusal("", "decided", _("The proposal is not open any more."))]


def _decide(
    found: SectionProposal, state: str, words: str, actor: Viewer, details: dict[str, int] | None = None
) -> SectionProposal:
    found.state, found.answer = state, words.strip()
    found.decided_by_id, found.decided_at = actor.user_id, clock.now()
    found.save(update_fields=["state", "answer", "decided_by", "decided_at"])
    record(DECIDED[state], actor=actor, object=(PROPOSAL, found.pk), details=details or {})
    _tell("steering.municipal-proposal-decided", found, actor)
    return found


def _tell(kind: str, about: SectionComment | SectionProposal, actor: Viewer) -> None:
    """Tells who made it."""
    people = [about.made_by_id] if about.made_by_id else []
    _tell_people(kind, about.section_id, people, about.organisation_id, actor)


def _tell_people(kind: str, section_id: int, people: list[int], organisation_id: int, actor: Viewer) -> None:
    notify(
        kind,
        people,
        actor=actor,
        address=reverse("steering:municipal-section", args=[section_id]),
        organisation_id=organisation_id,
        about=(SECTION, section_id),
    )
