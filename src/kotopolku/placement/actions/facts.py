"""What a municipality tells of itself for rounds: languages, training, homes. Told by the municipality or by its region.

Not for: how many places there are (``places.py``), what the facts are worth (the engine's points).
"""

from uuid import UUID

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Organisation
from kotopolku.clients.actions.case import done_before
from kotopolku.clients.rules import EditClash, Refusal, Refusals, refuse
from kotopolku.journal.actions import record
from kotopolku.notices.actions import notify
from kotopolku.placement import access, case_rules, facts, needs
from kotopolku.placement.facts import NewFacts
from kotopolku.placement.models import MunicipalFacts
from kotopolku.placement.queries.people import holders
from kotopolku.reference import queries as reference

FACTS = "placement.facts"
MOST_LANGUAGES = 200
LONGEST_NOTE = 1_000

NOTHING = _("Tell at least one thing: a language, training, homes, or what is not within reach.")
UNKNOWN_LANGUAGE = _("“%(code)s” is not a language of the list.")
UNKNOWN_CHOICE = _("“%(code)s” is none of the choices.")
NO_REGION = _("The municipality has no regional authority, so it has no rounds.")
PERSONAL = _("Write no name, number or e-mail of a person here: the text holds “%(found)s”.")
LONG = _("The text is too long: at most %(most)s characters fit.")


@transaction.atomic
def tell_facts(
    municipality_id: int,
    told: NewFacts,
    *,
    actor: Viewer,
    expected_version: int = 0,
    token: UUID | None = None,
) -> MunicipalFacts:
    """Tells the facts of a municipality; earlier tellings stay as history. What is left empty is not told any more.

    ``expected_version``: the number of the telling that the actor saw, 0 = none. Raises ``Refusals`` and ``EditClash``.
    """
    side = access.side_of(actor)
    municipality = access.municipality(actor, municipality_id)
    if (before := done_before(token, FACTS)) is not None:
        return access.facts(actor).get(pk=before)
    last = _last(actor, municipality)
    number = last.number if last else 0
    if number != expected_version:
        who = last.told_by.full_name if last and last.told_by else ""
        raise EditClash(theirs={}, version=number, who=who, when=clock.now())
    refuse(_check(told, first=number == 0))
    region = access.region_of(municipality, actor)
    if region is None:
        raise Refusals([Refusal("", "no-region", NO_REGION)])
    try:
        with transaction.atomic():
            row = MunicipalFacts.objects.create(
                municipality=municipality,
                authority=region,
                number=number + 1,
                languages=list(dict.fromkeys(told.languages)),
                training=told.training,
                housing=told.housing,
                lacking=list(dict.fromkeys(told.lacking)),
                note=told.note.strip(),
                told_on=clock.today(),
                told_by_id=actor.user_id,
                told_for_id=access.own(actor),
            )
    except IntegrityError:
        raise EditClash(theirs={}, version=number + 1, who="", when=clock.now()) from None
    record("placement.facts.told", actor=actor, object=(FACTS, row.pk), token=token)
    _tell_other_side(row, side, actor)
    return row


def _last(actor: Viewer, municipality: Organisation) -> MunicipalFacts | None:
    return access.facts(actor).filter(municipality=municipality).order_by("-number").first()


def _check(told: NewFacts, *, first: bool) -> list[Refusal]:
    found = [
        Refusal("languages", "unknown-language", UNKNOWN_LANGUAGE, {"code": code})
        for code in sorted(set(told.languages))
        if reference.language(code) is None
    ]
    if len(told.languages) > MOST_LANGUAGES:
        found.append(Refusal("languages", "long", LONG, {"most": MOST_LANGUAGES}))
    for name in facts.SUBJECTS:
        given = getattr(told, name)
        if given and facts.choice(name, given) is None:
            found.append(Refusal(name, "unknown-choice", UNKNOWN_CHOICE, {"code": given}))
    known = {one.id for one in needs.municipal()}
    found += [
        Refusal("lacking", "unknown-need", UNKNOWN_CHOICE, {"code": code})
        for code in sorted(set(told.lacking) - known)
    ]
    if len(told.note) > LONGEST_NOTE:
        found.append(Refusal("note", "long", LONG, {"most": LONGEST_NOTE}))
    elif personal := case_rules.personal(told.note, ()):
        found.append(Refusal("note", "personal", PERSONAL, {"found": personal}))
    if first and told.empty and not found:
        found.append(Refusal("", "empty", NOTHING))
    return found


def _tell_other_side(row: MunicipalFacts, side: str, actor: Viewer) -> None:
    to, right = (
        (row.authority_id, Capability.PLACEMENT_AGREE)
        if side == "municipality"
        else (row.municipality_id, Capability.PLACEMENT_ANSWER)
    )
    notify(
        "placement.facts-told",
        holders(to, right, row.told_on),
        actor=actor,
        address=reverse("placement:municipality", args=[row.municipality_id]),
        organisation_id=to,
        about=(FACTS, row.pk),
        on=row.told_on,
    )
