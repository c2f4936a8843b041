#!/usr/bin/env python3
"""The commands of the README, each with all of its own set-up; needs nothing but Python 3.11 or newer.

    python3 make.py demo    crawl a small practice site into archive.db and show what to try next
    python3 make.py test    every check of the project: style, types, layers, tests (four to five minutes)
    python3 make.py slow    the slow tests, which say themselves how long they take (an hour in all), and more examples

All make a virtual environment in .venv on first use: the demo one of 180 MB, the checks with their tools one of 1.5 GB.
Further arguments go to the command that is run. Some of the slow tests install what they compare with (pywb,
validators, the newest Datasette) from the package index.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
STAMP = VENV / "installed"
"""Says what the environment was made of."""
EXTRAS = {"demo": "", "test": "[dev]", "slow": "[dev]"}
"""Command → the extras that are installed with the program."""

QUICK_CHECKS = (("style", ("ruff", "check", ".")), ("format", ("ruff", "format", "--check", "--quiet", ".")))
SLOW_CHECKS = (("types", ("mypy",)), ("layers", ("lint-imports", "--no-logo")))
SLOW_TESTS = ("-m", "slow or hypothesis", "--hypothesis-profile", "thorough")
"""What is marked so, and every property with thirty times the examples of a quick run (tests/support/examples.py)."""


def main(arguments: list[str]) -> int:
    """Run the named command and return its exit code."""
    command, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    if command not in EXTRAS:
        print(__doc__.strip(), file=sys.stderr)
        return 0 if command in ("-h", "--help", "help") else 1
    try:
        install(EXTRAS[command])
    except SetUpFailed as problem:
        print(f"make.py: {problem}", file=sys.stderr)
        return 1
    if command == "demo":
        return run("crawler", "demo", *rest)
    return run_tests(*SLOW_TESTS, *rest) if command == "slow" else check(rest)


class SetUpFailed(Exception):
    """The environment cannot be made; the message says what to install."""


def install(extras: str) -> None:
    """Make .venv with the project and these extras in it, unless it is there, up to date, and has them or all.

    Raises SetUpFailed when this Python is too old, cannot make environments, or the packages cannot be had.
    """
    if sys.version_info < (3, 11):  # noqa: UP036 because this script meets older ones before the project does
        raise SetUpFailed(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}. Try python3.11 make.py …")
    wanted = hashlib.sha256(
        (ROOT / "pyproject.toml").read_bytes() + sys.version.encode() + str(ROOT).encode()
    ).hexdigest()
    stamps = {wanted + extras, wanted + EXTRAS["test"]}
    if PYTHON.exists() and STAMP.exists() and STAMP.read_text() in stamps:
        return
    if not PYTHON.exists():
        if importlib.util.find_spec("ensurepip") is None:
            raise SetUpFailed(
                "this Python cannot make virtual environments. On Debian or Ubuntu: apt install python3-venv"
            )
        say("making a virtual environment in .venv")
        shutil.rmtree(VENV, ignore_errors=True)
        if subprocess.run([sys.executable, "-m", "venv", str(VENV)], cwd=ROOT).returncode:
            raise SetUpFailed("the virtual environment could not be made; the lines above say why")
    say("installing seealso and its tools (a few minutes, once)" if extras else "installing seealso (a minute, once)")
    options = ("--quiet", "--disable-pip-version-check", "--editable", f"{ROOT}{extras}")
    if subprocess.run([str(PYTHON), "-m", "pip", "install", *options], cwd=ROOT).returncode:
        raise SetUpFailed(
            "the packages could not be installed; the lines above say why. Is the package index reachable?"
        )
    STAMP.write_text(wanted + extras)


def check(pytest_arguments: list[str]) -> int:
    """Run every check and the tests; each failure is named at the end.

    What takes a second is told at once. Types and layers are looked at while the tests run, which leave a part of a
    core idle, and are told after them.
    """
    failed = []
    for name, command in QUICK_CHECKS:
        say(name)
        if (tool := find_tool(command)) is None or subprocess.run(tool, cwd=ROOT).returncode:
            failed.append(name)
    running = {name: start_check(command) for name, command in SLOW_CHECKS}
    say(f"tests, and beside them {' and '.join(running)}")
    compile_tests()
    if run_tests(*pytest_arguments):
        failed.append("tests")
    for name, process in running.items():
        say(name)
        if process is not None:
            print(process.communicate()[0], end="", flush=True)
        if process is None or process.returncode:
            failed.append(name)
    say(f"failed: {', '.join(failed)}" if failed else "all checks passed")
    return 1 if failed else 0


def compile_tests() -> None:
    """Compile the project and its tests before the first run of them, or each worker would do it for itself."""
    if not (ROOT / "tests" / "__pycache__").exists():
        run("pytest", "--collect-only", "-q", is_silent=True)


def find_tool(command: Sequence[str]) -> list[str] | None:
    """Return a command with the path of its program in the environment; None when it is not installed there."""
    executable = shutil.which(command[0], path=str(BIN))
    return None if executable is None else [executable, *command[1:]]


def start_check(command: Sequence[str]) -> subprocess.Popen[str] | None:
    """Start a check whose output is told later; None when its program is not installed."""
    tool = find_tool(command)
    if tool is None:
        return None
    return subprocess.Popen(tool, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def run_tests(*arguments: str) -> int:
    """Run pytest with two workers more than cores, as tests also wait; a file stays whole, as its tests share things.

    The files are begun in the order that the tests ask for (tests/support/long_files.py), not by their number of tests.
    """
    workers = str(min(6, (os.cpu_count() or 1) + 2))
    return run("pytest", "-q", "-n", workers, "--dist", "loadfile", "--no-loadscope-reorder", *arguments)


def run(module: str, *arguments: str, is_silent: bool = False) -> int:
    """Run a module with the environment's Python, from the project's folder, and return its exit code.

    Compiled files are kept, whatever the environment asks for: without them every worker of pytest and every program
    that a test starts compiles everything again.
    """
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    output = subprocess.DEVNULL if is_silent else None
    try:
        return subprocess.run(
            [str(PYTHON), "-m", module, *arguments], cwd=ROOT, env=environment, stdout=output
        ).returncode
    except KeyboardInterrupt:
        return 130


def say(line: str) -> None:
    """Tell what is being done, apart from what the tools print."""
    print(f"── {line}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
