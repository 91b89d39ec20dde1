"""Ten thousand replies with bytes changed at random: only our errors come out, and soon."""

from __future__ import annotations

from typing import Any

import pytest

from tests.faults.fuzz import throw

pytestmark = pytest.mark.unmeasured

REPLIES = 10_000
"""`nox -s fuzz` throws 200 000."""


@pytest.mark.parametrize("seed", range(4))
async def test_fuzz_only_typed_errors_come_of_mutated_replies(
    seed: int, record_property: Any
) -> None:
    ends = await throw(REPLIES // 4, seed)
    record_property("replies", ends.total())

    assert ends.total() == REPLIES // 4
    assert ends["no error"]
    assert {"ProtocolError", "PayloadError", "DecodeError"} <= ends.keys()
