"""The client's own page: sign-in, own path, plan, appointments, data and who has looked, in thirteen languages.

Not for: staff.
"""
