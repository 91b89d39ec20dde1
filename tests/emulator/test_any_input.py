"""Whatever comes in is answered, and never with a fault of our own."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scalr_async import _catalog
from scalr_async._http import Headers
from scalr_async.emulator import Emulator, LoggedRequest

from .conftest import ACCOUNT, ENVIRONMENT
from .world import fill, target

EMULATOR = Emulator()
SEEDED = EMULATOR.seed(environments=1, workspaces=3, pools=1, agents=1, tags=1)
WORKSPACE = SEEDED.workspaces[0]
EMULATOR.create("configuration-versions", {"source": "vcs"}, {"workspace": WORKSPACE})
EMULATOR.run_step = math.inf
RUN = EMULATOR.create("runs", {}, {"workspace": WORKSPACE})
PARTS = [id for name in ("plan", "apply", "configuration-version") for id in RUN.related(name)]
OTHERS = [
    EMULATOR.create(
        type,
        {
            name: value
            for name, value in {"name": "x", "status": "pending"}.items()
            if name in EMULATOR._service.types[type].attributes
        },
    ).id
    for type in ("policy-checks", "cost-estimates", "service-accounts", "test-configurations")
]
ROUTES = [r for r in _catalog.load().routes if r.method != "DELETE"]
IDS = [
    ACCOUNT,
    ENVIRONMENT,
    RUN.id,
    *PARTS,
    *OTHERS,
    *SEEDED.workspaces,
    *SEEDED.pools,
    *SEEDED.tags,
    "x-none",
    "%ff",
    "a%2Fb",
]
NAMES = sorted(
    {
        name
        for schema in _catalog.load().schemas.values()
        for name in (*schema.attributes, *schema.relationships)
    }
)
TYPES = sorted({schema.type for schema in _catalog.load().schemas.values()})
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(IDS)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["data", "type", "id", "name", "value"]), inner, max_size=3
        )
    ),
    max_leaves=6,
)
IDENTIFIERS = st.fixed_dictionaries({"type": st.sampled_from(TYPES), "id": st.sampled_from(IDS)})
LINKAGE = st.fixed_dictionaries({"data": IDENTIFIERS | st.lists(IDENTIFIERS) | VALUES}) | VALUES
KEYS = st.lists(st.sampled_from(NAMES), min_size=1, max_size=3)
PARAMETERS = st.sampled_from(
    ["page[number]", "page[size]", "include", "sort", "query", "fields[workspaces]", "filter["]
) | KEYS.map(lambda names: f"filter[{']['.join(names)}]")
TEXTS = st.text() | st.sampled_from(
    ["in:", "like:", "between:", "between:1,2", "null", "1", "9" * 5000]
)


def answer(method, path, query=(), body=b""):
    request = LoggedRequest(
        method=method, path=path, query=tuple(query), headers=Headers(), body=body
    )
    found = EMULATOR._api.answer(request, authorization=f"Bearer {EMULATOR.token}")
    if found.headers.get("Content-Type", "application/json") == "application/json" and found.body:
        json.loads(found.body)
    return found.status


@settings(max_examples=400)
@given(
    st.sampled_from(ROUTES),
    st.lists(st.sampled_from(IDS), min_size=3, max_size=3),
    st.lists(st.tuples(PARAMETERS, TEXTS), max_size=3),
)
def test_queries(route, ids, query):
    path = route.path
    for id in ids:
        before, brace, after = path.partition("{")
        path = before + id + after.partition("}")[2] if brace else path
    assert answer("GET", path, query) in (200, 204, 302, 400, 404, 405, 422)


@pytest.mark.parametrize(
    "route", [r for r in ROUTES if r.operation == "list"], ids=lambda route: route.name
)
def test_filters_of_filters(route):
    """Every attribute and relationship, and what stands in it, by a key that is there or is not."""
    schema = _catalog.load().schemas[route.schema]
    path = fill(EMULATOR, route.path)
    target(EMULATOR, schema.type)
    documented = {f.name for f in route.filters}
    for name in (*schema.attributes, *schema.relationships):
        for key in ("x", "name", "x][name"):
            status = answer("GET", path, [(f"filter[{name}][{key}]", "1")])
            assert status in ((200, 400) if key == "name" else (400,)), (name, key)
    for name in documented:
        assert answer("GET", path, [(f"filter[{name.replace('.', '][')}]", "in:null,1")]) == 200
    field = next((f for f in schema.attributes.items() if (f[1].items or f[1]).fields), None)
    if field:
        for key in (field[1].items or field[1]).fields:
            assert answer("GET", path, [(f"filter[{field[0]}][{key}]", "1")]) == 200


@settings(max_examples=600)
@given(
    st.sampled_from([r for r in ROUTES if r.body and r.operation in ("create", "update")]),
    st.sampled_from(IDS),
    st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=4) | VALUES,
    st.dictionaries(st.sampled_from(NAMES), LINKAGE, max_size=4) | VALUES,
)
def test_documents(route, id, attributes, relationships):
    type = _catalog.load().schemas[route.body].type
    path = (
        route.path.replace(route.path[route.path.find("{") :], id)
        if "{" in route.path
        else route.path
    )
    data = {"type": type, "attributes": attributes, "relationships": relationships}
    body = json.dumps({"data": data}, allow_nan=True).encode("utf-8", "replace")
    assert answer(route.method, path, body=body) in (200, 201, 400, 403, 404, 405, 409, 422)


@settings(max_examples=200)
@given(
    st.sampled_from(ROUTES),
    st.sampled_from(SEEDED.workspaces),
    st.binary() | VALUES.map(lambda v: json.dumps(v).encode()),
)
def test_bodies(route, id, body):
    path = route.path
    while "{" in path:
        path = path[: path.find("{")] + id + path[path.find("}") + 1 :]
    for method in (route.method, "POST"):
        assert answer(method, path, body=body) not in (500, 502)


def test_headers_that_are_no_text():
    for header in ("Bearer \udcff", "Bearer \u20ac", "\x00"):
        request = LoggedRequest(method="GET", path="/tags")
        assert EMULATOR._api.answer(request, authorization=header).status == 401
