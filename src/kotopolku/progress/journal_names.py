"""The journal's names of what is done in the progress room, with their texts. A name never changes its meaning."""

from django.utils.functional import Promise

NAMES: dict[str, Promise] = {}
