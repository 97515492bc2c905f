"""Objects that the permission guard asks for: guidance of municipalities by the region."""

from kotopolku.actors.models import Organisation
from tests.guards.rows import Filler


def objects(make: Filler, vantaa: Organisation) -> dict[str, dict[str, object]]:
    return {}
