"""Lists of any length, page by page: `Pager`, what it is made of, and what it saw.

_page       Page: one page, as callers see it
_answer     Answer (a page and what can be wrong with it), PageSource (where answers come from)
_readahead  pages fetched before they are asked for, in order
_drift      which ids came already, and what changed under the walk
_overlap    windows of the list that share items leave no gap between them
_evidence   what all pages have shown, and which windows hang together
_seams      reading between the pages of a walk until they do
_census     counting the list, where its order may change
_verify     the proof that nothing was missed, by the one or the other
_checkpoint a place in a list, as a text for another process
_trail      what a walk has handed out last, to the item
_shards     a list shared out, as checkpoints that each end where the next begins
_section    the part of a list that a walk reads, found again where it has moved
_progress   how far a walk came, for the one that goes on
_walk       one walk over a list: when to go on, when to stop
_pager      Pager: what `list()` returns
"""

from __future__ import annotations

from scalr_async.pagination._answer import PageAnswer, PageSource
from scalr_async.pagination._drift import DriftReport, OnDrift
from scalr_async.pagination._page import Page
from scalr_async.pagination._pager import Pager

__all__ = ["DriftReport", "OnDrift", "Page", "PageAnswer", "PageSource", "Pager"]
