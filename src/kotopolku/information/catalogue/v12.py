"""Structure v12 of the catalogue, declared with what is known of it. We have neither its description nor answers: it refuses.

With them, this module gets its mapping and its samples, and ``fetching.py`` a source. Not for: guessing.
"""

from collections.abc import Mapping
from typing import Any, NoReturn

from kotopolku.information.catalogue.structures import NotDescribed, Raw, Record, register

DIFFERENCES = (
    "an API key is needed for reading too, in the header x-api-key",
    "services, channels and connections are searched, each by itself, in place of lists by organisation",
    "an item is named contentId, and its texts stand together by language (languageVersions)",
    "what has been archived is asked for by itself",
    "changes made in v11 arrive within an hour and a half while both are in use",
    "its description: docs.palvelutietovaranto.trn.suomi.fi/api-documentation/v12/openapi.json",
)
"""What has been told of it: domain/information.md, section 2, and programs that are public and use it (September 2026)."""


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
