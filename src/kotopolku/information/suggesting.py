"""Machine translation as an adapter: which service suggests texts, if any. Off by default.

``KOTOPOLKU_TRANSLATOR`` names one of ``SUGGESTERS``, or a class of the operator's own as ``package.module:Class``.
What is suggested is never shown to readers as a person's text: it is stored as a machine's, until somebody approves it.
Not for: storing it (``actions/texts.py``).
"""

import importlib
import os
from collections.abc import Callable, Sequence
from typing import Protocol

SETTING = "KOTOPOLKU_TRANSLATOR"


class Unavailable(Exception):
    """The service did not answer, or answered something else than as many texts as were asked."""


class Suggester(Protocol):
    """Suggests translations. Raises ``Unavailable``."""

    def suggest(self, texts: Sequence[str], source: str, target: str) -> list[str]:
        """One text for each given one, in their order, Markdown kept. ``source`` and ``target``: codes of languages."""
        ...


class Invented:
    """For trying out and tests: gives the source back with the language in front, so that nobody takes it for a translation."""

    def suggest(self, texts: Sequence[str], source: str, target: str) -> list[str]:
        return [f"[{target}] {words}" for words in texts]


SUGGESTERS: dict[str, Callable[[], Suggester]] = {"invented": Invented}


def suggester() -> Suggester | None:
    """The service that is in use; None when there is none."""
    name = os.environ.get(SETTING, "").strip()
    if not name:
        return None
    if name in SUGGESTERS:
        return SUGGESTERS[name]()
    module, _colon, made = name.partition(":")
    found: Suggester = getattr(importlib.import_module(module), made)()
    return found


def suggested(texts: Sequence[str], source: str, target: str) -> list[str]:
    """What the service in use suggests. Raises ``Unavailable``, also when there is no service."""
    service = suggester()
    if service is None:
        raise Unavailable("off")
    asked = [words for words in texts if words.strip()]
    try:
        answered = service.suggest(asked, source, target) if asked else []
    except (OSError, ValueError, LookupError) as error:
        raise Unavailable("fault") from error
    if len(answered) != len(asked):
        raise Unavailable("other-number")
    rest = iter(answered)
    return [next(rest) if words.strip() else "" for words in texts]
