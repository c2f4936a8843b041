"""What the code promises about itself, looked up in its syntax trees."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.syntax_trees import list_nodes, parse_source
from support.tables import check_rows

import crawler

ROOT = Path(crawler.__file__).parent

# SQL lives in the archive

WITHOUT_SQL = ("cli", "browse", "crawl", "operations")
"""Packages that ask the archive's functions, and hold no SQL."""
SELECTION_TABLE = "crawler.research.selection_table"
"""``research`` holds SQL where it works on the table of selected articles, and in no other module."""
EXCEPTIONS = {
    "browse/dress/year_facet.py": "Datasette hands a facet the SQL of a table, and asks for a query over it",
    "research/kwic.py": "sorts lines in a nameless database of its own; nothing of the archive is in it",
}

RUNNING = {"execute", "executemany", "executescript", "query"}
STATEMENT = re.compile(
    r"\s*(?:"
    # As this project writes it: the keyword in capitals, at the beginning of a statement or of a piece of one.
    r"(?:SELECT|INSERT|REPLACE|UPDATE|DELETE|WITH|PRAGMA|CREATE|ALTER|DROP|ATTACH|VACUUM|FROM|WHERE|JOIN|UNION"
    r"|(?:LEFT|INNER|CROSS) JOIN|(?:GROUP|ORDER) BY)\s+\S"
    # As others write it: only what reads as a whole statement, for "select" and "update" are words of English too.
    r"|select\s[^.]*?\sfrom\s+[\w(\"\[{]|insert\s+(?:or\s+\w+\s+)?into\s|update\s+\S+\s+set\s|delete\s+from\s"
    r"|with\s+(?:recursive\s+)?\w+(?:\([^)]*\))?\s+as\s*\(|pragma\s+\w|(?:drop|alter)\s+(?:table|index|view)\s"
    r"|create\s+(?:temp\s+|virtual\s+|unique\s+)*(?:table|index|view|trigger)\s"
    r")"
)
SUBQUERY = re.compile(r"\(\s*select\s+(?:distinct\s+)?[\w.*{}]+(?:,\s*[\w.{}]+)*\s+from\s", re.I)
"""A query within a condition: ``id IN (SELECT a.id FROM …)``."""


def find_sql(source: str) -> Iterator[tuple[int, str]]:
    """Yield line and text of each call that runs SQL, and of each string that begins like SQL."""
    tree = parse_source(source)
    pieces = {part for node in list_nodes(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in list_nodes(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in RUNNING:
            yield node.lineno, ast.unparse(node.func)
        elif isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and node not in pieces):
            text = _read_text(node)
            if text is not None and (STATEMENT.match(text) or SUBQUERY.search(text)):
                yield node.lineno, text


def _read_text(node: ast.JoinedStr | ast.Constant) -> str | None:
    """Return a string as it would be sent, with ``{}`` for each value put into it."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    return "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)


def list_modules(package: str) -> list[str]:
    return sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / package).rglob("*.py"))


def read_source(module: str) -> str:
    return (ROOT / module).read_text(encoding="utf-8")


def imports_selection_table(source: str) -> bool:
    return any(
        isinstance(node, ast.ImportFrom) and node.module == SELECTION_TABLE for node in list_nodes(parse_source(source))
    )


@pytest.mark.parametrize("package", WITHOUT_SQL)
def test_a_package_above_the_archive_holds_no_sql(package):
    found = {
        module: list(find_sql(read_source(module))) for module in list_modules(package) if module not in EXCEPTIONS
    }
    assert {module: places for module, places in found.items() if places} == {}


def test_research_holds_sql_only_over_its_table_of_selected_articles():
    modules = [module for module in list_modules("research") if any(find_sql(read_source(module)))]
    table = SELECTION_TABLE.removeprefix("crawler.").replace(".", "/") + ".py"
    assert table in modules
    others = [module for module in modules if module != table and module not in EXCEPTIONS]
    assert [module for module in others if not imports_selection_table(read_source(module))] == []


def test_an_exception_is_there_as_long_as_it_is_needed():
    assert [module for module in EXCEPTIONS if not any(find_sql(read_source(module)))] == []


@check_rows(
    "added",
    [
        "archive.db.execute(statement)",
        "db.conn.executemany(insert, rows)",
        "archive.db.query(sql)",
        'sql = "SELECT count(*) FROM articles"',
        'sql = f"SELECT {columns} FROM {table}"',
        'rest = f" FROM runs WHERE site = {mark}"',
        'sql = """\n    SELECT id\n    FROM articles"""',
        'sql = "select id from articles"',
        'sql = "insert or ignore into places values (?, ?)"',
        'sql = "WITH newest AS (SELECT 1) SELECT * FROM newest"',
        'sql = "PRAGMA quick_check"',
        'SQL = {"kept": "DELETE FROM kept"}',
        'condition = f"id in (select a.id from articles a where {sql})"',
    ],
)
def test_sql_that_is_added_is_found(added):
    clean = read_source("cli/commands/sites.py")
    assert not list(find_sql(clean))
    assert len(list(find_sql(f"{clean}\n{added}\n"))) == 1


@pytest.mark.parametrize(
    "prose",
    [
        "Select articles from the archive by a query.",
        "select what you need, then export it. Articles from other sites stay",
        "articles (select some of them) from other sites",
        "Update an archive, and set nothing else.",
        "With one job there are none.",
        " with the same files",
        "Delete the file, or name another",
        "FROM",
        "from 2004 to 2026",
        "WHERE",
        "Create a table of contents",
        "drop tables of Datasette",
    ],
)
def test_prose_is_no_sql(prose):
    assert list(find_sql(f"text = {prose!r}\nshown = f{prose!r}\n")) == []
