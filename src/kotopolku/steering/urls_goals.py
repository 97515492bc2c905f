"""Addresses of goals of municipalities, their follow-up and what carries them out. No name of a person ever stands in one."""

from django.urls import URLPattern, URLResolver, path

from kotopolku.steering import pages_goal_follow as follow
from kotopolku.steering import pages_goals as goals

_GOAL = "<int:goal_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", goals.goal_list, name="goals"),
    path("csv/", goals.table, name="goals-csv"),
    path("new/<int:programme_id>/", goals.new, name="goal-new"),
    path(_GOAL, goals.goal, name="goal"),
    path(f"{_GOAL}edit/", goals.edit, name="goal-edit"),
    path(f"{_GOAL}up/", goals.up, name="goal-up"),
    path(f"{_GOAL}down/", goals.down, name="goal-down"),
    path(f"{_GOAL}state/", goals.state, name="goal-state"),
    path(f"{_GOAL}lines/", goals.take_lines, name="goal-take-lines"),
    path(f"{_GOAL}follow-ups/new/", follow.follow_up_new, name="goal-follow-up-new"),
    path(f"{_GOAL}follow-ups/<int:year>/", follow.follow_up_edit, name="goal-follow-up-edit"),
    path(f"{_GOAL}ties/", follow.ties, name="goal-ties"),
    path(f"{_GOAL}ties/add/", follow.tie_add, name="goal-tie-add"),
    path(f"{_GOAL}ties/<int:tie_id>/remove/", follow.tie_remove, name="goal-tie-remove"),
]
