"""Addresses of hearings and statements. No name of a person ever stands in one."""

from django.urls import URLPattern, URLResolver, path

from kotopolku.cooperation import pages_hearing_summary, pages_hearings, pages_left, pages_statements

_HEARING = "<int:hearing_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages_hearings.hearings, name="hearings"),
    path("new/", pages_hearings.new, name="hearing-new"),
    path("left/", pages_left.hearings, name="hearings-left"),
    path("published/", pages_hearing_summary.published, name="hearings-published"),
    path(_HEARING, pages_hearings.hearing, name="hearing"),
    path(f"{_HEARING}edit/", pages_hearings.edit, name="hearing-edit"),
    path(f"{_HEARING}remove/", pages_hearings.remove, name="hearing-remove"),
    path(f"{_HEARING}ask/", pages_hearings.ask, name="hearing-ask"),
    path(f"{_HEARING}ask/<int:invitee_id>/remove/", pages_hearings.unask, name="hearing-unask"),
    path(f"{_HEARING}open/", pages_hearings.open_page, name="hearing-open"),
    path(f"{_HEARING}move/", pages_hearings.move, name="hearing-move"),
    path(f"{_HEARING}cancel/", pages_hearings.cancel, name="hearing-cancel"),
    path(f"{_HEARING}close/", pages_hearings.close, name="hearing-close"),
    path(f"{_HEARING}statement/", pages_statements.write, name="statement"),
    path(f"{_HEARING}statement/decline/", pages_statements.decline, name="statement-decline"),
    path(f"{_HEARING}statements/<int:statement_id>/", pages_statements.statement, name="statement-given"),
    path(f"{_HEARING}answers/", pages_hearing_summary.answers, name="hearing-answers"),
    path(f"{_HEARING}answers/export.csv", pages_hearing_summary.table, name="hearing-table"),
    path(f"{_HEARING}answers/<int:number>/", pages_hearing_summary.respond, name="hearing-respond"),
    path(f"{_HEARING}summary/", pages_hearing_summary.summary, name="hearing-summary"),
    path(f"{_HEARING}summary/edit/", pages_hearing_summary.summary_edit, name="hearing-summary-edit"),
    path(f"{_HEARING}summary/<slug:language>.pdf", pages_hearing_summary.paper, name="hearing-paper"),
]
