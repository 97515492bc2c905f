"""Training: curricula, courses, selection, attendance by session, levels reached, results, and what is needed next.

Not for: buying it (``procurement``), a client's plan and measures (``clients``, ``progress``).
"""
