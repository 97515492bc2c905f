"""Referral to the municipality and hand-over between authorities, one client or a whole reform.

Not for: who answers by law (``actors``), the row that says who answers (``clients``).
"""
