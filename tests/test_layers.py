"""The layers of pyproject.toml hold for imports inside functions and for names of modules in strings, too.

import-linter sees every import statement, wherever it stands. What it cannot see are modules that a string names:
Scrapy's components, the commands of the command line, the writers of exports. Here they are edges like any other.
"""

import ast
import tomllib
from pathlib import Path

import grimp
import networkx
import pytest
from support.syntax_trees import list_nodes, parse_source

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PACKAGES = ("crawler", "spiders", "seealso")
LOADED_BY_NAME = {
    "crawler.cli.app": "crawler.cli.commands",
    "crawler.research.exports.formats": "crawler.research.exports",
}
"""Module with a table of ``module:function`` → package that these modules are in."""


def read_layers():
    contract = next(c for c in PROJECT["tool"]["importlinter"]["contracts"] if c["name"] == "Imports point down")
    return [[name.strip() for name in layer.replace(":", "|").split("|")] for layer in contract["layers"]]


def find_level(module, layers):
    """Return how many layers lie above a module, or None for one that is in none."""
    for level, names in enumerate(layers):
        if any(module == name or module.startswith(f"{name}.") for name in names):
            return level
    return None


def list_named_modules(path, module, known):
    """Yield the modules that strings in a file name: a dotted path, or ``module:function`` in a table."""
    for node in list_nodes(parse_source(path.read_text("utf-8"))):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            continue
        name = node.value
        if module in LOADED_BY_NAME and name.count(":") == 1 and name.replace(":", "").isidentifier():
            name = f"{LOADED_BY_NAME[module]}.{name.split(':')[0]}"
        while name.startswith(PACKAGES) and "." in name:
            if name in known:
                if not module.startswith(f"{name}."):  # a module asks for files of its own package
                    yield name
                break
            name = name.rpartition(".")[0]


@pytest.fixture(scope="module")
def graph():
    """Every import of the project, and every module that a string names, as a graph."""
    imports = grimp.build_graph(*PACKAGES, cache_dir=None)
    graph = networkx.DiGraph()
    graph.add_nodes_from(imports.modules)
    for module in imports.modules:
        graph.add_edges_from((module, imported) for imported in imports.find_modules_directly_imported_by(module))
        path = ROOT.joinpath(*module.split("."))
        path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
        if path.exists():  # a folder without modules of its own has no such file
            graph.add_edges_from((module, named) for named in list_named_modules(path, module, imports.modules))
    return graph


def test_there_are_at_most_twelve_layers_and_every_module_is_in_one(graph):
    layers = read_layers()
    assert len(layers) <= 12
    assert [m for m in graph if "." in m and find_level(m, layers) is None and m != "crawler.__main__"] == []


def test_no_import_and_no_string_leads_up(graph):
    layers = read_layers()
    up = [
        f"{module} -> {imported}"
        for module, imported in graph.edges
        if (here := find_level(module, layers)) is not None
        and (there := find_level(imported, layers)) is not None
        and there < here
    ]
    assert up == []


def test_there_is_no_circle(graph):
    graph = graph.copy()
    graph.remove_edges_from([(module, module) for module in graph])
    assert [sorted(circle) for circle in networkx.strongly_connected_components(graph) if len(circle) > 1] == []


def test_a_module_named_in_a_string_is_seen(tmp_path):
    path = tmp_path / "settings.py"
    path.write_text(
        'SCHEDULER = "crawler.crawl.running.scheduler.ArchiveScheduler"\nTEXT = "crawler.unknown and more"\n'
    )
    assert list(list_named_modules(path, "crawler.settings", {"crawler.crawl.running.scheduler"})) == [
        "crawler.crawl.running.scheduler"
    ]


def test_few_modules_lie_loose():
    assert len(list((ROOT / "crawler").glob("*.py"))) <= 9
    assert len([path for path in (ROOT / "crawler" / "archive").glob("*.py") if path.stem != "__init__"]) <= 6


def test_no_file_is_long_without_a_reason():
    files = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    long = [path for path in files if len(path.read_text("utf-8").splitlines()) > 400]
    assert [
        str(path.relative_to(ROOT)) for path in long if "lines, one subject" not in path.read_text("utf-8")[:800]
    ] == []
