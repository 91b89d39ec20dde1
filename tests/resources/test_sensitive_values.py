"""Values that may be sensitive: set, read back, and written again as they were read."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from scalr_async import ScalrClient
from scalr_async.emulator import Emulator

Make = Callable[[ScalrClient, str, bool], Awaitable[Any]]
"""Creates something with a value, sensitive or not."""


async def variable(scalr: ScalrClient, value: str, sensitive: bool) -> Any:
    return await scalr.variables.create(
        key=f"k{len(value)}{sensitive}", category="shell", value=value, sensitive=sensitive
    )


async def of_a_set(scalr: ScalrClient, value: str, sensitive: bool) -> Any:
    owner = await scalr.variable_sets.create(name=f"s{len(value)}{sensitive}")
    return await scalr.variable_set_variables.create(
        var_set=owner, key="k", category="shell", value=value, sensitive=sensitive
    )


async def parameter(scalr: ScalrClient, value: str, sensitive: bool) -> Any:
    owner = await scalr.provider_configurations.create(
        name=f"p{len(value)}{sensitive}", provider_name="consul"
    )
    return await scalr.provider_configurations.create_parameter(
        owner, key="k", value=value, sensitive=sensitive
    )


MAKERS: dict[str, Make] = {
    "variables": variable,
    "variable_set_variables": of_a_set,
    "provider_configuration_parameters": parameter,
}


@pytest.mark.parametrize("kind", MAKERS)
@pytest.mark.parametrize("value", ["", "text"])
async def test_a_value_that_is_shown_is_taken_over_whole(
    emu: Emulator, scalr: ScalrClient, kind: str, value: str
) -> None:
    make, collection = MAKERS[kind], getattr(scalr, kind)
    first, second = await make(scalr, value, False), await make(scalr, "old value", False)

    read = await collection.get(first)
    await collection.update(second, value=read.value)

    assert json.loads(emu.requests[-1].body)["data"]["attributes"] == {"value": value}
    assert emu.store.get(collection.model.type, second.id).attributes["value"] == value


@pytest.mark.parametrize("kind", MAKERS)
async def test_a_value_that_is_hidden_is_left_alone(
    emu: Emulator, scalr: ScalrClient, kind: str
) -> None:
    make, collection = MAKERS[kind], getattr(scalr, kind)
    made = await make(scalr, "hush", True)

    read = await collection.get(made)
    await collection.update(made, value=read.value, description="d")

    assert read.value == ""
    assert "value" not in json.loads(emu.requests[-1].body)["data"]["attributes"]
    assert emu.store.get(collection.model.type, made.id).attributes["value"] == "hush"


@pytest.mark.parametrize(
    "headers",
    [
        [{"name": "X-Flag", "value": ""}],
        [{"name": "X-Flag", "value": "", "sensitive": False}, {"name": "X-Team", "value": "a"}],
    ],
)
async def test_headers_of_a_pool_make_the_round_trip(
    emu: Emulator, scalr: ScalrClient, headers: list[Any]
) -> None:
    made = await scalr.agent_pools.create(
        name="eu", webhook_enabled=True, webhook_url="https://w.example", webhook_headers=headers
    )

    read = await scalr.agent_pools.get(made)
    again = await scalr.agent_pools.update(made, webhook_headers=read.webhook_headers)

    assert again.webhook_headers == read.webhook_headers == made.webhook_headers
    sent = json.loads(emu.requests[-1].body)["data"]["attributes"]["webhook-headers"]
    assert [header["value"] for header in sent] == [header["value"] for header in headers]


async def test_headers_of_a_webhook_make_the_round_trip(emu: Emulator, scalr: ScalrClient) -> None:
    headers: list[Any] = [
        {"name": "X-Flag", "value": "", "sensitive": False},
        {"name": "X-Team", "value": "a", "sensitive": False},
    ]
    made = await scalr.webhook_integrations.create(
        name="w", url="https://w.example", events=["run:completed"], headers=headers
    )

    read = await scalr.webhook_integrations.get(made)
    await scalr.webhook_integrations.update(made, headers=read.headers)

    sent = json.loads(emu.requests[-1].body)["data"]["attributes"]["headers"]
    assert sent == headers
