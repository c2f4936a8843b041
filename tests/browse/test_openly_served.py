"""What a server that others reach says of itself: robots.txt, OpenSearch, who may read it from elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree
from protego import Protego
from support.page_reader import PageReader, element_text

OPENSEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"


@pytest.fixture(scope="module")
def reader(library_path: Path) -> PageReader:
    return PageReader(library_path)


def test_search_engines_are_told_to_stay_away(reader: PageReader) -> None:
    answer = reader.ask("/robots.txt")
    assert answer.headers["content-type"].startswith("text/plain")
    rules = Protego.parse(answer.text)
    assert not rules.can_fetch("http://127.0.0.1/library/-/article/1", "Googlebot")
    assert not rules.can_fetch("http://127.0.0.1/", "anybody")


def test_browsers_find_out_how_to_search(reader: PageReader) -> None:
    (link,) = reader.open("home").css("link[rel=search]")
    answer = reader.ask(link.attrib["href"])
    assert answer.headers["content-type"].startswith("application/opensearchdescription+xml")
    root = etree.fromstring(answer.content)
    assert len(root.findtext(f"{OPENSEARCH}ShortName")) <= 16
    (template,) = [url.get("template") for url in root.iter(f"{OPENSEARCH}Url") if url.get("type") == "text/html"]
    found = reader.follow("/" + template.replace("{searchTerms}", "rain").split("/", 3)[3])
    assert element_text(found.css(".results-head h1")) == "60 articles"


def test_other_sites_read_tables_and_files_only_where_they_may(reader: PageReader, library_path: Path) -> None:
    shared = PageReader(library_path, cors=True)
    for path in ("/library/articles.json", "/library/-/feed.atom?q=rain", "/library/-/words.csv?q=rain"):
        assert shared.ask(path).headers["access-control-allow-origin"] == "*", path
        assert "access-control-allow-origin" not in reader.ask(path).headers, path
    assert "access-control-allow-origin" not in shared.ask("/library/-/article/1").headers
