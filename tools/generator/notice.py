"""The text beside the files: that they are synthetic, how they were made and on which assumptions."""

from collections.abc import Mapping

from generator.assumptions import Assumptions

SYNTHETIC_FILE = "SYNTHETIC.txt"
SEEDS_FILE = "README.md"

_OPENING = """# Synthetic demonstration data

**Synthetische demonstratiegegevens: geen enkele rij beschrijft een bestaande persoon, een bestaand traject
of een echte betaling. De cijfers per gemeente zijn verzonnen.**

**Synthetic demonstration data: no row describes a real person, trajectory or payment. The figures per
municipality are invented.** Every key and pseudonym starts with `SYN-`.
"""

_DEFECTS = """
Among them are hand-written edge cases and bad rows, one or more for every rule of the delivery agreement, so
that the quarantine and the warnings have something to show; `tools/generator/edge_cases.yml` lists them,
each with its rule. DIR below is this folder.
"""


def notice(command: str, defects: bool, assumed: Assumptions) -> str:
    """Return the text in Dutch and English, the command that makes the files, and the assumptions."""
    rows = "\n".join(
        f"| {line.name} | {_shown(line.value)} | {line.unit} | {line.source} |" for line in assumed.table()
    )
    return (
        f"{_OPENING}{_DEFECTS if defects else ''}\nMade by\n\n    {command}\n\n"
        "The same command gives the same bytes. Assumptions behind the data (P = official source, S = press\n"
        "or another secondary source, assumed = no source):\n\n"
        f"| name | value | unit | source |\n| --- | --- | --- | --- |\n{rows}\n"
    )


def _shown(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{_shown(key) or '(none)'}: {_shown(item)}" for key, item in value.items())
    if isinstance(value, tuple):
        return (" to " if isinstance(value[0], int) else " and ").join(str(item) for item in value)
    return str(value)
