"""What the pages, the exports and the API read about clients, each in a bounded number of statements.

Not for writing (``actions``). Every query takes the viewer and shows only what the viewer's authority answers for.
"""

from kotopolku.clients.queries.counts import CountRow, LookCase, counts, find_for_journal
from kotopolku.clients.queries.detail import (
    ClientDetail,
    GoalView,
    PlanView,
    client_page,
    consents,
    contact,
    household,
    permits,
    person_by_number,
    plan_differences,
    plan_versions,
    relationship_by_number,
)
from kotopolku.clients.queries.lists import (
    EXPORT_LIMIT,
    PAGE_SIZE,
    ClientFilters,
    ClientPage,
    ClientRow,
    ExportRow,
    client_list,
    export_rows,
)
from kotopolku.clients.queries.register import (
    AuthorityAnswer,
    DuplicateMatch,
    duplicates,
    names_of,
    who_answers_for,
    workers,
)
from kotopolku.clients.queries.work import (
    DayCount,
    DueRow,
    Gap,
    RecentRow,
    deadlines,
    gaps,
    recent,
    two_weeks,
)
from kotopolku.clients.wording import refusal_text

__all__ = [
    "EXPORT_LIMIT",
    "PAGE_SIZE",
    "AuthorityAnswer",
    "ClientDetail",
    "ClientFilters",
    "ClientPage",
    "ClientRow",
    "CountRow",
    "DayCount",
    "DueRow",
    "DuplicateMatch",
    "ExportRow",
    "Gap",
    "GoalView",
    "LookCase",
    "PlanView",
    "RecentRow",
    "client_list",
    "client_page",
    "consents",
    "contact",
    "counts",
    "deadlines",
    "duplicates",
    "export_rows",
    "find_for_journal",
    "gaps",
    "household",
    "names_of",
    "permits",
    "person_by_number",
    "plan_differences",
    "plan_versions",
    "recent",
    "refusal_text",
    "relationship_by_number",
    "two_weeks",
    "who_answers_for",
    "workers",
]
