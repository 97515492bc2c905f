"""Families and special cases: relations, representatives, housing units, the family plan, and the rules that follow.

Not for: the household's members as such (``clients``).
"""
