"""Parses the query language into a tree. It reads everything and never raises.

Words stand side by side (all must occur); ``"a phrase"``; ``prefix*``; ``NEAR(a b, 5)``; ``-word`` or ``NOT word``;
``OR``, ``AND`` and parentheses; ``author:``, ``headline:``, ``lead:``, ``body:``, ``place:``, ``kicker:``,
``language:``, ``site:``, ``story:``, ``since:``, ``until:`` and ``snapshot:``, before a word, a phrase or parentheses;
``place:="Hong Kong"``, ``author:=`` and ``kicker:=`` mean the whole name and not a part of it. Full-width
signs and every kind of quotation mark count as the plain ones. What cannot be meant is read as well as it can be, and
noted in ``problems`` with its place.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, field
from functools import lru_cache

from crawler.normalisation.periods import is_period
from crawler.normalisation.tokenizer import index_words

TEXT_FIELDS = ("headline", "lead", "body", "byline")
NAME_FILTERS = ("author", "place", "kicker")
"""Filters whose value has to hold a letter or a digit, and which an equals sign makes exact."""
FILTERS = ("author", "place", "kicker", "language", "site", "story", "since", "until", "snapshot")
MAX_LENGTH = 2_000
MAX_TERMS = 120
MAX_DEPTH = 20
NEAR_DISTANCE = 10
MAX_DISTANCE = 1_000

# Same length on both sides, so that places in the query stay what they are.
_FULLWIDTH_TO_ASCII = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_FULLWIDTH_TO_ASCII |= {ord(mark): ord('"') for mark in "“”„‟«»「」『』〝〞〟《》"}
_FULLWIDTH_TO_ASCII[ord("−")] = ord("-")  # but no dash: one before a word is punctuation, not a wish
_LEXEME = re.compile(
    r"""(?P<space>\s+)|(?P<open>\()|(?P<close>\))|(?P<quote>")|(?P<minus>-+(?=[^\s)-]))|(?P<word>[^\s()"]+)"""
)
_FIELD = re.compile(r"(?P<name>[A-Za-z]{1,20}):(?P<rest>.*)", re.DOTALL)
_DISTANCE = re.compile(r",\s*(?:(?P<number>\d{1,9})|(?P<odd>[^\s,\d][^\s,]*))?\s*$")
_NOT_IN_NEAR = re.compile(r"\((?=\S)|(?<!\S)(?:OR|AND|NOT|NEAR)(?!\S)|(?<!\S)-(?=\w)|(?<!\S)[a-z]+:(?=\w)")


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase as the index holds it, in one field or in any."""

    words: tuple[str, ...]
    prefix: bool = False
    column: str | None = None


@dataclass(frozen=True, slots=True)
class Near:
    """Terms that stand within so many words of each other."""

    terms: tuple[Term, ...]
    distance: int
    column: str | None = None


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition that is not about the words of the text; ``name`` is one of :data:`FILTERS`."""

    name: str
    value: str
    prefix: bool = False
    exact: bool = False
    """The whole name, not a part of it: for author, place and kicker, which else are found by any words of theirs."""


@dataclass(frozen=True, slots=True)
class NoneOf:
    """Everything but."""

    node: QueryNode


@dataclass(frozen=True, slots=True)
class And:
    """All of these."""

    nodes: tuple[QueryNode, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Any of these."""

    nodes: tuple[QueryNode, ...]


QueryNode = Term | Near | Filter | NoneOf | And | Or


@dataclass(frozen=True, slots=True)
class QueryProblem:
    """What is odd in a query, and where (from 0)."""

    position: int
    message: str


@dataclass(frozen=True, slots=True)
class Query:
    """A query, read."""

    text: str
    node: QueryNode | None
    """None for a query that names nothing to search for."""
    problems: tuple[QueryProblem, ...] = ()


@lru_cache(maxsize=128)  # counts, facets, hits and marks of one search all ask
def parse_query(text: str) -> Query:
    """Read a query; whatever the input, a query comes out, and ``problems`` says what was odd."""
    reader = _Parser(text)
    node = reader.parse_alternatives(None, 0)
    while reader.peek() is not None:  # only a closing parenthesis too many stops the reading early
        position = reader.take().position
        reader.problem(position, "a closing parenthesis without an opening one")
        rest = reader.parse_alternatives(None, 0)
        node = _make_and([part for part in (node, rest) if part is not None])
    if node is None and text.strip() and not reader.problems:
        reader.problem(0, "there is no word to search for")
    return Query(text, node, tuple(reader.problems))


@dataclass(frozen=True, slots=True)
class _Lexeme:
    kind: str
    text: str
    position: int
    exact: bool = False


_Column = _Lexeme | None
"""The field that a word stands behind."""


@dataclass(slots=True)
class _Parser:
    text: str
    problems: list[QueryProblem] = field(default_factory=list)
    lexemes: list[_Lexeme] = field(default_factory=list)
    at: int = 0
    terms: int = 0

    def __post_init__(self) -> None:
        if len(self.text) > MAX_LENGTH:
            self.problem(MAX_LENGTH, f"the query is longer than {MAX_LENGTH} characters; the rest was left out")
        plain = self.text[:MAX_LENGTH].translate(_FULLWIDTH_TO_ASCII)
        place = 0
        while place < len(plain):
            match = _LEXEME.match(plain, place)
            if match is None:
                break
            place = match.end()
            kind = match.lastgroup or "word"
            if kind == "quote":
                place = self._read_phrase(plain, match.end())
            elif kind == "word":
                place = self._word(plain, match)
            elif kind != "space":
                self.lexemes.append(_Lexeme(kind, match[0], match.start()))

    def problem(self, position: int, message: str) -> None:
        if len(self.problems) < 20:
            self.problems.append(QueryProblem(min(position, len(self.text)), message))

    def peek(self) -> _Lexeme | None:
        return self.lexemes[self.at] if self.at < len(self.lexemes) else None

    def take(self) -> _Lexeme:
        self.at += 1
        return self.lexemes[self.at - 1]

    def parse_alternatives(self, column: _Column, depth: int) -> QueryNode | None:
        """Read alternatives up to a closing parenthesis or the end."""
        nodes: list[QueryNode] = []
        pending: _Lexeme | None = None
        empty = True
        while True:
            node = self.both(column, depth)
            if node is not None:
                nodes.append(node)
                pending = None
                empty = False
            elif pending is not None:
                self.problem(pending.position, "OR needs something on both sides")
                pending = None
            lexeme = self.peek()
            if lexeme is None or lexeme.kind == "close":
                break
            pending = self.take()  # OR
            if empty:
                self.problem(pending.position, "OR needs something on both sides")
                pending = None
        if not nodes:
            return None
        return nodes[0] if len(nodes) == 1 else Or(tuple(nodes))

    def both(self, column: _Column, depth: int) -> QueryNode | None:
        """Read what stands side by side, up to OR, a closing parenthesis or the end."""
        nodes: list[QueryNode] = []
        last_and: _Lexeme | None = None
        while (lexeme := self.peek()) is not None and lexeme.kind not in ("close", "or"):
            if lexeme.kind == "and":
                if not nodes:
                    self.problem(lexeme.position, "AND needs something on both sides")
                else:
                    last_and = lexeme
                self.at += 1
                continue
            node = self.one(column, depth)
            if node is not None:
                nodes.append(node)
                last_and = None
        if last_and is not None:
            self.problem(last_and.position, "AND needs something on both sides")
        return _make_and(nodes)

    def one(self, column: _Column, depth: int) -> QueryNode | None:
        """Read one word, phrase, group, NEAR, or the negation of one."""
        negations = 0
        lexeme = self.take()
        start = lexeme
        while lexeme.kind in ("minus", "not"):
            negations += 1
            following = self.peek()
            if following is None or following.kind in ("close", "or", "and"):
                self.problem(start.position, "there is nothing after the minus sign or NOT")
                return None
            lexeme = self.take()
        node = self._parse_positive(lexeme, column, depth)
        return NoneOf(node) if node is not None and negations % 2 else node

    def _parse_positive(self, lexeme: _Lexeme, column: _Column, depth: int) -> QueryNode | None:
        if lexeme.kind == "field":
            return self._parse_field(lexeme, depth)
        if lexeme.kind == "open":
            return self._group(lexeme, column, depth)
        if lexeme.kind == "near":
            return self._near(lexeme, column)
        self.terms += 1
        if self.terms > MAX_TERMS:
            if self.terms == MAX_TERMS + 1:
                self.problem(lexeme.position, f"only the first {MAX_TERMS} words were used")
            return None
        prefix = lexeme.text.endswith("*")
        printed = lexeme.text.rstrip("*")
        if column is not None and column.text in FILTERS:
            return self._filter(lexeme, column, printed.strip(), prefix)
        found = index_words(printed)
        if not found and lexeme.kind == "phrase":
            self.problem(lexeme.position, "there is no word between the quotation marks")
        star = printed.find("*")
        if found and lexeme.kind == "word" and star >= 0:
            self.problem(lexeme.position + star, "a star stands for the rest of a word: at its end only, as in bishop*")
        return Term(tuple(found), prefix, column.text if column else None) if found else None

    def _parse_field(self, lexeme: _Lexeme, depth: int) -> QueryNode | None:
        following = self.peek()
        if following is not None and following.kind in ("minus", "not"):
            self.problem(following.position, f"a minus sign or NOT stands before the field: -{lexeme.text}:word")
            return None
        if following is not None and following.kind == "field":
            self.problem(following.position, f"one field cannot follow another: {lexeme.text}: {following.text}:")
            return None
        if following is None or following.kind in ("close", "or", "and"):
            self.problem(lexeme.position, f"there is nothing after {lexeme.text}:")
            return None
        return self._parse_positive(self.take(), lexeme, depth)

    def _filter(self, lexeme: _Lexeme, column: _Lexeme, value: str, prefix: bool) -> QueryNode | None:
        name = column.text
        if name in ("since", "until") and not is_period(value):
            self.problem(lexeme.position, f"{name}: takes a year, a month or a day, such as 2022, 2022-03, 2022-03-11")
            return None
        if name in NAME_FILTERS and not index_words(value):
            self.problem(lexeme.position, f"{name}: takes a name")
            return None
        if prefix and (column.exact or name not in NAME_FILTERS):
            shown = f"{name}:=" if column.exact else f"{name}:"
            self.problem(lexeme.position + max(0, len(lexeme.text) - 1), f"{shown} takes no star")
        return Filter(name, value, prefix and not column.exact, column.exact)

    def _group(self, opening: _Lexeme, column: _Column, depth: int) -> QueryNode | None:
        if depth >= MAX_DEPTH:
            self.problem(opening.position, f"parentheses are nested more than {MAX_DEPTH} deep")
            self.at = len(self.lexemes)
            return None
        closed = self.peek()
        if closed is not None and closed.kind == "close":
            self.problem(opening.position, "there is nothing between the parentheses")
        node = self.parse_alternatives(column, depth + 1)
        if self.peek() is None:
            self.problem(opening.position, "a parenthesis is not closed")
        else:
            self.at += 1
        return node

    def _near(self, lexeme: _Lexeme, column: _Column) -> QueryNode | None:
        distance = NEAR_DISTANCE
        inside = lexeme.text
        begin = lexeme.position + len("NEAR(")
        stated = _DISTANCE.search(inside)
        if stated:
            distance = min(int(stated["number"] or NEAR_DISTANCE), MAX_DISTANCE)
            inside = inside[: stated.start()]
            if stated["odd"]:
                self.problem(begin + stated.start("odd"), "after NEAR's comma stands a number: NEAR(peace talks, 5)")
        odd = _NOT_IN_NEAR.search(inside)
        if odd:
            self.problem(begin + odd.start(), 'NEAR takes words, prefix* and "phrases" only')
        pieces = re.findall(r'"[^"]*"\*?|[^\s"]+', inside)[:MAX_TERMS]
        terms = [Term(tuple(found), piece.endswith("*")) for piece in pieces if (found := index_words(piece))]
        self.terms += len(terms)
        name = column.text if column else None
        if name in FILTERS or self.terms > MAX_TERMS:
            self.problem(lexeme.position, f"NEAR cannot follow {name}:" if name in FILTERS else "too many words")
            return None
        if len(terms) < 2:
            self.problem(lexeme.position, "NEAR takes two words or more, such as NEAR(peace talks, 5)")
            return Term(terms[0].words, terms[0].prefix, name) if terms else None
        return Near(tuple(terms), distance, name)

    def _read_phrase(self, plain: str, start: int) -> int:
        """Read a phrase whose quotation mark has been read; return the place after it."""
        end = plain.find('"', start)
        if end < 0:
            self.problem(start - 1, "a quotation mark is not closed")
            end = len(plain)
        stop = end + 1
        star = "*" if plain[stop : stop + 1] == "*" else ""
        # The printed marks are kept inside: “《” is no letter, and words() drops it as it did when indexing.
        self.lexemes.append(_Lexeme("phrase", self.text[start:end] + star, start - 1))
        return stop + len(star)

    def _word(self, plain: str, match: re.Match[str]) -> int:
        text, start = match[0], match.start()
        if text in ("OR", "AND", "NOT"):
            self.lexemes.append(_Lexeme(text.lower(), text, start))
            return match.end()
        following = plain[match.end() : match.end() + 2]
        if text == "NEAR" and following == " (":
            self.problem(match.end(), "no space between NEAR and its parenthesis: NEAR(peace talks, 5)")
        if text == "NEAR" and following[:1] == "(":
            end = plain.find(")", match.end())
            if end < 0:
                self.problem(match.end(), "a parenthesis is not closed")
                end = len(plain)
            self.lexemes.append(_Lexeme("near", plain[match.end() + 1 : end], start))
            return end + 1
        named = _FIELD.match(text)
        if named and (name := named["name"].lower()) in (*TEXT_FIELDS, *FILTERS):
            exact = name in NAME_FILTERS and named["rest"].startswith("=")
            self.lexemes.append(_Lexeme("field", name, start, exact))
            return start + len(named["name"]) + 1 + exact
        if named and len(named["name"]) > 3 and not named["rest"].startswith("/"):
            close = difflib.get_close_matches(named["name"].lower(), (*TEXT_FIELDS, *FILTERS), 1, 0.8)
            if close:
                self.problem(start, f"there is no field {named['name']}: (did you mean {close[0]}: ?)")
        self.lexemes.append(_Lexeme("word", text, start))
        return match.end()


def _make_and(nodes: list[QueryNode]) -> QueryNode | None:
    if not nodes:
        return None
    return nodes[0] if len(nodes) == 1 else And(tuple(nodes))
