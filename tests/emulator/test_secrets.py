"""Credentials: they go in, and are never read back."""

from __future__ import annotations

import json

import pytest

from scalr_async.emulator.engine.documents import Selection

from .conftest import ENVIRONMENT, many, one, resource
from .world import CATALOG, OWNERS, make, target

SECRET = "s3cr3t-value"
"""Goes into every one of them."""


async def everything(api):
    """All that was ever answered, beside the answers to creations."""
    types = ("webhook-integrations", "provider-configurations", "vcs-providers")
    types += ("account-ssh-keys", "storage-profiles", "saml-integration", "docker-integrations")
    types += ("datadog-integrations", "infracost-integration", "vars", "users")
    service = api.emu._service
    return b"".join(
        service.documents.one(record, Selection())
        for type in types
        for record in api.emu.store.all(type)
    )


@pytest.mark.parametrize(
    ("path", "type", "attributes", "blank"),
    [
        (
            "/vcs-providers",
            "vcs-providers",
            {"name": "v", "vcs-type": "github", "auth-type": "personal_token", "token": SECRET},
            {"token": None},
        ),
        (
            "/provider-configurations",
            "provider-configurations",
            {
                "name": "p",
                "provider-name": "google",
                "google-credentials": SECRET,
                "aws-secret-key": SECRET,
                "azurerm-client-secret": SECRET,
                "scalr-token": SECRET,
                "aws-access-key": "AKIA",
            },
            {
                "google-credentials": None,
                "scalr-token": None,
                "aws-access-key": "AKIA",
                "google-auth-type": "service-account-key",
                "is-custom": False,
            },
        ),
        (
            "/ssh-keys",
            "account-ssh-keys",
            {"name": "k", "private-key": SECRET},
            {"private-key": None, "in-use": False},
        ),
        (
            "/storage-profiles",
            "storage-profiles",
            {
                "name": "s",
                "backend-type": "google",
                "google-credentials": {"key": SECRET},
                "google-encryption-key": SECRET,
            },
            {"google-credentials": None, "google-encryption-key": None},
        ),
        (
            "/integrations/docker",
            "docker-integrations",
            {"name": "d", "password": SECRET, "registry-url": " GHCR.io:443/ "},
            {"password": None, "registry-url": "https://ghcr.io"},
        ),
        (
            "/integrations/datadog",
            "datadog-integrations",
            {"name": "d", "api-key": SECRET},
            {"api-key": None, "status": "active", "err-message": None},
        ),
        (
            "/integrations/infracost",
            "infracost-integration",
            {"name": "i", "api-key": SECRET, "status": "disabled"},
            {"api-key": None, "status": "disabled"},
        ),
        (
            "/integrations/saml",
            "saml-integration",
            {
                "name": "s",
                "idp-entity-id": "e",
                "idp-single-sign-on-service-url": "https://idp.example.com",
                "sp-private-key": SECRET,
                "mapping-azure-aad-secret-key": SECRET,
            },
            {"sp-private-key": None, "mapping-azure-aad-secret-key": None},
        ),
        (
            "/vars",
            "vars",
            {"key": "k", "value": SECRET, "category": "shell", "sensitive": True, "hcl": True},
            {"value": "", "hcl": False},
        ),
        (
            "/users",
            "users",
            {"email": "new@example.com", "password": SECRET},
            {"email": "new@example.com"},
        ),
    ],
)
async def test_they_read_back_blank(api, path, type, attributes, blank):
    made = await api.create(path, type, attributes)
    shown = (await api.get(f"{path}/{made['id']}"))["data"]
    for answer in (made, shown):
        assert answer["attributes"].items() >= blank.items()
        assert SECRET not in json.dumps(answer)
    status, document = await api.patch(made, path, {})
    assert status == 200
    assert SECRET not in json.dumps(document)
    assert SECRET.encode() not in await everything(api)


async def test_the_key_of_a_webhook_is_told_once(api):
    path, type = "/integrations/webhooks", "webhook-integrations"
    attributes = {
        "name": "w",
        "url": "https://example.com",
        "headers": [
            {"name": "X-Key", "value": SECRET, "sensitive": True},
            {"name": "X-Team", "value": "core"},
        ],
    }
    events = {"events": many("event-definitions", "run:completed")}
    made = await api.create(path, type, attributes, events)
    assert len(made["attributes"]["secret-key"]) == 32
    shown = (await api.get(f"{path}/{made['id']}"))["data"]
    assert shown["attributes"]["secret-key"] == ""
    assert shown["attributes"]["headers"] == [
        {"name": "X-Key", "value": "", "sensitive": True},
        {"name": "X-Team", "value": "core", "sensitive": False},
    ]
    assert (shown["attributes"]["timeout"], shown["attributes"]["max-attempts"]) == (15, 3)
    given = {"name": "x", "url": "https://example.com", "secret-key": SECRET}
    own = await api.create(path, type, given)
    assert own["attributes"]["secret-key"] == SECRET
    assert SECRET.encode() not in await everything(api)
    assert (await api("POST", path, resource(type, {"name": "y", "url": "ftp://x"})))[0] == 422


@pytest.mark.parametrize(
    ("path", "type", "attributes", "pointer"),
    [
        (
            "/vcs-providers",
            "vcs-providers",
            {"name": "v", "vcs-type": "github", "auth-type": "oauth2", "token": "invalid-token"},
            "token",
        ),
        (
            "/vcs-providers",
            "vcs-providers",
            {"name": "~invalid_name!", "vcs-type": "github", "auth-type": "oauth2"},
            "name",
        ),
        ("/integrations/docker", "docker-integrations", {"password": "wrong-password"}, "password"),
        ("/integrations/docker", "docker-integrations", {"registry-url": "[x"}, "registry-url"),
        ("/vars", "vars", {"key": " ", "category": "shell"}, "key"),
    ],
)
async def test_what_the_world_outside_refuses(api, path, type, attributes, pointer):
    status, document = await api("POST", path, resource(type, attributes))
    assert status == 422
    assert document["errors"][0]["source"]["pointer"] == f"/data/attributes/{pointer}"


async def test_an_integration_that_cannot_connect_has_failed(api):
    path, type = "/integrations/datadog", "datadog-integrations"
    made = await api.create(path, type, {"name": "d", "api-key": "fake-key"})
    assert made["attributes"]["status"] == "failed"
    assert made["attributes"]["err-message"]
    status, document = await api.patch(made, path, {"api-key": "good"})
    assert (status, document["data"]["attributes"]["status"]) == (200, "active")


async def test_agents_must_carry_vcs_traffic(api):
    attributes = {"name": "v", "vcs-type": "github", "auth-type": "oauth2"}
    for enabled, expected in ((False, 422), (True, 201)):
        pool = await api.create(
            "/agent-pools", "agent-pools", {"name": f"p{enabled}", "vcs-enabled": enabled}
        )
        body = resource("vcs-providers", attributes, {"agent-pool": one("agent-pools", pool["id"])})
        assert (await api("POST", "/vcs-providers", body))[0] == expected


async def test_keys_are_in_use_where_a_workspace_has_them(api):
    key = await api.create("/ssh-keys", "account-ssh-keys", {"name": "k", "private-key": "x"})
    workspace = await api.workspace("w")
    path = f"/workspaces/{workspace['id']}/ssh-key-links"
    assert (await api("POST", path, {"ssh-key": key["id"]}))[0] == 201
    assert (await api.get(f"/ssh-keys/{key['id']}"))["data"]["attributes"]["in-use"] is True


async def test_one_storage_profile_is_the_default(api):
    path, type = "/storage-profiles", "storage-profiles"
    made = [
        await api.create(path, type, {"name": n, "backend-type": "aws-s3", "default": True})
        for n in ("a", "b")
    ]
    made.append(await api.create(path, type, {"name": "c", "backend-type": "azurerm"}))
    assert (await api.patch(made[1], path, {"default": True}))[0] == 200
    shown = [(await api.get(f"{path}/{m['id']}"))["data"]["attributes"]["default"] for m in made]
    assert shown == [False, True, False]


async def test_names_of_provider_configurations_are_unique(api):
    attributes = {"name": "p", "provider-name": "consul"}
    path, type = "/provider-configurations", "provider-configurations"
    made = await api.create(
        path, type, attributes, {"environments": many("environments", ENVIRONMENT)}
    )
    assert made["attributes"]["is-custom"] is True
    assert (await api("POST", path, resource(type, attributes)))[0] == 422
    old = {"google-default-label-strategy": None, "name": "q"}
    assert (await api.patch(made, path, old))[0] == 200


FLAGGED = sorted(s.type for s in CATALOG.schemas.values() if "sensitive" in s.attributes)
"""The types whose value may be sensitive."""

LISTS = sorted(
    (schema.type, name)
    for schema in CATALOG.schemas.values()
    for name, field in schema.attributes.items()
    if field.items and "sensitive" in field.items.fields and not field.read_only
)
"""The attributes that list values, each of which may be sensitive."""


def collection(api, type):
    """The path of all objects of a type, and that of one of them without its id."""
    own = api.emu._service.documents._types[type].path
    if type not in OWNERS:
        return own, own
    owner = target(api.emu, OWNERS[type])
    return f"/provider-configurations/{owner}/parameters", own


@pytest.mark.parametrize("type", FLAGGED)
async def test_a_sensitive_value_stays_so_until_it_is_replaced(api, type):
    path, own = collection(api, type)
    api.emu.update(
        api.emu.store.find(make(api.emu, type)), {"value": SECRET, "sensitive": True}, {}
    )
    [hidden] = (await api.get(path))["data"]
    assert hidden["attributes"]["value"] == ""
    for changes in ({"sensitive": False}, {"sensitive": False, "description": "d"}):
        status, document = await api.patch(hidden, own, changes)
        assert status == 422
        assert document["errors"][0]["source"]["pointer"] == "/data/attributes/sensitive"
        assert (await api.get(path))["data"][0]["attributes"]["value"] == ""
    status, _ = await api.patch(hidden, own, {"sensitive": True, "description": "d"})
    assert status == 200
    status, document = await api.patch(hidden, own, {"sensitive": False, "value": "open"})
    assert (status, document["data"]["attributes"]["value"]) == (200, "open")


@pytest.mark.parametrize("type", FLAGGED)
async def test_no_filter_finds_a_sensitive_value(api, type):
    record = api.emu.store.find(make(api.emu, type))
    path, _ = collection(api, type)
    api.emu.update(record, {"value": SECRET, "sensitive": False}, {})
    assert await api.ids(f"{path}?filter[value]=like:s3cr") == [record.id]
    api.emu.update(record, {"sensitive": True}, {})
    assert await api.ids(f"{path}?filter[value]=like:s3cr") == []


@pytest.mark.parametrize(("type", "name"), LISTS)
async def test_sensitive_items_of_a_list_have_no_value(api, type, name):
    record = api.emu.store.find(make(api.emu, type))
    path, _ = collection(api, type)
    fields = api.emu._service.types[type].attributes[name].items.fields
    key = "key" if "key" in fields else "name"
    items = [{key: "a", "value": "open"}, {key: "b", "value": SECRET, "sensitive": True}]
    api.emu.update(record, {name: items}, {})
    [shown] = [r for r in (await api.get(path))["data"] if r["id"] == record.id]
    assert [item["value"] for item in shown["attributes"][name]] == ["open", ""]
    assert await api.ids(f"{path}?filter[{name}][value]=open") == [record.id]
    assert await api.ids(f"{path}?filter[{name}][value]={SECRET}") == []


async def test_no_filter_finds_a_secret_of_a_related_object(api):
    provider = api.emu.create("vcs-providers", {"name": "p", "token": SECRET}, {})
    assert await api.ids(f"/vcs-providers?filter[token]={SECRET}") == []
    workspace = await api.workspace("w", **{"vcs-provider": one("vcs-providers", provider.id)})
    assert await api.ids("/workspaces?filter[vcs-provider][name]=p") == [workspace["id"]]
    assert await api.ids(f"/workspaces?filter[vcs-provider][token]={SECRET}") == []
