"""The topics of the shared space as data, and who is its centre of expertise. Reads files, not the database."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from django.utils.translation import get_language

TOPICS_FILE = Path(__file__).parent / "data" / "topics.toml"
CENTRE = "tem"
"""The organisation in which the centre of expertise works (kotoutumisen osaamiskeskus)."""
LANGUAGES = {"fi": "suomi", "sv": "svenska", "en": "English"}
"""Languages in which professionals write here, named in themselves."""


@cache
def _topics() -> Mapping[str, Mapping[str, str]]:
    with TOPICS_FILE.open("rb") as file:
        return {row["id"]: row["title"] for row in tomllib.load(file)["topic"]}


def page_language() -> str:
    return (get_language() or "fi")[:2]


def topics() -> list[tuple[str, str]]:
    """Every topic: id and title in the page's language, in the order of the list."""
    return [(topic, topic_title(topic)) for topic in _topics()]


def topic_title(topic: str) -> str:
    """A topic's title in the page's language; the bare id for one that is not known."""
    titles = _topics().get(topic)
    if titles is None:
        return topic
    return titles.get(page_language()) or titles["en"]


def is_topic(topic: str) -> bool:
    return topic in _topics()
