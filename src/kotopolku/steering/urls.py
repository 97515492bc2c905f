"""Addresses of steering: the State's programme, regional measures, municipal programmes and goals; what is public."""

from django.urls import URLPattern, URLResolver, include, path

from kotopolku.steering import (
    pages_programme,
    urls_chain,
    urls_councils,
    urls_goals,
    urls_guidance,
    urls_indicators,
    urls_measures,
    urls_municipal,
    urls_paths,
    urls_programme,
    urls_public,
)

app_name = "steering"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages_programme.front, name="front"),
    path("programme/", include(urls_programme.urlpatterns)),
    path("indicators/", include(urls_indicators.urlpatterns)),
    path("measures/", include(urls_measures.urlpatterns)),
    path("municipal/", include(urls_municipal.urlpatterns)),
    path("councils/", include(urls_councils.urlpatterns)),
    path("goals/", include(urls_goals.urlpatterns)),
    path("guidance/", include(urls_guidance.urlpatterns)),
    path("chain/", include(urls_chain.urlpatterns)),
    path("paths/", include(urls_paths.urlpatterns)),
    path("public/", include(urls_public.urlpatterns)),
]
