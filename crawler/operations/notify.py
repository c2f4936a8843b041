"""Notifies of a crawl that did not go well, or of what searches found: by a command, a web address or a mail."""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from email.message import EmailMessage

from crawler import __version__

TIME_LIMIT = 60.0
"""Seconds that a command may take; mail and web hooks need two."""
INTERRUPTED_TIME_LIMIT = 0.7
"""Seconds that it is waited for when this process was interrupted, which has to end soon."""
_WEB_ADDRESS = re.compile(r"https?://[^\s'\"]+", re.IGNORECASE)
_MAIL_ADDRESS = re.compile(r"(?:mailto:)?(?P<address>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)", re.ASCII)
_SENDMAIL_FOLDERS = ("/usr/sbin", "/usr/lib")


def notify(
    target: str,
    report: str,
    seconds: float = TIME_LIMIT,
    *,
    then_leave: bool = False,
    subject: str = "seealso: a crawl needs you",
) -> str | None:
    """Give ``report``, as JSON, to whom ``--notify`` names; return a line when that failed, else None.

    ``https://…`` and ``http://…`` get it by POST, ``you@example.org`` by this machine's ``sendmail``; all else is a
    command, which gets it on its standard input. After ``seconds`` a command is ended, or left to itself
    (``then_leave``). ``subject`` is that of a mail. The line does not repeat the target, which may hold a secret.
    """
    if _WEB_ADDRESS.fullmatch(target):
        return _post(target, report, seconds)
    if match := _MAIL_ADDRESS.fullmatch(target):
        return _mail(match["address"], report, seconds, subject)
    return _run(target, report, seconds, then_leave=then_leave)


def _post(url: str, report: str, seconds: float) -> str | None:
    headers = {"Content-Type": "application/json", "User-Agent": f"seealso/{__version__}"}
    try:
        request = urllib.request.Request(url, data=report.encode(errors="backslashreplace"), headers=headers)
        with urllib.request.urlopen(request, timeout=seconds):
            return None
    except urllib.error.HTTPError as problem:
        problem.close()
        return f"the address of --notify did not take the report: status {problem.code}"
    except (OSError, ValueError, http.client.HTTPException) as problem:
        reason = getattr(problem, "reason", None) or problem
        return f"the address of --notify did not take the report: {getattr(reason, 'strerror', None) or reason}"


def _mail(address: str, report: str, seconds: float, subject: str) -> str | None:
    sendmail = shutil.which("sendmail", path=os.pathsep.join((os.environ.get("PATH", ""), *_SENDMAIL_FOLDERS)))
    if sendmail is None:
        return "the report could not be mailed: there is no sendmail on this machine; name a command or a web address"
    message = EmailMessage()
    message["To"] = address
    message["Subject"] = subject
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(report)
    return _run(f"{shlex.quote(sendmail)} -i -t", message.as_string(), seconds)


def _run(command: str, report: str, seconds: float, *, then_leave: bool = False) -> str | None:
    """Run ``command`` with the shell, ``report`` on its standard input; return a line when that failed, else None.

    The output of the command goes to stderr. After ``seconds`` it is killed, with all processes that it started, or
    left to itself (``then_leave``). No error is raised, except those that end this process (KeyboardInterrupt,
    SystemExit).
    """
    try:
        process = subprocess.Popen(
            command,
            shell=True,  # the operator wrote the command, as in a crontab
            stdin=subprocess.PIPE,
            stdout=_find_stderr(),
            stderr=_find_stderr(),
            text=True,
            encoding="utf-8",
            errors="backslashreplace",
            start_new_session=True,
        )
    except (OSError, ValueError) as problem:
        return f"the command of --notify could not be run: {problem}"
    try:
        process.communicate(report, timeout=seconds)
    except subprocess.TimeoutExpired:
        if then_leave:
            return None
        _kill_process(process)
        return f"the command of --notify took longer than {seconds:g} seconds and was ended"
    except OSError as problem:  # the command never read its input
        process.wait()
        return f"the command of --notify did not take the report: {problem.strerror or problem}"
    except BaseException:
        _kill_process(process)
        raise
    if process.returncode:
        return f"the command of --notify failed with exit code {process.returncode}"
    return None


def _find_stderr() -> int:
    try:
        return sys.stderr.fileno()
    except (OSError, ValueError, AttributeError):  # no real stderr
        return subprocess.DEVNULL


def _kill_process(process: subprocess.Popen[str]) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    with contextlib.suppress(OSError, ValueError, subprocess.TimeoutExpired):
        process.communicate(timeout=5)
