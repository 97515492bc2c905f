"""Addresses of the progress room. No name or code of a person ever stands in one."""

from django.urls import URLPattern, URLResolver, path

from kotopolku.progress import pages, pages_provider, pages_team

app_name = "progress"

ONE = "<int:relationship_id>/"
urlpatterns: list[URLPattern | URLResolver] = [
    path("attendance/", pages_provider.attendance, name="attendance"),
    path("attendance/form.csv", pages_provider.form_file, name="attendance-form"),
    path("attendance/file/", pages_provider.upload, name="attendance-file"),
    path("attendance/confirm/", pages_provider.confirm, name="attendance-confirm"),
    path("follow-ups/", pages_team.follow_ups, name="follow-ups"),
    path("absences/", pages_team.absences, name="absences"),
    path("counts/", pages_team.counts, name="counts"),
    path("providers/", pages_team.providers, name="providers"),
    path(ONE, pages.measures, name="measures"),
    path(ONE + "measures/<int:measure_id>/", pages.measure, name="measure"),
    path(ONE + "measures/<int:measure_id>/attendance/", pages.attendance, name="measure-attendance"),
    path(ONE + "levels/", pages.levels, name="levels"),
    path(ONE + "levels/<int:level_id>/cancel/", pages.cancel_level, name="level-cancel"),
    path(ONE + "result/", pages.result, name="result"),
    path(ONE + "absences/<int:process_id>/hearing/", pages.hearing, name="hearing"),
    path(ONE + "absences/<int:process_id>/decision/", pages.decision, name="decision"),
    path(ONE + "follow-ups/<int:follow_up_id>/", pages.follow_up, name="follow-up"),
]
