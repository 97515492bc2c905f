"""The national service catalogue (PTV): its structures, where its data come from, what leaves us for it.

Not for: storing, suggesting and settling (``actions/catalogue.py``).
"""
