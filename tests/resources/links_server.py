"""A small Scalr that knows which workspace is on which pool, and answers in any shape."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.faults.common import ROOT, document, ok, refusal, resource
from tests.servers import CLOSE, Received, ScriptedServer, reply

MINE, OTHER = "apool-mine", "apool-other"
WORKSPACES = ("ws-1", "ws-2", "ws-3")

SHAPES = (
    "full",
    "absent",
    "null",
    "links only",
    "data null",
    "other pool",
    "wrong id",
    "204",
    "empty",
    "login page",
)
"""How an answer may look. `data null` and `other pool` say something that may not be so."""


def ref(type_: str, id_: str) -> dict[str, str]:
    return {"type": type_, "id": id_}


def shaped(shape: str, data: dict[str, Any], name: str, other: Any) -> bytes:
    """Return the answer with a resource in a shape; `name` is the relationship that matters."""
    links = data["relationships"]
    if shape == "204":
        return reply(204)
    if shape == "empty":
        return reply(200, b"", {"Content-Type": "application/vnd.api+json"})
    if shape == "login page":
        return reply(200, b"<html>Sign in</html>", {"Content-Type": "text/html"})
    if shape == "absent":
        del links[name]
    elif shape == "null":
        links[name] = None
    elif shape == "links only":
        links[name] = {"links": {"related": "/api/iacp/v3/somewhere"}}
    elif shape == "data null":
        links[name] = {"data": None}
    elif shape == "other pool":
        links[name] = {"data": other}
    elif shape == "first page":
        links[name]["data"] = links[name]["data"][:1]
        links[name]["links"] = {"next": "/api/iacp/v3/somewhere?page=2"}
    elif shape == "wrong id":
        data["id"] += "-x"
    return ok(data)


class LinksServer:
    """`on` says where each workspace is. `shapes` are by method and type of resource.

    `meddle` is called with each request before it is seen to: the others' turn. `first` is done
    with the first write: `cut` and `503` do it and lose the answer, `before` and `refused` do not,
    nor does `throttled`. `does` is whether others are done, and `lists` whether there is a list of
    workspaces; with `null_list` it is null.
    """

    def __init__(self) -> None:
        self.on: dict[str, str | None] = {}
        self.shapes: dict[tuple[str, str], str] = {}
        self.does = True
        self.lists = True
        self.null_list = False
        self.lost_reads = False
        self.first: str | None = None
        self.meddle: Callable[[LinksServer, Received], None] | None = None
        self.seen: list[tuple[str, str]] = []
        self.server = ScriptedServer(self.answer)

    def reset(self, **on: str | None) -> None:
        """Begin anew with every workspace on no pool, or on that one."""
        self.on = dict.fromkeys(WORKSPACES) | {k.replace("_", "-"): v for k, v in on.items()}
        self.shapes, self.does, self.lists, self.lost_reads = {}, True, True, False
        self.null_list = False
        self.first = self.meddle = None
        self.seen = []

    def linked(self, pool: str = MINE) -> set[str]:
        return {name for name, on in self.on.items() if on == pool}

    def writes(self) -> int:
        return sum(method == "PATCH" for method, _ in self.seen)

    def answer(self, request: Received) -> Any:
        if self.meddle is not None:
            self.meddle(self, request)
        url = urlsplit(request.target.removeprefix(ROOT))
        self.seen.append((request.method, url.path))
        _, type_, *rest = url.path.split("/")
        if not rest:
            return self.listing({key: values[0] for key, values in parse_qs(url.query).items()})
        name = rest[0]
        if name not in (*WORKSPACES, MINE, OTHER):
            return refusal(404, {"title": "not found"})
        if request.method == "GET" and self.lost_reads:
            return CLOSE
        if request.method == "PATCH" and self.first is not None:
            first, self.first = self.first, None
            if first in {"cut", "503"}:
                self.write(type_, name, request)
            if first in {"cut", "before"}:
                return CLOSE
            return refusal(429 if first == "throttled" else 503)
        if request.method == "PATCH" and b"ws-missing" in request.body:
            return refusal(404, {"title": "not found"})
        if request.method == "PATCH" and self.does:
            self.write(type_, name, request)
        return self.shown(request.method, type_, name)

    def write(self, type_: str, name: str, request: Received) -> None:
        links = json.loads(request.body)["data"]["relationships"]
        if type_ == "workspaces":
            data = links["agent-pool"]["data"]
            self.on[name] = None if data is None else data["id"]
        else:
            wanted = {link["id"] for link in links["workspaces"]["data"]}
            for each, on in self.on.items():
                if each in wanted or on == name:
                    self.on[each] = name if each in wanted else None

    def shown(self, method: str, type_: str, name: str) -> Any:
        shape = self.shapes.get((method, type_), "full")
        if type_ == "workspaces":
            on = self.on[name]
            data = None if on is None else ref("agent-pools", on)
            found = resource(type_, name, {"name": name}, **{"agent-pool": {"data": data}})
            return shaped(shape, found, "agent-pool", ref("agent-pools", OTHER))
        linked = [ref("workspaces", each) for each in sorted(self.linked(name))]
        found = resource(type_, name, {"name": name}, workspaces={"data": linked})
        return shaped(shape, found, "workspaces", [ref("workspaces", "ws-9")])

    def listing(self, query: dict[str, str]) -> Any:
        """Answer `GET /workspaces`, filtered by pool and perhaps by workspace."""
        if not self.lists:
            return refusal(404, {"title": "no such list"})
        linked = self.linked(query["filter[agent-pool]"])
        wanted = query.get("filter[workspace]")
        found = sorted(name for name in linked if wanted in (None, name))
        if self.null_list:
            return ok(None)
        asked = int(query["page[number]"])
        numbers = {"current-page": asked, "page-size": 100, "total-pages": 1}
        meta = {"pagination": {**numbers, "total-count": len(found)}}
        shown = found if asked == 1 else []
        return reply(
            200,
            document([resource("workspaces", name) for name in shown], meta=meta),
            {"Content-Type": "application/vnd.api+json"},
        )
