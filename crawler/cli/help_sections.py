"""Shows the options of a command under headings, since those of the desk have thirty and more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import click

SECTIONS: Final = {
    "Which articles": (
        *("--since", "--until", "--author", "--place", "--country", "--kicker", "--language", "--site"),
        *("--snapshot", "--unit", "--notes", "--tag", "--code", "--noted"),
    ),
    "A sample of them": ("--lines", "--sample", "--seed", "--sample-by", "--equal"),
    "Output": (
        *(
            "--limit",
            "--facets",
            "--plot",
            "--svg",
            "--png",
            "--json",
            "--jsonl",
            "--csv",
            "--safe",
            "--columns",
            "--bom",
        ),
    ),
    "With every command": ("--archive", "--sites", "--verbose", "--help"),
}
"""Heading → the options below it, by their long names; a command's own come first, under no other than "Options"."""
CRAWL_SECTIONS: Final = {
    "What is archived already": ("--refresh", "--revisits", "--refetch"),
    "Manners": ("--contact", "--delay", "--quiet-hours", "--daily-cap", "--obey-reservations", "--mirror"),
    "Unattended": (*("--if-due", "--notify", "--log-file", "--log-format", "--metrics", "--accept-layout"), "--json"),
    "Many sites": ("--list", "--work", "--jobs", "--again", "--engine", "--scheduler", "--together"),
    "With every command": SECTIONS["With every command"],
}
"""The same of ``seealso crawl``, which shares few options with others."""
FEW_OPTIONS: Final = 10
"""Options up to which a list needs no headings."""


class SectionedCommand(click.Command):
    """A command whose ``--help`` has its own options first, and those that others share under headings."""

    def __init__(self, *arguments: Any, sections: Mapping[str, Sequence[str]] = SECTIONS, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self.sections = sections

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        records = [
            (parameter, record)
            for parameter in self.get_params(ctx)
            if isinstance(parameter, click.Option) and (record := parameter.get_help_record(ctx)) is not None
        ]
        if len(records) <= FEW_OPTIONS:
            super().format_options(ctx, formatter)
            return
        headings = {name: heading for heading, names in self.sections.items() for name in names}
        lists: dict[str, list[tuple[str, str]]] = {heading: [] for heading in ("Options", *self.sections)}
        for parameter, record in records:
            heading = next((headings[name] for name in parameter.opts if name in headings), "Options")
            lists[heading].append(record)
        for heading, rows in lists.items():
            if rows:
                with formatter.section(heading):
                    formatter.write_dl(rows)
