"""A copy of the program in which every sentence meant for people says something else.

The sentences are found through the syntax tree, by where they go: into exceptions, problems, logs, the terminal, or
out of functions as text of several words. Each is replaced by other words of its own, and what stands in braces or
after a per cent sign stays. A program whose decisions compare sentences behaves differently in such a copy.
"""

import ast
import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from pathlib import Path

from support.syntax_trees import list_nodes

SPEAKING_CALLS = {"complain", "say", "echo", "secho", "print", "debug", "info", "warning", "error", "exception", "fail"}
SPEAKING_ARGUMENTS = {"reason", "error", "note", "message", "trouble", "detail", "advice", "why"}
SPOKEN_PARTS = ("archive", "cli", "crawl", "discovery", "operations", "outcome", "warc")
"""Rooms whose functions return and yield sentences; the words that reading looks for on pages are elsewhere."""
WORD = re.compile(r"%\(?\w*\)?[-#0 +]*[\d.]*[a-z]|\{[^{}]*\}|[A-Za-z]{3,}")
SENTENCE = re.compile(r"[a-z]{2,}[,;:]? \w+[,;:]? \w")
"""Three words or more in a row."""
CODE = re.compile(
    r"\b(SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER|DROP|PRAGMA|FROM|JOIN|WHERE|AND|OR|ORDER BY|GROUP BY|CASE|WHEN|THEN"
    r"|END|NULL|EXISTS|GLOB|COLLATE|LIMIT|DESC|RAISE)\b|\\[bdswS]|://|\(\?"
)
"""SQL, patterns and addresses: no sentences."""


def reword_package(package: Path, target: Path, without: Sequence[str] = ()) -> list[str]:
    """Copy a package, without some of its rooms, and reword its sentences in the copy.

    Returns those that were reworded, as they stood.
    """
    left_out = {str(package): set(without)}
    shutil.copytree(
        package, target, ignore=lambda folder, _: left_out.get(folder, set())
    )  # with what is compiled, which stays good for the modules that stay as they are
    reworded: list[str] = []
    trees = {path: ast.parse(path.read_bytes()) for path in sorted(target.rglob("*.py"))}
    exceptions = _find_exceptions(trees.values())
    spoken_names = {name for tree in trees.values() for name in _find_spoken_names(tree, exceptions)}
    for path, tree in trees.items():
        room = path.relative_to(target).parts[0]
        if room == "practice":
            continue
        returns = room.removesuffix(".py") in SPOKEN_PARTS
        roots = _find_spoken(tree, exceptions, spoken_names, returns=returns)
        if sentences := _find_sentences(roots):
            path.write_bytes(_replace(path.read_bytes(), sentences))
            reworded += [sentence for _, sentence in sentences]
    list_nodes.cache_clear()
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
        for node in list_nodes(tree)
        if isinstance(node, ast.ClassDef)
    }
    found = {"Exception", "ValueError", "IgnoreRequest", "CrawlerError"}
    while more := {name for name, above in bases.items() if above & found} - found:
        found |= more
    return found


def _find_roots(tree: ast.Module, exceptions: set[str]) -> Iterator[ast.expr]:
    """Yield the expressions that people are told."""
    for node in list_nodes(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in exceptions or name in SPEAKING_CALLS:
                yield from node.args
            yield from (keyword.value for keyword in node.keywords if keyword.arg in SPEAKING_ARGUMENTS)
        elif isinstance(node, ast.Tuple) and any(_is_failure(element) for element in node.elts):
            yield from node.elts  # a typed failure, and its words


def _is_failure(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Failure"


def _find_spoken_names(tree: ast.Module, exceptions: set[str]) -> Iterator[str]:
    """Yield the names of constants that people are told, in whichever module they stand."""
    for root in _find_roots(tree, exceptions):
        yield from (part.id for part in ast.walk(root) if isinstance(part, ast.Name) and part.id.isupper())
    for node in list_nodes(tree):
        if isinstance(node, ast.Assign):
            target, value = node.targets[0], node.value
            both = isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple)
            pairs = zip(target.elts, value.elts, strict=False) if both else [(target, value)]
            for variable, spoken in pairs:
                if getattr(variable, "id", "") in SPEAKING_ARGUMENTS and isinstance(spoken, ast.Name):
                    yield spoken.id


def _find_spoken(
    tree: ast.Module, exceptions: set[str], spoken_names: set[str], *, returns: bool
) -> Iterator[ast.expr]:
    """Yield the expressions of a module that people are told."""
    yield from _find_roots(tree, exceptions)
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(isinstance(target, ast.Name) and target.id in spoken_names for target in targets):
                yield node.value
    if returns:
        for node in list_nodes(tree):
            if isinstance(node, ast.Return | ast.Yield) and node.value is not None:
                yield node.value


def _find_sentences(roots: Iterable[ast.expr]) -> list[tuple[ast.expr, str]]:
    """Return the literals in expressions that are sentences, in other words already, each with how it stood."""
    sentences: dict[tuple[int, int], tuple[ast.expr, str]] = {}
    pending: list[ast.AST] = list(roots)
    while pending:
        node = pending.pop()
        if isinstance(node, ast.JoinedStr):
            place = node.lineno, node.col_offset
            whole = "".join(part.value for part in node.values if isinstance(part, ast.Constant))
            if place not in sentences and not CODE.search(whole) and re.search(r"[a-z]{2,} ", whole):
                sentences[place] = node, whole
                for part in node.values:
                    if isinstance(part, ast.Constant):
                        part.value = reword(part.value)
        elif isinstance(node, ast.Constant):
            place, text = (node.lineno, node.col_offset), node.value
            if place not in sentences and isinstance(text, str) and SENTENCE.search(text) and not CODE.search(text):
                sentences[place] = node, text
                node.value = reword(text)
        else:
            pending += ast.iter_child_nodes(node)
    return list(sentences.values())


def _replace(source: bytes, sentences: Iterable[tuple[ast.expr, str]]) -> bytes:
    """Return a module's text with these literals as they are now; everything else stays, and so do most lines."""
    starts = list(accumulate(map(len, source.splitlines(keepends=True)), initial=0))
    for node, _ in sorted(sentences, key=lambda sentence: (sentence[0].lineno, sentence[0].col_offset), reverse=True):
        start = starts[node.lineno - 1] + node.col_offset
        assert node.end_lineno
        assert node.end_col_offset
        end = starts[node.end_lineno - 1] + node.end_col_offset
        source = source[:start] + ast.unparse(node).encode() + source[end:]
    return source
