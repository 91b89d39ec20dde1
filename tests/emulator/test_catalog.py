from __future__ import annotations

import json
import tomllib

from scalr_async import _catalog
from tools.generate.__main__ import DOCUMENT, OVERLAY
from tools.generate.document import catalog
from tools.generate.overlay import apply, complete


def test_it_is_read_once():
    assert _catalog.load() is _catalog.load()


def test_it_has_every_operation_of_the_document():
    document = complete(json.loads(DOCUMENT.read_text()), tomllib.loads(OVERLAY.read_text()))
    operations = {op["operationId"] for item in document["paths"].values() for op in item.values()}
    assert {route.name for route in _catalog.load().routes} == operations
    assert len(operations) == 345


def test_building_it_twice_gives_the_same_bytes():
    mended = apply(json.loads(DOCUMENT.read_bytes()), tomllib.loads(OVERLAY.read_text()))
    assert catalog(mended) == catalog(json.loads(json.dumps(mended)))


def test_a_route():
    routes = {route.name: route for route in _catalog.load().routes}
    route = routes["get_workspaces"]
    assert (route.method, route.path, route.schema) == ("GET", "/workspaces", "Workspace")
    assert (route.operation, route.many, route.paginated) == ("list", True, True)
    assert "agent-pool" in route.include
    assert "updated-at" in route.sort
    assert "workspaces" in route.fields
    assert (route.statuses, route.errors) == ((200,), (404,))
    assert "filter[run][status]" in [f.parameter for f in route.filters]
    assert routes["add_workspace_tags"].linkage == "tags"
    assert routes["lock_workspace"].body == "Reason"
    assert routes["invite_user_to_account"].body == "UserInvite"
    assert routes["create_access_token"].operation == "create"


def test_a_schema():
    pool = _catalog.load().schemas["AgentPool"]
    assert pool.type == "agent-pools"
    assert pool.attributes["name"].required
    assert pool.attributes["in-use"].read_only
    headers = pool.attributes["webhook-headers"]
    assert (headers.kind, headers.nullable) == ("array", True)
    assert headers.items is not None
    assert headers.items.fields["value"].nullable
    assert pool.relationships["workspaces"].many
    assert pool.relationships["environment"].target == "environments"
    assert "self" in pool.links
    assert _catalog.load().objects["Reason"].fields["reason"].kind == "string"
