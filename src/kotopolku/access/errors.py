"""The two ways to be refused: 403 (a right is missing) and 404 (nothing that the viewer may know of)."""

from kotopolku.access.capabilities import Capability


class MissingCapability(Exception):
    """The viewer lacks a right. Shown as 403, names the right."""

    def __init__(self, capability: Capability) -> None:
        super().__init__(capability.value)
        self.capability = capability


class NotVisible(Exception):
    """The object does not exist, or the viewer may not know that it does. The same answer for both (404)."""
