"""Gap lists and data quality: checks that explain themselves, with counts by organisation and over time.

Not for: legal deadlines (``clients``).
"""
