"""The overlay: every entry changes the document, says why, and names what is there."""

from __future__ import annotations

import json
import tomllib
from typing import Any

import pytest

from tools.generate.__main__ import DOCUMENT, OVERLAY
from tools.generate.overlay import OverlayError, apply, entries

OVERLAID = tomllib.loads(OVERLAY.read_text())
DATA = json.loads(DOCUMENT.read_bytes())
ENTRIES = list(entries(OVERLAID))


@pytest.mark.parametrize("entry", ENTRIES, ids=[e["names"][0] for e in ENTRIES])
def test_an_entry_changes_the_document_and_would_be_idle_a_second_time(
    entry: dict[str, Any],
) -> None:
    for name in entry["names"]:
        for key, value in entry["set"].items():
            alone = {"fields": [{"names": [name], "set": {key: value}, "reason": "r"}]}

            mended = apply(DATA, alone)

            assert mended != DATA
            with pytest.raises(OverlayError):
                apply(mended, alone)


def test_the_document_itself_is_left_alone() -> None:
    before = DOCUMENT.read_bytes()

    apply(DATA, OVERLAID)

    assert json.loads(before) == DATA


@pytest.mark.parametrize(
    ("overlay", "said"),
    [
        ({"fields": [{"names": ["Tag.name"], "set": {"x-secret": True}}]}, "no reason"),
        ({"fields": [{"names": ["Tag.nam"], "reason": "r", "set": {}}]}, "Tag.nam"),
        ({"fields": [{"names": ["Tga.name"], "reason": "r", "set": {}}]}, "Tga.name"),
        ({"fields": [{"names": ["Tag.name.x.y"], "reason": "r", "set": {}}]}, "Tag.name.x.y"),
        ({"schemas": [{"names": ["Tga"], "reason": "r", "set": {}}]}, "Tga"),
        ({"operations": [{"names": ["get_tga"], "reason": "r", "set": {}}]}, "get_tga"),
        ({"operations": [{"names": ["get_tag.499"], "reason": "r", "set": {}}]}, "get_tag.499"),
        ({"parameters": [{"names": ["?qeury"], "reason": "r", "set": {}}]}, "qeury"),
        ({"parameters": [{"names": ["get_tag?query"], "reason": "r", "set": {}}]}, "get_tag.query"),
        ({"fields": [{"names": ["Tag.name"], "reason": "r", "set": {"type": "string"}}]}, "type"),
        ({"texts": {"Tag": {"nam": "A text."}}}, "Tag.nam"),
        ({"summaries": {"get_tga": "Read"}}, "get_tga"),
    ],
)
def test_an_entry_that_does_nothing_is_refused(overlay: dict[str, Any], said: str) -> None:
    with pytest.raises(OverlayError, match=said):
        apply(DATA, overlay)


def test_null_of_a_relationship_is_a_matter_of_its_data() -> None:
    entry = {"names": ["Tag.account"], "reason": "r", "set": {"nullable": False}}

    mended = apply(DATA, {"fields": [entry]})

    relationships = mended["components"]["schemas"]["Tag"]["properties"]["relationships"]
    account = relationships["properties"]["account"]
    assert account["properties"]["data"]["nullable"] is False
    assert "nullable" not in account
