"""Many hosts behind one port of loopback."""

import subprocess
import sys
from http.client import HTTPConnection
from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crawler.practice.site import PracticeRequest, PracticeSite
from crawler.practice.world import World, WorldServer, load_papers

WORLD = World()


def respond(target: str, host: str = "127.0.0.1:8000"):
    return WORLD.respond(PracticeRequest(target=target, host=host))


def test_a_host_is_asked_by_the_first_folder_or_by_its_header() -> None:
    feed = respond("/harbour-courier.example/feed/")
    assert feed.content_type.startswith("application/rss+xml")
    assert respond("/feed/", "harbour-courier.example").body == feed.body
    # A mirror that sends the host of the site along asks for no folder of it.
    assert respond("/harbour-courier.example/feed/", "www.delta-ledger.example").body == feed.body
    assert respond("/de.seeblick.example/").body != respond("/fr.seeblick.example/").body
    assert respond("/www.mill-gazette.example").body == respond("/www.mill-gazette.example/").body


def test_a_query_stays_with_its_host() -> None:
    number = load_papers()[0].articles[0].number
    for target in (f"/harbour-courier.example/?p={number}", f"/harbour-courier.example?p={number}"):
        answer = respond(target)
        assert answer.status == 301
        assert dict(answer.headers)["Location"] == load_papers()[0].start


def test_the_practice_site_is_part_of_the_world() -> None:
    target = "/news-en/x-906.html"
    alone = PracticeSite(1).respond(PracticeRequest(target=target))
    assert respond("/www.asianews.it" + target) == alone
    later = World(2)
    assert later.phase == 2
    assert later.respond(PracticeRequest(target="/www.asianews.it" + target, host="127.0.0.1")).status == 200


def test_a_browser_is_led_along_on_this_machine_and_a_crawl_is_not() -> None:
    host = "harbour-courier.example.localhost:8123"
    page, plain = respond("/", host).body, respond("/harbour-courier.example/").body
    assert b"https://harbour-courier.example" not in page
    assert b'href="http://harbour-courier.example.localhost:8123/feed/"' in page
    assert b".localhost" not in plain
    moved = respond("/?p=1522", host)
    assert dict(moved.headers)["Location"].startswith("http://harbour-courier.example.localhost:8123/2026/10/12/")
    front = respond("/", "127.0.0.1:8123").body.decode()
    assert all(f'href="http://{paper.hosts[0]}.localhost:8123/"' in front for paper in load_papers())


@pytest.mark.parametrize("paper", load_papers(), ids=lambda paper: paper.name)
def test_pages_have_styles_and_answer_304_to_who_has_them(paper) -> None:
    host = paper.hosts[0]
    home = respond(f"/{host}/")
    assert paper.style_path in home.body.decode("utf-8", "replace")
    style = respond(f"/{host}{paper.style_path}")
    assert (style.status, style.content_type) == (200, "text/css; charset=utf-8")
    tag = dict(home.headers)["ETag"]
    again = WORLD.respond(PracticeRequest(target=f"/{host}/", host="127.0.0.1", if_none_match=tag))
    assert (again.status, again.body) == (304, b"")


def test_hosts_of_other_worlds_are_not_served() -> None:
    assert respond("/www.somewhere.example/").status == 404
    assert respond("/anything", "www.somewhere.example").status == 404


@example("delta-ledger.example", "news\r\nSet-Cookie: a=b", "")
@given(st.sampled_from(WORLD.hosts), st.text(st.characters(codec="utf-8"), max_size=40), st.text(max_size=20))
def test_odd_addresses_are_answered(host: str, path: str, query: str) -> None:
    answer = respond(f"/{host}/{quote(path)}?page={query}&p={query}&story={query}")
    assert answer.status in (200, 301, 302, 404)
    assert all(value.isascii() and value.isprintable() for _, value in answer.headers)


def test_the_log_tells_who_asked_which_host_for_what() -> None:
    with WorldServer() as server:
        assert server.mirror == f"http://127.0.0.1:{server.port}/{{host}}{{path}}"
        assert server.make_mirror("fr.seeblick.example").endswith("/fr.seeblick.example{path}")
        connection = HTTPConnection("127.0.0.1", server.port, timeout=10)
        for path, headers in (
            ("/www.delta-ledger.example/robots.txt", {"User-Agent": "Reader/1"}),
            ("/archive", {"Host": "www.mill-gazette.example"}),
        ):
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            assert answer.status == 200
            answer.read()
        connection.close()
        (ledger,) = server.list_requests("www.delta-ledger.example")
        assert (ledger.host, ledger.path, ledger.agent) == ("www.delta-ledger.example", "/robots.txt", "Reader/1")
        assert [(request.host, request.path) for request in server.list_requests()][1:] == [
            ("www.mill-gazette.example", "/archive")
        ]


def test_the_command_prints_the_template_and_where_each_paper_begins() -> None:
    command = [sys.executable, "-m", "crawler.practice", "--world"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            template = process.stdout.readline().strip()
            lines = [process.stdout.readline().strip().split("\t") for _ in range(6)]
            assert template.endswith("/{host}{path}")
            assert lines[:5] == [[paper.name, paper.start] for paper in load_papers()]
            assert lines[5] == ["to look at", template.removesuffix("{host}{path}")]
        finally:
            process.terminate()
        assert process.wait(10) == 0
