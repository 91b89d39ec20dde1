from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def nobody_listens() -> Iterator[None]:
    """Events are not what this is about, and take half of the time."""
    logger = logging.getLogger("scalr_async")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    yield
    logger.setLevel(level)
