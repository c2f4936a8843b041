"""Sites come from several places; the first of a name is used, and what is broken stops nothing else."""

import importlib
import logging
import os
import pickle
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.site_files import BROKEN_PYTHON, BROKEN_VALUES, PAGES, PYTHON_SITE, VALUES, write_files
from support.waiting import PATIENCE

from crawler.errors import UnknownSite
from crawler.extraction.page import ArticlePage
from crawler.site import Site
from crawler.sites import path_modules, registry, sources
from crawler.sites.known_site import BrokenSource, KnownSite
from crawler.sites.packages import PackageSource


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for folders of sites, with a user who has none of them; files loaded from it are forgotten."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.delenv("SEEALSO_SITES", raising=False)
    yield tmp_path
    sources.set_given_folders(())
    for name, path, _ in path_modules.list_modules():
        if path.startswith(str(tmp_path)):
            del sys.modules[name]


def list_places(folder: Path) -> dict[str, str]:
    """Name → place of the sites that come from below a folder."""
    prefix = f"{folder}{os.sep}"
    places = {name: known.place for name, known in registry.load_known_sites().items()}
    return {name: place.removeprefix(prefix) for name, place in places.items() if place.startswith(prefix)}


def find_broken(name: str) -> BrokenSource:
    [broken] = [source for source in registry.load_catalogue().broken_sources if name in source.names]
    return broken


def test_the_first_source_that_has_a_name_gives_its_site(
    folders: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    given = write_files(folders / "given", {"gazette.toml": VALUES})
    named = write_files(folders / "named", {"gazette.py": PYTHON_SITE, "courier.py": PYTHON_SITE})
    user = write_files(folders / "config" / "seealso" / "sites", {"courier.toml": VALUES, "herald.toml": VALUES})
    sources.set_given_folders([given])
    monkeypatch.setenv("SEEALSO_SITES", f"{named}{os.pathsep}{given}{os.pathsep}")
    with caplog.at_level(logging.WARNING):
        assert list_places(folders) == {
            "courier": "named/courier.py",
            "gazette": "given/gazette.toml",
            "herald": "config/seealso/sites/herald.toml",
        }
        registry.find_site("herald")
    kinds = {name: registry.find_known_site(name).source for name in ("gazette", "courier", "herald", "asianews")}
    assert kinds == {"gazette": "option", "courier": "environment", "herald": "user", "asianews": "shipped"}
    assert [message for message in caplog.messages if str(folders) in message] == [
        f"two sites are named 'gazette': the one of {given / 'gazette.toml'} is used, the one of "
        f"{named / 'gazette.py'} is not; rename one, or take it away",
        f"two sites are named 'courier': the one of {named / 'courier.py'} is used, the one of "
        f"{user / 'courier.toml'} is not; rename one, or take it away",
    ]


def test_a_site_is_one_object_whatever_other_folders_there_are(folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = write_files(folders / "first", {"gazette.toml": VALUES, "courier.py": PYTHON_SITE})
    second = write_files(folders / "second", {"herald.toml": VALUES})
    monkeypatch.setenv("SEEALSO_SITES", str(first))
    before = [registry.find_site(name) for name in ("gazette", "courier", "asianews")]
    monkeypatch.setenv("SEEALSO_SITES", f"{second}{os.pathsep}{first}")
    assert [registry.find_site(name) for name in ("gazette", "courier", "asianews")] == before
    assert registry.find_site("herald").title == "The herald"
    monkeypatch.delenv("SEEALSO_SITES")
    with pytest.raises(UnknownSite):
        registry.find_site("gazette")


def test_page_classes_stand_beside_the_values_and_are_found_in_another_process(
    folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_files(folders / "papers", {"my-gazette.toml": VALUES, "my-gazette.py": PAGES})
    monkeypatch.setenv("SEEALSO_SITES", str(folder))
    known = registry.find_known_site("my-gazette")
    [page] = known.pages
    assert issubclass(page, ArticlePage)
    assert (page.__module__, known.place) == ("seealso_sites.my-gazette", str(folder / "my-gazette.toml"))
    packed = pickle.dumps((path_modules.list_modules(), pickle.dumps((known.site, known.pages))))
    program = (
        "import pickle, sys; from crawler.sites.path_modules import load_modules\n"
        "modules, job = pickle.loads(sys.stdin.buffer.read()); load_modules(modules)\n"
        "site, [page] = pickle.loads(job); print(site.name, page.__name__, page.__module__)"
    )
    clean = {name: value for name, value in os.environ.items() if name != "SEEALSO_SITES"}
    done = subprocess.run(
        [sys.executable, "-c", program], input=packed, capture_output=True, env=clean, timeout=PATIENCE
    )
    assert done.stdout.decode().split() == ["my-gazette", "LargePage", "seealso_sites.my-gazette"], done.stderr


def test_files_of_one_stem_are_two_modules_and_hide_no_other(folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = PYTHON_SITE.replace("{name}", "of_{folder}")
    for folder in ("one", "two"):
        write_files(folders / folder, {"json.py": text.replace("{folder}", folder)})
    monkeypatch.setenv("SEEALSO_SITES", os.pathsep.join(str(folders / name) for name in ("one", "two")))
    modules = [registry.find_known_site(name).module for name in ("of_one", "of_two")]
    assert modules == ["seealso_sites.json", "seealso_sites.json_2"]
    import json

    assert json.loads("1") == 1
    assert sorted(path.name for path in folders.rglob("*")) == ["json.py", "json.py", "one", "two"]  # no bytecode


@pytest.mark.parametrize(
    ("file", "text", "reason"),
    [
        ("ledger.toml", BROKEN_VALUES, "title: must be a text, not 3 (and 4 more)"),
        ("ledger.toml", "name = ", "is no TOML: "),
        ("ledger.toml", VALUES.replace("-.*'", "(.*'"), "addresses[0].path "),
        ("ledger.toml", VALUES.replace("-.*'", "(a+)+b'"), "addresses[0].path "),
        ("ledger.py", BROKEN_PYTHON, "AttributeError: module 'json' has no attribute 'nothing_of_that_name' (line 3)"),
        ("ledger.py", "SITE = (\n", "SyntaxError: '(' was never closed (line 1)"),
        ("ledger.py", "raise SystemExit('no\\nmore')", "SystemExit: no more (line 1)"),
        ("ledger.py", PYTHON_SITE + "PAGES = 3\n", "PAGES is no tuple of page classes"),
    ],
)
def test_a_broken_file_is_named_and_stops_no_other(
    folders: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, file: str, text: str, reason: str
) -> None:
    folder = write_files(folders / "papers", {file: text, "gazette.toml": VALUES, "courier.py": PYTHON_SITE})
    monkeypatch.setenv("SEEALSO_SITES", str(folder))
    assert list_places(folders) == {"courier": "papers/courier.py", "gazette": "papers/gazette.toml"}
    assert find_broken("ledger").reason.startswith(reason)
    [line] = [message for message in caplog.messages if str(folder) in message]
    assert line.startswith(f"{folder / file}: {reason}")
    assert line.endswith("; mend it, or take it out of the folder")
    assert "\n" not in line
    with pytest.raises(UnknownSite) as refused:
        registry.find_site("ledger")
    assert str(refused.value) == f"the site 'ledger' cannot be used: {line}"


def test_values_whose_page_classes_are_broken_are_not_used(folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {"gazette.toml": VALUES.replace("{name}", "morning_gazette"), "gazette.py": BROKEN_PYTHON}
    folder = write_files(folders / "papers", files)
    monkeypatch.setenv("SEEALSO_SITES", str(folder))
    assert list_places(folders) == {}
    broken = find_broken("morning_gazette")
    assert (broken.place, broken.names) == (str(folder / "gazette.toml"), {"gazette", "morning_gazette"})
    assert broken.reason.startswith(f"its page classes in {folder / 'gazette.py'}: AttributeError")


def test_a_folder_that_is_not_there_is_said_unless_it_is_the_user_s(
    folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEEALSO_SITES", str(folders / "nowhere"))
    places = [source.place for source in registry.load_catalogue().broken_sources]
    assert [place for place in places if place.startswith(str(folders))] == [str(folders / "nowhere")]
    assert "asianews" in registry.load_known_sites()


def test_the_folder_of_the_installation_is_read_once(folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = registry.load_catalogue()
    monkeypatch.setenv("SEEALSO_SITES", str(Path(registry.find_known_site("asianews").place).parent))
    assert registry.load_catalogue() == before


PACKAGE = {
    "__init__.py": "",
    "gazette.toml": VALUES,
    "gazette.py": PAGES,
    "courier.py": PYTHON_SITE,
    "ledger.py": BROKEN_PYTHON,
    "_helpers.py": "raise ValueError\n",
}


@pytest.fixture
def install(folders: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A package of sites, as pip would install it; its name."""
    name = "papers_of_a_test"
    site_packages = folders / "site-packages"
    write_files(site_packages / name, PACKAGE)
    points = "".join(
        f"{point} = {name}{value}\n"
        for point, value in [
            ("all", ""),
            ("one", ".courier:SITE"),
            ("none", ".gazette:LargePage"),
            ("spider", "_spider:HeraldSpider"),
            ("gone", ".nowhere"),
        ]
    )
    spider = "from seealso import NewsSpider\n" + PYTHON_SITE.replace("{name}", "herald")
    spider += "\n\nclass HeraldSpider(NewsSpider):\n    name = 'herald'\n    site = SITE\n"
    write_files(site_packages, {f"{name}_spider.py": spider})
    write_files(
        site_packages / f"{name}-1.0.dist-info",
        {"METADATA": f"Metadata-Version: 2.1\nName: {name}\n", "entry_points.txt": f"[seealso.sites]\n{points}"},
    )
    monkeypatch.syspath_prepend(site_packages)
    importlib.invalidate_caches()
    yield name
    for module in [module for module in sys.modules if module.startswith(name)]:
        del sys.modules[module]


def test_installed_packages_offer_sites(install: str) -> None:
    results = list(PackageSource().read())
    known_sites = [result for result in results if isinstance(result, KnownSite)]
    assert [(known.name, known.module, known.source) for known in known_sites] == [
        ("courier", f"{install}.courier", "package"),
        ("gazette", f"{install}.gazette", "package"),
        ("courier", f"{install}.courier", "package"),
        ("herald", f"{install}_spider", "package"),
    ]
    assert [[page.__name__ for page in known.pages] for known in known_sites] == [
        [],
        ["LargePage"],
        [],
        ["ArticlePage"],
    ]
    assert known_sites[2].place == f"{install}.courier:SITE"
    assert known_sites[3].spider.__name__ == "HeraldSpider"
    broken_sources = [result for result in results if isinstance(result, BrokenSource)]
    assert [(sorted(broken.names), broken.reason.partition(":")[0]) for broken in broken_sources] == [
        (["ledger"], "AttributeError"),
        (["gone"], "ModuleNotFoundError"),
        (["none"], "it leads to no site, spider class or package of sites"),
    ]
    assert broken_sources[1].place == f"gone = {install}.nowhere of {install}"
    assert broken_sources[1].remedy == f"install a newer {install}, or uninstall it"


def test_further_sources_come_last() -> None:
    class Adopted:
        def read(self) -> Iterator[KnownSite | BrokenSource]:
            asianews = registry.find_site("asianews")
            for name in ("asianews", "adopted"):
                site = Site(
                    name=name,
                    title=name,
                    origin=asianews.origin,
                    domains=asianews.domains,
                    country="it",
                    languages=("it",),
                    timezone="Europe/Rome",
                    addresses=(),
                )
                yield KnownSite(site=site, source="archive", place="archive.db")

    known_sites = registry.load_catalogue(Adopted()).known_sites
    assert known_sites["adopted"].source == "archive"
    assert known_sites["asianews"].source == "shipped"
    assert "adopted" not in registry.load_known_sites()


@pytest.mark.parametrize("stated", ["", "relative/path"])
def test_a_user_without_xdg_keeps_sites_below_the_home_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, stated: str
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", stated)
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    assert sources.find_user_sites() == tmp_path / ".config" / "seealso" / "sites"
