"""Acts on referrals (681/2023 §9) and on counts of anonymous advice.

Not for: who answers by law (``actors``) and registering itself (``clients.actions.register_client``).
"""

from datetime import date
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_noop as _

from kotopolku import clock, law
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import User
from kotopolku.clients import access as clients_access
from kotopolku.clients import actions as clients_actions
from kotopolku.clients import queries as clients
from kotopolku.clients.actions import case as cases
from kotopolku.clients.models import Relationship
from kotopolku.clients.rules import NewClient, PersonContent, Refusal, Refusals, check_person, refuse
from kotopolku.handover import access, queries, rules
from kotopolku.handover.models import (
    Advice,
    Channel,
    CloseReason,
    ConsentHow,
    Referral,
    ReferralFacts,
    ReferralState,
    Theme,
)
from kotopolku.journal.actions import record
from kotopolku.notices.actions import notify
from kotopolku.reference import queries as reference

REFERRAL = "handover.referral"
ADVICE = "handover.advice"
CONSENT_PURPOSE = "contact-municipality"


@transaction.atomic
def send_referral(data: rules.NewReferral, *, actor: Viewer, token: UUID | None = None) -> Referral:
    """Tells the authority that answers by law of a person in need who agrees to it (681/2023 §9).

    From then on the sender sees only how far it is. Raises ``Refusals``, without consent among others: then advice is
    counted without a name (``count_advice``).
    """
    require(actor, Capability.CLIENT_REFER)
    if (before := cases.done_before(token, REFERRAL)) is not None:
        return access.referral(actor, before)
    today = clock.today()
    refuse(_check_referral(data, today))
    answer = clients.who_answers_for(
        actor, municipality=data.municipality, jobseeker=data.jobseeker, on=today
    )
    if answer.is_own:
        message = _("By law your own authority answers for this person. Register a new client instead.")
        raise Refusals([Refusal("municipality", "own", message)])
    referral = Referral.objects.create(
        from_organisation_id=_own(actor),
        to_organisation_id=answer.organisation_id,
        sent_by_id=actor.user_id,
        sent_on=today,
        section=f"681/2023 § {law.rule('H9', today).section}",
        target_on=law.due("O-H9", today).due or today,
        protected=data.non_disclosure,
    )
    with clients_access.seeing_all(actor):
        ReferralFacts.objects.create(
            referral=referral,
            to_organisation_id=answer.organisation_id,
            family_name=data.family_name.strip(),
            given_names=data.given_names.strip(),
            birth_date=data.birth_date,
            service_language=data.service_language,
            interpreter_needed=data.interpreter_needed,
            municipality=data.municipality,
            jobseeker=data.jobseeker,
            telephone=data.telephone.strip(),
            email=data.email.strip(),
            non_disclosure=data.non_disclosure,
            need=data.need.strip(),
            consent_on=data.consent_on or today,
            consent_how=data.consent_how,
        )
    record("handover.referral.sent", actor=actor, object=(REFERRAL, referral.pk), token=token)
    notify(
        "handover.referral-received",
        queries.caseworkers(answer.organisation_id, today),
        actor=actor,
        address=reverse("handover:referral", args=[referral.pk]),
        organisation_id=answer.organisation_id,
        about=(REFERRAL, referral.pk),
        on=referral.target_on,
    )
    return referral


def _own(actor: Viewer) -> int:
    """The actor's organisation. Raises ``NotVisible`` for a job, which has none."""
    if actor.organisation_id is None:
        raise NotVisible
    return actor.organisation_id


def _check_referral(data: rules.NewReferral, today: date) -> list[Refusal]:
    try:
        law.rule("H9", today)
    except law.LawError as error:
        return [Refusal("", "not-in-force", "%(text)s", {"text": error.texts})]
    found = check_person(PersonContent(data.family_name, birth_date=data.birth_date), today)
    if not data.consent:
        message = _(
            "Without the person's consent nothing may be told. Give advice, and count it without a name."
        )
        found.append(Refusal("consent", "consent-required", message))
    elif data.consent_how not in ConsentHow.values:
        found.append(Refusal("consent_how", "required", _("Choose how the consent was given.")))
    if data.consent_on is not None and data.consent_on > today:
        found.append(Refusal("consent_on", "future"))
    if not data.need.strip():
        found.append(
            Refusal("need", "required", _("Write in a few words which services the person may need."))
        )
    if reference.language(data.service_language) is None:
        found.append(Refusal("service_language", "unknown-language", _("Choose a language from the list.")))
    if not data.telephone.strip() and not data.email.strip():
        message = _("Give a telephone number or an e-mail address, so that the person can be reached.")
        found.append(Refusal("telephone", "required", message))
    return found


def _open_referral(referral_id: int, actor: Viewer) -> Referral:
    """The received referral, locked, if it waits. ``NotVisible``, ``Answered``."""
    require(actor, Capability.CLIENT_REGISTER)
    referral = access.referral(actor, referral_id, lock=True)
    if referral.to_organisation_id != actor.organisation_id:
        raise NotVisible
    if referral.state != ReferralState.RECEIVED:
        who = User.objects.filter(pk=referral.answered_by_id or 0).values_list("full_name", flat=True).first()
        raise rules.Answered(referral.state, referral.answered_on, who or "")
    return referral


@transaction.atomic
def take_up_referral(
    referral_id: int, data: NewClient, *, actor: Viewer, token: UUID | None = None
) -> Relationship:
    """Registers the person as a client; the consent goes with it. Raises what registering raises, and ``Answered``."""
    if (before := cases.done_before(token, REFERRAL)) is not None:
        taken = access.facts(actor, before).relationship_id
        if taken is not None:
            return clients_access.relationship(actor, taken)
    referral = _open_referral(referral_id, actor)
    facts = access.facts(actor, referral_id)
    relationship = clients_actions.register_client(data, actor=actor)
    clients_actions.give_consent(
        relationship.pk, CONSENT_PURPOSE, facts.consent_on, actor=actor, note=facts.get_consent_how_display()
    )
    facts.person_id, facts.relationship = relationship.person_id, relationship
    facts.save(update_fields=["person", "relationship"])
    _answer(referral, ReferralState.TAKEN_UP, actor)
    record(
        "handover.referral.taken-up",
        actor=actor,
        subjects=[relationship.person_id],
        object=(REFERRAL, referral.pk),
        token=token,
    )
    return relationship


@transaction.atomic
def close_referral(referral_id: int, reason: str, *, actor: Viewer, note: str = "") -> Referral:
    """Closes a referral that does not lead to a client relationship, with the reason. Raises ``Answered``."""
    referral = _open_referral(referral_id, actor)
    if reason not in CloseReason.values:
        raise Refusals([Refusal("reason", "required", _("Choose why the referral is closed."))])
    facts = access.facts(actor, referral_id)
    facts.close_reason, facts.close_note = reason, note.strip()
    facts.save(update_fields=["close_reason", "close_note"])
    _answer(referral, ReferralState.CLOSED, actor)
    record(
        "handover.referral.closed",
        actor=actor,
        object=(REFERRAL, referral.pk),
        reason=note.strip(),
        details={"why": reason},
    )
    return referral


def _answer(referral: Referral, state: str, actor: Viewer) -> None:
    referral.state = state
    referral.answered_on, referral.answered_by_id = clock.today(), actor.user_id
    referral.save(update_fields=["state", "answered_on", "answered_by"])
    notify(
        "handover.referral-answered",
        [referral.sent_by_id] if referral.sent_by_id else [],
        actor=actor,
        address=reverse("handover:referral", args=[referral.pk]),
        organisation_id=referral.from_organisation_id,
        about=(REFERRAL, referral.pk),
        on=referral.answered_on,
    )


@transaction.atomic
def record_referral_look(referral_id: int, *, actor: Viewer, reason: str = "") -> ReferralFacts:
    """What the referral tells, the look written down. Under a non-disclosure order it takes the right and a reason."""
    require(actor, Capability.CLIENT_REGISTER)
    facts = access.facts(actor, referral_id)
    if facts.non_disclosure:
        require(actor, Capability.PROTECTED_VIEW)
        if not reason.strip():
            raise Refusals([Refusal("reason", "required", _("Write why you need to see it."))])
    record(
        "handover.referral.opened",
        actor=actor,
        subjects=[facts.person_id] if facts.person_id else [],
        object=(REFERRAL, referral_id),
        reason=reason.strip(),
    )
    return facts


@transaction.atomic
def count_advice(
    theme: str, language: str, channel: str, *, actor: Viewer, token: UUID | None = None
) -> Advice:
    """Counts one time of anonymous advice today. Nothing about the person is asked or kept."""
    require(actor, Capability.CLIENT_REFER)
    if (before := cases.done_before(token, ADVICE)) is not None:
        return Advice.objects.get(pk=before)
    found = []
    if theme not in Theme.values:
        found.append(Refusal("theme", "required", _("Choose what the advice was about.")))
    if channel not in Channel.values:
        found.append(Refusal("channel", "required", _("Choose how the advice was given.")))
    if reference.language(language) is None:
        found.append(Refusal("language", "unknown-language", _("Choose a language from the list.")))
    refuse(found)
    advice = Advice.objects.create(
        organisation_id=_own(actor),
        day=clock.today(),
        theme=theme,
        language=language,
        channel=channel,
    )
    record("handover.advice.counted", actor=actor, object=(ADVICE, advice.pk), token=token)
    return advice


@transaction.atomic
def take_back_advice(advice_id: int, *, actor: Viewer) -> None:
    """Takes back a count of today that was a mistake. Raises ``NotVisible``."""
    require(actor, Capability.CLIENT_REFER)
    rows = Advice.objects.filter(pk=advice_id, organisation_id=_own(actor), day=clock.today())
    if not rows.delete()[0]:
        raise NotVisible
    record("handover.advice.taken-back", actor=actor, object=(ADVICE, advice_id))
