"""Invented words of the demo world's municipal goals in Finnish and Swedish. Not for: writing them (``scenes``)."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Idea:
    """A goal: the indicator's key, how far the target is from the start (a share of it), words, and what was done."""

    key: str
    share: Decimal
    fi: str
    sv: str
    text_fi: str
    text_sv: str
    done_fi: str
    done_sv: str
    measure: str = ""
    """Kind of clients' measures that carries it out."""


INVENTED_FI, INVENTED_SV = "*Keksitty esimerkki.*", "*Ett påhittat exempel.*"

IDEAS = (
    Idea(
        "employment-rate",
        Decimal("0.12"),
        "Useampi kotoutuja pääsee työhön",
        "Fler invandrare får arbete",
        "Yritykset, työllisyysalue ja kunta etsivät yhdessä ensimmäisen työpaikan. Kieltä opitaan työssä.",
        "Företagen, sysselsättningsområdet och kommunen söker tillsammans den första arbetsplatsen. Språket lärs in i arbetet.",
        "Yrityksiä oli mukana enemmän kuin edellisenä vuonna.",
        "Fler företag deltog än året innan.",
        "job-search",
    ),
    Idea(
        "plan-on-time",
        Decimal("0.20"),
        "Jokainen saa suunnitelmansa ajoissa",
        "Alla får sin plan i tid",
        "Alkuvaiheen arviointiin varataan aika heti, ja suunnitelma tehdään määräajassa.",
        "En tid för den inledande kartläggningen bokas genast, och planen görs inom utsatt tid.",
        "Ajanvaraus siirtyi neuvontapisteeseen.",
        "Tidsbokningen flyttade till rådgivningen.",
        "guidance",
    ),
    Idea(
        "language-b1",
        Decimal("0.15"),
        "Kielitaito riittää työhön ja opintoihin",
        "Språkkunskaperna räcker för arbete och studier",
        "Koulutuksen jälkeen on jatkokursseja, ja kieltä harjoitellaan harrastuksissa.",
        "Efter utbildningen finns fortsättningskurser, och språket övas i fritidsaktiviteter.",
        "Jatkokursseja oli kaksi enemmän kuin ennen.",
        "Det fanns två fortsättningskurser fler än förut.",
        "language",
    ),
    Idea(
        "training-wait",
        Decimal("-0.30"),
        "Koulutukseen pääsee nopeammin",
        "Snabbare till utbildningen",
        "Koulutusta hankitaan niin, että uusi ryhmä alkaa joka toinen kuukausi.",
        "Utbildning upphandlas så att en ny grupp börjar varannan månad.",
        "Ryhmiä alkoi viisi.",
        "Fem grupper började.",
        "integration-training",
    ),
    Idea(
        "parents-reached",
        Decimal("0.40"),
        "Kotona lapsia hoitavat tavoitetaan",
        "Hemmaföräldrar nås",
        "Perhekeskuksessa on avoin kieliryhmä, jossa lapset ovat mukana.",
        "På familjecentret finns en öppen språkgrupp där barnen är med.",
        "Avoin ryhmä kokoontui kerran viikossa.",
        "Den öppna gruppen träffades en gång i veckan.",
        "association",
    ),
    Idea(
        "places-agreed",
        Decimal("0.10"),
        "Kuntapaikkoja on tarpeen mukaan",
        "Kommunplatser enligt behovet",
        "Paikoista sovitaan vuodeksi kerrallaan, ja asunnot varataan yhdessä vuokrataloyhtiön kanssa.",
        "Platserna avtalas för ett år i sänder, och bostäderna reserveras tillsammans med hyresbolaget.",
        "Vuokrataloyhtiön kanssa sovittiin asunnoista.",
        "Bostäderna kom man överens om med hyresbolaget.",
    ),
    Idea(
        "employment-rate",
        Decimal("0.06"),
        "Nuoret löytävät opiskelupaikan",
        "Unga hittar en studieplats",
        "Ohjaamo auttaa hakemaan, ja oppilaitokset kertovat paikoistaan selkokielellä.",
        "Navigatorn hjälper till att söka, och läroanstalterna berättar om sina platser på lätt språk.",
        "Ohjaamossa kävi nuoria joka viikko.",
        "Unga besökte Navigatorn varje vecka.",
        "vocational",
    ),
    Idea(
        "plan-on-time",
        Decimal("0.08"),
        "Neuvontaa saa omalla kielellä",
        "Rådgivning ges på det egna språket",
        "Neuvontaa annetaan viidellä kielellä samassa paikassa, myös ilman ajanvarausta.",
        "Rådgivning ges på fem språk på samma ställe, också utan tidsbokning.",
        "Viides kieli otettiin käyttöön.",
        "Det femte språket togs i bruk.",
        "orientation",
    ),
)
NOTHING_FI, NOTHING_SV = "Työtä ei ehditty aloittaa.", "Arbetet hann inte börja."
