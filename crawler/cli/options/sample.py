"""The options that draw a sample, shared by the commands that take one."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, Final

import click

from crawler.cli.options.renamed import RenamedOption
from crawler.cli.options.types import TEXT, NumberType

if TYPE_CHECKING:
    from crawler.research.samples import Sample

STRATA: Final = ("year", "month", "language", "site", "place", "kicker")

DEFAULT_SEED: Final = "0"


def seed_option(purpose: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return the option ``--seed``, a text, as the parameter ``seed``: None where it is not given."""
    return click.option("--seed", type=TEXT, metavar="TEXT", help=f"{purpose}  [default: {DEFAULT_SEED}]")


def sample_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command ``--sample``, ``--seed``, ``--sample-by``, ``--equal`` as ``sample``, None without them.

    :func:`crawler.research.samples.sampled` then narrows the selection.
    """

    @wraps(command)
    def with_sample(*arguments: Any, size: int | None, seed: str | None, by: Any, equal: bool, **options: Any) -> Any:
        return command(*arguments, sample=_make_sample(size, seed, by, equal), **options)

    command_with_options: Callable[..., Any] = with_sample
    for option in (
        click.option("--equal", is_flag=True, help="With --sample-by: as many of each, not in proportion."),
        click.option(
            "--sample-by",
            "by",
            cls=RenamedOption,
            old_names=("--by",),
            type=click.Choice(STRATA),
            help="Draw from each year, each language … in proportion.",
        ),
        seed_option("What draws them; the same seed, the same articles."),
        click.option("--sample", "size", type=NumberType(min=1), metavar="N", help="Draw N articles at random."),
    ):
        command_with_options = option(command_with_options)
    return command_with_options


def line_sample_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command with :func:`sample_options` ``--lines``, as ``line_sample``: how many, by which seed, or None."""

    @wraps(command)
    def with_lines(*arguments: Any, lines: int | None, **options: Any) -> Any:
        line_sample = None
        if lines is not None:
            line_sample = (lines, DEFAULT_SEED if options["seed"] is None else options["seed"])
            if options["size"] is None:  # without a sample of articles it draws lines alone
                options["seed"] = None
        return command(*arguments, line_sample=line_sample, **options)

    return click.option("--lines", type=NumberType(min=1), metavar="N", help="Draw N lines of all at random.")(
        with_lines
    )


def _make_sample(size: int | None, seed: str | None, by: Any, equal: bool) -> Sample | None:
    if size is None:
        names = [name for name, value in (("--seed", seed), ("--sample-by", by), ("--equal", equal)) if value]
        if names:
            raise click.UsageError(f"{names[0]} needs --sample N")
        return None
    if equal and by is None:
        raise click.UsageError("--equal needs --sample-by")
    from crawler.research.samples import Sample

    return Sample(size=size, seed=DEFAULT_SEED if seed is None else seed, by=by, equal=equal)
