"""Ends a process with the one that started it, which holds the other end of its standard input."""

from __future__ import annotations

import os
import signal
import threading

from crawler.system.interruption import EXIT_CODE, SIGNALS


def end_with_stdin() -> None:
    """End this process at once when its standard input is closed, from now on; nothing else is to read that.

    The system closes it however the other process dies. This process also hears signals again where it was started by
    one that hears none.
    """
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
    threading.Thread(target=_await_end, daemon=True).start()


def _await_end() -> None:
    try:
        while os.read(0, 1):
            pass
    except OSError:  # closed before
        pass
    os._exit(EXIT_CODE)
