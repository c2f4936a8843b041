"""Answers that mean harm and come at once: each costs its own address, and nothing else than the site is ever asked.

Those that make one wait are in ``test_hostile_server``.
"""

import gzip
import zlib

import pytest
from support.loopback_site import ORIGIN, fetch_rows, make_article_page

from crawler.crawl.network.one_page import exchange_messages
from crawler.crawl.starting.launch import run_crawl
from crawler.errors import SiteUnreachable
from crawler.outcome.payload import decode_payload
from crawler.outcome.saved_origin import find_saved_origin
from crawler.warc import iter_captures
from crawler.warc.foreign import Findings, iter_file_entries, read_message

OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
PAGE = make_article_page(7)
GZIP = gzip.compress(PAGE)


def raw(*parts):
    """Send parts as they are, and close."""

    def send(handler):
        handler.close_connection = True
        try:
            for part in parts:
                handler.wfile.write(part)
        except OSError:
            pass

    return send


def to(location):
    return (302, b"", {"Location": location})


def coded(body, coding):
    return (200, body, {"Content-Encoding": coding})


def titled(title, text="", extra=b""):
    return b"<html><head><title>%s</title></head><body><h1>%s</h1><p>%s</p>%s</body></html>" % (
        *(part.encode() for part in (title, title, text)),
        extra,
    )


FAILED = {
    "a header line of 70 kB": (200, PAGE, {"X-Long": "y" * 70_000}),
    "nothing at all": raw(),
    "noise": raw(b"\x00\x01\x02\xff" * 50 + b"\r\n\r\n"),
    "another protocol": raw(b"SSH-2.0-OpenSSH_9.6\r\n"),
    "HTTP 0.9": raw(b"<html><body>Hello</body></html>"),
    "only a status line": raw(b"HTTP/1.1 200 OK\r\n"),
    "a head that breaks off": raw(b"HTTP/1.1 200 OK\r\nContent-Ty"),
    "status -1": raw(b"HTTP/1.1 -1 No\r\nContent-Length: 0\r\n\r\n"),
    "status 999": raw(b"HTTP/1.1 999 No\r\nContent-Length: 0\r\n\r\n"),
    "status that is a word": raw(b"HTTP/1.1 fine OK\r\nContent-Length: 0\r\n\r\n"),
    "status 600": raw(b"HTTP/1.1 600 No\r\nContent-Length: 0\r\n\r\n"),
    "status 418": (418, b"teapot"),
    "status 500": (500, b"oops"),
    "status 507": (507, b"oops"),
    "shorter than its length": raw(OK + b"Content-Length: 5000\r\n\r\n" + PAGE[:200]),
    "an absurd length": raw(OK + b"Content-Length: 99999999999999999999\r\n\r\nx"),
    "two lengths": raw(OK + b"Content-Length: 5\r\nContent-Length: 7\r\n\r\nhello"),
    "a chunk that is no number": raw(CHUNKED + b"zz\r\nhello\r\n0\r\n\r\n"),
    "a chunk that breaks off": raw(CHUNKED + b"10\r\nhello"),
    "no last chunk": raw(CHUNKED + b"5\r\nhello\r\n"),
    "a chunk without its end": raw(CHUNKED + b"5\r\nhelloX0\r\n\r\n"),
    "gzip that is damaged": coded(GZIP[:60] + b"\xff" * 20 + GZIP[80:], "gzip"),
    "gzip that is not": coded(b"\x1f\x8b not at all", "gzip"),
    "gzip that is cut in its header": coded(GZIP[:5], "gzip"),
    "a transfer encoding that nobody knows": raw(OK + b"Transfer-Encoding: x-klingon\r\n\r\n" + PAGE),
    "a transfer encoding that nobody asked for": raw(OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n" + GZIP),
    "a stream of music": raw(b"ICY 200 OK\r\nContent-Type: audio/mpeg\r\n\r\n\xff\xfb"),
    "a hundred blank lines before": raw(b"\r\n" * 100 + OK + b"\r\n" + PAGE),
    "an unknown coding": coded(b"\x00\x01", "x-klingon"),
    "five thousand codings": coded(GZIP, ", ".join(["gzip"] * 5000)),
    "a 304 that nobody asked for": (304, b""),
    "redirect to 127.0.0.1": to("http://127.0.0.1/"),
    "redirect to ten": to("http://10.1.2.3/"),
    "redirect to 192.168": to("http://192.168.0.1/"),
    "redirect to the cloud's secrets": to("http://169.254.169.254/latest/"),
    "redirect to [::1]": to("http://[::1]/"),
    "redirect to a mapped address": to("http://[::ffff:10.0.0.1]/"),
    "redirect to a decimal address": to("http://2130706433/"),
    "redirect to a short address": to("http://127.1/"),
    "redirect to a hexadecimal address": to("http://0x7f000001/"),
    "redirect to 0.0.0.0": to("http://0.0.0.0/"),
    "redirect to a file": to("file:///etc/passwd"),
    "redirect to a script": to("javascript:alert(1)"),
    "redirect to data": to("data:text/html,hello"),
    "redirect to ftp": to("ftp://www.asianews.it/x"),
    "redirect to a user": to("http://www.asianews.it@127.0.0.1/"),
    "redirect to a user of the site": to("https://me:secret@www.asianews.it/"),
    "redirect to another port": to("https://www.asianews.it:8080/"),
    "redirect to a port that is none": to("https://www.asianews.it:99999/"),
    "redirect to a look-alike": to("https://www.asianews.it.example.org/"),
    "redirect to a broken address": to("http://[broken/"),
    "redirect of 60 kB": to("https://www.asianews.it/" + "x" * 60_000),
    "redirect without a place": (302, b""),
    "refresh to this machine": b'<meta http-equiv="refresh" content="0; url=http://127.0.0.1:1/">',
    "refresh to a script": b'<meta http-equiv="refresh" content="0; url=javascript:alert(1)">',
    "refresh to another site": (200, b"", {"Refresh": "0; url=https://example.org/"}),
}
REFUSED = {
    "status 401": (401, b"no"),
    "status 403": (403, b"no"),
    "status 451": (451, b"no"),
    "a challenge with 202": (202, b"", {"x-amzn-waf-action": "challenge"}),
    "a challenge with 200": titled("Just a moment...", "Enable JavaScript and cookies to continue"),
    "a challenge with 403": (403, titled("Attention Required! | Cloudflare")),
    "a cookie wall": titled("We value your privacy", "Cookies. " * 50),
    "a page to log in": titled("Log in", extra=b"<form><input type=password name=p></form>"),
}
GONE = {
    "status 404": (404, b"no"),
    "status 410": (410, b"no"),
    "a page that is not found, with 200": titled("Page not found", "Sorry."),
}
NO_ARTICLE = {
    "an empty page": (200, b""),
    "a PDF": (200, b"%PDF-1.7\n" + b"\x00\xff" * 500, {"Content-Type": "application/pdf"}),
    "a picture": (200, b"\x89PNG\r\n\x1a\n\0\0", {"Content-Type": "image/png"}),
    "NUL bytes": (200, b"\0" * 5000),
    "JSON": (200, b'{"error": "no"}', {"Content-Type": "application/json"}),
    "an XML bomb": (
        200,
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;"><!ENTITY x SYSTEM "file:///etc/passwd">]>'
        b"<rss><channel><item><title>&c;&x;</title></item></channel></rss>",
        {"Content-Type": "application/rss+xml"},
    ),
    "five thousand nested elements": b"<html><body>" + b"<div><b><table><tr><td>" * 1000 + b"x",
    "deep JSON-LD": b'<script type="application/ld+json">' + b"[" * 5000 + b"</script>",
    "fifty thousand attributes": b"<html><body " + b" ".join(b"a%d=1" % n for n in range(50_000)) + b">x",
    "regex bait": b"<html><body><p>" + b"by " * 5000 + b"<p>" + b"1/1/" * 5000 + b"<meta " * 2000,
}
KINDS = {"failed": FAILED, "refused": REFUSED, "gone": GONE, "not_an_article": NO_ARTICLE}
GOOD = {
    "gzip": coded(GZIP, "gzip"),
    "gzip in gzip": coded(gzip.compress(GZIP), "gzip, gzip"),
    "gzip that is cut, which is archived as broken off": coded(GZIP[:-40], "gzip"),
    "deflate that is cut, which is archived as broken off": coded(zlib.compress(PAGE)[:-40], "deflate"),
    "gzip that is shorter than its length, which is the page's": raw(
        OK + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(PAGE) + GZIP
    ),
    "gzip in gzip that is announced once": coded(gzip.compress(GZIP), "gzip"),
    "gzip that is not announced": (200, GZIP),
    "chunk sizes with spaces behind and odd words": raw(
        CHUNKED + b"%x  ; =?\r\n%s\r\n0   \r\n\r\n" % (len(PAGE), PAGE)
    ),
    "no empty line behind the last chunk": raw(CHUNKED + b"%x\r\n%s\r\n0\r\n" % (len(PAGE), PAGE)),
    "chunks that are no identity": raw(OK + b"Transfer-Encoding: identity\r\n\r\n" + PAGE),
    "an empty length": raw(OK + b"Content-Length:\r\n\r\n" + PAGE),
    "a space before a colon": raw(OK + b"X-Odd : y\r\nContent-Length : %d\r\n\r\n" % len(PAGE) + PAGE),
    "fields without a proper name": raw(OK + b": y\r\n\xc3\x9cber: y\r\nno colon\r\nX-\0: y\r\n\r\n" + PAGE),
    "a first field that goes on with nothing": raw(OK[:17] + b" X: y\r\n" + OK[17:] + b"\r\n" + PAGE),
    "blank lines before": raw(b"\r\n\r\n" + OK + b"\r\n" + PAGE),
    "a type that is none": (200, PAGE, {"Content-Type": ';;=, "'}),
    "a header line of 60 kB": (200, PAGE, {"X-Long": "y" * 60_000}),
    "a negative length": raw(OK + b"Content-Length: -5\r\n\r\n" + PAGE),
    "a length that is a word": raw(OK + b"Content-Length: unknown\r\n\r\n" + PAGE),
    "a length that is too large for the page, whose last tag has come": raw(
        OK + b"Content-Length: %d\r\n\r\n" % (len(PAGE) + 9) + PAGE + b"\n<!-- cached -->\n"
    ),
    "no last chunk, but the last tag": raw(CHUNKED + b"%x\r\n%s\r\n" % (len(PAGE), PAGE)),
    "one length twice": raw(OK + b"Content-Length: %d\r\n" % len(PAGE) * 2 + b"\r\n" + PAGE),
    "chunks that end with line feeds": raw(
        CHUNKED + b"64\n%s\n" % PAGE[:100] + b"%x\n%s\n0\nX: y\n\n" % (len(PAGE) - 100, PAGE[100:])
    ),
    "chunk sizes that are marked as hexadecimal": raw(CHUNKED + b"0x%x\r\n%s\r\n0x0\r\n\r\n" % (len(PAGE), PAGE)),
    "blank lines before the sizes of chunks": raw(CHUNKED + b"\r\n%x\r\n%s\r\n\r\n0\r\n\r\n" % (len(PAGE), PAGE)),
    "chunks, and no other coding": raw(
        OK + b"Transfer-Encoding: chunked, identity\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(PAGE), PAGE)
    ),
    "a version of HTTP that is a proxy's": raw(b"HTTP/2 200\r\n\r\n" + PAGE),
    "a status line without a version": raw(b"HTTP 200 OK\r\n\r\n" + PAGE),
    "a status line with two spaces": raw(b"HTTP/1.1  200  OK\r\n\r\n" + PAGE),
    "a status line in small letters": raw(b"http/1.1 200 ok\r\n\r\n" + PAGE),
    "a status line with tabs": raw(b"HTTP/1.1\t200\tOK\r\n\r\n" + PAGE),
    "a status line whose words stand together": raw(b"HTTP/1.1 200OK\r\n\r\n" + PAGE),
    "gzip with a wrong checksum": coded(GZIP[:-8] + b"\0\1\2\3" + GZIP[-4:], "gzip"),
    "blanks before gzip": coded(b"\xef\xbb\xbf\r\n" + GZIP, "gzip"),
    "a coding with a parameter": coded(GZIP, "gzip;q=1"),
    "headers with raw bytes": (200, PAGE, {"X-Odd": "caf\xe9\x9b[2J"}),
    "interim answers before": raw(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" * 3 + OK + b"\r\n" + PAGE),
    "a cookie that wants to stay": (200, PAGE, {"Set-Cookie": "id=1; Path=/"}),
    "terminal escapes in the text": PAGE.replace(b"boats", b"bo\x1b[31mats\x07"),
    "a false charset": (200, PAGE, {"Content-Type": "text/html; charset=utf-16"}),
    "a bogus charset": (200, PAGE, {"Content-Type": "text/html; charset=zlib_codec"}),
}


def number_answers(first, answers):
    return dict(enumerate(answers.items(), start=first))


def test_there_are_enough_kinds():
    assert sum(map(len, KINDS.values())) + len(GOOD) >= 80


@pytest.mark.parametrize("fate", KINDS)
def test_each_costs_its_own_address(paper, asked_for, capfd, fate):
    answers = number_answers(100, KINDS[fate])
    for number, (_, answer) in answers.items():
        paper.pages[f"/news-en/Story-{number}.html"] = answer
    stories = range(300, 300 + len(answers))  # good ones among them, so that no run is stopped early
    for number in stories:
        paper.story(number)
    pairs = zip(answers, stories, strict=True)
    urls = [f"{ORIGIN}/news-en/Story-{number}.html" for pair in pairs for number in pair]
    options = asked_for(*urls, timeout=60.0)
    report = run_crawl(options)
    rows = fetch_rows(options, "SELECT site_key, state, last_failure, last_error FROM addresses")
    states = {key: (state, failure, error) for key, state, failure, error in rows}
    expected_state = "hole" if fate == "not_an_article" else fate
    wrong = {
        name: states[str(number)] for number, (name, _) in answers.items() if states[str(number)][0] != expected_state
    }
    assert wrong == {}
    assert dict(report.counts) == {"new": len(stories), fate: len(answers)}
    for number in answers:
        _, failure, error = states[str(number)]
        assert failure
        assert error.isprintable()
        assert "Traceback" not in error
        assert "<twisted" not in error
    output = "".join(capfd.readouterr())
    assert "Traceback" not in output
    assert "\x1b" not in output


def test_odd_answers_with_an_article_are_read_and_read_back(paper, asked_for, tmp_path):
    answers = number_answers(100, GOOD)
    for number, (_, answer) in answers.items():
        paper.pages[f"/news-en/Story-{number}.html"] = answer
    options = asked_for(*(f"{ORIGIN}/news-en/Story-{number}.html" for number in answers))
    report = run_crawl(options)
    assert sum(report.counts.values()) == len(answers)
    failed = fetch_rows(options, "SELECT url, last_error FROM addresses WHERE state <> 'done'")
    assert failed == []
    assert not find_unread_records(options.archive.with_suffix(".warc"), tmp_path)


def test_one_page_is_read_from_them_as_in_a_crawl(paper):
    """As ``seealso read`` and the first look at a new site do; of what costs a page in a crawl nothing is read."""
    failed = {name: FAILED[name] for name in ("nothing at all", "noise", "two lengths", "status that is a word")}
    unread = []
    for number, (name, answer) in enumerate({**GOOD, **failed}.items()):
        paper.pages[f"/{number}"] = answer
        try:
            exchange = exchange_messages(paper.mirror.format(path=f"/{number}"), "seealso", here=True)
        except SiteUnreachable:
            unread.append(name)
            continue
        payload = decode_payload(exchange.body, exchange.headers, cut_off=exchange.cut_off)
        if (
            payload.failure
            or b"Neighbours had brought" not in payload.body
            or not exchange.response_head.upper().startswith(b"HTTP")
        ):
            unread.append(name)
    assert unread == [*failed]


def find_unread_records(folder, work):
    """The pages that are not read back as answers by our reader of captures, and by that for files of others."""
    unread = []
    for path in folder.iterdir():
        captures = {capture.url for capture in iter_captures(path)}
        for found in iter_file_entries(path, work, Findings(damaged=[]), find_saved_origin):
            message = read_message(found.entry.path, found.entry.offset)
            if found.entry.status is None or message.truncated or message.is_made or found.entry.url not in captures:
                unread.append(found.entry.url)
    return unread
