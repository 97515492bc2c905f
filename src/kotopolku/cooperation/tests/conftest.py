"""The second factor is not this room's matter."""

from datetime import datetime
from typing import Any

import pytest

from kotopolku import clock


@pytest.fixture(autouse=True)
def no_second_factor(settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = False


@pytest.fixture
def afternoon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three o'clock, whenever the tests run: meetings of the morning have been held."""
    monkeypatch.setattr(clock, "real_now", lambda: datetime.now(clock.HELSINKI).replace(hour=15))
