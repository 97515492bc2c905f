"""Papers for the client: plan and assessment as tagged PDF (PDF/UA-1) in Finnish, Swedish and English, set by Typst.

What is hidden by a non-disclosure order never gets here: papers carry no municipality and no address at all.
"""

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import typst
from babel.dates import format_date
from django.conf import settings
from django.http import Http404, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from kotopolku import law
from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.clients import actions, queries
from kotopolku.clients.models import Clock, SignedHow
from kotopolku.clients.pages import plan_act
from kotopolku.clients.queries import ClientDetail
from kotopolku.clients.rules import NOT_RELEVANT
from kotopolku.reference import queries as reference

LAYOUT = Path(__file__).parent / "documents" / "paper.typ"
FONTS = settings.NODE_MODULES / "@expo-google-fonts" / "source-sans-3"
LANGUAGES = ("fi", "sv", "en")

Block = dict[str, Any]


@needs(Capability.CLIENT_VIEW)
@require_GET
def plan_paper(request: ViewerRequest, relationship_id: int, language: str) -> HttpResponse:
    return _paper(request, relationship_id, language, "plan")


@needs(Capability.CLIENT_VIEW)
@require_GET
def assessment_paper(request: ViewerRequest, relationship_id: int, language: str) -> HttpResponse:
    return _paper(request, relationship_id, language, "assessment")


def _paper(request: ViewerRequest, relationship_id: int, language: str, kind: str) -> HttpResponse:
    if language not in LANGUAGES:
        raise Http404
    make = plan_content if kind == "plan" else assessment_content
    with translation.override(language):
        # Read in the paper's language: the authority's name follows it.
        detail = queries.client_page(request.viewer, relationship_id)
        paper = make(detail, request.viewer.day)
    if paper is None:
        raise Http404
    actions.record_paper(relationship_id, detail.person.pk, kind, language, actor=request.viewer)
    name = f"{kind}-{detail.relationship.case_number}-{language}.pdf"
    return HttpResponse(
        as_pdf(paper),
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "no-store"},
    )


def as_pdf(paper: dict[str, Any]) -> bytes:
    """The paper as PDF/UA-1: tagged, with title and language. About 40 ms."""
    return bytes(
        typst.compile(
            str(LAYOUT),
            format="pdf",
            pdf_standards=["ua-1"],
            font_paths=[str(FONTS)] if FONTS.is_dir() else [],
            ignore_system_fonts=True,
            sys_inputs={"paper": json.dumps(paper, ensure_ascii=False)},
        )
    )


def plan_content(detail: ClientDetail, day: date) -> dict[str, Any] | None:
    """The plan in the language in use: goals, measures, dates with their reasons, rights and duties, signatures."""
    if detail.plan is None:
        return None
    plan, act = detail.plan.plan, plan_act(detail, day)
    facts = [*_who(detail)]
    if plan.made_on:
        facts.append([_("Plan made"), _day(plan.made_on)])
    if plan.ends_on:
        facts.append([_("In force until"), _day(plan.ends_on)])
    if plan.signed_on:
        facts.append([_("Signed"), _day(plan.signed_on)])
    if plan.makers:
        facts.append([_("Made by"), ", ".join(plan.makers.splitlines())])
    blocks: list[Block] = [{"kind": "facts", "rows": facts}, _heading(_("Goals and what we do"))]
    for number, goal in enumerate(detail.plan.goals, start=1):
        blocks.append({"kind": "subheading", "text": f"{number}. {goal.goal.title}"})
        if goal.goal.description:
            blocks.append({"kind": "text", "text": goal.goal.description})
        if goal.measures:
            blocks.append(
                {
                    "kind": "table",
                    "widths": [5, 3, 3, 2],
                    "headers": [_("Measure"), _("Who is responsible"), _("When"), _("State")],
                    "rows": [
                        [
                            f"{measure.title} ({measure.get_kind_display()})",
                            measure.responsible or "–",
                            _period(measure.starts_on, measure.ends_on),
                            str(measure.get_state_display()),
                        ]
                        for measure in goal.measures
                    ],
                }
            )
    if plan.justification:
        blocks += [
            _heading(_("Why these services help to reach the goals")),
            {"kind": "text", "text": plan.justification},
        ]
    blocks += _reviews(detail)
    blocks += _deadlines(detail.clocks)
    blocks += [_heading(_("Your rights and duties")), _laws(law.duties_and_rights(act))]
    if not plan.signed_on:
        blocks += [
            _heading(_("Signatures")),
            {
                "kind": "signatures",
                "labels": [_("Client: place, day, signature"), _("Authority: place, day, signature")],
            },
        ]
    elif plan.signed_how == SignedHow.SCREEN:
        words = _("Signed on screen by %(name)s, %(day)s.") % {
            "name": plan.signed_name,
            "day": _day(plan.signed_on),
        }
        blocks.append({"kind": "note", "text": words})
    lead = "" if plan.made_on else _("This is a draft. It binds nobody yet.")
    return _whole(detail, _("Integration plan"), day, blocks, lead)


def assessment_content(detail: ClientDetail, day: date) -> dict[str, Any] | None:
    """The assessment in the language in use."""
    assessment = detail.assessment
    if assessment is None:
        return None
    facts = [*_who(detail), [_("Started"), _day(assessment.started_on)]]
    if assessment.completed_on:
        facts.append([_("Completed"), _day(assessment.completed_on)])
    used = reference.language(assessment.language)
    if used:
        words = _("%(language)s, with an interpreter") if assessment.interpreter_used else "%(language)s"
        facts.append([_("Language used"), words % {"language": used.name()}])
    if assessment.participants:
        facts.append([_("Who took part"), ", ".join(assessment.participants.splitlines())])
    blocks: list[Block] = [{"kind": "facts", "rows": facts}, _heading(_("What was clarified"))]
    language = _language()
    for item in law.assessment_items(assessment.act):
        text = assessment.items.get(item.id, "")
        blocks.append({"kind": "subheading", "text": item.texts[language]})
        words = _("Not relevant for this client.") if text == NOT_RELEVANT else text or _("Not written yet.")
        blocks.append({"kind": "text", "text": words})
    done = [
        f"{measure.texts[language]}. {assessment.measures[measure.id].get('note', '')}".strip()
        for measure in law.assessment_measures(assessment.act)
        if assessment.measures.get(measure.id, {}).get("done")
    ]
    if done:
        blocks += [_heading(_("Further measures")), {"kind": "list", "items": done}]
    if assessment.conclusion or assessment.plan_needed is not None:
        blocks.append(_heading(_("Conclusion")))
        if assessment.plan_needed is not None:
            needed = (
                _("An integration plan is made.") if assessment.plan_needed else _("A plan is not needed.")
            )
            blocks.append({"kind": "text", "text": needed})
        blocks.append({"kind": "text", "text": assessment.conclusion})
    told = [item.texts[language] for item in law.told_to_client(assessment.act) if item.id in assessment.told]
    if told:
        blocks += [_heading(_("You have been told")), {"kind": "list", "items": told}]
    title = (
        _("Initial assessment")
        if assessment.act == "1386/2010"
        else _("Assessment of skills and integration service needs")
    )
    lead = "" if assessment.completed_on else _("The assessment is not completed yet.")
    return _whole(detail, title, day, blocks, lead)


def _whole(detail: ClientDetail, title: str, day: date, blocks: list[Block], lead: str) -> dict[str, Any]:
    number = detail.relationship.case_number
    return {
        "lang": _language(),
        "title": title,
        "author": detail.authority_name,
        "organisation": detail.authority_name,
        "case": number,
        "day": _day(day),
        "lead": lead,
        "footer": _("%(title)s, client number %(number)s") % {"title": title, "number": number},
        "blocks": blocks,
    }


def _who(detail: ClientDetail) -> list[list[str]]:
    person = detail.person
    rows = [[_("Name"), person.name]]
    if person.birth_date:
        rows.append([_("Date of birth"), _day(person.birth_date)])
    rows.append([_("Client number"), detail.relationship.case_number])
    if detail.worker_name:
        rows.append([_("Own worker"), detail.worker_name])
    return rows


def _reviews(detail: ClientDetail) -> list[Block]:
    if detail.plan is None or not detail.plan.reviews:
        return []
    last = detail.plan.reviews[0]
    rows = [[_("Held on"), _day(last.held_on)]]
    for label, text in (
        (_("How the client has taken part"), last.participation),
        (_("Progress and results"), last.results),
        (_("What has been in the way"), last.obstacles),
        (_("What changes in the plan"), last.changes),
    ):
        if text:
            rows.append([label, " ".join(text.split())])
    if last.next_review_on:
        rows.append([_("Next review agreed for"), _day(last.next_review_on)])
    return [_heading(_("Last review")), {"kind": "facts", "rows": rows}]


def _deadlines(clocks: Sequence[Clock]) -> list[Block]:
    """Days set by law, each with how it was counted. The office's own targets are not the client's business."""
    lasting = [clock for clock in clocks if clock.due and not clock.own]
    if not lasting:
        return []
    blocks: list[Block] = [_heading(_("Days set by law and how they are counted"))]
    language = _language()
    for clock in lasting:
        rule = law.rule(clock.rule, act=clock.act)
        blocks.append({"kind": "subheading", "text": f"{rule.titles[language]}: {_day(clock.due)}"})
        lines = law.Explanation.from_json(clock.explanation).lines(language)
        blocks.append(
            {"kind": "steps", "items": [f"{text} ({source})" if source else text for text, source in lines]}
        )
    return blocks


def _laws(items: Sequence[law.ContentItem]) -> Block:
    language = _language()
    return {
        "kind": "list",
        "items": [f"{item.texts[language]} ({item.citation(language)})" for item in items],
    }


def _heading(text: str) -> Block:
    return {"kind": "heading", "text": text}


def _language() -> str:
    return (translation.get_language() or "fi")[:2]


def _day(day: date | None) -> str:
    """A day as the paper's language writes it."""
    if day is None:
        return ""
    return (
        format_date(day, "d MMMM y", "en_GB") if _language() == "en" else f"{day.day}.{day.month}.{day.year}"
    )


def _period(first: date | None, last: date | None) -> str:
    if first and last:
        return f"{_day(first)} – {_day(last)}"
    if first:
        return _("from %(day)s") % {"day": _day(first)}
    return _("until %(day)s") % {"day": _day(last)} if last else "–"
