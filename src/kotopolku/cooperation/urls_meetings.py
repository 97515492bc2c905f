"""Addresses of meetings of bodies: series, invitations, agenda, papers, presence. No name of a person ever stands in one."""

from django.urls import URLPattern, URLResolver, path

from kotopolku.cooperation import pages_agenda, pages_meeting_calls, pages_meeting_day, pages_meetings

_BODY = "bodies/<int:body_id>/"
_MEETING = "<int:meeting_id>/"
_ITEM = "items/<int:item_id>/"
_CALL = "calls/<int:call_id>/"
_RECESS = "recesses/<int:recess_id>/"
_PAPER = "papers/<int:paper_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages_meetings.meetings, name="meetings"),
    path("proposals/", pages_agenda.proposals, name="meeting-proposals"),
    path(f"{_BODY}new/", pages_meetings.new, name="meeting-new"),
    path(f"{_BODY}series/", pages_meetings.series, name="meeting-series"),
    path(_MEETING, pages_meetings.meeting, name="meeting"),
    path(f"{_MEETING}edit/", pages_meetings.edit, name="meeting-edit"),
    path(f"{_MEETING}later/", pages_meetings.later, name="meeting-later"),
    path(f"{_MEETING}move/", pages_meetings.move, name="meeting-move"),
    path(f"{_MEETING}cancel/", pages_meetings.cancel, name="meeting-cancel"),
    path(f"{_MEETING}remove/", pages_meetings.remove, name="meeting-remove"),
    path(f"{_MEETING}meeting.ics", pages_meetings.calendar_file, name="meeting-ics"),
    path(f"{_MEETING}agenda.pdf", pages_meetings.agenda_pdf, name="meeting-pdf"),
    path(f"{_MEETING}call/", pages_meeting_calls.send, name="meeting-call"),
    path(f"{_MEETING}calls/", pages_meeting_calls.calls, name="meeting-calls"),
    path(f"{_MEETING}calls/follow/", pages_meeting_calls.follow, name="meeting-follow"),
    path(f"{_MEETING}calls/guest/", pages_meeting_calls.guest, name="meeting-guest"),
    path(f"{_MEETING}answer/", pages_meeting_calls.answer, name="meeting-answer"),
    path(f"{_CALL}answer/", pages_meeting_calls.answer_for, name="call-answer"),
    path(f"{_CALL}end/", pages_meeting_calls.end, name="call-end"),
    path(f"{_MEETING}day/", pages_meeting_day.day, name="meeting-day"),
    path(f"{_MEETING}open/", pages_meeting_day.open_meeting, name="meeting-open"),
    path(f"{_MEETING}close/", pages_meeting_day.close, name="meeting-close"),
    path(f"{_MEETING}recess/", pages_meeting_day.recess, name="meeting-recess"),
    path(_RECESS, pages_meeting_day.go_on, name="meeting-go-on"),
    path(f"{_MEETING}come/", pages_meeting_day.come_in, name="meeting-come"),
    path(f"{_CALL}came/", pages_meeting_day.came, name="call-came"),
    path(f"{_CALL}left/", pages_meeting_day.left, name="call-left"),
    path(f"{_CALL}undo/", pages_meeting_day.undo, name="call-undo"),
    path(f"{_MEETING}items/new/", pages_agenda.new, name="meeting-item-new"),
    path(f"{_MEETING}propose/", pages_agenda.propose, name="meeting-propose"),
    path(_ITEM, pages_agenda.item, name="meeting-item"),
    path(f"{_ITEM}edit/", pages_agenda.edit, name="meeting-item-edit"),
    path(f"{_ITEM}readers/", pages_agenda.readers, name="meeting-item-readers"),
    path(f"{_ITEM}remove/", pages_agenda.remove, name="meeting-item-remove"),
    path(f"{_ITEM}shift/", pages_agenda.shift, name="meeting-item-shift"),
    path(f"{_ITEM}take/", pages_agenda.take, name="meeting-item-take"),
    path(f"{_ITEM}refuse/", pages_agenda.turn_down, name="meeting-item-refuse"),
    path(f"{_ITEM}take-back/", pages_agenda.take_back, name="meeting-proposal-back"),
    path(f"{_ITEM}open/", pages_meeting_day.item_open, name="meeting-item-open"),
    path(f"{_ITEM}close/", pages_meeting_day.item_close, name="meeting-item-close"),
    path(f"{_ITEM}table/", pages_meeting_day.item_table, name="meeting-item-table"),
    path(f"{_MEETING}papers/", pages_agenda.papers, name="meeting-papers"),
    path(f"{_MEETING}papers/send/", pages_agenda.papers_send, name="meeting-papers-send"),
    path(f"{_ITEM}papers/new/", pages_agenda.paper_new, name="paper-new"),
    path(f"{_PAPER}replace/", pages_agenda.paper_replace, name="paper-replace"),
    path(f"{_PAPER}withdraw/", pages_agenda.paper_withdraw, name="paper-withdraw"),
    path(f"{_PAPER}remove/", pages_agenda.paper_remove, name="paper-remove"),
]
