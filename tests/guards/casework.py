"""The objects of casework that the permission guard asks for: one of each, of one client of the City of Vantaa.

Not for: what they say (``rows.py``).
"""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange

from kotopolku.actors.models import Absence, ApiToken, Organisation, User
from kotopolku.appointments.models import Appointment, InterpreterOrder, Participant
from kotopolku.clients.models import Goal, Household, HouseholdMember, Measure, Person, Plan, Relationship
from kotopolku.desk.models import Document, Note, Task
from kotopolku.exchange.models import ImportRow, ImportRun, NationalMessage
from kotopolku.families.models import FamilyPlan, Housing, HousingUnit, Relation, Representative
from kotopolku.handover.models import (
    Advice,
    Handover,
    Offer,
    Referral,
    ReferralFacts,
    SuccessionPart,
    SuccessionRun,
)
from kotopolku.letters.models import Letter
from kotopolku.mypage.models import CorrectionRequest, OwnAccount
from kotopolku.notices.models import Notice
from kotopolku.progress.models import AbsenceProcess, FollowUp, LanguageLevel
from kotopolku.quality.models import Excuse
from kotopolku.retention.models import InformationRequest, LegalHold
from tests.guards import buying, informing, placing
from tests.guards.rows import DAY, Filler

PART = {
    "lang": "fi",
    "rtl": False,
    "day": "20.11.2026",
    "receiver": [],
    "facts": [],
    "title": "Kutsu",
    "paragraphs": [],
    "laws": [],
    "notes": [],
}
LETTER = {"title": "Kutsu", "organisation": "Vantaa", "number": "1", "footer": "Vantaa", "parts": [PART]}


def objects(plan: Plan, vantaa: Organisation, worker: User) -> dict[str, dict[str, object]]:
    """Parameters of addresses, by the beginning of the address. Runs as the system: sees and makes every row."""
    relationship: Relationship = plan.relationship
    measure = Measure.objects.filter(plan=plan).first()
    if measure is None:
        goal = Goal.objects.create(plan=plan, title="x")
        measure = Measure.objects.create(plan=plan, goal=goal, kind="language", title="x")
    other = Organisation.objects.get(code="evk-01")
    member = HouseholdMember.objects.filter(person=relationship.person).first()
    household = member.household if member else Household.objects.create(created_on=DAY)
    if member is None:
        HouseholdMember.objects.create(
            household=household, person=relationship.person, role="adult", valid=DateRange(DAY, None)
        )
    make = Filler(
        {
            Person: relationship.person,
            Relationship: relationship,
            Organisation: vantaa,
            User: worker,
            Measure: measure,
            Household: household,
        }  # type: ignore[dict-item]
    )

    def made(model: type[Any], **given: Any) -> Any:
        row = make.row(model, **given)
        make.owners[model] = row
        return row

    neighbour = User.objects.get(username="kunta.kajaani")
    stranger = Person.objects.create(family_name="Malli")
    unit, representative = made(HousingUnit), made(Representative)
    task, note, document = made(Task, assignee=worker), made(Note), made(Document, sha256="0" * 64)
    appointment = made(Appointment, ends_at=datetime.combine(DAY, time(10), UTC))
    participant = made(Participant)
    offer = made(Offer, to_organisation=other)
    run = made(ImportRun)
    made(SuccessionRun)
    placed = placing.objects(make, vantaa, other)
    buyer = Organisation.objects.filter(code="tyo-43").first() or vantaa
    provider = Organisation.objects.filter(code="koul-esimerkkiopisto").first() or other
    own: dict[str, dict[str, object]] = {
        "": {"check_id": "no-mother-tongue", "template": "invitation", "secret": "invented"},
        "clients/team/": {
            "absence_id": made(Absence, deputy=neighbour, days=DateRange(DAY, DAY + timedelta(days=30))).pk
        },
        "notices/": {"notice_id": made(Notice).pk},
        "api/notices/": {"notice_id": make.owners[Notice].pk},
        "family/": {
            "relationship_id": relationship.pk,
            "unit_id": unit.pk,
            "relation_id": made(Relation, other=stranger).pk,
            "representative_id": representative.pk,
            "housing_id": made(Housing).pk,
            "plan_id": made(FamilyPlan).pk,
        },
        "progress/": {
            "relationship_id": relationship.pk,
            "measure_id": measure.pk,
            "level_id": made(LanguageLevel, language="fi", skill="reading", level="A1.1").pk,
            "process_id": made(AbsenceProcess, act="380/2023", section="65").pk,
            "follow_up_id": made(FollowUp, rule="O-L3").pk,
        },
        "desk/": {
            "relationship_id": relationship.pk,
            "task_id": task.pk,
            "note_id": note.pk,
            "document_id": document.pk,
        },
        "api/": {
            "client_id": relationship.pk,
            "task_id": task.pk,
            "note_id": note.pk,
            "document_id": document.pk,
            "appointment_id": appointment.pk,
            "participant_id": participant.pk,
            "check_id": "no-mother-tongue",
            "offer_id": offer.pk,
        },
        "appointments/": {
            "relationship_id": relationship.pk,
            "appointment_id": appointment.pk,
            "participant_id": participant.pk,
            "order_id": made(InterpreterOrder).pk,
        },
        "letters/": {
            "relationship_id": relationship.pk,
            "letter_id": made(Letter, content=LETTER).pk,
        },
        "handover/": {
            "relationship_id": relationship.pk,
            "offer_id": offer.pk,
            "handover_id": made(Handover, to_organisation=other).pk,
            "referral_id": made(ReferralFacts, referral=made(Referral, from_organisation=other)).pk,
            "advice_id": made(Advice).pk,
            "part_id": made(SuccessionPart).pk,
        },
        "api/handover/": {"referral_id": make.owners[Referral].pk},
        "quality/": {"relationship_id": relationship.pk, "excuse_id": made(Excuse).pk},
        "exchange/": {
            "relationship_id": relationship.pk,
            "run_id": run.pk,
            "row_id": made(ImportRow).pk,
            "message_id": made(NationalMessage).pk,
            "kind": "csv",
            "source": "population",
        },
        "my/": {
            "relationship_id": relationship.pk,
            "appointment_id": appointment.pk,
            "letter_id": make.owners[Letter].pk,
            "document_id": document.pk,
            "account_id": made(OwnAccount, representative=None, person=stranger, user=neighbour).pk,
            "request_id": made(CorrectionRequest).pk,
        },
        "retention/": {
            "relationship_id": relationship.pk,
            "hold_id": made(LegalHold).pk,
            "request_id": made(InformationRequest, language="fi").pk,
        },
        "organisation/tokens/": {"pk": made(ApiToken, valid=DateRange(DAY, None), role="caseworker").pk},
    }
    return (
        placed
        | buying.objects(make, buyer, provider)
        | informing.objects(make, vantaa, relationship.pk)
        | own
    )
