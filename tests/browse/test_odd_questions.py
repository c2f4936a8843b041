"""Every page of the front, with odd values for every parameter that any page has: one clear line, and no fault of ours."""

import asyncio
import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from parsel import Selector
from support.asgi_requests import Answer, send_request
from support.page_reader import element_text

from crawler.browse.pages import PAGES
from crawler.browse.serving.server import make_application
from crawler.notes.notes_file import NotesFile

ADDRESSES = (
    *(
        "home",
        "search",
        "feed.atom",
        "references.ris",
        "references.json",
        "references.bib",
        "references.csv",
        "values",
        "opensearch.xml",
        "overview",
    ),
    *(
        f"{name}{form}"
        for name in ("timeline", "concordance", "words", "collocates", "keywords", "places")
        for form in ("", ".csv", ".svg")
    ),
    *("calendar", "calendar/2022", "calendar/2022-13", "calendar/0000", "calendar/2022-01-05", "on-this-day", "health"),
    *(
        "authors",
        "authors.csv",
        "values.csv",
        "author/1",
        f"author/{'9' * 40}",
        "place",
        "story",
        "site",
        "graph/1",
        "graph/99999",
    ),
    *("article/1", "article/0", f"article/{'9' * 40}", "article/1/against/2", "article/1/against/1"),
    *(
        "article/1/revision/1",
        f"article/1/revision/{'9' * 40}",
        "identity/asianews/en/101",
        "identity/%ff/x/%00/revision/0",
    ),
    *("notes", "notes.csv", "coding", "coding.csv", "coding/next", "coding/previous"),
)
"""Each page, each of its files, and values of what varies in an address before the question mark."""
PARAMETERS = (
    *("q", "q2", "q3", "q4", "since", "until", "language", "site", "unit", "author", "place", "country", "kicker"),
    *(
        "story",
        "snapshot",
        "section",
        "status",
        "order",
        "view",
        "page",
        "hit",
        "sort",
        "sort2",
        "step",
        "measure",
        "count",
    ),
    *("ngrams", "min", "window", "less", "clusters", "surface", "facet", "name", "day", "against", "depth", "current"),
    *("sheet", "position", "coder", "tag", "code", "noted", "links", "changes", "copies", "letter", "nonsense", ""),
)
VALUES = (
    *(
        "1",
        "0",
        "-1",
        "1.5",
        "1e999",
        "９",
        "²",
        "9" * 30,
        "yes",
        "no",
        "year",
        "newest",
        "right",
        "text",
        "ll",
        "rain",
    ),
    *('"', '"rain', "(((", "a AND", "NEAR(a b, x)", "*", "-", "-rain", "author:", "since:x", "rain OR", "^", "=", "?"),
    *("2022", "2022-13-40", "0000", "99999-01-01", "-2022", "2022-02-30", "x" * 3000, "\x00", "\x1b[31m", "rain*"),
    *("港口", "🙂", "‮rain", "<b>", "'; DROP TABLE articles", "../../etc/passwd", "\r\nX: y", "%", "en,zh", ",", "a=b"),
    *(
        "place",
        "tone=",
        "=Osaka",
        "None",
        "null",
        "[]",
        "{}",
        "\\",
        "asianews/en/101",
        "\u0301",
        "\ufeff",
        " \t ",
        "en",
    ),
)


def iter_questions(count: int, seed: int) -> Iterator[str]:
    """Yield, for each address, so many questions of one to four parameters; a query is among most of them."""
    source = random.Random(seed)
    for address in ADDRESSES:
        for _ in range(count):
            pairs = [(source.choice(PARAMETERS), source.choice(VALUES)) for _ in range(source.choice((1, 1, 2, 4)))]
            if source.random() < 0.6:
                pairs.append(("q", source.choice(("rain", "harbour OR rain", source.choice(VALUES)))))
            yield f"{address}?{urlencode(pairs)}"


def check_questions(path: Path, notes: Path, questions: Iterable[str]) -> Counter[int]:
    """Ask all of them of one server, and count the codes of its answers."""

    with NotesFile(notes, "write"):
        pass

    async def ask_all() -> Counter[int]:
        application = make_application(path, notes=notes).app()
        statuses: Counter[int] = Counter()
        for question in questions:
            answer = await send_request(application, f"/{path.stem}/-/{question}")
            check_answer(question, answer, path)
            statuses[answer.status] += 1
        return statuses

    return asyncio.run(ask_all())


def check_answer(question: str, answer: Answer, path: Path) -> None:
    is_waiting = answer.status == 503 and ("Too slow" in answer.text or "In a moment" in answer.text)
    assert answer.status in (200, 302, 400, 404) or is_waiting, (question, answer.status, answer.text)
    assert str(path.parent) not in answer.text, question
    if answer.status < 400:
        return
    page = Selector(text=answer.text)
    said = [element_text(line) for line in page.css("[role=alert] p, [role=alert] pre, .notice p")]
    assert said, (question, answer.text)
    assert 10 < len(said[0]) < 400, (question, said)
    assert not re.search(r"Traceback|Error\b|sqlite|None\b", said[0].replace(question, "")) or "None" in question, said


def test_every_page_is_asked() -> None:
    for page in PAGES:
        assert any(re.fullmatch(page.address, address) for address in ADDRESSES), page.address


def test_odd_questions_are_answered_in_a_line(library_path: Path, tmp_path: Path) -> None:
    statuses = check_questions(library_path, tmp_path / "notes.db", iter_questions(1, seed=16))
    assert statuses[200] > 20
    assert statuses[400] > 7
    assert statuses[404] > 5


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_ten_thousand_odd_questions(library_path: Path, tmp_path: Path) -> None:
    """Two minutes."""
    check_questions(library_path, tmp_path / "notes.db", iter_questions(200, seed=2026))
