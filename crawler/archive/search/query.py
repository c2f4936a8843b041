"""A query as a tree: words, phrases and filters, and what joins them; and the names of the fields that it may ask."""

from __future__ import annotations

from dataclasses import dataclass

TEXT_FIELDS = ("headline", "lead", "body", "byline")
NAME_FILTERS = ("author", "place", "kicker")
"""Filters whose value has to hold a letter or a digit, and which an equals sign makes exact."""
FILTERS = ("author", "place", "country", "kicker", "language", "site", "story", "since", "until", "snapshot")
FIELD_NAMES = (*TEXT_FIELDS, *FILTERS)
MAX_LENGTH = 2_000
"""Characters of a query."""


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase as the index holds it, in one column or in any."""

    words: tuple[str, ...]
    prefix: bool = False
    column: str | None = None


@dataclass(frozen=True, slots=True)
class Near:
    """Terms that stand within ``distance`` words of each other."""

    terms: tuple[Term, ...]
    distance: int
    column: str | None = None


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition on a field other than the texts; ``name`` is one of :data:`FILTERS`."""

    name: str
    value: str
    prefix: bool = False
    exact: bool = False
    """True for a whole name; else an author, place or kicker matches by any words of it."""


@dataclass(frozen=True, slots=True)
class NoneOf:
    """All articles that do not match a node."""

    node: QueryNode


@dataclass(frozen=True, slots=True)
class And:
    """Articles that match all nodes."""

    nodes: tuple[QueryNode, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Articles that match any of the nodes."""

    nodes: tuple[QueryNode, ...]


QueryNode = Term | Near | Filter | NoneOf | And | Or


@dataclass(frozen=True, slots=True)
class QueryProblem:
    """A malformed part of a query: a message, and its position from 0."""

    position: int
    message: str


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query."""

    text: str
    node: QueryNode | None
    """None for a query that names nothing to search for."""
    problems: tuple[QueryProblem, ...] = ()
