"""The worker's desk: tasks, notes, attached documents, and messages between a client and the authority.

Not for: letters (``letters``), notices to users (``notices``).
"""
