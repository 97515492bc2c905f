"""The answer to an information request (GDPR art. 15): everything stored about one person, as parts and as one PDF.

Tables are found by their foreign keys, so nothing that a room adds is forgotten. What a non-disclosure order hides is
never printed here. Not for: who may ask for it (``queries.case``).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kotopolku import law
from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Organisation
from kotopolku.clients import rules as client_rules
from kotopolku.clients.access import Case
from kotopolku.clients.documents import as_pdf
from kotopolku.clients.models import Measure, Relationship, Responsibility
from kotopolku.handover.models import Handover
from kotopolku.journal import queries as journal
from kotopolku.retention import graph, wording
from kotopolku.retention.models import InformationRequest
from kotopolku.retention.rules import goes_on

CONTACT = "clients.protectedcontact"
LANGUAGES = ("fi", "sv", "en")
MOST_LOOKS = 1_000


@dataclass(frozen=True)
class Part:
    """One table's rows about the person: label of the table, its name, and each row as (label, value)."""

    label: str
    name: str
    rows: list[list[tuple[str, str]]] = field(default_factory=list)


def parts(case: Case, viewer: Viewer) -> list[Part]:
    """Everything that the viewer's authority has about the person, table by table, in the language in use."""
    person = case.relationship.person
    relationships = Relationship.objects.filter(person_id=person.pk).values_list("pk", flat=True)
    found = graph.rows_of(relationships, [person.pk])
    hidden = client_rules.non_disclosure_in_force(
        person.non_disclosure, person.non_disclosure_until, viewer.day
    )
    known = list(wording.TABLES)
    order = {label: place for place, label in enumerate(known)}
    made = []
    for model, ids in found.ids.items():
        label = model._meta.label_lower
        if not ids or label in wording.HIDDEN_TABLES or (hidden and label in wording.PROTECTED_TABLES):
            continue
        rows = [wording.told(row, person.pk, protected=hidden) for row in _read(model, ids)]
        rows = [row for row in rows if row]
        if rows:
            made.append(Part(label, wording.table_name(label, model), rows))
    return sorted(made, key=lambda part: (order.get(part.label, len(known)), part.name))


def _read(model: type[models.Model], ids: set[Any]) -> list[models.Model]:
    """The rows with the authorities, users and courses that they name, one statement a table."""
    named = [
        column.name
        for column in model._meta.concrete_fields
        if isinstance(column, models.ForeignKey) and issubclass(column.related_model, wording.NAMED)
    ]
    rows = model._default_manager.filter(pk__in=list(ids)).order_by("pk")
    return list(rows.select_related(*named) if named else rows)


def paper(case: Case, answered: InformationRequest, viewer: Viewer) -> bytes:
    """The answer as one PDF, in the language it was asked in."""
    with translation.override(answered.language):
        return as_pdf(_content(case, answered, viewer))


def _content(case: Case, answered: InformationRequest, viewer: Viewer) -> dict[str, Any]:
    person, authority = case.relationship.person, case.responsibility.authority
    title = _("Information about you")
    blocks: list[dict[str, Any]] = [
        _facts(
            [
                (_("Name"), person.name),
                (_("Client number"), case.relationship.case_number),
                (_("Asked on"), wording.words(answered.asked_on)),
                (_("Answered on"), wording.words(answered.answered_on)),
                (_("Controller"), authority.name),
            ]
        ),
        *_frame(case),
    ]
    for part in parts(case, viewer):
        blocks.append(_heading(part.name))
        if part.label in answered.left_out:
            blocks.append({"kind": "note", "text": _left_out(answered.left_out[part.label])})
            continue
        for number, row in enumerate(part.rows, start=1):
            if len(part.rows) > 1:
                blocks.append({"kind": "subheading", "text": f"{part.name} {number}"})
            blocks.append(_facts(row))
    if client_rules.non_disclosure_in_force(person.non_disclosure, person.non_disclosure_until, viewer.day):
        words = _(
            "A non-disclosure order is in force. Your address and contacts are told to you in person only."
        )
        blocks += [_heading(str(wording.TABLES[CONTACT])), {"kind": "note", "text": words}]
    blocks += _lookers(case, viewer)
    return {
        "lang": answered.language,
        "title": title,
        "author": authority.name,
        "organisation": authority.name,
        "case": case.relationship.case_number,
        "day": wording.words(answered.answered_on),
        "lead": _("This is everything that is stored about you here, and who has looked at it."),
        "footer": f"{title}, {case.relationship.case_number}",
        "blocks": blocks,
    }


def _frame(case: Case) -> list[dict[str, Any]]:
    """Purpose and legal ground, sources, recipients, time of keeping, rights: what article 15 asks beside the data."""
    ended_on = case.relationship.ended_on
    if ended_on:
        last = wording.words(goes_on(ended_on, case.responsibility.authority.kind))
        kept = _("Your data are deleted on %(day)s unless a pending matter requires them to be kept.") % {
            "day": last
        }
    else:
        kept = law.rule("R1").texts[_language()]
    return [
        _heading(_("Why the data are used")),
        {"kind": "text", "text": _("To promote your integration, as the Act requires of the authority.")},
        _heading(_("Where the data come from")),
        {
            "kind": "list",
            "items": [
                _("from you"),
                _("from the authority's workers, as your matter has gone on"),
                _("from the population register and the register of residence permits"),
                _("from the authorities that answered for you before"),
            ],
        },
        _heading(_("Who has been given data")),
        {"kind": "list", "items": _recipients(case) or [_("nobody outside the authority")]},
        _heading(_("How long the data are kept")),
        {"kind": "text", "text": kept},
        _heading(_("Your rights")),
        {"kind": "list", "items": [item.texts[_language()] for item in law.restriction_answer("681/2023")]},
    ]


def _recipients(case: Case) -> list[str]:
    """Authorities that have answered or received a hand-over, and providers of measures."""
    person = case.relationship.person_id
    ids = set(Responsibility.objects.filter(person_id=person).values_list("authority_id", flat=True))
    ids |= set(Handover.objects.filter(person_id=person).values_list("to_organisation_id", flat=True))
    ids |= set(Handover.objects.filter(person_id=person).values_list("from_organisation_id", flat=True))
    measures = Measure.objects.filter(plan__relationship__person_id=person, provider__isnull=False)
    ids |= set(measures.values_list("provider_id", flat=True))
    ids.discard(case.responsibility.authority_id)
    return [one.name for one in Organisation.objects.filter(pk__in=ids).order_by("name_fi")]


def _lookers(case: Case, viewer: Viewer) -> list[dict[str, Any]]:
    """Every look that is on record: when, which authority, what. Workers' names are not the data subject's data."""
    rowsecurity.open_subject(case.relationship.person_id)
    lines = journal.timeline(viewer, case.relationship.person_id, limit=MOST_LOOKS)
    seen = [line for line in lines.lines if line.is_look]
    organisations = {
        one.pk: one.name
        for one in Organisation.objects.filter(pk__in={line.organisation_id or 0 for line in seen})
    }
    blocks: list[dict[str, Any]] = [_heading(_("Who has looked at your data"))]
    if not seen:
        return [*blocks, {"kind": "text", "text": _("Nobody.")}]
    rows = [
        [wording.words(line.at), organisations.get(line.organisation_id or 0, "–"), line.text]
        for line in seen
    ]
    headers = [_("When"), _("Authority"), _("What")]
    blocks.append({"kind": "table", "widths": [3, 5, 5], "headers": headers, "rows": rows})
    if lines.before is not None:
        words = ngettext(
            "Only the newest entry is shown. Ask for the earlier ones.",
            "Only the newest %(number)d entries are shown. Ask for the earlier ones.",
            MOST_LOOKS,
        ) % {"number": MOST_LOOKS}
        blocks.append({"kind": "note", "text": words})
    return blocks


def grounds() -> Mapping[str, law.ContentItem]:
    """Grounds on which a part may be left out, by id."""
    return {item.id: item for item in law.information_exceptions()}


def _left_out(ground: str) -> str:
    item = grounds().get(ground)
    why = f"{item.texts[_language()]} ({item.citation(_language())})" if item else ground
    return _(
        "This part was left out: %(why)s. You can ask the Data Protection Ombudsman to look into it."
    ) % {"why": why}


def _facts(rows: list[tuple[str, str]]) -> dict[str, Any]:
    return {"kind": "facts", "rows": [list(row) for row in rows]}


def _heading(text: str) -> dict[str, Any]:
    return {"kind": "heading", "text": text}


def _language() -> str:
    return (translation.get_language() or "fi")[:2]
