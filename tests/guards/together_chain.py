"""Objects that the permission guard asks for: the chain from a line to a goal and back."""

from kotopolku.actors.models import Organisation
from tests.guards.rows import Filler


def objects(make: Filler, vantaa: Organisation) -> dict[str, dict[str, object]]:
    return {}
