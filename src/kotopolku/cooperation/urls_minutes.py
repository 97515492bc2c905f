"""Addresses of what happens in a meeting and of its minutes: speeches, votes, decisions, tasks, the archive.

No name of a person ever stands in one.
"""

from django.urls import URLPattern, URLResolver, path

from kotopolku.cooperation import (
    pages_minutes,
    pages_minutes_archive,
    pages_minutes_live,
    pages_minutes_write,
)

_MEETING = "meetings/<int:meeting_id>/"
_ITEM = "items/<int:item_id>/"
_SPEECH = "speeches/<int:speech_id>/"
_VOTE = "votes/<int:vote_id>/"
_TASK = "tasks/<int:task_id>/"
_PUBLISHED = "published/<int:published_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages_minutes_archive.archive, name="minutes"),
    path("decisions/", pages_minutes_archive.decisions, name="minutes-decisions"),
    path(_PUBLISHED, pages_minutes_archive.published, name="minutes-published"),
    path(f"{_PUBLISHED}minutes.pdf", pages_minutes_archive.published_pdf, name="minutes-published-pdf"),
    path(f"{_ITEM}live/", pages_minutes_live.live, name="minutes-live"),
    path(f"{_ITEM}ask/", pages_minutes_live.ask, name="minutes-ask"),
    path(f"{_ITEM}ask-for/", pages_minutes_live.ask_for, name="minutes-ask-for"),
    path(f"{_SPEECH}begin/", pages_minutes_live.begin, name="minutes-speech-begin"),
    path(f"{_SPEECH}end/", pages_minutes_live.end, name="minutes-speech-end"),
    path(f"{_SPEECH}move/", pages_minutes_live.move, name="minutes-speech-move"),
    path(f"{_SPEECH}take-back/", pages_minutes_live.take_back, name="minutes-speech-take-back"),
    path(f"{_ITEM}recuse/", pages_minutes_live.recuse, name="minutes-recuse"),
    path(
        "recusals/<int:recusal_id>/remove/", pages_minutes_live.recusal_remove, name="minutes-recusal-remove"
    ),
    path(f"{_ITEM}votes/new/", pages_minutes_live.vote_new, name="minutes-vote-new"),
    path(f"{_VOTE}cast/", pages_minutes_live.cast, name="minutes-vote-cast"),
    path(f"{_VOTE}enter/", pages_minutes_live.enter, name="minutes-vote-enter"),
    path(f"{_VOTE}close/", pages_minutes_live.vote_close, name="minutes-vote-close"),
    path(f"{_VOTE}annul/", pages_minutes_live.annul, name="minutes-vote-annul"),
    path(_ITEM, pages_minutes_write.write, name="minutes-write"),
    path(f"{_ITEM}dissent/", pages_minutes_write.dissent, name="minutes-dissent"),
    path(
        "dissents/<int:dissent_id>/remove/",
        pages_minutes_write.dissent_remove,
        name="minutes-dissent-remove",
    ),
    path(f"{_ITEM}tasks/new/", pages_minutes_write.task_new, name="minutes-task-new"),
    path("tasks/", pages_minutes_write.tasks, name="minutes-tasks"),
    path(_TASK, pages_minutes_write.task, name="minutes-task"),
    path(f"{_TASK}edit/", pages_minutes_write.task_edit, name="minutes-task-edit"),
    path(_MEETING, pages_minutes.minutes, name="minutes-of"),
    path(f"{_MEETING}minutes.pdf", pages_minutes.paper, name="minutes-pdf"),
    path(f"{_MEETING}check/", pages_minutes.check, name="minutes-check"),
    path(f"{_MEETING}sign/", pages_minutes.sign, name="minutes-sign"),
    path(f"{_MEETING}return/", pages_minutes.send_back, name="minutes-return"),
    path(f"{_MEETING}take-back/", pages_minutes.take_back, name="minutes-take-back"),
    path(f"{_MEETING}publish/", pages_minutes.publish, name="minutes-publish"),
]
