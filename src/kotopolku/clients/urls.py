"""Addresses of the clients room, under /clients/. No name or code of a person ever stands in one."""

from django.urls import path

from kotopolku.clients import (
    documents,
    pages_assessment,
    pages_client,
    pages_list,
    pages_plan,
    pages_register,
    pages_review,
)

app_name = "clients"

ONE = "<int:relationship_id>/"
urlpatterns = [
    path("", pages_list.client_list, name="list"),
    path("export.csv", pages_list.export, {"kind": "csv"}, name="export-csv"),
    path("export.xlsx", pages_list.export, {"kind": "xlsx"}, name="export-xlsx"),
    path("new/", pages_register.register, name="new"),
    path("new/authority/", pages_register.authority, name="authority"),
    path(ONE, pages_client.client, name="client"),
    path(ONE + "events/", pages_client.events, name="events"),
    path(ONE + "edit/", pages_register.edit, name="edit"),
    path(ONE + "confirm/", pages_client.confirm, name="confirm"),
    path(ONE + "contacts/", pages_client.protected, name="protected"),
    path(ONE + "non-disclosure/", pages_client.non_disclosure, name="non-disclosure"),
    path(ONE + "permit/", pages_client.permit, name="permit"),
    path(ONE + "permit/end/", pages_client.end_permit, name="permit-end"),
    path(ONE + "household/", pages_client.household, name="household"),
    path(ONE + "household/end/", pages_client.end_member, name="member-end"),
    path(ONE + "consent/", pages_client.consent, name="consent"),
    path(ONE + "consent/withdraw/", pages_client.withdraw_consent, name="consent-withdraw"),
    path(ONE + "jobseeker/", pages_client.jobseeker, name="jobseeker"),
    path(ONE + "worker/", pages_client.worker, name="worker"),
    path(ONE + "end/", pages_client.end, name="end"),
    path(ONE + "end/undo/", pages_client.undo_end, name="undo-end"),
    path(ONE + "assessment/", pages_assessment.assessment, name="assessment"),
    path(ONE + "assessment/reopen/", pages_assessment.reopen, name="assessment-reopen"),
    path(ONE + "assessment/paper.<str:language>.pdf", documents.assessment_paper, name="assessment-paper"),
    path(ONE + "draft/assessment/", pages_assessment.draft, {"form": "assessment"}, name="draft-assessment"),
    path(ONE + "draft/plan/", pages_assessment.draft, {"form": "plan"}, name="draft-plan"),
    path(ONE + "draft/review/", pages_assessment.draft, {"form": "review"}, name="draft-review"),
    path(ONE + "plan/", pages_plan.plan, name="plan"),
    path(ONE + "plan/edit/", pages_plan.plan_edit, name="plan-edit"),
    path(ONE + "plan/make/", pages_plan.plan_make, name="plan-make"),
    path(ONE + "plan/limits/", pages_plan.limits, name="plan-limits"),
    path(ONE + "plan/sign/", pages_plan.plan_sign, name="plan-sign"),
    path(ONE + "plan/sign/screen/", pages_plan.plan_sign_screen, name="plan-sign-screen"),
    path(ONE + "plan/referral/", pages_plan.referral, name="referral"),
    path(ONE + "plan/end/", pages_plan.plan_end, name="plan-end"),
    path(ONE + "plan/versions/", pages_plan.versions, name="plan-versions"),
    path(ONE + "plan/review/", pages_review.review, name="review"),
    path(ONE + "plan/interruption/", pages_review.interruption, name="interruption"),
    path(ONE + "plan/extension/", pages_review.extension, name="extension"),
    path(
        ONE + "plan/interruption/<int:row_id>/cancel/",
        pages_review.cancel_time,
        {"kind": "interruption"},
        name="interruption-cancel",
    ),
    path(
        ONE + "plan/extension/<int:row_id>/cancel/",
        pages_review.cancel_time,
        {"kind": "extension"},
        name="extension-cancel",
    ),
    path(ONE + "plan/paper.<str:language>.pdf", documents.plan_paper, name="plan-paper"),
]
