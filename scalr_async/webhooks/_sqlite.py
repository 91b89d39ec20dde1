"""Records of deliveries in a file: each is handled once across processes and restarts."""

from __future__ import annotations

import asyncio
import contextlib
import math
import os
import queue
import sqlite3
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Literal, TypeVar

from scalr_async._arguments import check_seconds
from scalr_async._text import shown
from scalr_async.errors import ConfigError, FileError
from scalr_async.webhooks._payloads import Delivery, read_payload
from scalr_async.webhooks._store import Claim

__all__ = ["SQLiteDeliveryStore"]

T = TypeVar("T")
Step = Callable[[sqlite3.Connection], Any]

_LAYOUT: Final = 2
"""The number of the layout, in the file; 1, which was never released, had no number."""
_SCHEMA: Final = f"""
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS deliveries (
    number INTEGER PRIMARY KEY,
    state TEXT NOT NULL,   -- working, acknowledged, failed, finished
    token TEXT,            -- of the current lease
    until REAL NOT NULL,   -- end of the lease; when finished, the moment of that
    id TEXT NOT NULL,
    date TEXT,
    fingerprint TEXT NOT NULL,
    body BLOB              -- null when finished
);
CREATE INDEX IF NOT EXISTS held ON deliveries (token);
CREATE INDEX IF NOT EXISTS waiting ON deliveries (state, until);
CREATE TABLE IF NOT EXISTS known (key TEXT PRIMARY KEY, number INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS known_number ON known (number);
PRAGMA user_version = {_LAYOUT};
COMMIT;
"""
_REMEMBER: Final = "INSERT OR IGNORE INTO known VALUES (?, ?)"
_BATCH: Final = 200
_PATIENCE: Final = 5.0
"""Seconds to wait while another process writes."""
_PRUNE: Final = 60.0


class SQLiteDeliveryStore:
    """Remembers deliveries in a file, for any number of processes on this machine.

    Only its owner can read the file, which holds bodies until they are handled. Concurrent
    changes are written in one transaction, in the store's own thread, and are on the disk when a
    method returns. Methods raise `FileError` when the file cannot be read or written.

    Args:
        path: the file; it is created if it is missing.
        keep: the seconds for which finished deliveries are remembered.
        clock: returns seconds since 1970.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        keep: float = 7 * 86400,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._keep = check_seconds("keep", keep, math.inf, error=ConfigError)
        try:
            self._path = Path(path).absolute()
        except TypeError:
            raise ConfigError(f"path={shown(path)}: must be the path of a file") from None
        self._clock = clock
        self._lock = threading.Lock()
        self._steps: queue.SimpleQueue[tuple[Step, Future[Any]] | None] | None = None
        self._ended: Future[None] = Future()
        self._pruned = float("-inf")

    async def claim(self, delivery: Delivery, lease: float) -> Claim:
        """Take a delivery for `lease` seconds: a new one, or one whose lease has ended."""
        return await self._do(lambda connection: self._claim(connection, delivery, lease))

    async def extend(self, token: str, lease: float) -> bool:
        """Extend the lease to `lease` seconds from now."""
        return await self._change("until = ?", token, self._clock() + lease)

    async def acknowledge(self, token: str) -> bool:
        """Keep the delivery until it is finished: the sender will not send it again."""
        return await self._change("state = 'acknowledged'", token)

    async def finish(self, token: str) -> bool:
        """Record that the delivery was handled."""
        done = "state = 'finished', token = NULL, body = NULL, until = ?"
        return await self._change(done, token, self._clock())

    async def abandon(self, token: str, *, failed: bool) -> bool:
        """Release a delivery; forget it if it was not acknowledged."""
        return await self._do(lambda connection: _abandon(connection, token, failed=failed))

    async def take_up(self, lease: float) -> Sequence[tuple[Delivery, str]]:
        """Take up to 100 acknowledged, unleased deliveries for `lease` seconds, with tokens."""
        return await self._do(lambda connection: _take_up(connection, self._clock(), lease))

    async def revive(self) -> int:
        """Free all failed deliveries for `take_up`; returns their number."""
        sql = "UPDATE deliveries SET state = 'acknowledged' WHERE state = 'failed'"
        return await self._do(lambda connection: connection.execute(sql).rowcount)

    async def close(self) -> None:
        """Close the file and end the thread; a later call opens the file again."""
        with self._lock:
            steps, self._steps = self._steps, None
            ended = self._ended
        if steps is not None:
            steps.put(None)
            await asyncio.wrap_future(ended)

    async def _change(self, change: str, token: str, *values: object) -> bool:
        sql = f"UPDATE deliveries SET {change} WHERE token = ?"  # noqa: S608 - constants of this class
        return await self._do(
            lambda connection: connection.execute(sql, (*values, token)).rowcount == 1
        )

    def _claim(self, connection: sqlite3.Connection, delivery: Delivery, lease: float) -> Claim:
        now = self._clock()
        self._prune(connection, now)
        number, state, until = _find(connection, delivery)
        if number is not None:
            connection.execute(_REMEMBER, (delivery.fingerprint, number))
        if state == "failed":
            freed = "UPDATE deliveries SET state = 'acknowledged' WHERE number = ?"
            connection.execute(freed, (number,))
        if state == "finished":
            return Claim("finished")
        if state in ("acknowledged", "failed"):
            return Claim("acknowledged")
        if until > now:
            return Claim("busy")
        return Claim("claimed", _lease(connection, number, delivery, now + lease))

    def _prune(self, connection: sqlite3.Connection, now: float) -> None:
        if now - self._pruned < _PRUNE:
            return
        self._pruned = now
        old = "SELECT number FROM deliveries WHERE state IN ('finished', 'working') AND until < ?"
        for table in ("known", "deliveries"):
            connection.execute(
                f"DELETE FROM {table} WHERE number IN ({old})",  # noqa: S608 - constants
                (now - self._keep,),
            )

    async def _do(self, step: Callable[[sqlite3.Connection], T]) -> T:
        future: Future[T] = Future()
        with self._lock:
            if self._steps is None:
                self._steps, self._ended = queue.SimpleQueue(), Future()
                self._ended.set_running_or_notify_cancel()  # a waiting caller cannot cancel it
                arguments = (self._steps, self._ended)
                threading.Thread(
                    target=self._run, args=arguments, name="deliveries", daemon=True
                ).start()
            self._steps.put((step, future))
        return await asyncio.wrap_future(future)

    def _run(
        self, steps: queue.SimpleQueue[tuple[Step, Future[Any]] | None], ended: Future[None]
    ) -> None:
        """Run queued steps, all waiting ones in one transaction, until None comes."""
        connection: sqlite3.Connection | None = None
        more = True
        while more:
            batch, more = _next(steps)
            if not batch:
                continue
            try:
                connection = connection or self._connect()
                answers = _transact(connection, [step for step, _ in batch])
            except Exception as error:  # noqa: BLE001 - every caller must get an answer
                for _, future in batch:
                    future.set_exception(FileError(f"{self._path}: {error}"))
            else:
                for (_, future), answer in zip(batch, answers, strict=True):
                    future.set_result(answer)
        if connection is not None:
            connection.close()
        ended.set_result(None)

    def _connect(self) -> sqlite3.Connection:
        os.close(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600))
        connection = sqlite3.connect(self._path, timeout=_PATIENCE, isolation_level=None)
        try:
            empty = _is_empty(connection)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            if empty:
                connection.executescript(_SCHEMA)
        except BaseException:
            connection.close()
            raise
        return connection


def _next(
    steps: queue.SimpleQueue[tuple[Step, Future[Any]] | None],
) -> tuple[list[tuple[Step, Future[Any]]], bool]:
    """Wait for a step; return all waiting steps, and whether more may come."""
    batch: list[tuple[Step, Future[Any]]] = []
    waiting = steps.get()
    while waiting is not None:
        if waiting[1].set_running_or_notify_cancel():  # else its caller was cancelled
            batch.append(waiting)
        if len(batch) == _BATCH or steps.empty():
            return batch, True
        waiting = steps.get()
    return batch, False


def _transact(connection: sqlite3.Connection, steps: Sequence[Step]) -> list[Any]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        answers = [step(connection) for step in steps]
        connection.execute("COMMIT")
    except BaseException:
        with contextlib.suppress(sqlite3.Error):  # some failures have rolled it back already
            connection.execute("ROLLBACK")
        raise
    return answers


def _is_empty(connection: sqlite3.Connection) -> bool:
    """Return whether a file has no tables yet; raises if it has tables of another layout."""
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    (layout,) = connection.execute("PRAGMA user_version").fetchone()
    if tables and layout != _LAYOUT:
        raise sqlite3.DatabaseError(
            "it was written by another version, or is no file of deliveries: "
            "remove it, or give another path"
        )
    return not tables


def _find(
    connection: sqlite3.Connection, delivery: Delivery
) -> tuple[int | None, Literal["working", "acknowledged", "failed", "finished"], float]:
    """Return the number, the state and the end of the lease of a remembered delivery."""
    sql = "SELECT number, state, until FROM known JOIN deliveries USING (number) WHERE key = ?"
    found = (connection.execute(sql, (key,)).fetchone() for key in delivery.keys)
    return next(filter(None, found), (None, "working", 0.0))


def _lease(
    connection: sqlite3.Connection, number: int | None, delivery: Delivery, until: float
) -> str:
    """Write down a delivery that is claimed, with its keys; return the token."""
    token = uuid.uuid4().hex
    date = None if delivery.date is None else delivery.date.isoformat()
    content = (delivery.id, date, delivery.fingerprint, bytes(delivery.body))
    written = connection.execute(
        "INSERT OR REPLACE INTO deliveries VALUES (?, 'working', ?, ?, ?, ?, ?, ?)",
        (number, token, until, *content),
    )
    connection.executemany(_REMEMBER, [(key, written.lastrowid) for key in delivery.keys])
    return token


def _abandon(connection: sqlite3.Connection, token: str, *, failed: bool) -> bool:
    row = connection.execute(
        "SELECT number, state FROM deliveries WHERE token = ?", (token,)
    ).fetchone()
    if row is None:
        return False
    number, state = row
    if state == "working":
        connection.execute("DELETE FROM deliveries WHERE number = ?", (number,))
        connection.execute("DELETE FROM known WHERE number = ?", (number,))
        return True
    connection.execute(
        "UPDATE deliveries SET state = ?, token = NULL, until = 0 WHERE number = ?",
        ("failed" if failed else "acknowledged", number),
    )
    return True


def _take_up(
    connection: sqlite3.Connection, now: float, lease: float
) -> list[tuple[Delivery, str]]:
    rows = connection.execute(
        "SELECT number, id, date, fingerprint, body FROM deliveries "
        "WHERE state = 'acknowledged' AND until <= ? LIMIT 100",
        (now,),
    ).fetchall()
    taken = []
    for number, id, date, fingerprint, body in rows:
        token = uuid.uuid4().hex
        connection.execute(
            "UPDATE deliveries SET token = ?, until = ? WHERE number = ?",
            (token, now + lease, number),
        )
        moment = None if date is None else datetime.fromisoformat(date)
        payload = read_payload(body)
        delivery = Delivery(id=id, date=moment, payload=payload, fingerprint=fingerprint, body=body)
        taken.append((delivery, token))
    return taken
