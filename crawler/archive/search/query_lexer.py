"""Cuts a query into its pieces: words, phrases, names of fields, operators and parentheses."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from crawler.archive.search import foreign_syntax
from crawler.archive.search.query import FIELD_NAMES, MAX_LENGTH, NAME_FILTERS, QueryProblem
from crawler.normalisation.words.variant_rules import HEBREW

# Each sign is replaced by one sign, so that positions in the query stay the same.
_FULLWIDTH_TO_ASCII = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_FULLWIDTH_TO_ASCII |= {ord(mark): ord('"') for mark in "“”„‟«»「」『』〝〞〟《》"}
_FULLWIDTH_TO_ASCII[ord("−")] = ord("-")  # but no dash: one before a word is punctuation, not a minus
# A mark between two Hebrew letters belongs to an abbreviation (צה"ל) and opens no phrase; but outside of phrases one
# before a word that another mark closes does (ב"הארץ"), unless that mark stands between letters too (ד"ר"ש).
INSIDE_HEBREW = rf'(?<=[{HEBREW}\u0591-\u05c7])"(?=[\u0591-\u05c7]{{0,4}}[{HEBREW}])'
_GLUED_PHRASE = rf'[{HEBREW}]{{2,}}"(?![\u0591-\u05c7]{{0,4}}[{HEBREW}])'
_WORD = rf'(?:[^\s()"]|{INSIDE_HEBREW}(?!{_GLUED_PHRASE}))+'
_LEXEME = re.compile(
    rf"""(?P<space>\s+)|(?P<open>\()|(?P<close>\))|(?P<minus>-+(?=[^\s)-]))|(?P<word>{_WORD})|(?P<quote>")"""
)
_END_OF_PHRASE = re.compile(rf'(?!{INSIDE_HEBREW})"')
_FIELD = re.compile(r"(?P<name>[A-Za-z]{1,20}):(?P<rest>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Lexeme:
    """A piece of a query."""

    kind: str
    """``word``, ``phrase``, ``near``, ``field``, ``open``, ``close``, ``minus``, ``or``, ``and``, ``not``."""
    text: str
    """Of a phrase or a NEAR what stands inside; of a field its name."""
    position: int
    exact: bool = False
    """True for a field that an equals sign follows."""


@dataclass(slots=True)
class QueryProblems:
    """The malformed parts of one query, the first twenty of them."""

    text: str
    problems: list[QueryProblem] = field(default_factory=list)

    def add(self, position: int, message: str) -> None:
        """Add a malformed part of the query, with its position from 0."""
        if len(self.problems) < 20:
            self.problems.append(QueryProblem(min(position, len(self.text)), message))


def split_query(text: str, problems: QueryProblems) -> list[Lexeme]:
    """Return the pieces of a query in their order, of its first :data:`MAX_LENGTH` characters; add what is malformed.

    >>> [(piece.kind, piece.text) for piece in split_query('place:="Hong Kong" -boat*', QueryProblems(""))]
    [('field', 'place'), ('phrase', 'Hong Kong'), ('minus', '-'), ('word', 'boat*')]
    """
    lexer = _Lexer(text, problems)
    lexer.read()
    return lexer.lexemes


@dataclass(slots=True)
class _Lexer:
    text: str
    problems: QueryProblems
    lexemes: list[Lexeme] = field(default_factory=list)

    def read(self) -> None:
        """Read the whole text into ``lexemes``."""
        if len(self.text) > MAX_LENGTH:
            self.problems.add(MAX_LENGTH, f"a query has at most {MAX_LENGTH} characters")
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
                self.lexemes.append(Lexeme(kind, match[0], match.start()))

    def _read_phrase(self, plain: str, start: int) -> int:
        """Read a phrase after its opening quotation mark, and return the position after the phrase."""
        match = _END_OF_PHRASE.search(plain, start)
        if match is None:
            self.problems.add(start - 1, "a quotation mark is not closed")
        end = match.start() if match else len(plain)
        stop = end + 1
        star = "*" if plain[stop : stop + 1] == "*" else ""
        # The printed marks are kept inside: “《” is no letter, and index_words() drops it as it did for the index.
        if foreign := foreign_syntax.find_star_in_phrase(plain[start:end]):
            self.problems.add(start + foreign.position, foreign.message)
        if foreign := foreign_syntax.find_slop(plain[stop:]):
            self.problems.add(stop, foreign.message)
        self.lexemes.append(Lexeme("phrase", self.text[start:end] + star, start - 1))
        return stop + len(star)

    def _read_word(self, plain: str, match: re.Match[str]) -> int:
        text, start = match[0], match.start()
        if text in ("OR", "AND", "NOT"):
            self.lexemes.append(Lexeme(text.lower(), text, start))
            return match.end()
        following = plain[match.end() : match.end() + 2]
        before = self.lexemes[-1].text if self.lexemes else ""
        if foreign := foreign_syntax.find_odd_near(before, text, plain[match.end() :]):
            self.problems.add(start + foreign.position, foreign.message)
        if text == "NEAR" and following[:1] == "(":
            end = plain.find(")", match.end())
            if end < 0:
                self.problems.add(match.end(), "a parenthesis is not closed")
                end = len(plain)
            self.lexemes.append(Lexeme("near", plain[match.end() + 1 : end], start))
            return end + 1
        if foreign := foreign_syntax.find_field_without_colon(text, following, FIELD_NAMES):
            self.problems.add(start + foreign.position, foreign.message)
        field_match = _FIELD.match(text)
        if field_match and (name := field_match["name"].lower()) in FIELD_NAMES:
            exact = name in NAME_FILTERS and field_match["rest"].startswith("=")
            self.lexemes.append(Lexeme("field", name, start, exact))
            return start + len(field_match["name"]) + 1 + exact
        if field_match and (
            message := foreign_syntax.explain_field(
                field_match["name"], field_match["rest"] or following[:1], FIELD_NAMES
            )
        ):
            self.problems.add(start, message)
        self.lexemes.append(Lexeme("word", text, start))
        return match.end()
