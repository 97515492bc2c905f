"""What the guards look at: every source file of the product, parsed once. The guards find new rooms by themselves."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "kotopolku"


@dataclass(frozen=True)
class Source:
    """One module. ``place`` is its path inside the package, as in ``clients/rules.py``."""

    place: str
    text: str
    tree: ast.Module

    @property
    def room(self) -> str:
        return self.place.partition("/")[0] if "/" in self.place else ""

    @property
    def is_test(self) -> bool:
        return "/tests/" in self.place

    @property
    def is_migration(self) -> bool:
        return "/migrations/" in self.place

    @property
    def is_action(self) -> bool:
        """``actions.py`` of a room, or a module of its package ``actions/``."""
        inside = self.place.partition("/")[2]
        return inside == "actions.py" or inside.startswith("actions/")

    def calls(self) -> Iterator[ast.Call]:
        return (node for node in ast.walk(self.tree) if isinstance(node, ast.Call))

    def strings(self) -> Iterator[str]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


@pytest.fixture(scope="session")
def package() -> Path:
    return PACKAGE


@pytest.fixture(scope="session")
def every_source() -> list[Source]:
    """Every module of the package, tests and migrations too."""
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        text = path.read_text()
        found.append(Source(path.relative_to(PACKAGE).as_posix(), text, ast.parse(text)))
    return found


@pytest.fixture(scope="session")
def sources(every_source: list[Source]) -> list[Source]:
    """Every module that runs in the product: no tests, no migrations."""
    return [source for source in every_source if not source.is_test and not source.is_migration]


@pytest.fixture(scope="session")
def rooms() -> list[str]:
    """Names of the rooms: the package's folders that are packages themselves."""
    return sorted(path.parent.name for path in PACKAGE.glob("*/__init__.py"))
