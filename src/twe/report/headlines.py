"""The figure that stands for an annex on the first screen, on the map and in comparisons."""

from collections.abc import Callable
from dataclasses import dataclass

from twe.export.warehouse import BuildInfo, Labels


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


def headline_of(annex: int, build: BuildInfo, labels: Labels) -> Headline:
    """Return the headline of annex 1 to 6."""
    afterwards = f"trajecten, {build.measure_period} na hun einde"
    planned, first_group = labels.endings[0].label, labels.outcomes[0].group_label
    return {
        1: Headline("Trajecten: totaal", "opgestarte trajecten"),
        2: Headline("Trajecten: totaal", "opgestarte trajecten, grootste groepen:", are_groups_told=True),
        3: Headline(
            "Netto betaald (EUR)",
            "euro loontoelage, netto betaald",
            extra=("Gesubsidieerde maanden", "gesubsidieerde maanden"),
        ),
        4: Headline(
            "Alle trajecten: totaal",
            "beëindigde trajecten",
            part=(f"{planned}: totaal", _inside(planned)),
        ),
        5: Headline(
            "Cohorte: totaal",
            afterwards,
            part=(f"{first_group}: totaal", _inside(first_group)),
        ),
        6: Headline(
            "Beëindigde trajecten",
            afterwards,
            part=("Trajecten met een transmissie", "met een transmissie naar de Controledienst"),
        ),
    }[annex]


def _inside(label: str) -> str:
    return f"{label[0].lower()}{label[1:]}"
