"""A list that has no pages is asked for without any."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from scalr_async.resources._pages import Pages


@pytest.mark.parametrize(
    ("paginated", "asked"), [(True, ["page[number]", "page[size]"]), (False, [])]
)
def test_only_a_list_with_pages_is_asked_for_one(paginated: bool, asked: list[str]) -> None:
    pairs = Pages._paging(SimpleNamespace(paginated=paginated), 1, 100)

    assert [name for name, _ in pairs] == asked
