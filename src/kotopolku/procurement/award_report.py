"""The report of §124 as frozen content, and it and the award decision set on paper (tagged PDF).

Not for: what was decided (``actions.awards``). The content is plain JSON with days as ISO text, so that it can be kept.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from kotopolku import law
from kotopolku.clients.documents import LANGUAGES, as_pdf
from kotopolku.clients.wording import language
from kotopolku.procurement.models import (
    AwardDecision,
    AwardKind,
    AwardReport,
    AwardState,
    Challenge,
    ChallengeState,
    Conformity,
    Evaluator,
    Notice,
    OpeningSession,
    PriceReview,
    SuitabilityCheck,
    Tender,
)
from kotopolku.procurement.queries.awards import DecisionPage, contract_signed_on
from kotopolku.procurement.queries.evaluation import last_ranking
from kotopolku.procurement.queries.opened import bids_of_tender
from kotopolku.procurement.wording_awards import ground_name, out_names

__all__ = ["LANGUAGES", "decision_pdf", "report_content", "report_pdf"]

Block = dict[str, Any]


# --- Content of the report (§124) ------------------------------------------------------------------------------------------


def report_content(tender: Tender) -> dict[str, Any]:
    """What §124 asks for, as the record stands: buyer, object, value, bids, exclusions, winners, reasons, conflicts."""
    bids = bids_of_tender(tender)
    session = OpeningSession.objects.filter(tender=tender).exclude(completed_at=None).first()
    lots = []
    for lot in tender.lots.all():
        decision = (
            AwardDecision.objects.filter(lot=lot, state=AwardState.MADE)
            .prefetch_related("winners__bidder")
            .first()
        )
        ranking = decision.ranking if decision and decision.ranking else last_ranking(lot)
        names = {bid.bidder.code: bid.bidder.name for bid in bids.get(lot.pk, [])}
        lots.append(
            {
                "code": lot.code,
                "title": dict(lot.title),
                "bids": [
                    {
                        "bidder": bid.bidder.name,
                        "price_eur": _money(bid.price),
                        "out": list(bid.out),
                        "reasons": list(bid.reasons),
                    }
                    for bid in bids.get(lot.pk, [])
                ],
                "ranking": [
                    {
                        "bidder": names.get(one["bidder"], one["bidder"]),
                        "rank": one["rank"],
                        "points": one["points"],
                        "price_points": one["price_points"],
                        "quality_points": one["quality_points"],
                    }
                    for one in (ranking.outcome["lots"][0]["ranking"] if ranking else [])
                ],
                "digest": ranking.digest if ranking else "",
                "drawn": ranking.drawn_words if ranking else "",
                "decision": _decision_facts(decision),
                "contract_on": _iso(contract_signed_on(lot.pk)),
            }
        )
    return {
        "number": tender.number,
        "title": dict(tender.title),
        "buyer": tender.buyer.name,
        "procedure": tender.procedure,
        "direct_ground": tender.ground,
        "cpv": tender.cpv,
        "value_eur": _money(tender.value_eur),
        "lots_reason": tender.lots_reason,
        "basis": tender.basis,
        "basis_reason": tender.basis_reason,
        "started_on": _iso(tender.started_on),
        "published_on": _iso(tender.published_on),
        "bids_by": _iso_moment(tender.bids_by),
        "opened_at": _iso_moment(session.completed_at if session else None),
        "lots": lots,
        "excluded": [
            {"bidder": one.bidder.name, "ground": one.key, "kind": one.kind, "reason": one.reason}
            for one in _checks(tender, "failed")
        ],
        "cleaned": [
            {"bidder": one.bidder.name, "ground": one.key, "kind": one.kind, "reason": one.self_cleaning}
            for one in _checks(tender, "cleaned")
        ],
        "not_conforming": [
            {"bidder": one.bidder.name, "lot": one.lot.code, "reason": one.reason}
            for one in Conformity.objects.filter(lot__tender=tender, conforming=False)
            .select_related("bidder", "lot")
            .order_by("id")
        ],
        "low_prices": [
            {"bidder": one.bidder.name, "lot": one.lot.code, "accepted": one.accepted, "reason": one.reason}
            for one in PriceReview.objects.filter(lot__tender=tender)
            .select_related("bidder", "lot")
            .order_by("id")
        ],
        "conflicts": [
            {"words": one.words, "declared_on": _iso(one.declared_on)}
            for one in Evaluator.objects.filter(tender=tender, conflict=True).order_by("id")
        ],
        "challenges": [
            {
                "kind": one.kind,
                "party": one.party.name if one.party else "",
                "arrived_on": _iso(one.arrived_on),
                "state": one.state,
                "lot": one.decision.lot.code,
            }
            for one in Challenge.objects.filter(decision__tender=tender)
            .select_related("party", "decision__lot")
            .order_by("id")
        ],
        "notices": [
            {"occasion": one.occasion, "subtype": one.subtype, "published_on": _iso_moment(one.published_at)}
            for one in Notice.objects.filter(tender=tender).order_by("id")
        ],
    }


def _checks(tender: Tender, result: str) -> Sequence[SuitabilityCheck]:
    rows = SuitabilityCheck.objects.filter(tender=tender, result=result).exclude(kind="extract")
    return list(rows.select_related("bidder").order_by("id"))


def _decision_facts(row: AwardDecision | None) -> dict[str, Any] | None:
    if row is None:
        return None
    return {
        "kind": row.kind,
        "decided_on": _iso(row.decided_on),
        "winners": [
            {
                "bidder": one.bidder.name,
                "rank": one.rank,
                "points": one.points,
                "price_eur": _money(one.price_eur),
            }
            for one in row.winners.all()
        ],
        "reasons": {"fi": row.reasons_fi, "sv": row.reasons_sv},
        "standstill": row.standstill,
        "no_standstill_reason": row.no_standstill_reason,
        "earliest_contract_on": _iso(row.earliest_contract_on),
    }


def _money(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount:.2f}"


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _iso_moment(moment: Any) -> str:
    return moment.astimezone(timezone.get_current_timezone()).isoformat() if moment else ""


# --- On paper -----------------------------------------------------------------------------------------------------------


def report_pdf(report: AwardReport, day: date) -> bytes:
    """The frozen report in the language in use. About 50 ms."""
    content = report.content
    blocks: list[Block] = [
        {
            "kind": "facts",
            "rows": [
                [_("Buyer"), content["buyer"]],
                [_("Object of the procurement"), _said(content["title"])],
                [_("CPV"), content["cpv"]],
                [_("Estimated value"), euros(content["value_eur"])],
                [_("Procedure started"), _day(content["started_on"])],
                [_("Notice published"), _day(content["published_on"])],
                [_("Bids opened"), _moment(content["opened_at"])],
                [_("Basis"), law.cited("1397/2016 § 124", language())],
                [_("Digest of this report"), report.digest],
            ],
        }
    ]
    if content["lots_reason"]:
        blocks += [_heading(_("Why it was not divided into lots")), _text(content["lots_reason"])]
    if content["basis_reason"]:
        blocks += [_heading(_("Why price or cost alone decides")), _text(content["basis_reason"])]
    for lot in content["lots"]:
        blocks += _lot_blocks(lot)
    blocks += _list(
        _("Excluded bidders"),
        [f"{one['bidder']}: {_ground(one)}. {one['reason']}" for one in content["excluded"]],
        _("No bidder was excluded."),
    )
    blocks += _list(
        _("Self-cleaning accepted"),
        [f"{one['bidder']}: {_ground(one)}. {one['reason']}" for one in content["cleaned"]],
    )
    blocks += _list(
        _("Bids that did not conform"),
        [f"{one['lot']} {one['bidder']}: {one['reason']}" for one in content["not_conforming"]],
        _("All bids conformed to the request for tenders."),
    )
    blocks += _list(
        _("Abnormally low prices"),
        [
            f"{one['lot']} {one['bidder']}: {_('accepted') if one['accepted'] else _('rejected')}. {one['reason']}"
            for one in content["low_prices"]
        ],
        _("No price was asked about."),
    )
    blocks += _list(
        _("Conflicts of interest and what was done"),
        [
            _("An evaluator declared an interest on %(day)s and did not take part: %(words)s")
            % {"day": _day(one["declared_on"]), "words": one["words"]}
            for one in content["conflicts"]
        ],
        _("No conflict of interest was declared."),
    )
    blocks += _list(
        _("Correction requests and appeals"),
        [
            f"{one['lot']} {_challenge_name(one['kind'])}, {_day(one['arrived_on'])}: {_challenge_state(one['state'])}"
            for one in content["challenges"]
        ],
        _("None."),
    )
    title = _("Report on procurement %(number)s") % {"number": content["number"]}
    return as_pdf(_paper(title, content["buyer"], content["number"], day, blocks))


def _lot_blocks(lot: Mapping[str, Any]) -> list[Block]:
    blocks: list[Block] = [_heading(f"{lot['code']} {_said(lot['title'])}")]
    if lot["bids"]:
        blocks.append(
            {
                "kind": "table",
                "widths": [5, 3, 5],
                "headers": [_("Bidder"), _("Price"), _("Compared")],
                "rows": [
                    [one["bidder"], euros(one["price_eur"]), ", ".join(out_names(one["out"])) or _("yes")]
                    for one in lot["bids"]
                ],
            }
        )
    else:
        blocks.append(_text(_("No bids came.")))
    if lot["ranking"]:
        blocks.append(_ranking_table(lot["ranking"]))
    if lot["drawn"]:
        blocks.append(_text(_("The lot was drawn: %(words)s") % {"words": lot["drawn"]}))
    decision = lot["decision"]
    if decision is None:
        return [*blocks, _text(_("Not decided yet."))]
    rows = [
        [_("Decision"), str(AwardKind(decision["kind"]).label)],
        [_("Decided on"), _day(decision["decided_on"])],
    ]
    if decision["winners"]:
        rows.append([_("Chosen"), ", ".join(one["bidder"] for one in decision["winners"])])
    if decision["earliest_contract_on"]:
        rows.append([_("Contract at the earliest"), _day(decision["earliest_contract_on"])])
    if lot["contract_on"]:
        rows.append([_("Contract made"), _day(lot["contract_on"])])
    return [*blocks, {"kind": "facts", "rows": rows}, _text(_said(decision["reasons"]))]


def decision_pdf(page: DecisionPage, day: date) -> bytes:
    """The decision as it is told to the bidders: winners, reasons, comparison, contract day, how to seek a change."""
    row = page.decision
    facts = [
        [_("Buyer"), row.buyer.name],
        [_("Procurement"), f"{row.tender.number} {row.tender.name}"],
        [_("Lot"), f"{row.lot.code} {row.lot.name}"],
    ]
    if row.decided_on:
        facts.append([_("Decided on"), law.day_text(row.decided_on, language())])
    for one in page.winners:
        facts.append([_("Chosen"), f"{one.bidder.name}, {euros(_money(one.price_eur))}"])
    blocks: list[Block] = [
        {"kind": "facts", "rows": facts},
        _heading(_("Reasons")),
        _text(_said({"fi": row.reasons_fi, "sv": row.reasons_sv})),
    ]
    if row.ranking is not None and page.is_award:
        names = {
            bid.bidder.code: bid.bidder.name
            for bid in bids_of_tender(row.tender, [row.lot]).get(row.lot_id, [])
        }
        ranking = [
            {**one, "bidder": names.get(one["bidder"], one["bidder"])}
            for one in row.ranking.outcome["lots"][0]["ranking"]
        ]
        blocks += [_heading(_("Comparison of the bids")), _ranking_table(ranking)]
    blocks += [_heading(_("When the contract can be made")), _text(contract_words(page))]
    blocks += [_heading(_("How to seek a change")), {"kind": "list", "items": appeal_words()}]
    title = _("Decision to discontinue the procurement") if not page.is_award else _("Award decision")
    lead = "" if row.state == AwardState.MADE else _("This is a draft. It binds nobody yet.")
    if row.state == AwardState.CORRECTED:
        lead = _("This decision has been set aside.")
    return as_pdf(_paper(title, row.buyer.name, row.tender.number, day, blocks, lead))


def contract_words(page: DecisionPage) -> str:
    """When the contract can be made and why, as one text."""
    row = page.decision
    if not page.is_award:
        return _("No contract is made on this lot.")
    if row.no_standstill_reason:
        return _("No standstill is needed: %(reason)s. The contract can be made when all have been told.") % {
            "reason": _no_standstill_names()[row.no_standstill_reason]
        }
    if row.standstill == "direct" and page.standstill is None:
        return _("The standstill begins when the direct award notice has been published (1397/2016 § 131).")
    if page.standstill is None:
        return _(
            "The contract can be made at the earliest %(days)s days after all bidders have received the decision."
        ) % {"days": _standstill_days(row)}
    words = {
        "days": page.standstill.days,
        "received": law.day_text(page.standstill.received_on, language()),
        "last": law.day_text(page.standstill.last_day, language()),
        "earliest": law.day_text(page.standstill.earliest, language()),
        "reason": page.standstill.day_off.get(language(), ""),
    }
    if row.standstill == "direct":
        return (
            _(
                "The direct award notice was published on %(received)s. %(days)s days end on %(last)s, and the contract can be"
                " made on %(earliest)s at the earliest."
            )
            % words
        )
    if page.standstill.moved:
        return (
            _(
                "The last bidder received the decision on %(received)s. %(days)s days end on %(last)s, a day off (%(reason)s),"
                " so the contract can be made on the next working day, %(earliest)s, at the earliest."
            )
            % words
        )
    return (
        _(
            "The last bidder received the decision on %(received)s. %(days)s days end on %(last)s, and the contract can be"
            " made on %(earliest)s at the earliest."
        )
        % words
    )


def _standstill_days(row: AwardDecision) -> int:
    rule = law.rule("H1", row.decided_on or row.drafted_on)
    return rule.other_amounts["mini-competition"] if row.standstill == "mini-competition" else rule.length


def _no_standstill_names() -> dict[str, str]:
    return {
        "call-off": _("a call-off within a framework (§ 130)"),
        "urgency": _("extreme urgency that the buyer could not foresee (§ 40)"),
        "only-tenderer": _("only one bidder left a bid on the lot (§ 130)"),
        "not-required": _("the procedure does not require it"),
    }


def appeal_words() -> list[str]:
    """How to seek a change, with the days of the Act."""
    days = law.rule("H2").length
    return [
        _(
            "Correction request to the buyer: within %(days)s days of receiving the decision (1397/2016 §§ 132–133)."
        )
        % {"days": law.rule("H2").other_amounts["correction-party"]},
        _(
            "Appeal to the Market Court: within %(days)s days of receiving the decision (§§ 146–147)."
            " Tell the buyer of it in writing (§ 148)."
        )
        % {"days": days},
        _(
            "A decision sent electronically counts as received on the day of sending, one sent by letter on day %(days)s (§ 127)."
        )
        % {"days": law.rule("HR").length},
        _("While an appeal is pending the contract cannot be made (§ 150)."),
    ]


def euros(amount: str) -> str:
    """“480 000,00 €” from the kept text; a dash without a price."""
    if not amount:
        return "–"
    whole, _point, cents = amount.partition(".")
    grouped = f"{int(whole):,}".replace(",", "\N{NARROW NO-BREAK SPACE}")
    return f"{grouped}{'.' if language() == 'en' else ','}{cents or '00'} €"


def _ranking_table(rows: Sequence[Mapping[str, Any]]) -> Block:
    return {
        "kind": "table",
        "widths": [1, 5, 2, 2, 2],
        "headers": [_("Place"), _("Bidder"), _("Quality"), _("Price"), _("Total")],
        "rows": [
            [
                str(one["rank"]),
                one["bidder"],
                *(number_format(one[kind], 2) for kind in ("quality_points", "price_points", "points")),
            ]
            for one in rows
        ],
    }


def _paper(
    title: str, organisation: str, number: str, day: date, blocks: list[Block], lead: str = ""
) -> dict[str, Any]:
    return {
        "lang": language(),
        "title": title,
        "author": organisation,
        "organisation": organisation,
        "case": number,
        "day": law.day_text(day, language()),
        "lead": lead,
        "footer": f"{title}, {number}",
        "blocks": blocks,
    }


def _ground(one: Mapping[str, str]) -> str:
    return ground_name(one["ground"]) if one["kind"] == "exclusion" else _("a requirement of the tender")


def _challenge_name(kind: str) -> str:
    return _("Appeal to the Market Court") if kind == "appeal" else _("Correction request")


def _challenge_state(state: str) -> str:
    return str(ChallengeState(state).label)


def _list(title: str, items: Sequence[str], empty: str = "") -> list[Block]:
    if items:
        return [_heading(title), {"kind": "list", "items": list(items)}]
    return [_heading(title), _text(empty)] if empty else []


def _heading(text: str) -> Block:
    return {"kind": "heading", "text": text}


def _text(text: str) -> Block:
    return {"kind": "text", "text": text}


def _said(texts: Mapping[str, str]) -> str:
    return next((texts[code] for code in (language(), "fi", "sv", "en") if texts.get(code)), "")


def _day(iso: str) -> str:
    return law.day_text(date.fromisoformat(iso), language()) if iso else "–"


def _moment(iso: str) -> str:
    if not iso:
        return "–"
    moment = datetime.fromisoformat(iso)
    return f"{law.day_text(moment.date(), language())} {moment:%H:%M:%S}"
