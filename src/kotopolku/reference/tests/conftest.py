"""Tests here change reference rows inside their transaction: what was read then must not outlive it."""

from collections.abc import Iterator

import pytest

from kotopolku.reference import queries


@pytest.fixture(autouse=True)
def fresh_answers() -> Iterator[None]:
    yield
    queries.clear()
