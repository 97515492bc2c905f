"""Structure v12 of the catalogue, declared with what is known of it. Its form has not been published to us: it refuses.

When the description is there, this module gets its mapping and its samples; nothing else of the room changes. Not for:
guessing.
"""

from collections.abc import Mapping
from typing import Any, NoReturn

from kotopolku.information.catalogue.structures import NotDescribed, Raw, Record, register

DIFFERENCES = (
    "an API key is needed for reading too",
    "two methods of search in place of lists by organisation",
    "the structure of items is another one",
    "changes made in v11 arrive within an hour and a half while both are in use",
)
"""What has been told of it (domain/information.md, section 2)."""


class V12:
    """The coming structure. Every act raises ``NotDescribed``."""

    version = "v12"

    def read(self, raw: Raw) -> Record:
        _refuse()

    def write(self, kind: str, fields: Mapping[str, Any], raw: Raw) -> Raw:
        _refuse()

    def outgoing(self, kind: str, raw: Raw, *, source_id: str, organisation: str) -> Raw:
        _refuse()


def _refuse() -> NoReturn:
    raise NotDescribed("v12", DIFFERENCES)


register(V12())
