"""Row security of municipal programmes, their goals, guidance and service paths.

A programme is its leading municipality's; its draft is read by those who take part, an approved one by everybody at work,
a published one by everybody. Comments and proposals stay among those who take part. Guidance is read by both its sides.
A service path in use is public; what clients say of it is read by who keeps it.
"""

from django.db import migrations

from kotopolku.access.policies import ORGANISATIONS, own_organisation, secured

SEATED = "(SELECT nullif(current_setting('kotopolku.organisations', true), '') IS NOT NULL)"


def of(table: str, column: str, condition: str = "true") -> str:
    """Condition: the row that ``column`` points at in ``table`` can be seen, and ``condition`` holds for it."""
    return f"(SELECT true FROM {table} p WHERE p.id = {column} AND {condition} LIMIT 1)"


def within(column: str) -> str:
    """Condition: the viewer's organisation is among those in the array."""
    return f"{column} && (SELECT {ORGANISATIONS})::bigint[]"


def of_section(condition: str) -> str:
    """Condition on the programme ``p`` of the section that ``section_id`` points at."""
    return (
        "(SELECT true FROM steering_programmesection s JOIN steering_municipalprogramme p ON p.id = s.programme_id"
        f" WHERE s.id = section_id AND {condition} LIMIT 1)"
    )


PROGRAMME = "steering_municipalprogramme"
LEADS = own_organisation("p.organisation_id")
WRITES = f"({LEADS} OR {within('p.writers')})"
TAKES_PART = f"({LEADS} OR {within('p.participants')})"
SEEN = of(PROGRAMME, "programme_id")
GOAL = (
    f"(SELECT true FROM steering_municipalgoal g JOIN {PROGRAMME} p ON p.id = g.programme_id"
    f" WHERE g.id = goal_id AND ({LEADS} OR {own_organisation('g.owner_id')}) LIMIT 1)"
)
STEP = (
    "(SELECT true FROM steering_pathstep s JOIN steering_servicepath p ON p.id = s.path_id"
    f" WHERE s.id = step_id AND {LEADS} LIMIT 1)"
)


class Migration(migrations.Migration):
    dependencies = [("steering", "0003_municipal_programmes")]

    operations = [
        secured(
            PROGRAMME,
            own_organisation("organisation_id"),
            own=(
                f"published_at IS NOT NULL OR (state IN ('approved', 'ended') AND {SEATED})"
                f" OR {within('participants')}"
            ),
        ),
        secured(
            "steering_programmemunicipality",
            f"({of(PROGRAMME, 'programme_id', LEADS)} OR {own_organisation('organisation_id')})",
            own=SEEN,
        ),
        secured("steering_programmesection", of(PROGRAMME, "programme_id", WRITES), own=SEEN),
        secured("steering_sectionversion", of_section(WRITES), own=of_section(TAKES_PART)),
        secured("steering_programmefigure", of_section(WRITES), own=of_section("true")),
        secured(
            "steering_programmepartner",
            of(PROGRAMME, "programme_id", LEADS),
            own=of(PROGRAMME, "programme_id", TAKES_PART),
        ),
        secured(
            "steering_sectioncomment",
            f"({own_organisation('organisation_id')} OR {of_section(WRITES)})",
            own=of_section(TAKES_PART),
        ),
        secured(
            "steering_sectionproposal",
            f"({own_organisation('organisation_id')} OR {of_section(WRITES)})",
            own=of_section(TAKES_PART),
        ),
        secured(
            "steering_programmeversion",
            of(PROGRAMME, "programme_id", LEADS),
            own=f"{of(PROGRAMME, 'programme_id', TAKES_PART)} OR (stage = 'approved' AND {SEEN})",
        ),
        secured("steering_programmereview", of(PROGRAMME, "programme_id", LEADS), own=SEEN),
        secured(
            "steering_municipalgoal",
            f"({of(PROGRAMME, 'programme_id', LEADS)} OR {own_organisation('owner_id')})",
            own=SEEN,
        ),
        secured("steering_goalfollowup", GOAL, own=of("steering_municipalgoal", "goal_id")),
        secured("steering_goaltie", GOAL, own=of("steering_municipalgoal", "goal_id")),
        secured("steering_guidance", f"({own_organisation('asker_id')} OR {own_organisation('region_id')})"),
        secured("steering_guidancecomment", of("steering_guidance", "guidance_id")),
        secured("steering_guidancemark", of("steering_guidance", "guidance_id")),
        secured("steering_guidancenote", of("steering_guidance", "guidance_id")),
        secured("steering_servicepath", own_organisation("organisation_id"), own="state <> 'draft'"),
        secured(
            "steering_pathstep",
            of("steering_servicepath", "path_id", LEADS),
            own=of("steering_servicepath", "path_id"),
        ),
        secured("steering_stepfeedback", STEP),
    ]
