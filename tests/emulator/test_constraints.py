from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from .conftest import ACCOUNT, one, resource

PATHS: dict[str, dict[str, Any]] = json.loads(Path("openapi/scalr.json").read_text())["paths"]

UNIQUE = {
    "service-accounts": ("name", 422),
    "tags": ("name", 422),
    "teams": ("name", 409),
    "users": ("email", 422),
}
"""The attribute that is unique in each type, and the status of a write that takes a taken value."""


def value(name: str, attribute: str) -> dict[str, str]:
    return {attribute: f"{name}@example.com" if attribute == "email" else name}


@pytest.mark.parametrize("type", UNIQUE)
async def test_names_and_emails_are_unique(api: Any, type: str) -> None:
    attribute, refused = UNIQUE[type]
    account = {"account": one("accounts", ACCOUNT)} if type == "service-accounts" else {}
    first = await api.create(f"/{type}", type, value("first", attribute), account)
    second = await api.create(f"/{type}", type, value("second", attribute), account)
    body = resource(type, value("first", attribute), account)

    created = await api("POST", f"/{type}", body)
    updated = await api.patch(second, f"/{type}", value("first", attribute))

    for status, document in (created, updated):
        error = document["errors"][0]
        assert status == refused
        assert error["detail"] == f"{attribute.capitalize()} has already been taken"
        if refused == 422:
            assert error["source"] == {"pointer": f"/data/attributes/{attribute}"}
    assert (await api.patch(first, f"/{type}", value("first", attribute)))[0] == 200
    assert (await api("DELETE", f"/{type}/{first['id']}"))[0] == 204
    assert (await api.patch(second, f"/{type}", value("first", attribute)))[0] == 200


@pytest.mark.parametrize("type", UNIQUE)
def test_the_description_of_the_api_lists_the_status_of_a_taken_name(type: str) -> None:
    item = next(p for p in PATHS if p.startswith(f"/{type}/{{") and p.count("/") == 2)
    for operation in (PATHS[f"/{type}"]["post"], PATHS[item]["patch"]):
        assert str(UNIQUE[type][1]) in operation["responses"]
