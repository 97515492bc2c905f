"""Objects that the permission guard asks for: goals of municipalities, their follow-up and what carries them out."""

from kotopolku.actors.models import Organisation
from tests.guards.rows import Filler


def objects(make: Filler, vantaa: Organisation) -> dict[str, dict[str, object]]:
    return {}
