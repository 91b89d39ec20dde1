"""A list that has no pages is asked for without any, and may be of any length."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from scalr_async import ScalrClient
from scalr_async.resources._pages import Pages
from tests.conftest import CANARY
from tests.servers import ScriptedServer, reply


@pytest.mark.parametrize(
    ("paginated", "asked"), [(True, ["page[number]", "page[size]"]), (False, [])]
)
def test_only_a_list_with_pages_is_asked_for_one(paginated: bool, asked: list[str]) -> None:
    pairs = Pages._paging(SimpleNamespace(paginated=paginated), 1, 100)

    assert [name for name, _ in pairs] == asked


@pytest.mark.parametrize(
    "told",
    [None, {}, {"page-size": 130}, {"page-size": 500}, {"page-size": None}, {"total-count": 130}],
)
async def test_a_list_without_pages_may_have_any_length(told: dict[str, Any] | None) -> None:
    numbers = {"current-page": 1, "page-size": 130, "total-pages": 1, "total-count": 130}
    data = [{"type": "permissions", "id": f"a:{number}"} for number in range(130)]
    meta = {} if told is None else {"meta": {"pagination": numbers | told}}
    answer = reply(200, json.dumps({"data": data} | meta).encode())
    async with ScriptedServer(answer) as server, ScalrClient(server.url, CANARY) as scalr:
        pager = scalr.permissions.list()
        found = [permission.id async for permission in pager]

    assert found == [one["id"] for one in data]
    assert [event.detail for event in pager.report.events if "page-size" in event.detail] == []
    assert len(server.requests) == 1
