"""A process that is killed loses no delivery and works none again that it had finished.

SCALR_DELIVERIES says how many are sent; 10 000 take about a minute.
"""

from __future__ import annotations

import asyncio
import collections
import os
import sqlite3
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path

import aiohttp
import pytest

from tests.docs.pages import ROOT
from tests.webhooks.sender import BODY
from tests.webhooks.served import PATH, Answered, Sender, sending

pytestmark = pytest.mark.unmeasured

DELIVERIES = int(os.environ.get("SCALR_DELIVERIES", "400"))


@asynccontextmanager
async def service(
    database: Path, log: Path, port: int
) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.webhooks.crash", database, log, str(port)),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"listening\n"
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


def handled_so_far(log: Path) -> int:
    return log.read_bytes().count(b"\n")


def finished(database: Path) -> set[str]:
    with closing(sqlite3.connect(database)) as connection:
        rows = connection.execute("SELECT id FROM deliveries WHERE state = 'finished'")
        return {id for (id,) in rows}


async def persist(sender: Sender, number: int) -> None:
    """Send a delivery again until it is taken, as Scalr does."""
    while True:
        try:
            answered: Answered | None = await sender.post(f"wd-{number}", BODY + b" " * number)
        except aiohttp.ClientError:
            answered = None
        if answered is not None and answered.status in (200, 202):
            return
        await asyncio.sleep(0.05)


async def test_nothing_is_lost_or_handled_twice_over_a_kill(
    tmp_path: Path, unused_port: int, record_property: Callable[[str, object], None]
) -> None:
    database, log = tmp_path / "d.db", tmp_path / "log"
    ids = {f"wd-{number}" for number in range(DELIVERIES)}
    numbers = iter(range(DELIVERIES))

    async def send(sender: Sender) -> None:
        for number in numbers:
            await persist(sender, number)

    async with sending(f"http://127.0.0.1:{unused_port}{PATH}", keep=True) as sender:
        async with service(database, log, unused_port) as process:
            began = time.monotonic()
            senders = [asyncio.create_task(send(sender)) for _ in range(48)]
            while handled_so_far(log) < DELIVERIES // 2:
                await asyncio.sleep(0.02)
            rate = DELIVERIES / 2 / (time.monotonic() - began)
            process.kill()
            await process.wait()
        before = log.read_text().split()
        safe = finished(database)
        async with service(database, log, unused_port):
            await asyncio.gather(*senders)
            async with asyncio.timeout(30):
                while finished(database) != ids:
                    await asyncio.sleep(0.05)

    handled = collections.Counter(log.read_text().split())
    assert set(handled) == ids
    again = {id for id, times in handled.items() if times > 1}
    assert len(before) > len(again)
    assert again & safe == set()
    assert again <= set(before) - safe  # ended, and killed before that was written down
    assert max(handled.values()) <= 2
    record_property("deliveries", str(DELIVERIES))
    record_property("deliveries a second", f"{rate:.0f}")
    record_property("finished when killed", str(len(safe)))
    record_property("lost", str(len(ids - set(handled))))
    record_property("finished and handled again", str(len(again & safe)))
