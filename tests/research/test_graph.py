"""The See also graph against graphs whose answers are known, and its files read back by other people's software."""

import random
from collections import Counter
from datetime import timedelta

import networkx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.examples import count_examples
from support.newsroom import GAZETTE, NOW, Newsroom
from support.program import run_code

from crawler.archive import Archive
from crawler.archive.search.selection import Selection
from crawler.research.exports import ExportOptions, export
from crawler.research.graph import communities, most_linked, neighbours, paths

LATER = NOW + timedelta(days=30)


def draw(path, links, *, again=None, **more):
    """Archive articles by key with the keys that each names; ``again`` is a later visit of some of them."""
    newsroom = Newsroom()
    with Archive(path, "create") as archive:
        for at, pages in ((NOW, links), (LATER, again or {})):
            run = archive.begin_run(GAZETTE, now=at)
            visits = [
                newsroom.visit(newsroom.article(key, see_also=named, **more), at=at) for key, named in pages.items()
            ]
            archive.keep(visits, run, at)
            archive.finish_run(run, "finished", at)
    return Archive(path)


def ids(archive):
    return {int(row[0]): row[1] for row in archive.db.execute("SELECT site_key, id FROM articles")}


#   1 → 2 → 3 → 6      1 → 4 → 5 → 6      6 → 1      7 ↔ 8      9 names only 99, which is not archived; 3 → 99, 3 → 3
LINKS = {1: (2, 4), 2: (3,), 3: (6, 99, 3), 4: (5,), 5: (6,), 6: (1,), 7: (8,), 8: (7,), 9: (99,)}


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    return draw(tmp_path_factory.mktemp("graph") / "archive.db", LINKS, again={1: (4,)})


@pytest.fixture
def archive(drawn):
    return drawn


def around(archive, key, **how):
    """Key of a node → its distance."""
    found = neighbours(archive, ids(archive)[key], **how)
    return {int(neighbour.node.key.rsplit("/", 1)[1]): neighbour.distance for neighbour in found.nodes}


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ({}, {1: 0, 2: 1, 4: 1, 6: 1}),
        ({"direction": "out"}, {1: 0, 2: 1, 4: 1}),
        ({"direction": "in"}, {1: 0, 6: 1}),
        ({"direction": "out", "current": True}, {1: 0, 4: 1}),
        ({"direction": "out", "depth": 2}, {1: 0, 2: 1, 4: 1, 3: 2, 5: 2}),
        ({"direction": "out", "depth": 9, "unarchived": True}, {1: 0, 2: 1, 4: 1, 3: 2, 5: 2, 6: 3, 99: 3}),
        ({"depth": 9}, {1: 0, 2: 1, 4: 1, 6: 1, 3: 2, 5: 2}),
        ({"depth": 5, "unarchived": True}, {1: 0, 2: 1, 4: 1, 6: 1, 3: 2, 5: 2, 99: 3, 9: 4}),
    ],
)
def test_neighbours_are_those_so_many_links_away(archive, how, expected):
    assert around(archive, 1, **how) == expected


def test_neighbours_come_with_the_links_between_them_and_say_when_there_are_more(archive):
    number = ids(archive)
    found = neighbours(archive, number[1])
    assert {(edge.source, edge.target, edge.current) for edge in found.edges} == {
        (number[1], number[2], False),
        (number[1], number[4], True),
        (number[6], number[1], True),
    }
    gone = next(edge for edge in found.edges if not edge.current)
    assert (gone.first_seen_at, gone.last_seen_at) == ("2026-03-01T12:00:00Z", "2026-03-01T12:00:00Z")
    assert found.complete
    cut = neighbours(archive, number[1], depth=3, limit=2)
    assert (len(cut.nodes), cut.complete) == (3, False)
    assert neighbours(archive, 10**9).nodes == ()


@pytest.mark.parametrize(
    ("ends", "how", "expected"),
    [
        ((1, 6), {}, [[1, 2, 3, 6], [1, 4, 5, 6]]),
        ((1, 6), {"current": True}, [[1, 4, 5, 6]]),
        ((1, 6), {"directed": False}, [[1, 6]]),
        ((6, 5), {}, [[6, 1, 4, 5]]),
        ((2, 4), {}, [[2, 3, 6, 1, 4]]),
        ((2, 4), {"directed": False}, [[2, 1, 4]]),
        ((1, 1), {}, [[1]]),
        ((1, 6), {"longest": 2}, None),
        ((1, 7), {"directed": False}, None),
        ((9, 3), {"directed": False}, None),
    ],
)
def test_paths_are_the_shortest_ways_and_all_of_them(archive, ends, how, expected):
    number = ids(archive)
    found = paths(archive, number[ends[0]], number[ends[1]], **how)
    keys = [[int(node.key.rsplit("/", 1)[1]) for node in path.nodes] for path in found.paths]
    assert (keys or None) == expected
    assert found.length == (len(expected[0]) - 1 if expected else None)
    assert not found.more
    for path in found.paths:
        for step, one, other in zip(path.steps, path.nodes, path.nodes[1:], strict=False):
            ends_of_step = (one.id, other.id) if step.forward else (other.id, one.id)
            assert (step.edge.source, step.edge.target) == ends_of_step


def test_a_search_that_would_take_too_long_says_that_it_gave_up(archive):
    number = ids(archive)
    found = paths(archive, number[1], number[6], most_visited=3)
    assert (found.length, found.gave_up) == (None, True)
    assert paths(archive, number[1], 10**9).length is None


def test_the_most_linked_are_counted_over_all_links_or_those_that_are_there_now(archive):
    def counted(*selection, **how):
        found = most_linked(archive, *selection, **how)
        return [(target.node.key.rsplit("/", 1)[1], target.links) for target in found]

    links = Counter(target for source, named in LINKS.items() for target in named if target != source)
    expected = sorted(
        ((str(key), count) for key, count in links.items() if key != 99), key=lambda linked: (-linked[1], linked[0])
    )
    number = ids(archive)
    order = sorted(expected, key=lambda linked: (-linked[1], number[int(linked[0])]))
    assert counted(limit=None) == order
    assert counted(limit=1) == [("6", 2)]
    assert ("2", 1) not in counted(limit=None, current=True)
    assert counted(limit=2, unarchived=True) == [("6", 2), ("99", 2)]
    some = Selection(query='headline:"Headline of 6" OR headline:"Headline of 5"')
    assert counted(some) == [("6", 2), ("5", 1)]
    assert counted(some, within=True) == [("6", 1)]


def test_links_of_two_addresses_to_one_article_are_one_link(tmp_path):
    newsroom = Newsroom()
    with draw(tmp_path / "a.db", {1: (2, "asia/nepal/a-story"), 2: ()}) as archive:
        assert most_linked(archive, unarchived=True)[0].links == 1
    with Archive(tmp_path / "a.db", "write") as archive:
        run = archive.begin_run(GAZETTE, now=LATER)
        path = newsroom.address("asia/nepal/a-story")
        archive.keep([newsroom.visit(newsroom.article(2), address=path, at=LATER)], run, LATER)
        (found,) = most_linked(archive, unarchived=True)
        assert (found.node.key, found.links) == ("gazette/en/2", 1)
        assert len(neighbours(archive, ids(archive)[1]).edges) == 1


@settings(max_examples=count_examples(20))
@given(seed=st.integers(0, 10**6), size=st.integers(2, 14), share=st.floats(0.02, 0.5))
def test_any_graph_has_the_paths_and_neighbours_that_networkx_finds(tmp_path_factory, seed, size, share):
    chance = random.Random(seed)
    links = {
        one: tuple(other for other in range(1, size + 1) if other != one and chance.random() < share)
        for one in range(1, size + 1)
    }
    truth = networkx.DiGraph(links)
    with draw(tmp_path_factory.mktemp("any") / "archive.db", links) as archive:
        number = ids(archive)
        key = {value: name for name, value in number.items()}
        for directed in (True, False):
            graph = truth if directed else truth.to_undirected()
            one, other = chance.sample(range(1, size + 1), 2)
            found = paths(archive, number[one], number[other], directed=directed, longest=size, limit=10_000)
            ways = {tuple(key[node.id] for node in path.nodes) for path in found.paths}
            try:
                assert ways == set(map(tuple, networkx.all_shortest_paths(graph, one, other)))
            except networkx.NetworkXNoPath:
                assert found.length is None
            reach = networkx.single_source_shortest_path_length(graph, one, cutoff=2)
            assert around(archive, one, depth=2, direction="out" if directed else "both") == dict(reach)


def test_communities_are_the_groups_that_were_drawn(tmp_path):
    groups = (range(1, 7), range(11, 16), range(21, 25))
    links = {one: tuple(other for other in group if other != one) for group in groups for one in group}
    links[1] = (*links[1], 11)
    links[15] = (*links[15], 21)
    links[31] = ()
    with draw(tmp_path / "a.db", links) as archive:
        number = ids(archive)
        found = communities(archive)
        assert [set(community.articles) for community in found.communities] == [
            {number[key] for key in group} for group in groups
        ]
        assert (found.articles, found.unlinked, found.links) == (16, 1, 6 * 5 + 5 * 4 + 4 * 3 + 2)
        assert [community.links for community in found.communities] == [30, 20, 12]
        assert found.communities[0].central[0].id in set(found.communities[0].articles)
        weights = networkx.Graph()
        for one, named in links.items():
            for other in named:
                weights.add_edge(one, other, weight=weights.get_edge_data(one, other, {"weight": 0})["weight"] + 1)
        assert found.modularity == pytest.approx(
            networkx.community.modularity(weights, [set(group) for group in groups])
        )
        assert communities(archive) == found
        nobody = communities(archive, Selection(query='headline:"Headline of 31"'))
        assert (nobody.articles, nobody.links, nobody.communities) == (1, 0, ())


def test_without_networkx_one_line_names_the_extra(drawn, tmp_path):
    script = (
        "import sys; sys.modules['networkx'] = None\n"
        "from crawler.cli import main\n"
        f"main(['--archive', {str(drawn.path)!r}, 'graph', *sys.argv[1:]])"
    )
    for words, code in ((["communities"], 1), (["path", "1", "6"], 0)):
        ended = run_code(script, *words, cwd=tmp_path)
        assert ended.returncode == code, ended.stderr
        if code:
            assert ended.stderr == "seealso: this needs networkx: pip install networkx\n"


READ = {"gexf": networkx.read_gexf, "graphml": networkx.read_graphml}


def written(archive, format_, folder, selection=None, **options):
    to = folder / f"graph.{format_}"
    made = export(
        archive, selection or Selection(), format_, to, made_at=NOW, options=ExportOptions(**options), force=True
    )
    return READ[format_](to), made


@pytest.mark.parametrize("format_", READ)
def test_a_file_holds_the_graph_and_when_its_links_were_seen(archive, format_, tmp_path):
    number = ids(archive)
    graph, made = written(archive, format_, tmp_path)
    assert set(graph) == {str(article_id) for article_id in number.values()}
    edges = {(number[one], number[other]) for one, named in LINKS.items() for other in named if other not in (99, one)}
    assert {(int(one), int(other)) for one, other in graph.edges} == edges
    assert (made.articles, made.counts["links"]) == (9, len(edges))
    node = graph.nodes[str(number[1])]
    assert (node["label"], node["headline"], node["language"]) == ("Headline of 1", "Headline of 1", "en")
    assert (node["published_on"], node["archived"], node["key"]) == ("2022-03-11", True, "gazette/en/1")
    edge = graph.edges[str(number[1]), str(number[2])]
    assert (edge["first_seen_at"], edge["current"], edge["position"]) == ("2026-03-01T12:00:00Z", False, 1)
    if format_ == "gexf":
        assert graph.graph["mode"] == "dynamic"
        assert node["start"] == "2022-03-11"
        assert edge["spells"] == [("2026-03-01", "2026-03-01")]
        still = graph.edges[str(number[1]), str(number[4])]
        assert still["spells"] == [("2026-03-01", "2026-03-31")]


@pytest.mark.parametrize("format_", READ)
def test_a_file_may_hold_a_selection_current_links_and_what_is_not_archived(archive, format_, tmp_path):
    number = ids(archive)
    some = Selection(query='headline:"Headline of 1" OR headline:"Headline of 2" OR headline:"Headline of 3"')
    graph, _ = written(archive, format_, tmp_path, some)
    assert set(graph.edges) == {(str(number[1]), str(number[2])), (str(number[2]), str(number[3]))}
    graph, _ = written(archive, format_, tmp_path, some, current=True)
    assert set(graph.edges) == {(str(number[2]), str(number[3]))}
    graph, made = written(archive, format_, tmp_path, some, unarchived=True)
    assert graph.nodes["gazette/en/99"]["headline"] == "About 99"
    assert graph.nodes["gazette/en/99"]["archived"] is False
    assert (str(number[3]), "gazette/en/99") in graph.edges
    assert (made.counts["links"], made.counts["unarchived"]) == (3, 1)
    graph, made = written(archive, format_, tmp_path, Selection(query="xylophone"), unarchived=True)
    assert (len(graph), made.counts["links"]) == (0, 0)


TEXT = st.text(
    st.one_of(
        st.characters(blacklist_categories=("Cs",)),
        st.sampled_from("<>&\"'\x00\x07\x1b\x7f\x85\ufffe\uffff\t\n\r]]>é香𠀀"),
    ),
    min_size=1,
    max_size=30,
)


def xml_safe(text):
    """What XML 1.0 can hold of a text (https://www.w3.org/TR/xml/#charsets)."""
    allowed = ((0x9, 0xA), (0xD, 0xD), (0x20, 0xD7FF), (0xE000, 0xFFFD), (0x10000, 0x10FFFF))
    return "".join(
        character if any(low <= ord(character) <= high for low, high in allowed) else "\ufffd" for character in text
    )


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    path = tmp_path_factory.mktemp("hostile") / "archive.db"
    draw(path, {1: (2,)}, authors=("X", "B")).close()
    with Archive(path, "write") as archive:
        yield archive


@settings(max_examples=count_examples(40))
@given(headline=TEXT, place=TEXT, name=TEXT)
def test_any_headline_place_and_name_come_back_from_a_file(hostile, headline, place, name):
    with hostile.db.atomic():
        hostile.db.execute("UPDATE articles SET headline = ?, dateline_place = ?", (headline, place))
        hostile.db.execute("UPDATE authors SET name = ? WHERE id = 1", (name if name != "B" else "X",))
    for format_ in READ:
        graph, _ = written(hostile, format_, hostile.path.parent)
        node = graph.nodes["1"]
        assert node["label"] == node["headline"] == xml_safe(headline)
        assert node["place"] == xml_safe(place)
        assert node["authors"] == xml_safe(f"{name if name != 'B' else 'X'}; B")
