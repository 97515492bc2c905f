"""Row security of meetings and positions; files of meeting papers.

A meeting is its keeper's, and once it is called also of each person who was called. Published minutes, and what was public
in their meeting, are read by everybody. A position is commented by everybody at work, an adopted one is public or of
those to whom it was sent.
"""

from django.db import migrations

from kotopolku.access.policies import USER_ONCE, own_organisation, secured

SEATED = "(SELECT nullif(current_setting('kotopolku.organisations', true), '') IS NOT NULL)"


def of(table: str, column: str, condition: str = "true") -> str:
    """Condition: the row that ``column`` points at in ``table`` can be seen, and ``condition`` holds for it."""
    return f"(SELECT true FROM {table} p WHERE p.id = {column} AND {condition} LIMIT 1)"


def of_item(condition: str = "true", column: str = "item_id") -> str:
    """Condition on the meeting ``m`` of the item that ``column`` points at; the meeting itself can be seen."""
    return (
        "(SELECT true FROM cooperation_agendaitem i JOIN cooperation_meeting m ON m.id = i.meeting_id"
        f" WHERE i.id = {column} AND {condition} LIMIT 1)"
    )


KEEPS = own_organisation("m.organisation_id")
OWN_MEETING = of("cooperation_meeting", "meeting_id", own_organisation("p.organisation_id"))
MEETING = of("cooperation_meeting", "meeting_id")
OWN_CALL = of("cooperation_meetingcall", "call_id", f"p.user_id = {USER_ONCE}")
HELD_PUBLICLY = (
    "(access = 'public' AND (SELECT true FROM cooperation_publishedminutes q"
    " WHERE q.meeting_id = cooperation_agendaitem.meeting_id LIMIT 1))"
)
CALL_KEPT = (
    "(SELECT true FROM cooperation_meetingcall c JOIN cooperation_meeting m ON m.id = c.meeting_id"
    f" WHERE c.id = call_id AND {KEEPS} LIMIT 1)"
)
VOTE = (
    "(SELECT true FROM cooperation_vote v JOIN cooperation_agendaitem i ON i.id = v.item_id"
    f" JOIN cooperation_meeting m ON m.id = i.meeting_id WHERE v.id = vote_id AND {KEEPS} LIMIT 1)"
)
MINUTES = (
    "(SELECT true FROM cooperation_minutes n JOIN cooperation_meeting m ON m.id = n.meeting_id"
    f" WHERE n.id = minutes_id AND {KEEPS} LIMIT 1)"
)
PAPER = (
    "(SELECT true FROM cooperation_meetingpaper p WHERE p.id = paper_id AND p.withdrawn_at IS NULL LIMIT 1)"
)
BEFORE = f"{of('cooperation_bulletin', 'bulletin_id')} OR {of('cooperation_material', 'material_id')}"
OWN_POSITION = of("cooperation_position", "position_id", own_organisation("p.organisation_id"))


class Migration(migrations.Migration):
    dependencies = [("cooperation", "0005_meetings_positions")]

    operations = [
        secured(
            "cooperation_meetingseries",
            of("cooperation_body", "body_id", own_organisation("p.organisation_id")),
        ),
        secured(
            "cooperation_meeting",
            own_organisation("organisation_id"),
            own=f"state <> 'draft' AND {USER_ONCE} = ANY (readers)",
        ),
        secured(
            "cooperation_meetingcall",
            f"({OWN_MEETING} OR user_id = {USER_ONCE})",
            own=MEETING,
        ),
        secured("cooperation_presence", CALL_KEPT, own=of("cooperation_meetingcall", "call_id")),
        secured(
            "cooperation_agendaitem",
            f"({OWN_MEETING} OR (state = 'proposed' AND {MEETING}))",
            own=f"{MEETING} OR {HELD_PUBLICLY}",
        ),
        secured(
            "cooperation_meetingpaper",
            of_item(KEEPS),
            own=(
                f"sent_at IS NOT NULL AND ({of_item()}"
                f" OR (access = 'public' AND {of('cooperation_agendaitem', 'item_id')}))"
            ),
        ),
        migrations.RunSQL(
            sql=f"ALTER POLICY cooperation_attachment_own ON cooperation_attachment USING ({BEFORE} OR {PAPER})",
            reverse_sql=f"ALTER POLICY cooperation_attachment_own ON cooperation_attachment USING ({BEFORE})",
        ),
        secured("cooperation_recusal", f"({of_item(KEEPS)} OR {OWN_CALL})", own=of_item()),
        secured("cooperation_speech", f"({of_item(KEEPS)} OR {OWN_CALL})", own=of_item()),
        secured("cooperation_vote", of_item(KEEPS), own=of_item()),
        secured("cooperation_ballot", f"({VOTE} OR {OWN_CALL})", own=of("cooperation_vote", "vote_id")),
        secured("cooperation_dissent", f"({of_item(KEEPS)} OR {OWN_CALL})", own=of_item()),
        secured("cooperation_meetingtask", f"({of_item(KEEPS)} OR owner_id = {USER_ONCE})", own=of_item()),
        secured("cooperation_minutes", OWN_MEETING, own=f"state <> 'draft' AND {MEETING}"),
        secured(
            "cooperation_minutescheck",
            f"({MINUTES} OR {OWN_CALL})",
            own=of("cooperation_minutes", "minutes_id"),
        ),
        secured("cooperation_publishedminutes", own_organisation("organisation_id"), own="true"),
        secured(
            "cooperation_positionreceiver",
            f"({own_organisation('sender_id')} OR {own_organisation('organisation_id')})",
        ),
        secured(
            "cooperation_position",
            own_organisation("organisation_id"),
            own=(
                f"(state = 'comments' AND {SEATED}) OR (state = 'adopted' AND (public OR"
                " (SELECT true FROM cooperation_positionreceiver r"
                " WHERE r.position_id = cooperation_position.id LIMIT 1)))"
            ),
        ),
        secured("cooperation_positionversion", OWN_POSITION, own=of("cooperation_position", "position_id")),
        secured(
            "cooperation_positioncomment",
            f"({own_organisation('organisation_id')} OR {OWN_POSITION})",
            own=f"{SEATED} AND {of('cooperation_position', 'position_id')}",
        ),
    ]
