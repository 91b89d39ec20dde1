"""Reports that are not resources: lists of plain values and plain objects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import MAXYEAR, datetime, timedelta
from typing import Any, Final

from scalr_async.emulator.engine.filters import parse_condition
from scalr_async.emulator.engine.helpers import listing, table, target
from scalr_async.emulator.engine.http import Answer, Call
from scalr_async.emulator.engine.service import MOMENT, Action, Service
from scalr_async.emulator.engine.store import Record
from scalr_async.emulator.scalr.usage import USAGE

__all__ = ["ACTIONS"]

_WITHOUT_DRIFT: Final = frozenset({"errored", "in_progress", "no_drift_detected", "pending"})
"""Statuses of reports without drift, or without a result yet."""

_DRIFT: Final = (
    "workspace-id",
    "workspace-name",
    "environment-id",
    "environment-name",
    "drift-report-id",
    "drifted-resources-count",
    "status",
    "last-check-at",
    "next-check-at",
)


def _values(type: str, name: str) -> Action:
    """Return the action that lists the distinct values of an attribute in a report's rows."""

    def act(service: Service, call: Call) -> Answer:
        rows = _fitting(call, service.rows(type) or (), name)
        wanted = call.query("query").casefold()
        values = dict.fromkeys(row.attributes.get(name) for row in rows)
        found = sorted(str(v) for v in values if v is not None and wanted in str(v).casefold())
        return listing(service, call, ({name: value} for value in found))

    return act


def _fitting(call: Call, rows: Any, name: str) -> Iterator[Record]:
    """Filter rows by version, or by the object whose usage they count."""
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
        if name:
            rows = sorted(rows, key=lambda row: str(row[name]), reverse=key.startswith("-"))
    return rows


def _drifted(service: Service, call: Call) -> Answer:
    """List the workspaces of an environment whose last report shows drift.

    With a filter by `status` or `has-drift`, the list may contain the others too.
    """
    home = target(service, call, "environments")
    wanted = call.query("query").casefold()
    reported = [
        (workspace, report)
        for workspace in service.store.sources("workspaces", "environment", home.id)
        for report in service.store.related(workspace, "drift-report")
        if wanted in workspace.attributes["name"].casefold() or wanted == workspace.id
    ]
    chosen = not {"filter[status]", "filter[has-drift]"}.isdisjoint(dict(call.pairs))
    rows = [
        _drift(service, home, workspace, report)
        for workspace, report in reported
        if (chosen or report.attributes["status"] != "no_drift_detected")
        and _meets(service, call, workspace, report)
    ]
    if call.query("format") == "csv":
        return table(_DRIFT, rows)
    return listing(service, call, rows)


def _meets(service: Service, call: Call, workspace: Record, report: Record) -> bool:
    """Return whether a workspace meets all filters; tags may be given by id or by name."""
    status, tags = report.attributes["status"], service.store.related(workspace, "tags")
    found = {
        "filter[status]": [status],
        "filter[has-drift]": [status not in _WITHOUT_DRIFT],
        "filter[tags]": [text for tag in tags for text in (tag.id, tag.attributes["name"])],
        "filter[last-check-at]": [report.attributes.get("updated-at")],
    }
    return all(
        parse_condition(parameter, value).holds(found[parameter])
        for parameter, value in call.pairs
        if parameter in found
    )


def _drift(service: Service, home: Record, workspace: Record, report: Record) -> dict[str, Any]:
    schedules = service.store.sources("drift-detection-schedule", "environment", home.id)
    weekly = any(schedule.attributes["schedule"] == "weekly" for schedule in schedules)
    checked = report.attributes.get("updated-at")
    last = datetime.fromisoformat(checked) if checked else service.clock()
    is_last = last.year == MAXYEAR  # no later time can be written
    values = (
        workspace.id,
        workspace.attributes["name"],
        home.id,
        home.attributes["name"],
        report.id,
        None,
        report.attributes["status"],
        checked,
        None if is_last else (last + timedelta(days=7 if weekly else 1)).strftime(MOMENT),
    )
    return dict(zip(_DRIFT, values, strict=True))


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
