"""The map: positions where they belong, an outline that is small and whole, and how it is made."""

from __future__ import annotations

import json
import re
from importlib.resources import files

from support.tables import check_rows

from crawler.archive.places.listing import PlaceEntry
from crawler.research.maps.projection import HEIGHT, WIDTH, project
from crawler.research.maps.world_map import MAX_CIRCLES, draw_map, load_outline, make_circles
from training.world_outline import cut_at_date_line, draw_ring, read_rings

MAX_BYTES = 60_000


def place(label: str, articles: int, latitude: float | None = 10.0, longitude: float | None = 20.0) -> PlaceEntry:
    return PlaceEntry(
        id=1,
        label=label,
        name=label,
        name_source="printed",
        kind="city",
        country="IT",
        latitude=latitude,
        longitude=longitude,
        location_source="edit 1",
        gazetteer_id=None,
        articles=articles,
    )


# Of the table by which Tom Patterson defined the projection: the length of the parallel as a share of the equator's, its
# distance from the equator as a share of the pole's. The polynomials come within a thousandth of it.
@check_rows(
    "latitude, length, distance",
    [
        (0, 1.0, 0.0),
        (15, 0.9894, 0.1860),
        (30, 0.9570, 0.3720),
        (45, 0.9006, 0.5571),
        (60, 0.8196, 0.7346),
        (80, 0.6754, 0.9394),
    ],
)
def test_the_projection_is_that_of_the_published_table(latitude, length, distance) -> None:
    equator = project(0, 0).y
    pole = equator - project(90, 0).y
    assert abs((project(latitude, 180).x - WIDTH / 2) / (WIDTH / 2) - length) < 0.001
    assert abs((equator - project(latitude, 0).y) / pole - distance) < 0.001


def test_the_outline_is_small_whole_and_on_the_map() -> None:
    assert len(files("crawler.research.maps").joinpath("world_outline.json").read_bytes()) < MAX_BYTES
    outline = load_outline()
    assert re.fullmatch(r"(M\d+ \d+l[-\d ]+z)+", outline.path)
    for ring in outline.path.split("z")[:-1]:
        start, steps = ring[1:].split("l")
        x, y = map(int, start.split())
        numbers = list(map(int, re.findall(r"-?\d+", steps)))
        for step_x, step_y in zip(numbers[::2], numbers[1::2], strict=True):
            x, y = x + step_x, y + step_y
            assert 0 <= x <= WIDTH * outline.fineness
            assert -5 * outline.fineness <= y <= (HEIGHT + 5) * outline.fineness


def test_circles_are_as_large_as_their_places() -> None:
    circles = make_circles([place("A", 4), place("B", 400), place("C", 100), place("Nowhere", 9, None, None)])
    assert [circle.place.label for circle in circles] == ["B", "C", "A"]
    assert circles[0].radius == 2 * circles[1].radius == 20
    assert len(make_circles([place(str(number), 1) for number in range(MAX_CIRCLES + 5)])) == MAX_CIRCLES
    picture = draw_map(circles, "a <caption> & \x00", "note " * 90)
    assert "a &lt;caption&gt; &amp; \ufffd" in picture
    assert picture == draw_map(circles, "a <caption> & \x00", "note " * 90)
    assert make_circles([]) == []


def test_an_outline_is_cut_where_it_crosses_the_date_line() -> None:
    topology = {
        "transform": {"scale": [1, 1], "translate": [0, 0]},
        "arcs": [[[170, 0], [20, 0], [0, 10], [-20, 0], [0, -10]], [[0, -80], [5, 0], [0, 5], [-5, -5]]],
        "objects": {"land": {"geometries": [{"arcs": [[[0]], [[1]]]}]}},
    }
    rings = list(read_rings(json.loads(json.dumps(topology))))
    spans = sorted((min(x for x, _ in ring), max(x for x, _ in ring)) for ring in rings)
    assert spans == [(-180.0, -170.0), (170.0, 180.0)]
    whole = [(0.0, 0.0), (9.0, 0.0), (9.0, 9.0), (0.0, 0.0)]
    assert [sorted(set(piece)) for piece in cut_at_date_line(whole)] == [sorted(set(whole))]
    assert draw_ring([(0.0, 0.0)] * 4) == ""
