"""Checks that ask of the rooms above ``clients``: hand-over, appointments, families, progress of measures.

Not for: the client's own data (``checks_client.py``) and the plan (``checks_plan.py``).
"""

from django.utils.translation import gettext_lazy as _

from kotopolku.quality.checks import ALONE, ENDED, PERSON, PROTECTED, Check, Severity

CHECKS: tuple[Check, ...] = (
    Check(
        "moved-same-authority",
        title=_("Moved, but the authority is the same"),
        what=_(
            "The client lives in another municipality than the one that answers, and no hand-over is under way."
        ),
        why=_("Another municipality answers by law, and the client may be left without services there."),
        mend=_("Offer the client to the authority that answers, or write down why you go on answering."),
        severity=Severity.SERIOUS,
        source=PERSON,
        condition=f"NOT {PROTECTED} AND EXISTS (SELECT 1 FROM clients_protectedcontact k"
        " JOIN actors_organisation o ON o.id = r.authority_id AND o.area_kind = 'municipality'"
        " WHERE k.person_id = r.person_id AND k.municipality <> '' AND k.municipality <> o.area_code)"
        " AND NOT EXISTS (SELECT 1 FROM handover_offer h WHERE h.relationship_id = r.relationship_id"
        " AND h.state = 'offered')"
        " AND NOT EXISTS (SELECT 1 FROM handover_kept h WHERE h.relationship_id = r.relationship_id)",
        address="handover:offer-client",
        apart=True,
    ),
    Check(
        "offer-unanswered",
        title=_("Hand-over waits for an answer"),
        what=_("The client has been offered to another authority, which has not answered in time."),
        why=_("Until the answer comes the client does not know who helps."),
        mend=_("Call the other authority, or take the offer back."),
        severity=Severity.MATTERS,
        source=ALONE,
        condition="EXISTS (SELECT 1 FROM handover_offer h WHERE h.relationship_id = r.relationship_id"
        " AND h.state = 'offered' AND h.remind_on < %(day)s)",
        address="clients:client",
        apart=True,
    ),
    Check(
        "appointment-open",
        title=_("Appointment without an outcome"),
        what=_("An appointment has been, but it is not recorded whether the client came."),
        why=_("Absence without warning and the cost of the interpreter depend on it."),
        mend=_("Record whether the client came."),
        severity=Severity.MINOR,
        source=ALONE,
        condition="EXISTS (SELECT 1 FROM appointments_participant a JOIN appointments_appointment m"
        " ON m.id = a.appointment_id WHERE a.relationship_id = r.relationship_id AND a.state = 'planned'"
        " AND m.cancelled_at IS NULL AND a.starts_at < %(day)s::date)",
        address="appointments:of-client",
        apart=True,
    ),
    Check(
        "interpreter-not-ordered",
        title=_("Appointment without an interpreter"),
        what=_("The client needs an interpreter, and a coming appointment has no interpreter order."),
        why=_("Without an interpreter the client is not heard, and the time is lost."),
        mend=_("Order an interpreter for the appointment."),
        severity=Severity.SERIOUS,
        source=PERSON,
        condition="p.interpreter_needed AND EXISTS (SELECT 1 FROM appointments_participant a"
        " JOIN appointments_appointment m ON m.id = a.appointment_id"
        " WHERE a.relationship_id = r.relationship_id AND a.state = 'planned' AND m.cancelled_at IS NULL"
        " AND a.starts_at >= %(day)s::date AND NOT EXISTS (SELECT 1 FROM appointments_interpreterorder i"
        " WHERE i.appointment_id = m.id AND i.state IN ('ordered', 'confirmed', 'done')))",
        address="appointments:of-client",
        apart=True,
    ),
    Check(
        "child-without-adult",
        title=_("Household of children only"),
        what=_("The client is recorded as a child of a household in which no adult lives."),
        why=_("Who acts for the child is not known."),
        mend=_("Add the adults of the household, or record the representative."),
        severity=Severity.SERIOUS,
        source=ALONE,
        condition="EXISTS (SELECT 1 FROM clients_householdmember h WHERE h.person_id = r.person_id"
        " AND h.role = 'child' AND h.valid @> %(day)s::date AND NOT EXISTS (SELECT 1 FROM clients_householdmember o"
        " WHERE o.household_id = h.household_id AND o.valid @> %(day)s::date AND o.role <> 'child'))",
        address="families:family",
        apart=True,
    ),
    Check(
        "minor-without-representative",
        title=_("Unaccompanied minor without a representative"),
        what=_(
            "The client is a minor who came without a guardian, and no representative is on record today."
        ),
        why=_("Nobody may act for the child: no plan can be agreed and no benefit applied for."),
        mend=_("Apply for a representative from the court, or record the one there is."),
        severity=Severity.SERIOUS,
        source=PERSON,
        condition="p.unaccompanied AND p.birth_date > %(G1)s::date + 1 AND NOT EXISTS"
        " (SELECT 1 FROM families_representative f WHERE f.person_id = r.person_id AND f.days @> %(day)s::date)",
        address="families:representative",
        limit="G1",
        apart=True,
    ),
    Check(
        "level-regressed",
        title=_("Language level went down"),
        what=_("The latest level of a skill is lower than an earlier one."),
        why=_("Either the client needs support, or one of the levels was recorded wrongly."),
        mend=_(
            "Compare the levels and their sources. Cancel the wrong one, or talk it over with the client."
        ),
        severity=Severity.MINOR,
        source=ALONE,
        condition="EXISTS (SELECT 1 FROM progress_languagelevel l JOIN progress_languagelevel e"
        " ON e.person_id = l.person_id AND e.language = l.language AND e.skill = l.skill"
        " AND e.assessed_on < l.assessed_on AND e.rank > l.rank AND NOT e.cancelled"
        " WHERE l.person_id = r.person_id AND NOT l.cancelled AND NOT EXISTS (SELECT 1 FROM progress_languagelevel n"
        " WHERE n.person_id = l.person_id AND n.language = l.language AND n.skill = l.skill AND NOT n.cancelled"
        " AND n.assessed_on > l.assessed_on))",
        address="progress:levels",
        apart=True,
    ),
    Check(
        "attendance-missing",
        title=_("Attendance not reported"),
        what=_("The provider of a measure under way has not reported attendance for a long time."),
        why=_("Absence is not seen, and nobody asks the client what is wrong."),
        mend=_("Ask the provider for the report, or write down the attendance yourself."),
        severity=Severity.MATTERS,
        source=ALONE,
        condition="EXISTS (SELECT 1 FROM clients_plan n JOIN clients_measure x ON x.plan_id = n.id"
        " WHERE n.relationship_id = r.relationship_id AND n.status = 'in-force' AND NOT x.removed"
        " AND x.state = 'under-way' AND x.provider_id IS NOT NULL AND x.starts_on <= %(O_REPORT)s"
        " AND NOT EXISTS (SELECT 1 FROM progress_attendancemonth a WHERE a.measure_id = x.id"
        " AND a.reported_on > %(O_REPORT)s))",
        address="progress:measures",
        limit="O-REPORT",
        apart=True,
    ),
    Check(
        "absence-undecided",
        title=_("Absence from training not decided"),
        what=_(
            "The client has been away from training, and nothing has been decided about it for a long time."
        ),
        why=_("The client must be heard, and the place should not stand empty."),
        mend=_("Hear the client and decide whether the training is interrupted."),
        severity=Severity.MATTERS,
        source=ALONE,
        condition="EXISTS (SELECT 1 FROM progress_absenceprocess a WHERE a.relationship_id = r.relationship_id"
        " AND a.decided_on IS NULL AND a.opened_on <= %(O_REPORT)s)",
        address="progress:measures",
        limit="O-REPORT",
        apart=True,
    ),
    Check(
        "result-missing",
        title=_("Ended without a result"),
        what=_(
            "The client relationship has ended, but language, work and study at the end are not on record."
        ),
        why=_("Without results nobody learns what helps."),
        mend=_("Record the results at the end."),
        severity=Severity.MINOR,
        source=ENDED,
        condition="NOT EXISTS (SELECT 1 FROM progress_result x WHERE x.relationship_id = r.relationship_id)",
        address="progress:result",
        apart=True,
    ),
    Check(
        "follow-up-late",
        title=_("Follow-up late"),
        what=_("It should have been asked by now what has happened after the end."),
        why=_("What happens later tells whether the services helped."),
        mend=_("Ask the client or look it up, and answer the follow-up."),
        severity=Severity.MINOR,
        source=ENDED,
        condition="EXISTS (SELECT 1 FROM progress_followup x WHERE x.relationship_id = r.relationship_id"
        " AND x.answered_on IS NULL AND x.due_on < %(day)s)",
        address="progress:measures",
        apart=True,
    ),
)
