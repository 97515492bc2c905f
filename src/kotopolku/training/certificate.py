"""The certificate as tagged PDF (PDF/UA-1) in Finnish or Swedish: parts with points, levels by skill (681/2023 §26.4).

What it says was fixed when it was issued (``studies.CertificateContent``). Not for: who may open it (``actions``).
"""

from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _

from kotopolku.clients.documents import Block, as_pdf
from kotopolku.progress import sources
from kotopolku.progress.models import Skill, Tongue
from kotopolku.training import studies
from kotopolku.training.curricula import curriculum
from kotopolku.training.models import Certificate, Track

LANGUAGES = ("fi", "sv")
UNITS = ("op", "ov", "h")


def response(certificate: Certificate, language: str) -> HttpResponse:
    """The paper for the one who asked, never kept by anybody on the way."""
    return HttpResponse(
        pdf(certificate, language),
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'inline; filename="certificate-{certificate.pk}-{language}.pdf"',
            "Cache-Control": "no-store",
        },
    )


def pdf(certificate: Certificate, language: str) -> bytes:
    with translation.override(language):
        return as_pdf(paper(certificate.content, language))


def paper(content: dict[str, Any], language: str) -> dict[str, Any]:
    """The certificate's blocks in the language in use."""
    plan = curriculum(content["curriculum"])
    title = _("Certificate") if content["completed"] else _("Certificate of completed parts")
    facts = [[_("Name"), content["name"]]]
    if content["born"]:
        facts.append([_("Date of birth"), _day(content["born"])])
    facts.append([_("Training"), content["course"]])
    if plan is not None:
        facts.append([_("Curriculum"), plan.words])
    if content["track"]:
        facts.append([_("Track"), str(Track(content["track"]).label)])
    facts.append([_("Time of studies"), f"{_day(content['starts_on'])} – {_day(content['ends_on'])}"])
    facts.append(
        [
            _("Hours attended"),
            _("%(attended)s of %(planned)s")
            % {
                "attended": _number(content["hours_attended"]),
                "planned": _number(content["hours_planned"]),
            },
        ]
    )
    blocks: list[Block] = [{"kind": "facts", "rows": facts}, *_parts(content), *_levels(content)]
    blocks.append({"kind": "signatures", "labels": [_("Training provider: place, day, signature")]})
    provider = content[f"provider_{language}"]
    return {
        "lang": language,
        "title": title,
        "author": provider,
        "organisation": provider,
        "case": content["course"],
        "day": _day(content["issued_on"]),
        "lead": _("Integration training (681/2023, section 26)")
        if plan and plan.kind == "integration"
        else "",
        "footer": f"{title}, {provider}",
        "blocks": blocks,
    }


def _parts(content: dict[str, Any]) -> list[Block]:
    """What was completed, part by part; a part inside another is told under it and not counted again."""
    parts = {row["part"]: studies.PlanPart.from_json(row) for row in content["parts"]}
    known = studies.parts_of(content["curriculum"])
    rows = [
        [
            f"– {part.words}" if part.within else part.words,
            _number(parts[part.id].done),
            _number(parts[part.id].credited),
        ]
        for part in known
        if part.id in parts and parts[part.id].done
    ]
    if not rows:
        return []
    unit = unit_words(studies.unit_of(content["curriculum"]))
    totals = [studies.total(parts.values(), content["curriculum"], name) for name in ("done", "credited")]
    rows.append([_("Together"), *(_number(total) for total in totals)])
    found: list[Block] = [
        {"kind": "heading", "text": _("What was completed")},
        {
            "kind": "table",
            "widths": [6, 2, 2],
            "headers": [
                _("Part"),
                _("Completed, %(unit)s") % {"unit": unit},
                _("Of these credited"),
            ],
            "rows": rows,
        },
    ]
    reasons = [f"{part.words}: {parts[part.id].credited_for}" for part in known if _credited(parts, part.id)]
    if reasons:
        found += [{"kind": "note", "text": _("Credited for:")}, {"kind": "list", "items": reasons}]
    return found


def _credited(parts: dict[str, studies.PlanPart], part_id: str) -> bool:
    return part_id in parts and bool(parts[part_id].credited and parts[part_id].credited_for)


def _levels(content: dict[str, Any]) -> list[Block]:
    levels = content["levels"]
    if not levels:
        return [{"kind": "note", "text": _("No final test of the language was held.")}]
    known = sources.levels()
    rows = [[str(Skill(skill).label), known[code].words] for skill, code in levels.items() if code in known]
    heading = _("Language skills in the final test, %(language)s, %(day)s") % {
        "language": str(Tongue(content["language"]).label),
        "day": _day(content["tested_on"]),
    }
    return [
        {"kind": "heading", "text": heading},
        {"kind": "table", "widths": [3, 7], "headers": [_("Skill"), _("Level reached")], "rows": rows},
    ]


def unit_words(unit: str) -> str:
    """The curriculum's unit in words."""
    return {"op": _("study points"), "ov": _("study weeks"), "h": _("hours")}.get(unit, unit)


def _number(value: Decimal | str) -> str:
    return f"{Decimal(value).normalize():f}".replace(".", ",")


def _day(text: str) -> str:
    day = date.fromisoformat(text)
    return f"{day.day}.{day.month}.{day.year}"
