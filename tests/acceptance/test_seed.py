"""A real article, served by any web server, gives exactly what a careful person reads on it."""

import json

import pytest
from support.acceptance import SHARED, serve

SEED = SHARED / "seed"
pytestmark = pytest.mark.skipif(
    not (SEED / "asianews-55331.html").exists(),
    reason="the real article is not beside the project (set SEEALSO_SHARED)",
)


@pytest.fixture
def crawled(seealso, rows):
    expected = json.loads((SEED / "asianews-55331.expected.json").read_text(encoding="utf-8"))
    page = (SEED / "asianews-55331.html").read_bytes()

    def answer(path: str) -> tuple[int, bytes]:
        return (200, page) if path.endswith("-55331.html") else (404, b"<h1>Not found</h1>")

    with serve(answer) as mirror:
        ended = seealso("crawl", "asianews", expected["url"], "--mirror", mirror)
    assert ended.code == 0, ended
    (article,) = rows("select * from articles")
    return expected, article


def test_every_field_is_read_exactly(crawled):
    expected, article = crawled
    plain = ("url", "site", "language", "site_key", "headline", "byline", "lead", "dateline", "dateline_place")
    dates = ("published_raw", "published_at", "published_precision")
    for field in plain + dates:
        assert article[field] == expected[field], field
    assert article["published_on"] == "2022-03-11"
    paragraphs = article["body"].split("\n\n")
    assert len(paragraphs) == expected["paragraphs"]
    assert paragraphs[0].startswith(expected["body_first_words"])
    assert paragraphs[-1].endswith(expected["body_last_words"])
    assert article["story"] == "55331"
    assert article["revisions"] == 1


def test_its_author_is_a_person(crawled, rows):
    expected, article = crawled
    names = rows(
        "select name, kind, printed from article_authors join authors on authors.id = author_id where article_id = ? order by position",
        article["id"],
    )
    assert [row["name"] for row in names] == expected["authors"]
    assert names[0]["kind"] == "person"


def test_five_see_also_edges_one_undated(crawled, rows):
    expected, article = crawled
    edges = rows("select * from see_also where article_id = ? order by position", article["id"])
    assert [edge["headline"] for edge in edges] == [entry["headline"] for entry in expected["see_also"]]
    assert [edge["published_raw"] for edge in edges] == [entry["published_raw"] for entry in expected["see_also"]]
    assert [edge["published_at"] is None for edge in edges] == [False, True, False, False, False]
    assert edges[0]["published_at"] == "2022-10-17T07:30:00Z"
    for edge, entry in zip(edges, expected["see_also"], strict=True):
        assert edge["target_url"].startswith("https://www.asianews.it/news-en/")
        assert edge["target_url"].endswith(f"-{entry['site_key']}.html")
        assert edge["target_id"] is None
