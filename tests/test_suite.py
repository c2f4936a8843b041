"""The tests keep their own rules: each checks something, none leans on another, and slow ones say how slow."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from support.long_files import BROWSER_FILES, CODE_FILES, LONG_FILES, FileScheduling
from support.syntax_trees import list_nodes, parse_source

TESTS = Path(__file__).parent
ROOMS = {"", "tests", *(path.name for path in TESTS.iterdir() if path.is_dir())} - {"support"}
IMPORT = re.compile(r"^\s*(?:from|import)\s+([\w.]+)", re.MULTILINE)
Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def parse_files() -> dict[str, ast.Module]:
    """Return the syntax trees of all files of tests by their paths."""
    return {
        str(path.relative_to(TESTS)): parse_source(path.read_text(encoding="utf-8")) for path in TESTS.rglob("*.py")
    }


def iter_functions(tree: ast.AST) -> Iterator[Function]:
    return (node for node in list_nodes(tree) if isinstance(node, Function))


def iter_tests(name: str) -> Iterator[Function]:
    if Path(name).name.startswith("test_"):
        yield from (function for function in iter_functions(parse_files()[name]) if function.name.startswith("test_"))


def get_called_name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


@cache
def read_calls(function: Function) -> frozenset[str]:
    """Names of what a function calls; ``assert`` stands among them for an assertion, or an expected error."""
    names: set[str] = set()
    for node in list_nodes(function):
        if isinstance(node, ast.Assert):
            names.add("assert")
        elif isinstance(node, ast.Call):
            name = get_called_name(node)
            expects = name in ("raises", "warns", "fail") and isinstance(node.func, ast.Attribute)
            names.add("assert" if expects else name)
    return frozenset(names)


def has_check(function: Function, helpers: frozenset[str] = frozenset()) -> bool:
    """True when a function asserts, expects an error, or calls one of the helpers that do."""
    return not read_calls(function).isdisjoint(helpers | {"assert"})


def find_helpers() -> frozenset[str]:
    """Names of functions of the tests that check something themselves or through others."""
    functions = [
        function
        for tree in parse_files().values()
        for function in iter_functions(tree)
        if not function.name.startswith("test_")
    ]
    helpers: frozenset[str] = frozenset()
    while True:
        more = frozenset(function.name for function in functions if has_check(function, helpers))
        if more == helpers:
            return helpers
        helpers = more


def iter_imports(tree: ast.AST) -> Iterator[str]:
    """Names of what a module imports, and of what programs in its strings import."""
    for node in list_nodes(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            yield from (module, *(f"{module}.{alias.name}" for alias in node.names))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from IMPORT.findall(node.value)


def is_test_module(module: str) -> bool:
    parts = module.split(".")
    return parts[0] in ROOMS or parts[-1] == "conftest" or parts[-1].startswith("test_")


def is_marked_slow(node: ast.AST) -> bool:
    return any(isinstance(part, ast.Attribute) and part.attr == "slow" for part in ast.walk(node))


def test_every_test_checks_something() -> None:
    helpers = find_helpers()
    idle = {
        f"{name}: {test.name}" for name in parse_files() for test in iter_tests(name) if not has_check(test, helpers)
    }
    assert idle == set()


def test_an_empty_test_would_be_found() -> None:
    (empty, kept) = iter_functions(parse_source("def test_a():\n    print(1)\ndef test_b():\n    check_all()\n"))
    assert not has_check(empty, frozenset({"check_all"}))
    assert has_check(kept, frozenset({"check_all"}))


def test_no_module_imports_a_test_or_a_conftest() -> None:
    leaning = {
        f"{name}: {module}"
        for name, tree in parse_files().items()
        for module in iter_imports(tree)
        if is_test_module(module)
    }
    assert leaning == set(), "what tests share lives in tests/support"


def test_an_import_of_a_test_would_be_found() -> None:
    room = min(ROOMS - {"", "tests"})
    lines = (
        f"from {room} IMPORT test_run",
        "C = 'IMPORT sys\\nfrom support.conftest IMPORT NOW'",
        "IMPORT support.waiting",
    )
    program = "\n".join(lines).replace("IMPORT", "import")
    modules = [module for module in iter_imports(parse_source(program)) if is_test_module(module)]
    assert modules == [room, f"{room}.test_run", "support.conftest"]


def test_every_slow_test_says_how_long_it_takes() -> None:
    silent = set()
    for name, tree in parse_files().items():
        whole = any(
            isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "pytestmark" and is_marked_slow(node)
            for node in tree.body  # type: ignore[attr-defined]
        )
        for test in iter_tests(name):
            said = (ast.get_docstring(test) or "") + ((ast.get_docstring(tree) or "") if whole else "")
            slow = whole or any(is_marked_slow(decorator) for decorator in test.decorator_list)
            if slow and not any(unit in said for unit in ("second", "minute", "hour")):
                silent.add(f"{name}: {test.name}")
    assert silent == set()


def find_fixed_examples(tree: ast.AST) -> list[int]:
    """Return the lines where a number of examples is fixed, so that no profile changes it."""
    return [
        node.value.lineno
        for node in list_nodes(tree)
        if isinstance(node, ast.keyword) and node.arg == "max_examples" and isinstance(node.value, ast.Constant)
    ]


def test_the_profile_decides_how_many_examples_are_tried() -> None:
    fixed = {name: lines for name, tree in parse_files().items() if (lines := find_fixed_examples(tree))}
    assert fixed == {}, "max_examples=count_examples(…) of support.examples"
    assert find_fixed_examples(parse_source("@settings(\n    max_examples=600)\ndef test_a(x): ...")) == [2]


def test_the_files_that_are_run_first_are_there() -> None:
    assert [name for name in LONG_FILES if not (TESTS / name).is_file()] == []


def test_a_worker_gets_whole_files_and_all_that_share_a_browser_or_syntax_trees() -> None:
    scheduling = object.__new__(FileScheduling)
    files = {f"tests/{name}" for name in (*LONG_FILES, *CODE_FILES)}
    together = {f"tests/{name}" for name in (*BROWSER_FILES, *CODE_FILES)}
    shares = {scheduling._split_scope(f"{file}::test_a[1::2]") for file in files}
    assert len(shares) == 2 + len(files) - len(together)
    assert files - shares == together


def test_all_files_with_a_browser_are_known() -> None:
    name = "NEEDS_" + "CHROMIUM"
    files = {str(path.relative_to(TESTS)) for path in TESTS.rglob("test_*.py") if name in path.read_text("utf-8")}
    assert files == set(BROWSER_FILES)
