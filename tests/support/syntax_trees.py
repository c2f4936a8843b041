"""Syntax trees for the tests that look at code: each is made and walked once, however many rules look at it."""

from __future__ import annotations

import ast
from functools import cache


@cache
def parse_source(source: str) -> ast.Module:
    """Return the syntax tree of a module's text, the same one to all who ask: nobody may change it."""
    return ast.parse(source)


@cache
def list_nodes(tree: ast.AST) -> tuple[ast.AST, ...]:
    """Return a tree's nodes as they stand now, in the order of ``ast.walk``, which takes twice as long."""
    nodes = [tree]
    for node in nodes:  # which grow meanwhile
        for name in node._fields:
            value = getattr(node, name, None)
            if isinstance(value, list):
                nodes += [item for item in value if isinstance(item, ast.AST)]
            elif isinstance(value, ast.AST):
                nodes.append(value)
    return tuple(nodes)
