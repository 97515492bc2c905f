"""Row security of bodies, hearings and work-permit guidelines.

A body is read by everybody who has a seat in some organisation; a hearing by its organisation and those who were asked,
and by everybody when its summary has been published for all; a statement by who gave it and who asked; an adopted
guideline by everybody.
"""

from django.db import migrations

from kotopolku.access.policies import ORGANISATIONS_ONCE, own_organisation, secured

SEATED = "(SELECT nullif(current_setting('kotopolku.organisations', true), '') IS NOT NULL)"


def of(table: str, column: str, condition: str = "true") -> str:
    """Condition: the row that ``column`` points at in ``table`` can be seen, and ``condition`` holds for it."""
    return f"(SELECT true FROM {table} p WHERE p.id = {column} AND {condition} LIMIT 1)"


def invited(column: str) -> str:
    """Condition: the viewer's organisation was asked in the hearing."""
    return (
        f"(SELECT true FROM cooperation_hearinginvitee i WHERE i.hearing_id = {column}"
        f" AND i.organisation_id = {ORGANISATIONS_ONCE} LIMIT 1)"
    )


def shown(table: str) -> str:
    """Condition: the summary has been published, for everybody or for those who were heard."""
    return f"(shown = 'public' OR (shown = 'heard' AND {invited(f'{table}.hearing_id')}))"


BODY = of("cooperation_body", "body_id", own_organisation("p.organisation_id"))
TERM = (
    "(SELECT true FROM cooperation_bodyterm t JOIN cooperation_body b ON b.id = t.body_id"
    f" WHERE t.id = term_id AND {own_organisation('b.organisation_id')} LIMIT 1)"
)
SEAT = (
    "(SELECT true FROM cooperation_bodyseat s JOIN cooperation_bodyterm t ON t.id = s.term_id"
    f" JOIN cooperation_body b ON b.id = t.body_id WHERE s.id = seat_id AND {own_organisation('b.organisation_id')} LIMIT 1)"
)
OWN_GUIDELINE = of("cooperation_guideline", "guideline_id", own_organisation("p.organisation_id"))
GUIDELINE = of("cooperation_guideline", "guideline_id")


class Migration(migrations.Migration):
    dependencies = [("cooperation", "0003_bodies_hearings_guidelines")]

    operations = [
        secured("cooperation_body", own_organisation("organisation_id"), own=SEATED),
        secured("cooperation_bodyterm", BODY, own=SEATED),
        secured("cooperation_bodyseat", TERM, own=SEATED),
        secured("cooperation_seatholder", SEAT, own=SEATED),
        secured(
            "cooperation_hearinginvitee",
            f"({own_organisation('sender_id')} OR {own_organisation('organisation_id')})",
            own="shown = 'public'",
        ),
        secured(
            "cooperation_hearing",
            own_organisation("organisation_id"),
            own=(
                f"(state <> 'draft' AND {invited('cooperation_hearing.id')})"
                " OR (state = 'published' AND public)"
            ),
        ),
        secured(
            "cooperation_hearingquestion",
            of("cooperation_hearing", "hearing_id", own_organisation("p.organisation_id")),
            own=of("cooperation_hearing", "hearing_id"),
        ),
        secured(
            "cooperation_statement",
            f"({own_organisation('organisation_id')} OR ({own_organisation('sender_id')} AND given_at IS NOT NULL))",
            own=shown("cooperation_statement"),
        ),
        secured(
            "cooperation_statementanswer",
            of(
                "cooperation_statement",
                "statement_id",
                f"({own_organisation('p.organisation_id')} OR {own_organisation('p.sender_id')})",
            ),
            own=of("cooperation_statement", "statement_id"),
        ),
        secured("cooperation_guideline", own_organisation("organisation_id"), own="state <> 'draft'"),
        secured("cooperation_guidelineregion", OWN_GUIDELINE, own=GUIDELINE),
        secured("cooperation_guidelineoccupation", OWN_GUIDELINE, own=GUIDELINE),
        secured("cooperation_guidelinetable", OWN_GUIDELINE, own=GUIDELINE),
    ]
