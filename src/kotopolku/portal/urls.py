"""Every address of the product, room by room."""

from django.urls import URLPattern, URLResolver, include, path

from kotopolku.portal import counts, faults, journal_pages, law_pages, my_work, pages
from kotopolku.portal.api import api

handler400 = faults.bad_request
handler403 = faults.forbidden
handler404 = faults.not_found
handler500 = faults.server_error

urlpatterns: list[URLPattern | URLResolver] = [
    path("", my_work.page, name="my-work"),
    path("healthz", pages.health, name="health"),
    path("language/", pages.choose_language, name="language"),
    path("scheme/", pages.choose_scheme, name="scheme"),
    path("day/", pages.choose_day, name="day"),
    path("account/", pages.account, name="account"),
    path("about/accessibility/", pages.about, {"topic": "accessibility"}, name="accessibility"),
    path("about/data-protection/", pages.about, {"topic": "data_protection"}, name="data-protection"),
    path("about/help/", pages.about, {"topic": "help"}, name="help"),
    path("law/", law_pages.rules, name="law-rules"),
    path("law/<str:rule_id>/", law_pages.rule, name="law-rule"),
    path("journal/", journal_pages.looks, name="journal-looks"),
    path("counts/", counts.page, name="counts"),
    path("clients/", include("kotopolku.clients.urls")),
    path("notices/", include("kotopolku.notices.urls")),
    path("family/", include("kotopolku.families.urls")),
    path("progress/", include("kotopolku.progress.urls")),
    path("desk/", include("kotopolku.desk.urls")),
    path("appointments/", include("kotopolku.appointments.urls")),
    path("letters/", include("kotopolku.letters.urls")),
    path("handover/", include("kotopolku.handover.urls")),
    path("placement/", include("kotopolku.placement.urls")),
    path("training/", include("kotopolku.training.urls")),
    path("procurement/", include("kotopolku.procurement.urls")),
    path("commons/", include("kotopolku.cooperation.urls")),
    path("steering/", include("kotopolku.steering.urls")),
    path("information/", include("kotopolku.information.urls_staff")),
    path("info/", include("kotopolku.information.urls")),
    path("quality/", include("kotopolku.quality.urls")),
    path("exchange/", include("kotopolku.exchange.urls")),
    path("my/", include("kotopolku.mypage.urls")),
    path("retention/", include("kotopolku.retention.urls")),
    path("reference/", include("kotopolku.reference.urls")),
    path("", include("kotopolku.actors.urls")),
    path("accounts/", include("allauth.urls")),
    path("api/", api.urls),
]
