"""Addresses of indicators and their figures."""

from django.urls import URLPattern, URLResolver, path

from kotopolku.steering import pages_indicators

_INDICATOR = "<int:indicator_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages_indicators.indicators, name="indicators"),
    path("new/", pages_indicators.indicator_new, name="indicator-new"),
    path("file/", pages_indicators.from_file, name="indicators-file"),
    path(_INDICATOR, pages_indicators.indicator, name="indicator"),
    path(f"{_INDICATOR}edit/", pages_indicators.indicator_edit, name="indicator-edit"),
    path(f"{_INDICATOR}figure/", pages_indicators.value, name="indicator-figure"),
    path(f"{_INDICATOR}fetch/", pages_indicators.fetch, name="indicator-fetch"),
]
