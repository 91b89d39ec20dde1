"""Operations that are more than reading and writing an object, one function each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from scalr_async.emulator._call import Action
from scalr_async.emulator._store import Record
from scalr_async.emulator.operations import _accounts, _outside, _reports, _runs, _workspaces

__all__ = ["ACTIONS", "PUBLIC", "SUBSETS"]

ACTIONS: Final[Mapping[str, Action]] = {
    **_accounts.ACTIONS,
    **_outside.ACTIONS,
    **_reports.ACTIONS,
    **_runs.ACTIONS,
    **_workspaces.ACTIONS,
}
"""By the operation's name in the document."""

PUBLIC: Final = frozenset({"assume_service_account", "logout", "oauth_signin", "oauth_signup"})
"""Operations that need no token: they are how one comes by it."""

SUBSETS: Final[Mapping[str, Callable[[Record], bool]]] = {"get_runs_queue": _runs.queued}
"""Lists that have only some of the objects of their type."""
