"""Addresses of the training room."""

from django.urls import URLPattern, URLResolver

from kotopolku.training import urls_courses, urls_results, urls_teaching

app_name = "training"

urlpatterns: list[URLPattern | URLResolver] = [
    *urls_courses.urlpatterns,
    *urls_teaching.urlpatterns,
    *urls_results.urlpatterns,
]
