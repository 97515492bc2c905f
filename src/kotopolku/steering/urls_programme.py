"""Addresses of the State's programme and its lines."""

from django.urls import URLPattern, URLResolver, path

from kotopolku.steering import pages_lines, pages_programme

_PROGRAMME = "<int:programme_id>/"
_LINE = "lines/<int:line_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages_programme.programmes, name="programmes"),
    path("new/", pages_programme.programme_new, name="programme-new"),
    path(_PROGRAMME, pages_programme.programme, name="programme"),
    path(f"{_PROGRAMME}edit/", pages_programme.programme_edit, name="programme-edit"),
    path(f"{_PROGRAMME}adopt/", pages_programme.adopt, name="programme-adopt"),
    path(f"{_PROGRAMME}lines/new/", pages_lines.line_new, name="line-new"),
    path(_LINE, pages_lines.line, name="line"),
    path(f"{_LINE}versions/", pages_lines.versions, name="line-versions"),
    path(f"{_LINE}edit/", pages_lines.line_edit, name="line-edit"),
    path(f"{_LINE}move/", pages_lines.line_move, name="line-move"),
    path(f"{_LINE}up/", pages_lines.line_up, name="line-up"),
    path(f"{_LINE}down/", pages_lines.line_down, name="line-down"),
    path(f"{_LINE}end/", pages_lines.line_end, name="line-end"),
    path(f"{_LINE}remove/", pages_lines.line_remove, name="line-remove"),
]
