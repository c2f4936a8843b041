"""The validators of Frictionless, of WACZ and of TEI accept what we export.

They are installed into an environment of their own, from the package index: their dependencies are many, and one of
them (chardet) would change how Beautiful Soup reads pages. All of it takes two minutes.
"""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from lxml import etree

from crawler.archive import Archive
from crawler.archive.search.selection import Selection
from crawler.research.exports import ExportOptions, export

pytestmark = pytest.mark.slow
NOW = datetime(2026, 11, 24, 23, 0, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def programs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("validators")
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    install = [folder / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    for wanted in (["frictionless", "wacz", "pandas", "pyarrow"], ["--no-deps", "trafilatura"]):
        installed = subprocess.run([*install, *wanted], capture_output=True, text=True)
        if installed.returncode:
            pytest.skip(f"the validators cannot be installed: {installed.stderr.strip()[-300:]}")
    return folder / "bin"


@pytest.fixture(params=["gazette", "hostile_archive", "nothing"])
def make(request, tmp_path):
    path = request.getfixturevalue("gazette" if request.param == "nothing" else request.param)
    asked = Selection(query="xylophone" if request.param == "nothing" else "")

    def call(format_, **options):
        with Archive(path) as archive:
            export(archive, asked, format_, tmp_path / f"out.{format_}", made_at=NOW, options=ExportOptions(**options))
        return tmp_path / f"out.{format_}"

    return call


@pytest.mark.parametrize(
    ("format_", "options"), [("text", {}), ("parquet", {}), ("tei", {"split": True}), ("text", {"safe": True})]
)
def test_frictionless_accepts_every_folder(format_, options, make, programs):
    to = make(format_, **options)
    ended = subprocess.run(
        [programs / "frictionless", "validate", "--json", "datapackage.json"], cwd=to, capture_output=True, text=True
    )
    report = json.loads(ended.stdout)
    assert report["valid"], [task["errors"][:2] for task in report["tasks"]] or report["errors"]
    assert report["stats"]["tasks"] == len(
        json.loads((to / "datapackage.json").read_text(encoding="utf-8"))["resources"]
    )


def test_the_wacz_validator_accepts_a_wacz(make, programs):
    ended = subprocess.run([programs / "wacz", "validate", "-f", make("wacz")], capture_output=True, text=True)
    assert "the passed WACZ is valid" in ended.stdout, ended.stdout + ended.stderr


@pytest.mark.parametrize("split", [False, True])
def test_tei_is_valid(split, make, programs):
    """trafilatura brings a DTD that the TEI consortium's own tools made from P5 4.8."""
    dtd = etree.DTD(str(next(programs.parent.rglob("trafilatura/data/tei_corpus.dtd"))))
    to = make("tei", split=split)
    for path in (to / "tei").iterdir() if split else [to]:
        tree = etree.parse(path, etree.XMLParser(huge_tree=True))
        if tree.getroot().find("{*}TEI") is None and not split:
            continue  # nothing was found, and a corpus of no text is none to TEI
        assert dtd.validate(tree), dtd.error_log.filter_from_errors()[:3]
