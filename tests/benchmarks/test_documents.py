"""The workspaces of the static server are whole: the figures stand for what Scalr sends."""

from __future__ import annotations

import json

import pytest

from benchmarks.documents import Pages, included, name_of, workspace
from scalr_async import _catalog

SCHEMAS = ("Workspace", "Environment", "AgentPool", "Tag", "User")


@pytest.mark.parametrize("schema", SCHEMAS)
def test_resources_have_every_attribute_and_relationship_of_the_schema(schema: str) -> None:
    described = _catalog.load().schemas[schema]
    sent = [item for item in [workspace(3), *included()] if item["type"] == described.type]
    assert sent
    for item in sent:
        assert item["attributes"].keys() == described.attributes.keys()
        assert item["relationships"].keys() == described.relationships.keys()


def test_nested_attributes_have_every_field_of_the_schema() -> None:
    described = _catalog.load().schemas["Workspace"].attributes
    attributes = workspace(0)["attributes"]
    for name in ("hooks", "vcs-repo"):
        assert attributes[name].keys() == described[name].fields.keys()


def test_relationships_lead_to_what_is_included() -> None:
    there = {(item["type"], item["id"]) for item in included()}
    links = workspace(39)["relationships"]
    for name in ("environment", "agent-pool", "created-by"):
        assert (links[name]["data"]["type"], links[name]["data"]["id"]) in there
    assert {(tag["type"], tag["id"]) for tag in links["tags"]["data"]} <= there


@pytest.mark.parametrize("total", [250, 10_001])
def test_pages_hold_every_workspace_once(total: int) -> None:
    pages = Pages(total)
    last = -(-total // 100)
    documents = [json.loads(pages.page(n, 100, include=False)) for n in (1, 2, last)]
    ids = [item["id"] for document in documents for item in document["data"]]
    assert ids[:200] == [name_of(n) for n in range(200)]
    assert ids[-1] == name_of(total - 1)
    assert [document["meta"]["pagination"]["next-page"] for document in documents] == [2, 3, None]
    assert documents[-1]["links"]["next"] is None
    assert all("included" not in document for document in documents)


def test_workspaces_beyond_the_prepared_ones_have_names_of_their_own() -> None:
    pages = Pages(1_000)
    assert json.loads(pages.item(Pages.PREPARED + 1))["id"] == name_of(Pages.PREPARED + 1)


def test_a_page_with_included_is_the_same_page_with_more() -> None:
    pages = Pages(100)
    plain, more = (json.loads(pages.page(1, 100, include=include)) for include in (False, True))
    assert more.pop("included") == included()
    assert more == plain
