"""The order of a concordance's lines, as a value of an option."""

from __future__ import annotations

from typing import Any

import click

from crawler.errors import BadValue


class LineOrderType(click.ParamType):  # type: ignore[type-arg]  # generic only in newer click
    """``position``, ``date``, ``left``, ``right``, or words to sort by, as ``1R,2R,1L``."""

    name = "order"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        from crawler.research.line_order import read_line_order

        if not isinstance(value, str):
            return value
        try:
            return read_line_order(value)
        except BadValue as error:
            self.fail(str(error), param, ctx)
