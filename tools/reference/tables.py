"""The tables: every operation of the API, every event, every option of the command line."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from typing import Any, Final, get_args

import attrs

from scalr_async import Event
from scalr_async.cli._parser import parser
from tools.reference import facts
from tools.reference.text import code, joined, line, prose, table

_CLIENT: Final = {"GET /ping": "ping", "GET /metrics": "metrics"}
"""The operations that belong to no collection."""
_ORDER: Final = (
    "operations", "command-line", "events", "errors", "client", "configuration", "lists", "filters"
)  # fmt: skip


def pages() -> dict[str, str]:
    """Return the pages, by path."""
    return {"operations.md": operations(), "events.md": events(), "command-line.md": commands()}


def index(made: dict[str, str]) -> dict[str, str]:
    """Return the front pages of the reference and of its resources, with tables of contents."""
    paths = [path.removesuffix(".md") for path in made]
    parts = [path for path in paths if not path.startswith("resources/")]
    each = sorted(path.removeprefix("resources/") for path in set(paths) - set(parts))
    parts.sort(key=lambda path: (_ORDER.index(path) if path in _ORDER else len(_ORDER), path))
    front = joined(
        "# Reference",
        "All public names, generated from the code.",
        "- [The call for each request](operations.md): `POST /runs/{run}/actions/apply` is "
        "`scalr.runs.confirm`.\n"
        "- [Resources](resources/index.md): a page for each resource, with its calls, filters, "
        "includes, sort orders and fields.\n"
        "- [Events](events.md), [the command line](command-line.md), [errors](errors.md).",
        _toctree([parts[0], "resources/index", *parts[1:]]),
    )
    resources = joined(
        "# Resources",
        "All resources of the API, by the names of their collections: `scalr.agent_pools`.",
        _toctree(each),
    )
    return {"index.md": front, "resources/index.md": resources}


def _toctree(paths: list[str]) -> str:
    listed = "\n".join(paths)
    return f"```{{toctree}}\n:maxdepth: 1\n\n{listed}\n```"


def operations() -> str:
    """Return the page that lists the call for each request."""
    found: dict[str, list[str]] = {}
    for name, cls in facts.collections().items():
        for call, made in facts.calls(cls).items():
            for request in facts.ENDPOINT.findall(made.__doc__ or "")[:1]:
                found.setdefault(request, []).append(f"{{py:meth}}`scalr.{name}.{call}`")
    for request, call in _CLIENT.items():
        found[request] = [f"{{py:meth}}`scalr.{call} <scalr_async.ScalrClient.{call}>`"]
    rows = [
        (code(request), ", ".join(found[request]), code(route.name))
        for request, route in facts.routes().items()
    ]
    return joined(
        "# The call for each request",
        f"All {len(rows)} operations of the API, by path. The last column is the name of the "
        "operation in Scalr's OpenAPI document. Braces stand for ids: for "
        "`/runs/run-123/actions/apply`, look for `/runs/{run}/actions/apply`.",
        "For an operation that is newer than this library, use {py:meth}`scalr.request "
        "<scalr_async.ScalrClient.request>`.",
        table(("request", "call", "operation"), rows),
    )


def events() -> str:
    """Return the page of the events."""
    parts = []
    for event in get_args(Event):
        docs = facts.docs_of(event)
        fields = [
            (code(field.name), code(facts.annotation(field.type)), line(docs.get(field.name)))
            for field in attrs.fields(event)
        ]
        level = {10: "DEBUG", 20: "INFO", 30: "WARNING", 40: "ERROR"}[event.level]
        parts += [
            f"## `{event.name}`",
            f"{{py:class}}`~scalr_async.telemetry.{event.__name__}`, logged at `{level}`.",
            prose(event.__doc__, docs),
            table(("field", "type", "meaning"), fields),
        ]
    rows = [
        (f"[`{e.name}`](#{e.name.replace('.', '')})", code(e.__name__), line(e.__doc__))
        for e in get_args(Event)
    ]
    return joined(
        "# Events",
        "Each event goes to the hook `on_event` and to the logger `scalr_async`, with its fields "
        "in `extra`. [Telemetry](../telemetry.md) shows how to use them.",
        table(("name", "class", "meaning"), rows),
        *parts,
    )


def commands() -> str:
    """Return the page of the command line."""
    return joined(
        "# Command line",
        "All commands with their options. [Command line](../command-line.md) explains their use.",
        *_command(parser(), 2),
    )


def _command(made: argparse.ArgumentParser, level: int) -> Iterator[str]:
    """Yield the arguments of a command, then its subcommands."""
    below: list[tuple[str, argparse.ArgumentParser]] = []
    rows = []
    for action in made._actions:  # noqa: SLF001  # argparse has no other way to list them
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001  # likewise
            below += action.choices.items()
        elif action.help != argparse.SUPPRESS:
            rows.append(_option(action))
    yield f"{'#' * level} `{made.prog}`"
    yield prose(made.description)
    yield table(("option", "value", "default", "meaning"), rows)
    epilog = (made.epilog or "").rstrip()
    yield f"```text\n{epilog}\n```" if epilog else ""
    for _, each in below:
        yield from _command(each, level + 1)


def _option(action: argparse.Action) -> tuple[str, str, str, str]:
    takes = action.nargs != 0
    named = action.metavar or (action.dest.upper() if action.option_strings else action.dest)
    value: Any = " ".join(named) if isinstance(named, tuple) else named
    choices = ", ".join(code(str(choice)) for choice in action.choices or ())
    given = action.default
    silent = given in (None, False, argparse.SUPPRESS, []) or not takes
    told = (action.help or "").replace("%(default)s", str(given)).replace("%%", "%")
    told = re.sub(r"([*<>_])", r"\\\1", told)
    name = ", ".join(map(code, action.option_strings)) or code(str(value))
    shown = choices or (code(str(value)) if action.option_strings else "")
    return name, shown if takes else "", "" if silent else code(str(given)), told
