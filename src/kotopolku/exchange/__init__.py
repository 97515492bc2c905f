"""Import, export and exchange with registers and the national client system, each behind an adapter with a fake.

Not for: the API (each room's ``api.py``).
"""
