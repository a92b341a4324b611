"""SQL with Jinja in it as a list of tokens that know their place in the source."""

import re
from dataclasses import dataclass

from sqlglot import TokenType
from sqlglot.dialects.duckdb import DuckDB

JINJA = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
CONDITIONAL_TEXT = re.compile(r"\{\{-?\s*'([^']*)'\s+if\b")


@dataclass(frozen=True)
class Token:
    """One token: source[start:end] in lower case, and how many brackets and cases enclose it."""

    kind: TokenType
    text: str
    start: int
    end: int
    depth: int


def masked(source: str) -> str:
    """Return `source`, equally long, as SQL: a Jinja expression becomes a name, other Jinja becomes blanks.

    The text of `{{ 'or ' if ... }}` is SQL and stays where it is.
    """
    return JINJA.sub(_mask, source)


def _mask(match: re.Match[str]) -> str:
    jinja = match.group()
    text = CONDITIONAL_TEXT.match(jinja)
    if text:
        blanks = re.sub(r"[^\n]", " ", jinja)
        return blanks[: text.start(1)] + text.group(1) + blanks[text.end(1) :]
    if jinja.startswith("{{"):
        return "jinja".ljust(len(jinja), "_")
    return re.sub(r"[^\n]", " ", jinja)


def tokens(source: str) -> list[Token]:
    """Return the SQL tokens of a model or a macro."""
    found: list[Token] = []
    depth = 0
    for token in DuckDB().tokenize(masked(source)):
        if token.token_type in (TokenType.R_PAREN, TokenType.END):
            depth -= 1
        text = source[token.start : token.end + 1].lower()
        found.append(Token(token.token_type, text, token.start, token.end + 1, depth))
        if token.token_type in (TokenType.L_PAREN, TokenType.CASE):
            depth += 1
    return found
