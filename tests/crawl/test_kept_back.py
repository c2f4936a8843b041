"""A crawl meets a paywall where it has been before: the archived text stays, and a person is told."""

from crawl.paper import article, rows

from crawler.crawl import crawl
from crawler.items import Fate

LONG = "".join(
    f"<p>{number}. The committee of the harbour met again and did not come to a vote on the {number} boats.</p>"
    for number in range(1, 21)
)
SHORT = "".join(LONG.split("</p>")[0] + "</p>")
PATH = "/news-en/Story-1.html"


def test_a_wall_never_replaces_the_text_and_a_cut_does(paper, asked_for):
    paper.story(1, body=LONG)
    options = asked_for()
    crawl(options)
    paper.pages[PATH] = article(1, body=SHORT).replace(b"<h3>See", b"<p>Subscribe to continue reading</p><h3>See")
    report = crawl(asked_for(refresh=True))
    assert report.counts == {Fate.UNREADABLE: 1}
    assert report.exit_code == 2
    ((body, revisions),) = rows(options, "SELECT body, revisions FROM articles")
    assert (body.count("boats"), revisions) == (20, 1)
    ((reason,),) = rows(options, "SELECT reason FROM problems")
    assert "subscribe to continue" in reason
    paper.story(1, body=SHORT)
    assert crawl(asked_for(refresh=True)).counts == {Fate.REVISED: 1}
    ((body, revisions),) = rows(options, "SELECT body, revisions FROM articles")
    assert (body.count("boats"), revisions) == (1, 2)
