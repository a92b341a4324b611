"""The figure of an annex on the first screen, on the map and in comparisons, as seed `headlines` names it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from twe.errors import ExportError
from twe.export.sheets import header_text
from twe.export.warehouse import BuildInfo, HeadlineFigure, Outline


@dataclass(frozen=True)
class Headline:
    """A figure by the heading of its column, with the words behind it.

    `part` is a figure inside it with its own words, told as a number and a share; `extra` stands beside it
    with its words. With `are_groups_told` the largest group of every chart of shares is told as well.
    """

    header: str
    words: str
    part: tuple[str, str] | None = None
    extra: tuple[str, str] | None = None
    are_groups_told: bool = False

    def as_json(self, index: Callable[[str], int]) -> dict[str, object]:
        """Return it with columns by their position, which `index` knows."""
        return {
            "column": index(self.header),
            "words": self.words,
            "part": self.part and {"column": index(self.part[0]), "words": self.part[1]},
            "extra": self.extra and {"column": index(self.extra[0]), "words": self.extra[1]},
            "hasGroups": self.are_groups_told,
        }


def headline_of(
    annex: int, figures: Sequence[HeadlineFigure], build: BuildInfo, outline: Outline
) -> Headline:
    """Return the headline of an annex; without a row of the seed its first figure.

    ExportError when the annex has no figure.
    """
    columns = {figure.name: figure for figure in outline.figures if figure.annex == annex and figure.header}
    if not columns:
        raise ExportError(f"Annex {annex} has no figure with a heading; add one to seed measures.")
    found = {
        figure.role: (header_text(columns[figure.name].header or ""), build.filled(figure.words), figure)
        for figure in figures
    }
    if "figure" not in found:
        first = next(iter(columns.values()))
        return Headline(header_text(first.header or ""), first.unit)
    header, words, main = found["figure"]
    parts = {role: (header, words) for role, (header, words, _) in found.items()}
    return Headline(header, words, parts.get("part"), parts.get("beside"), main.has_groups)
