"""Objects that the permission guard asks for: meetings of bodies: series, invitations, agenda, papers, presence."""

from kotopolku.actors.models import Organisation
from tests.guards.rows import Filler


def objects(make: Filler, vantaa: Organisation) -> dict[str, dict[str, object]]:
    return {}
