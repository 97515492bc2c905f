"""Markdown of public pages as safe HTML: the foundation's ``markup``, by the name that this room knows it."""

from kotopolku.markup import html, plain

__all__ = ["html", "plain"]
