"""Addresses of steering: the State's programme and its indicators, regional measures, coverage; what is public."""

from django.urls import URLPattern, URLResolver, include, path

from kotopolku.steering import pages_programme, urls_indicators, urls_measures, urls_programme, urls_public

app_name = "steering"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages_programme.front, name="front"),
    path("programme/", include(urls_programme.urlpatterns)),
    path("indicators/", include(urls_indicators.urlpatterns)),
    path("measures/", include(urls_measures.urlpatterns)),
    path("public/", include(urls_public.urlpatterns)),
]
