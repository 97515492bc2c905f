"""Acts on the news of a space: added, changed, written in a language, taken out. The keeper's own spaces only.

Not for: pages of the tree (``pages.py``), bulletins to professionals (the room of cooperation).
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.clients.actions.case import done_before
from kotopolku.clients.rules import EditClash, Refusal, refuse
from kotopolku.information import access
from kotopolku.information.actions.spaces import touch
from kotopolku.information.blocks import clean_words, is_safe_address, links_in
from kotopolku.information.indexing import news_changed
from kotopolku.information.models import ContentLanguage, News, NewsText
from kotopolku.journal.actions import record

NEWS = "information.news"
LONGEST_TITLE = 200
LONGEST_WORDS = 5_000


@dataclass(frozen=True)
class NewsContent:
    """A piece of news in one language, and the days on which it is seen. Not published: kept as a draft."""

    language: str
    title: str
    words: str
    shown_from: date
    shown_until: date | None = None
    published: bool = True


@transaction.atomic
def add_news(space_slug: str, content: NewsContent, *, actor: Viewer, token: UUID | None = None) -> News:
    """News with its first language. Raises ``Refusals``, ``NotVisible``."""
    require(actor, Capability.CONTENT_PUBLISH)
    if (before := done_before(token, NEWS)) is not None:
        return own_news(actor, before)
    space = access.own_space(actor, space_slug)
    refuse(_faults(content))
    news = News.objects.create(
        space=space,
        shown_from=content.shown_from,
        shown_until=content.shown_until,
        published=content.published,
        made_by_id=actor.user_id,
        made_on=clock.today(),
    )
    _write_text(news, content)
    touch([space.pk])
    news_changed(news.pk)
    record("information.news.added", actor=actor, object=(NEWS, news.pk), token=token)
    return news


@transaction.atomic
def change_news(news_id: int, content: NewsContent, *, actor: Viewer, expected_version: int) -> News:
    """Changes the days and the text in one language; the others stay. Raises ``EditClash``, ``Refusals``, ``NotVisible``."""
    require(actor, Capability.CONTENT_PUBLISH)
    news = own_news(actor, news_id, lock=True)
    if news.version != expected_version:
        raise EditClash(theirs={}, version=news.version, who="", when=clock.now())
    refuse(_faults(content))
    news.shown_from, news.shown_until = content.shown_from, content.shown_until
    news.published = content.published
    news.version += 1
    news.save()
    _write_text(news, content)
    touch([news.space_id])
    news_changed(news.pk)
    record(
        "information.news.changed",
        actor=actor,
        object=(NEWS, news.pk),
        details={"version": news.version, "language": content.language},
    )
    return news


@transaction.atomic
def remove_news(news_id: int, *, actor: Viewer) -> News:
    """Takes news away from readers. Safe to repeat. Raises ``NotVisible``."""
    require(actor, Capability.CONTENT_PUBLISH)
    news = own_news(actor, news_id, lock=True, removed=True)
    if news.removed_on is not None:
        return news
    news.removed_on = clock.today()
    news.version += 1
    news.save()
    touch([news.space_id])
    news_changed(news.pk)
    record("information.news.removed", actor=actor, object=(NEWS, news.pk))
    return news


def own_news(viewer: Viewer, news_id: int, *, lock: bool = False, removed: bool = False) -> News:
    """News of a space that the viewer's organisation keeps. Raises ``MissingCapability``, ``NotVisible``."""
    rows = News.objects.filter(pk=news_id, space__in=access.own_spaces(viewer)).select_related("space")
    if not removed:
        rows = rows.filter(removed_on=None)
    found = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if found is None:
        raise NotVisible
    return found


def _write_text(news: News, content: NewsContent) -> None:
    NewsText.objects.update_or_create(
        news=news,
        language=content.language,
        defaults={"title": clean_words(content.title), "words": clean_words(content.words)},
    )


def _faults(content: NewsContent) -> list[Refusal]:
    found = []
    if not ContentLanguage.objects.filter(code=content.language, retired_on=None).exists():
        found.append(Refusal("language", "unknown-language", _("Choose one of the languages.")))
    if not clean_words(content.title):
        found.append(Refusal("title", "empty", _("Give the news a title.")))
    if not clean_words(content.words):
        found.append(Refusal("words", "empty", _("Write what has happened.")))
    if len(content.title) > LONGEST_TITLE or len(content.words) > LONGEST_WORDS:
        words = _("The text is too long: at most %(most)d characters.")
        found.append(Refusal("words", "too-long", words, {"most": LONGEST_WORDS}))
    if content.shown_until is not None and content.shown_until < content.shown_from:
        found.append(Refusal("shown_until", "before", _("The last day is before the first day.")))
    bad = [one for one in links_in([{"kind": "text", "text": content.words}]) if not is_safe_address(one)]
    if bad:
        words = _("“%(address)s” is not an address that a page may lead to.")
        found.append(Refusal("words", "bad-address", words, {"address": bad[0][:80]}))
    return found
