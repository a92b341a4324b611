"""The answers in words: sentences of seed `sentences`, filled with the figures of function questions.answers.

Nothing is computed here but the rounding of what is shown. The report page fills the same sentences.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from twe.export.dutch import number_text
from twe.export.editions import about_text, count_text, least_base, rounding, share_text, zero_text
from twe.export.sheets import Sheet, fixed_sheet, values_query, words
from twe.export.tables import Table, described_fields
from twe.export.warehouse import Annex, BuildInfo, Protection, Warehouse, of_annexes
from twe.warehouse.files import sql_text

FLANDERS = "02000"
_MILLION = 1_000_000
# The innermost parts of a sentence: [one|other] and {place}.
_CHOICE = re.compile(r"\[([^\[\]]*)\]")
_PLACE = re.compile(r"\{([^{}]+)\}")
# Where rounding may move a change by more, only its direction is said; the report page has the same bound.
_ROUGH = Decimal("0.1")
_NONE, _UNKNOWN = "geen", "een onbekend aantal"


@dataclass(frozen=True)
class Fact:
    """A figure of a sentence with the year before; None = not known, or of too few for a percentage."""

    value: Decimal | None
    previous: Decimal | None
    change: Decimal | None
    share: Decimal | None
    base: Decimal | None
    """What the share is of."""
    previous_share: Decimal | None
    kind: str
    units_per_person: int
    in_millions: bool = False
    """Whether it is written in millions, as all amounts beside it: a sentence has one unit."""


def summary_sheet(warehouse: Warehouse, build: BuildInfo, annexes: Sequence[Annex]) -> Sheet | None:
    """Return a row per question with its answer for Flanders; None when no annex has a sentence."""
    numbers = {annex.number for annex in annexes}
    rows = []
    complete = set[int]()
    for sentence in warehouse.sentences():
        years = facts_of(warehouse, build, sentence.answer)
        # What no annex answers belongs to the workbook of all.
        if sentence.annex not in numbers if sentence.annex else len(annexes) == 1:
            continue
        year = build.year_to_describe(years or {max(annex.last_year for annex in annexes)})
        if years and year <= build.last_complete_year:
            complete.add(year)
        rows.append(
            (
                build.filled(sentence.question),
                filled(build.filled(sentence.text), year, years.get(year, {}), build.protection),
                build.filled(sentence.caveat),
                f"Bijlage {sentence.annex}" if sentence.annex else words("explanation", "name"),
            )
        )
    if not rows:
        return None
    return fixed_sheet(
        "summary",
        values_query(rows),
        complete=max(complete, default=None),
        zero=zero_text(build.protection),
        least_base=least_base(build.protection),
    )


def answers_table(annexes: Sequence[Annex], build: BuildInfo) -> Table:
    """Return the figures of the answers for Flanders and every year, as a table of the CSV package."""
    return Table(
        name="answers",
        title="Samenvatting: de cijfers achter de antwoorden, Vlaanderen",
        description="One row per question, figure of its answer and year; shares and changes of at least "
        f"{least_base(build.protection)}.",
        fields=described_fields("answers"),
        key=("answer", "name", "year"),
        relation=f"""(
            select
                answers.*,
                replace(sentences.question_nl, '{{measure_period}}', measure_period_nl) as question_nl,
                sentences.caveat_nl
            from questions.answers({least_base(build.protection)}) as answers
            inner join reference.sentences using (answer)
            cross join marts.dim_parameters
            where answers.area_level = 'region' and answers.{of_annexes(annexes)}
        )""",
    )


def facts_of(
    warehouse: Warehouse, build: BuildInfo, answer: int, area_code: str = FLANDERS
) -> dict[int, dict[str, Fact]]:
    """Return the facts of a question about an area by year and name."""
    years: dict[int, dict[str, Fact]] = {}
    for year, name, *fact in warehouse.rows(
        "select year, name, value, previous_value, change, share, base_value, previous_share, kind,"
        " units_per_person"
        f" from questions.answers({least_base(build.protection)})"
        f" where area_code = {sql_text(area_code)} and answer = {answer}"
    ):
        years.setdefault(year, {})[name] = Fact(*fact)
    return years


def filled(text: str, year: int, facts: Mapping[str, Fact], protection: Protection | None) -> str:
    """Return a sentence of the seed about `year` with its facts."""
    amounts = [abs(fact.value) for fact in facts.values() if fact.kind == "amount" and fact.value]
    # One decimal says enough of half a million.
    in_millions = bool(amounts) and max(amounts) >= _MILLION and min(amounts) >= _MILLION / 2
    facts = {name: replace(fact, in_millions=in_millions) for name, fact in facts.items()}

    def completed(part: str) -> str | None:
        texts = [_place_text(place, year, facts, protection) for place in _PLACE.findall(part)]
        if None in texts:
            return None
        found = iter(texts)
        return _PLACE.sub(lambda _: str(next(found)), part)

    def chosen(match: re.Match[str]) -> str:
        return next((text for part in match[1].split("|") if (text := completed(part)) is not None), "")

    text = _CHOICE.sub(chosen, text)
    return _PLACE.sub(lambda match: _place_text(match[1], year, facts, protection) or _UNKNOWN, text)


def _place_text(
    place: str, year: int, facts: Mapping[str, Fact], protection: Protection | None
) -> str | None:
    """Return the text for a place of a sentence; None when it isn't known."""
    if place == "previous_year":
        return str(year - 1)
    if place.startswith("year"):
        return str(year + int(place.removeprefix("year") or 0))
    named, _, words = place.partition(":")
    name, _, aspect = named.partition(".")
    fact = facts.get(name)
    if fact is None:
        return None
    shown = _aspect_text(fact, aspect, year, protection)
    if shown is None or not words:
        return shown
    one, _, many = words.partition("/")
    return (one if fact.value == 1 and shown == "1" else many).replace("#", shown)


def _value_text(fact: Fact, value: Decimal | None, protection: Protection | None) -> str | None:
    if value is None:
        return None
    if fact.kind == "average":
        return number_text(value, 1)
    if fact.kind == "amount":
        if fact.in_millions and value:
            return f"{number_text(value / _MILLION, 1)} miljoen"
        return number_text(value)
    shown = count_text(protection, fact.units_per_person)(int(value))
    return _NONE if shown == "0" else shown


def _aspect_text(fact: Fact, aspect: str, year: int, protection: Protection | None) -> str | None:
    """Return what a sentence says of a fact; None when it isn't known."""
    match aspect:
        case "":
            return _value_text(fact, fact.value, protection)
        case "size":
            return _value_text(fact, None if fact.value is None else abs(fact.value), protection)
        case "none":
            # A count of 0 only: not one that is more, or may be more.
            return _NONE if _value_text(fact, fact.value, protection) == _NONE else None
        case "previous":
            return _value_text(fact, fact.previous, protection)
        case "share":
            if fact.share is None:
                return None
            doubt = _doubt(fact, fact.base, protection) if fact.base else Decimal(0)
            return share_text(abs(fact.share), doubt)
        case "change" if fact.change is not None and fact.previous is not None:
            return _compared(fact.change, "\u00a0%", year, _doubt(fact, fact.previous, protection))
        case "points" if not (fact.share is None or fact.previous_share is None or fact.base is None):
            difference = fact.share - fact.previous_share
            return _compared(difference, " procentpunt", year, _doubt(fact, fact.base, protection))
        case "change" | "points":
            return None
    raise ValueError(f"A sentence asks for {aspect} of a figure, which there is not.")


def _doubt(fact: Fact, base: Decimal, protection: Protection | None) -> Decimal:
    """Return what the rounding of two counts may make of no change, as a part of `base`."""
    if fact.kind != "count" or rounding(protection) is None or protection is None:
        return Decimal(0)
    return 2 * protection.base * fact.units_per_person / base


def _compared(change: Decimal, unit: str, year: int, doubt: Decimal) -> str:
    size, about = number_text(abs(change) * 100), about_text(doubt)
    if abs(change) < doubt and (size != "0" or about):
        return f"zonder duidelijk verschil met {year - 1}"
    if size == "0":
        return f"ongeveer evenveel als in {year - 1}"
    more = f"{'meer' if change > 0 else 'minder'} dan in {year - 1}"
    return more if doubt > _ROUGH else f"{about}{size}{unit} {more}"
