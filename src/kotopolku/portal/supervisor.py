"""Runs the web server and the worker as one: starts them, restarts what falls, stops them without leaving any behind.

Not for preparing the database (`preparation`) nor for the command's words (`serve`). Behind it stand gunicorn and
procrastinate; an operator with a service manager of one's own can start the two commands below without this.
"""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from kotopolku import database

FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 30.0
HEALTHY_AFTER_SECONDS = 60.0
STOPPING_SECONDS = 25.0
DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG


class ServeError(Exception):
    """The server cannot start; the message is for people and says what to do."""


def web_command(*, host: str, port: int, workers: int, threads: int) -> list[str]:
    """The command of the web server: gunicorn with threads, workers renewed now and then against slow leaks."""
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    temporary = ["--worker-tmp-dir", "/dev/shm"] if Path("/dev/shm").is_dir() else []  # noqa: S108
    return [
        sys.executable,
        "-m",
        "gunicorn",
        "kotopolku.portal.wsgi:application",
        f"--bind={address}",
        "--worker-class=gthread",
        f"--workers={workers}",
        f"--threads={threads}",
        "--timeout=60",
        "--graceful-timeout=15",
        "--keep-alive=5",
        "--max-requests=20000",
        "--max-requests-jitter=2000",
        "--log-level=warning",
        "--no-control-socket",
        *temporary,
    ]


def worker_command() -> list[str]:
    """The command of the worker that does the jobs: procrastinate, through Django."""
    return [sys.executable, "-m", "django", "procrastinate", "worker", "--concurrency=2"]


def refuse_a_busy_port(host: str, port: int) -> None:
    """Raises `ServeError` if something already listens there, before anything is started."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as wrong:
            raise ServeError(
                f"Port {port} on {host} cannot be used: {wrong.strerror or wrong}. Stop what listens there, or choose"
                f" another port: kotopolku serve --port {port + 1}"
            ) from None


def _die_with_parent() -> None:
    """In the child, before it runs: if the supervisor is killed outright, the kernel ends the child too (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGTERM)


@dataclass
class Child:
    """One process that is kept running."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = FIRST_PAUSE_SECONDS
    start_again_at: float | None = None

    def start(self, environment: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            self.command,
            env=environment,
            stdin=subprocess.DEVNULL,
            # A session of its own: Ctrl-C reaches the supervisor alone, and it stops its children in order.
            start_new_session=True,
            preexec_fn=_die_with_parent,
        )
        self.started = time.monotonic()
        self.start_again_at = None

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def plan_restart(self) -> float:
        """Sets when to start again after a fall: at once after a long healthy run, later and later otherwise."""
        if time.monotonic() - self.started > HEALTHY_AFTER_SECONDS:
            self.pause = FIRST_PAUSE_SECONDS
        pause, self.pause = self.pause, min(self.pause * 2, LONGEST_PAUSE_SECONDS)
        self.start_again_at = time.monotonic() + pause
        return pause

    def stop(self) -> None:
        if self.is_running() and self.process is not None:
            self.process.terminate()

    def finish(self, deadline: float) -> None:
        """Waits for the process until the deadline, then ends it and its own children for good."""
        if self.process is None:
            return
        try:
            self.process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


@dataclass
class Supervisor:
    """Keeps the children running until it is told to stop."""

    children: list[Child]
    environment: dict[str, str]
    say: Callable[[str], None]
    stopping: bool = False
    _former: dict[int, object] = field(default_factory=dict)

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping = True

    def __enter__(self) -> Supervisor:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            self._former[number] = signal.signal(number, self._stop)
        for child in self.children:
            child.start(self.environment)
        return self

    def __exit__(self, *_unused: object) -> None:
        for child in self.children:
            child.stop()
        deadline = time.monotonic() + STOPPING_SECONDS
        for child in self.children:
            child.finish(deadline)
        for number, handler in self._former.items():
            signal.signal(number, handler)  # type: ignore[arg-type]

    def watch(self) -> None:
        """Returns when told to stop. A child that falls is started again."""
        while not self.stopping:
            for child in self.children:
                self._tend(child)
            time.sleep(0.2)

    def _tend(self, child: Child) -> None:
        if child.is_running() or self.stopping:
            return
        if child.start_again_at is None:
            code = child.process.returncode if child.process else None
            pause = child.plan_restart()
            self.say(
                f"The {child.name} stopped by itself (exit code {code}); starting it again in {pause:.0f} s."
            )
        elif time.monotonic() >= child.start_again_at:
            database.ensure_running()
            child.start(self.environment)

    def wait_until_ready(self, url: str, seconds: float = 60) -> None:
        """Returns when the web server answers. Raises `ServeError` when it ends or fails instead."""
        web = self.children[0]
        deadline = time.monotonic() + seconds
        while not self.stopping and time.monotonic() < deadline:
            if not web.is_running():
                raise ServeError("The web server ended as soon as it was started; the reason stands above.")
            try:
                with urllib.request.urlopen(url, timeout=10):  # noqa: S310
                    return
            except urllib.error.HTTPError as answer:
                if answer.code < 500:
                    return
                raise ServeError(
                    f"The web server answers with an error ({answer.code}); see above."
                ) from None
            except OSError:
                time.sleep(0.1)
        if not self.stopping:
            raise ServeError(f"The web server did not answer at {url} in {seconds:.0f} seconds.")
