"""The engine of many machines, on a cluster of this one."""

from importlib.util import find_spec

import pytest
from support.engine_tasks import behave

from crawler.engines import Task, open_engine
from crawler.errors import SchedulerUnreachable

pytestmark = pytest.mark.skipif(find_spec("distributed") is None, reason="needs the extra dask")


def list_listening():
    """Return the addresses at which this process and its children listen."""
    psutil = pytest.importorskip("psutil", reason="comes with the extra dask")
    processes = [psutil.Process(), *psutil.Process().children(recursive=True)]
    connections = [connection for process in processes for connection in process.net_connections("tcp")]
    return {connection.laddr.ip for connection in connections if connection.status == psutil.CONN_LISTEN}


def run_all(folder, names, jobs):
    with open_engine("dask", jobs=jobs) as engine:
        assert list_listening() == {"127.0.0.1"}
        tasks = [Task(name, (str(folder), name)) for name in names]
        return {result.id: result for result in engine.run(behave, tasks)}


def test_a_cluster_of_this_machine_runs_every_task_and_listens_nowhere_else(tmp_path):
    names = [*(f"fine-{number}" for number in range(6)), "raises"]
    results = run_all(tmp_path, names, jobs=1)
    assert {name: result.state for name, result in results.items()} == dict.fromkeys(names, "done") | {
        "raises": "failed"
    }
    assert results["raises"].reason == "ValueError: no good: raises"
    assert {name: len((tmp_path / name).read_text().split()) for name in names} == dict.fromkeys(names, 1)


@pytest.mark.slow
def test_tasks_that_end_their_workers_die(tmp_path):
    """Takes half a minute: each worker that ends is started again. Others may be suspected: that is all Dask can tell."""
    guilty = {"dies", "hangs", "hoards", "dies-2"}
    names = [*(f"fine-{number}" for number in range(20)), *sorted(guilty)]
    results = run_all(tmp_path, names, jobs=2)
    dead = {name for name, result in results.items() if result.state == "died"}
    assert guilty <= dead
    assert {results[name].state for name in results.keys() - dead} == {"done"}
    assert len(results) == len(names)


@pytest.mark.parametrize(
    ("scheduler", "words"),
    [("nowhere.json", "no scheduler file nowhere.json"), ("nonsense://x", "no Dask scheduler at nonsense://x")],
)
def test_a_scheduler_that_cannot_be_is_one_line(scheduler, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SchedulerUnreachable) as caught, open_engine("dask", jobs=1, scheduler=scheduler):
        pass
    assert str(caught.value).startswith(words)
    assert "\n" not in str(caught.value)
