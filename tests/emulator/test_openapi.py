"""The OpenAPI document of a host: complete, consistent, and enough for the official CLI."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest

from scalr_async.emulator import Emulator

from .conftest import Api
from .world import CATALOG

PUBLIC = "/openapi-public.yml"


async def fetch(emu: Emulator, path: str = PUBLIC, **headers: str) -> Any:
    async with aiohttp.ClientSession() as session:
        url = f"{emu.url}/api/iacp/v3{path}"
        async with session.get(url, headers=headers) as answer:
            assert answer.status == 200
            return json.loads(await answer.read())


@pytest.fixture
async def document(emu) -> Any:
    return await fetch(emu)


def operations(document: Any) -> dict[str, tuple[str, str, Any]]:
    return {
        node["operationId"]: (path, method, node)
        for path, item in document["paths"].items()
        for method, node in item.items()
    }


def nodes(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        for value in node.values():
            yield from nodes(value)
    elif isinstance(node, list):
        for value in node:
            yield from nodes(value)


async def test_its_server_is_the_one_that_was_asked(emu):
    for path in (PUBLIC, "/openapi-preview.yml"):
        assert (await fetch(emu, path))["servers"] == [{"url": f"{emu.url}/api/iacp/v3"}]
    document = await fetch(emu, Host="acme.scalr.io")
    assert document["servers"] == [{"url": "http://acme.scalr.io/api/iacp/v3"}]
    assert urlsplit(document["servers"][0]["url"]).path == "/api/iacp/v3"


async def test_it_has_every_operation_with_words_and_tags(document):
    found = operations(document)
    assert set(found) == {route.name for route in CATALOG.routes}
    known = [tag["name"] for tag in document["tags"]]
    assert sorted(set(known)) == known
    assert all(tag["description"] for tag in document["tags"])
    for path, _, node in found.values():
        assert node["summary"].strip()
        assert node["tags"]
        assert set(node["tags"]) <= set(known)
        assert all(answer["description"] for answer in node["responses"].values())
        assert all(p["description"] and p["schema"] for p in node.get("parameters", ()))
        ids = {p["name"] for p in node.get("parameters", ()) if p["in"] == "path"}
        assert ids == set(re.findall(r"{(\w+)}", path))
        assert all(p["required"] for p in node.get("parameters", ()) if p["in"] == "path")
    assert all(schema["description"] for schema in document["components"]["schemas"].values())
    described = document["components"]["schemas"]["AgentPool"]["properties"]["attributes"]
    assert "unique" in described["properties"]["name"]["description"].lower()


async def test_it_is_consistent(document):
    assert document["openapi"].startswith("3.0.")
    assert document["security"] == [{"bearer": []}]
    assert set(document["components"]) >= {"schemas", "securitySchemes"}
    for node in nodes(document):
        if isinstance(reference := node.get("$ref"), str):
            _, *place = reference.split("/")
            found = document
            for key in place:
                found = found[key]
        if node.get("type") == "array":
            assert isinstance(node["items"], dict)
        if isinstance(needed := node.get("required"), list):
            assert set(needed) <= set(node["properties"])
        assert not [k for k in node if k.startswith("x-") and k != "x-resource"]


async def test_its_answers_name_what_is_answered(document):
    found = operations(document)
    for route in CATALOG.routes:
        node = found[route.name][2]
        assert {int(s) for s in node["responses"] if s.isdigit()} == {
            *route.statuses,
            *route.errors,
        }
        contents = [a["content"] for a in node["responses"].values() if "content" in a]
        if route.schema:
            (content,) = contents
            shown = content["application/vnd.api+json"]["schema"]
            assert "/components/schemas/" in shown["$ref"]
            assert ("text/csv" in content) is ("format" in route.query)


async def test_tokens_are_for_all_but_what_gives_them(document):
    free = {name for name, (_, _, node) in operations(document).items() if "security" in node}
    assert free == {"assume_service_account", "logout", "oauth_signin", "oauth_signup"}


class Commands:
    """Makes requests out of nothing but the document, the way that the official CLI does.

    A flag is what stands in a path, a query, or a body: `name` for `data.attributes.name`,
    `environment-id` for the id in a relationship. What can have one value only has it.
    """

    def __init__(self, api: Api, document: Any) -> None:
        self.api = api
        self.schemas = document["components"]["schemas"]
        self.base = urlsplit(document["servers"][0]["url"]).path
        self.found = operations(document)

    def resolve(self, node: Any) -> Any:
        while isinstance(reference := node.get("$ref"), str):
            node = self.schemas[reference.rpartition("/")[2]]
        return node

    def leaves(
        self, node: Any, path: tuple[str, ...] = ()
    ) -> Iterator[tuple[tuple[str, ...], Any]]:
        """Yield each writable value of a body that is no object: its keys, its schema."""
        for name, field in self.resolve(node).get("properties", {}).items():
            schema = self.resolve(field)
            if schema.get("readOnly"):
                continue
            if schema.get("type") == "object":
                yield from self.leaves(schema, (*path, name))
            else:
                yield (*path, name), schema

    @staticmethod
    def flag(keys: tuple[str, ...]) -> str:
        if keys[:2] == ("data", "attributes"):
            return "-".join(keys[2:])
        if keys[:2] == ("data", "relationships"):
            return f"{keys[2]}-{keys[-1]}"
        return "-".join(keys).removeprefix("data-")

    def body(self, schema: Any, flags: dict[str, str]) -> Any:
        document: dict[str, Any] = {}
        for keys, field in self.leaves(schema):
            only = field.get("enum", ()) if len(field.get("enum", ())) == 1 else ()
            value = flags.pop(self.flag(keys), None)
            if keys[1:2] == ("relationships",) and keys[-1] == "type":
                named = f"{keys[2]}-id" in self.given
                value = only[0] if only and named else None
            elif keys == ("data", "type"):
                value = only[0]
            if value is None:
                continue
            place = document
            for key in keys[:-1]:
                place = place.setdefault(key, {})
            place[keys[-1]] = value == "true" if field.get("type") == "boolean" else value
        return document or None

    async def __call__(self, command: str, **flags: str) -> Any:
        path, method, node = self.found[command.replace("-", "_")]
        flags = {name.replace("_", "-"): value for name, value in flags.items()}
        self.given = set(flags)
        query = {"page[size]": "100", "page[number]": "1"}
        for parameter in node.get("parameters", ()):
            name = parameter["name"]
            value = flags.pop(name.replace("[", "-").replace("]", "").replace("_", "-"), None)
            if parameter["in"] == "path":
                path = path.replace(f"{{{name}}}", str(value))
            elif value is not None:
                query[name] = value
        headers, data = {}, b""
        for media, content in node.get("requestBody", {}).get("content", {}).items():
            headers["Content-Type"] = media
            data = json.dumps(self.body(content["schema"], flags)).encode()
        assert not flags, f"{command} has no flags {flags}"
        url = f"{self.api.emu.url}{self.base}{path}"
        headers["Authorization"] = f"Bearer {self.api.token}"
        async with self.api.session.request(
            method, url, params=query, data=data, headers=headers
        ) as answer:
            text = await answer.read()
            shown = json.loads(text)["data"] if answer.status < 300 and text else None
            return answer.status, shown


@pytest.fixture
def cli(api, document) -> Commands:
    return Commands(api, document)


async def test_the_command_line_has_flags_for_every_operation(cli):
    for _, (_, _, node) in cli.found.items():
        for content in node.get("requestBody", {}).get("content", {}).values():
            flags = [cli.flag(keys) for keys, _ in cli.leaves(content["schema"])]
            assert flags
            assert all(flags)


async def test_tags_by_the_command_line(cli):
    assert await cli("list-tags") == (200, [])
    status, tag = await cli("create-tag", name="test-tag")
    assert status == 201
    assert (await cli("get-tag", tag=tag["id"]))[1]["attributes"]["name"] == "test-tag"
    assert (await cli("update-tag", tag=tag["id"], name="test-tag-2"))[0] == 200
    assert (await cli("list-tags", filter_name="test-tag-2"))[1][0]["id"] == tag["id"]
    assert await cli("delete-tag", tag=tag["id"]) == (204, None)
    assert (await cli("get-tag", tag=tag["id"]))[0] == 404


async def test_workspaces_by_the_command_line(cli):
    status, home = await cli("create-environment", name="automated-test")
    assert status == 201
    status, made = await cli("create-workspace", environment_id=home["id"], name="automated-test")
    assert status == 201
    ids = {"workspace": made["id"]}
    assert (await cli("get-workspace", **ids))[1]["attributes"]["name"] == "automated-test"
    assert (await cli("update-workspace", **ids, name="automated-test-2"))[0] == 200
    assert (await cli("lock-workspace", **ids))[0] == 200
    assert (await cli("unlock-workspace", **ids))[0] == 200
    assert (await cli("lock-workspace", **ids, reason="because"))[1]["attributes"]["locked"] is True
    assert (await cli("unlock-workspace", **ids))[0] == 200
    assert (await cli("get-workspaces", filter_environment=home["id"], include="tags"))[0] == 200
    assert (await cli("delete-workspace", **ids))[0] == 204
    assert (await cli("delete-environment", environment=home["id"]))[0] == 204


async def test_pools_by_the_command_line(cli):
    status, pool = await cli("create-agent-pool", name="p", vcs_enabled="true")
    assert (status, pool["attributes"]["vcs-enabled"]) == (201, True)
    status, token = await cli("create-agent-pool-token", agent_pool=pool["id"], description="d")
    assert (status, token["attributes"]["description"]) == (201, "d")
    assert (await cli("delete-agent-pool", agent_pool=pool["id"]))[0] == 204
