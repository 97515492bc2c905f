"""The only writers of clients' data. One verb, one transaction, keyword-only ``actor``, one journal entry each.

SIGNATURES FIRST (being filled in). All raise ``MissingCapability``, ``NotVisible``, ``rules.Refusals``; those with
``expected_version`` raise ``rules.EditClash``. ``token``: the hidden uuid of a form; a second submission returns the first's object.
"""
# register.py
# register_client(data: NewClient, *, actor, token: UUID | None = None) -> Relationship
# update_person(relationship_id, person: PersonContent, contact: ContactContent | None, *, actor, expected_version: int) -> Person      (contact None = leave as is)
# confirm_person(relationship_id, *, actor) -> Person            data confirmed with the person today
# set_non_disclosure(relationship_id, in_force: bool, until: date | None, *, actor, reason="") -> Person
# add_permit(relationship_id, permit: PermitContent, *, actor, token=None) -> Permit
# end_permit(relationship_id, permit_id, ends: date, *, actor) -> Permit
# add_household_member(relationship_id, *, actor, role: str, from_day: date, member: PersonContent | None = None, member_relationship_id: int | None = None, token=None) -> HouseholdMember
# end_household_member(relationship_id, member_id, on: date, *, actor) -> HouseholdMember
# give_consent(relationship_id, purpose, given_on, *, actor, note="", token=None) -> Consent
# withdraw_consent(relationship_id, consent_id, withdrawn_on, *, actor) -> Consent
# responsibility.py
# set_jobseeker(relationship_id, registered: bool, on: date, *, actor, keep_reason: str = "", confirm: bool = False) -> Passing
#     confirm=False: returns the proposal only (who would answer), writes nothing. confirm=True: writes; responsibility passes unless keep_reason.
#     Passing(answer_id, answer_name, section, explanation lines, changes: bool, passed: bool)
# assign_worker(relationship_id, worker_id: int | None, *, actor) -> Responsibility
# end_relationship(relationship_id, on: date, reason: str, *, actor, note="", token=None) -> Relationship
# undo_end(relationship_id, *, actor) -> Relationship
# pass_to_successor(relationship, on, successor, *, actor, reason="reform") -> Responsibility
# assessment.py
# start_assessment(relationship_id, on: date, *, actor, token=None) -> Assessment
# save_form_draft(relationship_id, form: str, data: dict, *, actor, base_version: int = 0) -> FormDraft
# discard_form_draft(relationship_id, form: str, *, actor) -> None
# save_assessment(relationship_id, content: AssessmentContent, *, actor, expected_version: int) -> Assessment
# complete_assessment(relationship_id, content: AssessmentContent, on: date, *, actor, expected_version: int) -> Assessment
# reopen_assessment(relationship_id, reason: str, *, actor) -> Assessment
# plan.py
# start_plan(relationship_id, *, actor, token=None) -> Plan
# save_plan(relationship_id, content: PlanContent, *, actor, expected_version: int, note: str = "") -> Plan
# make_plan(relationship_id, made_on: date, ends_on: date | None, *, actor, expected_version: int) -> Plan
# sign_plan(relationship_id, signed_on: date, how: "paper"|"screen", signed_name: str, *, actor) -> Plan
# record_referral(relationship_id, referred_on: date, *, actor, note="") -> Plan
# hold_review(relationship_id, review: ReviewContent, *, actor, token=None) -> Review
# add_interruption(relationship_id, ground, first_day, last_day, *, actor, note="", token=None) -> Interruption
# add_extension(relationship_id, ground, months, why, *, actor, token=None) -> Extension
# cancel_interruption(relationship_id, interruption_id, *, actor, reason) ; cancel_extension(relationship_id, extension_id, *, actor, reason)
# end_plan(relationship_id, on: date, reason: str, *, actor, note="") -> Plan
# looking.py
# open_protected(relationship_id, reason: str, *, actor) -> ProtectedContact          PROTECTED_VIEW, reason at least 10 characters
# record_look(relationship_id, person_id, *, actor) -> None         client page opened (also moves RecentClient)
# record_list_look(person_ids, *, actor) ; record_export(person_ids: Sequence[int], kind: "csv"|"xlsx"|"pdf", *, actor)
# record_paper(relationship_id, person_id, paper: "plan"|"assessment", language, *, actor)
