"""A copy of the program in which every sentence meant for people says something else.

The sentences are found through the syntax tree, by where they go: into exceptions, problems, logs, the terminal, or
out of functions as text of several words. Each is replaced by other words of its own, and what stands in braces or
after a per cent sign stays. A program whose decisions compare sentences behaves differently in such a copy.
"""

import ast
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

SPEAKING_CALLS = {"complain", "say", "echo", "secho", "print", "debug", "info", "warning", "error", "exception", "fail"}
SPEAKING_ARGUMENTS = {"reason", "error", "note", "message", "trouble", "detail", "advice", "why"}
SPOKEN_PARTS = ("archive", "cli", "crawl", "discovery", "operations", "outcome", "warc")
"""Rooms whose functions return and yield sentences; the words that reading looks for on pages are elsewhere."""
WORD = re.compile(r"%\(?\w*\)?[-#0 +]*[\d.]*[a-z]|\{[^{}]*\}|[A-Za-z]{3,}")
SENTENCE = re.compile(r"[a-z]{2,}[,;:]? \w+[,;:]? \w")
"""Three words or more in a row."""
CODE = re.compile(
    r"^\s*(SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER|DROP|PRAGMA|WITH|FROM|JOIN|WHERE|AND|OR|ORDER|GROUP|ON|LEFT)\b|\\[bdswS]|://|\(\?"
)


def reword_package(package: Path, target: Path) -> list[str]:
    """Copy a package and reword its sentences in the copy; return those that were reworded, as they stood."""
    shutil.copytree(package, target, ignore=shutil.ignore_patterns("__pycache__"))
    reworded: list[str] = []
    trees = {path: ast.parse(path.read_text("utf-8")) for path in sorted(target.rglob("*.py"))}
    exceptions = _find_exceptions(trees.values())
    for path, tree in trees.items():
        room = path.relative_to(target).parts[0]
        spoken = {id(node) for node in _find_spoken(tree, exceptions, returns=room.removesuffix(".py") in SPOKEN_PARTS)}
        if room == "practice" or not spoken:
            continue
        reworder = _Reworder(spoken)
        path.write_text(ast.unparse(ast.fix_missing_locations(reworder.visit(tree))), "utf-8")
        reworded += reworder.reworded
    return reworded


def reword(text: str) -> str:
    """Return other words for a sentence; what will be filled in stays.

    >>> reword("the site asks for a pause until {until}")
    'qeht qetis qsksa qrof a qesuap qlitnu {until}'
    """
    return WORD.sub(lambda match: match[0] if match[0][0] in "%{" else f"q{match[0][::-1].lower()}", text)


def _find_exceptions(trees: "Iterator[ast.Module] | object") -> set[str]:
    """Return the names of the package's own exceptions, and of Python's."""
    bases = {
        node.name: {base.id for base in node.bases if isinstance(base, ast.Name)}
        for tree in trees  # type: ignore[attr-defined]
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }
    found = {"Exception", "ValueError", "CrawlerError"}
    while more := {name for name, above in bases.items() if above & found} - found:
        found |= more
    return found


def _find_spoken(tree: ast.Module, exceptions: set[str], *, returns: bool) -> Iterator[ast.AST]:
    """Yield the literals of a module that people are told: strings, and the fixed parts of f-strings."""
    constants = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name)
    }
    roots: list[ast.AST] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in exceptions or name in SPEAKING_CALLS:
                roots += node.args
            roots += [keyword.value for keyword in node.keywords if keyword.arg in SPEAKING_ARGUMENTS]
        elif isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            roots += node.exc.args
        elif returns and isinstance(node, ast.Return | ast.Yield) and node.value is not None:
            roots.append(node.value)
    for root in roots:
        for part in ast.walk(root):
            if isinstance(part, ast.Name) and part.id in constants:
                yield from ast.walk(constants[part.id])
            yield part


class _Reworder(ast.NodeTransformer):
    def __init__(self, spoken: set[int]) -> None:
        self.spoken = spoken
        self.reworded: list[str] = []

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        if id(node) in self.spoken and isinstance(node.value, str) and self._is_sentence(node.value):
            self.reworded.append(node.value)
            return ast.copy_location(ast.Constant(reword(node.value)), node)
        return node

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.AST:
        whole = "".join(part.value for part in node.values if isinstance(part, ast.Constant))
        if id(node) in self.spoken and not CODE.search(whole) and re.search(r"[a-z]{2,} ", whole):
            self.reworded.append(whole)
            for part in node.values:
                if isinstance(part, ast.Constant):
                    part.value = reword(part.value)
        return node

    @staticmethod
    def _is_sentence(text: str) -> bool:
        return bool(SENTENCE.search(text)) and not CODE.search(text)
