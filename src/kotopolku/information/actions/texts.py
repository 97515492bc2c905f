"""Acts on the text of a page in one language: saved, reviewed, published, withdrawn, restored.

Every save makes a version that stays. Readers see what was published last, and only that. Not for: the tree (``pages.py``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Membership
from kotopolku.clients.rules import EditClash, Refusal, refuse
from kotopolku.information import access, blocks, page_rules
from kotopolku.information.actions.spaces import EVERY, touch
from kotopolku.information.blocks import Block
from kotopolku.information.indexing import page_changed
from kotopolku.information.models import (
    ContentFile,
    ContentLanguage,
    Embed,
    Link,
    LinkUse,
    Page,
    PageKind,
    PageText,
    ReviewComment,
    TextState,
    TextVersion,
)
from kotopolku.journal.actions import record
from kotopolku.notices.actions import notify

TEXT = "information.text"
LONGEST_TITLE = 200
LONGEST_SUMMARY = 400
LONGEST_COMMENT = 2_000
FAULTS = {
    "too-many-blocks": _("A page may have %(most)s blocks. Divide it into two pages."),
    "unknown-kind": _("There is no block of the kind %(kind)s."),
    "empty": _("Write something here, or take the block away."),
    "too-long": _("This is longer than %(most)s characters. Shorten it."),
    "bad-address": _("%(address)s is not an address that can be led to. Begin it with https://"),
    "no-target": _("Choose what is shown here."),
    "too-many-items": _("A list may have %(most)s steps. Divide it into two."),
}
"""What is wrong with a block, in words."""


@dataclass(frozen=True)
class TextContent:
    """What a text says. ``made_from``: number of the source language's version it was translated from.

    ``minor``: a small mend that leaves translations valid. ``machine``: suggested by a machine, approved by nobody.
    """

    title: str
    summary: str = ""
    blocks: Sequence[Block] = ()
    minor: bool = False
    machine: bool = False
    made_from: int | None = None
    note: str = ""


# Writing ----------------------------------------------------------------------------------------------------------


def first_text(page: Page, content: TextContent, *, actor: Viewer) -> PageText:
    """The first draft of a new page, inside the action that makes the page."""
    good = _checked(content)
    _refuse_files_of_others(page, good)
    text = PageText.objects.create(page=page, language=page.space.source_language)
    _add_version(text, content, good, None, actor)
    return text


@transaction.atomic
def save_text(
    page_id: int, language: str, content: TextContent, *, actor: Viewer, expected_version: int
) -> PageText:
    """A new version of a text, as a draft. ``expected_version`` is the one that was opened; 0 for a new language.

    Saved without a change, nothing is written. Raises ``Refusals``, ``EditClash``, ``NotVisible``.
    """
    page = access.own_page(actor, page_id)
    _refuse_language(page, language)
    text = _locked(page, language)
    if text is None:
        text = PageText(page=page, language=language, version=0)
    if text.version != expected_version:
        raise clash(text)
    good = _checked(content)
    _refuse_files_of_others(page, good)
    source = _source_version(page, text, content.made_from)
    if text.pk and _same(text, content, good, source):
        return text
    if not text.pk:
        text.save()
    _add_version(text, content, good, source, actor)
    record(
        "information.text.saved",
        actor=actor,
        object=(TEXT, text.pk),
        details={"language": language, "number": _newest(text).number},
    )
    return text


def clash(text: PageText) -> EditClash:
    """What a second editor is told: what is stored now, by whom and when."""
    latest = text.latest
    if latest is None:
        return EditClash(theirs={}, version=text.version, who="", when=clock.now())
    theirs = {"title": latest.title, "summary": latest.summary, "blocks": latest.blocks}
    who = latest.made_by.get_full_name() if latest.made_by else ""
    return EditClash(theirs=theirs, version=text.version, who=who, when=latest.made_at)


def _locked(page: Page, language: str) -> PageText | None:
    """The text, its row held. Two who make the same language at once wait for each other on the page."""
    Page.objects.select_for_update(of=("self",), no_key=True).get(pk=page.pk)
    rows = PageText.objects.filter(page=page, language=language)
    found = rows.select_for_update(of=("self",)).select_related("latest__made_by", "published").first()
    if found is not None:
        found.page = page
    return found


def _own(actor: Viewer, page_id: int, language: str) -> PageText:
    text = _locked(access.own_page(actor, page_id), language)
    if text is None or text.latest is None:
        raise NotVisible
    return text


def _newest(text: PageText) -> TextVersion:
    if text.latest is None:
        raise NotVisible
    return text.latest


def _refuse_language(page: Page, language: str) -> None:
    if page.kind == PageKind.HIDDEN:
        refuse([Refusal("", "hidden", _("A page that hides another has no text of its own."))])
    if not ContentLanguage.objects.filter(code=language, retired_on=None).exists():
        refuse([Refusal("language", "unknown", _("Choose a language that is in use."))])


def _checked(content: TextContent) -> list[Block]:
    found = []
    if not blocks.clean_words(content.title):
        found.append(Refusal("title", "required", _("Give the page a title.")))
    for field, words, most in (
        ("title", content.title, LONGEST_TITLE),
        ("summary", content.summary, LONGEST_SUMMARY),
        ("note", content.note, LONGEST_TITLE),
    ):
        if len(words) > most:
            found.append(Refusal(field, "too-long", FAULTS["too-long"], {"most": str(most)}))
    good, faults = blocks.checked(content.blocks)
    found += [
        Refusal(
            f"block-{fault.block}-{fault.field}" if fault.block else "",
            fault.code,
            FAULTS[fault.code],
            {name: str(value) for name, value in fault.params.items()},
        )
        for fault in faults
    ]
    refuse(found)
    return good


def _refuse_files_of_others(page: Page, good: Sequence[Block]) -> None:
    """A text that is published gives out every file it names. It names files of its own space, those that the page shows
    already, and those of the page from above that readers see."""
    strange = {target for kind, target in blocks.embeds_in(good) if kind == "file"}
    if not strange:
        return
    own = ContentFile.objects.filter(space=page.space_id, pk__in=strange)
    shown = Embed.objects.filter(kind="file", text__page=page)
    strange -= {*own.values_list("pk", flat=True), *shown.values_list("target", flat=True)}
    if strange and page.of_id:
        above = PageText.objects.filter(page=page.of_id).exclude(published=None)
        for content in above.values_list("published__blocks", flat=True):
            strange -= {target for kind, target in blocks.embeds_in(content) if kind == "file"}
    refuse(
        [
            Refusal(f"block-{number}-target", "no-target", FAULTS["no-target"])
            for number, block in enumerate(good, start=1)
            if blocks.SHAPES[block["kind"]].target == "file" and block["target"] in strange
        ]
    )


def _source_version(page: Page, text: PageText, number: int | None) -> TextVersion | None:
    """The source's version that a translation is made from; without a number, the one it was made from before."""
    if text.language == page.space.source_language:
        return None
    if number is None:
        return text.latest.made_from if text.latest else None
    found = TextVersion.objects.filter(
        text__page=page, text__language=page.space.source_language, number=number
    ).first()
    if found is None:
        refuse([Refusal("made_from", "unknown", _("The page has no such version in its own language."))])
    return found


def _same(text: PageText, content: TextContent, good: list[Block], source: TextVersion | None) -> bool:
    latest = _newest(text)
    kept = (latest.title, latest.summary, latest.blocks, latest.machine, latest.made_from_id)
    title, summary = blocks.clean_words(content.title), blocks.clean_words(content.summary)
    return kept == (title, summary, good, content.machine, source.pk if source else None)


def _add_version(
    text: PageText,
    content: TextContent,
    good: list[Block],
    source: TextVersion | None,
    actor: Viewer,
    restored_from: int | None = None,
) -> TextVersion:
    version = TextVersion.objects.create(
        text=text,
        number=(text.latest.number if text.latest else 0) + 1,
        title=blocks.clean_words(content.title),
        summary=blocks.clean_words(content.summary),
        blocks=good,
        minor=content.minor,
        machine=content.machine,
        made_from=source,
        restored_from=restored_from,
        note=blocks.clean_words(content.note),
        made_by_id=actor.user_id,
        organisation_id=actor.organisation_id,
        made_at=clock.now(),
    )
    text.latest = version
    _take_back_schedule(text)
    if text.state != TextState.REVIEW:
        text.state = TextState.DRAFT
    text.version += 1
    text.save()
    _follow(text)
    return version


def _take_back_schedule(text: PageText) -> None:
    """What was to be published is not the newest version any more, or is looked at again: its times fall with it."""
    if text.state == TextState.SCHEDULED:
        text.publish_at = text.unpublish_at = None


def _follow(text: PageText) -> None:
    """Brings the lists of what the newest and the published version lead to and show up to date."""
    versions = [one for one in (text.latest, text.published) if one is not None]
    shown = set().union(*(blocks.embeds_in(one.blocks) for one in versions)) if versions else set()
    addresses = {
        address
        for one in versions
        for address in blocks.links_in(one.blocks)
        if address.lower().startswith(("https://", "http://")) and len(address) <= 1_000
    }
    Embed.objects.filter(text=text).delete()
    Embed.objects.bulk_create(Embed(text=text, kind=kind, target=target) for kind, target in sorted(shown))
    LinkUse.objects.filter(text=text).exclude(link__address__in=addresses).delete()
    Link.objects.bulk_create((Link(address=address) for address in sorted(addresses)), ignore_conflicts=True)
    LinkUse.objects.bulk_create(
        (LinkUse(text=text, link=link) for link in Link.objects.filter(address__in=addresses)),
        ignore_conflicts=True,
    )


@transaction.atomic
def restore_version(
    page_id: int, language: str, number: int, *, actor: Viewer, expected_version: int
) -> PageText:
    """Makes a new version that says what an earlier one said. Raises ``EditClash``, ``NotVisible``."""
    text = _own(actor, page_id, language)
    if text.version != expected_version:
        raise clash(text)
    old = text.versions.select_related("made_from").filter(number=number).first()
    if old is None:
        raise NotVisible
    content = TextContent(old.title, old.summary, old.blocks, machine=old.machine)
    _add_version(text, content, old.blocks, old.made_from, actor, restored_from=number)
    record("information.text.restored", actor=actor, object=(TEXT, text.pk), details={"from": number})
    return text


@transaction.atomic
def approve_machine(page_id: int, language: str, *, actor: Viewer) -> PageText:
    """A person has read a text that a machine suggested: from now on it is an ordinary one. Safe to repeat.

    What readers see already loses its mark at once when the actor may publish; what waits for its time goes on waiting.
    """
    text = _own(actor, page_id, language)
    latest = _newest(text)
    if not latest.machine:
        return text
    was_published, times = text.published_id == latest.pk, (text.publish_at, text.unpublish_at)
    content = TextContent(latest.title, latest.summary, latest.blocks, minor=True)
    _add_version(text, content, latest.blocks, latest.made_from, actor)
    if was_published and actor.may(Capability.CONTENT_PUBLISH):
        _publish_now(text, actor)
    elif times[0] is not None and actor.may(Capability.CONTENT_PUBLISH):
        text.state, (text.publish_at, text.unpublish_at) = TextState.SCHEDULED, times
        text.save()
    record("information.text.approved", actor=actor, object=(TEXT, text.pk))
    return text


# Reviewing --------------------------------------------------------------------------------------------------------


@transaction.atomic
def ask_review(
    page_id: int, language: str, *, actor: Viewer, reviewer: int | None, words: str = ""
) -> PageText:
    """Asks a named person of the own organisation who may publish to look at the newest version; that person is told."""
    text = _own(actor, page_id, language)
    if reviewer is not None and reviewer not in reviewers(actor):
        refuse([Refusal("reviewer", "unknown", _("Choose a person of your organisation who may publish."))])
    if text.published_id == text.latest_id:
        refuse([Refusal("", "nothing-new", _("The newest version is published already."))])
    _take_back_schedule(text)
    text.state, text.author_id, text.reviewer_id = TextState.REVIEW, actor.user_id, reviewer
    text.version += 1
    text.save()
    _say(text, words, "", actor)
    asked = [reviewer] if reviewer is not None else reviewers(actor)
    _tell("information.review-asked", text, asked, actor)
    record("information.text.review-asked", actor=actor, object=(TEXT, text.pk))
    return text


def reviewers(actor: Viewer) -> list[int]:
    """Users of the own organisation who may publish on the actor's day, except the actor."""
    from kotopolku.access.capabilities import CAPABILITIES

    roles = [role.value for role, rights in CAPABILITIES.items() if Capability.CONTENT_PUBLISH in rights]
    rows = Membership.objects.filter(
        organisation_id=actor.organisation_id or 0,
        role__in=roles,
        valid__contains=actor.day,
        user__is_active=True,
    )
    return sorted(set(rows.values_list("user_id", flat=True)) - {actor.user_id or 0})


@transaction.atomic
def comment(page_id: int, language: str, words: str, *, actor: Viewer, block: str = "") -> ReviewComment:
    """A reviewer's or writer's word on the newest version, or on one block of it. The other side is told."""
    text = _own(actor, page_id, language)
    if not words.strip():
        refuse([Refusal("words", "required", _("Write the comment."))])
    made = _say(text, words, block, actor)
    if made is None:
        raise NotVisible
    if text.state == TextState.REVIEW:
        others = [one for one in (text.author_id, text.reviewer_id) if one]
        _tell("information.review-commented", text, others, actor)
    record("information.text.commented", actor=actor, object=(TEXT, text.pk))
    return made


def _say(text: PageText, words: str, block: str, actor: Viewer) -> ReviewComment | None:
    if not words.strip() or actor.user_id is None:
        return None
    if len(words) > LONGEST_COMMENT:
        refuse([Refusal("words", "too-long", FAULTS["too-long"], {"most": str(LONGEST_COMMENT)})])
    return ReviewComment.objects.create(
        text=text,
        number=_newest(text).number,
        block=block[:20],
        words=words.strip(),
        by_id=actor.user_id,
        at=clock.now(),
    )


@transaction.atomic
def settle(page_id: int, language: str, comment_id: int, *, actor: Viewer) -> None:
    """Marks a comment as dealt with. Safe to repeat."""
    text = _own(actor, page_id, language)
    row = text.comments.filter(pk=comment_id).first()
    if row is None:
        raise NotVisible
    if row.settled_at is None:
        row.settled_at = clock.now()
        row.save(update_fields=["settled_at"])
        record("information.text.comment-settled", actor=actor, object=(TEXT, text.pk))


@transaction.atomic
def send_back(page_id: int, language: str, words: str, *, actor: Viewer) -> PageText:
    """The reviewer gives a text back to its writer, saying why."""
    require(actor, Capability.CONTENT_PUBLISH)
    text = _own(actor, page_id, language)
    if text.state != TextState.REVIEW:
        refuse([Refusal("", "not-in-review", _("The text is not in review."))])
    if not words.strip():
        refuse([Refusal("words", "required", _("Write what should be changed."))])
    _say(text, words, "", actor)
    text.state = TextState.DRAFT
    text.version += 1
    text.save(update_fields=["state", "version"])
    _tell("information.review-sent-back", text, [text.author_id] if text.author_id else [], actor)
    record("information.text.sent-back", actor=actor, object=(TEXT, text.pk))
    return text


def _tell(kind: str, text: PageText, users: Sequence[int], actor: Viewer) -> None:
    notify(
        kind,
        users,
        actor=actor,
        address=reverse("information:text-review", args=[text.page_id, text.language]),
        organisation_id=text.page.space.organisation_id,
        about=(TEXT, text.pk),
    )


# Publishing -------------------------------------------------------------------------------------------------------


@transaction.atomic
def publish(
    page_id: int,
    language: str,
    *,
    actor: Viewer,
    at: datetime | None = None,
    until: datetime | None = None,
    expected_version: int | None = None,
) -> PageText:
    """Shows the newest version to readers, now or at a time to come, if wished until another time.

    Without ``at``, of a version that they see already only the end is set.

    Raises ``EditClash`` when the text has changed since it was looked at, ``Refusals``, ``NotVisible``.
    """
    require(actor, Capability.CONTENT_PUBLISH)
    text = _own(actor, page_id, language)
    if expected_version is not None and text.version != expected_version:
        raise clash(text)
    now = clock.now()
    found = []
    if at is not None and at <= now:
        found.append(Refusal("at", "past", _("This time has passed. Publish now, or choose a later time.")))
    if until is not None and until <= (at or now):
        found.append(Refusal("until", "past", _("The end is before the beginning. Choose a later time.")))
    refuse(found)
    text.unpublish_at = until
    if at is None and text.published_id == text.latest_id:
        text.version += 1
        text.save()
    elif at is None:
        _publish_now(text, actor)
    else:
        text.state, text.publish_at = TextState.SCHEDULED, at
        text.version += 1
        text.save()
    record(
        "information.text.published", actor=actor, object=(TEXT, text.pk), details={"at": at, "until": until}
    )
    return text


def _publish_now(text: PageText, actor: Viewer) -> None:
    """Readers see the newest version from now on; who asked for its review is told, once."""
    newest, before = _newest(text), text.published.number if text.published else 0
    marks = text.versions.filter(number__gt=before).values_list("number", "minor")
    known = text.major_number
    text.major_number = page_rules.major_number(
        [page_rules.VersionMark(*mark) for mark in marks], before, newest.number, known
    )
    text.published, text.published_at = newest, clock.now()
    text.state, text.publish_at = TextState.PUBLISHED, None
    _tell("information.review-published", text, [text.author_id] if text.author_id else [], actor)
    text.author_id = text.reviewer_id = None
    text.version += 1
    text.save()
    _follow(text)
    _seen(text, everywhere=text.major_number != known)


def _seen(text: PageText, *, everywhere: bool) -> None:
    """Marks what readers see as new: in this language, and in those whose readers get it in place of their own."""
    page = text.page
    languages = [EVERY]
    if not (everywhere and text.language == page.space.source_language):
        have = page.texts.exclude(published=None).exclude(pk=text.pk).values_list("language", flat=True)
        lack = ContentLanguage.objects.exclude(code__in=list(have)).values_list("code", flat=True)
        languages = [text.language, *lack]
    touch([page.space_id], languages)
    page_changed(text)


@transaction.atomic
def withdraw(page_id: int, language: str, *, actor: Viewer) -> PageText:
    """Takes the text away from readers, and a publication to come back. Its versions stay. Safe to repeat."""
    require(actor, Capability.CONTENT_PUBLISH)
    text = _own(actor, page_id, language)
    if text.published is None and text.publish_at is None:
        return text
    _withdraw_now(text)
    record("information.text.withdrawn", actor=actor, object=(TEXT, text.pk))
    return text


def _withdraw_now(text: PageText) -> None:
    was_seen = text.published is not None
    if text.state == TextState.PUBLISHED:
        text.state = TextState.WITHDRAWN
    elif text.state == TextState.SCHEDULED:
        text.state = TextState.DRAFT
    text.published = text.published_at = text.publish_at = text.unpublish_at = None
    text.version += 1
    text.save()
    _follow(text)
    if was_seen:
        _seen(text, everywhere=True)


@transaction.atomic
def publish_due(*, actor: Viewer) -> int:
    """Publishes and withdraws what has its time by now; returns how many texts. Safe to repeat. For the job."""
    now = clock.now()
    rows = PageText.objects.select_related("page__space", "latest", "published")
    coming = rows.filter(state=TextState.SCHEDULED, publish_at__lte=now)
    ending = rows.exclude(published=None).filter(unpublish_at__lte=now)
    done = 0
    for text in coming.select_for_update(of=("self",), skip_locked=True):
        _publish_now(text, actor)
        done += 1
    for text in ending.select_for_update(of=("self",), skip_locked=True):
        _withdraw_now(text)
        done += 1
    if done:
        record("information.texts.due", actor=actor, details={"texts": done})
    return done
