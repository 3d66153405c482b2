"""A PostgreSQL server for tests: Debian's programs, a cluster in a temporary folder, a loopback port."""

import asyncio
import os
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

from bot.storage import schema
from bot.storage.database import Database


def find_server() -> Path | None:
    """The folder of PostgreSQL's server programs, the newest version first; None if it is not installed."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]), reverse=True)
    if debian:
        return debian[0].parent
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else None


class PostgreSQL:
    """One cluster; databases are made and dropped in it."""

    def __init__(self, programs: Path) -> None:
        self._programs = programs
        self._folder = Path(tempfile.mkdtemp(prefix="lotse-postgresql-"))
        self.port = 0
        # PostgreSQL refuses to run as root.
        self._as_other: Sequence[str] = ()
        if os.geteuid() == 0:
            shutil.chown(self._folder, "postgres")
            self._as_other = ("runuser", "-u", "postgres", "--")

    def start(self) -> None:
        """Make the cluster and start it, without durability: it lives as long as the tests."""
        data = self._folder / "data"
        self._run("initdb", "-D", str(data), "-A", "trust", "-U", "lotse", "--no-sync", "-E", "UTF8", "--locale=C")
        # Only now: making the cluster takes seconds, in which somebody else might take the port.
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        options = f"-p {self.port} -k {self._folder} -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=200"
        self._run("pg_ctl", "-D", str(data), "-w", "-t", "180", "-l", str(self._folder / "log"), "-o", options, "start")

    def stop(self) -> None:
        """Stop it and remove everything."""
        self._run("pg_ctl", "-D", str(self._folder / "data"), "-m", "immediate", "stop")
        shutil.rmtree(self._folder, ignore_errors=True)

    @contextmanager
    def database(self, *, migrated: bool = False) -> Iterator[str]:
        """The address of a database without a row, dropped afterwards; ``migrated`` has the tables already."""
        name = f"test_{uuid.uuid4().hex}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {self._with_tables if migrated else 'template1'}")
        try:
            yield f"postgresql://lotse@127.0.0.1:{self.port}/{name}"
        finally:
            self.execute(f"DROP DATABASE {name} WITH (FORCE)")

    @cached_property
    def _with_tables(self) -> str:
        """The name of a database that others are copied from: migrating takes longer than most tests."""
        name = "with_tables"
        self.execute(f"CREATE DATABASE {name}")
        with ThreadPoolExecutor(1) as thread:  # the tests' own loop is none of its business
            thread.submit(asyncio.run, _migrate(f"postgresql+asyncpg://lotse@127.0.0.1:{self.port}/{name}")).result()
        return name

    def execute(self, statement: str, database: str = "postgres") -> str:
        """Run a statement with psql; returns its bare output."""
        address = ["-h", "127.0.0.1", "-p", str(self.port), "-U", "lotse", "-d", database]
        return self._run("psql", "-X", "-q", "-A", "-t", *address, "-c", statement)

    def _run(self, program: str, *arguments: str) -> str:
        command = [*self._as_other, str(self._programs / program), *arguments]
        with tempfile.TemporaryFile() as output:
            # A file, not a pipe: the server keeps its output open for as long as it lives.
            subprocess.run(command, check=True, stdout=output, stderr=subprocess.STDOUT, cwd="/")
            output.seek(0)
            return output.read().decode().strip()


async def _migrate(url: str) -> None:
    database = Database(url)
    async with database.write() as connection:
        await connection.run_sync(schema.upgrade)
    await database.close()
