"""Types of values that commands take: days, texts, counts, and an archive that must exist."""

from __future__ import annotations

import math
from datetime import date
from typing import TYPE_CHECKING, Any, Final, Literal, NoReturn

import click

from crawler.cli.common import get_common_options
from crawler.cli.output import say
from crawler.errors import BadValue
from crawler.normalisation.dates.periods import NoSuchDay, read_period
from crawler.normalisation.words.digits import parse_digits

if TYPE_CHECKING:
    from crawler.archive import Archive


class DayType(click.ParamType):  # type: ignore[type-arg]  # generic only in newer click
    """A year, a month or a day, read as its first or last day.

    ``DayType("first")`` reads ``2022`` as 2022-01-01, ``DayType("last")`` reads ``2024-02`` as 2024-02-29;
    ``DayType("itself")`` takes whole days alone.
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
        noun, examples = ("day", "2022-03-11") if self.edge == "itself" else ("date", "2022, 2022-03 or 2022-03-11")
        self.fail(f"'{value}' is not a {noun}: write {examples}", param, ctx)


class TextType(click.ParamType):  # type: ignore[type-arg]  # as above
    """Words to be kept, searched or printed: without the surrogates by which Python carries bytes that are no text.

    Names of files and addresses are no such words: they are what their bytes are.
    """

    name = "text"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        return drop_surrogates(str(value))


TEXT: Final = TextType()


def drop_surrogates(text: str) -> str:
    """Return an argument without the surrogates by which Python carries bytes that are no text."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


class NumberType(click.IntRange):
    """A whole number within bounds."""

    name = "whole number"


class DecimalType(click.FloatRange):
    """A number within bounds; ``nan`` and ``inf`` are none."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        number = float(super().convert(value, param, ctx))
        if not math.isfinite(number):
            self.fail(f"'{value}' is not a number", param, ctx)
        return number


class CountType(NumberType):
    """A maximum; a number beyond SQLite's largest integer becomes that integer."""

    def __init__(self, least: int = 1) -> None:
        super().__init__(min=least)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        return min(int(super().convert(value, param, ctx)), 2**63 - 1)


class ShareType(click.ParamType):  # type: ignore[type-arg]  # as above
    """One of several equal shares, as ``3/100``: the third of a hundred."""

    name = "share"

    def get_metavar(self, param: click.Parameter, ctx: click.Context | None = None) -> str:
        return "3/100"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, int]:
        if isinstance(value, tuple):
            return value
        number, count = (parse_digits(part, most=7) for part in str(value).partition("/")[::2])
        if number is None or count is None:
            self.fail(f"'{value}' is no share: write 3/100 for the third of a hundred", param, ctx)
        if not 1 <= number <= count:
            self.fail(f"there is no share {number} of {count}", param, ctx)
        return number, count


def confirm(question: str) -> bool:
    """Ask on stderr. Return True if a person agrees; no answer (the input ends, Ctrl-C) is a no."""
    try:
        return click.confirm(question, err=True)
    except click.Abort:
        click.echo("", err=True)
        return False


def confirm_removal(what: str) -> bool:
    """Ask whether something may be removed. Return True if a person agrees; else say that nothing was removed."""
    if confirm(f"Remove {what}?"):
        return True
    say("seealso: nothing was removed (--yes does not ask)")
    return False


def open_existing_archive(mode: Literal["read", "write"] = "read") -> Archive:
    """Open the archive of ``--archive``, to read or to change it.

    Raises ArchiveUnusable when there is none, with a line that says how to make one.
    """
    from crawler.archive import Archive

    return Archive(get_common_options().archive, mode)
