"""The overlay: every entry changes the document, says why, and names what is there."""

from __future__ import annotations

import json
import re
import tomllib
from typing import Any

import pytest

from tools.generate.__main__ import DOCUMENT, OVERLAY
from tools.generate.overlay import SURENESS, OverlayError, apply, complete, entries

OVERLAID = tomllib.loads(OVERLAY.read_text())
DATA = json.loads(DOCUMENT.read_bytes())
ENTRIES = list(entries(OVERLAID))


def around(name: str) -> dict[str, Any]:
    """Return the part of the document that has what an entry names: copying all of it is slow."""
    head = re.split(r"[.?]", name)[0]
    schemas = {key: node for key, node in DATA["components"]["schemas"].items() if key == head}
    paths = {
        path: item
        for path, item in DATA["paths"].items()
        if any(head in {"", node["operationId"]} for node in item.values())
    }
    return {"components": {"schemas": schemas}, "paths": paths}


@pytest.mark.parametrize("entry", ENTRIES, ids=[e["names"][0] for e in ENTRIES])
def test_an_entry_changes_the_document_and_would_be_idle_a_second_time(
    entry: dict[str, Any],
) -> None:
    for name in entry["names"]:
        document = around(name)
        for key, value in entry["set"].items():
            alone = {"fields": [{"names": [name], "set": {key: value}, "reason": "r"}]}

            mended = apply(document, alone)

            assert mended != document
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


ADDITIONS = OVERLAID["additions"]
ATTRIBUTE = {"name": "Tag.color", "node": {"type": "string"}, "source": "s", "sure": "official"}


def added(**changes: Any) -> dict[str, Any]:
    return {"additions": [ATTRIBUTE | changes]}


@pytest.mark.parametrize("addition", ADDITIONS, ids=[a["name"] for a in ADDITIONS])
def test_an_addition_names_its_source_and_would_be_refused_a_second_time(
    addition: dict[str, Any],
) -> None:
    completed = complete(DATA, {"additions": [addition]})

    assert completed != DATA
    assert addition["source"].endswith(".")
    assert addition["sure"] in SURENESS
    with pytest.raises(OverlayError, match="there without the overlay"):
        complete(completed, {"additions": [addition]})


def test_what_is_added_stands_where_its_name_says() -> None:
    operation = {"operationId": "list_colors", "responses": {}}
    additions = [
        ATTRIBUTE,
        ATTRIBUTE | {"name": "Color", "node": {"type": "object"}},
        ATTRIBUTE | {"name": "get_tag?filter[color]", "node": {"schema": {}}},
        ATTRIBUTE | {"name": "GET /colors", "node": operation},
        ATTRIBUTE | {"name": "POST /tags/{tag}", "node": {"operationId": "paint"}},
        ATTRIBUTE | {"name": "list_colors?sort", "node": {"schema": {}}},
    ]

    completed = complete(DATA, {"additions": additions})

    schemas = completed["components"]["schemas"]
    assert schemas["Tag"]["properties"]["attributes"]["properties"]["color"] == {"type": "string"}
    assert schemas["Color"] == {"type": "object"}
    parameter = {"name": "filter[color]", "in": "query", "schema": {}}
    assert completed["paths"]["/tags/{tag}"]["get"]["parameters"][-1] == parameter
    assert completed["paths"]["/tags/{tag}"]["post"] == {"operationId": "paint"}
    sort = {"name": "sort", "in": "query", "schema": {}}
    assert completed["paths"]["/colors"]["get"] == operation | {"parameters": [sort]}


@pytest.mark.parametrize(
    ("overlay", "said"),
    [
        (added(source=""), "no source"),
        (added(sure="quite"), "how sure"),
        (added(name="Tag.name"), "there without the overlay"),
        (added(name="Tag"), "there without the overlay"),
        (added(name="list_tags?query"), "there without the overlay"),
        (added(name="GET /tags"), "there without the overlay"),
        (added(name="Tga.color"), "Tga: not in the document"),
        (added(name="list_tgas?color"), "list_tgas: not in the document"),
    ],
)
def test_an_addition_that_is_none_is_refused(overlay: dict[str, Any], said: str) -> None:
    with pytest.raises(OverlayError, match=said):
        apply(DATA, overlay)
