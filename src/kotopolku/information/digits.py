"""Groups of digits keep their order in a line that runs from right to left: a telephone number, a span of hours or years.

For plain text that is shown or mailed as it is. Not for: Markdown (``templatetags/public.py``), paper (``paper.py``).
"""

import re

ISOLATE, END = "\u2066", "\u2069"
_GROUPS = re.compile(r"\+?\d+(?:[\x02\x03]*[ \u00a0–-][\x02\x03]*\d+)+")
"""Between them there may stand the marks of search, see ``search_rules.py``."""


def in_order(text: str) -> str:
    """The text with each such group isolated from the direction of the line."""
    return _GROUPS.sub(lambda found: f"{ISOLATE}{found.group()}{END}", text)
