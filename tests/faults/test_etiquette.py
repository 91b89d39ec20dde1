"""A crawl past a rate limit, in virtual time: counts, and time against the ideal."""

from __future__ import annotations

from typing import Any

import pytest

from tests.faults.common import virtually
from tests.faults.etiquette import crawl, ours, plain


@pytest.mark.parametrize(
    ("retry_after", "share", "ratio"), [(True, 0.03, 1.15), (False, 0.05, 1.25)]
)
def test_etiquette_a_crawl_finds_the_rate_of_a_server(
    retry_after: bool, share: float, ratio: float, record_property: Any
) -> None:
    """400 pages at 50 requests a second; without `Retry-After` it can only guess when to ask."""
    result = virtually(crawl(ours, retry_after=retry_after))
    record_property("refused", f"{result.share:.1%}")
    record_property("time", f"{result.ratio:.2f}")

    assert result.share <= share
    assert result.ratio <= ratio


def test_etiquette_plain_backoff_is_refused_ten_times_as_often(record_property: Any) -> None:
    result = virtually(crawl(plain))
    record_property("refused", f"{result.share:.1%}")
    record_property("time", f"{result.ratio:.2f}")

    assert result.share > 0.2
