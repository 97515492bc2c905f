"""Addresses of regional measures, coverage and yearly reports."""

from django.urls import URLPattern, URLResolver, path

from kotopolku.steering import pages_measures as measures
from kotopolku.steering import pages_reports as reports

urlpatterns: list[URLPattern | URLResolver] = [
    path("", measures.measures, name="measures"),
    path("new/", measures.new, name="measure-new"),
    path("<int:measure_id>/", measures.measure, name="measure"),
    path("<int:measure_id>/edit/", measures.edit, name="measure-edit"),
    path("<int:measure_id>/state/", measures.state, name="measure-state"),
    path("<int:measure_id>/evidence/", measures.evidence, name="measure-evidence"),
    path("<int:measure_id>/take-over/", measures.take_over, name="measure-take-over"),
    path("coverage/", measures.coverage, name="coverage"),
    path("coverage/csv/", measures.coverage_csv, name="coverage-csv"),
    path("reports/", reports.reports, name="reports"),
    path("reports/new/", reports.new, name="report-new"),
    path("reports/<int:report_id>/", reports.report, name="report"),
    path("reports/<int:report_id>/parts/<slug:key>/", reports.part, name="report-part"),
    path("reports/<int:report_id>/compose/", reports.compose, name="report-compose"),
    path("reports/<int:report_id>/sign/", reports.sign, name="report-sign"),
    path("reports/<int:report_id>/open-again/", reports.open_again, name="report-open-again"),
    path("reports/<int:report_id>/send/", reports.send, name="report-send"),
    path("reports/<int:report_id>/pdf/", reports.pdf, name="report-pdf"),
]
