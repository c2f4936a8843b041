"""What an archive does not need is not loaded with it."""

import subprocess
import sys
from importlib.util import find_spec

import pytest

pytestmark = pytest.mark.skipif(find_spec("pandas") is None, reason="pandas is not installed")


def run(program):
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return done.stdout.split()


def test_a_command_loads_neither_pandas_nor_numpy_nor_polars():
    for modules in (
        "crawler.cli.app, crawler.crawl.launch",
        "crawler.research.graph.neighbourhood",
        "crawler.research.exports",
    ):
        program = f"import sys, {modules}; print(*{{'pandas', 'numpy', 'pyarrow', 'polars'}} & set(sys.modules))"
        assert run(program) == [], modules


def test_a_program_may_load_pandas_before_and_after():
    assert run("import pandas, crawler.archive, sqlite_utils.db as db; print(db.pd is pandas)") == ["True"]
    assert run("import crawler.archive, pandas; print(pandas.Series([1]).sum())") == ["1"]


def test_the_doors_of_the_research_desk_load_what_is_asked_for():
    program = (
        "import sys; from crawler.research.graph import paths, most_linked, communities, neighbours;"
        "from crawler.research.plots import svg, draw_blocks, write_png;"
        "print(*(callable(f) for f in (paths, most_linked, communities, neighbours, svg, draw_blocks, write_png)))"
    )
    assert run(program) == ["True"] * 7
    alone = "import sys; from crawler.research.graph import most_linked; print('crawler.research.graph.louvain' in sys.modules)"
    assert run(alone) == ["False"]


def test_a_door_has_only_what_it_names():
    program = "import crawler.research.graph as graph; print(hasattr(graph, 'nothing'), 'paths' in dir(graph))"
    assert run(program) == ["False", "True"]
