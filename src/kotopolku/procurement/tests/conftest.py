"""Fixtures of the page tests: no second factor is asked, as in demo mode."""

from typing import Any

import pytest


@pytest.fixture(autouse=True)
def no_second_factor(settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = False
