"""Makes the outline of the land that maps are drawn on, once, from a file of the npm package world-atlas.

    npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
    python -m training.world_outline package/land-110m.json

The package holds the land of Natural Earth 1:110m (public domain, naturalearthdata.com) as TopoJSON: arcs of whole
numbers, each the difference from the one before. What is written is one path of SVG in the map's own units.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any, Final

import click

from crawler.research.maps.projection import HEIGHT, WIDTH, project

TARGET: Final = Path(__file__).parents[1] / "crawler" / "research" / "maps" / "world_outline.json"
SOURCE: Final = "Natural Earth 1:110m land, version 4.1.0, by the npm package world-atlas 2.0.2"
LICENCE: Final = "public domain (Natural Earth); ISC (world-atlas)"
SOUTHERNMOST: Final = -59.0
"""Rings that lie wholly south of it are Antarctica's, which the map leaves out."""
FINENESS: Final = 5
"""Steps of a unit of the map that the path tells apart."""


@click.command()
@click.argument("topology", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def main(topology: Path) -> None:
    """Write the outline of TOPOLOGY, land-110m.json of world-atlas."""
    rings = list(read_rings(json.loads(topology.read_text(encoding="utf-8"))))
    outline = {
        "source": SOURCE,
        "licence": LICENCE,
        "made_by": "training/world_outline.py",
        "fineness": FINENESS,
        "path": "".join(map(draw_ring, rings)),
    }
    TARGET.write_text(json.dumps(outline, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    click.echo(f"{len(rings)} rings, {TARGET.stat().st_size:,} bytes, map of {WIDTH:g} × {HEIGHT:g}")


def read_rings(topology: dict[str, Any]) -> Iterator[list[tuple[float, float]]]:
    """Yield the rings of the land as (longitude, latitude), without Antarctica."""
    (scale_x, scale_y), (move_x, move_y) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = [
        [
            (x * scale_x + move_x, y * scale_y + move_y)
            for x, y in accumulate(map(tuple, arc), lambda one, step: (one[0] + step[0], one[1] + step[1]))
        ]
        for arc in topology["arcs"]
    ]
    for geometry in topology["objects"]["land"]["geometries"]:
        for polygon in geometry["arcs"]:
            for indices in polygon:
                ring = join_arcs(arcs, indices)
                if max(latitude for _, latitude in ring) > SOUTHERNMOST:
                    yield from cut_at_date_line(ring)


def join_arcs(arcs: Sequence[Sequence[tuple[float, float]]], indices: Sequence[int]) -> list[tuple[float, float]]:
    """Return one ring; an index below zero is its complement, and that arc runs backwards."""
    ring: list[tuple[float, float]] = []
    for index in indices:
        arc = list(arcs[index]) if index >= 0 else list(reversed(arcs[~index]))
        ring += arc[1:] if ring else arc
    return ring


def cut_at_date_line(ring: Sequence[tuple[float, float]]) -> Iterator[list[tuple[float, float]]]:
    """Yield a ring in pieces that lie on one side of the 180th meridian each."""
    unrolled = [ring[0]]
    for longitude, latitude in ring[1:]:
        turns = round((unrolled[-1][0] - longitude) / 360)
        unrolled.append((longitude + 360 * turns, latitude))
    for turn in (-360, 0, 360):
        piece = [(longitude + turn, latitude) for longitude, latitude in unrolled]
        for edge, sign in ((180.0, 1), (-180.0, -1)):
            piece = clip(piece, edge, sign)
        if len(piece) > 3:
            yield piece


def clip(ring: Sequence[tuple[float, float]], edge: float, sign: int) -> list[tuple[float, float]]:
    """Return the part of a ring where ``sign * longitude`` is at most ``sign * edge`` (Sutherland and Hodgman 1974)."""
    kept: list[tuple[float, float]] = []
    for (x1, y1), (x2, y2) in pairwise(ring):
        is_inside, stays_inside = sign * x1 <= sign * edge, sign * x2 <= sign * edge
        if is_inside != stays_inside:
            kept.append((edge, y1 + (y2 - y1) * (edge - x1) / (x2 - x1)))
        if stays_inside:
            kept.append((x2, y2))
    return [*kept, kept[0]] if kept else []


def draw_ring(ring: Sequence[tuple[float, float]]) -> str:
    """Return a ring as a path with relative steps of whole numbers."""
    points = [
        (round(x * FINENESS), round(y * FINENESS))
        for x, y in (project(latitude, longitude) for longitude, latitude in ring)
    ]
    steps = [(x2 - x1, y2 - y1) for (x1, y1), (x2, y2) in pairwise(points)][:-1]
    line = "".join(f"{'' if x < 0 else ' '}{x}{'' if y < 0 else ' '}{y}" for x, y in steps if x or y)
    return f"M{points[0][0]} {points[0][1]}l{line.strip()}z" if line else ""


if __name__ == "__main__":
    main()
