"""Addresses of service paths and what clients say of their steps. No name of a person ever stands in one."""

from django.urls import URLPattern, URLResolver, path

from kotopolku.steering import pages_answers, pages_followed, pages_paths

_PATH = "<int:path_id>/"
_STEP = "steps/<int:step_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages_paths.paths, name="paths"),
    path("new/", pages_paths.new, name="path-new"),
    path("left/", pages_followed.paths, name="paths-left"),
    path(_PATH, pages_paths.path, name="path"),
    path(f"{_PATH}edit/", pages_paths.edit, name="path-edit"),
    path(f"{_PATH}use/", pages_paths.use, name="path-use"),
    path(f"{_PATH}end/", pages_paths.end, name="path-end"),
    path(f"{_PATH}remove/", pages_paths.remove, name="path-remove"),
    path(f"{_PATH}answers/", pages_answers.answers, name="path-answers"),
    path(f"{_PATH}steps/new/", pages_paths.step_new, name="path-step-new"),
    path(f"{_STEP}edit/", pages_paths.step_edit, name="path-step-edit"),
    path(f"{_STEP}up/", pages_paths.step_up, name="path-step-up"),
    path(f"{_STEP}down/", pages_paths.step_down, name="path-step-down"),
    path(f"{_STEP}remove/", pages_paths.step_remove, name="path-step-remove"),
    path(f"{_STEP}sheet/", pages_answers.sheet, name="path-sheet"),
    path("answers/<int:feedback_id>/remove/", pages_answers.hide, name="path-answer-hide"),
]
