"""Work-permit guidelines of the demo world: one that has ended, two in force, a draft. Every text and figure is invented.

One in force was signed by an ELY Centre whose two regions now belong to two authorities; the other after the position of
the cooperation group. Played after the meetings and the other positions.
"""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from kotopolku.access.capabilities import Role
from kotopolku.access.viewer import Seat, Viewer
from kotopolku.actors.models import Organisation
from kotopolku.cooperation.actions import guideline_adoption, guidelines
from kotopolku.cooperation.models import Body, Guideline, GuidelineOccupation
from kotopolku.cooperation.position_rules import Wording
from kotopolku.cooperation.rules_guidelines import Adoption, GuidelineContent, Line
from kotopolku.demo.scenes import ActorOf
from kotopolku.demo.scenes.agreements import at, working
from kotopolku.demo.scenes.meetings import PERMITS
from kotopolku.demo.scenes.positions import GROUP, INVENTED, adopted, told, written

REGION, OLD_AUTHORITY = "evk.uusimaa", "ely-04"
FIRST_DAY = date(2026, 1, 2)
"""Since when the region has its authority."""
MARKET = {
    "fi": """Keksitty esimerkki, ei todellinen linjaus.

- Ravintoloissa ja siivouksessa avoimia paikkoja on enemmän kuin hakijoita.
- Hoivassa hakijoita on nyt **riittävästi**, mutta erot kuntien välillä ovat suuret.""",
    "sv": """Ett påhittat exempel, inga verkliga riktlinjer.

- Inom restaurang och städning finns det fler lediga platser än sökande.
- Inom vården finns det nu **tillräckligt** med sökande, men skillnaderna mellan kommunerna är stora.""",
}
NOTE = {
    "fi": "Linjaus koskee työntekijän oleskelulupaa. Palkan on oltava työehtosopimuksen mukainen. Keksitty esimerkki.",
    "sv": "Riktlinjen gäller uppehållstillstånd för arbetstagare. Lönen ska följa kollektivavtalet. Ett påhittat exempel.",
}
STATED = "Alueen järjestöt ja viranomaiset puolsivat luonnosta kuulemistilaisuudessa. Keksitty esimerkki."
"""Of the versions before the first meeting of the group."""
POSITION = f"""Yhteistyöryhmä puoltaa luonnosta uudeksi työlupalinjaukseksi.

- Ravintola-alan palkkaraja nostetaan, kuten luonnoksessa esitetään.
- Lähihoitajat jäävät pois: hakijoita on nyt riittävästi.

{INVENTED}"""
NO_PIZZA = {
    "fi": "Ei koske pizza- ja kebabkokkeja.",
    "sv": "Gäller inte pizza- och kebabkockar.",
}
FIRST = (
    Line("512", full_time=True, income_eur=Decimal(2100), condition=NO_PIZZA),
    Line("9112", full_time=True, income_eur=Decimal(1600)),
    Line("3221"),
    Line("5321"),
    Line("7112", municipalities=("092", "091", "049")),
    Line("83"),
    Line("8322", lifted=False),
)
SECOND = (
    Line("512", full_time=True, income_eur=Decimal(2300), condition=NO_PIZZA),
    Line("9112", full_time=True, income_eur=Decimal(1600)),
    Line("5322"),
    Line("7112", municipalities=("092", "091", "049")),
    Line("7411", full_time=True),
    Line("833"),
)
OLD = (
    Line("9412", full_time=True),
    Line("7212"),
    Line("6121", condition={"fi": "Vain lypsykarjatilat.", "sv": "Bara mjölkgårdar."}),
    Line("2211"),
)
FIGURES = "Ammatti\tAvoimet paikat\tTyönhakijat\nRavintolatyöntekijät\t820\t410\nSiivoojat\t640\t380\nLähihoitajat\t310\t420"


def play(actor_of: ActorOf, day: date) -> None:
    """Needs a year in which both authorities of the story have been."""
    if day < FIRST_DAY + timedelta(days=200):
        return
    region = actor_of(REGION)
    _old_authority()
    first_day = max(FIRST_DAY, day - timedelta(days=300))
    change = day - timedelta(days=60)
    days = (first_day, first_day + timedelta(days=330))
    content = replace(_content("2026/1", ("01",), *days), position=STATED)
    _adopted(region, content, FIRST, "Sami Kuvitelma")
    content = _content("2026/2", ("01",), change, change + timedelta(days=330))
    content = replace(content, body_position_id=_position(region, change))
    second = _adopted(region, content, SECOND, "Sami Kuvitelma", takes_place=True)
    there = actor_of(REGION)
    days = (change + timedelta(days=331), change + timedelta(days=600))
    draft = guidelines.draft(_content("2027/1", ("01",), *days), actor=there, from_id=second.pk)
    guidelines.add_line(draft.pk, Line("9411"), actor=there)
    row = GuidelineOccupation.objects.get(guideline=draft, code="512")
    version = Guideline.objects.get(pk=draft.pk).version
    higher = replace(SECOND[0], income_eur=Decimal(2450))
    guidelines.change_line(draft.pk, row.pk, higher, actor=there, expected_version=version)


def _position(region: Viewer, change: date) -> int:
    """What the cooperation group stated of the draft before the day of signing."""
    at(region)
    group = Body.objects.get(name_fi=GROUP)
    noticed = change - timedelta(days=40)
    text = "Linjaus päivitetään syksyllä; luonnoksesta pyydetään yhteistyöryhmän kanta."
    made = told(region, noticed, "Työlupalinjauksen päivitys", text, group)
    content = Wording("Puolto työlupalinjauksen luonnokselle", POSITION, body_id=group.pk)
    written(region, noticed + timedelta(days=4), made, content)
    adopted(region, change - timedelta(days=7), made, "Sähköpostikokous.", PERMITS)
    return made


def _old_authority() -> None:
    """The ELY Centre of Häme signs in its last month; a year later its regions belong to two authorities."""
    of = Organisation.objects.get(code=OLD_AUTHORITY)
    signed = date(2025, 12, 15)
    seat = Seat(0, of.pk, of.code, of.kind, of.name, Role.REGIONAL_OFFICER)
    officer = Viewer(user_id=None, name="Ella Testinen", day=signed, seat=seat)
    content = replace(_content("2025/2", ("05", "07"), signed, date(2026, 12, 15)), position=STATED)
    _adopted(officer, content, OLD, "Ella Testinen")


def _content(number: str, regions: tuple[str, ...], first: date, last: date) -> GuidelineContent:
    return GuidelineContent(number, regions, first, last, market=MARKET, note=NOTE)


def _adopted(
    viewer: Viewer,
    content: GuidelineContent,
    lines: tuple[Line, ...],
    signer: str,
    *,
    takes_place: bool = False,
) -> Guideline:
    """Signed on its first day."""
    first, last = content.first, content.last
    with working(viewer, first) as there:
        made = guidelines.draft(content, actor=there)
        for line in lines:
            guidelines.add_line(made.pk, line, actor=there)
        title = {"fi": "Avoimet paikat ja työnhakijat", "sv": "Lediga platser och arbetssökande"}
        quarter = f"{(first.month - 1) // 3 + 1}/{first.year}"
        guidelines.add_table(made.pk, title, "Keksityt luvut", quarter, FIGURES, actor=there)
        version = Guideline.objects.get(pk=made.pk).version
        given = Adoption(first, f"{signer}, johtaja", first, last, takes_place)
        return guideline_adoption.adopt(made.pk, given, actor=there, expected_version=version)
