"""The journal's names of what is done with clients' data, with their texts. A name never changes its meaning.

A last part such as "opened" or "exported" tells the journal that the act only shows data.
"""

from django.utils.translation import gettext_lazy as _

NAMES = {
    "clients.client.registered": _("Client registered"),
    "clients.client.opened": _("Client opened"),
    "clients.list.listed": _("Clients seen in a list"),
    "clients.list.exported": _("Clients exported to a file"),
    "clients.paper.printed": _("Paper printed for the client"),
    "clients.person.changed": _("Personal data changed"),
    "clients.person.confirmed": _("Personal data confirmed with the client"),
    "clients.non-disclosure.set": _("Non-disclosure order changed"),
    "clients.contact.opened": _("Hidden contacts opened under a non-disclosure order"),
    "clients.permit.added": _("Permit recorded"),
    "clients.permit.ended": _("End of a permit recorded"),
    "clients.household.joined": _("Household member added"),
    "clients.household.left": _("Household member left"),
    "clients.consent.given": _("Consent recorded"),
    "clients.consent.withdrawn": _("Consent withdrawn"),
    "clients.jobseeker.changed": _("Job search recorded"),
    "clients.worker.assigned": _("Own worker changed"),
    "clients.client.passed": _("Responsibility passed to another authority"),
    "clients.client.ended": _("Client relationship ended"),
    "clients.client.end-undone": _("End of the client relationship taken back"),
    "clients.assessment.started": _("Assessment started"),
    "clients.assessment.saved": _("Assessment saved"),
    "clients.assessment.completed": _("Assessment completed"),
    "clients.assessment.reopened": _("Assessment opened again"),
    "clients.draft.kept": _("Draft of a form kept"),
    "clients.draft.discarded": _("Draft of a form thrown away"),
    "clients.plan.started": _("Drafting of the plan started"),
    "clients.plan.saved": _("Plan saved"),
    "clients.plan.made": _("Plan made"),
    "clients.plan.signed": _("Plan signed"),
    "clients.plan.referred": _("Client referred to training or a service"),
    "clients.plan.reviewed": _("Plan reviewed"),
    "clients.plan.interrupted": _("Interruption of the plan recorded"),
    "clients.plan.interruption-cancelled": _("Interruption of the plan cancelled"),
    "clients.plan.extended": _("Longest time of the plan extended"),
    "clients.plan.extension-cancelled": _("Extension of the longest time cancelled"),
    "clients.plan.ended": _("Plan ended"),
    "clients.clocks.renewed": _("Deadlines computed again"),
}
