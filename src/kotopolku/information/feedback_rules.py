"""What holds for feedback: what has to be there, how many may be sent, until when an address is kept. Our own rules.

Pure: no Django. Not for: writing (``actions/feedback.py``), forms.
"""

import hashlib
from datetime import date, datetime, timedelta

LONGEST = 3000
LONGEST_ANSWER = 5000
WINDOW_MINUTES = 10
MOST_IN_WINDOW = 5
MOST_IN_DAY = 30
"""From one network address: many people may read behind the same one, as in a library or a reception centre."""
FORM_HOURS = 12
"""So long a form that was opened can be sent."""
SMALL = 5
"""Daily counts of reading under this are shown as "under 5"."""


def faults(words: str, useful: bool | None) -> list[tuple[str, str]]:
    """Field and code of what is wrong."""
    if len(words) > LONGEST:
        return [("words", "too-long")]
    if not words.strip() and useful is None:
        return [("words", "empty")]
    return []


def mark(salt: bytes, network_address: str) -> bytes:
    """What is kept of a network address for one day: without the day's salt nobody can find the address from it."""
    return hashlib.blake2b(network_address.encode(), key=salt[:64], digest_size=16).digest()


def window(now: datetime) -> int:
    """Number of the window of time in the day."""
    return (now.hour * 60 + now.minute) // WINDOW_MINUTES


def is_too_many(in_window: int, in_day: int) -> bool:
    """Whether one more may not be sent."""
    return in_window >= MOST_IN_WINDOW or in_day >= MOST_IN_DAY


def delete_on(day: date, kept_days: int) -> date:
    """The day on which an unanswered sender's address is deleted."""
    return day + timedelta(days=kept_days)
