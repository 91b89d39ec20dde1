"""A short soak: every write exactly once or reported unknown, and nothing grows."""

from __future__ import annotations

from typing import Any

import pytest

from tests.faults.common import quietly
from tests.faults.soak import soak

pytestmark = pytest.mark.unmeasured

SECONDS, TASKS = 5.0, 60
"""`nox -s soak` runs ten minutes, with 200 tasks."""


async def test_soak_every_write_is_done_once_or_reported_unknown(record_property: Any) -> None:
    with quietly():
        ledger = await soak(SECONDS, tasks=TASKS)
    files, tasks, memory = ledger.growth()
    record_property("calls", ledger.calls.total())
    record_property("exchanges broken", ledger.faults)

    assert ledger.wrong == []
    assert ledger.doubled == []
    assert ledger.is_telling
    assert (files <= 32, tasks <= 100, memory <= 32 * 2**20) == (True, True, True)
