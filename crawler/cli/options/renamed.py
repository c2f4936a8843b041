"""Options that had another name: the old one is still understood, and shown nowhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click


class RenamedOption(click.Option):
    """An option that also takes ``old_names``, which neither help nor messages show."""

    def __init__(self, *arguments: Any, old_names: Sequence[str], **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self.old_names = tuple(old_names)

    def add_to_parser(self, parser: Any, ctx: click.Context) -> None:
        names = self.opts
        self.opts = [*names, *self.old_names]
        try:
            super().add_to_parser(parser, ctx)
        finally:
            self.opts = names
