"""Objects that the permission guard asks for: positions on phenomena of the day."""

from kotopolku.actors.models import Organisation
from tests.guards.rows import Filler


def objects(make: Filler, vantaa: Organisation) -> dict[str, dict[str, object]]:
    return {}
