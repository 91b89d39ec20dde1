"""Routing: finds the operation of a method and a path."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import unquote

import attrs

from scalr_async._catalog import Catalog, Route
from scalr_async.emulator.engine.errors import method_not_allowed, missing

__all__ = ["Match", "Routes", "routes_of"]


@attrs.frozen(kw_only=True)
class Match:
    """A route, and the values of its template's parameters in the path."""

    route: Route
    parameters: Mapping[str, str]


@functools.cache
def routes_of(catalog: Catalog) -> Routes:
    """Return the routes of a catalog, which all servers share."""
    return Routes(catalog.routes)


class Routes:
    """All routes as a tree of path segments; fixed segments take precedence over parameters."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._tree: dict[str, Any] = {}
        for route in routes:
            node = self._tree
            for segment in route.path.strip("/").split("/"):
                node = node.setdefault("{}" if segment.startswith("{") else segment, {})
            node.setdefault("", {})[route.method] = route

    def match(self, method: str, path: str) -> Match:
        """Find the route of a raw path; raises `ApiError` 404 or 405.

        HEAD is answered as GET, whose body is not sent then (RFC 9110, 9.3.2).
        """
        values: list[str] = []
        node = self._tree
        for segment in path.strip("/").split("/"):
            known = node.get(segment)
            if known is None:
                known = node.get("{}")
                values.append(unquote(segment))
            if known is None or not segment:
                raise missing(f"Path '{path}' is not part of the API.")
            node = known
        routes: dict[str, Route] = node.get("", {})
        if not routes:
            raise missing(f"Path '{path}' is not part of the API.")
        route = routes.get("GET" if method == "HEAD" else method)
        if route is None:
            raise method_not_allowed({*routes, "HEAD"} if "GET" in routes else routes)
        names = [s.strip("{}") for s in route.path.split("/") if s.startswith("{")]
        return Match(route=route, parameters=dict(zip(names, values, strict=True)))
