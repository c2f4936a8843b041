"""SIGINT, SIGTERM and SIGHUP: at every moment a program of ours ends with 130 and without a traceback."""

import os
import pty
import signal
import subprocess
import sys

import pytest

from crawler.system.interruption import EXIT_CODE, GRACE, catch_signals, hold_signals

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

BEGINNING = """
import os, signal, sys, time
signal.signal(signal.SIGINT, signal.SIG_IGN)  # as a shell's background jobs begin
import crawler.system.interruption as interruption
from crawler.system.interruption import *
interruption.GRACE = float(sys.argv[1])
watch_signals()
"""
PATIENCE = 60.0
"""Seconds that a program has which ends by itself: a busy machine may not run it for longer than our commands have."""


def run(program, number=0, *more, grace=PATIENCE):
    """Run lines that print when they are ready for the signals, which they then get; return exit code and output."""
    with subprocess.Popen(
        [sys.executable, "-c", BEGINNING + program, str(grace)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        line = process.stdout.readline()
        for sent in (number, *more) if number else ():
            process.send_signal(sent)
        printed, said = process.stdout.read(), process.stderr.read()  # communicate() would miss what was read ahead
    assert "Traceback" not in said
    return process.returncode, line + printed, said


@pytest.mark.parametrize("number", [SIGNALS[0], SIGNALS[2]])
def test_before_a_command_begins_the_process_ends_at_once(number):
    assert run("print('ready', flush=True)\ntime.sleep(100)", number) == (130, "ready\n", "seealso: interrupted\n")


RAISING = """
try:
    with raise_on_signal():
        print('ready', flush=True)
        time.sleep(100)
except KeyboardInterrupt:
    print('cleaned up', was_interrupted(), flush=True)
    sys.stdin.close()
    sys.exit(130)
"""


@pytest.mark.parametrize("number", SIGNALS[1:])
def test_a_command_is_broken_off_and_cleans_up(number):
    assert run(RAISING, number) == (130, "ready\ncleaned up True\n", "")


UNHEARD = """
try:
    with raise_on_signal():
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
        print('ready', flush=True)
        time.sleep(100)
except KeyboardInterrupt:
    print('cleaned up', flush=True)
    sys.exit(130)
"""


def test_a_signal_that_comes_just_before_the_main_thread_waits_breaks_the_waiting_off():
    """Another thread gets it here each time, so that the system does not end the main thread's call for it."""
    assert run(UNHEARD, signal.SIGTERM) == (130, "ready\ncleaned up\n", "")


CLOSED_TERMINAL = """
try:
    with raise_on_signal():
        print('ready', flush=True)
        time.sleep(100)
except KeyboardInterrupt:
    print('nobody reads this', flush=True)
    sys.exit(130)
"""


def test_a_terminal_that_is_closed_ends_a_command_as_the_other_signals_do():
    pid, terminal = pty.fork()
    if not pid:
        os.execv(sys.executable, [sys.executable, "-c", BEGINNING + CLOSED_TERMINAL, str(PATIENCE)])
    printed = b""
    while not printed.endswith(b"\n"):
        printed += os.read(terminal, 100)
    assert printed == b"ready\r\n"
    os.close(terminal)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 130


IGNORED = """
with raise_on_signal():
    os.kill(os.getpid(), signal.SIGHUP)
    print('goes on', flush=True)
"""


def test_a_program_that_was_begun_with_nohup_goes_on():
    former = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        assert run(IGNORED) == (0, "goes on\n", "")
    finally:
        signal.signal(signal.SIGHUP, former)


TWICE = """
try:
    with raise_on_signal():
        try:
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(100)
        finally:
            os.kill(os.getpid(), signal.SIGTERM)
            os.kill(os.getpid(), signal.SIGINT)
            print('cleaned up', flush=True)
except KeyboardInterrupt:
    sys.exit(130)
"""


def test_a_second_signal_does_not_break_off_the_cleaning_up():
    assert run(TWICE) == (130, "cleaned up\n", "")


STUCK = {
    "a statement of SQLite that waits": """
import sqlite3
connections = [sqlite3.connect(LOCKED, timeout=100) for _ in range(2)]
connections[0].execute("BEGIN EXCLUSIVE")
with raise_on_signal(), hold_signals():  # held, so that it cannot come before the statement
    print('ready', flush=True)
    connections[1].execute("BEGIN EXCLUSIVE")
""",
    "a statement of SQLite that never ends": """
import sqlite3
query = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT max(n) FROM c"
connection = sqlite3.connect(":memory:")
with raise_on_signal(), hold_signals():  # held, so that it cannot come before the statement
    print('ready', flush=True)
    connection.execute(query)
""",
    "a library that takes the interruption for an error of its own": """
with raise_on_signal():
    lines = ['ready']
    while True:
        try:
            for line in lines:
                print(line, flush=True)
            time.sleep(100)
        except:
            lines = []
""",
    "work that catches the signals and does not end": """
with raise_on_signal(), catch_signals(lambda number: None):
    print('ready', flush=True)
    while True:
        time.sleep(100)
""",
    "a thread that the interpreter waits for when it ends": """
import threading
threading.Thread(target=time.sleep, args=(100,)).start()
print('ready', flush=True)
""",
}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.slow if name.endswith("never ends") else ()) for name in STUCK]
)
def test_what_does_not_end_by_itself_is_ended(name, tmp_path):
    """Each but the last lasts the grace of a second and a half, in which one, the slow case, counts."""
    program = STUCK[name].replace("LOCKED", repr(str(tmp_path / "locked.db")))
    assert run(program, signal.SIGTERM, grace=GRACE) == (130, "ready\n", "seealso: interrupted\n")


CATCHING = """
def handle(number):
    print('caught', number, flush=True)
    if number == signal.SIGTERM:
        done.append(number)
done = []
with raise_on_signal():
    with catch_signals(handle, patience=90):
        print('ready', flush=True)
        while not done:
            time.sleep(0.01)
    os.kill(os.getpid(), signal.SIGINT)
    print('summary', flush=True)
sys.exit(130)
"""


def test_work_that_catches_signals_ends_as_it_wants_and_what_follows_is_not_broken_off():
    assert run(CATCHING, signal.SIGTERM) == (130, "ready\ncaught 15\nsummary\n", "")


LATE = """
import atexit
class Late:
    def __del__(self, kill=os.kill, pid=os.getpid()):
        kill(pid, 15)
        kill(pid, 2)
late = Late()
late.itself = late  # collected when the interpreter takes its modules apart
atexit.register(print, 'a file is closed')
print('printed', flush=True)
set_exit_code(4)
sys.exit(4)
"""


NESTED = """
stops = []
with raise_on_signal(), catch_signals(stops.append, patience=90):
    with hold_signals() as signals:
        print('ready', flush=True)
        while not signals.have_come:
            time.sleep(0.01)
        print('held', stops, flush=True)
    print('caught', stops == signals.numbers, flush=True)
    time.sleep(2)  # longer than a block without patience has
    print('ended by itself', flush=True)
"""


def test_a_block_within_another_hands_its_signals_on_and_takes_none_of_its_patience():
    code, printed, _ = run(NESTED, signal.SIGTERM)
    assert (code, printed) == (0, "ready\nheld []\ncaught True\nended by itself\n")


def test_a_signal_in_the_last_moments_of_the_interpreter_does_not_change_the_exit_code():
    assert run(LATE) == (4, "printed\na file is closed\n", "")


LIBRARY = """
try:
    with raise_on_signal():
        exec("os.kill(os.getpid(), signal.SIGINT)\\ntime.sleep(100)")
except KeyboardInterrupt:
    sys.exit(130)
"""


def test_an_interruption_that_passes_generated_code_ends_with_130_too():
    assert run(LIBRARY) == (130, "", "")


def test_held_signals_come_at_the_end_of_the_block_in_a_program_that_is_not_ours():
    steps = []

    def work():
        with hold_signals() as signals:
            steps.append(signals.have_come)
            signal.raise_signal(signal.SIGINT)
            steps.append(signals.have_come)
        steps.append("not reached")

    with pytest.raises(KeyboardInterrupt):
        work()
    assert steps == [False, True]


def test_former_handlers_come_back():
    former = [signal.getsignal(number) for number in SIGNALS]
    seen = []
    with catch_signals(seen.append):
        signal.raise_signal(signal.SIGTERM)
    assert seen == [signal.SIGTERM]
    assert [signal.getsignal(number) for number in SIGNALS] == former
    assert EXIT_CODE == 130
