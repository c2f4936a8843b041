"""Parses the query language into a tree; no input raises an error.

Words stand side by side (all must occur); ``"a phrase"``; ``prefix*``; ``NEAR(a b, 5)``; ``-word`` or ``NOT word``;
``OR``, ``AND`` and parentheses; ``author:``, ``headline:``, ``lead:``, ``body:``, ``place:``, ``country:``,
``kicker:``, ``language:``, ``site:``, ``story:``, ``since:``, ``until:`` and ``snapshot:``, before a word, a phrase or
parentheses; ``place:="Hong Kong"``, ``author:=`` and ``kicker:=`` mean the whole name and not a part of it. Full-width
signs and every kind of quotation mark count as the plain ones; one between two Hebrew letters is part of their word
(``צה"ל``). The parser makes the best of malformed parts, and lists them in ``problems`` with their positions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from crawler.archive.search import foreign_syntax
from crawler.archive.search.query import FILTERS, NAME_FILTERS, And, Filter, Near, NoneOf, Or, Query, QueryNode, Term
from crawler.archive.search.query_lexer import INSIDE_HEBREW, Lexeme, QueryProblems, split_query
from crawler.normalisation.dates.periods import is_exact_period
from crawler.normalisation.words.tokenizer import index_words

MAX_TERMS = 120
MAX_DEPTH = 20
NEAR_DISTANCE = 10
MAX_DISTANCE = 1_000

_PIECE_OF_NEAR = re.compile(rf'"(?:[^"]|{INSIDE_HEBREW})*"\*?|(?:[^\s"]|{INSIDE_HEBREW})+')
_DISTANCE = re.compile(r",\s*(?:(?P<number>\d{1,9})|(?P<odd>[^\s,\d][^\s,]*))?\s*$")
_NOT_IN_NEAR = re.compile(r"\((?=\S)|(?<!\S)(?:OR|AND|NOT|NEAR)(?!\S)|(?<!\S)-(?=\w)|(?<!\S)[a-z]+:(?=\w)")


@lru_cache(maxsize=128)  # counts, facets, hits and marks of one search all parse it
def parse_query(text: str) -> Query:
    """Parse a query; any input gives one, with its malformed parts in ``problems``."""
    problems = QueryProblems(text)
    parser = _Parser(text, problems, split_query(text, problems))
    node = parser.parse_alternatives(None, 0)
    while parser.peek() is not None:  # only a closing parenthesis too many stops the parser early
        position = parser.take().position
        problems.add(position, "a closing parenthesis without an opening one")
        further_node = parser.parse_alternatives(None, 0)
        node = _make_and([part for part in (node, further_node) if part is not None])
    if node is None and text.strip() and not problems.problems:
        problems.add(0, "there is no word to search for")
    return Query(text, node, tuple(problems.problems))


_Column = Lexeme | None
"""The field before a word."""


@dataclass(slots=True)
class _Parser:
    text: str
    problems: QueryProblems
    lexemes: list[Lexeme]
    position: int = 0
    term_count: int = 0

    def peek(self) -> Lexeme | None:
        return self.lexemes[self.position] if self.position < len(self.lexemes) else None

    def take(self) -> Lexeme:
        self.position += 1
        return self.lexemes[self.position - 1]

    def parse_alternatives(self, column: _Column, depth: int) -> QueryNode | None:
        """Parse alternatives, up to a closing parenthesis or the end."""
        nodes: list[QueryNode] = []
        pending: Lexeme | None = None
        empty = True
        while True:
            node = self.parse_sequence(column, depth)
            if node is not None:
                nodes.append(node)
                pending = None
                empty = False
            elif pending is not None:
                self.problems.add(pending.position, "OR needs something on both sides")
                pending = None
            lexeme = self.peek()
            if lexeme is None or lexeme.kind == "close":
                break
            pending = self.take()  # OR
            if empty:
                self.problems.add(pending.position, "OR needs something on both sides")
                pending = None
        if not nodes:
            return None
        return nodes[0] if len(nodes) == 1 else Or(tuple(nodes))

    def parse_sequence(self, column: _Column, depth: int) -> QueryNode | None:
        """Parse nodes that stand side by side, up to OR, a closing parenthesis or the end."""
        nodes: list[QueryNode] = []
        last_and: Lexeme | None = None
        while (lexeme := self.peek()) is not None and lexeme.kind not in ("close", "or"):
            if lexeme.kind == "and":
                if not nodes:
                    self.problems.add(lexeme.position, "AND needs something on both sides")
                else:
                    last_and = lexeme
                self.position += 1
                continue
            node = self.parse_term(column, depth)
            if node is not None:
                nodes.append(node)
                last_and = None
        if last_and is not None:
            self.problems.add(last_and.position, "AND needs something on both sides")
        return _make_and(nodes)

    def parse_term(self, column: _Column, depth: int) -> QueryNode | None:
        """Parse one word, phrase, group, NEAR, or the negation of one."""
        negations = 0
        lexeme = self.take()
        start = lexeme
        while lexeme.kind in ("minus", "not"):
            negations += 1
            following = self.peek()
            if following is None or following.kind in ("close", "or", "and"):
                self.problems.add(start.position, "there is nothing after the minus sign or NOT")
                return None
            lexeme = self.take()
        node = self._parse_positive(lexeme, column, depth)
        return NoneOf(node) if node is not None and negations % 2 else node

    def _parse_positive(self, lexeme: Lexeme, column: _Column, depth: int) -> QueryNode | None:
        if lexeme.kind == "field":
            return self._parse_field(lexeme, depth)
        if lexeme.kind == "open":
            return self._parse_group(lexeme, column, depth)
        if lexeme.kind == "near":
            return self._parse_near(lexeme, column)
        self.term_count += 1
        if self.term_count > MAX_TERMS:
            if self.term_count == MAX_TERMS + 1:
                self.problems.add(lexeme.position, f"only the first {MAX_TERMS} words were used")
            return None
        prefix = lexeme.text.endswith("*")
        text = lexeme.text.rstrip("*")
        if column is not None and column.text in FILTERS:
            return self._make_filter(lexeme, column, text.strip(), prefix)
        words = index_words(text)
        if not words and lexeme.kind == "phrase":
            self.problems.add(lexeme.position, "there is no word between the quotation marks")
        # As it was typed but for stars: a full-width question mark ends a sentence.
        typed = self.text[lexeme.position : lexeme.position + len(text)].replace("＊", "*")
        if foreign := foreign_syntax.find_foreign_sign(typed) if lexeme.kind == "word" else None:
            self.problems.add(lexeme.position + foreign.position, foreign.message)
        return Term(tuple(words), prefix, column.text if column else None) if words else None

    def _parse_field(self, lexeme: Lexeme, depth: int) -> QueryNode | None:
        following = self.peek()
        if following is not None and following.kind in ("minus", "not"):
            self.problems.add(following.position, f"a minus sign or NOT stands before the field: -{lexeme.text}:word")
            return None
        if following is not None and following.kind == "field":
            self.problems.add(following.position, f"one field cannot follow another: {lexeme.text}: {following.text}:")
            return None
        if following is None or following.kind in ("close", "or", "and"):
            self.problems.add(lexeme.position, f"there is nothing after {lexeme.text}:")
            return None
        return self._parse_positive(self.take(), lexeme, depth)

    def _make_filter(self, lexeme: Lexeme, column: Lexeme, value: str, prefix: bool) -> QueryNode | None:
        name = column.text
        if name in ("since", "until") and not is_exact_period(value):
            self.problems.add(
                lexeme.position, f"{name}: takes a year, a month or a day, such as 2022, 2022-03, 2022-03-11"
            )
            return None
        if name in NAME_FILTERS and not index_words(value):
            self.problems.add(lexeme.position, f"{name}: takes a name")
            return None
        if prefix and (column.exact or name not in NAME_FILTERS):
            field_name = f"{name}:=" if column.exact else f"{name}:"
            self.problems.add(lexeme.position + max(0, len(lexeme.text) - 1), f"{field_name} takes no star")
        return Filter(name, value, prefix and not column.exact, column.exact)

    def _parse_group(self, opening: Lexeme, column: _Column, depth: int) -> QueryNode | None:
        if depth >= MAX_DEPTH:
            self.problems.add(opening.position, f"parentheses are nested more than {MAX_DEPTH} deep")
            self.position = len(self.lexemes)
            return None
        following = self.peek()
        if following is not None and following.kind == "close":
            self.problems.add(opening.position, "there is nothing between the parentheses")
        node = self.parse_alternatives(column, depth + 1)
        if self.peek() is None:
            self.problems.add(opening.position, "a parenthesis is not closed")
        else:
            self.position += 1
        return node

    def _parse_near(self, lexeme: Lexeme, column: _Column) -> QueryNode | None:
        distance = NEAR_DISTANCE
        content = lexeme.text
        content_start = lexeme.position + len("NEAR(")
        distance_match = _DISTANCE.search(content)
        if distance_match:
            distance = min(int(distance_match["number"] or NEAR_DISTANCE), MAX_DISTANCE)
            content = content[: distance_match.start()]
            if distance_match["odd"]:
                self.problems.add(
                    content_start + distance_match.start("odd"),
                    "after NEAR's comma stands a number: NEAR(peace talks, 5)",
                )
            if further := _DISTANCE.search(content):
                self.problems.add(content_start + further.start(), "after NEAR's comma stands one number")
                content = content[: further.start()]
        malformed = _NOT_IN_NEAR.search(content)
        if malformed:
            self.problems.add(content_start + malformed.start(), 'NEAR takes words, prefix* and "phrases" only')
        pieces = _PIECE_OF_NEAR.findall(content)[:MAX_TERMS]
        terms = [Term(tuple(words), piece.endswith("*")) for piece in pieces if (words := index_words(piece))]
        self.term_count += len(terms)
        name = column.text if column else None
        if name in FILTERS or self.term_count > MAX_TERMS:
            self.problems.add(lexeme.position, f"NEAR cannot follow {name}:" if name in FILTERS else "too many words")
            return None
        if len(terms) < 2:
            self.problems.add(lexeme.position, "NEAR takes two words or more, such as NEAR(peace talks, 5)")
            return Term(terms[0].words, terms[0].prefix, name) if terms else None
        return Near(tuple(terms), distance, name)


def _make_and(nodes: list[QueryNode]) -> QueryNode | None:
    if not nodes:
        return None
    return nodes[0] if len(nodes) == 1 else And(tuple(nodes))
