"""The engine of many machines, on a cluster of this one."""

import pytest
from support.engine_tasks import behave

from crawler.engines import Task, open_engine
from crawler.errors import SchedulerUnreachable

distributed = pytest.importorskip("distributed", reason="needs the extra dask")
psutil = pytest.importorskip("psutil", reason="comes with the extra dask")


def list_listening():
    """Return the addresses at which this process and its children listen."""
    processes = [psutil.Process(), *psutil.Process().children(recursive=True)]
    connections = [connection for process in processes for connection in process.net_connections("tcp")]
    return {connection.laddr.ip for connection in connections if connection.status == psutil.CONN_LISTEN}


def test_a_cluster_of_this_machine_ends_every_task_and_listens_nowhere_else(tmp_path):
    names = [*(f"fine-{number}" for number in range(20)), "raises", "dies"]
    with open_engine("dask", jobs=2) as engine:
        assert list_listening() == {"127.0.0.1"}
        tasks = [Task(name, (str(tmp_path), name)) for name in names]
        results = {result.id: result for result in engine.run(behave, tasks)}
    assert results.keys() == set(names)
    assert results["dies"].state == "died"
    assert results["raises"].state == "failed"
    assert results["raises"].reason == "ValueError: no good: raises"
    suspects = {result.id for result in results.values() if result.state == "died"} - {"dies"}
    assert {results[name].state for name in names if name.startswith("fine") and name not in suspects} == {"done"}
    assert {path.name for path in tmp_path.iterdir()} >= set(names) - suspects


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
