"""Kinds of values that commands take: days, and the archive that must be there already."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Literal, NoReturn

import click

from crawler.cli.common import common
from crawler.errors import BadValue
from crawler.normalisation.periods import NoSuchDay, read_period

if TYPE_CHECKING:
    from crawler.archive import Archive


class DayType(click.ParamType):  # type: ignore[type-arg]  # generic only in newer click
    """A year, a month or a day, taken as the first or the last day of it.

    ``DayType("first")`` reads ``2022`` as 2022-01-01, ``DayType("last")`` reads ``2024-02`` as 2024-02-29;
    ``DayType("itself")``
    takes whole days alone.
    """

    name = "date"

    def __init__(self, edge: Literal["first", "last", "itself"]) -> None:
        self.edge = edge

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            first, last = read_period(str(value))
        except NoSuchDay:
            self.fail(f"there is no day '{value}' in the calendar", param, ctx)
        except BadValue:
            self._refuse(value, param, ctx)
        if self.edge == "itself" and first != last:
            self._refuse(value, param, ctx)
        return last if self.edge == "last" else first

    def _refuse(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> NoReturn:
        what, forms = ("day", "2022-03-11") if self.edge == "itself" else ("date", "2022, 2022-03 or 2022-03-11")
        self.fail(f"'{value}' is not a {what}: write {forms}", param, ctx)


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
