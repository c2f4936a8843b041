"""What a browser may do with our pages and with Datasette's, as the headers say."""

import re
from pathlib import Path

import pytest
from datasette.app import Datasette
from jinja2 import DictLoader, Environment
from support.page_reader import PageReader

from crawler.browse.gates.csp import OWN_POLICY, NonceExtension

OUR_PAGES = (
    "/",
    "/library/-/home",
    "/library/-/search?q=rain",
    "/library/-/article/1",
    "/library/-/article/99999",
    "/nothing",
)
DATASETTES = ("/library", "/library/articles", "/library/articles/1", "/library/full_text?query=rain")


@pytest.mark.parametrize("path", OUR_PAGES)
def test_our_pages_run_no_script_but_our_file(library: PageReader, path: str) -> None:
    headers = library.ask(path).headers
    assert headers["content-security-policy"] == (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


@pytest.mark.parametrize(
    "path", [DATASETTES[1], *(pytest.param(path, marks=pytest.mark.slow) for path in (DATASETTES[0], *DATASETTES[2:]))]
)
def test_datasettes_pages_run_their_own_scripts_and_no_others(library: PageReader, path: str) -> None:
    """Three further pages, the slow cases, take a second."""
    answer = library.ask(path)
    policy = answer.headers["content-security-policy"]
    [nonce] = re.findall(r"'nonce-([\w-]{20,})'", policy)
    assert "'unsafe-inline'" not in policy.split("style-src")[0]
    assert policy.startswith("default-src 'none'; script-src 'self' ")
    assert "frame-ancestors 'none'" in policy
    assert "connect-src 'self'" in policy  # its scripts fetch rows
    scripts = re.findall(r"<script\b[^>]*>", answer.text)
    assert scripts
    assert all(f'nonce="{nonce}"' in script for script in scripts)
    assert re.findall(r"'nonce-([\w-]{20,})'", library.ask(path).headers["content-security-policy"]) != [nonce]


@pytest.mark.parametrize(
    "path", ["/library/articles.json", "/library/-/feed.atom", "/-/static-plugins/seealso/reading.css"]
)
def test_what_is_no_page_may_do_nothing(library: PageReader, path: str) -> None:
    headers = library.ask(path).headers
    assert headers["content-security-policy"] == OWN_POLICY
    assert headers["x-content-type-options"] == "nosniff"


def test_a_value_that_a_template_prints_never_carries_the_nonce() -> None:
    environment = Environment(
        autoescape=True,
        extensions=[NonceExtension],
        loader=DictLoader(
            {"a": "<script>own()</script><SCRIPT src=x></SCRIPT>{{ value }}{{ trusted|safe }}", "seealso/b": "<script>"}
        ),
    )
    environment.globals["seealso_nonce"] = lambda: "n0"
    page = environment.get_template("a").render(value="<script>1</script>", trusted="<script>2</script>")
    assert page == (
        '<script nonce="n0">own()</script><script nonce="n0" src=x></SCRIPT>'
        "&lt;script&gt;1&lt;/script&gt;<script>2</script>"
    )
    assert environment.get_template("seealso/b").render() == "<script>"


def test_a_datasette_with_other_databases_keeps_its_own_headers(library_path: Path, tmp_path: Path) -> None:
    import sqlite3

    other = tmp_path / "other.db"
    connection = sqlite3.connect(other)
    connection.execute("CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT)")
    connection.close()
    reader = PageReader(library_path)
    reader.datasette = Datasette([str(library_path), str(other)])
    assert "content-security-policy" not in reader.ask("/other/notes").headers
    assert "content-security-policy" not in reader.ask("/library/articles").headers
    assert reader.ask("/library/-/home").headers["content-security-policy"] == OWN_POLICY
    assert "other" in reader.ask("/").text


def test_two_archives_each_have_their_pages_and_share_the_root(library_path: Path, archive_path: Path) -> None:
    reader = PageReader(library_path)
    reader.datasette = Datasette([str(library_path), str(archive_path)])
    root = reader.ask("/").text
    assert "library" in root
    assert "news" in root
    assert reader.ask("/news/-/search?q=cafe").status_code == 200
    assert reader.ask("/library/-/search?q=cafe").status_code == 200
    assert reader.ask("/elsewhere/-/search?q=cafe").status_code == 404


def test_every_page_of_datasette_leads_to_the_reading_pages(library: PageReader) -> None:
    page = library.ask("/library/articles?_sort=id").text
    assert 'href="/library/-/home"' in page
    assert 'href="/library/-/search"' in page
    assert '<a href="/library/-/article/1">Flood reached the old town</a>' in page


def test_pages_stay_right_behind_a_base_address(library_path: Path) -> None:
    reader = PageReader(library_path)
    reader.datasette = Datasette([str(library_path)], settings={"base_url": "/papers/"})
    page = reader.ask("/library/-/article/1").text  # Datasette's client puts the base before it
    assert 'action="/papers/library/-/search"' in page
    assert 'href="/papers/-/static-plugins/seealso/reading.css?' in page
    assert "The AsiaNews archive" in reader.ask("/").text
