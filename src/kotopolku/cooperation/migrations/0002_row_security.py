"""Row security of the shared space.

What is published is read by everybody who has a seat; a bulletin by its sender and those it was addressed to, in the roles
that it was narrowed to; a draft by its own organisation; a registration by the person and the arranger; a webinar's
address by those who have a place; a question by the asker's organisation and the centre of expertise.
"""

from django.db import migrations

from kotopolku.access.policies import DAY_ONCE, ORGANISATIONS_ONCE, USER_ONCE, own_organisation, secured

SEATED = "(SELECT nullif(current_setting('kotopolku.organisations', true), '') IS NOT NULL)"

ADDRESSED = (
    "(SELECT true FROM cooperation_bulletinorganisation a WHERE a.bulletin_id = cooperation_bulletin.id"
    f" AND a.organisation_id = {ORGANISATIONS_ONCE} LIMIT 1)"
)
IN_ROLE = (
    "(roles = '{}' OR (SELECT true FROM actors_membership m"
    f" WHERE m.user_id = {USER_ONCE} AND m.organisation_id = {ORGANISATIONS_ONCE}"
    f" AND m.role = ANY (roles) AND m.valid @> {DAY_ONCE} LIMIT 1))"
)


def of(table: str, column: str, condition: str = "true") -> str:
    """Condition: the row that ``column`` points at in ``table`` can be seen, and ``condition`` holds for it."""
    return f"(SELECT true FROM {table} p WHERE p.id = {column} AND {condition} LIMIT 1)"


def has_a_place(table: str) -> str:
    return (
        f"(SELECT true FROM cooperation_registration r WHERE r.seminar_id = {table}.seminar_id"
        f" AND r.user_id = {USER_ONCE} AND r.state = 'confirmed' LIMIT 1)"
    )


class Migration(migrations.Migration):
    dependencies = [("cooperation", "0001_initial"), ("actors", "0007_editor_and_community")]

    operations = [
        secured(
            "cooperation_bulletinorganisation",
            own_organisation("sender_id"),
            own=own_organisation("organisation_id"),
        ),
        secured(
            "cooperation_bulletin",
            own_organisation("sender_id"),
            own=f"state <> 'draft' AND {ADDRESSED} AND {IN_ROLE}",
        ),
        secured(
            "cooperation_bulletinedition",
            of("cooperation_bulletin", "bulletin_id", own_organisation("p.sender_id")),
            own=of("cooperation_bulletin", "bulletin_id"),
        ),
        secured(
            "cooperation_bulletinreceipt",
            f"(user_id = {USER_ONCE} AND {own_organisation('organisation_id')})",
            own=own_organisation("sender_id"),
        ),
        secured(
            "cooperation_bulletinanswer",
            own_organisation("organisation_id"),
            own=own_organisation("sender_id"),
        ),
        secured(
            "cooperation_material",
            f"({own_organisation('organisation_id')} OR {own_organisation('centre_id')})",
            own=f"state = 'published' AND {SEATED}",
        ),
        secured(
            "cooperation_materialversion",
            of("cooperation_material", "material_id", own_organisation("p.organisation_id")),
            own=of("cooperation_material", "material_id"),
        ),
        secured(
            "cooperation_materialuse",
            own_organisation("organisation_id"),
            own=of("cooperation_material", "material_id"),
        ),
        secured(
            "cooperation_attachment",
            own_organisation("organisation_id"),
            own=f"{of('cooperation_bulletin', 'bulletin_id')} OR {of('cooperation_material', 'material_id')}",
        ),
        secured(
            "cooperation_attachmentcontent",
            own_organisation("organisation_id"),
            own=of("cooperation_attachment", "attachment_id"),
        ),
        secured("cooperation_project", own_organisation("organisation_id"), own=SEATED),
        secured(
            "cooperation_projectpartner",
            of("cooperation_project", "project_id", own_organisation("p.organisation_id")),
            own=of("cooperation_project", "project_id"),
        ),
        secured(
            "cooperation_registration",
            f"((user_id = {USER_ONCE} AND {own_organisation('organisation_id')})"
            f" OR {own_organisation('organiser_id')})",
            own=f"user_id = {USER_ONCE}",
        ),
        secured(
            "cooperation_seminar", own_organisation("organiser_id"), own=f"state <> 'draft' AND {SEATED}"
        ),
        secured(
            "cooperation_seminarlink",
            own_organisation("organiser_id"),
            own=has_a_place("cooperation_seminarlink"),
        ),
        secured(
            "cooperation_question",
            f"({own_organisation('organisation_id')} OR {own_organisation('centre_id')})",
        ),
        secured("cooperation_questionline", of("cooperation_question", "question_id")),
        secured(
            "cooperation_publishedanswer",
            own_organisation("centre_id"),
            own=f"withdrawn_on IS NULL AND {SEATED}",
        ),
    ]
