"""Lists of any length, page by page: `Pager`, what it is made of, and what it saw.

_page       Page (one page and the server's words about it), PageSource (where pages come from)
_readahead  pages fetched before they are asked for, in order
_drift      which ids came already, and what changed under the walk
_overlap    the proof that nothing was missed: windows of the list that share items
_verify     the reading that looks for such a proof, and finds what the pages had hidden
_walk       one walk over a list: when to go on, when to stop
_pager      Pager: what `list()` returns
"""

from __future__ import annotations

from scalr_async.pagination._drift import DriftReport, OnDrift
from scalr_async.pagination._page import Page, PageSource
from scalr_async.pagination._pager import Pager

__all__ = ["DriftReport", "OnDrift", "Page", "PageSource", "Pager"]
