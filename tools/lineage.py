"""Where a column comes from, by the compiled SQL of the models: its values, and what decides on its rows.

A trace goes down from columns of a table, of which some have a known value, as measure = 'trajectories'. It
follows the projections of these columns and every condition, join and grouping on the way. It leaves out a
branch of a union, an arm of a case and a row of a code list that contradict what is known, and a left join
of which nothing is used: those of the project have at most one row to each.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cache
from typing import Any, TypeVar

from sqlglot import exp, parse_one
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import Scope, build_scope

Column = tuple[str, str]
"""Names of a table and a column of it."""
Known = frozenset[tuple[str, str]]
"""Names of columns and their values as text."""
Nodes = Mapping[str, Mapping[str, Any]]
Way = TypeVar("Way")


class Contradiction(Exception):
    """No row can have the known values."""


class Lineage:
    """Traces columns through models, down to the tables that no model makes and to those in `stops`."""

    def __init__(
        self, nodes: Nodes, rows: Mapping[str, Sequence[Mapping[str, str | None]]], stops: Iterable[str]
    ) -> None:
        """Take dbt's models and seeds by name, and the rows of the code lists."""
        self._nodes = nodes
        self._rows = rows
        self._stops = frozenset(stops)
        self._found: dict[object, frozenset[Column] | None] = {}
        tables: dict[str, dict[str, dict[str, str]]] = {}
        for name, node in nodes.items():
            tables.setdefault(node["schema"], {})[name] = dict.fromkeys(node["columns"], "text")
        self._scope = cache(lambda name: self._parsed(name, tables))

    def _parsed(self, name: str, tables: dict[str, Any]) -> Scope:
        query = parse_one(self._nodes[name]["compiled_code"], dialect="duckdb")
        for table in query.find_all(exp.Table):
            table.set("catalog", None)
        scope = build_scope(qualify(query, "duckdb", schema=tables, validate_qualify_columns=False))
        assert scope is not None
        return scope

    def of(self, table: str, columns: Iterable[str], known: Mapping[str, str] | None = None) -> set[Column]:
        """Return every column that these columns come from, themselves included; none without such a row."""
        values = frozenset((known or {}).items())
        try:
            names = frozenset(columns)
            return {(table, name) for name in names} | self._query(self._scope(table), names, values)
        except Contradiction:
            return set()

    def _table(self, name: str, columns: frozenset[str], known: Known) -> frozenset[Column]:
        own = frozenset((name, column) for column in columns)
        rows = self._rows.get(name)
        if rows is not None and not any(all(row[key] == value for key, value in known) for row in rows):
            raise Contradiction
        if name in self._stops or self._nodes[name]["resource_type"] != "model":
            return own or frozenset({(name, "")})
        return own | self._query(self._scope(name), columns, known)

    def _query(self, scope: Scope, columns: frozenset[str], known: Known) -> frozenset[Column]:
        key = (scope, columns, known)
        if key not in self._found:
            try:
                self._found[key] = self._traced(scope, columns, known)
            except Contradiction:
                self._found[key] = None
        found = self._found[key]
        if found is None:
            raise Contradiction
        return found

    def _traced(self, scope: Scope, columns: frozenset[str], known: Known) -> frozenset[Column]:
        if isinstance(scope.expression, exp.SetOperation):
            return self._union(scope, columns, known)
        if not isinstance(scope.expression, exp.Select):  # values
            return frozenset()
        return _together(
            Select(scope, known).choices(),
            lambda assumed: self._select(scope, columns, known, assumed),
        )

    def _select(
        self, scope: Scope, columns: frozenset[str], known: Known, assumed: exp.Expr | None
    ) -> frozenset[Column]:
        select = Select(scope, known, assumed)
        found: frozenset[Column] = frozenset()
        for alias, names, may_be_empty in select.sources(columns):
            try:
                found |= self._source(scope, alias, names, select.known_of(alias))
            except Contradiction:
                if not may_be_empty:
                    raise
        for part in scope.subquery_scopes:
            found |= self._query(part, frozenset(_names(part)), frozenset())
        return found

    def _union(self, scope: Scope, columns: frozenset[str], known: Known) -> frozenset[Column]:
        names = _names(scope)
        if scope.expression.args.get("distinct"):
            columns = frozenset(names)

        def traced(branch: Scope) -> frozenset[Column]:
            of = dict(zip(names, _names(branch), strict=True))
            return self._query(
                branch,
                frozenset(of[name] for name in columns),
                frozenset((of[name], value) for name, value in known),
            )

        return _together(scope.set_operation_scopes, traced)

    def _source(self, scope: Scope, alias: str, columns: frozenset[str], known: Known) -> frozenset[Column]:
        if alias not in scope.sources:  # a recursive query reads itself
            return frozenset()
        source = scope.sources[alias]
        for pivot in dict(scope.references)[alias].args.get("pivots") or ():
            columns, known = _unpivoted(pivot, columns, dict(known))
        if isinstance(source, exp.Table) and not source.db:
            if source.name not in scope.cte_sources:  # a function, as generate_series
                return frozenset()
            source = scope.cte_sources[source.name]  # of a pivot
        if isinstance(source, exp.Table):
            return self._table(source.name, columns, known)
        return self._query(source, columns, known)


def _together(ways: Iterable[Way], trace: Callable[[Way], frozenset[Column]]) -> frozenset[Column]:
    """Return what is found on the ways that no known value excludes; Contradiction when it excludes all."""
    found: list[frozenset[Column]] = []
    for way in ways:
        with suppress(Contradiction):
            found.append(trace(way))
    if not found:
        raise Contradiction
    return frozenset[Column]().union(*found)


def _unpivoted(pivot: exp.Expr, columns: frozenset[str], known: dict[str, str]) -> tuple[Any, Known]:
    """Return the columns under `unpivot (value for name in (…))`, of the name that is known."""
    (value,) = (column.name for column in pivot.expressions)
    (field,) = pivot.args["fields"]
    names = {column.name for column in field.expressions}
    chosen = known.pop(field.this.name, None)
    if chosen is not None and chosen not in names:
        raise Contradiction
    known.pop(value, None)
    read = (names if chosen is None else {chosen}) if value in columns else set()
    return columns - {value, field.this.name} | read, frozenset(known.items())


class Select:
    """One select of a query, and what is known of the columns of its sources."""

    def __init__(self, scope: Scope, known: Known, assumed: exp.Expr | None = None) -> None:
        """Conclude from the known values of its columns, and from a condition that is assumed to hold.

        Contradiction when no row can have them.
        """
        assert isinstance(scope.expression, exp.Select)
        self._select = scope.expression
        self._assumed = assumed
        self._known = dict(known)
        self._facts: dict[Column, str] = {}
        self._outputs = {part.alias_or_name: part.unalias() for part in self._select.selects}
        self._joins = [(join.alias_or_name, join) for join in self._select.args.get("joins") or ()]
        size = -1
        while size < len(self._facts):
            size = len(self._facts)
            self._conclude()

    def choices(self) -> list[exp.Expr | None]:
        """Return the conditions of the arms that can give a known value, None for no condition."""
        for name, value in self._known.items():
            part = _plain(self._outputs[name])
            if isinstance(part, exp.Case) and len(arms := list(self._arms(part, value))) > 1:
                return [condition for condition, _ in arms]
        return [None]

    def known_of(self, alias: str) -> Known:
        """Return what is known of the columns of a source."""
        return frozenset((name, value) for (of, name), value in self._facts.items() if of == alias)

    def sources(self, columns: frozenset[str]) -> Iterator[tuple[str, frozenset[str], bool]]:
        """Yield each source, the columns that are read of it, and whether it may have no row."""
        group = self._select.args.get("group")
        if self._select.args.get("distinct") or (group and group.args.get("all")):
            columns = frozenset(self._outputs)
        used: set[Column] = set()
        for name in columns:
            used |= set(self._columns(self._outputs[name], self._known.get(name)))
        for part in ("where", "group", "having", "qualify"):
            used |= set(self._columns(self._select.args.get(part)))
        for alias, join in reversed(self._joins):
            is_left = join.side == "LEFT"
            if is_left and not any(of == alias for of, _ in used):
                continue
            used |= {*self._columns(join.args.get("on")), *self._columns(join.this)}
            yield alias, self._used_of(alias, used), is_left or join.kind == "ANTI"
        if source := self._select.args.get("from_"):
            alias = source.alias_or_name
            yield alias, self._used_of(alias, used), False

    @staticmethod
    def _used_of(alias: str, used: set[Column]) -> frozenset[str]:
        return frozenset(name for of, name in used if of == alias)

    def _conclude(self) -> None:
        for name, value in self._known.items():
            self._has_value(self._outputs[name], value)
        where = self._select.args.get("where")
        for condition in (self._assumed, where and where.this):
            if condition is not None:
                self._holds(condition)
        for alias, join in self._joins:
            if (condition := join.args.get("on")) is not None and join.kind != "ANTI":
                self._holds(condition, alias if join.side == "LEFT" else None)

    def _note(self, column: exp.Column, value: str, only: str | None = None) -> None:
        """Keep a value; with `only`, of a left join, nothing is concluded about the other side."""
        if only not in (None, column.table):
            return
        if self._facts.setdefault((column.table, column.name), value) != value:
            raise Contradiction

    def _has_value(self, part: exp.Expr, value: str) -> None:
        part = _plain(part)
        if isinstance(part, exp.Column):
            self._note(part, value)
        elif isinstance(part, exp.Case):
            arms = list(self._arms(part, value))
            if not arms:
                raise Contradiction
            if len(arms) == 1:
                condition, result = arms[0]
                self._has_value(result, value)
                if condition is not None:
                    self._holds(condition)
        elif ((text := _literal(part)) is not None and text != value) or isinstance(part, exp.Null):
            raise Contradiction

    def _holds(self, condition: exp.Expr, only: str | None = None) -> None:
        condition = _plain(condition)
        if isinstance(condition, exp.And):
            self._holds(condition.left, only)
            self._holds(condition.right, only)
            return
        if isinstance(condition, exp.Or):
            open_sides = [side for side in condition.flatten() if self._truth(side) is not False]
            if len(open_sides) == 1:
                self._holds(open_sides[0], only)
        if only is None and self._truth(condition) is False:
            raise Contradiction
        if isinstance(condition, exp.EQ):
            for one, other in ((condition.left, condition.right), (condition.right, condition.left)):
                one, value = _plain(one), self._value(other)
                if isinstance(one, exp.Column) and value is not None:
                    self._note(one, value, only)

    def _value(self, part: exp.Expr) -> str | None:
        part = _plain(part)
        return self._facts.get((part.table, part.name)) if isinstance(part, exp.Column) else _literal(part)

    def _truth(self, condition: exp.Expr) -> bool | None:
        """Return whether a condition holds, None when that is not known."""
        condition = _plain(condition)
        if isinstance(condition, exp.And | exp.Or):
            truths = (self._truth(condition.left), self._truth(condition.right))
            decisive = isinstance(condition, exp.Or)
            return decisive if decisive in truths else None if None in truths else not decisive
        if isinstance(condition, exp.Boolean):
            return bool(condition.this)
        if isinstance(condition, exp.EQ | exp.NEQ):
            one, other = self._value(condition.left), self._value(condition.right)
            known = one is not None and other is not None
            return (one == other) is isinstance(condition, exp.EQ) if known else None
        if isinstance(condition, exp.In) and condition.expressions:
            values = [self._value(part) for part in condition.expressions]
            one = self._value(condition.this)
            return None if one is None or None in values else one in values
        return None

    def _arms(self, case: exp.Case, value: str | None = None) -> Iterator[tuple[exp.Expr | None, exp.Expr]]:
        """Yield the arms of a case that can give a value, or any value, with their conditions."""
        default = case.args.get("default")
        for condition, result in [
            *((arm.this, arm.args["true"]) for arm in case.args["ifs"]),
            *([(None, default)] if default is not None else []),
        ]:
            truth = True if condition is None else self._truth(condition)
            if truth is False:
                continue
            if self._can_be(result, value):
                yield condition, result
            if truth:
                return

    def _can_be(self, result: exp.Expr, value: str | None) -> bool:
        return value is None or (not isinstance(result, exp.Null) and self._value(result) in (None, value))

    def _columns(self, part: exp.Expr | None, value: str | None = None) -> Iterator[Column]:
        """Yield the columns of an expression, without the arms of a case that are not taken."""
        if isinstance(part, exp.Column):
            yield part.table, part.name
        elif isinstance(part, exp.Case) and part.this is None:
            for condition, result in self._arms(part):
                yield from self._columns(condition)
                if self._can_be(result, value):
                    yield from self._columns(result, value)
        elif part is not None and not isinstance(part, exp.Query):
            for inner in part.iter_expressions():
                yield from self._columns(inner)


def _names(scope: Scope) -> list[str]:
    """Return the names of the columns of a query."""
    assert isinstance(scope.expression, exp.Query)
    return scope.expression.named_selects


def _plain(part: exp.Expr) -> exp.Expr:
    while isinstance(part, exp.Paren | exp.Cast):
        part = part.this
    return part


def _literal(part: exp.Expr) -> str | None:
    """Return a constant as text."""
    if isinstance(part, exp.Boolean):
        return str(part.this).lower()
    return str(part.this) if isinstance(part, exp.Literal) else None
