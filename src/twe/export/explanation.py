"""The sheet with numbered notes: definitions and limits stand here once, sheets refer with `[noot 3]`."""

from collections.abc import Sequence
from enum import Enum

from twe.export.dutch import day_text, list_text
from twe.export.editions import confidential_text, protection_text, zero_text
from twe.export.publisher import GEOGRAPHY_CREDIT
from twe.export.sheets import (
    EXPLANATION,
    NOT_APPLICABLE,
    NOT_AVAILABLE,
    Column,
    Kind,
    Note,
    Sheet,
    front_notes,
    values_query,
)
from twe.export.warehouse import Annex, BuildInfo

# In months, so that months can be added to it.
_NOVEMBER_2021 = 2021 * 12 + 10


class Topic(Enum):
    """What a note is about, in the order of the notes; the text comes from `_texts`."""

    TWE = "Tijdelijke werkervaring (TWE)"
    OCMW = "OCMW"
    START = "Traject en start"
    PLANNED_DURATION = "Vermoedelijke duur"
    END = "Einde en werkelijke duur"
    EARLY = "Volgens plan of vroegtijdig beëindigd"
    PROFILE = "Kenmerken bij de start"
    SUBSIDY = "Loontoelage en gesubsidieerde maand"
    PROVISIONAL = "Bedragen zijn tien jaar voorlopig"
    CLAIMS = "Aangevraagde loonsubsidies"
    MEASURE_DATE = "Meetdatum"
    SITUATION = "Situatie op de meetdatum (NEC, SEC)"
    COMPETENCES = "Competentieversterking"
    TRANSMISSION = "Transmissie en beslissing"
    CLIENTS = "Aantallen cliënten zijn geen som"
    GEOGRAPHY = "Gemeenten, fusies en provincies"
    AS_OF = "Datum van de toestand, en herzieningen"
    SYMBOLS = "Symbolen en nul"
    ROUNDING = "Afronding, gemiddelde en mediaan"
    UNAVAILABLE = "Niet beschikbare cijfers"
    SMALL_COUNTS = "Kleine aantallen"

    @property
    def number(self) -> int:
        """Return the number of the note, from 1."""
        return list(Topic).index(self) + 1


def references(*topics: Topic) -> str:
    """Return a reference to at least one note, such as `[noot 3 en 4]`; no line breaks inside it."""
    numbers = sorted({topic.number for topic in topics})
    return f"[noot {list_text([str(number) for number in numbers])}]".replace(" ", "\u00a0")


# What every table of figures needs.
ALWAYS = (Topic.AS_OF, Topic.GEOGRAPHY, Topic.SYMBOLS, Topic.SMALL_COUNTS)
# What a comparison with an earlier state needs besides.
OF_REVISIONS = (Topic.PROVISIONAL, Topic.CLIENTS)


def topics_of(annex: Annex) -> tuple[Topic, ...]:
    """Return what the readers of an annex need, in the order of the notes."""
    wanted = {*(Topic[name.upper()] for name in annex.notes), *ALWAYS}
    return tuple(topic for topic in Topic if topic in wanted)


def explanation_sheet(build: BuildInfo, annexes: Sequence[Annex], *, is_confidential: bool = True) -> Sheet:
    """Return the notes that `annexes` use, one row each; their numbers are the same in every workbook.

    `is_confidential=False` says that no figure of a public edition is left out.
    """
    texts = _texts(build, is_confidential)
    users = {topic: [str(annex.number) for annex in annexes if topic in topics_of(annex)] for topic in Topic}
    kept = [topic for topic in Topic if users[topic] or (build.previous_as_of and topic in OF_REVISIONS)]
    return Sheet(
        name=EXPLANATION,
        title="Toelichting: begrippen, beperkingen en symbolen",
        notes=(
            *front_notes("Eén tabel met genummerde noten; de andere werkbladen verwijzen ernaar."),
            *(
                Note(f"Terug naar bijlage {annex.number}: {annex.title}", link=f"Bijlage {annex.number}")
                for annex in annexes
            ),
        ),
        table_name="toelichting_noten",
        row_meaning="noot",
        columns=(
            Column("Noot", Kind.TEXT, meaning="Nummer waarmee de andere werkbladen verwijzen."),
            Column("Onderwerp", Kind.PROSE, meaning="Het begrip of de beperking.", prose_width=30),
            Column("Toelichting", Kind.PROSE, meaning="De uitleg in woorden.", prose_width=60),
            Column("Bijlagen", Kind.TEXT, NOT_APPLICABLE, "Bijlagen die de noot gebruiken."),
        ),
        query=values_query(
            [
                (f"[noot {topic.number}]", topic.value, texts[topic], ", ".join(users[topic]) or None)
                for topic in kept
            ]
        ),
    )


def _municipalities_text(build: BuildInfo) -> str:
    text = f"De {build.municipalities} Vlaamse gemeenten van {day_text(build.geography_date)}"
    if build.newer_municipalities:
        names = list_text(build.newer_municipalities)
        text += f". Wat onder een nieuwere code geregistreerd is, is niet te splitsen en staat apart: {names}"
    return text


def _texts(build: BuildInfo, is_confidential: bool) -> dict[Topic, str]:
    claims = (
        "Het aantal aanvragen en het aangevraagde bedrag komen van de POD Maatschappelijke Integratie, "
        "naar het jaar waarin gewerkt is."
        if build.are_claims_delivered
        else "Alleen de POD Maatschappelijke Integratie weet wat OCMW's aanvroegen. Die gegevens zijn niet "
        f"geleverd: de kolommen bevatten {NOT_AVAILABLE}, nooit 0."
    )
    hidden = f"{confidential_text(build.protection)} " if build.protection and is_confidential else ""
    whole = "" if build.protection else "; de cel bevat het volledige getal"
    rounded = (
        "Aantallen zijn afgerond om kleine aantallen af te schermen, bedragen niet."
        if build.protection and build.protection.method == "rounding"
        else "Aantallen en bedragen zijn niet afgerond."
    )
    return {
        Topic.TWE: (
            "Een traject van hoogstens 24 maanden waarin iemand werkervaring en competenties opdoet om "
            "door te stromen naar de arbeidsmarkt. Deze cijfers gaan alleen over de trajecten bij OCMW's; "
            "andere vormen van tijdelijke werkervaring tellen niet mee."
        ),
        Topic.OCMW: (
            "Openbaar centrum voor maatschappelijk welzijn: het registreert het traject bij VDAB en is de "
            "werkgever bij een tewerkstelling volgens artikel 60."
        ),
        Topic.START: (
            "Een traject is één geregistreerde werkervaringsovereenkomst en start op de dag van die "
            "registratie, niet op de eerste werkdag. Wie meer dan één traject volgt, wordt voor elk traject "
            "geteld. Ingetrokken registraties tellen niet."
        ),
        Topic.PLANNED_DURATION: (
            "Het aantal volle maanden van de start tot en met de laatste geplande dag, zoals bij de eerste "
            "registratie gepland. Een latere verlenging verandert dit cijfer niet. Het is een planning, "
            "niet de werkelijke duur."
        ),
        Topic.END: (
            "Een traject is beëindigd als zijn laatste dag geregistreerd is en niet na "
            f"{day_text(build.as_of)} ligt. De werkelijke duur is het aantal volle maanden van de start "
            "tot en met die dag. Lopende trajecten staan in geen enkele rij."
        ),
        Topic.EARLY: (
            "De reden van het einde beslist. Zonder reden is een einde vóór de laatst geplande dag "
            "vroegtijdig. Vroegtijdig is niet mislukt: ook wie werk vindt of een lange opleiding begint, "
            "stopt vroegtijdig."
        ),
        Topic.PROFILE: (
            "De toestand op de startdatum. Elk kenmerk verdeelt alle trajecten: tel verschillende kenmerken "
            "niet samen. Is een kenmerk niet bekend, dan staat het traject onder 'Onbekend'. "
            "Migratieachtergrond volgt de definitie van VDAB."
        ),
        Topic.SUBSIDY: (
            "Alleen de loontoelage voor artikel 60 binnen TWE; begeleidingsvergoedingen en de staatstoelage "
            "sociale economie niet. Een gesubsidieerde maand is een maand waarvoor een OCMW voor een cliënt "
            "netto meer dan 0 euro kreeg. Bruto is de som van de positieve "
            "boekingen, teruggevorderd die van de negatieve, netto hun som."
        ),
        Topic.PROVISIONAL: (
            "OCMW's kunnen tot tien jaar na de gewerkte maand correcties indienen. Cijfers naar het jaar "
            "waarin gewerkt is, blijven zo lang voorlopig; cijfers naar boekingsjaar wijzigen niet meer "
            "zodra het jaar voorbij is. Een gemeente kan een negatief bedrag hebben."
        ),
        Topic.CLAIMS: claims,
        Topic.MEASURE_DATE: (
            f"Precies {build.measure_period} na het einde van het traject. Alleen trajecten waarvan die dag "
            "bereikt is, tellen mee, in het jaar van de meetdatum: wie in november 2021 eindigde, staat bij "
            f"{(_NOVEMBER_2021 + build.measure_months) // 12}."
        ),
        Topic.SITUATION: (
            "Elk traject heeft één situatie. Een nieuw TWE-traject gaat voor; daarna een overlijden, werk "
            "en de overige situaties. NEC is het normaal economisch circuit, SEC het sociaal economisch "
            "circuit (doelgroepwerk). Zonder gegeven is de situatie onbekend."
        ),
        Topic.COMPETENCES: (
            "Trajecten waarvan de cliënt een opleiding of werkplekleren volgde na het einde en uiterlijk "
            f"{build.window_period} later. Dit kan samengaan met elke situatie en telt niet mee in de som."
        ),
        Topic.TRANSMISSION: (
            "Het doorgeven van een dossier aan de Controledienst van VDAB na het einde en uiterlijk "
            f"{build.window_period} later. Een traject kan er meer dan één hebben en een transmissie kan "
            "bij meer dan één traject van dezelfde cliënt horen. Ze betreft de werkloosheidsuitkering "
            "en staat los van sancties op het leefloon. Een beslissing kan nog hangende zijn."
        ),
        Topic.CLIENTS: (
            "Eén persoon kan in meer dan één jaar, gemeente of kolom voorkomen. Het aantal cliënten van "
            "Vlaanderen is daardoor kleiner dan de som van de gemeenten, en ontbreekt in de totalen. Andere "
            "aantallen en bedragen mag u wel optellen."
        ),
        Topic.GEOGRAPHY: (
            f"{_municipalities_text(build)}. {build.place_rule} Een oude code van een gefuseerde gemeente "
            "telt bij de nieuwe gemeente, ook voor de jaren vóór de fusie, en de provincie is die van de "
            "nieuwe gemeente. De rijen van Vlaanderen bevatten die van de provincies: tel ze niet samen. "
            f"Bron van gemeenten en fusies: {GEOGRAPHY_CREDIT}, open data."
        ),
        Topic.AS_OF: (
            f"Wat tot en met {day_text(build.as_of)} geregistreerd of geboekt is. Van elke registratie telt "
            "de laatste versie. Latere leveringen kunnen cijfers over voorbije jaren nog wijzigen."
        ),
        Topic.SYMBOLS: (
            f"{zero_text(build.protection)} {NOT_AVAILABLE}: niet beschikbaar, niemand leverde het cijfer. "
            f"{NOT_APPLICABLE}: niet van toepassing, het cijfer kan hier niet bestaan. {hidden}Geen enkele "
            "cel is leeg."
        ),
        Topic.ROUNDING: (
            f"{rounded} Gemiddelden worden met één decimaal getoond{whole}. De helft van de trajecten "
            "duurt hoogstens de mediaan. Percentages in grafieken zijn afgerond op een geheel en zijn "
            "daardoor samen niet altijd 100."
        ),
        Topic.UNAVAILABLE: (
            "Schorsingen kunnen technisch niet worden geregistreerd. Het behaalde diploma is niet bekend, "
            "alleen of iemand kortgeschoold is. Deze cijfers ontbreken en staan nergens als 0."
        ),
        Topic.SMALL_COUNTS: protection_text(build.protection),
    }
