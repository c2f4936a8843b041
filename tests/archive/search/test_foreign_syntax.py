"""What other programs' query languages have and ours has not is told, and never searched as something else."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.newsroom import GAZETTE, NOW, Newsroom
from support.tables import check_rows

from crawler.archive import Archive
from crawler.archive.search.query_parser import parse_query
from crawler.archive.search.selection import Selection
from crawler.archive.search.spelling import suggest_query


@check_rows(
    ("query", "position", "remedy"),
    [
        ("boat | ship", 5, "boat OR ship"),
        ("boat || ship", 5, "boat OR ship"),
        ("boat|ship", 4, "boat OR ship"),
        ("船|艇", 1, "boat OR ship"),
        ("boat !ship", 5, "-boat or NOT boat"),
        ("boat~", 4, "boat*"),
        ("boat~2", 4, "boat*"),
        ("boat~0.8", 4, "boat*"),
        ("boat^4", 4, "weight"),
        ('"peace talks"~5', 13, "NEAR(peace talks, 5)"),
        ('("peace talks"~10)', 14, "NEAR(peace talks, 5)"),
        ("peace NEAR/5 talks", 6, "NEAR(peace talks, 5)"),
        ("peace w/3 talks", 6, "NEAR(peace talks, 5)"),
        ("near(peace talks, 5)", 0, "NEAR(peace talks, 5)"),
        ('"the * boat"', 5, "at the end only"),
        ('"old* boat"', 4, "at the end only"),
        ('"boat *"', 6, "at the end only"),
        ('"* boat"', 1, "at the end only"),
        ('[word="boat"]', 0, "phrases"),
        ('[lemma!="boat"]', 0, "phrases"),
        ('"the" [] "boat"', 6, "phrases"),
        ("title:boat", 0, "headline:"),
        ("boat id:52", 5, "seealso show"),
        ("unit:text", 0, "--unit"),
        ("boat order:newest", 5, "--order"),
        ("TEXT:boat", 0, "body:"),
        ("date:2022", 0, "since: and until:"),
        ("lang:en boat", 0, "language:"),
        ('source:"The Gazette"', 0, "site:"),
        ("peace NEAR talks", 6, "NEAR(peace talks, 5)"),
        ("peace ADJ5 talks", 6, "NEAR(peace talks, 5)"),
        ("peace near3 talks", 6, "NEAR(peace talks, 5)"),
        ("NEAR(peace talks, 5, 6)", 16, "one number"),
        ("boat ANDNOT ship", 5, "NOT boat"),
        ("boat and_not ship", 5, "NOT boat"),
        ("boat$", 4, "boat*"),
        ("language=en", 8, "language:boat"),
        ("boat hlead=ship", 10, "headline:"),
        ("HEADLINE(boat OR ship)", 0, "headline:(boat OR ship)"),
        ("TITLE(boat)", 0, "headline:"),
        ("ATLEAST5(boat)", 0, "leave it out"),
        ("ti:boat", 0, "headline:"),
        ("au:lee", 0, "author:"),
        ("regex:/bo.t/", 0, "no patterns"),
    ],
)
def test_signs_of_other_programs_are_told_with_their_place_and_what_to_write(
    query: str, position: int, remedy: str
) -> None:
    first, *_ = parse_query(query).problems
    assert first.position == position
    assert remedy in first.message


@pytest.mark.parametrize(
    "query",
    [
        'AT&T "rock & roll" R&B',
        "wow! “stop!” ¡hola! !",
        '"what? boat"',
        "~ 5 ^ ~5 a^b",
        "km/h 24/7 w/o and/or n/a",
        '"peace tal*" "boat"*',
        '"5 * 3" "M*A*S*H"',
        "[boat] [1] [sic]",
        "title: boat",
        "12:30 a:b http://example.org from://x",
        "near by (boat)",
        "nearby near land adjacent",
        "THE NEAR EAST",
        "NEAR boat",
        "boat NEAR",
        "A$ US$ HK$5 R$",
        "boat(s) NATO(Brussels) title(s) E=mc2 a=b",
        '"peace NEAR talks"',
    ],
)
def test_signs_as_texts_have_them_are_no_problem(query: str) -> None:
    assert parse_query(query).problems == ()


def test_operators_in_small_letters_are_words_and_the_capitals_are_suggested(tmp_path: Path) -> None:
    room = Newsroom()
    with Archive(tmp_path / "archive.db", "create") as archive:
        run = archive.begin_run(GAZETTE, now=NOW)
        archive.keep([room.visit(room.article(1, "Boats", "A boat of the U.S.A. sank at noon"))], run, NOW)
        suggestions = {
            query: suggest_query(archive.db, Selection(query=query))
            for query in ("boat or ship", "boat not ship", "ship and boat", "do or die", '"boat or" ship', "USA", "UK")
        }
        archive.keep([room.visit(room.article(2, "NATO", "The nato met"))], run, NOW)
        for initials, joined in {
            "N.A.T.O.": "NATO",
            "n.a.t.o": "nato",
            "a N.A.T.O. boat": None,
            "U.S.A.": None,
        }.items():
            assert suggest_query(archive.db, Selection(query=initials)) == joined, initials
    assert suggestions["boat or ship"] == "boat OR ship"
    assert suggestions["boat not ship"] == "boat NOT ship"
    assert [suggestions[query] for query in ("ship and boat", "do or die", '"boat or" ship')] == [None, None, None]
    assert (suggestions["USA"], suggestions["UK"]) == ("U.S.A", None)
