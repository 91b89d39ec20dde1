"""What the Terraform provider takes for granted of the server, beyond what its Go client does."""

from __future__ import annotations

from .conftest import ACCOUNT, ENVIRONMENT, many, one, related, resource
from .world import target


async def test_a_module_may_come_from_a_docker_registry(api):
    registry = {
        "name": "d",
        "registry-url": "https://ghcr.io",
        "username": "u",
        "password": "p",
    }
    docker = await api.create("/integrations/docker", "docker-integrations", registry)
    attributes = {
        "name": "wait",
        "provider": "null",
        "source-type": "docker",
        "docker-image": "acme/terraform-null-wait",
    }
    links = {"docker-integration": one("docker-integrations", docker["id"])}
    made = await api.create("/modules", "modules", attributes, links)
    shown = (await api.get(f"/modules/{made['id']}"))["data"]
    assert {n: shown["attributes"][n] for n in attributes} == attributes
    assert shown["attributes"]["vcs-repo"] is None
    assert related(shown, "docker-integration") == docker["id"]
    assert related(shown, "vcs-provider") is None
    del attributes["source-type"]
    told = await api.create("/modules", "modules", {**attributes, "name": "w"}, links)
    assert told["attributes"]["source-type"] == "docker"


async def test_null_is_no_origin_of_a_module(api):
    repository = {"vcs-repo": {"identifier": "acme/x"}}
    nobody = {"vcs-provider": {"data": None}}
    somebody = {"vcs-provider": one("vcs-providers", target(api.emu, "vcs-providers"))}
    for attributes, links, pointer in (
        ({"vcs-repo": None}, nobody, "/data/attributes/vcs-repo"),
        ({"vcs-repo": None}, somebody, "/data/attributes/vcs-repo"),
        (repository, nobody, "/data/relationships/vcs-provider"),
    ):
        status, document = await api("POST", "/modules", resource("modules", attributes, links))
        assert (status, document["errors"][0]["source"]) == (422, {"pointer": pointer})


async def test_a_module_comes_from_somewhere(api):
    image = {"name": "n", "docker-image": "acme/terraform-null-wait"}
    for attributes, pointers in (
        ({"name": "n"}, ["/data/attributes/vcs-repo", "/data/relationships/vcs-provider"]),
        (image, ["/data/relationships/docker-integration"]),
    ):
        status, document = await api("POST", "/modules", resource("modules", attributes, {}))
        assert status == 422
        assert [error["source"]["pointer"] for error in document["errors"]] == pointers


async def test_every_unknown_id_is_told(api):
    links = {
        "vcs-provider": one("vcs-providers", "vcs-none"),
        "environment": one("environments", "env-none"),
    }
    attributes = {"source-type": "vcs", "vcs-repo": {"identifier": "acme/x"}}
    status, document = await api("POST", "/modules", resource("modules", attributes, links))
    details = {error["detail"].partition(" not found")[0] for error in document["errors"]}
    named = {"VcsProvider with ID 'vcs-none'", "Environment with ID 'env-none'"}
    assert (status, details) == (404, named)


async def test_a_variable_keeps_every_scope_it_was_given(api):
    workspace = await api.workspace("w")
    scopes = {
        "account": one("accounts", ACCOUNT),
        "environment": one("environments", ENVIRONMENT),
        "workspace": one("workspaces", workspace["id"]),
    }
    body = resource("vars", {"key": "k", "category": "shell"}, scopes)
    status, document = await api("POST", "/vars?force=false&include=updated-by", body)
    made = document["data"]
    assert status == 201
    assert [related(made, name) for name in scopes] == [ACCOUNT, ENVIRONMENT, workspace["id"]]
    change = resource("vars", {"value": "v", "final": True})
    status, document = await api("PATCH", f"/vars/{made['id']}?force=true", change)
    assert (status, document["data"]["attributes"]["final"]) == (200, True)


async def test_one_configuration_may_be_linked_twice(api):
    workspace = await api.workspace("w")
    body = {"name": "consul", "provider-name": "consul", "is-shared": True}
    made = await api.create("/provider-configurations", "provider-configurations", body)
    path, type = (
        f"/workspaces/{workspace['id']}/provider-configuration-links",
        "provider-configuration-links",
    )
    link = {"provider-configuration": one("provider-configurations", made["id"])}
    for attributes in ({}, {"alias": "dev"}):
        await api.create(path, type, attributes, link)
    document = await api.get(f"{path}?include=provider-configuration")
    shown = [(d["attributes"]["alias"], related(d, "workspace")) for d in document["data"]]
    assert shown == [(None, workspace["id"]), ("dev", workspace["id"])]
    assert [r["attributes"]["name"] for r in document["included"]] == ["consul"]


async def test_empty_hooks_are_no_hooks(api):
    names = ("pre-init", "pre-plan", "post-plan", "pre-apply", "post-apply")
    workspace = await api.workspace("w")
    scripts = {name: f"./{name}.sh" for name in names}
    _, document = await api.patch(workspace, "/workspaces", {"hooks": scripts})
    assert document["data"]["attributes"]["hooks"] == scripts
    _, document = await api.patch(workspace, "/workspaces", {"hooks": dict.fromkeys(names, "")})
    assert document["data"]["attributes"]["hooks"] is None


async def test_workspaces_are_found_by_some_tags_and_parts_of_names(api):
    tags = [await api.create("/tags", "tags", {"name": name}) for name in ("a", "b", "c")]
    made = [
        await api.workspace(name, tags=many("tags", *(tags[i]["id"] for i in marks)))
        for name, marks in (("foobar", (0, 1)), ("barbaz", (1, 2)), ("qux", (2,)))
    ]
    ids = [workspace["id"] for workspace in made]
    either = ",".join(tag["id"] for tag in tags[:2])
    assert await api.ids(f"/workspaces?filter[tag]=in:{either}") == ids[:2]
    assert await api.ids("/workspaces?filter[name]=like:bar") == ids[:2]
    assert await api.ids("/workspaces?filter[name]=in:qux,foobar") == [ids[0], ids[2]]
