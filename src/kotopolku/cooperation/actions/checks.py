"""What several acts of the shared space check before they write: version, text, topics, regions, language."""

from collections.abc import Iterable

from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.clients.rules import EditClash, Refusal
from kotopolku.cooperation.queries.guideline_texts import region_names
from kotopolku.cooperation.rules import LONGEST_BODY
from kotopolku.cooperation.sources import LANGUAGES, is_topic


def same_version(kept: int, expected: int) -> None:
    """Raises ``EditClash`` when somebody has saved since the form was shown."""
    if kept != expected:
        raise EditClash(theirs={}, version=kept, who="", when=clock.now())


def check_text(field: str, text: str, missing: str = "") -> list[Refusal]:
    """``missing``: what to say of an empty text; empty when there need not be one."""
    if missing and not text.strip():
        return [Refusal(field, "required", missing)]
    if len(text) > LONGEST_BODY:
        words = _("The text is too long: at most %(most)s characters fit.")
        return [Refusal(field, "long", words, {"most": LONGEST_BODY})]
    return []


def check_topic(topic: str) -> list[Refusal]:
    return [] if is_topic(topic) else [Refusal("topic", "required", _("Choose a topic."))]


def check_topics(topics: Iterable[str]) -> list[Refusal]:
    if all(is_topic(one) for one in topics):
        return []
    return [Refusal("topics", "unknown", _("Choose topics from the list."))]


def check_regions(regions: Iterable[str]) -> list[Refusal]:
    if set(regions) <= set(region_names()):
        return []
    return [Refusal("regions", "unknown", _("Choose regions from the list."))]


def check_language(language: str) -> list[Refusal]:
    if language in LANGUAGES:
        return []
    return [Refusal("language", "unknown", _("Choose the language of the text."))]
