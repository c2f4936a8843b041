"""A small paper on loopback whose every answer a test decides, and questions to the archive made of it."""

import html
import sqlite3
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from crawler.warc import iter_captures

ORIGIN = "https://www.asianews.it"
SEE_ALSO = "See also"


NAMES = (
    *("Abel", "Birk", "Coll", "Dunn", "Eden", "Fenn", "Gray", "Hobb", "Inge", "Jory", "Kemp"),
    *("Lund", "Marsh", "Nash", "Orme", "Penn", "Quist", "Reed", "Selby", "Thorn", "Usk"),
)


def choose_names(number):
    """The names in the gaps of a story, others for each number: stories that are alike would all be compared as copies."""
    return [NAMES[(number * (2 * gap + 1) + number // len(NAMES) + gap) % len(NAMES)] for gap in range(9)]


def make_article_page(number, *, headline=None, date="03/11/2022, 09.45", leads_to=(), body=None):
    """An English article page in the anatomy of the site: date, kicker, share link, headline, byline, lead, body."""
    names = choose_names(number)
    headline = headline or f"Headline of story number {number}"
    entries = "".join(
        f'<li><a href="/news-en/Story-{target}.html">Headline of story number {target}</a> <span>{when}</span></li>'
        for target, when in ((e if isinstance(e, tuple) else (e, "17/10/2022 09:30")) for e in leads_to)
    )
    body = body or (
        f"<p>Quietville (AsiaNews) - The {number}th meeting of {names[0]} and {names[1]} ended after {names[2]} left without a vote.</p>"
        f"<p>Its chair {names[3]} said that the boats of {names[4]} would be painted in spring, whatever {names[5]} did until then.</p>"
        "<p>Neighbours had brought soup and bread, and stayed until the last lamp went out over the quay.</p>"
    )
    return f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{html.escape(headline)} - AsiaNews</title></head>
<body><div class="top"><a href="/en.html">Home</a></div>
<div class="art"><p>{date}</p><p>LAOS</p><p><a href="#">Send to a friend</a></p><h1>{html.escape(headline)}</h1>
<p>by Ann Example</p><p>The committee of {names[6]} and {names[7]} met for the {number}th time, and {names[8]} did not come to a vote.</p>
{body}<p><a href="#">Send to a friend</a></p><p><a href="#">Printable version</a></p></div>
<div class="more"><h3>{SEE_ALSO}</h3><ul>{entries}</ul></div>
<p>Subscribe to Asia News updates or change your preferences</p></body></html>""".encode()


HOME = b"""<html><head><title>AsiaNews</title></head><body><h1>AsiaNews</h1><p>All the news of today.</p>
<p><a href="/geo-en/Laos-31.html">Laos</a> <a href="/geo-en/Nepal-7.html">Nepal</a></p></body></html>"""


class FakeSite:
    """Serves ``pages``: path → bytes, or (status, body), or (status, body, headers), or a function of the handler.

    Unknown addresses answer with the home page and status 200, as the real site does. ``requested_paths`` counts requests;
    a ``gate`` holds answers back.
    """

    def __init__(self):
        self.pages = {"/robots.txt": (404, b"none")}
        self.log = []
        self.headers = []
        self.latency = 0.0
        self.gate = None
        paper = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = (
                True  # head and body go out apart: each answer would wait 40 ms for an acknowledgement
            )

            def do_GET(self):
                paper.log.append(self.path)
                paper.headers.append((self.path, dict(self.headers)))
                if paper.gate is not None:
                    paper.gate.pass_through()
                if paper.latency:
                    threading.Event().wait(paper.latency)
                answer = paper.pages.get(self.path, HOME)
                if callable(answer):
                    answer = answer(self)
                    if answer is None:
                        return
                if isinstance(answer, bytes):
                    answer = (200, answer)
                status, body, headers = (*answer, {})[:3]
                self.send_response(status)
                for name, value in {"Content-Type": "text/html; charset=utf-8", **headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args):
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 50

            def handle_error(self, request, client_address):
                pass  # a crawl that was killed leaves connections broken

        self.server = Server(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()

    @property
    def mirror(self):
        return f"http://127.0.0.1:{self.server.server_port}{{path}}"

    @property
    def requested_paths(self):
        return Counter(self.log)

    def story(self, number, **more):
        self.pages[f"/news-en/Story-{number}.html"] = make_article_page(number, **more)

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


def fetch_rows(options, sql, *values):
    with sqlite3.connect(options.archive) as db:
        found = db.execute(sql, values).fetchall()
    db.close()
    return found


def fetch_keys(options):
    return sorted(int(key) for (key,) in fetch_rows(options, "SELECT site_key FROM articles"))


def fetch_states(options):
    return dict(fetch_rows(options, "SELECT url_key, state FROM addresses"))


def read_captures(options):
    folder = options.archive.with_suffix(".warc")
    return [capture for path in sorted(folder.iterdir()) for capture in iter_captures(path)]
