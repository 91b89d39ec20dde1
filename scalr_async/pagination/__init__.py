"""Lists of any length, page by page: `Pager`, its parts, and its reports.

_page       Page: one page, as callers see it
_answer     PageAnswer (one answer and its contradictions), PageSource (fetches answers)
_readahead  pages fetched in order before the consumer takes them
_drift      the judgment of a page: new items, whether more follow, signs of changes
_overlap    windows of the list: those that share items leave no gap between them
_evidence   the pages read so far, and the connected windows among them
_seams      reads between the pages of a walk until its windows are connected
_census     a count of the list, for lists whose order may change
_verify     the proof, by seams or census, that a walk missed nothing
_checkpoint a place in a list, as a text for another process
_shards     a list divided into checkpoints that each end where the next one begins
_section    the part of a list that a walk reads, located again if it has moved
_progress   the progress of a walk, for a checkpoint or a walk that resumes it
_walk       one walk over a list: when to continue, when to stop
_pager      Pager: the result of `list()`
"""

from __future__ import annotations

from scalr_async.pagination._answer import PageAnswer, PageSource
from scalr_async.pagination._drift import DriftReport, OnDrift
from scalr_async.pagination._page import Page
from scalr_async.pagination._pager import Pager

__all__ = ["DriftReport", "OnDrift", "Page", "PageAnswer", "PageSource", "Pager"]
