"""Templates compiled once for a process of pytest, and not for each of the hundreds of Datasettes that its tests make."""

from __future__ import annotations

from functools import partialmethod
from types import CodeType

import pytest
from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket


class CompiledTemplates(BytecodeCache):
    """Keeps the code of templates in memory, by their names and what stands in them."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._codes[bucket.key, bucket.checksum] = bucket.code


def compile_templates_once(patch: pytest.MonkeyPatch) -> None:
    """Have all template environments share what one of them has compiled."""
    shared = partialmethod(Environment.__init__, bytecode_cache=CompiledTemplates())
    patch.setattr(Environment, "__init__", shared)
