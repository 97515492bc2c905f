"""Measures followed: hours, attendance, results by skill, and what happened later.

Not for: the plan and its legal times (``clients``).
"""
