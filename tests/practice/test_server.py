"""The practice site over real sockets."""

import subprocess
import sys
import threading
from http.client import HTTPConnection, IncompleteRead

import pytest

from crawler.practice import PracticeServer
from crawler.practice.generated import GeneratedSite, pick_neighbours
from crawler.practice.site import PracticeRequest


def ask(server: PracticeServer, path: str, headers: dict[str, str] | None = None) -> tuple[int, bytes]:
    connection = HTTPConnection("127.0.0.1", server.port, timeout=10)
    try:
        connection.request("GET", path, headers=headers or {})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def test_one_connection_serves_many_requests_and_all_are_logged() -> None:
    with PracticeServer() as server:
        connection = HTTPConnection("127.0.0.1", server.port, timeout=10)
        for path in ("/robots.txt", "/en.xml", "/news-en/x-906.html"):
            connection.request("GET", path)
            answer = connection.getresponse()
            assert answer.status == 200
            assert len(answer.read()) == int(answer.headers["Content-Length"])
        connection.close()
        assert [(request.method, request.path, request.status) for request in server.requests] == [
            ("GET", "/robots.txt", 200),
            ("GET", "/en.xml", 200),
            ("GET", "/news-en/x-906.html", 200),
        ]


def test_a_transfer_that_breaks_off_is_shorter_than_promised_and_heals_in_phase_two() -> None:
    with PracticeServer() as server:
        with pytest.raises(IncompleteRead):
            ask(server, "/news-en/x-65044.html")
        server.phase = 2
        status, body = ask(server, "/news-en/x-65044.html")
        assert status == 200
        assert body.endswith(b"</html>\n")


def test_many_clients_at_once_get_the_same_page() -> None:
    with PracticeServer() as server:
        pages: list[bytes] = []
        threads = [
            threading.Thread(target=lambda: pages.append(ask(server, "/news-en/x-906.html")[1])) for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(pages) == 8
        assert len(set(pages)) == 1


def test_the_mirror_template_names_the_port() -> None:
    with PracticeServer() as server:
        assert server.mirror == f"http://127.0.0.1:{server.port}{{path}}"
        assert server.url == f"http://127.0.0.1:{server.port}"


def test_the_command_prints_the_mirror_template_and_serves() -> None:
    command = [sys.executable, "-m", "crawler.practice", "--articles", "10", "--seed", "3"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            template = process.stdout.readline().strip()
            assert template.endswith("{path}")
            port = int(template.removesuffix("{path}").rpartition(":")[2])
            connection = HTTPConnection("127.0.0.1", port, timeout=10)
            connection.request("GET", "/index.php?l=en&art=7")
            answer = connection.getresponse()
            assert answer.status == 200
            assert b"(7)" in answer.read()
            connection.close()
        finally:
            process.terminate()
        assert process.wait(10) == 0


def test_a_generated_site_is_the_same_for_the_same_seed_and_other_for_another() -> None:
    target = "/news-en/x-321.html"
    pages = [GeneratedSite(1000, seed).respond(PracticeRequest(target=target)).body for seed in (1, 1, 2)]
    assert pages[0] == pages[1]
    assert pages[0] != pages[2]
    assert 7_000 < len(pages[0]) < 13_000


@pytest.mark.parametrize("articles", [1, 2, 9, 10, 1000])
@pytest.mark.parametrize(("language", "step"), [("en", 1), ("it", 5)])
def test_every_generated_number_is_reached_from_the_first(articles: int, language: str, step: int) -> None:
    reached, queue = set(), [step] if articles >= step else []
    while queue:
        number = queue.pop()
        if number not in reached:
            reached.add(number)
            queue.extend(pick_neighbours(number, language, articles))
    assert reached == set(range(step, articles + 1, step))


def test_generated_pages_can_be_padded_to_the_size_of_real_ones() -> None:
    body = GeneratedSite(1000, page_size=180_000).respond(PracticeRequest(target="/news-en/x-321.html")).body
    assert 178_000 < len(body) < 182_000
    assert body.count(b"<li") > 500


def test_a_number_beyond_the_last_is_the_home_page() -> None:
    site = GeneratedSite(50)
    assert (
        site.respond(PracticeRequest(target="/news-en/x-51.html")).body
        == site.respond(PracticeRequest(target="/en.html")).body
    )
