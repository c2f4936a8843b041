"""A month of visits in a minute: a paper that is edited all the time, and an archive that runs on a schedule.

The clock is the test's. What is to be found is computed here, by hand-written rules that share no code with the archive:
when each article is due, and what its text was at each of those visits.
"""

import hashlib
import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from support.loopback_site import fetch_rows, make_article_page

from crawler.archive import Archive
from crawler.crawl.starting.launch import run_crawl
from crawler.items import Fate
from crawler.warc import read_capture

BEGIN = datetime(2026, 3, 1, 6, tzinfo=UTC)
DAYS = 30
HOUR = timedelta(hours=1)
AGAIN = [HOUR, 6 * HOUR, 24 * HOUR, 72 * HOUR, 168 * HOUR, 720 * HOUR, 2160 * HOUR]
HOME = "https://www.asianews.it/en.html"
WORDS = [
    "committee",
    "harbour",
    "fishermen",
    "government",
    "neighbours",
    "painted",
    "meeting",
    "chairman",
    "lamps",
    "village",
    "teacher",
    "children",
    "morning",
    "students",
    "bishop",
    "market",
    "river",
    "bridge",
    "letters",
    "parish",
    "elders",
    "returned",
    "planted",
    "repaired",
    "discussed",
    "promised",
    "visited",
]


@dataclass
class Story:
    """One article of the paper: its text, edited now and then, and what changes around it all the time."""

    number: int
    dice: random.Random
    headline: str = ""
    paragraphs: list[str] = field(default_factory=list)
    around: int = 0
    edits: list[str] = field(default_factory=list)

    def __post_init__(self):
        self.headline = self.sentence(6).rstrip(".")
        self.paragraphs = [self.sentence(25, f"{self.dice.randint(10, 99)} boats") for _ in range(6)]

    def sentence(self, length, *more):
        words = [self.dice.choice(WORDS) for _ in range(length)]
        words[length // 2 : length // 2] = more
        return " ".join(words).capitalize() + "."

    @property
    def text(self):
        return self.headline, "\n\n".join(self.paragraphs)

    def edit(self):
        """Change the text as an editor does."""
        kind = self.dice.choice(["typo", "headline", "correction", "substance"])
        at = self.dice.randrange(len(self.paragraphs))
        if kind == "headline":
            self.headline = f"{self.sentence(5).rstrip('.')} again ({len(self.edits)})"
        elif kind == "substance":
            self.paragraphs.insert(at + 1, self.sentence(30, f"{len(self.edits)} boats"))
        elif kind == "correction":
            self.paragraphs[at] = self.paragraphs[at].replace(" boats", f"{len(self.edits)} boats")
        else:
            words = self.paragraphs[at].split()
            longest = max(range(1, len(words) - 1), key=lambda place: len(words[place]))
            words[longest] = words[longest][:-2] + words[longest][-1]
            self.paragraphs[at] = " ".join(words)
        self.edits.append(kind)

    def page(self):
        """The page as served now: counters, advertising, links and a time stamp change around the text."""
        body = "".join(f"<p>{paragraph}</p>" for paragraph in self.paragraphs).replace(
            "<p>", "<p>Quietville (AsiaNews) - ", 1
        )
        links = [(self.around + step) % 40 + 1000 for step in range(3)]
        page = make_article_page(self.number, headline=self.headline, body=body, leads_to=())
        block = "".join(f'<li><a href="/news-en/Story-{link}.html">Old story {link}</a></li>' for link in links)
        share = f"<p><a href='#'>Send to a friend</a></p><p>Read {1000 + self.around} times</p>".encode()
        page = page.replace(b"<ul></ul>", f"<ul>{block}</ul>".encode())
        page = page.replace(
            b'<p><a href="#">Send to a friend</a></p><p><a href="#">Printable', share + b'<p><a href="#">Printable'
        )
        footer = f"<p>Advertisement {self.around}: buy boats</p><p>Page made at {self.around % 24:02}.00</p></body>"
        return page.replace(b"</body>", footer.encode())


class Month:
    """The paper over the days, and what an archive on the schedule has to find."""

    def __init__(self, paper, stories, edits, seed):
        dice = random.Random(seed)
        self.paper = paper
        self.stories = {number: Story(number, random.Random(f"{seed}/{number}")) for number in range(1, stories + 1)}
        moments = sorted(dice.uniform(1, DAYS * 86_400) for _ in range(edits))
        self.script = [(BEGIN + timedelta(seconds=moment), dice.randint(1, stories)) for moment in moments]
        self.due = dict.fromkeys(self.stories, BEGIN)
        self.unchanged = dict.fromkeys(self.stories, 0)
        self.seen = {}
        self.expected = {number: [] for number in self.stories}
        links = "".join(f'<p><a href="/news-en/Story-{number}.html">Story {number}</a></p>' for number in self.stories)
        paper.pages["/en.html"] = f"<html><body><h1>AsiaNews</h1>{links}</body></html>".encode()
        for number in self.stories:
            paper.pages[f"/news-en/Story-{number}.html"] = self.answer(number)
        for number in range(1000, 1041):
            paper.pages[f"/news-en/Story-{number}.html"] = (404, b"gone")

    def answer(self, number):
        def respond(handler):
            page = self.stories[number].page()
            etag = f'"{hashlib.sha1(page).hexdigest()}"'
            if number % 3 == 0 and handler.headers.get("If-None-Match") == etag:
                return 304, b"", {"ETag": etag}
            return 200, page, {"ETag": etag} if number % 3 == 0 else {}

        return respond

    def live(self, until):
        """Let everything happen that is scripted up to a moment."""
        while self.script and self.script[0][0] <= until:
            _, number = self.script.pop(0)
            self.stories[number].edit()
        for story in self.stories.values():
            if story.number % 4:
                story.around += 1

    def visits(self, now):
        """Return the numbers that are to be visited now, and note what is found there."""
        due = [number for number, moment in self.due.items() if moment <= now]
        for number in due:
            story = self.stories[number]
            known = self.seen.get(number)
            changed = known is None or known != story.text
            self.unchanged[number] = 0 if changed else self.unchanged[number] + 1
            self.due[number] = now + AGAIN[min(self.unchanged[number], 6)]
            if changed:
                self.expected[number].append((now, story.text, list(story.edits)))
                self.seen[number] = story.text
        return due


def live_through(paper, asked_for, *, stories, edits, every, seed):
    """Run the crawl again and again for thirty days; return the month and the crawl's options."""
    month = Month(paper, stories, edits, seed)
    options = asked_for(HOME, max_depth=0)
    now = BEGIN
    while now <= BEGIN + timedelta(days=DAYS):
        month.live(now)
        paper.log.clear()
        report = run_crawl(options, clock=lambda now=now: now)
        asked = sorted(int(path.rpartition("-")[2].removesuffix(".html")) for path in paper.log if "Story" in path)
        assert asked == month.visits(now), now
        assert set(report.counts) <= {Fate.NEW, Fate.UNCHANGED, Fate.REVISED, Fate.NOT_AN_ARTICLE}, (now, report)
        now += every
    return month, options


def every_edit_is_a_revision_and_none_is_false(month, options):
    alone = 0
    with Archive(options.archive) as archive:
        for number, expected in month.expected.items():
            record = archive.find(f"https://www.asianews.it/news-en/Story-{number}.html")
            assert record is not None
            found = [(revision.captured_at, (revision.headline, revision.body)) for revision in record.revisions]
            assert found == [(f"{when:%Y-%m-%dT%H:%M:%SZ}", text) for when, text, _ in expected]
            for revision, (_, _, before), (_, _, after) in zip(
                record.revisions[1:], expected, expected[1:], strict=False
            ):
                if len(after) == len(before) + 1:  # nothing else was edited in between: it has that word
                    assert revision.edit == after[-1]
                    alone += 1
        assert archive.verify(read_capture) == []
    return alone


@pytest.mark.slow
def test_a_month_of_edits_is_a_month_of_revisions(paper, asked_for):
    """Half a minute."""
    month, options = live_through(paper, asked_for, stories=30, edits=300, every=6 * HOUR, seed=1)
    assert not month.script
    assert every_edit_is_a_revision_and_none_is_false(month, options) > 50
    assert fetch_rows(options, "SELECT sum(revised), max(unreadable) FROM runs")[0][0] > 150


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_thousand_edits_seen_every_hour(paper, asked_for):
    """Four minutes."""
    month, options = live_through(paper, asked_for, stories=80, edits=1000, every=HOUR, seed=2)
    assert not month.script
    assert every_edit_is_a_revision_and_none_is_false(month, options) > 200
