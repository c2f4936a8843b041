"""The file of a site: its values in TOML, read strictly and written with the evidence beside each value."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from crawler.errors import BadSiteFile
from crawler.site import Site
from crawler.sites.values import make_values, read_values

MAX_SIZE: Final = 256 * 1024
"""Bytes of the largest file of a site that is read; one with every label of four languages has 8 kB."""
WIDTH: Final = 100
"""Characters of a line; a longer list has a line for each entry."""
MAX_COMMENT: Final = 200
PATTERN_KEYS: Final = frozenset({"path", "host", "query"})
"""Keys whose values are regular expressions."""


def load_site_file(path: Path) -> Site:
    """Return the site of a TOML file.

    Raises BadSiteFile, whose message begins with the file's name, when it cannot be read, is too large, is no TOML, or
    does not hold the values of a site.
    """
    name = ascii(path.name)[1:-1]
    try:
        with path.open("rb") as stream:
            content = stream.read(MAX_SIZE + 1)
    except OSError as problem:
        raise BadSiteFile([f"cannot be read: {problem.strerror or problem}"], name) from None
    if len(content) > MAX_SIZE:
        raise BadSiteFile([f"is larger than the {MAX_SIZE // 1024} kB that the file of a site may have"], name)
    try:
        values = tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as problem:
        raise BadSiteFile([f"is no UTF-8: byte {problem.start} is none"], name) from None
    except (tomllib.TOMLDecodeError, ValueError) as problem:
        raise BadSiteFile([f"is no TOML: {_make_line(str(problem))}"], name) from None
    except RecursionError:
        raise BadSiteFile(["is nested too deeply"], name) from None
    try:
        return read_values(values)
    except BadSiteFile as problem:
        raise BadSiteFile(problem.faults, name) from None


def write_site_file(site: Site, comments: Mapping[str, str] | None = None) -> str:
    """Return a site as the text of a TOML file, which :func:`load_site_file` reads back to the same values.

    ``comments`` are written beside the values of their keys: ``title``, ``addresses[0].path``, ``labels.see_also``;
    one for ``addresses[0]`` or ``labels`` stands beside the head of the table. Patterns stand as they are, in single
    quotes.
    """
    import tomlkit  # only commands that write a site need it

    return tomlkit.dumps(_make_table(make_values(site), comments or {}, ""))


def _make_table(values: Mapping[str, Any], comments: Mapping[str, str], path: str) -> Any:
    """Return a TOML table: what is no table itself comes first, as TOML asks for."""
    import tomlkit

    table = tomlkit.table() if path else tomlkit.document()
    for name, value in sorted(values.items(), key=lambda item: _is_table(item[1], path)):
        key = f"{path}.{name}" if path else name
        if isinstance(value, dict) and not path:
            part = _make_table(value, comments, key)
            table[name] = _comment(part, comments.get(key))
        elif _is_table(value, path):
            array = tomlkit.aot()
            _comment_above(table, comments.get(key))
            for position, entry in enumerate(value):
                place = f"{key}[{position}]"
                array.append(_comment(_make_table(entry, comments, place), comments.get(place)))
            table[name] = array
        else:
            item = _make_item(value, len(name), is_pattern=bool(path) and name in PATTERN_KEYS)
            if "\n" in item.as_string():
                _comment_above(table, comments.get(key))
                table[name] = item
            else:
                table[name] = _comment(item, comments.get(key))
    return table


def _is_table(value: Any, path: str) -> bool:
    """Return True for what has a head of its own; tables inside tables are written in one line."""
    is_list_of_tables = isinstance(value, list) and bool(value) and isinstance(value[0], dict)
    return not path and (isinstance(value, dict) or is_list_of_tables)


def _make_item(value: Any, indent: int, *, is_pattern: bool = False) -> Any:
    import tomlkit

    if isinstance(value, str):
        is_literal = is_pattern or "\\" in value or '"' in value
        return tomlkit.string(value, literal=is_literal and "'" not in value and value.isprintable())
    if isinstance(value, dict):
        table = tomlkit.inline_table()
        for name, entry in value.items():
            table[name] = _make_item(entry, 0, is_pattern=is_pattern)
        return table
    if isinstance(value, list):
        array = tomlkit.array()
        array.extend(_make_item(entry, 0) for entry in value)
        if indent + len(array.as_string()) > WIDTH:
            array.multiline(True)
        return array
    return tomlkit.item(value)


def _comment_above(table: Any, comment: str | None) -> None:
    import tomlkit

    line = _make_line(comment or "")
    if line:
        table.add(tomlkit.comment(line))


def _comment(item: Any, comment: str | None) -> Any:
    line = _make_line(comment or "")
    if line:
        item.comment(line)
    return item


def _make_line(text: str) -> str:
    """Return a text of unknown origin as one short line that holds nothing but printable characters."""
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return line if len(line) <= MAX_COMMENT else line[: MAX_COMMENT - 1] + "…"
