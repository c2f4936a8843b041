"""Writes invented reports in four languages; the same key makes the same reports, in German and French translations."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from crawler.practice.dice import Dice
from crawler.practice.prose import load_sentences

SENTENCES_PER_PARAGRAPH = 3
_NOT_IN_SLUGS = re.compile(r"[^0-9a-z\u0900-\u0963]+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Writing:
    """The parts that reports of one language are made of."""

    statement: tuple[str, ...]
    """Sentences with ``{subject}``, ``{verb}``, ``{object}``, ``{where}`` and ``{when}``."""
    headline: tuple[str, ...]
    subjects: tuple[str, ...]
    verbs: tuple[str, ...]
    objects: tuple[str, ...]
    wheres: tuple[str, ...]
    whens: tuple[str, ...]
    sentences: tuple[str, ...]
    """Whole sentences with ``{place}``, ``{name}`` and ``{n}``. Their count is a prime."""
    places: tuple[str, ...]
    first_names: tuple[str, ...]
    last_names: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """A text that no paper has printed yet."""

    headline: str
    lead: str
    authors: tuple[str, ...]
    place: str
    paragraphs: tuple[str, ...]


@cache
def load_writing(language: str) -> Writing:
    """Return the parts of reports in ``en``, ``de``, ``fr`` or ``hi``."""
    text = (files("crawler.practice.world") / "data" / f"writing-{language}.toml").read_text(encoding="utf-8")
    parts = {name: tuple(values) for name, values in tomllib.loads(text).items()}
    parts["sentences"] = parts["sentences"] or load_sentences(language)
    return Writing(**parts)


def write_reports(language: str, key: str, count: int, paragraph_count: int = 5) -> tuple[Report, ...]:
    """Return that many reports, no two under one headline."""
    reports: dict[str, Report] = {}
    attempt = 0
    while len(reports) < count:
        report = _write_report(load_writing(language), Dice(f"{key}/{attempt}"), attempt, paragraph_count)
        reports.setdefault(report.headline, report)
        attempt += 1
    return tuple(reports.values())


def write_paragraphs(language: str, key: str, count: int) -> tuple[str, ...]:
    """Return further paragraphs of a report, for long ones."""
    writing, dice = load_writing(language), Dice(key)
    return _write_paragraphs(writing, dice, dice.pick(writing.places), count)


def _write_report(writing: Writing, dice: Dice, number: int, paragraph_count: int) -> Report:
    place = dice.pick(writing.places)
    event = {
        "subject": dice.pick(writing.subjects),
        "verb": dice.pick(writing.verbs),
        "object": dice.pick(writing.objects),
        "where": dice.pick(writing.wheres),
        "when": dice.pick(writing.whens),
    }
    author_count = 0 if number % 9 == 4 else 2 if number % 7 == 3 else 1
    authors = tuple(dict.fromkeys(_make_name(writing, dice) for _ in range(author_count)))
    return Report(
        headline=_capitalise(dice.pick(writing.headline).format(**event)),
        lead=_make_statement(writing, dice),
        authors=authors,
        place=place,
        paragraphs=_write_paragraphs(writing, dice, place, paragraph_count),
    )


def _write_paragraphs(writing: Writing, dice: Dice, place: str, count: int) -> tuple[str, ...]:
    start, stride = dice.roll(), 1 + dice.roll() % (len(writing.sentences) - 1)
    sentences = []
    for index in range(count * SENTENCES_PER_PARAGRAPH):
        if index % SENTENCES_PER_PARAGRAPH == 0:
            sentences.append(_make_statement(writing, dice))
        else:
            sentence = writing.sentences[(start + index * stride) % len(writing.sentences)]
            sentences.append(sentence.format(place=place, name=_make_name(writing, dice), n=17 + dice.roll() % 880))
    return tuple(
        " ".join(sentences[first : first + SENTENCES_PER_PARAGRAPH])
        for first in range(0, len(sentences), SENTENCES_PER_PARAGRAPH)
    )


def _make_statement(writing: Writing, dice: Dice) -> str:
    return _capitalise(
        dice.pick(writing.statement).format(
            subject=dice.pick(writing.subjects),
            verb=dice.pick(writing.verbs),
            object=dice.pick(writing.objects),
            where=dice.pick(writing.wheres),
            when=dice.pick(writing.whens),
        )
    )


def _make_name(writing: Writing, dice: Dice) -> str:
    return f"{dice.pick(writing.first_names)} {dice.pick(writing.last_names)}"


def _capitalise(text: str) -> str:
    return text[:1].upper() + text[1:]


def make_slug(text: str, length: int = 8) -> str:
    """Return the first words of a text as addresses spell them: Latin letters without accents, Devanagari as it is."""
    plain = text.lower().replace("ß", "ss").replace("œ", "oe").replace("'", "")
    letters = unicodedata.normalize("NFKD", plain)
    bare = "".join(letter for letter in letters if not "\u0300" <= letter <= "\u036f")
    words = [word for word in _NOT_IN_SLUGS.split(unicodedata.normalize("NFC", bare)) if word]
    return "-".join(words[:length])
