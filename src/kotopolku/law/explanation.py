"""Why a date is what it is: steps with their source, in Finnish, Swedish and English.

Plain values that can be stored beside a deadline and shown again later; no law is decided here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kotopolku.law.wording import LANGUAGES, translated


@dataclass(frozen=True)
class Step:
    """One sentence and the section behind it; the source is empty where the step rests on a recorded fact."""

    texts: dict[str, str]
    sources: dict[str, str]

    def __hash__(self) -> int:
        return hash((tuple(self.texts.items()), tuple(self.sources.items())))


@dataclass(frozen=True)
class Explanation:
    steps: tuple[Step, ...]

    def lines(self, lang: str = "en") -> list[tuple[str, str]]:
        """(text, source) of each step in one language."""
        return [(step.texts[lang], step.sources[lang]) for step in self.steps]

    def to_json(self) -> dict[str, Any]:
        """A dict of plain values, the inverse of `from_json`."""
        return {"steps": [{"texts": dict(step.texts), "sources": dict(step.sources)} for step in self.steps]}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Explanation:
        return cls(tuple(Step(dict(row["texts"]), dict(row["sources"])) for row in data["steps"]))

    @classmethod
    def join(cls, parts: Sequence[Explanation]) -> Explanation:
        return cls(tuple(step for part in parts for step in part.steps))


def no_source() -> dict[str, str]:
    return dict.fromkeys(LANGUAGES, "")


def step(
    key: str,
    words: Callable[[str], dict[str, object]] | None = None,
    sources: Mapping[str, str] | None = None,
) -> Step:
    """A step from one of the sentences of `wording`; `words(lang)` gives what fills it."""
    texts = translated(key, {lang: words(lang) if words else {} for lang in LANGUAGES})
    return Step(texts, dict(sources) if sources is not None else no_source())
