"""How far an address is from a start is the shortest way along See also, in whatever order the pages come."""

from collections import deque
from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.examples import count_examples

from crawler.archive import Archive
from crawler.discovery.article_links import list_article_links
from crawler.items import Fate


def depths(archive):
    return {
        int(key.rpartition("/")[2]): depth for key, depth in archive.db.execute("SELECT url_key, depth FROM addresses")
    }


def visit(newsroom, article, depth):
    return replace(newsroom.visit(article, links=list_article_links(article, depth)), depth=depth)


def test_what_was_found_far_away_and_then_near_brings_near_what_it_leads_to(archive, run, newsroom):
    archive.keep(
        [
            visit(newsroom, newsroom.article(1, see_also=(2,)), 5),
            visit(newsroom, newsroom.article(2, see_also=(3,)), 6),
            visit(newsroom, newsroom.article(3, see_also=(4, 1)), 7),
        ],
        run,
        newsroom.now,
    )
    assert depths(archive) == {1: 5, 2: 6, 3: 7, 4: 8}
    archive.enqueue([newsroom.link(newsroom.address(1), depth=2)], run, newsroom.now)
    assert depths(archive) == {1: 2, 2: 3, 3: 4, 4: 5}


def test_a_bounded_crawl_reaches_what_a_nearer_way_leads_to(archive, run, newsroom):
    archive.keep([visit(newsroom, newsroom.article(1, see_also=(2,)), 2)], run, newsroom.now)
    assert archive.count_pending(newsroom.site, run_id=run, now=newsroom.now, max_depth=2) == 0
    archive.keep([visit(newsroom, newsroom.article(7, see_also=(1,)), 0)], run, newsroom.now)
    assert archive.count_pending(newsroom.site, run_id=run, now=newsroom.now, max_depth=2) == 1


def test_a_nearer_way_found_while_the_page_is_fetched_counts(archive, run, newsroom):
    archive.enqueue([newsroom.link(newsroom.address(1), depth=5)], run, newsroom.now)
    (queued,) = archive.claim(newsroom.site, 1, run_id=run, now=newsroom.now)
    archive.enqueue([newsroom.link(newsroom.address(1), depth=1)], run, newsroom.now)
    archive.keep([visit(newsroom, newsroom.article(1, see_also=(2,)), queued.depth)], run, newsroom.now)
    assert depths(archive) == {1: 1, 2: 2}


def test_translations_are_as_near_as_the_article_itself(archive, run, newsroom):
    italian = newsroom.article(1, language="it", see_also=(3,))
    english = replace(newsroom.article(2), translations=(newsroom.address(1, "it"),))
    archive.keep([visit(newsroom, italian, 6), visit(newsroom, english, 5)], run, newsroom.now)
    archive.enqueue([newsroom.link(newsroom.address(2), depth=1)], run, newsroom.now)
    assert depths(archive) == {2: 1, 1: 1, 3: 2}


def test_all_addresses_of_an_article_are_as_near_as_the_nearest(archive, run, newsroom):
    article = newsroom.article(1, see_also=(3,))
    moved = replace(visit(newsroom, article, 4), address=newsroom.address(2), landed=newsroom.address(1))
    archive.enqueue(
        [newsroom.link(newsroom.address(1), depth=6), newsroom.link(newsroom.address(2), depth=4)], run, newsroom.now
    )
    archive.keep([moved], run, newsroom.now)
    assert depths(archive) == {1: 4, 2: 4, 3: 5}
    archive.enqueue([newsroom.link(newsroom.address(1), depth=1)], run, newsroom.now)
    assert depths(archive) == {1: 1, 2: 1, 3: 2}


def test_what_a_walk_found_empty_and_a_page_then_names_stays_as_near(archive, run, newsroom):
    archive.enqueue([newsroom.link(newsroom.address(1), via="by_id", depth=0)], run, newsroom.now)
    archive.keep([newsroom.visit(key=1, fate=Fate.NOT_AN_ARTICLE)], run, newsroom.now)
    assert archive.enqueue([newsroom.link(newsroom.address(1), depth=3)], run, newsroom.now) == 1
    assert depths(archive) == {1: 0}


@settings(max_examples=count_examples(60), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(short_cuts=st.sets(st.tuples(st.integers(1, 9), st.integers(1, 9)), max_size=6), slow=st.sets(st.integers(1, 9)))
def test_the_order_of_arrival_changes_nothing(tmp_path_factory, newsroom, short_cuts, slow):
    """Three pages are fetched at once; a slow one comes when nothing else is on its way."""
    long_way = {(number, number + 1) for number in range(7)} | {(0, 8), (0, 9)}
    edges = sorted(long_way | short_cuts)
    graph = [tuple(there for here, there in edges if here == number) for number in range(10)]
    with Archive(tmp_path_factory.mktemp("depths") / "archive.db", "create") as archive:
        run = archive.begin_run(newsroom.site, now=newsroom.now)
        archive.enqueue([newsroom.link(newsroom.address(0), via="start", depth=0)], run, newsroom.now)
        flying = []
        while True:
            flying += archive.claim(newsroom.site, 3 - len(flying), run_id=run, now=newsroom.now, refresh=False)
            if not flying:
                break
            flying.sort(key=lambda queued: int(queued.address.site_key) in slow)
            queued = flying.pop(0)
            number = int(queued.address.site_key)
            article = newsroom.article(number, see_also=graph[number])
            archive.keep([visit(newsroom, article, queued.depth)], run, newsroom.now)
        assert depths(archive) == shortest(graph)


def shortest(graph):
    """Breadth first, with nothing of the archive."""
    found, waiting = {0: 0}, deque([0])
    while waiting:
        here = waiting.popleft()
        for there in graph[here]:
            if there not in found:
                found[there] = found[here] + 1
                waiting.append(there)
    return found
