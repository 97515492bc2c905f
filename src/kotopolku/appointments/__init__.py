"""Appointments: interpreters, groups, calendars, reminders, and what follows from staying away.

Not for: the legal clocks (``clients``).
"""
