"""The benchmarks of searching still run, and both of their sides find the same."""

from __future__ import annotations

import runpy
import sqlite3
from pathlib import Path

import pytest

from crawler.archive import Archive

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture(scope="module")
def generator():
    return runpy.run_path(str(BENCHMARKS / "archives.py"))


def test_the_same_seed_makes_the_same_articles_in_six_languages(generator):
    some, again, other = ([*generator["articles"](40, seed)] for seed in (1, 1, 2))
    assert some == again
    assert {article.digest for article in some}.isdisjoint(article.digest for article in other)
    assert {article.language for article in some} == set(generator["WORDS"])
    assert len(some) == 40


@pytest.mark.slow
def test_every_question_is_answered_and_counted_as_by_hand(generator, tmp_path):
    """A second; the archive that is asked is made below."""
    path = tmp_path / "archive.db"
    generator["build"](path, 150, 1)
    asked = runpy.run_path(str(BENCHMARKS / "search.py"))
    with Archive(path) as archive, sqlite3.connect(path) as bare:
        assert archive.count() == 150
        for question in asked["QUESTIONS"]:
            ours, same, _ = asked["measure"](archive, bare, question, 1)  # raises when the sides differ
            assert ours >= 0 <= same
    bare.close()
