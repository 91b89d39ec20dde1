"""Reports that are no JSON:API: plain values and plain objects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from scalr_async.emulator._call import Action, Answer, Call
from scalr_async.emulator._csv import table
from scalr_async.emulator._filters import parse_condition
from scalr_async.emulator._service import Service
from scalr_async.emulator._store import Record
from scalr_async.emulator._usage import USAGE, Usage
from scalr_async.emulator.operations._targets import listing, target

__all__ = ["ACTIONS"]


def _values(type: str, name: str) -> Action:
    """List the values that an attribute has in the rows of a report, each once."""

    def act(service: Service, call: Call) -> Answer:
        rows = _fitting(call, Usage(service.store).rows(type) or (), name)
        wanted = call.query("query").casefold()
        values = dict.fromkeys(row.attributes.get(name) for row in rows)
        found = sorted(str(v) for v in values if v is not None and wanted in str(v).casefold())
        return listing(service, call, ({name: value} for value in found))

    return act


def _fitting(call: Call, rows: Any, name: str) -> Iterator[Record]:
    """Filter rows by the version itself, or by what they are usages of."""
    for row in rows:
        fits = True
        for parameter, value in call.pairs:
            if parameter.startswith("filter["):
                found = row.related(USAGE)
                if parameter == f"filter[{name}]":
                    found = (row.attributes.get(name),)
                fits &= parse_condition(parameter, value).holds(found)
        if fits:
            yield row


def _links(service: Service, call: Call) -> Answer:
    """List the workspaces that use a provider configuration."""
    store = service.store
    configuration = target(service, call, "provider-configurations")
    links: dict[str, list[str]] = {}
    for link in store.sources(
        "provider-configuration-links", "provider-configuration", configuration.id
    ):
        for id in link.related("workspace"):
            links.setdefault(id, []).append(link.id)
    defaults = {
        home.id
        for home in store.sources(
            "environments", "default-provider-configurations", configuration.id
        )
    }
    workspaces = [
        w
        for w in store.all("workspaces")
        if w.id in links or w.relationships["environment"] in defaults
    ]
    rows = [_usage(service, w, links.get(w.id, []), defaults) for w in workspaces]
    for parameter, value in call.pairs:
        key = {"filter[environment]": "environment-id", "filter[workspace][name]": "workspace-name"}
        if parameter in key:
            condition = parse_condition(parameter, value)
            rows = [row for row in rows if condition.holds([row[key[parameter]]])]
    return listing(service, call, _sorted(call, rows))


def _usage(
    service: Service, workspace: Record, links: list[str], defaults: set[str]
) -> dict[str, Any]:
    home = service.store.related(workspace, "environment")[0]
    return {
        "direct-links-ids": links,
        "environment-id": home.id,
        "environment-name": home.attributes["name"],
        "environment-permissions": ["environments:read"],
        "is-default-link": home.id in defaults,
        "workspace-id": workspace.id,
        "workspace-name": workspace.attributes["name"],
        "workspace-permissions": ["workspaces:read"],
    }


def _sorted(call: Call, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    for key in reversed(call.query("sort").split(",")):
        name = key.removeprefix("-")
        if name in call.route.sort:
            rows = sorted(rows, key=lambda row: str(row[name]), reverse=key.startswith("-"))
    return rows


def _drifted(service: Service, call: Call) -> Answer:
    """List the workspaces of an environment whose last drift report found a drift."""
    home = target(service, call, "environments")
    wanted = call.query("query").casefold()
    rows = [
        {
            "workspace-id": workspace.id,
            "workspace-name": workspace.attributes["name"],
            "status": report.attributes["status"],
            "reason": report.attributes.get("reason"),
            "updated-at": report.attributes.get("updated-at"),
        }
        for workspace in service.store.sources("workspaces", "environment", home.id)
        for report in service.store.related(workspace, "drift-report")
        if report.attributes["status"] != "no_drift_detected"
        and wanted in workspace.attributes["name"].casefold()
    ]
    if call.query("format") == "csv":
        return table(["workspace-id", "workspace-name", "status", "reason", "updated-at"], rows)
    return listing(service, call, rows)


ACTIONS: Final[Mapping[str, Action]] = {
    "get_provider_configuration_workspace_usage": _links,
    "list_drifted_workspaces_for_environment": _drifted,
    "list_terraform_module_sources": _values("tf-module-usages", "source"),
    "list_terraform_module_versions_usage": _values("tf-module-version-usages", "version"),
    "list_terraform_provider_sources": _values("tf-provider-usages", "source"),
    "list_terraform_provider_versions_usage": _values("tf-provider-version-usages", "version"),
    "list_terraform_resource_providers": _values("tf-resource-usages", "provider-type"),
    "list_terraform_versions_usage_versions": _values("tf-version-usages", "version"),
}
