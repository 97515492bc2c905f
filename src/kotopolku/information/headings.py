"""What services and events are about and for whom: the list of ``data/activities.toml``, named in every language.

Not for: which of them an entry has (``models/activities.py``).
"""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from django.utils.translation import get_language, gettext, gettext_noop

from kotopolku.information.sources import DATA


@dataclass(frozen=True)
class Heading:
    """A topic or target group. ``icon``: of the sprite, topics only."""

    id: str
    fi: str
    sv: str
    en: str
    icon: str = ""

    @property
    def name(self) -> str:
        """In the language in use; those that the list has no name in come from the catalogues."""
        language = (get_language() or "fi")[:2]
        return {"fi": self.fi, "sv": self.sv}.get(language) or gettext(self.en)


@cache
def topics() -> dict[str, Heading]:
    return {row["id"]: Heading(**row) for row in _read()["topics"]}


@cache
def groups() -> dict[str, Heading]:
    return {row["id"]: Heading(**row) for row in _read()["groups"]}


@cache
def _read() -> dict[str, list[dict[str, str]]]:
    return tomllib.loads((DATA / "activities.toml").read_text(encoding="utf-8"))


def named(ids: Iterable[str], known: dict[str, Heading]) -> list[Heading]:
    """Those of the list that are named, in the list's order; one that is no more is left out."""
    wanted = set(ids)
    return [one for one in known.values() if one.id in wanted]


ENGLISH = (
    gettext_noop("Advice"),
    gettext_noop("Learning the language"),
    gettext_noop("Work and business"),
    gettext_noop("Education and studies"),
    gettext_noop("Housing"),
    gettext_noop("Health and wellbeing"),
    gettext_noop("Family and children"),
    gettext_noop("Meeting places and friendship"),
    gettext_noop("Sports"),
    gettext_noop("Culture and hobbies"),
    gettext_noop("Religious communities"),
    gettext_noop("Rights and law"),
    gettext_noop("Digital skills"),
    gettext_noop("Safety and help in a crisis"),
    gettext_noop("Volunteering"),
    gettext_noop("Adults"),
    gettext_noop("Children"),
    gettext_noop("Young people"),
    gettext_noop("Older people"),
    gettext_noop("Families"),
    gettext_noop("Parents at home with a child"),
    gettext_noop("Women"),
    gettext_noop("Men"),
    gettext_noop("Jobseekers"),
    gettext_noop("People in work"),
    gettext_noop("Students"),
    gettext_noop("Entrepreneurs"),
    gettext_noop("Quota refugees"),
    gettext_noop("People under temporary protection"),
    gettext_noop("People with disabilities"),
    gettext_noop("People learning to read and write"),
)
"""The English names, so that the catalogues know them. A test holds them against the list."""
