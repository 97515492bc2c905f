"""Objects that the permission guard asks for: municipal programmes: hearing, councils, review, publication."""

from kotopolku.actors.models import Organisation
from tests.guards.rows import Filler


def objects(make: Filler, vantaa: Organisation) -> dict[str, dict[str, object]]:
    return {}
