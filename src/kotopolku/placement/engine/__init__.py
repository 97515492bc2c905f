"""The placement engine: integer points in, a plan with a proof of its quality out.

Pure Python, numpy and HiGHS. Not for: Django, the database, the clock, or names of people.
"""
