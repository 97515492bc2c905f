"""Addresses of guidance of municipalities by the region. No name of a person ever stands in one."""

from django.urls import URLPattern, URLResolver, path

from kotopolku.steering import pages_followed
from kotopolku.steering import pages_guidance as pages
from kotopolku.steering import pages_guidance_work as work
from kotopolku.steering import pages_municipalities as municipalities

_ONE = "<int:guidance_id>/"
_COMMENT = "comments/<int:comment_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages.requests, name="guidance"),
    path("ask/", pages.ask, name="guidance-ask"),
    path("left/", pages_followed.requests, name="guidance-left"),
    path("letters/", pages.letters, name="guidance-letters"),
    path("municipalities/", municipalities.municipalities, name="guidance-municipalities"),
    path("municipalities/csv/", municipalities.municipalities_csv, name="guidance-municipalities-csv"),
    path(_ONE, pages.one, name="guidance-one"),
    path(f"{_ONE}take/", work.take, name="guidance-take"),
    path(f"{_ONE}checklist/", work.marks, name="guidance-marks"),
    path(f"{_ONE}comment/", work.comment, name="guidance-comment"),
    path(f"{_ONE}answer/", work.answer, name="guidance-answer"),
    path(f"{_ONE}follow/", work.follow, name="guidance-follow"),
    path(f"{_ONE}note/", pages.note, name="guidance-note"),
    path(f"{_ONE}again/", pages.again, name="guidance-again"),
    path(f"{_ONE}close/", pages.close, name="guidance-close"),
    path(f"{_ONE}suggest/", pages.suggest, name="guidance-suggest"),
    path(f"{_COMMENT}edit/", work.comment_edit, name="guidance-comment-edit"),
    path(f"{_COMMENT}remove/", work.comment_remove, name="guidance-comment-remove"),
    path(f"{_COMMENT}change/", work.change, name="guidance-change"),
    path(f"{_COMMENT}settle/", work.settle, name="guidance-settle"),
]
