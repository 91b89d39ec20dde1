from __future__ import annotations

import io
import json
from typing import Any

import aiohttp
import pytest

from scalr_async.emulator import Emulator

ACCOUNT = "acc-svrcncgh453bi8g"
ENVIRONMENT = "env-svrcnchebt61e30"
TEAM = "team-v0os7i01qr63263l1"
JSONAPI = "application/vnd.api+json"


class Api:
    """Speaks plain HTTP to the emulator, as a client that knows nothing of it would."""

    def __init__(self, emu: Emulator, session: aiohttp.ClientSession) -> None:
        self.emu = emu
        self.session = session
        self.token: str = emu.token
        self.headers: dict[str, str] = {}

    async def raw(self, method: str, path: str, **options: Any) -> tuple[int, Any, bytes]:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": JSONAPI}
        headers |= options.pop("headers", {})
        url = f"{self.emu.url}/api/iacp/v3{path}"
        async with self.session.request(method, url, headers=headers, **options) as answer:
            return answer.status, answer.headers, await answer.read()

    async def __call__(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        data = None if body is None else io.BytesIO(json.dumps(body).encode())
        status, headers, answer = await self.raw(method, path, data=data)
        if answer:
            assert headers["Content-Type"].startswith((JSONAPI, "application/json"))
        return status, json.loads(answer) if answer else None

    async def get(self, path: str) -> Any:
        status, document = await self("GET", path)
        assert status == 200, document
        return document

    async def ids(self, path: str) -> list[str]:
        return [resource["id"] for resource in (await self.get(path))["data"]]

    async def create(
        self, path: str, type: str, attributes: Any = None, relationships: Any = None
    ) -> Any:
        status, document = await self(
            "POST", path, resource(type, attributes or {}, relationships or {})
        )
        assert status == 201, document
        return document["data"]

    async def patch(
        self, one: Any, path: str, attributes: Any = None, relationships: Any = None
    ) -> tuple[int, Any]:
        body = resource(one["type"], attributes, relationships)
        return await self("PATCH", f"{path}/{one['id']}", body)

    async def workspace(self, name: str, **relationships: Any) -> Any:
        return await self.create(
            "/workspaces",
            "workspaces",
            {"name": name},
            {"environment": one("environments", ENVIRONMENT), **relationships},
        )


def one(type: str, id: str | None) -> Any:
    return {"data": None if id is None else {"type": type, "id": id}}


def many(type: str, *ids: str) -> Any:
    return {"data": [{"type": type, "id": id} for id in ids]}


def resource(type: str, attributes: Any = None, relationships: Any = None) -> Any:
    data: dict[str, Any] = {"type": type}
    if attributes is not None:
        data["attributes"] = attributes
    if relationships is not None:
        data["relationships"] = relationships
    return {"data": data}


def related(data: Any, name: str) -> Any:
    """The id, or the ids, that a resource's relationship holds."""
    linkage = data["relationships"][name]["data"]
    if isinstance(linkage, list):
        return [member["id"] for member in linkage]
    return linkage and linkage["id"]


@pytest.fixture
async def emu():
    async with Emulator() as emulator:
        yield emulator


@pytest.fixture
async def api(emu):
    async with aiohttp.ClientSession() as session:
        yield Api(emu, session)
