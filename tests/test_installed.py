"""The sites are the same from every folder, and from a wheel in an environment of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOREIGN_SPIDER = """
import scrapy

class ForeignSpider(scrapy.Spider):
    name = "foreign"
"""
PROJECT = "[settings]\ndefault = foreign.settings\n"


def run(folder: Path, *command: str | Path, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    clean = {
        name: value for name, value in os.environ.items() if not name.startswith(("SEEALSO_", "SCRAPY_", "PYTHON"))
    }
    return subprocess.run(
        [str(word) for word in command],
        cwd=folder,
        env={**clean, **(env or {})},
        capture_output=True,
        text=True,
        timeout=200,
    )


def list_lines(*command: str | Path, folder: Path, **env: str) -> list[str]:
    done = run(folder, *command, env=env)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.splitlines()


def make_foreign_project(folder: Path, *, crawler: bool = False) -> Path:
    (folder / "spiders").mkdir()
    (folder / "spiders" / "__init__.py").touch()
    (folder / "spiders" / "foreign.py").write_text(FOREIGN_SPIDER)
    (folder / "scrapy.cfg").write_text(PROJECT)
    if crawler:
        (folder / "crawler").mkdir()
        (folder / "crawler" / "__init__.py").write_text("raise ImportError('another crawler')\n")
    return folder


def find_script(name: str) -> Path:
    script = Path(sysconfig.get_path("scripts")) / name
    if not script.exists():
        pytest.skip(f"{name} is not installed beside this Python")
    return script


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    lines = list_lines(sys.executable, "-m", "crawler", "sites", folder=tmp_path_factory.mktemp("elsewhere"))
    assert any(line.startswith("asianews  AsiaNews, https://www.asianews.it") for line in lines)
    return lines


def list_names(lines: list[str]) -> list[str]:
    """The names of the sites that ``seealso sites`` has listed."""
    return [line.partition(" ")[0] for line in lines if not line.startswith(" ")]


def test_a_folder_with_other_spiders_hides_no_site(tmp_path: Path, expected: list[str]) -> None:
    folder = make_foreign_project(tmp_path)
    assert list_lines(sys.executable, "-m", "crawler", "sites", folder=folder) == expected


@pytest.mark.slow
def test_a_folder_with_other_spiders_hides_no_site_though_no_path_leads_there(
    tmp_path: Path, expected: list[str]
) -> None:
    """Four seconds: the programs as they are started, with a path that leads there and without one of their own."""
    folder = make_foreign_project(tmp_path)
    assert list_lines(find_script("seealso"), "sites", folder=folder, PYTHONPATH=".") == expected
    assert list_with_scrapy(folder, ".") == list_names(expected)
    assert list_lines(find_script("seealso"), "sites", folder=folder) == expected
    assert list_with_scrapy(folder, "") == list_names(expected)


def list_with_scrapy(folder: Path, path: str) -> list[str]:
    return list_lines(
        find_script("scrapy"), "list", folder=folder, PYTHONPATH=path, SCRAPY_SETTINGS_MODULE="crawler.settings"
    )


def test_a_folder_with_another_crawler_hides_no_site(tmp_path: Path, expected: list[str]) -> None:
    folder = make_foreign_project(tmp_path, crawler=True)
    assert list_lines(sys.executable, "-P", "-m", "crawler", "sites", folder=folder) == expected
    assert list_lines(find_script("seealso"), "sites", folder=folder) == expected


def test_spiders_that_a_program_has_imported_hide_no_site(tmp_path: Path, expected: list[str]) -> None:
    program = "import spiders, crawler.sites.registry as registry; print(spiders.__file__, *registry.load_titles())"
    done = list_lines(sys.executable, "-c", program, folder=make_foreign_project(tmp_path))
    file, *names = done[0].split(" ")
    assert file == str(tmp_path / "spiders" / "__init__.py")
    assert names == list_names(expected)


@pytest.mark.slow
def test_the_project_s_own_folder_is_a_scrapy_project(tmp_path: Path) -> None:
    """Two seconds, with a start of Scrapy; ``tests/crawl/test_backfill.py`` forks a walk that finds the same project."""
    archive = tmp_path / "archive.db"
    done = run(
        ROOT,
        find_script("scrapy"),
        *("crawl", "asianews", "-a", "max_articles=0", "-s", f"ARCHIVE={archive}", "-s", "CONTACT=watch@example.org"),
        *("-s", "MIRROR=http://127.0.0.1:9{path}"),
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert archive.exists()


def test_in_a_checkout_one_file_is_one_site_under_either_name() -> None:
    program = (
        "import spiders.asianews; from crawler.sites import registry, shipped_folder;"
        " print(registry.find_site('asianews') is spiders.asianews.SITE, shipped_folder.find_package_name())"
    )
    assert list_lines(sys.executable, "-c", program, folder=ROOT) == ["True spiders"]


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built from what the checkout holds; its tools come from the package index."""
    source, wheels = tmp_path_factory.mktemp("source") / "seealso", tmp_path_factory.mktemp("wheels")
    ignore = shutil.ignore_patterns(".*", "__pycache__", "build", "*.egg-info", "*.db", "*.warc")
    for name in ("crawler", "seealso", "spiders"):
        shutil.copytree(ROOT / name, source / name, ignore=ignore)
    for name in ("pyproject.toml", "README.md", "LICENSE", "MANIFEST.in", "scrapy.cfg"):
        shutil.copy(ROOT / name, source)
    done = run(source, sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", wheels, ".")
    assert done.returncode == 0, done.stderr
    [built] = wheels.glob("*.whl")
    return built


@pytest.mark.slow
def test_a_wheel_works_in_an_environment_of_its_own(tmp_path: Path, wheel: Path, expected: list[str]) -> None:
    """Half a minute; the tools that build the wheel come from the package index."""
    home = tmp_path / "environment"
    venv.create(home, with_pip=False, symlinks=os.name != "nt")
    paths = sysconfig.get_paths(vars={"base": str(home), "platbase": str(home)}, scheme="venv")
    python, packages = Path(paths["scripts"]) / Path(sys.executable).name, Path(paths["purelib"])
    # The dependencies are those of this environment: a .pth file beside them is not followed, so no checkout is seen.
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    done = run(tmp_path, sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", wheel)
    assert done.returncode == 0, done.stderr
    folder = tmp_path / "work"
    folder.mkdir()
    make_foreign_project(folder, crawler=True)
    program = "import crawler, seealso.reading as reading; print(crawler.__file__, reading.__file__)"
    assert all(
        f"{packages}{os.sep}" in path for path in list_lines(python, "-P", "-c", program, folder=folder)[0].split()
    )
    assert not (packages / "spiders").exists()
    seealso = Path(paths["scripts"]) / "seealso"
    assert list_lines(seealso, "sites", folder=folder) == expected
    assert list_lines(python, "-P", "-m", "crawler", "sites", folder=folder) == expected
    names = list_lines(python, "-P", "-m", "scrapy", "list", folder=folder, SCRAPY_SETTINGS_MODULE="crawler.settings")
    assert names == list_names(expected)
    assert run(folder, seealso, "demo").returncode == 0
    assert run(folder, seealso, "search", "boat", "--json").stdout.startswith("[")
    assert run(folder, seealso, "doctor").returncode == 0
