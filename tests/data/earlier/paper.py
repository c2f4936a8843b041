"""The paper that ``make.py`` crawls: pages in the anatomy of the site, and a server on loopback that gives them out."""

import threading
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

STORIES = {
    (story["language"], story["number"]): story
    for story in tomllib.loads(Path(__file__).with_name("stories.toml").read_text(encoding="utf-8"))["story"]
}
TRANSLATED = {201: ("en", "it", "zh")}
"""Numbers that are printed in more than one language."""
FOLDERS = {"en": "news-en", "it": "notizie-it", "zh": "news-zh"}
DATES = {"en": "%m/%d/%Y, %H.%M", "it": "%d/%m/%Y, %H.%M", "zh": "%m/%d/%Y, %H.%M"}
LABELS = {
    "en": ("Send to a friend", "Printable version", "See also", "by"),
    "it": ("Invia ad un amico", "Versione stampabile", "Vedi anche", "di"),
    "zh": ("發送給朋友", "列印版本", "參見", "作者"),
}


def find_story(number: int, language: str) -> dict:
    """Return what a story prints; one that nobody has written is the minutes of a meeting."""
    return STORIES.get((language, number)) or {
        "headline": f"Minutes of meeting {number}",
        "kicker": "QUIETVILLE",
        "byline": "Bo Sample",
        "place": "Quietville",
        "lead": f"Meeting {number} of the boat builders began late, and ended when the chairs were wanted elsewhere.",
        "body": [
            f"A motion to number the oars from {number} upwards was carried against the vote of the oar makers.",
            "The next meeting is on the evening after the spring tide, in the shed with the green door.",
        ],
    }


def make_path(number: int, language: str = "en") -> str:
    """Return where a story is."""
    return f"/{FOLDERS[language]}/Story-{number}.html"


def print_story(
    number: int, language: str = "en", *, leads_to: tuple[int, ...] = (), signed: bool = True, added: str = ""
) -> bytes:
    """Return an article page: date, kicker, share link, headline, byline, lead and body between visible labels."""
    story = find_story(number, language)
    send, printable, see_also, by = LABELS[language]
    day = datetime(2022, 3, 1, 9, 45) + timedelta(days=3 * (number - 200))
    entries = "".join(
        f'<li><a href="{make_path(other, language)}">{find_story(other, language)["headline"]}</a>'
        " <span>17/02/2022 09:30</span></li>"
        for other in leads_to
    )
    alternates = "".join(
        f'<link rel="alternate" hreflang="{other}" href="{make_path(number, other)}">'
        for other in TRANSLATED.get(number, ())
        if other != language
    )
    first, second = story["body"]
    return f"""<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8">
<title>{story["headline"]} - AsiaNews</title>{alternates}</head>
<body><div class="top"><a href="/{language}.html">Home</a></div>
<div class="art"><p>{day.strftime(DATES[language])}</p>
<p>{story["kicker"]}</p><p><a href="#">{send}</a></p><h1>{story["headline"]}</h1>
{f"<p>{by} {story['byline']}</p>" if signed else ""}<p>{story["lead"]}</p>
<p>{story["place"]} (AsiaNews) - {first}{added}</p><p>{second}</p>
<p><a href="#">{send}</a></p><p><a href="#">{printable}</a></p></div>
<div class="more"><h3>{see_also}</h3><ul>{entries}</ul></div></body></html>""".encode()


HOME = b"""<html><head><title>AsiaNews</title></head><body><h1>AsiaNews</h1><p>All the news of the bay.</p>
<p><a href="/geo-en/Quietville-31.html">Quietville</a> <a href="/geo-en/Reedland-7.html">Reedland</a></p></body></html>"""
TEASERS = "".join(
    f'<li><a href="{make_path(number)}">{story["headline"]}</a></li>'
    for (language, number), story in STORIES.items()
    if language == "en"
)
LIST = f"<html><body><h1>News of the bay</h1><p>03/11/2022</p><ul>{TEASERS}</ul></body></html>".encode()
"""A page that lists other articles."""
NOTICE = f"""<html><body><div><p>03/11/2022</p><h1>News of the bay and of the river</h1>
<p>This page was moved when the harbour office was painted, and nobody has found its place since then.</p>
<p>What the office knows is told at the counter, between the bell at nine and the bell at noon.</p>
<p>Whoever waits longer than that is given a chair, a cup and the newspaper of the day before.</p>
<p>The counter closes for the spring tide, and for the afternoon on which the nets are mended.</p>
<p>Letters are opened on the same day, and answered on the day after the tide has turned.</p>
<p>The office has one window to the water and two to the street, and is swept each morning.</p></div>
<ul>{TEASERS}</ul></body></html>""".encode()
"""A page that leads to other articles, and whose headline nothing confirms."""
SAYS_HOME, SAYS_LISTING = (
    HOME.replace(b"<head>", f'<head><link rel="canonical" href="https://www.asianews.it{path}">'.encode())
    for path in ("/en.html", "/geo-en/Quietville-31.html")
)
NO_STORY = b"<html><body><div><p>There is no such number.</p></div></body></html>"
FRAMES = b"<html><body><div><p>Story %d in frames that no reader of ours has met.</p></div></body></html>"

Answer = bytes | tuple[int, dict[str, str], bytes]


class Paper:
    """Serves ``answers``: path → page, or (status, headers, body); whatever else is asked for is the home page.

    A Content-Length among the headers is sent as it is: a body that is shorter breaks off.
    """

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {"/robots.txt": (404, {}, b"none")}
        paper = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                answer = paper.answers.get(self.path, HOME)
                status, headers, body = (200, {}, answer) if isinstance(answer, bytes) else answer
                usual = {"Content-Type": "text/html; charset=utf-8", "Content-Length": str(len(body))}
                self.send_response(status)
                for name, value in (usual | headers).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)
                self.close_connection = "Content-Length" in headers

            def log_message(self, *_: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_: object) -> None:
                pass  # a crawl that has had enough closes the connection

        self.server = Server(("127.0.0.1", 0), Handler)

    def add_story(self, number: int, language: str = "en", **options: object) -> None:
        """Serve a story at its address and by its number."""
        page = print_story(number, language, **options)
        self.answers[make_path(number, language)] = page
        self.add_number(number, page, language)

    def add_number(self, number: int, answer: Answer, language: str = "en") -> None:
        """Serve an answer to whoever asks for a number."""
        for query in (f"l={language}&art={number}", f"art={number}&l={language}"):
            self.answers[f"/index.php?{query}"] = answer

    @property
    def mirror(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}{{path}}"


@contextmanager
def serve_paper() -> Iterator[Paper]:
    """Serve a paper without stories as long as the block lasts."""
    paper = Paper()
    thread = threading.Thread(target=paper.server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield paper
    finally:
        paper.server.shutdown()
        paper.server.server_close()
        thread.join()
