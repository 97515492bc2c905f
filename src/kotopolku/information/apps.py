from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InformationConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "kotopolku.information"
    label = "information"

    def ready(self) -> None:
        from kotopolku.access.capabilities import Capability
        from kotopolku.actors.extensions import watch_contacts
        from kotopolku.clients.extensions import Tab, add_tab
        from kotopolku.information import activity_cards, cards, contact_cards, public_files
        from kotopolku.information.actions.contacts import contact_changed
        from kotopolku.information.actions.feedback import refuse_too_many
        from kotopolku.information.queries import carried  # noqa: F401 - registers what carries goals out
        from kotopolku.steering.extensions import guard_sending

        cards.register("contact", contact_cards.loader)
        cards.register("file", public_files.cards)
        cards.register("service", activity_cards.services)
        cards.register("event", activity_cards.events)
        watch_contacts("information", contact_changed)
        guard_sending("information", refuse_too_many)
        add_tab(Tab(_("Activities"), "information:client-activities", 27, Capability.PLAN_WRITE))
