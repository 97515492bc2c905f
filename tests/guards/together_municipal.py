"""Objects that the permission guard asks for: municipal programmes: drawing up, sections, comments, proposals."""

from kotopolku.actors.models import Organisation
from tests.guards.rows import Filler


def objects(make: Filler, vantaa: Organisation) -> dict[str, dict[str, object]]:
    return {}
