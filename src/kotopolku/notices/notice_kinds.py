"""Notices of this room itself."""

from kotopolku.notices.kinds import Kind

KINDS: dict[str, Kind] = {}
