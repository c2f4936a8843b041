"""What the documentation names is there: commands with their options, modules, files, decisions by their numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import click

from crawler.cli.app import main

ROOT = Path(__file__).parents[1]
DECISIONS = ROOT / "docs" / "decisions"
PAGES = sorted(
    path for path in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")) if path.name != "CHANGELOG.md"
)  # of the past the changelog tells in the words of the past
COMMAND = re.compile(r"(?:^\$ |`)(?:\.venv/bin/)?seealso (?P<words>[^`\n#|]+)", re.MULTILINE)
OPTION = re.compile(r"--[a-z][a-z-]+")
MODULE = re.compile(r"`(?P<name>crawler(?:\.\w+)+)(?:\(\))?`")
ROOMS = sorted(path.parent.name for path in (ROOT / "crawler").glob("*/__init__.py"))
IN_A_ROOM = re.compile(rf"`(?P<name>(?:{'|'.join(ROOMS)})(?:\.[a-z_]+)+)`")
BARE_FILE = re.compile(r"`(?P<name>[a-z]\w+\.py)`")
FILE = re.compile(r"`(?P<path>(?:crawler|docs|tests|training|benchmarks|spiders)/[\w./-]+\.\w+)`")
OF_THE_READER = {
    "crawler/browse/pages/NAME.py",
    "crawler/browse/templates/seealso/NAME.html",
    "crawler/cli/commands/NAME.py",
    "crawler/research/exports/NAME.py",
}
"""Files that whoever extends the program is to make."""


def find_command(words: list[str]) -> tuple[str, click.Command | None]:
    """Return the command that words begin with, by its whole name; None where they are of none."""
    command: click.Command = main
    context = click.Context(main)
    names: list[str] = []
    for word in words:
        if not isinstance(command, click.Group):
            break
        found = command.get_command(context, word)
        if found is None:
            break
        command, context = found, click.Context(found, parent=context)
        names.append(word)
    return " ".join(names), command if names else None


def iter_unknown_options(page: Path) -> Iterator[str]:
    for match in COMMAND.finditer(page.read_text(encoding="utf-8")):
        words = [word.strip("'\"[](),.;") for word in match["words"].split(" -- ")[0].split()]
        name, command = find_command(words)
        if command is None:
            if words[0].islower() and words[0].isalpha():
                yield f"seealso {words[0]}"
            continue
        known = {"--help", *(option for parameter in command.params for option in parameter.opts)}
        known.update(option for parameter in command.params for option in parameter.secondary_opts)
        yield from (f"{name} {word}" for word in words if OPTION.fullmatch(word) and word not in known)


def is_there(name: str) -> bool:
    """Is a dotted name a module, or what one holds?"""
    parts = name.split(".")
    for count in range(len(parts), 0, -1):
        try:
            holder: object = import_module(".".join(parts[:count]))
        except ImportError:
            continue
        for part in parts[count:]:
            if not hasattr(holder, part):
                return False
            holder = getattr(holder, part)
        return True
    return False


def test_every_module_of_the_walks_is_in_its_room():
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    names = sorted(set(IN_A_ROOM.findall(text)) - {"archive.db", "archive.warc", "archive.css"})
    assert len(names) > 20
    assert [name for name in names if not is_there(f"crawler.{name}")] == []


def test_every_module_that_is_named_by_its_file_alone_is_somewhere():
    files = {
        path.name
        for folder in ("crawler", "benchmarks", "tests", "training", "docs")
        for path in (ROOT / folder).rglob("*.py")
    }
    missing = {
        (page.name, name)
        for page in PAGES
        for name in BARE_FILE.findall(page.read_text(encoding="utf-8"))
        if name not in files | {"make.py", "example_times.py", "json.py", "setup.py"}
    }
    assert missing == set()


def test_every_command_that_is_named_has_the_options_that_it_is_given():
    assert {page.name: unknown for page in PAGES if (unknown := list(iter_unknown_options(page)))} == {}
    assert sum(len(COMMAND.findall(page.read_text(encoding="utf-8"))) for page in PAGES) > 300


def test_every_module_and_every_file_that_is_named_is_there():
    texts = {page.name: page.read_text(encoding="utf-8") for page in PAGES}
    modules = {(page, match["name"]) for page, text in texts.items() for match in MODULE.finditer(text)}
    paths = {(page, match["path"]) for page, text in texts.items() for match in FILE.finditer(text)}
    assert sorted((page, name) for page, name in modules if not is_there(name)) == []
    missing = {(page, path) for page, path in paths if path not in OF_THE_READER and not (ROOT / path).exists()}
    assert sorted(missing) == []
    assert len(modules) > 30 < len(paths)


def test_every_name_that_documents_and_notebooks_import_is_there():
    files = [*(ROOT / "docs").rglob("*.md"), *(ROOT / "docs").rglob("*.ipynb"), ROOT / "README.md"]
    imports = {match.groups() for path in files for match in _IMPORT.finditer(path.read_text("utf-8"))}
    assert len(imports) > 10
    missing = {
        f"{module}: {name}"
        for module, names in imports
        for name in map(str.strip, names.split(","))
        if not hasattr(import_module(module), name)
    }
    assert missing == set()


_IMPORT = re.compile(r"from ((?:crawler|seealso)[\w.]*) import ([\w, ]+)")


def test_every_benchmark_and_every_training_is_named_to_contributors():
    text = "".join((ROOT / name).read_text(encoding="utf-8") for name in ("CONTRIBUTING.md", "docs/reading.md"))
    benchmarks = [path.name for path in (ROOT / "benchmarks").glob("*.py")]
    programs = [path.stem for path in (ROOT / "training").glob("*.py") if "__main__" in path.read_text("utf-8")]
    missing = [name for name in benchmarks if f"benchmarks/{name}" not in text]
    assert [*missing, *(name for name in programs if f"training.{name}" not in text)] == []


def test_every_decision_has_its_number_and_stands_in_the_list_in_its_order():
    names = sorted(path.name for path in DECISIONS.glob("[0-9]*.md"))
    listed = re.findall(
        r"^\| \[(\d{4})\]\((.+?)\)", (DECISIONS / "README.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert listed == [(name[:4], name) for name in names]
    headings = {name: (DECISIONS / name).read_text(encoding="utf-8").split("\n", 1)[0] for name in names}
    assert [name for name, heading in headings.items() if not heading.startswith(f"# {name[:4]} ")] == []
