"""The mutation operators: each makes one small, plausible fault in a text of SQL with Jinja."""

import contextlib
import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlglot import TokenType as Kind

from mutants.source import JINJA, Token, tokens


@dataclass(frozen=True, order=True)
class Mutation:
    """Put `replacement` in the place of source[start:end]."""

    start: int
    end: int
    operator: str
    replacement: str

    def apply(self, source: str) -> str:
        """Return the mutated source."""
        return source[: self.start] + self.replacement + source[self.end :]


COMPARISONS = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "=": "<>", "<>": "="}
JOINS = {"inner": "left", "left": "inner", "anti": "semi", "full": "inner"}
AGGREGATES = {
    "min": "max",
    "max": "min",
    "sum": "max",
    "max_by": "min_by",
    "bool_or": "bool_and",
    "greatest": "least",
}
FUNCTIONS = {"year": "month", "lower": "upper", "to_months": "to_days", "starts_with": "contains"}
UNITS = {"'month'": "'year'", "'day'": "'month'"}
# How strict a column of a raw extract is, made weaker, or stricter for one that was the weakest.
PRESENCES = {"required": "optional", "readable": "optional", "optional": "readable"}

CLAUSE_ENDS = {
    Kind.WHERE,
    Kind.GROUP_BY,
    Kind.HAVING,
    Kind.ORDER_BY,
    Kind.QUALIFY,
    Kind.LIMIT,
    Kind.UNION,
    Kind.EXCEPT,
    Kind.JOIN,
    Kind.INNER,
    Kind.LEFT,
    Kind.FULL,
    Kind.CROSS,
    Kind.ANTI,
    Kind.SEMI,
    Kind.THEN,
}
NO_OPERANDS = {
    Kind.L_PAREN,
    Kind.COMMA,
    Kind.SELECT,
    Kind.DISTINCT,
    Kind.WHEN,
    Kind.THEN,
    Kind.ELSE,
    Kind.AND,
    Kind.OR,
    Kind.NOT,
    Kind.BETWEEN,
    Kind.DOT,
    Kind.EQ,
    Kind.LT,
    Kind.GT,
    Kind.LTE,
    Kind.GTE,
    Kind.NEQ,
}


def mutations(source: str) -> list[Mutation]:
    """Return every mutation of a model or macro, in the order of the text."""
    sql = tokens(source)
    found: set[Mutation] = set()
    for operator in SQL_OPERATORS:
        found.update(operator(source, sql))
    found.update(_jinja(source))
    return sorted(found)


def comparison(source: str, sql: Sequence[Token]) -> Iterator[Mutation]:
    """Move a bound by one (< to <=), turn equal into unequal, shift a `between` at either end."""
    for at, token in enumerate(sql):
        if token.text in COMPARISONS:
            yield Mutation(token.start, token.end, "comparison", COMPARISONS[token.text])
        if token.kind is Kind.BETWEEN and sql[at - 1].text != "rows":
            middle = _next(sql, at, Kind.AND)
            lower = sql[middle - 1].end
            upper = sql[_clause_end(sql, middle, {Kind.AND, Kind.OR}) - 1].end
            yield Mutation(lower, lower, "comparison", " + 1")
            yield Mutation(upper, upper, "comparison", " - 1")


def logic(source: str, sql: Sequence[Token]) -> Iterator[Mutation]:
    """Exchange and/or and true/false, drop a `not`, turn `is null`, `is distinct from` or a `when` round."""
    ands_of_between = {_next(sql, at, Kind.AND) for at, token in enumerate(sql) if token.kind is Kind.BETWEEN}
    for at, token in enumerate(sql):
        following = sql[at + 1] if at + 1 < len(sql) else token
        if token.kind is Kind.AND and at not in ands_of_between:
            yield Mutation(token.start, token.end, "logic", "or")
        elif token.kind is Kind.OR:
            yield Mutation(token.start, token.end, "logic", "and")
        elif token.kind is Kind.NOT:
            yield Mutation(token.start, following.start, "logic", "")
        elif token.kind is Kind.IS and following.kind in (Kind.NULL, Kind.DISTINCT):
            yield Mutation(token.end, token.end, "logic", " not")
        elif token.kind in (Kind.TRUE, Kind.FALSE):
            yield Mutation(token.start, token.end, "logic", "false" if token.kind is Kind.TRUE else "true")
        elif token.kind is Kind.WHEN:
            end = sql[_next(sql, at, Kind.THEN) - 1].end
            yield Mutation(
                following.start, end, "logic", "not coalesce(" + source[following.start : end] + ", false)"
            )


def constant(source: str, sql: Sequence[Token]) -> Iterator[Mutation]:
    """Add one to a number, move a date by a day either way, change a text or a part of a pattern."""
    for before, token in zip([None, *sql], sql, strict=False):
        if token.kind is Kind.NUMBER:
            if source[: token.start].endswith("decimal("):
                continue  # a wider type holds the same values
            yield Mutation(token.start, token.end, "constant", _one_more(token.text))
        elif token.kind is Kind.STRING and before is not None and before.kind is Kind.DATE:
            for days in (-1, 1):
                # Jinja, or a day at an end of the calendar, has no neighbour.
                with contextlib.suppress(ValueError, OverflowError):
                    day = date.fromisoformat(token.text.strip("'"))
                    moved = day + timedelta(days=days)
                    yield Mutation(token.start, token.end, "date bound", f"'{moved.isoformat()}'")
        elif token.kind is Kind.STRING and "[0-9]" in token.text:
            yield from _pattern(source, token.start, token.end)
        elif token.kind is Kind.STRING and token.text in UNITS:
            yield Mutation(token.start, token.end, "constant", UNITS[token.text])
        elif token.kind is Kind.STRING:
            yield Mutation(token.end - 1, token.end - 1, "constant", "~")


def join(source: str, sql: Sequence[Token]) -> Iterator[Mutation]:
    """Change the type of a join."""
    for token, following in itertools.pairwise(sql):
        if following.kind is Kind.JOIN and token.text in JOINS:
            yield Mutation(token.start, token.end, "join", JOINS[token.text])


def condition(source: str, sql: Sequence[Token]) -> Iterator[Mutation]:
    """Drop one condition of a where, on, having or when; the only one of an on or a when stays."""
    for at, token in enumerate(sql):
        if token.kind not in (Kind.WHERE, Kind.ON, Kind.HAVING, Kind.WHEN):
            continue
        end = _clause_end(sql, at, set())
        for joiner, neutral in ((Kind.OR, "false"), (Kind.AND, "true")):
            parts, is_joined = _split(sql, at + 1, end, joiner)
            if is_joined or (joiner is Kind.AND and token.kind in (Kind.WHERE, Kind.HAVING)):
                for first, last in parts:
                    yield Mutation(sql[first].start, sql[last].end, "filter", neutral)
                break


def aggregate(source: str, sql: Sequence[Token]) -> Iterator[Mutation]:
    """Exchange an aggregate or a function, count once, drop or add a `distinct`."""
    for at, token in enumerate(sql):
        following = sql[at + 1] if at + 1 < len(sql) else None
        if following is None or (at and sql[at - 1].kind is Kind.DOT):
            continue
        if following.kind is Kind.L_PAREN:
            if token.text in AGGREGATES:
                yield Mutation(token.start, token.end, "aggregate", AGGREGATES[token.text])
            elif token.text in FUNCTIONS:
                yield Mutation(token.start, token.end, "function", FUNCTIONS[token.text])
            elif token.text == "count" and sql[at + 2].kind is Kind.STAR:
                yield Mutation(token.start, sql[at + 3].end, "aggregate", "max(cast(1 as bigint))")
        if token.kind is Kind.DISTINCT and following.kind is not Kind.FROM:
            yield Mutation(token.start, following.start, "aggregate", "")
        elif token.kind is Kind.UNION and following.kind is Kind.ALL:
            yield Mutation(token.end, following.end, "aggregate", "")
        elif token.kind is Kind.UNION:
            yield Mutation(token.end, token.end, "aggregate", " all")


def default(source: str, sql: Sequence[Token]) -> Iterator[Mutation]:
    """Drop the second argument of a coalesce or a nullif."""
    for at, token in enumerate(sql):
        if token.text in ("coalesce", "nullif") and sql[at + 1].kind is Kind.L_PAREN:
            closing = next(n for n in range(at + 2, len(sql)) if sql[n].depth == token.depth)
            commas = [
                n
                for n in range(at + 2, closing)
                if sql[n].kind is Kind.COMMA and sql[n].depth == token.depth + 1
            ]
            if commas:
                first = source[sql[at + 2].start : sql[commas[0] - 1].end]
                yield Mutation(token.start, sql[closing].end, "default", first)


def arithmetic(source: str, sql: Sequence[Token]) -> Iterator[Mutation]:
    """Exchange + and -, whole division and multiplication."""
    swaps = {Kind.PLUS: "-", Kind.DASH: "+", Kind.DIV: "*", Kind.STAR: "//"}
    for before, token, following in zip(sql, sql[1:], sql[2:], strict=False):
        if token.kind in swaps and before.kind not in NO_OPERANDS and following.kind is not Kind.R_PAREN:
            yield Mutation(token.start, token.end, "arithmetic", swaps[token.kind])


def order(source: str, sql: Sequence[Token]) -> Iterator[Mutation]:
    """Turn the first key of an `order by` round."""
    for at, token in enumerate(sql):
        if token.kind is Kind.ORDER_BY:
            end = next(
                (
                    n
                    for n in range(at + 1, len(sql))
                    if sql[n].kind is Kind.COMMA or sql[n].depth < token.depth
                ),
                len(sql),
            )
            last = sql[end - 1]
            if last.text == "desc":
                yield Mutation(sql[end - 2].end, last.end, "order", "")
            else:
                yield Mutation(last.end, last.end, "order", " desc")


SQL_OPERATORS: Sequence[Callable[[str, Sequence[Token]], Iterator[Mutation]]] = (
    comparison,
    logic,
    constant,
    join,
    condition,
    aggregate,
    default,
    arithmetic,
    order,
)

TEXT_LIST = re.compile(r"\[\s*'[^']*'(?:\s*,\s*'[^']*')+\s*,?\s*\]")
LIST_ITEM = re.compile(r"'[^']*'\s*,?\s*")
JINJA_NUMBER = re.compile(r"(?<![\w\[{.':])[0-9]+(?![\w\]}.':])")
JINJA_PATTERN = re.compile(r"'[^']*\[0-9\][^']*'")
JINJA_SIGN = re.compile(r"(?<= )[+-](?= )")


def _jinja(source: str) -> Iterator[Mutation]:
    """Mutate what Jinja passes to SQL: items of lists, numbers, sums and patterns in arguments."""
    for match in JINJA.finditer(source):
        jinja, offset = match.group(), match.start()
        if jinja.startswith("{#"):
            continue
        is_expression = jinja.startswith("{{")
        if is_expression or re.match(r"\{%-?\s*for\b", jinja):
            for items in TEXT_LIST.finditer(jinja):
                for item in LIST_ITEM.finditer(items.group()):
                    start = offset + items.start() + item.start()
                    yield Mutation(start, start + len(item.group()), "list item", "")
        if is_expression and "return(" not in jinja:
            for number in JINJA_NUMBER.finditer(jinja):
                start = offset + number.start()
                yield Mutation(start, offset + number.end(), "constant", _one_more(number.group()))
            for pattern in JINJA_PATTERN.finditer(jinja):
                yield from _pattern(source, offset + pattern.start(), offset + pattern.end())
            for sign in JINJA_SIGN.finditer(jinja):
                start = offset + sign.start()
                yield Mutation(start, start + 1, "arithmetic", "-" if sign.group() == "+" else "+")


def _pattern(source: str, first: int, last: int) -> Iterator[Mutation]:
    """Mutate the regular expression source[first:last]: how often, up to which digit, which character."""
    pattern = source[first:last]
    for part in re.finditer(r"(?<=[{,])[0-9]+(?=[,}])|(?<=-)[0-9](?=\])|(?<=[\])}])\?", pattern):
        start, end, text = first + part.start(), first + part.end(), part.group()
        replacement = "" if text == "?" else "8" if text == "9" else _one_more(text)
        yield Mutation(start, end, "pattern", replacement)
    for pair in re.finditer(r"(?<=\[)[^\]\[]{2}(?=\])", pattern):
        start = first + pair.start()
        yield Mutation(start, start + 1, "pattern", "")
        yield Mutation(start + 1, start + 2, "pattern", "")


def _one_more(number: str) -> str:
    return str(int(number) + 1) if number.isdigit() else number + "1"


def _next(sql: Sequence[Token], at: int, kind: Kind) -> int:
    """Return the index of the first token of `kind` after `at` at the same depth."""
    return next(n for n in range(at + 1, len(sql)) if sql[n].kind is kind and sql[n].depth == sql[at].depth)


def _clause_end(sql: Sequence[Token], at: int, further: set[Kind]) -> int:
    """Return the index after the last token of the clause that starts at `at`."""
    depth = sql[at].depth
    for n in range(at + 1, len(sql)):
        if sql[n].depth < depth or (sql[n].depth == depth and sql[n].kind in CLAUSE_ENDS | further):
            return n
    return len(sql)


def _split(sql: Sequence[Token], start: int, end: int, joiner: Kind) -> tuple[list[tuple[int, int]], bool]:
    """Return the (first, last) tokens of the parts that joiners separate, and whether there are any joiners.

    A joiner may come first: in a loop of Jinja it stands before each condition but the first.
    """
    depth = min((token.depth for token in sql[start:end]), default=0)
    parts, first, in_between, is_joined = [], start, False, False
    for n in range(start, end):
        if sql[n].kind is Kind.BETWEEN and sql[n].depth == depth:
            in_between = True
        elif sql[n].kind is Kind.AND and sql[n].depth == depth and in_between:
            in_between = False
        elif sql[n].kind is joiner and sql[n].depth == depth:
            parts.append((first, n - 1))
            first, is_joined = n + 1, True
    parts.append((first, end - 1))
    return [(first, last) for first, last in parts if first <= last], is_joined
