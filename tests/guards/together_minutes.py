"""Objects that the permission guard asks for: what happens in a meeting and its minutes: speeches, votes, decisions, tasks."""

from kotopolku.actors.models import Organisation
from tests.guards.rows import Filler


def objects(make: Filler, vantaa: Organisation) -> dict[str, dict[str, object]]:
    return {}
