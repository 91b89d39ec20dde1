"""The loop around one call, on a wire that only pretends and in time that only counts."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import Awaitable, Callable
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalr_async._http import Headers, Request, Response
from scalr_async.config import Config, Limits, RetryPolicy, Timeouts
from scalr_async.errors import (
    ClientStateError,
    ConnectError,
    DeadlineExceededError,
    DisconnectedError,
    NotFoundError,
    PayloadError,
    ProtocolError,
    ScalrError,
    TLSError,
    VerificationError,
)
from scalr_async.telemetry import AttemptEvent, RetryEvent, Telemetry, WaitEvent
from scalr_async.transport import Answer, Failure, Progress, Sender, SharedState
from tests.servers import run_virtually
from tests.transport.common import DELETE, GET, PATCH, POST, marked


def answer(status: int = 200, **headers: str) -> Answer:
    pairs = [(name.replace("_", "-"), value) for name, value in headers.items()]
    return Answer(status, Headers(pairs), b"{}")


def lost(error: type = DisconnectedError, *, sent: bool = True, status: int | None = None) -> Any:
    def fail(progress: Progress) -> Failure:
        progress.sent, progress.status = sent, status
        progress.phase = "response body" if status else "response headers" if sent else "connect"
        return Failure(error, "it broke")

    return fail


def fate(name: str, entry: Any) -> Any:
    """Give a script's entry a name."""

    def play(progress: Progress) -> Any:
        return entry(progress) if callable(entry) else entry

    play.name = name
    return play


def hang(*, sent: bool, status: int | None = None) -> Any:
    """Never end: the deadline does."""

    async def wait(progress: Progress) -> Any:
        progress.sent, progress.status = sent, status
        await asyncio.Event().wait()

    return wait


FATES = [
    *(fate(str(status), answer(status)) for status in (201, 302, 404, 408, 422, 429, 503)),
    fate("lost", lost()),
    fate("silence", lost(DeadlineExceededError)),
    fate("201 cut", lost(PayloadError, status=201)),
    fate("not sent", lost(ConnectError, sent=False)),
    fate("no trust", lost(TLSError, sent=False)),
    fate("connecting", hang(sent=False)),
    fate("hangs", hang(sent=True)),
    fate("422 cut", hang(sent=True, status=422)),
]


class PretendedWire:
    """Answers from a script, the last entry over and over; each attempt takes `seconds`."""

    def __init__(self, *script: Any, seconds: float | Callable[[], float] = 0.1) -> None:
        self.script = script or (answer(),)
        self.seconds = seconds
        self.renewed: Any = False
        self.began: list[float] = []
        self.ended: list[float] = []

    async def attempt(self, request: Request, progress: Progress) -> Answer:
        self.began.append(asyncio.get_running_loop().time())
        entry = self.script[min(len(self.began), len(self.script)) - 1]
        progress.phase, progress.sent, progress.status = "response headers", True, None
        try:
            await asyncio.sleep(self.seconds() if callable(self.seconds) else self.seconds)
        finally:
            self.ended.append(asyncio.get_running_loop().time())
        result = entry(progress) if callable(entry) else entry
        return await result if isinstance(result, Awaitable) else result

    async def refresh_token(self, progress: Progress) -> bool:
        progress.phase = "token wait"
        return self.renewed if isinstance(self.renewed, bool) else await self.renewed()


class Bench:
    """A sender on a pretended wire, to be used inside `run`."""

    def __init__(
        self,
        wire: PretendedWire,
        *,
        total: float | None = 60.0,
        retry: RetryPolicy | None = None,
        draw: Callable[[], float] = lambda: 1.0,
        **limits: Any,
    ) -> None:
        self.wire = wire
        self.events: list[Any] = []
        self.sleeps: list[float] = []
        self.config = Config(
            host="acme.scalr.io",
            token="t",
            timeouts=Timeouts(total=total),
            retry=retry or RetryPolicy(),
            limits=Limits(**limits),
        )
        self.shared = SharedState(self.config.limits, draw)
        self.draw = draw

    async def __aenter__(self) -> Bench:
        self.shared.lifecycle.open()
        self.sender = self.clone()
        return self

    async def __aexit__(self, *_: object) -> None:
        self.shared.lifecycle.close()

    def clone(self, config: Config | None = None) -> Sender:
        return Sender(
            self.wire,
            config or self.config,
            telemetry=Telemetry(self.events.append),
            shared=self.shared,
            clock=asyncio.get_running_loop().time,
            sleep=self.sleep,
            random=self.draw,
        )

    async def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        await asyncio.sleep(seconds)

    def seen(self, kind: type) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]


def send(bench: Bench, request: Request = GET) -> Response:
    """Send one request and nothing else."""

    async def main() -> Response:
        async with bench:
            return await bench.sender.send(request)

    return run_virtually(main())


def send_badly(bench: Bench, request: Request = GET) -> Any:
    with pytest.raises(ScalrError) as caught:
        send(bench, request)
    return caught.value


class TestAnswers:
    def test_an_answer_comes_with_its_story(self) -> None:
        response = send(Bench(PretendedWire(answer(200, ETag="x"))))

        assert (response.status, response.body, response.headers["etag"]) == (200, b"{}", "x")
        assert (response.method, response.path) == ("GET", "/agent-pools")
        assert (response.attempts, response.elapsed, response.retry_after) == (1, 0.1, None)

    def test_elapsed_counts_every_attempt_and_every_sleep(self) -> None:
        response = send(Bench(PretendedWire(answer(503), answer(503), answer())))

        assert response.attempts == 3
        assert response.elapsed == pytest.approx(0.1 + 0.25 + 0.1 + 0.5 + 0.1)

    @pytest.mark.parametrize("status", [0, 101, 199, 600, 999])
    def test_a_status_that_http_does_not_have_is_a_protocol_error(self, status: int) -> None:
        error = send_badly(Bench(PretendedWire(answer(status))), POST)

        assert type(error) is ProtocolError
        assert (error.attempts, error.outcome) == (1, "unknown")

    @pytest.mark.parametrize(
        ("location", "shown"),
        [
            (None, "nowhere"),
            ("", "nowhere"),
            ("/login?next=secret", "/login"),
            ("https://[", "nowhere"),
            ("/a\x1b[31m", "/a%1B%5B31m"),
            ("/" + "a" * 999, "/" + "a" * 196 + "..."),
        ],
    )
    def test_a_location_is_shown_without_what_could_harm(
        self, location: str | None, shown: str
    ) -> None:
        headers = {} if location is None else {"Location": location}
        error = send_badly(Bench(PretendedWire(answer(302, **headers))))

        assert error.message == f"answered 302, redirect to {shown}"


class TestDelete:
    def test_a_404_after_a_lost_delete_means_that_it_was_done(self) -> None:
        response = send(Bench(PretendedWire(lost(), answer(404))), marked(DELETE))

        assert (response.status, response.already_absent, response.ok) == (404, True, True)

    @pytest.mark.parametrize("status", [500, 503, 504])
    def test_a_404_after_a_failed_delete_means_the_same(self, status: int) -> None:
        assert send(
            Bench(PretendedWire(answer(status), answer(404))), marked(DELETE)
        ).already_absent

    @pytest.mark.parametrize(
        "first", [answer(429), lost(ConnectError, sent=False)], ids=["429", "not sent"]
    )
    def test_a_404_after_a_delete_that_never_happened_is_a_404(self, first: Any) -> None:
        response = send(Bench(PretendedWire(first, answer(404))), marked(DELETE))

        assert (response.attempts, response.already_absent) == (2, False)

    def test_a_404_at_once_is_a_404(self) -> None:
        assert not send(Bench(PretendedWire(answer(404))), marked(DELETE)).already_absent

    def test_a_404_after_another_repeated_call_is_a_404(self) -> None:
        assert not send(Bench(PretendedWire(lost(), answer(404))), marked(PATCH)).already_absent


class TestLookBeforeRepeat:
    """`Request.before_repeat`: asked only when an earlier attempt may have done it."""

    DOUBTS = (lost(), lost(PayloadError, status=200), *map(answer, (408, 500, 502, 503, 504)))

    @staticmethod
    def request(*answers: Response | None) -> tuple[Request, list[Response | None]]:
        left = list(answers)

        async def look() -> Response | None:
            return left.pop(0)

        return attrs.evolve(marked(PATCH), before_repeat=look), left

    @pytest.mark.parametrize("doubt", DOUBTS)
    def test_what_it_answers_is_the_answer(self, doubt: Any) -> None:
        wire = PretendedWire(doubt, answer())
        found = Response(method="GET", path="/x", status=200, headers=Headers())
        request, _ = self.request(found)

        assert send(Bench(wire), request) is found
        assert len(wire.began) == 1

    @pytest.mark.parametrize("doubt", DOUBTS)
    def test_without_an_answer_the_repeat_goes_out(self, doubt: Any) -> None:
        wire = PretendedWire(doubt, answer(429), answer(204))
        request, left = self.request(None, None)

        assert send(Bench(wire), request).status == 204
        assert (len(wire.began), left) == (3, [])

    @pytest.mark.parametrize("first", [answer(429), lost(ConnectError, sent=False)])
    def test_what_never_happened_is_repeated_without_a_look(self, first: Any) -> None:
        wire = PretendedWire(first, answer(204))
        request, left = self.request(None)

        assert send(Bench(wire), request).status == 204
        assert left == [None]

    def test_what_it_raises_ends_the_call(self) -> None:
        wire = PretendedWire(lost(), answer())

        async def look() -> Response | None:
            raise ProtocolError("seen")

        error = send_badly(Bench(wire), attrs.evolve(marked(PATCH), before_repeat=look))

        assert (str(error), len(wire.began)) == ("seen", 1)

    @pytest.mark.parametrize(
        ("raised", "outcome"),
        [
            (NotFoundError(status=404, outcome="rejected"), "unknown"),
            (ConnectError(outcome="not_sent"), "unknown"),
            (VerificationError(outcome="applied"), "applied"),
            (VerificationError(outcome="rejected"), "rejected"),
        ],
    )
    def test_one_that_fails_says_nothing_of_what_was_done(
        self, raised: ScalrError, outcome: str
    ) -> None:
        async def look() -> Response | None:
            raise raised

        request = attrs.evolve(marked(PATCH), before_repeat=look)

        assert send_badly(Bench(PretendedWire(lost())), request).outcome == outcome

    def test_it_has_the_time_that_the_call_has_left(self) -> None:
        wire = PretendedWire(lost(), answer())

        async def look() -> Response | None:
            await asyncio.Event().wait()

        request = attrs.evolve(marked(PATCH), before_repeat=look)
        error = send_badly(Bench(wire, total=5.0), request)

        assert isinstance(error, DeadlineExceededError)
        assert (error.elapsed, error.outcome) == (5.0, "unknown")


class TestOutcome:
    @pytest.mark.parametrize(
        ("request_", "script", "error", "attempts", "outcome"),
        [
            (GET, [lost()], DisconnectedError, 5, "unknown"),
            (POST, [lost()], DisconnectedError, 1, "unknown"),
            (POST, [lost(ConnectError, sent=False)], ConnectError, 5, "not_sent"),
            (POST, [lost(TLSError, sent=False)], TLSError, 1, "not_sent"),
            (POST, [lost(PayloadError, status=201)], PayloadError, 1, "applied"),
            (POST, [lost(PayloadError, status=302)], PayloadError, 1, "unknown"),
            (GET, [lost(PayloadError, status=200)], PayloadError, 5, "unknown"),
            (marked(PATCH), [lost(), lost(ConnectError, sent=False)], ConnectError, 5, "unknown"),
            (marked(PATCH), [answer(504), lost(TLSError, sent=False)], TLSError, 2, "unknown"),
            (marked(PATCH), [answer(429), lost(TLSError, sent=False)], TLSError, 2, "rejected"),
        ],
    )
    def test_a_failure_says_what_became_of_the_request(
        self, request_: Request, script: list[Any], error: type, attempts: int, outcome: str
    ) -> None:
        raised = send_badly(Bench(PretendedWire(*script)), request_)

        assert type(raised) is error
        assert (raised.attempts, raised.outcome) == (attempts, outcome)
        assert (raised.method, raised.path) == (request_.method, request_.path)
        assert raised.elapsed > 0

    @pytest.mark.unmeasured
    @pytest.mark.parametrize("method", [POST, marked(POST), PATCH, marked(PATCH), marked(DELETE)])
    def test_of_every_sequence_of_attempts_the_truth_is_told(self, method: Request) -> None:
        """Three attempts, each applied or not; the last may be cut short by the deadline."""

        async def main(bench: Bench) -> str:
            async with bench:
                try:
                    response = await bench.sender.send(method)
                except ScalrError as error:
                    return error.outcome
                assert response.outcome == "applied" or not response.ok
                return response.outcome

        async def all_of_them() -> None:
            played: tuple[Any, ...] = ()
            for entries in itertools.product(FATES, repeat=3):
                if played and entries[: len(played)] == played:
                    continue  # it ends as the last one did, before it comes to what differs
                policy = RetryPolicy(max_attempts=3)
                bench = Bench(PretendedWire(*entries), total=30.0, retry=policy)
                said = await main(bench)
                played = entries[: len(bench.wire.began)]
                names = [entry.name for entry in played]
                assert said == self.truth(method, {*names}, names[-1]), names

        run_virtually(all_of_them())

    @staticmethod
    def truth(request: Request, came: set[str], last: str) -> str:
        nobody_knows = came & {"408", "503", "lost", "silence", "hangs", "302"}
        if came & {"201", "201 cut"} or (
            request.method == "DELETE" and last == "404" and nobody_knows
        ):
            return "applied"
        if nobody_knows:
            return "unknown"
        return "rejected" if came & {"404", "422", "429", "422 cut"} else "not_sent"

    def test_a_token_that_was_refused_leaves_no_doubt(self) -> None:
        """What was refused with 401 did nothing, whatever becomes of the repeat."""
        wire = PretendedWire(answer(401), lost(TLSError, sent=False))
        wire.renewed = True
        raised = send_badly(Bench(wire), POST)

        assert (raised.attempts, raised.outcome) == (2, "rejected")

    def test_nor_does_it_when_the_next_one_is_waited_for(self) -> None:
        wire = PretendedWire(answer(401))
        wire.renewed = asyncio.Event().wait
        raised = send_badly(Bench(wire, total=5.0), POST)

        assert (raised.phase, raised.attempts, raised.outcome) == ("token wait", 1, "rejected")

    def test_a_doubt_outlives_a_token_that_was_refused(self) -> None:
        wire = PretendedWire(lost(), answer(401), answer(422))
        wire.renewed = True

        assert send(Bench(wire), marked(PATCH)).outcome == "unknown"

    def test_a_failure_drags_nothing_of_the_attempt_along(self) -> None:
        raised = send_badly(Bench(PretendedWire(lost())), POST)

        assert (raised.__cause__, raised.__context__) == (None, None)

    def test_a_silence_is_a_timeout_that_names_its_phase(self) -> None:
        raised = send_badly(Bench(PretendedWire(lost(DeadlineExceededError))), POST)

        assert isinstance(raised, TimeoutError)
        assert (raised.phase, raised.attempts) == ("response headers", 1)


class TestDeadline:
    def test_an_attempt_gets_the_time_that_is_left(self) -> None:
        bench = Bench(PretendedWire(answer(503), seconds=0.4), total=1.0, draw=lambda: 0.5)
        raised = send_badly(bench)

        assert type(raised) is DeadlineExceededError
        assert raised.phase == "response headers"
        assert raised.elapsed == pytest.approx(1.0)
        assert bench.wire.ended[-1] == pytest.approx(1.0)
        assert "no result within 1 s (response headers, after 503) [after 3 attempts]" in str(
            raised
        )
        assert (raised.__cause__, raised.__context__) == (None, None)

    def test_a_lost_attempt_is_told_too(self) -> None:
        bench = Bench(PretendedWire(seconds=5.0), total=1.0)
        send_badly(bench)

        (event,) = bench.seen(AttemptEvent)
        assert (event.status, event.error, event.elapsed) == (None, "DeadlineExceededError", 1.0)

    def test_an_attempt_that_closing_ended_says_so(self) -> None:
        bench = Bench(PretendedWire(seconds=5.0), total=None)

        async def main() -> None:
            async with bench:
                task = asyncio.ensure_future(bench.sender.send(GET))
                await asyncio.sleep(0.5)
                bench.shared.lifecycle.close()
                await bench.shared.timers.end_all()
                with pytest.raises(ClientStateError):
                    await task

        run_virtually(main())
        assert [event.error for event in bench.seen(AttemptEvent)] == ["ClientStateError"]

    def test_an_attempt_that_was_cancelled_says_so(self) -> None:
        bench = Bench(PretendedWire(seconds=5.0))

        async def main() -> None:
            async with bench:
                task = asyncio.ensure_future(bench.sender.send(GET))
                await asyncio.sleep(0.5)
                task.cancel()
                await asyncio.wait([task])

        run_virtually(main())
        assert [event.error for event in bench.seen(AttemptEvent)] == ["CancelledError"]

    def test_a_write_that_ran_out_of_time_is_unknown(self) -> None:
        assert send_badly(Bench(PretendedWire(seconds=5.0), total=1.0), POST).outcome == "unknown"

    def test_no_deadline_is_no_deadline(self) -> None:
        assert send(Bench(PretendedWire(seconds=9999.0), total=None)).elapsed == 9999.0

    def test_waiting_for_a_place_counts(self) -> None:
        bench = Bench(PretendedWire(seconds=5.0), total=1.0, connections=1)

        async def main() -> None:
            async with bench:
                first = asyncio.ensure_future(bench.sender.send(GET))
                await asyncio.sleep(0.5)
                with pytest.raises(DeadlineExceededError) as caught:
                    await bench.sender.send(POST)
                with pytest.raises(DeadlineExceededError):
                    await first
                error = caught.value
                assert (error.phase, error.attempts, error.outcome) == (
                    "response headers",
                    1,
                    "unknown",
                )
                assert (bench.shared.admission.in_flight, bench.shared.admission.waiting) == (0, 0)

        run_virtually(main())

    def test_a_deadline_in_the_backoff_is_named(self) -> None:
        bench = Bench(PretendedWire(lost()), total=1.0)
        bench.sleep = lambda _: asyncio.sleep(5.0)  # sleeps longer than it was told
        raised = send_badly(bench, marked(PATCH))

        assert (raised.phase, raised.outcome) == ("backoff", "unknown")

    @given(seed=st.integers())
    def test_no_schedule_goes_over_the_deadline(self, seed: int) -> None:
        draw = random.Random(seed)
        results = [
            answer(200), answer(429), answer(503), answer(500), answer(404),
            answer(429, Retry_After="1"), answer(503, Retry_After="30"), answer(429, Retry_After="x"),
            lost(), lost(ConnectError, sent=False), lost(PayloadError, status=200),
        ]  # fmt: skip
        total = draw.choice([0.5, 1.0, 5.0, 60.0])
        attempts = draw.randint(1, 8)
        bench = Bench(
            PretendedWire(*draw.choices(results, k=8), seconds=lambda: draw.expovariate(2.0)),
            total=total,
            draw=draw.random,
            retry=RetryPolicy(max_attempts=attempts, budget_reserve=draw.choice([0.0, 50.0])),
        )
        try:
            result: Any = send(bench, draw.choice([GET, POST, marked(PATCH)]))
        except ScalrError as error:
            result = error

        spent = sum(bench.wire.ended) - sum(bench.wire.began) + sum(bench.sleeps)
        assert result.elapsed <= total + 0.05
        assert spent == pytest.approx(result.elapsed)
        assert result.attempts == len(bench.wire.began) <= attempts
        assert bench.shared.admission.in_flight == 0
        assert not bench.shared.timers


class TestCancelling:
    @pytest.mark.parametrize("moment", [0.05, 0.2])
    def test_a_cancelled_call_ends_within_a_tick_and_sends_no_more(self, moment: float) -> None:
        bench = Bench(PretendedWire(answer(503)))

        async def main() -> None:
            async with bench:
                task = asyncio.ensure_future(bench.sender.send(GET))
                await asyncio.sleep(moment)
                task.cancel("mine")
                await asyncio.sleep(0)
                await asyncio.sleep(0)
                assert task.cancelled()
                await asyncio.sleep(100)
                assert len(bench.wire.began) == 1
                assert bench.shared.admission.in_flight == 0

        run_virtually(main())


class TestThrottling:
    def test_a_429_is_waited_out(self) -> None:
        bench = Bench(PretendedWire(answer(429, Retry_After="3"), answer()), draw=lambda: 0.0)
        response = send(bench, POST)

        assert (response.status, response.attempts, bench.sleeps) == (200, 2, [3.0])

    def test_after_a_429_the_gate_is_closed_for_everybody(self) -> None:
        bench = Bench(PretendedWire(answer(429, Retry_After="3"), answer()), draw=lambda: 0.5)

        async def main() -> None:
            async with bench:
                first = asyncio.ensure_future(bench.sender.send(GET))
                await asyncio.sleep(0.5)
                others = [asyncio.ensure_future(bench.sender.send(GET)) for _ in range(3)]
                await asyncio.gather(first, *others)

        run_virtually(main())
        assert bench.wire.began[0] == 0.0
        assert all(3.1 <= moment <= 4.2 for moment in bench.wire.began[1:])
        assert {event.reason for event in bench.seen(WaitEvent)} == {"gate", "pool"}

    @pytest.mark.parametrize(
        ("told", "closed"),
        [("3", 3.0), ("2.5", 2.75), ("0.1", 0.5), ("0.9", 1.15), ("0", 1.0)],
    )
    def test_a_wait_that_is_told_exactly_is_given_some_room(self, told: str, closed: float) -> None:
        """A quarter of a second more than a fraction, and no less than half of one."""
        script = (answer(), answer(429, Retry_After=told), answer())
        bench = Bench(PretendedWire(*script), draw=lambda: 0.0)

        async def main() -> None:
            async with bench:
                await bench.sender.send(GET)
                first = asyncio.ensure_future(bench.sender.send(GET))
                await asyncio.sleep(0.15)
                assert bench.shared.admission._gate.opens_at == pytest.approx(0.2 + closed)
                await first

        run_virtually(main())

    def test_a_gate_that_opens_after_the_deadline_is_not_waited_for(self) -> None:
        bench = Bench(PretendedWire(answer(429, Retry_After="50")), total=10.0)

        async def main() -> None:
            async with bench:
                assert (await bench.sender.send(GET)).status == 429
                with pytest.raises(DeadlineExceededError) as caught:
                    await bench.sender.send(POST)
                error = caught.value
                assert (error.phase, error.attempts, error.outcome) == ("gate wait", 0, "not_sent")
                assert error.retry_after == pytest.approx(50.0)
                assert error.elapsed == 0.0
                assert "would have to wait 50 s" in str(error)

        run_virtually(main())

    def test_a_gate_that_closes_again_is_waited_for_again(self) -> None:
        bench = Bench(PretendedWire(), draw=lambda: 0.0)

        async def main() -> None:
            async with bench:
                bench.shared.admission._gate.close(1.0, 0.0)
                task = asyncio.ensure_future(bench.sender.send(GET))
                await asyncio.sleep(0.5)
                bench.shared.admission._gate.close(5.0, 0.5)
                assert (await task).elapsed == pytest.approx(5.6)

        run_virtually(main())

    def test_a_gate_that_closes_again_for_too_long_ends_the_call(self) -> None:
        bench = Bench(PretendedWire(), draw=lambda: 0.0, total=3.0)

        async def main() -> None:
            async with bench:
                bench.shared.admission._gate.close(1.0, 0.0)
                task = asyncio.ensure_future(bench.sender.send(GET))
                await asyncio.sleep(0.5)
                bench.shared.admission._gate.close(5.0, 0.5)
                with pytest.raises(DeadlineExceededError, match=r"4\.5 s"):
                    await task
                assert bench.shared.admission.in_flight == 0

        run_virtually(main())

    def test_concurrency_finds_the_servers_limit(self) -> None:
        """A server that takes 8 at once and throttles the rest."""
        busy = 0

        class Server(PretendedWire):
            async def attempt(self, request: Request, progress: Progress) -> Answer:
                nonlocal busy
                busy += 1
                try:
                    full = busy > 8
                    await super().attempt(request, progress)
                    return answer(429) if full else answer()
                finally:
                    busy -= 1

        draw = random.Random(5)
        policy = RetryPolicy(throttled_base=0.2, max_attempts=20)
        bench = Bench(Server(seconds=0.05), draw=draw.random, retry=policy, total=None)

        async def main() -> list[Response]:
            async with bench:
                return await asyncio.gather(*(bench.sender.send(GET) for _ in range(3000)))

        responses = run_virtually(main())
        assert {response.status for response in responses} == {200}
        assert len(bench.wire.began) < 3000 * 1.1
        assert 3 <= bench.shared.admission.limit <= 24

    def test_requests_are_paced(self) -> None:
        bench = Bench(PretendedWire(), requests_per_second=10.0)

        async def main() -> None:
            async with bench:
                await asyncio.gather(*(bench.sender.send(GET) for _ in range(4)))

        run_virtually(main())
        assert bench.wire.began == pytest.approx([0.0, 0.1, 0.2, 0.3])
        assert [event.reason for event in bench.seen(WaitEvent)] == ["rate"] * 3

    def test_a_pace_beyond_the_deadline_is_not_waited_for(self) -> None:
        bench = Bench(PretendedWire(), requests_per_second=0.1, total=5.0)

        async def main() -> None:
            async with bench:
                await bench.sender.send(GET)
                with pytest.raises(DeadlineExceededError) as caught:
                    await bench.sender.send(POST)
                assert (caught.value.phase, caught.value.outcome) == ("rate wait", "not_sent")
                assert caught.value.retry_after is None
                assert bench.shared.admission.in_flight == 0

        run_virtually(main())


class Slow:
    """A body that needs longer than a deadline, but moves."""

    size = None
    repeatable = True

    async def chunks(self) -> Any:
        yield b""


def moving(*rest: Any) -> Any:
    """Answer after 1.6 seconds, half-way through which a piece of the request went out."""
    (result,) = rest

    async def play(progress: Progress) -> Any:
        await asyncio.sleep(0.8)
        progress.chunk_sent()
        await asyncio.sleep(0.8)
        return result

    return play


class TestStreams:
    def test_what_the_deadline_leaves_counts_from_the_last_piece(self) -> None:
        """A repeat is decided on by the deadline that moved, not by the first one."""
        request = Request(method="PUT", path="/x", body=Slow(), idempotent=True)
        wire = PretendedWire(moving(answer(503)), answer(200), seconds=0.0)
        bench = Bench(wire, total=1.0, draw=lambda: 0.1)

        assert send(bench, request).attempts == 2
        assert bench.sleeps == pytest.approx([0.1 * 0.1])  # of half of 0.2 s


class TestLimits:
    @pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422])
    def test_a_refusal_shows_a_working_server(self, status: int) -> None:
        """More may be in flight again, and the budget is earned, as after a success."""
        policy = RetryPolicy(budget_reserve=1.0, budget_ratio=1.0)
        script = (answer(503), answer(), *[answer(status)] * 40)
        bench = Bench(PretendedWire(*script), connections=2, retry=policy)

        async def main() -> None:
            async with bench:
                await bench.sender.send(GET)
                assert bench.sender._retry_budget.tokens == 0.0
                bench.shared.admission._concurrency.restart(1, 0.0)
                assert bench.shared.admission.limit == 1
                for _ in range(40):
                    await bench.sender.send(GET)
                assert bench.sender._retry_budget.tokens == 1.0
                assert bench.shared.admission.limit == 2

        run_virtually(main())

    @pytest.mark.parametrize("status", [408, 500, 502, 504])
    def test_a_failure_does_not(self, status: int) -> None:
        policy = RetryPolicy(budget_reserve=1.0, budget_ratio=1.0, max_attempts=1)
        bench = Bench(PretendedWire(answer(status)), connections=2, retry=policy)

        async def main() -> None:
            async with bench:
                bench.sender._retry_budget.spend()
                bench.shared.admission._concurrency.restart(1, 0.0)
                for _ in range(40):
                    await bench.sender.send(GET)
                assert bench.sender._retry_budget.tokens == 0.0
                assert bench.shared.admission.limit == 1

        run_virtually(main())


class TestBudget:
    def test_successes_allow_repeats_again(self) -> None:
        policy = RetryPolicy(budget_reserve=1.0, budget_ratio=0.2)
        bench = Bench(
            PretendedWire(answer(503), answer(503), *[answer()] * 5, answer(503)), retry=policy
        )

        async def main() -> list[int]:
            async with bench:
                return [(await bench.sender.send(GET)).attempts for _ in range(7)]

        assert run_virtually(main()) == [2, 1, 1, 1, 1, 1, 2]

    def test_only_what_succeeds_at_once_earns_something(self) -> None:
        """The budget of one repeat: spent, not earned by it, earned by the next call."""
        policy = RetryPolicy(budget_reserve=1.0, budget_ratio=1.0)
        script = (answer(503), answer(), answer(503), answer(), answer(503), answer())
        bench = Bench(PretendedWire(*script), retry=policy)

        async def main() -> list[int]:
            async with bench:
                return [(await bench.sender.send(GET)).attempts for _ in range(4)]

        assert run_virtually(main()) == [2, 1, 1, 2]

    def test_a_clone_with_other_numbers_has_a_budget_of_its_own(self) -> None:
        bench = Bench(PretendedWire(answer(503)))
        poor = attrs.evolve(bench.config, retry=RetryPolicy(budget_reserve=0.0))

        async def main() -> list[int]:
            async with bench:
                senders = [bench.clone(poor), bench.sender, bench.clone(poor)]
                return [(await sender.send(GET)).attempts for sender in senders]

        assert run_virtually(main()) == [1, 5, 1]

    def test_what_a_429_asks_for_costs_nothing(self) -> None:
        policy = RetryPolicy(budget_reserve=0.0)

        assert send(Bench(PretendedWire(answer(429), answer()), retry=policy)).attempts == 2


class TestCleanup:
    def test_a_call_in_the_cleanup_of_a_cancelled_task_has_its_own_deadline(self) -> None:
        """The cancellation that brought it there is not the one that its deadline makes."""
        bench = Bench(PretendedWire(seconds=99.0), total=2.0)
        ends: list[Any] = []

        async def work() -> None:
            try:
                await asyncio.sleep(99.0)
            finally:
                ends.append(
                    (await asyncio.gather(bench.sender.send(DELETE), return_exceptions=True))[0]
                )
                try:
                    await bench.sender.send(DELETE)
                except DeadlineExceededError as error:
                    ends.append(error)

        async def main() -> None:
            async with bench:
                task = asyncio.ensure_future(work())
                await asyncio.sleep(1.0)
                task.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await task
                assert asyncio.get_running_loop().time() == 5.0

        run_virtually(main())
        assert [(type(end), end.outcome) for end in ends] == [
            (DeadlineExceededError, "unknown")
        ] * 2


class TestClosing:
    @pytest.mark.parametrize("moment", [0.1, 1.5, 2.1])
    def test_closing_ends_calls_wherever_they_are(self, moment: float) -> None:
        """50 calls wait for the gate, for a slot, for their answer or to try again."""
        bench = Bench(PretendedWire(answer(503), seconds=1.0), connections=2, total=None)
        bench.shared.admission._gate.close(0.5, 0.0)

        async def main() -> list[Any]:
            async with bench:
                tasks = [asyncio.ensure_future(bench.sender.send(GET)) for _ in range(50)]
                await asyncio.sleep(moment)
                bench.shared.lifecycle.close()
                await bench.shared.timers.end_all()
                assert asyncio.get_running_loop().time() == moment
                return await asyncio.gather(*tasks, return_exceptions=True)

        errors = run_virtually(main())
        assert {type(error) for error in errors} == {ClientStateError}
        assert "the client was closed meanwhile" in str(errors[0])
        assert {error.outcome for error in errors} == {"not_sent"} | (
            {"unknown"} if moment > 1 else set()
        )
        assert (bench.shared.admission.in_flight, bench.shared.admission.waiting) == (0, 0)

    def test_a_client_that_is_not_open_sends_nothing(self) -> None:
        bench = Bench(PretendedWire())

        async def main() -> None:
            with pytest.raises(ClientStateError):
                await bench.clone().send(GET)

        run_virtually(main())
        assert bench.wire.began == []


class TestEvents:
    def test_every_attempt_and_every_repeat_is_told(self) -> None:
        bench = Bench(PretendedWire(answer(503), lost(), answer()))
        send(bench)

        assert [(e.attempt, e.status, e.error) for e in bench.seen(AttemptEvent)] == [
            (1, 503, None),
            (2, None, "DisconnectedError"),
            (3, 200, None),
        ]
        assert [(e.attempt, e.reason, e.delay) for e in bench.seen(RetryEvent)] == [
            (1, "503", 0.25),
            (2, "DisconnectedError", 0.5),
        ]

    def test_without_a_listener_no_event_is_built(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(*_: object, **__: object) -> None:
            raise AssertionError("built")

        for name in ("AttemptEvent", "RetryEvent", "WaitEvent"):
            monkeypatch.setattr(f"scalr_async.telemetry.{name}.__init__", refuse)
        bench = Bench(PretendedWire(answer(429), answer()))

        async def main() -> Response:
            async with bench:
                bench.sender._telemetry = SilentTelemetry()
                bench.shared.admission._gate.close(1.0, 0.0)
                return await bench.sender.send(GET)

        assert run_virtually(main()).attempts == 2


class SilentTelemetry(Telemetry):
    def wants(self, kind: object) -> bool:
        return False
