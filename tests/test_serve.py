"""`kotopolku serve`: starts everything, restarts what falls, stops without leaving any process behind."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kotopolku import database
from kotopolku.portal.preparation import database_fingerprint
from kotopolku.portal.supervisor import Child, ServeError, Supervisor, refuse_a_busy_port

ROOT = Path(__file__).resolve().parents[1]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=10):
            return True
    except urllib.error.HTTPError as answer:
        return answer.code < 500
    except OSError:
        return False


def wait_for(condition: Callable[[], bool], what: str, seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"Waited in vain for {what}"
        time.sleep(0.1)


def state_and_parent(number: int) -> tuple[str, int] | None:
    try:
        fields = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return fields[0], int(fields[1])


def alive(number: int) -> bool:
    found = state_and_parent(number)
    return found is not None and found[0] != "Z"


def descendants(number: int) -> set[int]:
    parents = {
        int(entry.name): found[1]
        for entry in Path("/proc").iterdir()
        if entry.name.isdigit() and (found := state_and_parent(int(entry.name)))
    }
    below = {child for child, parent in parents.items() if parent == number}
    return below.union(*(descendants(child) for child in below))


class Served:
    """One `kotopolku serve` on a copy of the tests' template."""

    def __init__(self, port: int, environment: dict[str, str], log: Path) -> None:
        self.port = port
        self.log = log
        with log.open("w") as output:
            self.process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "kotopolku.portal.cli",
                    "serve",
                    "--port",
                    str(port),
                    "--workers",
                    "1",
                ],
                env=environment,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def wait_until_ready(self) -> None:
        wait_for(lambda: "Ctrl-C stops it" in self.text() or self.process.poll() is not None, "the greeting")
        assert self.process.poll() is None, self.text()
        assert answers(self.port)

    def text(self) -> str:
        return self.log.read_text()


@pytest.fixture
def serve(another_database: str, tmp_path: Path) -> Iterator[Callable[[int], Served]]:
    settings = {"KOTOPOLKU_DATABASE_NAME": another_database, "PYTHONPATH": str(ROOT / "src")}
    environment = {**os.environ, **settings}
    database.set_remark(f"kotopolku {database_fingerprint()}", environment)
    started: list[Served] = []

    def start(port: int) -> Served:
        one = Served(port, environment, tmp_path / f"serve-{len(started)}.log")
        started.append(one)
        return one

    yield start
    for one in started:
        if one.process.poll() is None:
            one.process.terminate()
            one.process.wait(60)


def stopped_by(served: Served, number: signal.Signals) -> None:
    """Tells it to stop, and sees that no process is left behind."""
    below = descendants(served.process.pid)
    assert len(below) >= 3, "web server, its worker process, and the worker for jobs"
    served.process.send_signal(number)
    assert served.process.wait(60) == 0, served.text()
    assert not [child for child in below if alive(child)]
    assert not answers(served.port)
    assert "Stopped." in served.text()


def test_a_busy_port_is_said_at_once_and_nothing_is_started(serve: Callable[[int], Served]) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        served = serve(port)
        assert served.process.wait(60) == 2
    assert f"Port {port}" in served.text()
    assert f"--port {port + 1}" in served.text()
    assert "Traceback" not in served.text()


def test_after_the_supervisor_was_killed_outright_it_starts_again_on_the_same_port_and_stops_when_interrupted(
    serve: Callable[[int], Served],
) -> None:
    served = serve(free_port())
    served.wait_until_ready()
    below = descendants(served.process.pid)
    served.process.kill()
    served.process.wait()
    wait_for(lambda: not any(alive(child) for child in below), "the children to follow their parent")
    again = serve(served.port)
    again.wait_until_ready()
    stopped_by(again, signal.SIGINT)


def test_a_web_server_that_falls_is_started_again_and_everything_stops_when_told_to(
    serve: Callable[[int], Served],
) -> None:
    served = serve(free_port())
    served.wait_until_ready()
    children = {
        child
        for child in descendants(served.process.pid)
        if (state_and_parent(child) or ("", 0))[1] == served.process.pid
    }
    web = next(child for child in children if b"gunicorn" in Path(f"/proc/{child}/cmdline").read_bytes())
    left = descendants(web)
    os.kill(web, signal.SIGKILL)
    wait_for(lambda: "starting it again" in served.text(), "the supervisor to notice")
    wait_for(lambda: not any(alive(child) for child in left), "what it left to go")
    wait_for(
        lambda: len(descendants(served.process.pid)) >= 3 and answers(served.port),
        "the web server to answer again",
    )
    stopped_by(served, signal.SIGTERM)


def test_a_child_that_keeps_falling_is_started_later_and_later() -> None:
    child = Child("nothing", [sys.executable, "-c", "raise SystemExit(3)"])
    child.started = time.monotonic()
    assert [child.plan_restart() for _ in range(7)] == [1, 2, 4, 8, 16, 30, 30]


def test_a_web_server_that_ends_at_once_is_an_error_that_says_so() -> None:
    child = Child("web server", [sys.executable, "-c", "raise SystemExit(3)"])
    with (
        Supervisor([child], dict(os.environ), lambda _sentence: None) as supervisor,
        pytest.raises(ServeError, match="ended as soon as it was started"),
    ):
        supervisor.wait_until_ready(f"http://127.0.0.1:{free_port()}/", seconds=20)


def test_a_free_port_is_not_refused() -> None:
    refuse_a_busy_port("127.0.0.1", free_port())
