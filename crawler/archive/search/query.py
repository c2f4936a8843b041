"""Parses the query language into a tree; no input raises an error.

Words stand side by side (all must occur); ``"a phrase"``; ``prefix*``; ``NEAR(a b, 5)``; ``-word`` or ``NOT word``;
``OR``, ``AND`` and parentheses; ``author:``, ``headline:``, ``lead:``, ``body:``, ``place:``, ``country:``,
``kicker:``, ``language:``, ``site:``, ``story:``, ``since:``, ``until:`` and ``snapshot:``, before a word, a phrase or
parentheses;
``place:="Hong Kong"``, ``author:=`` and ``kicker:=`` mean the whole name and not a part of it. Full-width
signs and every kind of quotation mark count as the plain ones; one between two Hebrew letters is part of their word
(``צה"ל``). The parser makes the best of malformed parts, and lists
them in ``problems`` with their positions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from crawler.archive.search import foreign_syntax
from crawler.normalisation.dates.periods import is_exact_period
from crawler.normalisation.words.tokenizer import index_words
from crawler.normalisation.words.variant_rules import HEBREW

TEXT_FIELDS = ("headline", "lead", "body", "byline")
NAME_FILTERS = ("author", "place", "kicker")
"""Filters whose value has to hold a letter or a digit, and which an equals sign makes exact."""
FILTERS = ("author", "place", "country", "kicker", "language", "site", "story", "since", "until", "snapshot")
_NAMES = (*TEXT_FIELDS, *FILTERS)
MAX_LENGTH = 2_000
MAX_TERMS = 120
MAX_DEPTH = 20
NEAR_DISTANCE = 10
MAX_DISTANCE = 1_000

# Each sign is replaced by one sign, so that positions in the query stay the same.
_FULLWIDTH_TO_ASCII = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_FULLWIDTH_TO_ASCII |= {ord(mark): ord('"') for mark in "“”„‟«»「」『』〝〞〟《》"}
_FULLWIDTH_TO_ASCII[ord("−")] = ord("-")  # but no dash: one before a word is punctuation, not a minus
# A mark between two Hebrew letters belongs to an abbreviation (צה"ל) and opens no phrase; but outside of phrases one
# before a word that another mark closes does (ב"הארץ"), unless that mark stands between letters too (ד"ר"ש).
_INSIDE_HEBREW = rf'(?<=[{HEBREW}\u0591-\u05c7])"(?=[\u0591-\u05c7]{{0,4}}[{HEBREW}])'
_GLUED_PHRASE = rf'[{HEBREW}]{{2,}}"(?![\u0591-\u05c7]{{0,4}}[{HEBREW}])'
_WORD = rf'(?:[^\s()"]|{_INSIDE_HEBREW}(?!{_GLUED_PHRASE}))+'
_LEXEME = re.compile(
    rf"""(?P<space>\s+)|(?P<open>\()|(?P<close>\))|(?P<minus>-+(?=[^\s)-]))|(?P<word>{_WORD})|(?P<quote>")"""
)
_END_OF_PHRASE = re.compile(rf'(?!{_INSIDE_HEBREW})"')
_PIECE_OF_NEAR = re.compile(rf'"(?:[^"]|{_INSIDE_HEBREW})*"\*?|(?:[^\s"]|{_INSIDE_HEBREW})+')
_FIELD = re.compile(r"(?P<name>[A-Za-z]{1,20}):(?P<rest>.*)", re.DOTALL)
_DISTANCE = re.compile(r",\s*(?:(?P<number>\d{1,9})|(?P<odd>[^\s,\d][^\s,]*))?\s*$")
_NOT_IN_NEAR = re.compile(r"\((?=\S)|(?<!\S)(?:OR|AND|NOT|NEAR)(?!\S)|(?<!\S)-(?=\w)|(?<!\S)[a-z]+:(?=\w)")


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


@lru_cache(maxsize=128)  # counts, facets, hits and marks of one search all parse it
def parse_query(text: str) -> Query:
    """Parse a query; any input gives one, with its malformed parts in ``problems``."""
    parser = _Parser(text)
    node = parser.parse_alternatives(None, 0)
    while parser.peek() is not None:  # only a closing parenthesis too many stops the parser early
        position = parser.take().position
        parser.add_problem(position, "a closing parenthesis without an opening one")
        further_node = parser.parse_alternatives(None, 0)
        node = _make_and([part for part in (node, further_node) if part is not None])
    if node is None and text.strip() and not parser.problems:
        parser.add_problem(0, "there is no word to search for")
    return Query(text, node, tuple(parser.problems))


@dataclass(frozen=True, slots=True)
class _Lexeme:
    kind: str
    text: str
    position: int
    exact: bool = False


_Column = _Lexeme | None
"""The field before a word."""


@dataclass(slots=True)
class _Parser:
    text: str
    problems: list[QueryProblem] = field(default_factory=list)
    lexemes: list[_Lexeme] = field(default_factory=list)
    position: int = 0
    term_count: int = 0

    def __post_init__(self) -> None:
        if len(self.text) > MAX_LENGTH:
            self.add_problem(MAX_LENGTH, f"a query has at most {MAX_LENGTH} characters")
        plain_text = self.text[:MAX_LENGTH].translate(_FULLWIDTH_TO_ASCII)
        start = 0
        while start < len(plain_text):
            match = _LEXEME.match(plain_text, start)
            if match is None:
                break
            start = match.end()
            kind = match.lastgroup or "word"
            if kind == "quote":
                start = self._read_phrase(plain_text, match.end())
            elif kind == "word":
                start = self._read_word(plain_text, match)
            elif kind != "space":
                self.lexemes.append(_Lexeme(kind, match[0], match.start()))

    def add_problem(self, position: int, message: str) -> None:
        if len(self.problems) < 20:
            self.problems.append(QueryProblem(min(position, len(self.text)), message))

    def peek(self) -> _Lexeme | None:
        return self.lexemes[self.position] if self.position < len(self.lexemes) else None

    def take(self) -> _Lexeme:
        self.position += 1
        return self.lexemes[self.position - 1]

    def parse_alternatives(self, column: _Column, depth: int) -> QueryNode | None:
        """Parse alternatives, up to a closing parenthesis or the end."""
        nodes: list[QueryNode] = []
        pending: _Lexeme | None = None
        empty = True
        while True:
            node = self.parse_sequence(column, depth)
            if node is not None:
                nodes.append(node)
                pending = None
                empty = False
            elif pending is not None:
                self.add_problem(pending.position, "OR needs something on both sides")
                pending = None
            lexeme = self.peek()
            if lexeme is None or lexeme.kind == "close":
                break
            pending = self.take()  # OR
            if empty:
                self.add_problem(pending.position, "OR needs something on both sides")
                pending = None
        if not nodes:
            return None
        return nodes[0] if len(nodes) == 1 else Or(tuple(nodes))

    def parse_sequence(self, column: _Column, depth: int) -> QueryNode | None:
        """Parse nodes that stand side by side, up to OR, a closing parenthesis or the end."""
        nodes: list[QueryNode] = []
        last_and: _Lexeme | None = None
        while (lexeme := self.peek()) is not None and lexeme.kind not in ("close", "or"):
            if lexeme.kind == "and":
                if not nodes:
                    self.add_problem(lexeme.position, "AND needs something on both sides")
                else:
                    last_and = lexeme
                self.position += 1
                continue
            node = self.parse_term(column, depth)
            if node is not None:
                nodes.append(node)
                last_and = None
        if last_and is not None:
            self.add_problem(last_and.position, "AND needs something on both sides")
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
                self.add_problem(start.position, "there is nothing after the minus sign or NOT")
                return None
            lexeme = self.take()
        node = self._parse_positive(lexeme, column, depth)
        return NoneOf(node) if node is not None and negations % 2 else node

    def _parse_positive(self, lexeme: _Lexeme, column: _Column, depth: int) -> QueryNode | None:
        if lexeme.kind == "field":
            return self._parse_field(lexeme, depth)
        if lexeme.kind == "open":
            return self._parse_group(lexeme, column, depth)
        if lexeme.kind == "near":
            return self._parse_near(lexeme, column)
        self.term_count += 1
        if self.term_count > MAX_TERMS:
            if self.term_count == MAX_TERMS + 1:
                self.add_problem(lexeme.position, f"only the first {MAX_TERMS} words were used")
            return None
        prefix = lexeme.text.endswith("*")
        text = lexeme.text.rstrip("*")
        if column is not None and column.text in FILTERS:
            return self._make_filter(lexeme, column, text.strip(), prefix)
        words = index_words(text)
        if not words and lexeme.kind == "phrase":
            self.add_problem(lexeme.position, "there is no word between the quotation marks")
        # As it was typed but for stars: a full-width question mark ends a sentence.
        typed = self.text[lexeme.position : lexeme.position + len(text)].replace("＊", "*")
        if foreign := foreign_syntax.find_foreign_sign(typed) if lexeme.kind == "word" else None:
            self.add_problem(lexeme.position + foreign.position, foreign.message)
        return Term(tuple(words), prefix, column.text if column else None) if words else None

    def _parse_field(self, lexeme: _Lexeme, depth: int) -> QueryNode | None:
        following = self.peek()
        if following is not None and following.kind in ("minus", "not"):
            self.add_problem(following.position, f"a minus sign or NOT stands before the field: -{lexeme.text}:word")
            return None
        if following is not None and following.kind == "field":
            self.add_problem(following.position, f"one field cannot follow another: {lexeme.text}: {following.text}:")
            return None
        if following is None or following.kind in ("close", "or", "and"):
            self.add_problem(lexeme.position, f"there is nothing after {lexeme.text}:")
            return None
        return self._parse_positive(self.take(), lexeme, depth)

    def _make_filter(self, lexeme: _Lexeme, column: _Lexeme, value: str, prefix: bool) -> QueryNode | None:
        name = column.text
        if name in ("since", "until") and not is_exact_period(value):
            self.add_problem(
                lexeme.position, f"{name}: takes a year, a month or a day, such as 2022, 2022-03, 2022-03-11"
            )
            return None
        if name in NAME_FILTERS and not index_words(value):
            self.add_problem(lexeme.position, f"{name}: takes a name")
            return None
        if prefix and (column.exact or name not in NAME_FILTERS):
            field_name = f"{name}:=" if column.exact else f"{name}:"
            self.add_problem(lexeme.position + max(0, len(lexeme.text) - 1), f"{field_name} takes no star")
        return Filter(name, value, prefix and not column.exact, column.exact)

    def _parse_group(self, opening: _Lexeme, column: _Column, depth: int) -> QueryNode | None:
        if depth >= MAX_DEPTH:
            self.add_problem(opening.position, f"parentheses are nested more than {MAX_DEPTH} deep")
            self.position = len(self.lexemes)
            return None
        following = self.peek()
        if following is not None and following.kind == "close":
            self.add_problem(opening.position, "there is nothing between the parentheses")
        node = self.parse_alternatives(column, depth + 1)
        if self.peek() is None:
            self.add_problem(opening.position, "a parenthesis is not closed")
        else:
            self.position += 1
        return node

    def _parse_near(self, lexeme: _Lexeme, column: _Column) -> QueryNode | None:
        distance = NEAR_DISTANCE
        content = lexeme.text
        content_start = lexeme.position + len("NEAR(")
        distance_match = _DISTANCE.search(content)
        if distance_match:
            distance = min(int(distance_match["number"] or NEAR_DISTANCE), MAX_DISTANCE)
            content = content[: distance_match.start()]
            if distance_match["odd"]:
                self.add_problem(
                    content_start + distance_match.start("odd"),
                    "after NEAR's comma stands a number: NEAR(peace talks, 5)",
                )
            if further := _DISTANCE.search(content):
                self.add_problem(content_start + further.start(), "after NEAR's comma stands one number")
                content = content[: further.start()]
        malformed = _NOT_IN_NEAR.search(content)
        if malformed:
            self.add_problem(content_start + malformed.start(), 'NEAR takes words, prefix* and "phrases" only')
        pieces = _PIECE_OF_NEAR.findall(content)[:MAX_TERMS]
        terms = [Term(tuple(words), piece.endswith("*")) for piece in pieces if (words := index_words(piece))]
        self.term_count += len(terms)
        name = column.text if column else None
        if name in FILTERS or self.term_count > MAX_TERMS:
            self.add_problem(lexeme.position, f"NEAR cannot follow {name}:" if name in FILTERS else "too many words")
            return None
        if len(terms) < 2:
            self.add_problem(lexeme.position, "NEAR takes two words or more, such as NEAR(peace talks, 5)")
            return Term(terms[0].words, terms[0].prefix, name) if terms else None
        return Near(tuple(terms), distance, name)

    def _read_phrase(self, plain: str, start: int) -> int:
        """Read a phrase after its opening quotation mark, and return the position after the phrase."""
        match = _END_OF_PHRASE.search(plain, start)
        if match is None:
            self.add_problem(start - 1, "a quotation mark is not closed")
        end = match.start() if match else len(plain)
        stop = end + 1
        star = "*" if plain[stop : stop + 1] == "*" else ""
        # The printed marks are kept inside: “《” is no letter, and index_words() drops it as it did for the index.
        if foreign := foreign_syntax.find_star_in_phrase(plain[start:end]):
            self.add_problem(start + foreign.position, foreign.message)
        if foreign := foreign_syntax.find_slop(plain[stop:]):
            self.add_problem(stop, foreign.message)
        self.lexemes.append(_Lexeme("phrase", self.text[start:end] + star, start - 1))
        return stop + len(star)

    def _read_word(self, plain: str, match: re.Match[str]) -> int:
        text, start = match[0], match.start()
        if text in ("OR", "AND", "NOT"):
            self.lexemes.append(_Lexeme(text.lower(), text, start))
            return match.end()
        following = plain[match.end() : match.end() + 2]
        before = self.lexemes[-1].text if self.lexemes else ""
        if foreign := foreign_syntax.find_odd_near(before, text, plain[match.end() :]):
            self.add_problem(start + foreign.position, foreign.message)
        if text == "NEAR" and following[:1] == "(":
            end = plain.find(")", match.end())
            if end < 0:
                self.add_problem(match.end(), "a parenthesis is not closed")
                end = len(plain)
            self.lexemes.append(_Lexeme("near", plain[match.end() + 1 : end], start))
            return end + 1
        if foreign := foreign_syntax.find_field_without_colon(text, following, _NAMES):
            self.add_problem(start + foreign.position, foreign.message)
        field_match = _FIELD.match(text)
        if field_match and (name := field_match["name"].lower()) in _NAMES:
            exact = name in NAME_FILTERS and field_match["rest"].startswith("=")
            self.lexemes.append(_Lexeme("field", name, start, exact))
            return start + len(field_match["name"]) + 1 + exact
        if field_match and (
            message := foreign_syntax.explain_field(field_match["name"], field_match["rest"] or following[:1], _NAMES)
        ):
            self.add_problem(start, message)
        self.lexemes.append(_Lexeme("word", text, start))
        return match.end()


def _make_and(nodes: list[QueryNode]) -> QueryNode | None:
    if not nodes:
        return None
    return nodes[0] if len(nodes) == 1 else And(tuple(nodes))
