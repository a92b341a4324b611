"""One attack on several releases: which counts are the same in them, and which equations join them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from twe.errors import ProtectionError
from twe.protection.attack import Knowledge
from twe.protection.cells import Cells, Equations, equations_of
from twe.protection.releases import Area, Release
from twe.protection.solver import INFINITY, Program

_NOT_ADDITIVE = "clients"
_NODES = 1000

Term = tuple[str, str, int, str]


def terms_of(ids: Sequence[str], equations: Equations) -> dict[str, list[Term]]:
    """Return the terms (equation, cell, coefficient, relation) by equation."""
    found: dict[str, list[Term]] = {}
    for row, name in enumerate(equations.ids):
        relation = "=" if equations.is_equality[row] else "<="
        span = range(equations.starts[row], equations.starts[row + 1])
        found[name] = [
            (name, ids[equations.cells[term]], int(equations.coefficients[term]), relation) for term in span
        ]
    return found


def merge_equations(ids: Iterable[str], areas: Iterable[Area]) -> list[Term]:
    """Return what joins old and new municipalities: a new one is the sum of what merged into it.

    Distinct persons are at most that sum, and at least the largest part.
    """
    municipal = {area.area_id: area.members for area in areas if area.level == "municipality"}
    by_code: dict[str, set[str]] = defaultdict(set)
    for area_id, members in municipal.items():
        for code in members:
            by_code[code].add(area_id)
    blocks: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    known = dict.fromkeys(ids)
    for cell in known if municipal else ():
        measure, period, area_id, rest = cell.split(":", 3)
        blocks[area_id].append((f"{measure}:{period}", rest, measure))
    terms: list[Term] = []
    for area_id, members in municipal.items():
        parts = _parts(area_id, members, municipal, by_code)
        if not parts:
            continue
        for head, rest, measure in blocks[area_id]:
            whole = f"{head}:{area_id}:{rest}"
            cells = [f"{head}:{part}:{rest}" for part in parts if f"{head}:{part}:{rest}" in known]
            # A part that another release counts and this one does not would make the sum wrong.
            if len(cells) == len(parts):
                terms += _sum_terms(whole, cells, measure)
    return terms


def _parts(
    area_id: str,
    members: frozenset[str],
    municipal: Mapping[str, frozenset[str]],
    by_code: Mapping[str, set[str]],
) -> list[str]:
    """Return the areas that make up a larger one; a code that no other area holds has no records."""
    inside = {
        other
        for code in members
        for other in by_code[code]
        if other != area_id and municipal[other] < members
    }
    # Of areas inside one another (two mergers in a row) the largest ones are the parts.
    parts = sorted(one for one in inside if not any(municipal[one] < municipal[other] for other in inside))
    covered = [code for part in parts for code in municipal[part]]
    is_partition = len(covered) == len(set(covered))
    return parts if is_partition else []


def _sum_terms(whole: str, parts: Sequence[str], measure: str) -> list[Term]:
    if measure != _NOT_ADDITIVE:
        name = f"merger:{whole}"
        return [(name, part, 1, "=") for part in parts] + [(name, whole, -1, "=")]
    name = f"merger:{whole}:at_most"
    terms = [(name, part, -1, "<=") for part in parts] + [(name, whole, 1, "<=")]
    for part in parts:
        name = f"merger:{whole}:{part}"
        terms += [(name, part, 1, "<="), (name, whole, -1, "<=")]
    return terms


def unite(warehouses: Sequence[tuple[str, Cells, Sequence[Area]]]) -> Cells:
    """Return the cells of warehouses with other municipalities as one, with the equations that join them.

    ProtectionError when they disagree on a count that both hold: they tell of other records.
    """
    (_, first, _), *others = warehouses
    if not others:
        return first
    position: dict[str, int] = {}
    rows: list[tuple[Cells, int]] = []
    equations: dict[str, list[Term]] = {}
    for name, cells, _areas in warehouses:
        for index, cell in enumerate(cells.ids):
            if cell not in position:
                position[cell] = len(rows)
                rows.append((cells, index))
            else:
                held, place = rows[position[cell]]
                if held.truth[place] != cells.truth[index]:
                    raise ProtectionError(
                        f"The warehouse {name} counts {cells.truth[index]} in {cell} where the first counts "
                        f"{held.truth[place]}; build both from the same deliveries and as of the same day."
                    )
        _add(equations, terms_of(cells.ids, cells.equations), name)
    merged = [
        term
        for term in merge_equations(position, [area for *_, areas in warehouses for area in areas])
        if term[0] not in equations
    ]
    return Cells(
        list(position),
        np.array([cells.truth[index] for cells, index in rows], dtype=np.int64),
        np.array([cells.persons[index] for cells, index in rows], dtype=np.int64),
        np.array([cells.units[index] for cells, index in rows], dtype=np.int64),
        np.array([cells.is_protected[index] for cells, index in rows], dtype=bool),
        np.array([cells.is_published[index] for cells, index in rows], dtype=bool),
        equations_of([*_flat(equations), *merged], position),
    )


def _flat(equations: Mapping[str, list[Term]]) -> list[Term]:
    return [term for terms in equations.values() for term in terms]


def _add(equations: dict[str, list[Term]], new: Mapping[str, list[Term]], name: str) -> None:
    """Add equations; one of the same name with other terms (other municipalities) gets a name of its own."""
    for equation, terms in new.items():
        held = equations.get(equation)
        if held is None:
            equations[equation] = terms
        elif {term[1:] for term in held} != {term[1:] for term in terms}:
            renamed = f"{equation} ({name})"
            equations[renamed] = [(renamed, *term[1:]) for term in terms]


def together(cells: Cells, releases: Sequence[Release]) -> tuple[Cells, Knowledge]:
    """Return the counts and what is known of them from all releases, the newest (of `cells`) last.

    A row of figures (measure, year, area) of an earlier release is taken to tell of the same people when all
    its values can be true of today's counts: an attacker who sees nothing change assumes that nothing did.
    Other rows of the earlier release are counts of their own, that still add up with the rest.
    """
    position = {cell: index for index, cell in enumerate(cells.ids)}
    count = len(cells)
    lower, upper = np.zeros(count), np.full(count, INFINITY)
    candidate = releases[-1]
    own = candidate.knowledge()
    at = np.array([position[cell] for cell in candidate.cell_ids], dtype=np.int64)
    lower[at], upper[at] = own.lower, own.upper

    if len(releases) == 1:
        return cells, Knowledge(lower, upper)
    extra: dict[str, tuple[float, float, int]] = {}
    equations: dict[str, list[Term]] = {}
    seen = {frozenset(term[1:] for term in terms) for terms in terms_of(cells.ids, cells.equations).values()}
    areas = {area.area_id: area for release in releases for area in release.areas}
    for release in releases[:-1]:
        renamed = _link(cells, position, release, lower, upper, extra)
        for name, terms in terms_of(release.cell_ids, release.equations).items():
            label = f"{name} ({release.name})"
            moved = [
                (label, renamed.get(cell, cell), weight, relation) for _, cell, weight, relation in terms
            ]
            content = frozenset(term[1:] for term in moved)
            if content not in seen:
                seen.add(content)
                equations[label] = moved
    known = [*cells.ids, *extra]
    added = [*_flat(equations), *merge_equations(known, areas.values())]
    held = set(cells.equations.ids)
    added = [term for term in added if not (term[0].startswith("merger:") and term[0] in held)]
    if not extra and not added:
        return cells, Knowledge(lower, upper)
    return _extended(cells, Knowledge(lower, upper), extra, added)


def _link(
    cells: Cells,
    position: Mapping[str, int],
    release: Release,
    lower: np.ndarray,
    upper: np.ndarray,
    extra: dict[str, tuple[float, float, int]],
) -> dict[str, str]:
    """Take over what an earlier release says; return the new names of counts that have changed since."""
    known = release.knowledge()
    blocks: dict[str, list[int]] = defaultdict(list)
    for index, cell in enumerate(release.cell_ids):
        blocks[cell.rsplit(":", 2)[0]].append(index)
    renamed: dict[str, str] = {}
    for members in blocks.values():
        is_same = all(
            _agrees(cells, position, extra, release.cell_ids[index], known.lower[index], known.upper[index])
            for index in members
        )
        for index in members:
            cell = release.cell_ids[index]
            low, high, unit = known.lower[index], known.upper[index], int(release.units[index])
            if is_same and cell in position:
                place = position[cell]
                lower[place], upper[place] = max(lower[place], low), min(upper[place], high)
            else:
                name = cell if is_same else f"{cell} ({release.name})"
                held = extra.get(name, (0.0, INFINITY, unit))
                extra[name] = (max(held[0], low), min(held[1], high), unit)
                if name != cell:
                    renamed[cell] = name
    return renamed


def _agrees(
    cells: Cells,
    position: Mapping[str, int],
    extra: Mapping[str, tuple[float, float, int]],
    cell: str,
    low: float,
    high: float,
) -> bool:
    if cell in position:
        return bool(low <= cells.truth[position[cell]] <= high)
    held = extra.get(cell)
    return held is None or (max(held[0], low) <= min(held[1], high))


def _extended(
    cells: Cells,
    knowledge: Knowledge,
    extra: Mapping[str, tuple[float, float, int]],
    added: Sequence[Term],
) -> tuple[Cells, Knowledge]:
    ids = [*cells.ids, *extra]
    position = {cell: index for index, cell in enumerate(ids)}
    equations = cells.equations.and_also(equations_of(added, position))
    bounds = list(extra.values())
    zeros = np.zeros(len(extra), dtype=np.int64)
    whole = Cells(
        ids,
        np.concatenate((cells.truth, zeros)),
        np.concatenate((cells.persons, zeros)),
        np.concatenate((cells.units, np.array([unit for *_, unit in bounds], dtype=np.int64))),
        np.concatenate((cells.is_protected, zeros.astype(bool))),
        np.concatenate((cells.is_published, zeros.astype(bool))),
        equations,
    )
    known = Knowledge(
        np.concatenate((knowledge.lower, np.array([low for low, *_ in bounds]))),
        np.concatenate((knowledge.upper, np.array([high for _, high, _ in bounds]))),
    )
    return _with_old_truth(whole, known, len(cells), len(cells.equations))


def _with_old_truth(
    cells: Cells, knowledge: Knowledge, count: int, own_equations: int
) -> tuple[Cells, Knowledge]:
    """Fill in counts that only earlier releases hold, so that everything agrees; forget what can't agree.

    Where no such counts exist, the attacker's assumption that nothing changed is refuted by the figures:
    the earlier equations of that component say nothing then.
    """
    truth = cells.truth.copy()
    forgotten = np.zeros(len(cells.equations), dtype=bool)
    is_added = np.arange(len(cells.equations)) >= own_equations
    names = {name: row for row, name in enumerate(cells.equations.ids)}
    for positions, part in cells.parts():
        if positions.max() < count and not is_added[[names[name] for name in part.equations.ids]].any():
            continue
        known = knowledge.at(positions)
        is_old = positions >= count
        lower = np.where(is_old, known.lower, part.truth)
        upper = np.where(is_old, known.upper, part.truth)
        program = Program(part.equations, lower, upper, is_integer=True)
        program.set("mip_max_nodes", _NODES)
        values = program.minimise(np.where(is_old, 1.0, 0.0))
        if program.is_limited and values is None:
            raise ProtectionError(
                "The release is refused, as it is undecided what earlier releases tell of "
                f"{part.ids[0]} and the {len(part) - 1} counts that hang together with it: the solver "
                "reached its limit."
            )
        if values is None:
            rows = np.array([names[name] for name in part.equations.ids])
            forgotten[rows[is_added[rows]]] = True
            truth[positions[is_old]] = known.lower[is_old].astype(np.int64)
        else:
            truth[positions] = np.rint(values).astype(np.int64)
    alone = np.flatnonzero(np.bincount(cells.equations.cells, minlength=len(cells)) == 0)
    old_alone = alone[alone >= count]
    truth[old_alone] = knowledge.lower[old_alone].astype(np.int64)
    filled = Cells(
        cells.ids,
        truth,
        cells.persons,
        cells.units,
        cells.is_protected,
        cells.is_published,
        cells.equations.select(~forgotten),
    )
    return filled, knowledge
