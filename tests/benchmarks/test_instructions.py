"""A page takes no more instructions than it did: the one figure that does not depend on load."""

from __future__ import annotations

import sys

import pytest

from benchmarks import instructions

RECORDED = instructions.RECORDED.get(sys.version_info[:2])


@pytest.mark.skipif(instructions.missing() is not None, reason=str(instructions.missing()))
@pytest.mark.skipif(RECORDED is None, reason="no ratio was recorded for this Python")
def test_decoding_a_page_takes_no_more_instructions_than_recorded() -> None:
    counts = instructions.count()
    assert counts.ratio <= RECORDED * 1.05, counts


def test_without_valgrind_the_reason_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(instructions.shutil, "which", lambda _: None)
    assert instructions.missing() == "valgrind is not installed"
