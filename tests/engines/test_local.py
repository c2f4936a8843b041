"""The engines of this machine: every task ends in one way, and the death of a process costs no other task."""

import os

from support.engine_tasks import append_pid, behave
from support.waiting import wait_until

from crawler.engines import Task, TaskResult, open_engine
from crawler.engines.engine import MOST_DEATHS


def make_tasks(folder, *names):
    return [Task(name, (str(folder), name)) for name in names]


def read_pids(folder, name):
    return [int(line) for line in (folder / name).read_text().split()]


def test_one_job_runs_tasks_in_this_process_and_in_their_order(tmp_path):
    with open_engine("local", jobs=1) as engine:
        results = list(engine.run(behave, make_tasks(tmp_path, "fine-1", "raises", "fine-2")))
    assert results == [
        TaskResult("fine-1", "done"),
        TaskResult("raises", "failed", "ValueError: no good: raises"),
        TaskResult("fine-2", "done"),
    ]
    assert read_pids(tmp_path, "fine-1") == read_pids(tmp_path, "raises") == [os.getpid()]


def test_a_dead_process_costs_no_other_task_and_is_replaced(tmp_path):
    names = [*(f"fine-{number}" for number in range(6)), "dies once", "dies", "hangs", "hoards", "raises"]
    with open_engine("local", jobs=2, memory=1 << 30) as engine:
        results = {result.id: result for result in engine.run(behave, make_tasks(tmp_path, *names))}
    ends = {"dies": "died", "hangs": "died", "hoards": "died", "raises": "failed"}
    assert {name: result.state for name, result in results.items()} == dict.fromkeys(names, "done") | ends
    assert results["raises"].reason == "ValueError: no good: raises"
    runs = {name: len(read_pids(tmp_path, name)) for name in names}
    assert runs == dict.fromkeys(names, 1) | {"dies once": 2, "dies": MOST_DEATHS, "hangs": MOST_DEATHS}


def test_tasks_are_taken_as_processes_become_free(tmp_path):
    taken = []

    def iter_tasks():
        for task in make_tasks(tmp_path, *(f"fine-{number}" for number in range(5))):
            taken.append(task.id)
            yield task

    with open_engine("local", jobs=1, isolated=True) as engine:
        for number, result in enumerate(engine.run(append_pid, iter_tasks())):
            assert taken[number:] == [result.id]
    assert len({pid for name in taken for pid in read_pids(tmp_path, name)}) == 1
    assert read_pids(tmp_path, taken[0]) != [os.getpid()]


def test_a_block_that_ends_early_ends_its_processes(tmp_path):
    with open_engine("local", jobs=1, isolated=True) as engine:
        next(engine.run(append_pid, make_tasks(tmp_path, "fine-1", "fine-2")))
    (pid,) = read_pids(tmp_path, "fine-1")
    wait_until(lambda: not is_running(pid))


def is_running(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
