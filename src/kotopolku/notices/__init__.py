"""Notices: what a user should know, in the product, by e-mail without personal data, and as a daily digest.

Not for: messages between people (``desk``), the clients' own page (``mypage``).
"""
