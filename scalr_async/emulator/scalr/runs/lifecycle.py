"""The lifecycle of runs: they advance with time, one stage after the other.

Nothing runs in the background. Every access to the server first brings its runs up to date, so
that each run is always at the stage that belongs to the current time.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import attrs

from scalr_async.emulator.engine.errors import conflict
from scalr_async.emulator.engine.service import Service, parse_moment
from scalr_async.emulator.engine.store import Record
from scalr_async.emulator.scalr.deliveries import Outbox
from scalr_async.emulator.scalr.runs.effects import NUMBERS, Effects, Remark
from scalr_async.emulator.scalr.runs.states import (
    CONFIRMABLE,
    ENDED,
    SPOT,
    Course,
    RunScript,
    Stage,
    leading_to,
    stages,
)
from scalr_async.emulator.scalr.runs.terraform import Numbers

__all__ = ["RunLifecycle"]

_STEP: Final = 0.05
_NOBODY: Final = Remark()
_HELD: Final = CONFIRMABLE | {"policy_override"}
_LAST: Final = {"canceled": "planning", "discarded": "planned", "errored": "planning"}
"""The last stage of a run that was seeded with a final status, by that status."""


@attrs.define(kw_only=True)
class _Track:
    """The stage of a run, the time it began, and the stages that follow.

    `until` is the moment at which it continues, if a confirmation set one. A track that is not
    `moving` waits for an action.
    """

    run: Record
    course: Course
    way: Sequence[Stage]
    stage: Stage
    ahead: list[Stage]
    since: datetime
    until: datetime | None = None
    ticks: int = 0
    moving: bool = True


class RunLifecycle:
    """The runs of one server; a tick takes `step` seconds, `script` sets results of new runs."""

    def __init__(self, service: Service) -> None:
        self.step = _STEP
        self.script = RunScript()
        self._service = service
        self.effects = Effects(service)
        self._outbox = service.part(Outbox)
        self._tracks: dict[str, _Track] = {}
        self._queues: dict[str, list[str]] = {}

    def begin(self, run: Record) -> None:
        """Add a new run to the queue of its workspace.

        A run that already has a status was created by a test: it stays there until `advance`.
        """
        status = str(run.attributes.get("status", "pending"))
        course = leading_to(self.effects.course(run, self.script), status)
        way = stages(course)
        track = _Track(
            run=run,
            course=course,
            way=way,
            stage=Stage(status),
            ahead=_ahead(way, status),
            since=self._service.clock(),
            until=_moment(run.attributes.get("plan-at")),
            moving=status == "pending",
        )
        self.effects.prepare(run, course)
        known = status in {stage.status for stage in way}
        last = _LAST.get(status) or (status if known else "planned")
        self._enter(track, status, last, track.since, _NOBODY)
        if status in ENDED:
            return
        self._tracks[run.id] = track
        if not course.plan_only:
            self._queues.setdefault(_workspace(run), []).append(run.id)
            self._renumber(_workspace(run))

    def catch_up(self) -> None:
        """Advance every run to its stage at the current time.

        Runs whose configuration is errored end, even if only tests move runs.
        """
        for track in list(self._tracks.values()):
            if not self._gone(track) and self._lacks_configuration(track):
                self._end(track, "errored", _NOBODY)
        if not self._tracks or math.isinf(self.step):
            return
        step = timedelta(seconds=self.step)
        now = self._service.clock()
        moved = True
        while moved:
            moved = False
            for track in [t for t in self._tracks.values() if t.moving]:
                if self._blocked(track):
                    track.since = now
                elif (due := track.until or track.since + step) <= now:
                    self._tick(track, due)
                    moved = True

    def _gone(self, track: _Track) -> bool:
        """Return whether a run was deleted with its workspace, and forget it if so."""
        gone = self._service.store.find(track.run.id) is None
        if gone:
            self._forget(track)
        return gone

    def advance(self, run: Record, status: str | None) -> None:
        """Move a run by one tick, or to a status; raises `ValueError` if it cannot move."""
        while True:
            track = self._tracks.get(run.id)
            if track is None:
                raise ValueError(f"the run is over: {run.attributes['status']}")
            if not track.moving and track.stage.hold:
                raise ValueError(f"the run waits for somebody: {track.stage.status}")
            if self._blocked(track):
                raise ValueError("the run waits for its configuration, or for its workspace")
            track.moving = True
            self._tick(track, self._service.clock())
            if status in (None, run.attributes["status"]):
                return

    def share(self, run: Record) -> float:
        """Return the progress of a run's planning or applying, from 0 to 1."""
        track = self._tracks.get(run.id)
        return ((track.ticks if track is not None else SPOT) + 1) / (SPOT + 1)

    def numbers(self, run: Record) -> Numbers:
        """Return the numbers of resources that a run adds, changes and destroys."""
        track = self._tracks.get(run.id)
        if track is not None:
            return track.course.numbers
        plan = self._service.store.related(run, "plan")
        counts = [plan[0].attributes.get(name) or 0 for name in NUMBERS] if plan else [0, 0, 0]
        return counts[0], counts[1], counts[2]

    def confirm(self, run: Record, remark: Remark, at: str | None) -> None:
        """Confirm a waiting run, which continues now or at the time `at`."""
        track = self._track(run)
        if track.stage.status not in CONFIRMABLE:
            raise conflict("The run is not paused: there is nothing to apply.")
        if at is not None:
            self._service.store.change(run, {"apply-at": at}, {})
            track.until, track.moving = _moment(at), True
            return
        self._go_on(track, remark)

    def override(self, check: Record, remark: Remark) -> None:
        """Let a run continue in spite of a failed policy check."""
        runs = self._service.store.sources("runs", "policy-checks", check.id)
        waiting = [r for r in runs if r.attributes.get("status") == "policy_override"]
        if not waiting:
            raise conflict("The policy check has not failed softly: there is nothing to override.")
        self._service.store.change(check, {"status": "overridden"}, {})
        self._go_on(self._track(waiting[0]), remark)

    def _go_on(self, track: _Track, remark: Remark) -> None:
        """Leave a waiting stage, and skip later stages that wait for the same."""
        track.moving = True
        self._next(track, self._service.clock(), remark)

    def discard(self, run: Record, remark: Remark) -> None:
        """End a run that waits for a decision or for its turn."""
        track = self._track(run)
        if track.stage.status not in _HELD | {"pending"}:
            raise conflict("The run is not paused: it can not be discarded.")
        self._end(track, "discarded", remark)

    def cancel(self, run: Record, remark: Remark) -> bool:
        """End a run in progress; returns False if it had not begun."""
        track = self._track(run)
        begun = track.stage.status != "pending"
        if track.stage.status in _HELD and not track.moving:
            raise conflict("The run is not in progress: discard it.")
        self._end(track, "canceled", remark)
        return begun

    def force(self, run: Record, remark: Remark) -> None:
        """End all runs that are ahead of a run in its queue."""
        track = self._track(run)
        if track.stage.status != "pending":
            raise conflict("The run does not wait for its turn.")
        queue = self._queues.get(_workspace(run), [])
        for id in queue[: queue.index(run.id)] if run.id in queue else []:
            other = self._tracks[id]
            held = other.stage.status in _HELD | {"pending"}
            self._end(other, "discarded" if held else "canceled", remark)

    def _track(self, run: Record) -> _Track:
        track = self._tracks.get(run.id)
        if track is not None:
            return track
        status = str(run.attributes.get("status", "pending"))
        if status in ENDED:
            raise conflict(f"The run is over: {status}.")
        self.begin(run)
        return self._tracks[run.id]

    def _configurations(self, track: _Track) -> list[str]:
        """Return the status of a run's configuration version, if it has one."""
        versions = self._service.store.related(track.run, "configuration-version")
        return [version.attributes.get("status", "pending") for version in versions]

    def _lacks_configuration(self, track: _Track) -> bool:
        """Return whether a run waits for an upload that has failed."""
        return track.stage.status == "pending" and "errored" in self._configurations(track)

    def _blocked(self, track: _Track) -> bool:
        run = track.run
        if track.stage.status != "pending":
            return False
        store = self._service.store
        if any(status != "uploaded" for status in self._configurations(track)):
            return True
        workspace = _workspace(run)
        if any(w.attributes.get("locked") for w in store.related(run, "workspace")):
            return True
        queue = self._queues.get(workspace, [])
        return run.id in queue and queue[0] != run.id

    def _tick(self, track: _Track, at: datetime) -> None:
        track.ticks += 1
        track.since, track.until = at, None
        if track.ticks >= track.stage.ticks:
            self._next(track, at, _NOBODY)

    def _next(self, track: _Track, at: datetime, remark: Remark) -> None:
        """Enter the next stage."""
        stage = track.ahead.pop(0)
        if track.stage.status == "applying" and stage.status != "errored":
            self.effects.apply(track.run, track.course.numbers, at)
        if stage.status in ENDED:
            self._end(track, stage.status, remark, at)
            return
        track.stage, track.ticks, track.since, track.until = stage, 0, at, None
        track.moving = stage.hold is None
        self._enter(track, stage.status, stage.status, at, remark)
        self._outbox.run_entered(track.run, stage.status, waits=stage.hold is not None)

    def _enter(self, track: _Track, status: str, last: str, at: datetime, remark: Remark) -> None:
        self.effects.enter(track.run, track.course, track.way, last, status, at=at, remark=remark)

    def _end(self, track: _Track, status: str, remark: Remark, at: datetime | None = None) -> None:
        self._forget(track)
        self._enter(track, status, track.stage.status, at or self._service.clock(), remark)
        self._outbox.run_entered(track.run, status, waits=False)
        if status == "applied":
            self.effects.trigger(track.run)

    def _forget(self, track: _Track) -> None:
        del self._tracks[track.run.id]
        workspace = _workspace(track.run)
        queue: Sequence[str] = self._queues.get(workspace, ())
        self._queues[workspace] = [id for id in queue if id != track.run.id]
        self._renumber(workspace)

    def _renumber(self, workspace: str) -> None:
        for position, id in enumerate(self._queues[workspace]):
            run = self._service.store.get("runs", id)
            if run is not None:
                self._service.store.change(run, {"position-in-queue": position}, {})


def _ahead(way: Sequence[Stage], status: str) -> list[Stage]:
    """Return the stages after a status; for an unknown one, those from the confirmation on."""
    names = [stage.status for stage in way]
    if status in names:
        return list(way[names.index(status) + 1 :])
    return list(way[names.index("confirmed") if "confirmed" in names else -1 :])


def _moment(text: str | None) -> datetime | None:
    return None if text is None else parse_moment(text)


def _workspace(run: Record) -> str:
    return str(run.relationships.get("workspace"))
