"""Addresses of the exchange room. No name or code of a person ever stands in one."""

from django.urls import path

from kotopolku.exchange import pages, pages_import

app_name = "exchange"

urlpatterns = [
    path("import/", pages_import.imports, name="imports"),
    path("import/fields/", pages_import.fields, name="fields"),
    path("import/<int:run_id>/", pages_import.import_, name="import"),
    path("import/<int:run_id>/start/", pages_import.start, name="start"),
    path("import/<int:run_id>/go-on/", pages_import.go_on, name="go-on"),
    path("import/<int:run_id>/stop/", pages_import.stop, name="stop"),
    path("import/<int:run_id>/cancel/", pages_import.cancel, name="cancel"),
    path("import/<int:run_id>/errors.csv", pages_import.errors, name="errors"),
    path("import/<int:run_id>/rows/<int:row_id>/decide/", pages_import.decide, name="decide"),
    path("export/", pages.export, name="export"),
    path("export/<str:kind>/", pages.export_file, name="export-file"),
    path("national/", pages.national, name="national"),
    path("national/send/", pages.national_send, name="national-send"),
    path("national/reconcile/", pages.national_reconcile, name="national-reconcile"),
    path("national/<int:message_id>/again/", pages.national_again, name="national-again"),
    path("registers/<int:relationship_id>/", pages.registers, name="registers"),
    path("registers/<int:relationship_id>/ask/<str:source>/", pages.ask, name="ask"),
]
