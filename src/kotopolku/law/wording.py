"""Sentences and dates of the law room in Finnish, Swedish and English.

Whole sentences only, filled with dates and numbers; the words of the Acts themselves are data in `acts/`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache

from babel import Locale
from babel.numbers import format_decimal

LANGUAGES = ("fi", "sv", "en")
_LOCALES = {"fi": "fi", "sv": "sv_FI", "en": "en_GB"}


@cache
def _names(lang: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    locale = Locale.parse(_LOCALES[lang])
    weekdays = tuple(str(locale.days["stand-alone"]["wide"][number]) for number in range(7))
    months = tuple(str(locale.months["format"]["wide"][number]) for number in range(1, 13))
    return weekdays, months


def weekday_text(day: date, lang: str) -> str:
    return _names(lang)[0][day.weekday()]


def day_text(day: date, lang: str) -> str:
    """26 April 2021 · 26 april 2021 · 26.4.2021"""
    if lang == "fi":
        return f"{day.day}.{day.month}.{day.year}"
    return f"{day.day} {_names(lang)[1][day.month - 1]} {day.year}"


def long_day(day: date, lang: str) -> str:
    """Monday 26 April 2021 · måndag 26 april 2021 · maanantai 26.4.2021"""
    return f"{weekday_text(day, lang)} {day_text(day, lang)}"


_UNITS: dict[str, dict[str, tuple[str, str]]] = {
    "days": {"fi": ("päivä", "päivää"), "sv": ("dag", "dagar"), "en": ("day", "days")},
    "weeks": {"fi": ("viikko", "viikkoa"), "sv": ("vecka", "veckor"), "en": ("week", "weeks")},
    "months": {"fi": ("kuukausi", "kuukautta"), "sv": ("månad", "månader"), "en": ("month", "months")},
    "years": {"fi": ("vuosi", "vuotta"), "sv": ("år", "år"), "en": ("year", "years")},
    "working_days": {
        "fi": ("työpäivä", "työpäivää"),
        "sv": ("arbetsdag", "arbetsdagar"),
        "en": ("working day", "working days"),
    },
}


def amount_text(amount: int, unit: str, lang: str) -> str:
    """2 months · 2 månader · 2 kuukautta"""
    one, many = _UNITS[unit][lang]
    return f"{amount} {one if amount == 1 else many}"


def euro_text(amount: Decimal, lang: str) -> str:
    """€2,052 · 2 052 € · 2 230,35 €: cents only where there are some."""
    pattern = "#,##0" if amount == amount.to_integral_value() else "#,##0.00"
    number = format_decimal(amount, pattern, _LOCALES[lang])
    return f"€{number}" if lang == "en" else f"{number}\N{NO-BREAK SPACE}€"


_SENTENCES: dict[str, dict[str, str]] = {
    "own-target": {"fi": "oma tavoite, ei laki", "sv": "eget mål, inte lag", "en": "own target, not law"},
    "trigger": {"fi": "{event}: {day}.", "sv": "{event}: {day}.", "en": "{event}: {day}."},
    "day-set": {
        "fi": "Laissa säädetty päivä on {day}.",
        "sv": "Den dag som anges i lagen är {day}.",
        "en": "The day set in the law is {day}.",
    },
    "sum": {
        "fi": "{start} + {amount} = {end}.",
        "sv": "{start} + {amount} = {end}.",
        "en": "{start} + {amount} = {end}.",
    },
    "clamped": {
        "fi": "Kuukaudessa ei ole päivää {number}, joten määräaika päättyy sen viimeisenä päivänä.",
        "sv": "Månaden har ingen dag {number}, så tiden löper ut på dess sista dag.",
        "en": "That month has no day {number}, so the time ends on its last day.",
    },
    "counted": {
        "fi": "{amount} lasketaan alkamispäivän jälkeisestä päivästä ilman viikonloppuja ja pyhiä: {end}.",
        "sv": "{amount} räknas från dagen efter den första, utan veckoslut och helger: {end}.",
        "en": "{amount} counted from the day after, without weekends and holidays: {end}.",
    },
    "training-days": {
        "fi": "Laskettu tavallisina työpäivinä. Koulutuksen omat koulutuspäivät ratkaisevat.",
        "sv": "Räknat i vanliga arbetsdagar. Utbildningens egna utbildningsdagar avgör.",
        "en": "Counted in ordinary working days. The course's own training days decide.",
    },
    "suspended": {
        "fi": "Keskeytys {first}–{last}: lisätään {amount}.",
        "sv": "Avbrott {first}–{last}: {amount} läggs till.",
        "en": "Interruption from {first} to {last}: {amount} added.",
    },
    "suspended-count": {
        "fi": "Keskeytystä {first}–{last} ei lasketa.",
        "sv": "Avbrottet {first}–{last} räknas inte.",
        "en": "The interruption from {first} to {last} is not counted.",
    },
    "suspension-outside": {
        "fi": "Keskeytys {first}–{last} ei osu tähän aikaan, joten se ei lisää päiviä.",
        "sv": "Avbrottet {first}–{last} faller utanför tiden och lägger inte till några dagar.",
        "en": "The interruption from {first} to {last} is outside this time and adds no days.",
    },
    "new-end": {
        "fi": "{start} + {amount} = {end}.",
        "sv": "{start} + {amount} = {end}.",
        "en": "{start} + {amount} = {end}.",
    },
    "moved": {
        "fi": "{day} on {reason}, joten määräpäiväksi tulee {due}.",
        "sv": "{day} är {reason}, så sista dagen flyttas till {due}.",
        "en": "Moved from {reason} to {due}.",
    },
    "moved-earliest": {
        "fi": "{day} on {reason}, joten aikaisin päivä on {due}.",
        "sv": "{day} är {reason}, så den tidigaste dagen flyttas till {due}.",
        "en": "The earliest day is moved from {reason} to {due}.",
    },
    "not-moved": {
        "fi": "Arkipäivä, joten päivä ei siirry.",
        "sv": "En arbetsdag, så dagen flyttas inte.",
        "en": "A working day, so not moved.",
    },
    "validity-stays": {
        "fi": "Voimassaoloaika ei siirry, vaikka sen viimeinen päivä on {reason}.",
        "sv": "En giltighetstid flyttas inte, fast dess sista dag är {reason}.",
        "en": "A period of validity is not moved, although its last day is {reason}.",
    },
    "no-number": {
        "fi": "Laki sanoo ”viipymättä” eikä anna päivien määrää.",
        "sv": "Lagen säger ”utan dröjsmål” och anger inget antal dagar.",
        "en": "The law says “without delay” and gives no number of days.",
    },
    "no-amount": {
        "fi": "Säännöllä ei ole omaa päivien määrää: lisäaika on yhtä pitkä kuin keskeytys.",
        "sv": "Regeln har inget eget antal dagar: tillägget är lika långt som avbrottet.",
        "en": "The rule has no number of its own: the time added is as long as the interruption.",
    },
    "extension": {
        "fi": "Pidennys {amount}: {ground}.",
        "sv": "Förlängning med {amount}: {ground}.",
        "en": "Extended by {amount}: {ground}.",
    },
    "old-plan": {
        "fi": "Suunnitelma laadittiin {day}, kun {act} oli voimassa: sen enimmäisaika pysyy.",
        "sv": "Planen utarbetades {day} då {act} gällde: den lagens längsta varaktighet består.",
        "en": "The plan was made on {day} while {act} was in force: it keeps that Act's longest time.",
    },
    "maximum-follows-review": {
        "fi": "Tarkistettu uuden lain mukaan {day}: valitun tulkinnan mukaan enimmäiskestokin on uusi.",
        "sv": "Översedd enligt nya lagen {day}: enligt vald tolkning följer även den längsta varaktigheten den.",
        "en": "Reviewed under the new Act on {day}: by the reading chosen, its longest time applies too.",
    },
    "old-review": {
        "fi": "Laadittu {day}: vanha sääntö pätee ensimmäiseen uuden lain mukaiseen tarkistukseen asti.",
        "sv": "Utarbetad {day}: den gamla regeln gäller tills planen ses över enligt den nya lagen.",
        "en": "Made on {day}: the old review rule applies until the first review under the new Act.",
    },
    "new-review": {
        "fi": "Laadittu {day}, tarkistettu uuden lain mukaan {review}: uusi tarkistussääntö pätee.",
        "sv": "Utarbetad {day}, översedd enligt den nya lagen {review}: den nya regeln gäller.",
        "en": "Made on {day}, reviewed under the new Act on {review}: the new review rule applies.",
    },
    "later-permit": {
        "fi": "Myöhempi oleskeluoikeus ({day}) ei aloita aikaa uudestaan: ensimmäinen ratkaisee.",
        "sv": "En senare uppehållsrätt ({day}) börjar inte tiden på nytt: den första avgör.",
        "en": "A later right of residence ({day}) does not start the time again: the first one counts.",
    },
    "comes-of-age": {
        "fi": "Henkilö tulee täysi-ikäiseksi ({amount}) {day}, joten edustajan viimeinen päivä on sitä edeltävä päivä.",
        "sv": "Personen blir myndig ({amount}) den {day}, så företrädarens sista dag är dagen före.",
        "en": "The person comes of age ({amount}) on {day}, so the representative's last day is the day before.",
    },
    "representative-until": {
        "fi": "Edustaja on määrätty tehtävään {day} asti.",
        "sv": "Företrädaren är förordnad till den {day}.",
        "en": "The representative has been appointed until {day}.",
    },
    "compensation-period": {
        "fi": "Korvausaika on {amount}: {first}–{last}.",
        "sv": "Ersättningstiden är {amount}: {first}–{last}.",
        "en": "The period of compensation is {amount}: from {first} to {last}.",
    },
    "compensation-days": {
        "fi": "Ajalla {first}–{last} on {days}; koko vuodessa on {base}.",
        "sv": "Tiden {first}–{last} är {days}; hela året är {base}.",
        "en": "From {first} to {last} there are {days}; the whole year has {base}.",
    },
    "compensation-sum": {
        "fi": "{yearly} × {days} / {base} = {euros}.",
        "sv": "{yearly} × {days} / {base} = {euros}.",
        "en": "{yearly} × {days} / {base} = {euros}.",
    },
    "compensation-once": {
        "fi": "Alkukartoitus tehtiin {day}. Korvaus on {euros}, vain kerran henkilöä kohden.",
        "sv": "Den inledande kartläggningen gjordes {day}. Ersättningen är {euros}, endast en gång per person.",
        "en": "The initial assessment was done on {day}. The compensation is {euros}, only once for a person.",
    },
    "compensation-age": {
        "fi": "Henkilö täyttää {age} {day}.",
        "sv": "Personen fyller {age} den {day}.",
        "en": "The person turns {age} on {day}.",
    },
    "compensation-adult-year": {
        "fi": "Ensimmäinen täysi-ikäisenä maksettava vuosi on {first}–{last}.",
        "sv": "Det första året som myndig är {first}–{last}.",
        "en": "The first year paid as an adult is from {first} to {last}.",
    },
    "compensation-moved-in": {
        "fi": "Henkilö muutti kuntaan {day}.",
        "sv": "Personen flyttade till kommunen {day}.",
        "en": "The person moved to the municipality on {day}.",
    },
    "compensation-moved-out": {
        "fi": "Henkilön viimeinen päivä kunnassa oli {day}.",
        "sv": "Personens sista dag i kommunen var {day}.",
        "en": "The person's last day in the municipality was {day}.",
    },
    "compensation-citizen": {
        "fi": "Henkilöstä tuli Suomen kansalainen {day}.",
        "sv": "Personen blev finsk medborgare {day}.",
        "en": "The person became a Finnish citizen on {day}.",
    },
    "compensation-parent": {
        "fi": "Vanhemman korvausaika päättyy {day}.",
        "sv": "Förälderns ersättningstid går ut {day}.",
        "en": "The parent's period of compensation ends on {day}.",
    },
    "costs-agreed": {
        "fi": "Sovittu {day}, enintään {euros} ajalta {first}–{last} (sopimus {number}).",
        "sv": "Avtalat {day}, högst {euros} för tiden {first}–{last} (avtal {number}).",
        "en": "Agreed on {day}: at most {euros} from {first} to {last} (agreement {number}).",
    },
    "costs-moves-in": {
        "fi": "Muutto kuntaan {day}: varautumista voidaan korvata ajalta {first}–{last}.",
        "sv": "Flyttning till kommunen {day}: beredskap kan ersättas för tiden {first}–{last}.",
        "en": "Moves to the municipality on {day}: preparing can be compensated from {first} to {last}.",
    },
    "costs-of": {
        "fi": "Kustannus {first}–{last} on {euros}; korvauksia kertyy sopimuksella {before} ennen tätä ja {after} tämän jälkeen.",
        "sv": "Kostnaden {first}–{last} är {euros}; av avtalet har {before} använts före den och {after} efter den.",
        "en": "The cost from {first} to {last} is {euros}; of the agreement {before} is used before it and {after} after it.",
    },
    "costs-ahead": {
        "fi": "Sovitusta on jäljellä {left}. Vuoteen osuu {days} / {base} jäljellä olevasta ajasta: {euros}.",
        "sv": "Av det avtalade återstår {left}. Av den återstående tiden infaller {days} / {base} under året: {euros}.",
        "en": "Of what was agreed {left} is left. Of the time to come {days} / {base} is in the year: {euros}.",
    },
    "reading": {"fi": "{reading}", "sv": "{reading}", "en": "{reading}"},
    "employment-review": {
        "fi": "Työnhakijalla tarkistuksista säädettiin työvoimapalvelulaissa: tämä raja on takaraja.",
        "sv": "För arbetssökande gavs regler om översyn i servicelagen: denna gräns är den yttersta.",
        "en": "For jobseekers the employment service Act set the reviews: this limit is the outermost.",
    },
    "unknown-rule": {
        "fi": "Sääntöä {rule} ei ole. Komento ”kotopolku law rules” näyttää säännöt.",
        "sv": "Regeln {rule} finns inte. Kommandot ”kotopolku law rules” visar reglerna.",
        "en": "There is no rule {rule}. “kotopolku law rules” lists the rules.",
    },
    "unknown-act": {
        "fi": "Lakia {act} ei ole aineistossa.",
        "sv": "Lagen {act} finns inte i materialet.",
        "en": "The Act {act} is not in the data.",
    },
    "not-in-force": {
        "fi": "Sääntö {rule} ei ole voimassa {day}. Voimassaolo: {validity}.",
        "sv": "Regeln {rule} gäller inte den {day}. Giltighet: {validity}.",
        "en": "Rule {rule} is not in force on {day}. In force: {validity}.",
    },
    "valid-from": {
        "fi": "{citation} {first} alkaen",
        "sv": "{citation} från den {first}",
        "en": "{citation} from {first}",
    },
    "valid-from-to": {
        "fi": "{citation} {first}–{last}",
        "sv": "{citation} från den {first} till den {last}",
        "en": "{citation} from {first} to {last}",
    },
    "reversed-period": {
        "fi": "Jakson loppu {last} on ennen sen alkua {first}.",
        "sv": "Periodens slut {last} är före dess början {first}.",
        "en": "The period ends on {last}, before it begins on {first}.",
    },
    "unknown-ground": {
        "fi": "”{ground}” ei ole pidennyksen peruste laissa {act}. Perusteet: {known}.",
        "sv": "”{ground}” är ingen grund för förlängning i lagen {act}. Grunderna är: {known}.",
        "en": "“{ground}” is not a ground for extension in {act}. The grounds are: {known}.",
    },
    "extension-too-long": {
        "fi": "Pidennys {asked} ylittää sallitun enimmäismäärän {allowed} ({citation}).",
        "sv": "Förlängningen {asked} överskrider det längsta tillåtna, {allowed} ({citation}).",
        "en": "An extension of {asked} is longer than the {allowed} allowed ({citation}).",
    },
    "extension-not-positive": {
        "fi": "Pidennyksen on oltava vähintään 1 kuukausi.",
        "sv": "Förlängningen ska vara minst 1 månad.",
        "en": "An extension must be at least 1 month.",
    },
    "signed-before-made": {
        "fi": "Suunnitelma ei voi olla allekirjoitettu {signed}, ennen kuin se laadittiin {made}.",
        "sv": "Planen kan inte ha undertecknats {signed}, innan den utarbetades {made}.",
        "en": "The plan cannot have been signed on {signed}, before it was made on {made}.",
    },
    "review-before-plan": {
        "fi": "Suunnitelmaa ei ole voitu tarkistaa {review}, ennen kuin se laadittiin {made}.",
        "sv": "Planen kan inte ha setts över {review}, innan den utarbetades {made}.",
        "en": "The plan cannot have been reviewed on {review}, before it was made on {made}.",
    },
}


def sentence(key: str, **words: object) -> dict[str, str]:
    """One sentence in each language, the same words in all (numbers, ids, ISO dates)."""
    return {lang: text.format(**words) for lang, text in _SENTENCES[key].items()}


def filled(key: str, lang: str, words: Mapping[str, object]) -> str:
    """One sentence in one language."""
    return _SENTENCES[key][lang].format(**words)


def translated(key: str, words: Mapping[str, Mapping[str, object]]) -> dict[str, str]:
    """One sentence in each language with words of its own per language: {"fi": {"day": …}, …}."""
    return {lang: _SENTENCES[key][lang].format(**words[lang]) for lang in LANGUAGES}
