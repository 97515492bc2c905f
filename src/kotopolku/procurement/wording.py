"""The words of the pure modules in Finnish, Swedish and English, read once from ``data/wording.toml``.

Not for: texts of pages, which go through gettext.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

LANGUAGES = ("fi", "sv", "en")


@cache
def _texts() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    stored = resources.files("kotopolku.procurement") / "data" / "wording.toml"
    return tomllib.loads(stored.read_text(encoding="utf-8"))


def sentence(kind: str, code: str, lang: str, params: Mapping[str, object]) -> str:
    """The sentence of that kind and code, filled; in English where the language is none of the three."""
    texts = _texts()[kind][code]
    return texts.get(lang[:2], texts["en"]).format(**params)
