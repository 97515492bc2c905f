"""Addresses of work-permit guidelines. No name of a person ever stands in one."""

from django.urls import URLPattern, URLResolver, path

from kotopolku.cooperation import pages_guidelines, pages_guidelines_keep

_ONE = "<int:guideline_id>/"
_LINE = f"{_ONE}occupations/<int:line_id>/"
_TABLE = f"{_ONE}tables/<int:table_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages_guidelines.guidelines, name="guidelines"),
    path("new/", pages_guidelines_keep.new, name="guideline-new"),
    path(_ONE, pages_guidelines.guideline, name="guideline"),
    path(f"{_ONE}differences/", pages_guidelines.differences, name="guideline-differences"),
    path(f"{_ONE}guideline.csv", pages_guidelines.as_csv, name="guideline-csv"),
    path(f"{_ONE}guideline.pdf", pages_guidelines.as_pdf, name="guideline-pdf"),
    path(f"{_ONE}edit/", pages_guidelines_keep.edit, name="guideline-edit"),
    path(f"{_ONE}remove/", pages_guidelines_keep.remove, name="guideline-remove"),
    path(f"{_ONE}adopt/", pages_guidelines_keep.adopt, name="guideline-adopt"),
    path(f"{_ONE}withdraw/", pages_guidelines_keep.withdraw, name="guideline-withdraw"),
    path(f"{_ONE}occupations/new/", pages_guidelines_keep.line_new, name="guideline-line-new"),
    path(f"{_ONE}occupations/paste/", pages_guidelines_keep.paste, name="guideline-paste"),
    path(_LINE, pages_guidelines_keep.line_edit, name="guideline-line"),
    path(f"{_LINE}remove/", pages_guidelines_keep.line_remove, name="guideline-line-remove"),
    path(f"{_ONE}tables/new/", pages_guidelines_keep.table_new, name="guideline-table-new"),
    path(_TABLE, pages_guidelines_keep.table_edit, name="guideline-table"),
    path(f"{_TABLE}remove/", pages_guidelines_keep.table_remove, name="guideline-table-remove"),
]
