"""An archive behind a reverse proxy, below a path: everything that it says of itself is right for readers there."""

import asyncio
import json
from pathlib import Path

import pytest
from lxml import etree
from parsel import Selector
from support.asgi_requests import Answer, send_request
from support.proxies import list_own_links
from support.tables import check_rows

from crawler.browse.serving.public_address import read_public_address
from crawler.browse.serving.server import make_application

PUBLIC = "https://papers.example.org/news/"
FIRST = (
    *("", "library", "library/articles", "library/articles?_sort=id&_size=2", "library/articles/1", "library/authors"),
    *("library/-/search?q=rain&order=newest", "library/-/search?q=rain&view=lines", "library/-/search?q=%22rain"),
    *("library/-/article/1", "library/-/timeline?q=rain", "library/-/concordance?q=rain", "library/-/keywords?q=rain"),
    *("library/-/nowhere", "library/-/article/404", "nowhere", "library/-/graph/1", "library/-/calendar/2021-05"),
)


@pytest.fixture(scope="module")
def application(library_path: Path) -> object:
    return make_application(library_path, public=read_public_address(PUBLIC), cors=True).app()


def _ask(application: object, target: str, host: bytes = b"127.0.0.1:8001") -> Answer:
    """Ask as a proxy does that names the server, not itself, in ``Host``."""
    return asyncio.run(send_request(application, target, "GET", [("host", host)]))


def test_every_link_and_form_leads_below_the_public_address(application: object) -> None:
    for path in FIRST:
        answer = _ask(application, f"/news/{path}")
        links = list_own_links(answer.text, f"{PUBLIC}{path}", PUBLIC)
        assert len(links) > 5, path
        assert not [link for link in links if not link.startswith("/news/") or link.startswith("/news/news/")], path


def test_whole_addresses_are_public_ones(application: object) -> None:
    article = Selector(text=_ask(application, "/news/library/-/article/1").text)
    (permanent,) = article.xpath("//dt[.='Permanent address']/following-sibling::dd[1]/a/@href").getall()
    assert permanent.startswith("/news/library/-/identity/asianews/")
    redirect = _ask(application, permanent)
    assert redirect.headers["location"].startswith("/news/library/-/article/1/revision/")
    feed = etree.fromstring(_ask(application, "/news/library/-/feed.atom?q=rain").body)
    links = [link.get("href") for link in feed.iter("{http://www.w3.org/2005/Atom}link")]
    own = [link for link in links if "asianews.it" not in link]
    assert len(own) == 52
    assert all(link.startswith(f"{PUBLIC}library/-/") for link in own)
    description = etree.fromstring(_ask(application, "/news/library/-/opensearch.xml").body)
    templates = [url.get("template") for url in description.iter("{*}Url")]
    assert templates == [
        f"{PUBLIC}library/-/search?q={{searchTerms}}",
        f"{PUBLIC}library/-/feed.atom?q={{searchTerms}}",
    ]
    table = json.loads(_ask(application, "/news/library/articles.json?_size=2&_sort=id").text)
    following = table["next_url"]
    assert following.startswith(f"{PUBLIC}library/articles.json?")
    assert _ask(application, following.removeprefix("https://papers.example.org")).status == 200
    printed = Selector(text=_ask(application, "/news/library/-/search?q=rain").text).css(".on-paper::text").get()
    assert printed is not None
    assert printed.endswith(f"{PUBLIC}library/-/search?q=rain")


def test_only_the_public_host_and_this_machine_are_answered(application: object) -> None:
    for host in (b"papers.example.org", b"Papers.Example.org:443", b"localhost:8001"):
        assert _ask(application, "/news/library/-/home", host).status == 200, host
    assert _ask(application, "/news/library/-/home", b"evil.example").status == 400


def test_the_address_of_the_path_itself_is_the_first_page(application: object) -> None:
    for target in ("/news", "/news/"):
        assert "The AsiaNews archive" in _ask(application, target).text, target


def test_errors_before_datasette_have_their_style(application: object) -> None:
    page = Selector(text=_ask(application, "/news/" + "x" * 9000).text)
    assert page.css("link::attr(href)").get() == "/news/-/static-plugins/seealso/reading.css"
    assert page.css("p a::attr(href)").get() == "/news/"


def test_search_engines_are_told_by_a_header_where_robots_txt_is_another_site_s(application: object) -> None:
    for target in ("/news/", "/news/library/articles", "/news/library/-/article/1", "/news/nowhere"):
        assert _ask(application, target).headers["x-robots-tag"] == "noindex", target


@check_rows(
    ("written", "address"),
    [
        ("https://papers.example.org", "https://papers.example.org/"),
        ("https://papers.example.org/a/b", "https://papers.example.org/a/b/"),
        ("http://Papers.Example.org.:80//news//", "http://papers.example.org/news/"),
        ("https://papers.example.org:8443/", "https://papers.example.org:8443/"),
        ("http://[2001:DB8::7]:8001/x", "http://[2001:db8::7]:8001/x/"),
        ("https://bücher.example/~ann/", "https://xn--bcher-kva.example/~ann/"),
        *(
            (odd, None)
            for odd in (
                *("", "papers.example.org", "//papers.example.org", "ftp://a.example", "https://", "https:///news"),
                *("https://a.example/?q=1", "https://a.example/#x", "https://a.example/a b", "https://me@a.example/"),
                *("https://a.example/../x", "https://a.example/-/x", "https://a.example/%2e", "https://a.example:x/"),
                *("https://a.example:99999/", "https://a_/\n", "https://a.example/é", "https://" + "a" * 600),
            )
        ),
    ],
)
def test_what_a_person_gives_is_one_address_or_none(written: str, address: str | None) -> None:
    public = read_public_address(written)
    assert (str(public) if public else None) == address
