"""pywb, the replay software of web archives, shows what we captured: to the byte, and as a page.

It is installed into an environment of its own, from the package index, and set up by the commands of docs/archive.md;
all of it takes half a minute.
"""

import http.client
import os
import re
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

import pytest
from lxml import html

from crawler.crawl.starting.launch import CrawlOptions, run_crawl
from crawler.practice import PracticeServer
from crawler.practice.truth import make_truth

pytestmark = pytest.mark.slow
MANUAL = Path(__file__).resolve().parents[2] / "docs" / "archive.md"
SITE = "https://www.asianews.it"
MOVED = "/news-en/Kowloon-school-%26amp%3B-timetable-47777.html"
"""An address of the practice site that redirects to its article."""


@pytest.fixture(scope="module")
def programs(tmp_path_factory):
    """The folder of pywb's programs."""
    folder = tmp_path_factory.mktemp("pywb")
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    programs = folder / "bin"
    command = [programs / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "pywb"]
    installed = subprocess.run(command, capture_output=True, text=True)
    if installed.returncode:
        pytest.skip(f"pywb cannot be installed: {installed.stderr.strip()[-300:]}")
    return programs


@pytest.fixture(scope="module")
def captured(tmp_path_factory):
    """The practice site crawled from an address that redirects, crawled again when it has been edited, and once more.

    ``sent`` is what the server itself answers to each address in each of the three crawls, asked without our code.
    """
    archive = tmp_path_factory.mktemp("captured") / "archive.db"
    sent = []
    with PracticeServer() as site:
        options = CrawlOptions(site="asianews", archive=archive, mirror=site.mirror, log_level="ERROR")
        for phase, more in ((1, {"urls": (SITE + MOVED,)}), (2, {"refresh": True}), (2, {"refresh": True})):
            time.sleep(1.1)  # replay tells captures of an address apart by the second
            site.phase = phase
            run_crawl(replace(options, **more))
            urls = {url for url, *_ in captures(archive)}
            sent.append({url: answer(site.url + url.removeprefix(SITE)) for url in urls})
    return SimpleNamespace(folder=archive.parent, archive=archive, sent=sent)


@pytest.fixture(scope="module")
def wayback(programs, captured):
    """Address of the collection, served by the commands of the manual."""
    block = re.search(r"```console\n(\$ wb-manager init .*?)```", MANUAL.read_text(encoding="utf-8"), re.DOTALL)
    *setup, serve = [line.removeprefix("$ ").split("   #")[0] for line in block[1].splitlines()]
    environment = {**os.environ, "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"}
    where = {"cwd": captured.folder, "env": environment}
    subprocess.run(["sh", "-euc", "\n".join(setup)], check=True, capture_output=True, **where)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    assert serve == "wayback -b 127.0.0.1"
    with (captured.folder / "wayback.log").open("wb") as log:
        command = [programs / "wayback", "-b", "127.0.0.1", "-p", str(port)]
        server = subprocess.Popen(command, stdout=log, stderr=log, **where)
        try:
            address = f"http://127.0.0.1:{port}/news"
            until_it_answers(address, server)
            yield address
        finally:
            server.terminate()
            server.wait()


def until_it_answers(address, server):
    end = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(address, timeout=10).close()
            return
        except OSError:
            assert server.poll() is None, "wayback has ended"
            assert time.monotonic() < end, "wayback does not answer"
            time.sleep(0.1)


class Answer(NamedTuple):
    status: int
    leads_to: str | None
    body: bytes


class AsItIs(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def answer(url):
    """Ask an address, without following where it leads."""
    try:
        request = urllib.request.Request(
            url, headers={"Accept-Encoding": "gzip"}
        )  # else replay unpacks what was packed
        response = urllib.request.build_opener(AsItIs).open(request, timeout=30)
    except urllib.error.HTTPError as error:
        response = error
    with response:
        try:
            body = response.read()
        except http.client.IncompleteRead as error:
            body = error.partial
        return Answer(response.status, response.headers["Location"], body)


def captures(archive, where="true", *values):
    """Address, instant, status and number of the crawl of what was captured, oldest first."""
    with sqlite3.connect(archive) as db:
        found = db.execute(
            f"SELECT url, fetched_at, status, run_id - 1 FROM captures WHERE {where} ORDER BY id", values
        ).fetchall()
    db.close()
    return found


def stamp(instant, modifier):
    """The part of a replay address that says which capture is wanted, and how: id_ as sent, mp_ as a page."""
    return re.sub(r"\D", "", instant) + modifier


def text(page, charset="utf-8"):
    """What a person reads on a page, on one line."""
    tree = html.fromstring(page.decode(charset, "replace"))
    for element in tree.xpath("//script | //style"):
        element.drop_tree()
    return one_line(tree.text_content())


def one_line(words):
    return "".join(letter for letter in " ".join(words.split()) if letter.isprintable())


def test_what_was_captured_is_replayed_byte_for_byte_as_the_server_sent_it(wayback, captured):
    wrong, kinds = {}, Counter()
    for url, fetched_at, status, number in captures(captured.archive, "status <> 304"):
        expected = captured.sent[number][url]
        if expected.status != status:  # a page of the practice site that fails the first time
            continue
        replayed = answer(f"{wayback}/{stamp(fetched_at, 'id_')}/{url}")
        if replayed != expected:
            wrong[url, fetched_at] = (replayed, expected)
        kinds[number, status] += 1
    assert wrong == {}
    assert min(kinds[0, 200], kinds[1, 200]) > 90
    assert kinds[2, 200] > 30  # ways in that have not changed: revisits
    assert (kinds[0, 301], kinds[1, 410]) == (1, 1)


def test_an_article_is_found_by_its_own_address_and_reads_as_it_is_archived(wayback, captured):
    unlike = []
    for article in make_truth(2).articles.values():
        asked = captured.sent[2].get(article.url)
        if asked is None or asked.status != 200:  # withdrawn, or captured by another of its addresses
            continue
        replayed = answer(f"{wayback}/mp_/{article.url}").body
        page = [text(replayed, charset) for charset in ("utf-8", "cp1252", "gb18030")]  # some do not tell theirs
        parts = (article.headline, *article.body.split("\n\n"))
        unlike += [(article.url, part) for part in parts if not any(one_line(part) in read for read in page)]
    assert unlike == []


def test_a_revisit_is_replayed_with_the_page_that_it_points_to(wayback, captured):
    home = f"{SITE}/en.html"
    *_, before, last = captures(captured.archive, "url = ? AND status = 200", home)
    assert before[3] == 1
    assert last[3] == 2
    replayed = answer(f"{wayback}/{stamp(last[1], 'id_')}/{home}")
    assert replayed == captured.sent[2][home]
    assert replayed.body


def test_an_article_that_was_not_modified_is_shown_as_it_was_last_sent(wayback, captured):
    articles = {url for url, *_ in captures(captured.archive, "status = 304 AND run_id = 3")}
    assert len(articles) > 80
    shown = {url: answer(f"{wayback}/id_/{url}") for url in articles}
    assert {url: reply for url, reply in shown.items() if reply != captured.sent[2][url]} == {}


def test_an_address_that_redirects_leads_to_the_article_within_the_archive(wayback, captured):
    moved = answer(f"{wayback}/mp_/{SITE}{MOVED}")
    assert moved.status == 301
    assert moved.leads_to.startswith("/news/")
    landed = answer(wayback.removesuffix("/news") + moved.leads_to)
    assert landed.status == 200
    assert "Kowloon night school prints its own timetable" in text(landed.body)
