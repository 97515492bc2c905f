"""Addresses of teaching. No name or code of a person ever stands in one."""

from django.urls import URLPattern, URLResolver, path

from kotopolku.training import pages_teaching as pages

STUDENT = "teaching/students/<int:enrolment_id>/"
urlpatterns: list[URLPattern | URLResolver] = [
    path("teaching/", pages.teaching, name="teaching"),
    path("teaching/courses/<int:course_id>/", pages.taught, name="taught"),
    path("teaching/sessions/<int:session_id>/", pages.session, name="session"),
    path(STUDENT, pages.student, name="student"),
    path(STUDENT + "study-plan/", pages.study_plan, name="study-plan"),
    path(STUDENT + "test/", pages.test, name="test"),
    path(STUDENT + "certificate/", pages.issue_certificate, name="certificate"),
    path(STUDENT + "certificate/<str:language>.pdf", pages.certificate_pdf, name="certificate-pdf"),
    path(STUDENT + "studies/", pages.client_studies, name="client-studies"),
    path("courses/<int:course_id>/feedback/", pages.feedback, name="feedback"),
]
