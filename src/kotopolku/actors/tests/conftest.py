"""The day on which this room's tests live."""

import pytest

from kotopolku.actors.tests.people import DAY


@pytest.fixture(autouse=True)
def fixed_day(monkeypatch: pytest.MonkeyPatch, settings: object) -> None:
    monkeypatch.setenv("KOTOPOLKU_TODAY", DAY.isoformat())
    # Passwords are hashed slowly on purpose; not in these tests.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # type: ignore[attr-defined]


@pytest.fixture
def demo(settings: object) -> None:
    """Demo mode: personas, no second factor."""
    settings.DEMO = True  # type: ignore[attr-defined]
    settings.SECOND_FACTOR_REQUIRED = False  # type: ignore[attr-defined]


@pytest.fixture
def no_second_factor(settings: object) -> None:
    """For tests about something else than the second factor."""
    settings.SECOND_FACTOR_REQUIRED = False  # type: ignore[attr-defined]
