"""What an archive does not need is not loaded with it."""

import subprocess
import sys
from importlib.util import find_spec

import pytest

from crawler.research import graph

needs_pandas = pytest.mark.skipif(find_spec("pandas") is None, reason="pandas is not installed")


def run(program, *arguments):
    done = subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=True)
    return done.stdout.split()


@needs_pandas
def test_a_command_loads_neither_pandas_nor_numpy_nor_polars():
    program = (
        "import sys, crawler.cli.app, crawler.crawl.starting.launch, crawler.research.graph.neighbourhood,"
        " crawler.research.exports; print({'pandas', 'numpy', 'pyarrow', 'polars'} & set(sys.modules))"
    )
    assert run(program) == ["set()"]


@pytest.mark.slow
@needs_pandas
def test_a_program_may_load_pandas_before_and_afterwards():
    """Two seconds."""
    assert run("import pandas, crawler.archive, sqlite_utils.db as db; print(db.pd is pandas)") == ["True"]
    assert run("import crawler.cli.app; import pandas; print(pandas.Series([1]).sum())") == ["1"]


WRITING = "print(len([name for name in sys.modules if name.startswith('crawler.archive.write.')]))"


def test_an_archive_loads_what_writes_once_something_is_written(archive):
    program = f"""
import sys
from crawler.archive import Archive
with Archive(sys.argv[1]) as archive:
    archive.search("rain OR harbour")
    archive.count("rain")
    list(archive.articles("rain"))
    archive.article(1)
    archive.find("https://example.org/1")
    archive.status()
    archive.forgotten
    archive.find_earlier_capture("key", "https://example.org/1", None)
{WRITING}
with Archive(sys.argv[1], "write") as archive:
    archive.release(["nothing that was claimed"])
{WRITING}
print("crawler.archive.write.visit" in sys.modules)
"""
    read, written, is_loaded = run(program, str(archive.path))
    assert (read, is_loaded) == ("0", "True")
    assert int(written) > 0


def test_a_worker_that_reads_again_and_the_doors_of_the_desk_load_what_is_asked_for():
    program = (
        "import sys, crawler.operations.reread.task;"
        "print([name for name in sys.modules if name.startswith(('crawler.archive.write.', 'bs4'))]);"
        "from crawler.research.graph import most_linked;"
        "print('crawler.research.graph.louvain' in sys.modules);"
        "from crawler.research.graph import paths, communities, neighbours;"
        "from crawler.research.plots import svg, draw_blocks, write_png;"
        "print(*(callable(f) for f in (paths, most_linked, communities, neighbours, svg, draw_blocks, write_png)))"
    )
    assert run(program) == ["[]", "False"] + ["True"] * 7


def test_a_door_has_only_what_it_names():
    assert not hasattr(graph, "nothing")
    assert "paths" in dir(graph)
