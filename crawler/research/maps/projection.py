"""Projects positions onto the map: the Natural Earth projection.

It was drawn by Tom Patterson; the polynomials are those of Šavrič, Jenny, Patterson, Petrovič and Hurni, "A polynomial
equation for the Natural Earth projection", Cartography and Geographic Information Science 38 (2011), 363-372.
"""

from __future__ import annotations

from math import pi, radians
from typing import Final, NamedTuple

WIDTH: Final = 1000.0
"""Units of the map's width."""
_NORTH: Final = 84.0
_SOUTH: Final = -60.0
"""Latitudes between which the map shows the world; there is no land north of it, and Antarctica is left out."""


class Point(NamedTuple):
    """A point of the map: to the right and downwards, from its upper left corner."""

    x: float
    y: float


def project(latitude: float, longitude: float) -> Point:
    """Return the point of a position in degrees north and east.

    >>> project(0, 0).x, project(0, 180).x
    (500.0, 1000.0)
    >>> round(project(0, 0).y)
    253
    """
    x, y = _project_raw(radians(longitude), radians(latitude))
    return Point(WIDTH / 2 + _SCALE * x, _SCALE * (_TOP - y))


def _project_raw(longitude: float, latitude: float) -> tuple[float, float]:
    square = latitude * latitude
    fourth = square * square
    x = longitude * (
        0.870700 - 0.131979 * square + fourth * (-0.013791 + fourth * (0.003971 * square - 0.001529 * fourth))
    )
    y = latitude * (1.007226 + square * (0.015085 + fourth * (-0.044475 + 0.028874 * square - 0.005916 * fourth)))
    return x, y


_SCALE: Final = WIDTH / (2 * _project_raw(pi, 0.0)[0])
_TOP: Final = _project_raw(0.0, radians(_NORTH))[1]
HEIGHT: Final = round(_SCALE * (_TOP - _project_raw(0.0, radians(_SOUTH))[1]), 1)
"""Units of the map's height."""
