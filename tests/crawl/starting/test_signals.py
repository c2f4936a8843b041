"""Signals during a crawl: whenever one comes, what is in flight is kept, nothing more is requested, and the run ends."""

import logging
import os
import signal
import socket
import threading

import pytest
from scrapy.core.downloader import Downloader
from support.loopback_site import fetch_rows
from support.waiting import PATIENCE, Gate

from crawler.archive import Archive
from crawler.crawl.running.run import Run
from crawler.crawl.starting.launch import run_crawl

STORIES = 4
SIGNALS = (signal.SIGINT, signal.SIGTERM)


@pytest.fixture
def long_paper(paper):
    for number in range(1, STORIES + 1):
        paper.story(number, leads_to=(number % STORIES + 1,))
    return paper


@pytest.fixture
def send():
    """Send this process a signal, from whatever thread."""
    return lambda number: os.kill(os.getpid(), number)


@pytest.fixture
def call_in_delay(monkeypatch):
    """Call a function, once, when a request waits in the slot of the downloader for the end of a delay."""

    def arrange(function):
        calls, process = [], Downloader._process_queue

        def look(self, slot):
            process(self, slot)
            if slot.queue and slot.latercall and not calls:
                calls.append(slot.queue[0][0].url)
                function()

        monkeypatch.setattr(Downloader, "_process_queue", look)
        return calls

    return arrange


class SendingHandler(logging.Handler):
    """Sends a signal when a record of this logger begins with these words."""

    def __init__(self, words, send):
        super().__init__()
        self.words, self.send = words, send

    def emit(self, record):
        if record.getMessage().startswith(self.words):
            self.send()


@pytest.fixture
def send_at_log():
    """Send a signal when a line is logged, from within the call that logs it."""
    handlers = []

    def arrange(logger, words, send):
        handler = SendingHandler(words, send)
        logging.getLogger(logger).addHandler(handler)
        handlers.append((logger, handler))

    yield arrange
    for logger, handler in handlers:
        logging.getLogger(logger).removeHandler(handler)


def assert_goes_on(options, paper):
    """The archive is sound, and the same crawl comes to its end."""
    with Archive(options.archive) as archive:
        assert archive.verify() == []
    paper.pages["/robots.txt"] = (404, b"none")
    assert run_crawl(options).outcome == "finished"
    assert fetch_rows(options, "SELECT count(*) FROM articles") == [(STORIES,)]


@pytest.mark.parametrize("number", SIGNALS)
@pytest.mark.parametrize(
    ("logger", "words"), [("crawler", "run 1 begins"), ("scrapy.core.engine", "Spider opened"), ("scrapy", "Enabled")]
)
def test_a_signal_before_the_first_request_leaves_none_to_be_made(
    long_paper, asked_for, send, send_at_log, logger, words, number
):
    send_at_log(logger, words, lambda: send(number))
    options = asked_for(log_level="DEBUG")
    report = run_crawl(options)
    assert (report.outcome, report.pages, long_paper.log) == ("interrupted", 0, [])
    assert fetch_rows(options, "SELECT outcome, finished_at IS NOT NULL FROM runs") == [("interrupted", 1)]


def test_two_signals_at_once_before_the_first_request_are_no_worse(long_paper, asked_for, send, send_at_log):
    def send_both():
        send(signal.SIGINT)
        send(signal.SIGTERM)

    send_at_log("crawler", "run 1 begins", send_both)
    options = asked_for(log_level="INFO")
    assert (run_crawl(options).outcome, long_paper.log) == ("interrupted", [])


@pytest.mark.parametrize("number", SIGNALS)
@pytest.mark.parametrize("robots", [b"User-agent: *\nCrawl-delay: 3600\n", b""])
def test_what_waits_for_the_end_of_a_delay_is_not_requested(long_paper, asked_for, send, call_in_delay, robots, number):
    long_paper.pages["/robots.txt"] = (200, robots, {"Content-Type": "text/plain"})
    waiting = call_in_delay(lambda: send(number))
    options = asked_for(delay=0.0 if robots else 3600.0)
    report = run_crawl(options)
    assert (report.outcome, report.queue) == ("interrupted", 1)
    assert waiting == ["https://www.asianews.it/news-en/Story-1.html"]
    assert long_paper.log == ["/robots.txt"]
    assert_goes_on(asked_for(), long_paper)


def test_robots_txt_that_waits_for_the_end_of_a_delay_is_not_requested(long_paper, asked_for, send, call_in_delay):
    long_paper.story(1, leads_to=("2",))
    waiting = call_in_delay(lambda: send(signal.SIGTERM))
    report = run_crawl(
        asked_for(
            "https://www.asianews.it/news-en/Story-1.html", "https://www.asianews.it/news-en/Story-2.html", delay=3600.0
        )
    )
    assert report.outcome == "interrupted"
    assert waiting
    assert len(long_paper.log) == 1


@pytest.mark.parametrize("number", SIGNALS)
def test_a_pause_that_the_site_asked_for_is_not_waited_for(long_paper, asked_for, send, monkeypatch, number):
    pauses, tick = [], Run.tick

    def look(run):
        tick(run)
        if run.session.throttle.is_paused and not pauses:
            pauses.append(run)
            send(number)

    monkeypatch.setattr(Run, "tick", look)
    long_paper.pages["/news-en/Story-1.html"] = (503, b"busy", {"Retry-After": "100"})
    stories = [f"https://www.asianews.it/news-en/Story-{story}.html" for story in (1, 2)]
    report = run_crawl(asked_for(*stories, concurrency=1))
    assert (report.outcome, report.pages, len(pauses)) == ("interrupted", 1, 1)


@pytest.fixture
def slow_names(monkeypatch):
    """A name server that answers when the test has ended, and tells when it is asked; what waits is a real thread."""
    from twisted.internet import reactor

    asked, answer = threading.Event(), threading.Event()

    def wait(*_):
        asked.set()
        answer.wait(PATIENCE)
        raise socket.gaierror("not known")

    monkeypatch.setattr(reactor.nameResolver, "_getaddrinfo", wait)
    yield asked
    answer.set()


@pytest.mark.parametrize("number", SIGNALS)
def test_a_name_server_is_not_waited_for(asked_for, send, slow_names, number):
    def send_when_asked():
        if slow_names.wait(PATIENCE):
            send(number)

    sender = threading.Thread(target=send_when_asked)
    sender.start()
    report = run_crawl(asked_for(mirror="http://news.test:8000{path}"))
    sender.join()
    assert (report.outcome, report.pages) == ("interrupted", 0)
    assert fetch_rows(asked_for(), "SELECT state, attempts FROM addresses") == [("queued", 0)]


def test_the_page_in_flight_is_kept_and_a_second_signal_does_not_wait_for_it(long_paper, asked_for, send):
    for signals, pages in ((1, 1), (2, 0)):
        long_paper.gate = Gate(1)

        def send_when_reached(gate=long_paper.gate, signals=signals):
            gate.wait_until_reached()
            for number in SIGNALS[:signals]:
                send(number)
            if signals == 1:
                gate.open()

        sender = threading.Thread(target=send_when_reached)
        sender.start()
        options = asked_for()
        report = run_crawl(options)
        sender.join()
        long_paper.gate.open()
        assert (report.outcome, report.pages) == ("interrupted", pages)
