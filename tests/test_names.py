"""House rules for names that can be held by looking at syntax trees: see CONTRIBUTING.md."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from support.syntax_trees import list_nodes, parse_source

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("crawler", "spiders", "seealso")
NO_NOUNS = {"each", "found", "made", "told", "known", "asked"}
"""Words that say neither what a variable holds nor where it is from."""
PARTICIPLES = {
    "brought",
    "built",
    "chosen",
    "done",
    "drawn",
    "found",
    "given",
    "gone",
    "held",
    "hidden",
    "kept",
    "known",
    "left",
    "made",
    "met",
    "said",
    "seen",
    "sent",
    "shown",
    "taken",
    "told",
    "written",
}
ENDS_LIKE_A_PARTICIPLE = {"embed", "exceed", "feed", "need", "proceed", "seed", "shed", "speed"}
OTHER_PEOPLES = {"property", "cached_property", "unlocked_property", "setter", "fixture", "hookimpl", "overload"}
"""Decorators of what is no function, or is named by somebody else."""
NAMED_BEFORE = {
    **dict.fromkeys(
        (
            "_dataReceived_CHUNK_LENGTH",
            "_dataReceived_CRLF",
            "_dataReceived_TRAILER",
            "allHeadersReceived",
            "dataReceived",
            "headerReceived",
            "lineReceived",
            "statusReceived",
        ),
        "Twisted calls it so",
    ),
    "preferred_spelling": "documented, and an adjective with its noun",
    "sampled": "documented for notebooks",
    "unattended_options": "options for crawls that nobody watches, like click's own decorators",
}
"""Functions that keep their names, and why."""
PUBLIC_PARAMETERS = {("crawler/archive/reader.py", "asked")}
"""Keyword arguments that are documented."""


def read_trees(*folders):
    for folder in folders:
        yield from parse_folder(folder)


@cache
def parse_folder(folder):
    return [
        (str(path.relative_to(ROOT)), parse_source(path.read_text("utf-8")))
        for path in sorted((ROOT / folder).rglob("*.py"))
    ]


def list_variables(tree):
    """Yield the names that a module gives to variables and parameters, with their lines; not those of fields."""
    fields = set()  # a class comes before what is in it
    for node in list_nodes(tree):
        if isinstance(node, ast.ClassDef):
            fields |= {id(statement.target) for statement in node.body if isinstance(statement, ast.AnnAssign)}
        elif isinstance(node, ast.Name):
            if isinstance(node.ctx, ast.Store) and id(node) not in fields:
                yield node.id, node.lineno
        elif isinstance(node, ast.arg):
            yield node.arg, node.lineno


def list_participles(tree):
    """Yield functions whose names begin with a participle."""
    for node in list_nodes(tree):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or node.name in NAMED_BEFORE:
            continue
        decorators = {getattr(name, "id", getattr(name, "attr", "")) for name in node.decorator_list}
        word = node.name.strip("_").split("_")[0]
        ending = word.endswith("ed") and word not in ENDS_LIKE_A_PARTICIPLE
        if (ending or word in PARTICIPLES) and not decorators & OTHER_PEOPLES:
            yield node.name, node.lineno


def test_no_loop_variable_is_called_each():
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for folder in (*PACKAGES, "tests", "benchmarks")
        for path in (ROOT / folder).rglob("*.py")
        if re.search(r"\beach\b", text := path.read_text("utf-8"))  # the others need no parsing
        for name, line in list_variables(parse_source(text))
        if name == "each"
    ]
    assert found == []


def test_no_loop_variable_of_a_template_is_called_each():
    loops = re.compile(r"\{%-?\s*(?:for|macro)\s[^%]*?\beach\b")
    templates = list((ROOT / "crawler" / "browse" / "templates").rglob("*.html"))
    assert [path.name for path in templates if loops.search(path.read_text("utf-8"))] == []
    assert len(templates) > 30


def test_a_variable_is_a_noun_of_its_type():
    vague = [
        f"{path}:{line} {name}"
        for path, tree in read_trees(*PACKAGES)
        for name, line in list_variables(tree)
        if name in NO_NOUNS and (path, name) not in PUBLIC_PARAMETERS
    ]
    assert vague == []


def test_a_function_is_a_verb_and_no_participle():
    participles = [
        f"{path}:{line} {name}" for path, tree in read_trees(*PACKAGES) for name, line in list_participles(tree)
    ]
    assert participles == []


def list_imported_constants(tree):
    """Yield (module, name) of the constants that a module imports from others of the program."""
    for node in list_nodes(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("crawler."):
            yield from ((node.module, name.name) for name in node.names if name.name.isupper())


def test_a_constant_that_others_import_has_its_name_alone():
    homes = {}
    for _, tree in read_trees("crawler"):
        for module, name in list_imported_constants(tree):
            homes.setdefault(name, set()).add(module)
    assert {name: modules for name, modules in homes.items() if len(modules) > 1} == {}
    assert len(homes) > 200


def test_a_function_that_iterates_returns_an_iterator():
    functions = [
        (f"{path}:{node.lineno} {node.name}", ast.unparse(node.returns))
        for path, tree in read_trees(*PACKAGES)
        for node in list_nodes(tree)
        if isinstance(node, ast.FunctionDef) and node.name.strip("_").startswith("iter_") and node.returns is not None
    ]
    assert [
        name for name, returned in functions if not returned.startswith(("Iterator[", "Iterable[", "Generator["))
    ] == []
    assert len(functions) > 100


def test_ruff_alone_lays_out_the_code():
    skipping = [
        str(path.relative_to(ROOT))
        for folder in (*PACKAGES, "tests", "benchmarks")
        for path in (ROOT / folder).rglob("*.py")
        if path != Path(__file__) and "fmt: skip" in path.read_text("utf-8")
    ]
    assert skipping == []


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("for each in articles: pass", ["each"]),
        ("names = [each.name for each in authors]", ["names", "each"]),
        ("def find(each): pass", ["each"]),
        ("for article in articles: print(article)", ["article"]),
    ],
)
def test_variables_are_seen_wherever_they_are_bound(code, names):
    assert [name for name, _ in list_variables(parse_source(code))] == names


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("def written(): pass", ["written"]),
        ("async def _placed(): pass", ["_placed"]),
        ("def feed(): pass\ndef read_feed(): pass\nclass A:\n @property\n def placed(self): pass", []),
    ],
)
def test_participles_are_seen(code, names):
    assert [name for name, _ in list_participles(parse_source(code))] == names
