"""Addresses of the page tree and the editor. ``trees`` come last of all: their first part is the slug of a space."""

from django.urls import URLPattern, path

from kotopolku.information import (
    pages_editor,
    pages_files,
    pages_front,
    pages_review,
    pages_tree,
    pages_versions,
)

_PAGE = "pages/<int:page_id>/"
_TEXT = f"{_PAGE}<slug:language>/"

public: list[URLPattern] = [
    path("files/<int:file_id>/<str:name>", pages_files.public_file, name="file"),
]
staff: list[URLPattern] = [
    path("", pages_front.front, name="front"),
    path("paste/", pages_editor.paste, name="paste"),
    path("files/<int:file_id>/", pages_files.file, name="file"),
    path("files/<int:file_id>/content/", pages_files.content, name="file-content"),
    path(_PAGE, pages_tree.page, name="page"),
    path(f"{_PAGE}move/", pages_tree.move, name="page-move"),
    path(f"{_PAGE}remove/", pages_tree.remove, name="page-remove"),
    path(f"{_PAGE}put-back/", pages_tree.put_back, name="page-put-back"),
    path(_TEXT, pages_editor.text, name="text"),
    path(f"{_TEXT}preview/", pages_editor.preview, name="text-preview"),
    path(f"{_TEXT}review/", pages_review.review, name="text-review"),
    path(f"{_TEXT}review/ask/", pages_review.ask, name="text-ask"),
    path(f"{_TEXT}review/comment/", pages_review.comment, name="text-comment"),
    path(f"{_TEXT}review/settle/<int:comment_id>/", pages_review.settle, name="text-settle"),
    path(f"{_TEXT}review/send-back/", pages_review.send_back, name="text-send-back"),
    path(f"{_TEXT}review/approve-machine/", pages_review.approve_machine, name="text-approve"),
    path(f"{_TEXT}publish/", pages_review.publish, name="text-publish"),
    path(f"{_TEXT}withdraw/", pages_review.withdraw, name="text-withdraw"),
    path(f"{_TEXT}versions/", pages_versions.versions, name="text-versions"),
    path(f"{_TEXT}versions/difference/", pages_versions.difference, name="text-difference"),
    path(f"{_TEXT}versions/<int:number>/", pages_versions.version, name="text-version"),
    path(f"{_TEXT}versions/<int:number>/restore/", pages_versions.restore, name="text-restore"),
]
trees: list[URLPattern] = [
    path("<slug:space>/", pages_tree.tree, name="tree"),
    path("<slug:space>/add/", pages_tree.add, name="page-add"),
    path("<slug:space>/inherited/<int:page_id>/<slug:kind>/", pages_tree.variant, name="page-variant"),
    path("<slug:space>/files/", pages_files.files, name="files"),
]
