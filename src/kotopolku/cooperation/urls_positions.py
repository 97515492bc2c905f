"""Addresses of positions on phenomena of the day. No name of a person ever stands in one."""

from django.urls import URLPattern, URLResolver, path

from kotopolku.cooperation import pages_positions, pages_positions_keep, pages_positions_public

_POSITION = "<int:position_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages_positions.positions, name="positions"),
    path("new/", pages_positions.notice, name="position-new"),
    path("published/", pages_positions_public.published, name="positions-published"),
    path(f"published/{_POSITION}", pages_positions_public.position, name="position-published"),
    path(f"published/{_POSITION}position.pdf", pages_positions_public.paper, name="position-pdf"),
    path(_POSITION, pages_positions.position, name="position"),
    path(f"{_POSITION}versions/", pages_positions.versions, name="position-versions"),
    path(f"{_POSITION}comment/", pages_positions.comment, name="position-comment"),
    path(f"{_POSITION}receivers/<int:receiver_id>/", pages_positions.answer, name="position-answer"),
    path(f"{_POSITION}edit/", pages_positions_keep.write, name="position-edit"),
    path(f"{_POSITION}comments/", pages_positions_keep.comments, name="position-comments"),
    path(f"{_POSITION}comments/<int:comment_id>/", pages_positions_keep.respond, name="position-respond"),
    path(f"{_POSITION}adopt/", pages_positions_keep.adopt, name="position-adopt"),
    path(f"{_POSITION}drop/", pages_positions_keep.drop, name="position-drop"),
    path(f"{_POSITION}send/", pages_positions_keep.send, name="position-send"),
]
