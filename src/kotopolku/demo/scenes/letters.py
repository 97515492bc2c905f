"""Letters of the demo world: an invitation sent, one that waits to be sent, and the paper on rights and duties."""

from datetime import date, timedelta

from kotopolku.clients.access import responsibilities
from kotopolku.demo.scenes import ActorOf
from kotopolku.letters import actions, sources
from kotopolku.letters.models import Channel


def play(actor_of: ActorOf, day: date) -> None:
    for username in ("kunta.vantaa", "tyo.vantaa"):
        viewer = actor_of(username)
        rows = responsibilities(viewer).filter(worker_id=viewer.user_id, ended_on=None).order_by("id")[:6]
        for number, row in enumerate(rows):
            beside = row.service_language if row.service_language in sources.languages() else ""
            letter = actions.write_letter(
                row.relationship_id,
                "invitation" if number % 2 == 0 else "duties-and-rights",
                {"day": day + timedelta(days=4 + number), "time": "10.00", "place": "Palvelupiste, huone 2"},
                actor=viewer,
                language="fi",
                beside="" if beside == "fi" else beside,
            )
            if number < 4:
                channel = Channel.OWN_PAGE if number % 2 else Channel.PAPER
                actions.send_letter(row.relationship_id, letter.pk, channel, actor=viewer)
