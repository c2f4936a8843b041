"""What a task is handed: a process that runs another program than the command reads nothing by it."""

import sys
from pathlib import Path

import pytest

from crawler.shards import handed_files
from crawler.shards.handed_files import BadHandedFile, OtherProgram, load_object, save_object
from crawler.sites.path_modules import PACKAGE, load_module

OTHERS = "5e" * 32
"""The digest of another state of the program."""


def forget_modules() -> None:
    """Be a process that has loaded no file."""
    for name in [name for name in sys.modules if name.startswith(f"{PACKAGE}.")]:
        del sys.modules[name]


@pytest.fixture
def module(tmp_path: Path):
    """A file of a site with a class; it is forgotten again."""
    path = tmp_path / "my_paper.py"
    path.write_text("class Page:\n    words = 'first'\n")
    module = load_module(path)
    yield module
    forget_modules()


def test_an_object_is_handed_on_with_its_class(tmp_path: Path, module) -> None:
    page = load_object(tmp_path, save_object(tmp_path, module.Page))
    assert page.words == "first"


def test_another_program_is_told_and_so_is_a_changed_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    digest = save_object(tmp_path, ["anything"])
    with monkeypatch.context() as patch:
        patch.setattr(handed_files, "compute_code_digest", lambda: OTHERS)
        with pytest.raises(OtherProgram, match="another state of seealso than the command"):
            load_object(tmp_path, digest)
    assert load_object(tmp_path, digest) == ["anything"]
    (tmp_path / digest).write_bytes(b"changed")
    with pytest.raises(BadHandedFile, match="has been changed"):
        load_object(tmp_path, digest)


def test_a_worker_that_has_an_older_file_loads_the_new_one(tmp_path: Path, module) -> None:
    """As a worker of Dask has that was started before somebody edited the file."""
    path, first = Path(module.__file__), Path(module.__file__).read_text()
    path.write_text(first.replace("first", "second"))
    forget_modules()
    digest = save_object(tmp_path, load_module(path).Page)
    path.write_text(first)
    forget_modules()
    assert load_module(path).Page.words == "first"
    path.write_text(first.replace("first", "second"))
    assert load_object(tmp_path, digest).words == "second"


def test_a_file_that_is_another_one_on_the_worker_is_refused(tmp_path: Path, module) -> None:
    digest = save_object(tmp_path, module.Page)
    Path(module.__file__).write_text("class Page:\n    words = 'elsewhere'\n")
    forget_modules()
    with pytest.raises(OtherProgram, match=r"my_paper\.py is not what it was where the command was given"):
        load_object(tmp_path, digest)
