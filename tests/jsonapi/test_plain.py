"""Resources as plain values, and what `repr` and rich show of them."""

from __future__ import annotations

import enum
import json
import pprint
import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.pretty import pretty_repr

from scalr_async import UNSET, InvalidArgumentError, Ref, Resource, ScalrClient, Secret
from scalr_async._values import SecretBytes
from scalr_async.emulator import Emulator
from scalr_async.jsonapi import codec_for, schema_of
from scalr_async.jsonapi._resource import UnknownResource
from scalr_async.jsonapi._schema import is_nested
from scalr_async.resources import (
    AgentPool,
    AgentPoolWebhookHeader,
    Variable,
    Workspace,
    _generated,
)
from tests.generate.test_models import CANARY, CLASSES, document, each_class, everything, full

NESTED = [
    found
    for name in _generated.NAMES
    if is_nested(found := getattr(__import__("scalr_async.resources").resources, name))
]


def texts(value: Any) -> Iterator[Any]:
    """Yield every value inside plain values."""
    if isinstance(value, dict):
        for key, item in value.items():
            assert type(key) is str
            yield from texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts(item)
    else:
        yield value


@each_class
def test_everything_that_was_sent_is_there_as_json_has_it(cls: type[Resource]) -> None:
    schema, resource = schema_of(cls), full(cls)

    plain = resource.to_dict()

    assert json.loads(json.dumps(plain, allow_nan=False)) == plain
    assert list(plain) == ["type", "id", *schema.attributes, *schema.relationships]
    assert {type(value) for value in texts(plain)} <= {str, int, float, bool, type(None)}
    assert CANARY not in json.dumps(plain)
    for name, field in schema.attributes.items():
        given = getattr(resource, name)
        if field.hidden or type(given) is Secret:
            assert plain[name] == "<redacted>"
        elif isinstance(given, datetime):
            assert datetime.fromisoformat(plain[name]) == given
        elif isinstance(given, str | int | bool | None):
            assert plain[name] == given
    for name, link in schema.relationships.items():
        given = getattr(resource, name)
        refs = given if link.many else (given,)
        expected = [{"type": ref.type, "id": ref.id} for ref in refs]
        assert plain[name] == (expected if link.many else expected[0])


@each_class
def test_what_was_not_sent_is_left_out_and_null_is_none(cls: type[Resource]) -> None:
    schema = schema_of(cls)
    nulls = dict.fromkeys((f.wire for f in schema.attributes.values()), None)
    sparse = codec_for(cls).read_one(document(cls, {}, {}))
    null = codec_for(cls).read_one(document(cls, nulls, {}))

    assert sparse.to_dict() == {"type": cls.type, "id": "x-1"}
    assert null.to_dict() == sparse.to_dict() | dict.fromkeys(schema.attributes, None)
    assert cls(id="x-1").to_dict() == sparse.to_dict()


@each_class
def test_a_relationship_that_is_not_included_stays_a_ref(cls: type[Resource]) -> None:
    resource = full(cls)

    assert resource.to_dict(include=list(schema_of(cls).relationships)) == resource.to_dict()
    with pytest.raises(InvalidArgumentError, match="no such relationship"):
        resource.to_dict(include=["nonsense"])


@pytest.mark.parametrize("cls", NESTED, ids=lambda cls: cls.__name__)
def test_an_object_inside_an_attribute_is_plain_too(cls: Any) -> None:
    some = {field.name: "x" for field in attrs.fields(cls)}

    assert cls().to_dict() == {}
    assert repr(cls()) == f"{cls.__name__}()"
    plain = cls(**some).to_dict()
    assert list(plain) == list(some)
    hidden = {field.name for field in attrs.fields(cls) if not field.repr}
    assert all(plain[name] == "<redacted>" for name in hidden)
    assert dict(cls(**some).__rich_repr__()).keys() == some.keys() - hidden


@each_class
def test_no_way_to_show_a_resource_shows_a_secret(cls: type[Resource]) -> None:
    resource = full(cls)
    shown = [
        repr(resource),
        str(resource),
        pprint.pformat(resource),
        pretty_repr(resource),
        pretty_repr(resource, max_string=5),
        repr(resource.to_dict()),
        pretty_repr([resource, {"it": resource}], expand_all=True),
    ]

    for text in shown:
        assert CANARY not in text
        assert CANARY[:6] not in text


def test_rich_shows_what_repr_shows() -> None:
    header = AgentPoolWebhookHeader(name="X-Key", sensitive=True, value="hush")
    pool = AgentPool(id="apool-1", name="eu", webhook_headers=(header,), workspaces=())

    assert pretty_repr(pool, max_width=400) == repr(pool)
    assert repr(pool) == (
        "AgentPool(id='apool-1', name='eu', webhook_headers=(AgentPoolWebhookHeader("
        "name='X-Key', sensitive=True, value=<redacted>),))"
    )


def included(*resources: tuple[str, str, dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "type": type_,
            "id": id_,
            "attributes": {"name": id_},
            "relationships": {name: {"data": data} for name, data in links.items()},
        }
        for type_, id_, links in resources
    ]


def ref(type_: str, id_: str) -> dict[str, str]:
    return {"type": type_, "id": id_}


def test_included_resources_stand_in_place_of_their_refs_where_they_are_asked_for() -> None:
    body = {
        "data": included(
            (
                "agent-pools",
                "apool-1",
                {
                    "workspaces": [ref("workspaces", "ws-1"), ref("workspaces", "ws-2")],
                    "environments": [ref("environments", "env-1")],
                    "account": ref("accounts", "acc-1"),
                },
            )
        )[0],
        "included": included(
            ("workspaces", "ws-1", {"environment": ref("environments", "env-1")}),
            ("environments", "env-1", {}),
        ),
    }
    pool = codec_for(AgentPool).read_one(json.dumps(body).encode())

    plain = pool.to_dict(include=["workspaces", "account"])

    assert plain["workspaces"] == [
        ref("workspaces", "ws-1") | {"name": "ws-1", "environment": ref("environments", "env-1")},
        ref("workspaces", "ws-2"),
    ]
    assert plain["environments"] == [ref("environments", "env-1")]
    assert plain["account"] == ref("accounts", "acc-1")
    assert pool.to_dict(include="environments")["environments"] == [
        ref("environments", "env-1") | {"name": "env-1"}
    ]


def test_resources_that_include_one_another_end() -> None:
    pools = [ref("agent-pools", f"apool-{number}") for number in range(20)]
    workspaces = [ref("workspaces", f"ws-{number}") for number in range(20)]
    links = {"workspaces": workspaces}
    body = {
        "data": included(("agent-pools", "apool-0", links))[0],
        "included": [
            *included(*(("agent-pools", each["id"], links) for each in pools)),
            *included(
                *(("workspaces", each["id"], {"agent-pool": pools[0]}) for each in workspaces)
            ),
        ],
    }
    pool = codec_for(AgentPool).read_one(json.dumps(body).encode())
    assert pool.workspaces[3].resource.agent_pool.resource.workspaces[3].resource is not None

    plain = pool.to_dict(include=list(schema_of(AgentPool).relationships))

    assert [each["name"] for each in plain["workspaces"]] == [each["id"] for each in workspaces]
    assert {json.dumps(each["agent_pool"]) for each in plain["workspaces"]} == {
        json.dumps(pools[0])
    }


class Color(enum.Enum):
    RED = "red"


VALUES = {
    "an enumeration": (Color.RED, "red"),
    "infinity": (float("inf"), None),
    "not a number": (float("nan"), None),
    "a number": (1.5, 1.5),
    "bytes that are secret": (SecretBytes(b"hush"), "<redacted>"),
    "a secret": (Secret("hush"), "<redacted>"),
    "a day": (date(2026, 11, 23), "2026-11-23"),
    "a naive time": (datetime(2026, 11, 23, 18), "2026-11-23T18:00:00"),
    "a time with a zone": (
        datetime(2026, 11, 23, 18, tzinfo=timezone(timedelta(hours=2))),
        "2026-11-23T18:00:00+02:00",
    ),
    "an exact number": (Decimal("1.10"), "1.10"),
    "what nobody knows": (uuid.UUID(int=1), "00000000-0000-0000-0000-000000000001"),
    "a set": ({"x"}, ["x"]),
    "a mapping": (
        {1: {"at": datetime(2026, 11, 23, tzinfo=UTC)}},
        {"1": {"at": "2026-11-23T00:00:00+00:00"}},
    ),
    "a ref": (Ref("tags", "tag-1"), {"type": "tags", "id": "tag-1"}),
}


@pytest.mark.parametrize(("value", "plain"), VALUES.values(), ids=VALUES)
def test_values_of_converters_and_callers_are_plain_too(value: Any, plain: Any) -> None:
    pool = AgentPool(id="apool-1", name=value, features=[value])

    assert pool.to_dict() == {
        "type": "agent-pools",
        "id": "apool-1",
        "name": plain,
        "features": [plain],
    }


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3)
    ),
    max_leaves=9,
)


@given(JSON)
def test_any_json_stays_json(value: Any) -> None:
    plain = AgentPool(id="apool-1", name=value).to_dict()["name"]

    assert json.loads(json.dumps(plain, allow_nan=False)) == plain


def test_a_secret_that_is_empty_or_hidden_is_redacted_as_well() -> None:
    for value in ("", "hush"):
        assert Variable(id="var-1", value=value).to_dict()["value"] == "<redacted>"
    assert Variable(id="var-1", value=None).to_dict()["value"] is None
    assert Variable(id="var-1", value=UNSET).to_dict() == {"type": "vars", "id": "var-1"}


def test_an_object_without_an_id_has_none() -> None:
    read = codec_for(AgentPool).read_one(b'{"data": {"type": "agent-pools", "attributes": {}}}')

    assert read.to_dict() == {"type": "agent-pools"}


def test_a_resource_of_an_unknown_type_has_type_and_id() -> None:
    assert UnknownResource(id="x-1").to_dict() == {"type": "", "id": "x-1"}


async def test_a_workspace_from_the_server_goes_to_json_and_links_stay_behind(
    emu: Emulator, scalr: ScalrClient
) -> None:
    emu.seed(environments=1, workspaces=1, pools=1, agents=0)
    workspace = await scalr.workspaces.list(include=["environment"]).one()

    plain = json.loads(json.dumps(workspace.to_dict(include=["environment"])))

    assert plain["environment"]["name"] == workspace.environment.resource.name
    assert plain["created_at"] == workspace.created_at.isoformat()
    assert "links" not in plain
    assert isinstance(workspace, Workspace)


def test_the_tests_above_look_at_every_class() -> None:
    assert len(CLASSES) > 60
    assert len(NESTED) > 15
    assert all(everything(cls) for cls in CLASSES)
