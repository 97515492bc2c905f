"""Keeps the whole content of a municipal programme as it is at a stage. Never changed afterwards.

Called inside the acts that send, approve or review it, whose entries in the journal say so.
"""

from kotopolku import clock
from kotopolku.access.viewer import Viewer
from kotopolku.steering.models import MunicipalProgramme, ProgrammeVersion
from kotopolku.steering.queries.programme_content import content_of


def keep_version(programme: MunicipalProgramme, stage: str, actor: Viewer) -> ProgrammeVersion:
    """The next version. The caller holds the programme's lock and has let the actor in."""
    newest = programme.versions.order_by("-number").values_list("number", flat=True).first() or 0
    return ProgrammeVersion.objects.create(
        programme=programme,
        number=newest + 1,
        stage=stage,
        content=content_of(programme),
        made_by_id=actor.user_id,
        made_at=clock.now(),
    )
