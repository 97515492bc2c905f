"""Procurement of training: need, tender, sealed bids, evaluation, award, contract, call-off (1397/2016 ch. 12).

Not for: the courses themselves (``training``).
"""
