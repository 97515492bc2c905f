"""How long data are kept, what is deleted when, and the data subject's rights.

Not for: the law's times themselves (``law``).
"""
