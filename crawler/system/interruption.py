"""SIGINT, SIGTERM and SIGHUP: each ends a command within two seconds, whatever it is doing, with exit code 130.

The first signal raises :class:`Interruption`, a KeyboardInterrupt, in the main thread, so that files are closed and
temporary ones removed; further ones change nothing. Before a command begins and after it has ended the process ends at
once. Work that knows a better end catches the signals (:func:`catch_signals`, :func:`hold_signals`).

A thread hears the signals too, even while the main thread is inside a library that does not return, and ends the
process where the end takes longer than it may. That is a kill, which archive and WARC files survive at any moment.

SIGHUP comes when a terminal is closed, or from ``kill -HUP``; a program that was begun with it ignored, as ``nohup``
does, goes on.

Nothing of this holds before :func:`watch_signals`, which only the program calls: to an importing program the signals
mean what it decides.
"""

from __future__ import annotations

import _thread
import atexit
import os
import signal
import sys
import time
from contextlib import contextmanager, suppress

TYPE_CHECKING = False
if TYPE_CHECKING:  # what this module imports is imported before the first signal can be handled
    from collections.abc import Callable, Iterator

SIGNALS = (signal.SIGINT, signal.SIGTERM, *([signal.SIGHUP] if hasattr(signal, "SIGHUP") else ()))
"""The signals that end a command; Windows has no SIGHUP."""
EXIT_CODE = 130
"""Exit code of an interrupted command, whichever signal it was."""
GRACE = 1.5
"""Seconds that a command has to end by itself."""
POLL_SECONDS = 0.05
LAST_LINE = b"seealso: interrupted\n"


class Interruption(KeyboardInterrupt):
    """A signal wants the process to end.

    A class of its own, because a KeyboardInterrupt that passes an ``exec`` of a library makes the interpreter kill
    itself with SIGINT when it ends, even if it was handled.
    """


class SignalWatch:
    """The state of the signals of this process.

    Attributes:
        signals: how many signals came.
        raises: True while a signal raises KeyboardInterrupt; otherwise it ends the process at once.
        catchers: what is called with the signal instead, the last one first.
        patience: seconds from the first signal until the process is ended by force.
        deadline: when it is ended by force, by the monotonic clock; None until a signal came.
        exit_code: the exit code of the process, once the command has ended.
        last_line: what stderr gets when the process is ended at once or by force.
        terminals: the standard streams that were terminals at the beginning.

    """

    def __init__(self) -> None:
        self.signals = 0
        self.raises = False
        self.catchers: list[Callable[[int], object]] = []
        self.patience = GRACE
        self.deadline: float | None = None
        self.exit_code: int | None = None
        self.last_line = LAST_LINE
        self.terminals = [stream for stream in range(3) if os.isatty(stream)]

    def start(self) -> None:
        """Handle the signals from now on, and listen to them in a thread (not on Windows)."""
        for number in list_heeded_signals():
            signal.signal(number, self._handle)
        if os.name == "posix":
            reader, writer = os.pipe()
            os.set_blocking(writer, False)
            signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
            signal.signal(signal.SIGURG, lambda number, frame: None)  # to wake the main thread by, see _listen
            _thread.start_new_thread(self._listen, (reader, _thread.get_ident()))
        atexit.register(self._finish)  # the first to be registered is the last to be called

    def shorten(self, patience: float) -> None:
        """Let the process end within ``patience`` seconds where a signal came, as what may have had more is over."""
        self.patience = patience
        if self.deadline is not None:
            self.deadline = min(self.deadline, time.monotonic() + patience)

    def _handle(self, number: int, frame: object) -> None:
        self.signals += 1
        self._leave_closed_terminals()
        if self.catchers:
            self.catchers[-1](number)
        elif not self.raises:
            self._end_process()
        elif self.signals == 1:
            raise Interruption

    def _leave_closed_terminals(self) -> None:
        """Let what is printed to a terminal that is closed go nowhere: writing there is an error."""
        closed_terminals = [stream for stream in self.terminals if not os.isatty(stream)]
        if closed_terminals:
            nowhere = os.open(os.devnull, os.O_RDWR)
            for stream in closed_terminals:
                os.dup2(nowhere, stream)

    def _finish(self) -> None:
        """End the process before the interpreter takes its modules apart, which lasts, and first resets the signals."""
        if self.exit_code is None:
            return
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError, AttributeError):  # closed, or none
                stream.flush()
        os._exit(self.exit_code)

    def _listen(self, reader: int, main_thread: int) -> None:
        """Set the deadline when a signal comes, and end the process when it has passed.

        The main thread handles signals between two steps of Python. One that comes after the last step before a call of
        the system that waits is handled only after the call, unless a further signal breaks that off.
        """
        while self.deadline is None:
            self._note_signals(os.read(reader, 100))
        os.set_blocking(reader, False)
        while time.monotonic() < self.deadline:
            time.sleep(POLL_SECONDS)
            if not self.signals:
                signal.pthread_kill(main_thread, signal.SIGURG)
            try:
                self._note_signals(os.read(reader, 100))
            except BlockingIOError:
                continue
        self._end_process()

    def _end_process(self) -> None:
        with suppress(OSError):
            os.write(2, self.last_line)
        os._exit(EXIT_CODE)

    def _note_signals(self, numbers: bytes) -> None:
        for number in numbers:
            if number not in SIGNALS:
                continue
            now = time.monotonic()
            self.deadline = now + self.patience if self.deadline is None else min(self.deadline, now + GRACE)


def list_heeded_signals() -> tuple[int, ...]:
    """Return the signals that end this process: all but SIGHUP where the program was begun with that ignored."""
    return tuple(
        number
        for number in SIGNALS
        if number in (signal.SIGINT, signal.SIGTERM) or signal.getsignal(number) is not signal.SIG_IGN
    )


_watch: SignalWatch | None = None


def watch_signals() -> None:
    """Let the signals end this process from now on. To be called once, in the main thread, by a program."""
    global _watch
    if _watch is None:
        _watch = SignalWatch()
        _watch.start()


def set_exit_code(code: int) -> None:
    """Set the code with which the process ends when its exit functions have been called."""
    if _watch is not None:
        _watch.exit_code = code


def set_last_line(line: str) -> None:
    """Set the line that is written to stderr when the process is ended at once or by force."""
    if _watch is not None:
        _watch.last_line = line.encode() + b"\n"


def was_interrupted() -> bool:
    """Return True if a signal came since :func:`watch_signals`."""
    return _watch is not None and _watch.signals > 0


@contextmanager
def raise_on_signal() -> Iterator[None]:
    """Let the first signal raise KeyboardInterrupt while the block runs, instead of ending the process at once."""
    if _watch is None:
        yield
        return
    _watch.raises = True
    try:
        yield
    finally:
        _watch.raises = False


@contextmanager
def catch_signals(handle: Callable[[int], object], patience: float = GRACE) -> Iterator[None]:
    """Call ``handle`` with the number of each signal while the block runs, instead of what it does otherwise.

    The block has to end by itself then, within ``patience`` seconds of the first signal, or shortly after the second
    one; later it is ended by force. A block within another has the patience of that one too. Threads other than the
    main one get no signals: in these nothing is caught.
    """
    import threading

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    if _watch is not None:
        former_patience = _watch.patience
        _watch.patience = max(patience, former_patience) if _watch.catchers else patience
        _watch.catchers.append(handle)
        try:
            yield
        finally:
            _watch.catchers.remove(handle)
            _watch.shorten(former_patience)
        return
    former_handlers = {
        number: signal.signal(number, lambda number, _: handle(number)) for number in list_heeded_signals()
    }
    try:
        yield
    finally:
        for number, handler in former_handlers.items():
            signal.signal(number, handler)


class HeldSignals:
    """The signals that came during a block that holds them."""

    def __init__(self) -> None:
        self.numbers: list[int] = []

    @property
    def have_come(self) -> bool:
        """True when the block should come to its end."""
        return bool(self.numbers)


@contextmanager
def hold_signals() -> Iterator[HeldSignals]:
    """Hold the signals back while the block runs; what the first one does otherwise happens at the end of the block.

    For work that must not be broken off between two steps, and that looks at the yielded record between others.
    """
    held = HeldSignals()
    with catch_signals(held.numbers.append):
        yield held
    if not held.have_come:
        return
    if _watch is None:
        signal.raise_signal(held.numbers[0])
    elif _watch.catchers:
        for number in held.numbers:
            _watch.catchers[-1](number)
    else:
        raise Interruption
