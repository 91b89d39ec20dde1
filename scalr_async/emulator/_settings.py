"""The settings of an emulator: delays, quotas, the course of runs, deliveries."""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from typing import Any

from scalr_async._values import Secret
from scalr_async.emulator._thread import thread_safe
from scalr_async.emulator.engine.arguments import check_kind, check_number, nearest
from scalr_async.emulator.engine.faults import MOST
from scalr_async.emulator.engine.server import Server
from scalr_async.emulator.engine.service import Service
from scalr_async.emulator.scalr.courier import Courier, DeliveryScript
from scalr_async.emulator.scalr.runs.lifecycle import RunLifecycle
from scalr_async.emulator.scalr.runs.states import RunScript

__all__ = ["Settings"]


@thread_safe
class Settings:
    """The attributes of an emulator that tests set; an unknown one is refused."""

    _loop: asyncio.AbstractEventLoop | None
    _server: Server
    _service: Service
    _runs: RunLifecycle
    _courier: Courier
    _token: Secret

    def __setattr__(self, name: str, value: Any) -> None:
        if not name.startswith("_") and not hasattr(type(self), name):
            settings = [n for n in dir(type(self)) if isinstance(getattr(type(self), n), property)]
            raise AttributeError(f"{name}: no such attribute; {nearest(name, settings)}")
        super().__setattr__(name, value)

    @property
    def token(self) -> Secret:
        """The bearer token that it accepts."""
        return self._token

    @property
    def latency(self) -> float:
        """The delay of each answer in seconds."""
        return self._server.latency

    @latency.setter
    def latency(self, seconds: float) -> None:
        check_number("latency", seconds, most=MOST)
        self._server.latency = seconds

    @property
    def quotas(self) -> MutableMapping[str, int]:
        """The largest number of objects of a type (`{"agent-pools": 5}`); more are answered 409."""
        return self._service.quotas

    @property
    def run_step(self) -> float:
        """Seconds that runs stay in a state; planning and applying take three times as long.

        With 0, runs have finished when they are read next; with `math.inf`, only `advance` moves
        them.
        """
        return self._runs.step

    @run_step.setter
    def run_step(self, seconds: float) -> None:
        check_number("run_step", seconds)
        self._runs.step = seconds

    @property
    def run_script(self) -> RunScript:
        """The results of new runs, and the places where they fail."""
        return self._runs.script

    @run_script.setter
    def run_script(self, script: RunScript) -> None:
        check_kind("run_script", script, RunScript, "a RunScript")
        self._runs.script = script

    @property
    def delivery_script(self) -> DeliveryScript:
        """The settings for sending webhooks and pool tasks, faults included."""
        return self._courier.script

    @delivery_script.setter
    def delivery_script(self, script: DeliveryScript) -> None:
        check_kind("delivery_script", script, DeliveryScript, "a DeliveryScript")
        self._courier.script = script

    @property
    def delivery_hosts(self) -> set[str]:
        """Hosts that webhooks and pool tasks may be sent to, beside this machine (loopback)."""
        return self._courier.hosts
