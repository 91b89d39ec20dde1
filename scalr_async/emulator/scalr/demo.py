"""The account for which the examples of the README and the documentation are written."""

from __future__ import annotations

from typing import Final

from scalr_async.emulator.engine.http import Actor
from scalr_async.emulator.engine.service import Service
from scalr_async.emulator.engine.store import Record
from scalr_async.emulator.scalr.seed import seed

__all__ = ["add_demo"]

_RENAMED: Final = {"search-network-": "network", "payments-queue-": "payments"}
"""The names of workspaces in examples, by the beginning of their seeded names."""

_ID: Final = "ws-1"
_TAG: Final = "linux"


def add_demo(service: Service, actor: Actor) -> None:
    """Fill the first account with environments, workspaces, pools, agents and tags.

    `production`, `staging` and `development` have 250 workspaces, two pools have six agents. In
    `production` are the workspaces `network`, `payments` and one with the id `ws-1`, which carry
    the tag `linux`.
    """
    made = seed(service, actor, environments=3, workspaces=250, pools=2, agents=6, tags=8)
    store = service.store
    production = store.sources("workspaces", "environment", made.environments[0])
    free = [workspace for workspace in production if not workspace.related("agent-pool")]
    chosen = [_last(free, beginning) for beginning in _RENAMED]
    for workspace, name in zip(chosen, _RENAMED.values(), strict=True):
        store.change(workspace, {"name": name}, {})
    known = next(w for w in free if w not in chosen and not w.related("latest-run"))
    store.remove(known)
    known.id = _ID
    store.add(known)
    tag = Record(
        type="tags",
        id=service.new_id("tags"),
        attributes={"name": _TAG},
        relationships={"account": actor.account},
    )
    store.add(tag)
    for workspace in (*chosen, known):
        store.change(workspace, {}, {"tags": (*workspace.related("tags"), tag.id)})


def _last(workspaces: list[Record], beginning: str) -> Record:
    """Return the last workspace whose name begins so: examples show the first ones unchanged."""
    return [w for w in workspaces if str(w.attributes["name"]).startswith(beginning)][-1]
