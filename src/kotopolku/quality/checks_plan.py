"""Checks of the integration plan: its time, reviews, goals, measures and interruptions.

Not for: the client's own data (``checks_client.py``) and progress of measures (``checks_rooms.py``).
"""

from django.utils.translation import gettext_lazy as _

from kotopolku.quality.checks import ALONE, MEASURE, PLAN, Check, Severity
from kotopolku.quality.checks_client import NEW_ACT

IN_FORCE = "n.status = 'in-force'"

CHECKS = (
    Check(
        "plan-past-end",
        title=_("Plan past its end"),
        what=_("The plan's last day has gone by, but it is still in force on record."),
        why=_("The client's rights under the plan have ended or should have been continued in time."),
        mend=_("Review the plan and give it a new last day, or end it."),
        severity=Severity.SERIOUS,
        source=PLAN,
        condition=f"{IN_FORCE} AND n.ends_on < %(day)s",
        address="clients:plan",
    ),
    Check(
        "plan-past-latest",
        title=_("Plan past the longest time of the law"),
        what=_(
            "The plan goes on after the latest end that the law allows with extensions and interruptions."
        ),
        why=_("Services and benefits under the plan have no ground any more."),
        mend=_("End the plan, or decide on an extension if a ground exists."),
        severity=Severity.SERIOUS,
        source=PLAN,
        condition=f"{IN_FORCE} AND n.latest_end < %(day)s",
        address="clients:plan",
    ),
    Check(
        "review-late",
        title=_("Review missing"),
        what=_("The plan should have been reviewed by now."),
        why=_("The law sets the time of the review. An old plan no longer serves the client."),
        mend=_("Hold the review with the client and record it."),
        severity=Severity.SERIOUS,
        source=ALONE,
        condition="r.relationship_id IN (SELECT t.relationship_id FROM clients_clock t"
        " WHERE t.rule IN ('A5', 'A6') AND t.due < %(day)s AND t.closed_on IS NULL)",
        address="clients:review",
        apart=True,
    ),
    Check(
        "plan-not-signed",
        title=_("Plan not signed"),
        what=_("The plan was made some time ago and nobody has signed it."),
        why=_(
            "The client may not know what was agreed. Under the old Act the time of the plan runs from signing."
        ),
        mend=_("Go through the plan with the client and record the signing."),
        severity=Severity.MATTERS,
        source=PLAN,
        condition=f"{IN_FORCE} AND n.signed_on IS NULL AND n.made_on <= %(O_SIGN)s",
        address="clients:plan-sign",
        limit="O-SIGN",
    ),
    Check(
        "draft-old",
        title=_("Plan a draft for long"),
        what=_("The plan has been a draft for a long time."),
        why=_("The client is without a plan, and the times of the plan do not run."),
        mend=_("Finish the plan with the client and make it."),
        severity=Severity.MATTERS,
        source=PLAN,
        condition="n.status = 'draft' AND n.drafted_on <= %(O_DRAFT)s",
        address="clients:plan",
        limit="O-DRAFT",
    ),
    Check(
        "referral-missing",
        title=_("Referral missing"),
        what=_("The time in which the client must be referred to what the plan agrees has gone by."),
        why=_("The law sets the time. Without a referral the plan stays on paper."),
        mend=_("Refer the client and record the day."),
        severity=Severity.SERIOUS,
        source=PLAN,
        condition=f"{IN_FORCE} AND n.act = '681/2023' AND n.referred_on IS NULL AND n.made_on <= %(A4)s",
        address="clients:referral",
        limit="A4",
        since=NEW_ACT,
    ),
    Check(
        "plan-without-justification",
        title=_("Plan does not say why its services help"),
        what=_("The grounds for the services agreed are missing from the plan."),
        why=_("The Act asks that the plan tells why the services lead to the goal."),
        mend=_("Write the grounds into the plan."),
        severity=Severity.MINOR,
        source=PLAN,
        condition=f"{IN_FORCE} AND n.act = '681/2023' AND n.justification = ''",
        address="clients:plan-edit",
        since=NEW_ACT,
    ),
    Check(
        "plan-without-goals",
        title=_("Plan without goals"),
        what=_("The plan is in force, but no goal has been written in it."),
        why=_("Nobody can tell what the plan is for or when it has been reached."),
        mend=_("Agree on goals with the client and write them into the plan."),
        severity=Severity.MATTERS,
        source=PLAN,
        condition=f"{IN_FORCE} AND NOT EXISTS (SELECT 1 FROM clients_goal g WHERE g.plan_id = n.id AND NOT g.removed)",
        address="clients:plan-edit",
        apart=True,
    ),
    Check(
        "goal-without-measure",
        title=_("Goal without a measure"),
        what=_("The plan has a goal under way for which nothing has been agreed."),
        why=_("A goal without a measure is a wish."),
        mend=_("Agree on a measure, or drop the goal."),
        severity=Severity.MINOR,
        source=PLAN,
        condition=f"{IN_FORCE} AND n.id IN (SELECT g.plan_id FROM clients_goal g LEFT JOIN clients_measure x"
        " ON x.goal_id = g.id AND NOT x.removed WHERE NOT g.removed AND g.state NOT IN ('reached', 'dropped')"
        " AND x.id IS NULL)",
        address="clients:plan-edit",
        apart=True,
    ),
    Check(
        "measure-without-provider",
        title=_("Measure without a provider"),
        what=_("A measure of the plan names nobody who arranges it or answers for it."),
        why=_("The client does not know where to go, and nobody reports how it went."),
        mend=_("Choose the provider or write who is responsible."),
        severity=Severity.MATTERS,
        source=MEASURE,
        condition="x.state IN ('planned', 'under-way') AND x.provider_id IS NULL AND x.responsible = ''",
        address="clients:plan-edit",
    ),
    Check(
        "measure-past-end",
        title=_("Measure past its end"),
        what=_("A measure's last day has gone by, but it is still under way on record."),
        why=_("The next step waits, and what the client learned is not written down."),
        mend=_("Record the result and mark the measure done, or give it a new last day."),
        severity=Severity.MATTERS,
        source=MEASURE,
        condition="x.state = 'under-way' AND x.ends_on < %(day)s",
        address="clients:plan-edit",
    ),
    Check(
        "measure-not-begun",
        title=_("Measure has not begun"),
        what=_("A measure should have begun, but is still only planned on record."),
        why=_("The client may be waiting for a place without knowing it."),
        mend=_("Mark the measure as under way, or agree on a new day."),
        severity=Severity.MINOR,
        source=MEASURE,
        condition="x.state = 'planned' AND x.starts_on < %(day)s",
        address="clients:plan-edit",
    ),
    Check(
        "measure-without-days",
        title=_("Measure under way without a day"),
        what=_("A measure is under way, but neither its first nor its last day is on record."),
        why=_("Nobody is reminded when it ends."),
        mend=_("Record the days of the measure."),
        severity=Severity.MINOR,
        source=MEASURE,
        condition="x.state = 'under-way' AND x.starts_on IS NULL AND x.ends_on IS NULL",
        address="clients:plan-edit",
    ),
    Check(
        "interruption-long",
        title=_("Long interruption"),
        what=_("The plan has been interrupted for a long time without a break."),
        why=_(
            "An interruption lengthens the plan; its ground may be gone, and the client may need services."
        ),
        mend=_("Ask the client how things are, and end or continue the interruption."),
        severity=Severity.MATTERS,
        source=ALONE,
        condition="EXISTS (SELECT 1 FROM clients_plan n JOIN clients_interruption i ON i.plan_id = n.id"
        " WHERE n.relationship_id = r.relationship_id AND n.status = 'in-force' AND NOT i.cancelled"
        " AND i.first_day <= %(O_PAUSE)s AND i.last_day >= %(day)s)",
        address="clients:plan",
        limit="O-PAUSE",
        apart=True,
    ),
)
