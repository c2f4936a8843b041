"""``seealso read``: pages from files, WARC files and a real server on this machine."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.loopback_site import FakeSite
from support.warc_builder import WarcBuilder, compress_whole, write_wacz

from crawler.warc import iter_captures

URL = "https://quayherald.example/2024/05/ferry-crews-end-strike"
STRIKE = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">
<title>Ferry crews end their strike after nine days | Quay Herald</title>
<link rel="canonical" href="https://quayherald.example/2024/05/ferry-crews-end-strike">
<meta property="og:type" content="article"><meta property="og:title" content="Ferry crews back at work">
<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Ferry crews back at work",
"datePublished": "2024-05-02T08:00:00+02:00",
"author": [{"@type": "Person", "name": "Mara Lind"}]}</script></head>
<body><header><nav><a href="/a">Home</a> <a href="/b">Harbour</a></nav><h2>Most read</h2></header>
<article><p>HARBOUR</p><h1>Ferry crews end their strike after nine days</h1><p>By Mara Lind</p><p>2 May 2024, 8.00</p>
<p>The crews of the island ferries went back to work on Thursday after nine days in which no boat had left the quay.</p>
<p>Their union said that the company had promised two more deck hands on every boat, and a day of rest in the week.</p>
<p>The company said only that the tides do not wait, and that the first boat would leave at six in the morning.</p>
<p>Islanders who had slept in the waiting hall cheered when the lamp of the first boat was lit over the water.</p>
</article><footer><p>© Quay Herald</p></footer></body></html>"""
SHOP = """<html lang="en"><head><title>Rope, 20 metres | Knot Shop</title><meta property="og:type" content="product">
<script type="application/ld+json">{"@type": "Product", "name": "Rope, 20 metres"}</script></head><body>
<h1>Rope, 20 metres</h1><p>$ 19.90</p><p><a href="/cart">Add to cart</a></p><p>$ 4.90 for delivery</p></body></html>"""


@pytest.fixture
def strike(tmp_path: Path) -> Path:
    page = tmp_path / "strike.html"
    page.write_text(STRIKE, encoding="utf-8")
    return page


@pytest.fixture
def site() -> Iterator[FakeSite]:
    site = FakeSite()
    site.pages["/news/ferry-crews-end-strike"] = (
        200,
        STRIKE.replace(
            '<link rel="canonical" href="https://quayherald.example/2024/05/ferry-crews-end-strike">', ""
        ).encode(),
    )
    yield site
    site.close()


def locate(site: FakeSite, path: str) -> str:
    return site.mirror.replace("{path}", path)


def find_field(reading, name):
    return next(field for field in reading["fields"] if field["name"] == name)


def test_a_saved_page_is_shown_with_its_sources_and_what_lost(run, strike):
    shown = run("read", "strike.html")
    assert shown.exit_code == 0, shown.stderr
    assert shown.stdout.startswith(f"Ferry crews end their strike after nine days\n{URL}\n")
    assert "\nread as     an article\n" in shown.stdout
    assert "\nauthors     Mara Lind, printed “By Mara Lind”" in shown.stdout
    assert (
        "    worded otherwise: the printed words are kept:\n      Ferry crews back at work [jsonld:headline]\n"
        in shown.stdout
    )
    assert "    stands in a menu, header or footer:\n" in shown.stdout or "      Most read [h2]\n" in shown.stdout
    assert "    confirms the byline:\n      Mara Lind [jsonld:author]\n" in shown.stdout
    assert "    says the same day:\n      2024-05-02T08:00:00+02:00 [jsonld:datePublished]\n" in shown.stdout
    assert "no boat had left the quay." in shown.stdout
    assert not (strike.parent / "archive.db").exists()


def test_as_json_a_reading_is_one_object_a_page(run, strike):
    (strike.parent / "again.html").write_text(STRIKE, encoding="utf-8")
    shown = run("read", "strike.html", "again.html", "--json")
    readings = [json.loads(line) for line in shown.stdout.splitlines()]
    assert [reading["url"] for reading in readings] == [URL, URL]
    reading = readings[0]
    assert reading["refusal"] is None
    assert reading["verdict"]["answer"] == "article"
    assert reading["article"]["authors"][0]["name"] == "Mara Lind"
    headline = find_field(reading, "headline")
    assert headline["value"] == "Ferry crews end their strike after nine days"
    assert {"value": "Ferry crews back at work", "source": "meta:og:title"}.items() <= headline["others"][1].items()
    assert "lines" not in reading


def test_why_shows_the_chance_of_each_line_and_names_its_reasons(run, strike):
    shown = run("read", "strike.html", "--why", "--json")
    lines = {line["text"]: line for line in json.loads(shown.stdout)["lines"]}
    prose = next(line for text, line in lines.items() if text.startswith("The crews of the island"))
    assert prose["taken"]
    assert prose["chance"] > lines["© Quay Herald"]["chance"]
    assert not lines["© Quay Herald"]["taken"]
    assert lines["© Quay Herald"]["reasons"] == []  # a footer's line is not measured
    assert len(prose["reasons"]) == 3
    printed = run("read", "strike.html", "--why").stdout
    assert "+ p      The crews of the island ferries" in printed
    assert "prose_before -" in printed


def test_a_page_that_is_no_article_says_why_and_ends_with_6(run, tmp_path):
    (tmp_path / "rope.html").write_text(SHOP, encoding="utf-8")
    shown = run("read", "rope.html", "--url", "https://knots.example/product/rope")
    assert shown.exit_code == 6
    assert "\nread as     no article: " in shown.stdout
    assert "Rope, 20 metres" in shown.stdout


def test_some_articles_and_some_others_end_with_2(run, strike, tmp_path):
    (tmp_path / "rope.html").write_text(
        SHOP.replace("<head>", '<head><base href="https://knots.example/product/rope">'), encoding="utf-8"
    )
    assert run("read", "strike.html", "rope.html").exit_code == 2


@pytest.mark.parametrize(
    "head",
    [
        "<!-- saved from url=(0033)https://hill.example/news/bell-42 --><head>",
        '<head><meta property="og:url" content="https://hill.example/news/bell-42">',
        '<head><base href="https://hill.example/news/bell-42">',
    ],
)
def test_a_saved_page_states_its_address_in_several_ways(run, tmp_path, head):
    html = STRIKE.replace("<head>", head)
    html = html.replace('<link rel="canonical" href="https://quayherald.example/2024/05/ferry-crews-end-strike">', "")
    (tmp_path / "page.html").write_text(html, encoding="utf-8")
    shown = run("read", "page.html", "--json")
    assert json.loads(shown.stdout)["url"] == "https://hill.example/news/bell-42"


def test_what_cannot_be_read_is_one_clear_line(run, tmp_path):
    (tmp_path / "bare.html").write_text("<p>Only a line", encoding="utf-8")
    (tmp_path / "broken.warc.gz").write_bytes(b"\x1f\x8b\x08nothing")
    for name, words in (
        ("bare.html", "does not state its own address: give it with --url"),
        ("absent.html", "cannot be read: No such file or directory"),
        ("broken.warc.gz", "broken.warc.gz"),
        (str(tmp_path), "cannot be read: Is a directory"),
        ("http://[bad", "malformed"),
    ):
        shown = run("read", name)
        assert (shown.exit_code, shown.stderr.count("\n")) == (1, 1), name
        assert words in shown.stderr
    shown = run("read", "bare.html", "--site", "nowhere", "--url", URL)
    assert shown.exit_code == 1
    assert "nowhere" in shown.stderr


def test_all_pages_of_a_warc_file_are_read(run, tmp_path):
    file = WarcBuilder()
    file.response(
        "https://quayherald.example/robots.txt", b"", headers=[("Content-Type", "text/plain")], status="404 No"
    )
    file.response(URL, STRIKE.encode())
    file.story(1)
    file.save(tmp_path / "pages.warc.gz")
    plain = WarcBuilder(compressed=False)
    plain.response(URL, STRIKE.encode())
    compress_whole(tmp_path / "whole.warc.gz", plain)
    write_wacz(tmp_path / "pages.wacz", file)
    for name, urls in (
        ("pages.warc.gz", [URL, "http://asianews.it/news-en/Story-1.html"]),
        ("pages.wacz", [URL, "http://asianews.it/news-en/Story-1.html"]),
        ("whole.warc.gz", [URL]),
    ):
        shown = run("read", name, "--json")
        assert shown.exit_code == 0, shown.stderr
        readings = [json.loads(line) for line in shown.stdout.splitlines()]
        assert [reading["url"] for reading in readings] == urls
        assert readings[-1]["site"] == ("quayherald.example" if len(urls) == 1 else "asianews")
        assert readings[0]["fetched_at"].startswith("2022-03-11T12:00:00")
    only = run("read", "pages.warc.gz", "--url", URL, "--json").stdout.splitlines()
    assert len(only) == 1


def test_an_address_is_fetched_by_robots_txt_and_kept_nowhere(run, site, tmp_path):
    url = locate(site, "/news/ferry-crews-end-strike")
    shown = run("read", url, env={"SEEALSO_CONTACT": "https://desk.example"})
    assert shown.exit_code == 0, shown.stderr
    assert "Ferry crews end their strike after nine days" in shown.stdout
    assert site.log == ["/robots.txt", "/news/ferry-crews-end-strike"]
    for _, headers in site.headers:
        assert headers["User-Agent"].startswith("seealso/")
        assert headers["User-Agent"].endswith("(+https://desk.example)")
    assert list(tmp_path.iterdir()) == []


def test_what_robots_txt_forbids_is_not_asked_for(run, site):
    site.pages["/robots.txt"] = (200, b"User-agent: seealso\nDisallow: /news/\n")
    shown = run("read", locate(site, "/news/ferry-crews-end-strike"))
    assert shown.exit_code == 4
    assert "robots.txt" in shown.stderr
    assert site.log == ["/robots.txt"]


def test_redirects_are_followed_and_obey_robots_txt_too(run, site):
    site.pages["/old"] = (301, b"", {"Location": "/news/ferry-crews-end-strike"})
    site.pages["/secret"] = (302, b"", {"Location": "/hidden/page"})
    site.pages["/loop"] = (302, b"", {"Location": "/loop"})
    site.pages["/letter"] = (302, b"", {"Location": "mailto:desk@example.org"})
    site.pages["/robots.txt"] = (200, b"User-agent: *\nDisallow: /hidden/\n")
    shown = run("read", locate(site, "/old"), "--json")
    assert json.loads(shown.stdout)["url"] == locate(site, "/news/ferry-crews-end-strike")
    assert run("read", locate(site, "/secret")).exit_code == 4
    assert "/hidden/page" not in site.log
    shown = run("read", locate(site, "/loop"))
    assert shown.exit_code == 5
    assert site.requested_paths["/loop"] == 1
    assert "round in a circle" in shown.stderr
    shown = run("read", locate(site, "/letter"))
    assert shown.exit_code == 5
    assert "redirects to what is no web address: 'mailto:desk@example.org'" in shown.stderr


def test_a_page_that_only_sends_on_is_followed_as_in_a_crawl(run, site):
    site.pages["/meta"] = "<meta http-equiv=refresh content='0; url=/news/café'>".encode()
    site.pages["/news/caf%C3%A9"] = (200, b"", {"Refresh": "0;URL=/news/ferry-crews-end-strike"})
    site.pages["/away"] = b"<meta http-equiv='refresh' content='0; url=mailto:desk@example.org'>"
    shown = run("read", locate(site, "/meta"), "--json")
    assert json.loads(shown.stdout)["url"] == locate(site, "/news/ferry-crews-end-strike")
    assert "redirects to what is no web address" in run("read", locate(site, "/away")).stderr


def test_an_error_of_the_server_is_one_line_and_a_code(run, site, nobody):
    site.pages["/gone"] = (404, b"gone")
    site.pages["/no"] = (403, b"no")
    site.pages["/broken"] = (500, b"broken")
    site.pages["/away"] = (302, b"", {"Location": "http://10.0.0.1/news/private"})
    for path, code in (("/gone", 1), ("/no", 4), ("/broken", 5), ("/away", 5)):
        shown = run("read", locate(site, path))
        assert (shown.exit_code, shown.stderr.count("\n"), shown.stdout) == (code, 1, ""), path
    assert run("read", nobody.replace("{path}", "/news/a")).exit_code == 5


def test_keep_writes_requests_and_answers_and_is_read_again(run, site, tmp_path):
    url = locate(site, "/news/ferry-crews-end-strike")
    assert run("read", url, "--keep", "kept.warc.gz").exit_code == 0
    kept = list(iter_captures(tmp_path / "kept.warc.gz"))
    assert [capture.url for capture in kept] == [locate(site, "/robots.txt"), url]
    assert kept[1].body == site.pages["/news/ferry-crews-end-strike"][1]
    assert [path.name for path in tmp_path.iterdir()] == ["kept.warc.gz"]
    again = run("read", "kept.warc.gz", "--json")
    assert json.loads(again.stdout)["url"] == url
    refused = run("read", url, "--keep", "kept.warc.gz")
    assert refused.exit_code == 1
    assert "exists already" in refused.stderr


def test_control_sequences_of_a_page_never_reach_the_terminal(run, tmp_path):
    html = STRIKE.replace("HARBOUR", "HAR\x1b[31mBOUR").replace("Most read", "Most\x1b]0;x\x07 read")
    (tmp_path / "page.html").write_text(html, encoding="utf-8")
    for options in ((), ("--why",), ("--json",)):
        assert "\x1b" not in run("read", "page.html", *options).stdout
