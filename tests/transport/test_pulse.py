from __future__ import annotations

import asyncio

from scalr_async.transport._pulse import Pulse
from tests.servers import run_virtually


class Exchange:
    def __init__(self, interval: float) -> None:
        self.interval = interval
        self.looks: list[float] = []

    def look(self, now: float) -> None:
        self.looks.append(now)


def test_each_exchange_is_looked_at_as_often_as_it_asks_for() -> None:
    async def main() -> None:
        pulse, slow, quick = Pulse(), Exchange(1.0), Exchange(0.25)
        pulse.watch(slow)
        await asyncio.sleep(0.5)
        pulse.watch(quick)
        await asyncio.sleep(0.55)
        assert quick.looks == [0.75, 1.0]
        pulse.forget(quick)
        await asyncio.sleep(2.0)
        assert slow.looks == [0.75, 1.0, 1.25, 2.25]
        assert len(pulse) == 1
        pulse.stop()

    run_virtually(main())


def test_nothing_is_looked_at_once_it_is_over() -> None:
    async def main() -> None:
        pulse, exchange = Pulse(), Exchange(1.0)
        pulse.watch(exchange)
        pulse.forget(exchange)
        pulse.forget(exchange)
        await asyncio.sleep(5.0)
        assert exchange.looks == []
        pulse.watch(exchange)
        await asyncio.sleep(1.5)
        assert exchange.looks == [6.0]
        pulse.stop()
        pulse.stop()
        await asyncio.sleep(5.0)
        assert exchange.looks == [6.0]

    run_virtually(main())


def test_what_ends_while_others_are_looked_at_is_no_harm() -> None:
    async def main() -> None:
        pulse = Pulse()

        class Ending(Exchange):
            def look(self, now: float) -> None:
                super().look(now)
                for each in exchanges:
                    pulse.forget(each)

        exchanges = [Ending(1.0), Ending(1.0)]
        for exchange in exchanges:
            pulse.watch(exchange)
        await asyncio.sleep(1.5)
        assert len(pulse) == 0

    run_virtually(main())
