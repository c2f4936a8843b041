"""Kinds of values that commands take: days, and the archive that must be there already."""

from __future__ import annotations

import calendar
import re
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

import click

from crawler.cli.common import common

if TYPE_CHECKING:
    from crawler.archive import Archive

_DAY = re.compile(r"([0-9]{4})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?")


class DayType(click.ParamType):  # type: ignore[type-arg]  # generic only in newer click
    """A year, a month or a day, taken as the first or the last day of it.

    ``Day("first")`` reads ``2022`` as 2022-01-01, ``Day("last")`` reads ``2024-02`` as 2024-02-29; ``Day("itself")``
    takes whole days alone.
    """

    name = "date"

    def __init__(self, edge: Literal["first", "last", "itself"]) -> None:
        self.edge = edge

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        found = _DAY.fullmatch(str(value).strip())
        if found is None or (self.edge == "itself" and found[3] is None):
            forms = "2022-03-11" if self.edge == "itself" else "2022, 2022-03 or 2022-03-11"
            self.fail(f"'{value}' is not a {'day' if self.edge == 'itself' else 'date'}: write {forms}", param, ctx)
        year, month, day = (int(group) if group else None for group in found.groups())
        assert year is not None
        try:
            if self.edge != "last":
                return date(year, month or 1, day or 1)
            return date(year, month or 12, day or calendar.monthrange(year, month or 12)[1])
        except ValueError:
            self.fail(f"there is no day '{value}' in the calendar", param, ctx)


class CountType(click.IntRange):
    """How many at most; a number beyond what SQLite can count to is as many as it can."""

    def __init__(self, least: int = 1) -> None:
        super().__init__(min=least)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        return min(int(super().convert(value, param, ctx)), 2**63 - 1)


def confirm(question: str) -> bool:
    """Ask on stderr whether to go on; when nobody answers (the input ends, Ctrl-C) that is a no."""
    try:
        return click.confirm(question, err=True)
    except click.Abort:
        click.echo("", err=True)
        return False


def open_existing_archive(mode: Literal["read", "write"] = "read") -> Archive:
    """Open the archive that was asked for, to read or to change it.

    Raises ArchiveUnusable with a line that says how to make one when it is not there.
    """
    from crawler.archive import Archive

    return Archive(common().archive, mode)
