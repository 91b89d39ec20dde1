"""One walk over a list: which pages it reads, when it continues, when it ends."""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, contextmanager
from itertools import islice
from operator import length_hint
from typing import TYPE_CHECKING, Generic, TypeVar

import attrs

from scalr_async._backlog import BACKLOG, Backlog, member
from scalr_async.errors import ScalrError
from scalr_async.pagination._answer import PageAnswer, PageSource, Undecoded
from scalr_async.pagination._checkpoint import Checkpoint
from scalr_async.pagination._drift import DriftReport, DriftWatch
from scalr_async.pagination._page import Page
from scalr_async.pagination._progress import Journal, Plan, Progress
from scalr_async.pagination._readahead import ReadAhead
from scalr_async.telemetry import EmptyListEvent, PageEvent

if TYPE_CHECKING:
    from scalr_async.pagination._verify import Verification

__all__ = ["Walk"]

R = TypeVar("R")
T = TypeVar("T")


class Walk(Generic[R]):
    """One walk over the pages of a list from `start` on; an object serves one iteration only.

    With a `checkpoint` and no other `start` it begins and ends at the checkpoint's places. Without
    a `size`, its pages are no larger than the limit. One that is not `patient` reads little: its
    pages do not wait longer for the limits of the client than their deadlines allow.
    """

    def __init__(
        self,
        source: PageSource[R],
        plan: Plan,
        *,
        size: int | None = None,
        start: int = 1,
        journal: Journal[R] | None = None,
        checkpoint: Checkpoint | None = None,
        ids_only: bool = False,
        patient: bool = True,
    ) -> None:
        self.report = DriftReport()
        self._source = source
        self._telemetry = source.telemetry
        self._plan = plan
        self._journal: Journal[R] = journal or Journal()
        self._ids_only = ids_only
        self._backlog = Backlog() if patient else None
        self._identities = source.identities()
        self._may_resume = start > 1
        self._size = plan.smallest_page_size if size is None else size
        self._progress: Progress[R] = Progress.begin(
            source, size=self._size, start=start, checkpoint=checkpoint
        )
        self._watch = DriftWatch(source, plan.on_drift, self.report, self._progress.received)
        self._start_reading(self._progress.next)

    def items(self) -> AsyncGenerator[R]:
        """Yield the items; the read-ahead widens while the first page is consumed."""
        return self._cancelled_when_dropped(self._items())

    def pages(self) -> AsyncGenerator[Page[R]]:
        """Yield the pages, without items that were yielded before or exceed the limit."""
        return self._cancelled_when_dropped(self._pages())

    def _cancelled_when_dropped(self, generator: AsyncGenerator[T]) -> AsyncGenerator[T]:
        """Cancel the reads of a generator as soon as it is garbage-collected.

        A loop that ends with `break` drops its generator; the event loop closes it only some time
        later, when the client may already be closed.
        """
        weakref.finalize(generator, self._cancel).atexit = False
        return generator

    def _cancel(self) -> None:
        """Cancel the reads in flight; safe in any thread."""
        self._journal.end(self.report)
        if self._ahead is not None:
            self._ahead.cancel()
        if self._progress.verification is not None:
            self._progress.verification.cancel()

    async def _items(self) -> AsyncGenerator[R]:
        async with aclosing(self._pages()) as pages:
            async for page in pages:
                items = self._progress.trail.rest = iter(page.items)
                if self.report.pages == 1:
                    part = max(1, len(page.items) // 8)
                    while length_hint(items):
                        for item in islice(items, part):
                            yield item
                        if self._ahead is not None:
                            self._ahead.widen()
                else:
                    for item in items:
                        yield item
                del page, items  # their memory, still in the cache, is used for the next page

    async def _pages(self) -> AsyncGenerator[Page[R]]:
        finished = False
        progress = self._resume()
        try:
            more = not (self._is_full() or (progress.verification and progress.all_pages))
            while more:
                answer, part, end = await self._cut(await self._take(progress.next))
                items, more = self._judge(answer, part)
                if more or self._ahead is not None:
                    self._read_ahead(self._last_needed(answer, items) if more else answer.number)
                if more and not items and self._is_before_the_first():
                    progress.add(answer, items, end)
                    progress.trail.release()
                    continue
                page = self._deliver(answer.page(items))
                end = end if len(page.items) == len(items) else -1
                progress.add(answer, page.items, end)
                yield page
                progress.trail.release()
                del answer, part, items, page
                await asyncio.sleep(0)  # the others' turn
                more = more and not self._is_full()
                if self._ahead is not None:
                    self._ahead.widen(fully=True)
            if self._ahead is not None:
                await self._ahead.aclose()  # if this is cancelled, the walk is not finished
            if progress.verification is not None and not self._is_full():
                async with aclosing(self._missed_pages(progress.verification)) as missed:
                    async for page in missed:
                        yield page
            finished = True
        except Exception:
            self._set_verdict("the walk failed")
            raise
        finally:
            self._journal.end(self.report, finished=finished)
            if self._ahead is not None:
                await self._ahead.aclose()

    @property
    def is_consistent(self) -> bool:
        """True if the server has not contradicted itself about the list so far."""
        return self._watch.is_consistent

    @property
    def cost(self) -> dict[str, float]:
        """The number of requests for the newest page and their seconds, for an error about it."""
        return {"attempts": self._watch.attempts, "elapsed": self._watch.elapsed}

    def _resume(self) -> Progress[R]:
        """Start anew, or resume the last walk of this pager if it failed or was abandoned here."""
        before = self._journal.unfinished() if self._may_resume else None
        if before is not None:
            self._progress.received.total = before.received.total
            if (before.next, before.size) == (self._start, self._size):
                self._progress, self._watch.received = before, before.received
        progress = self._progress
        if progress.verification is None and self._plan.on_drift == "verify":
            progress.verify(self._source, start=self._start)
        self._journal.begin(self.report, progress)
        return progress

    def _start_reading(self, number: int) -> None:
        """Begin on this page; read ahead at once if the end of the section is known."""
        self._start = self._progress.next = number
        self._ahead: ReadAhead[Undecoded[R]] | None = None
        section, most = self._progress.section, self._plan.prefetch
        last = None if section is None else section.last_page(self._size)
        if last is not None and self._plan.limit is None:
            self._ahead = ReadAhead(self._read_page, number, last=last, most=most, window=most)

    async def _take(self, number: int) -> PageAnswer[R]:
        with self._reading(number):
            ahead = self._ahead
            undecoded = await (self._read_page(number) if ahead is None else ahead.take())
            return await undecoded()

    async def _read_page(self, number: int) -> Undecoded[R]:
        identities = None if self._ids_only else self._identities
        return await self._source.fetch(
            number, self._size, identities=identities, ids_only=self._ids_only
        )

    @contextmanager
    def _reading(self, number: int) -> Iterator[None]:
        """Count the requests to the backlog; add to an error how to resume at the failed page.

        Callers number pages of the full page size; a limit may have made those of the walk smaller.
        """
        before = BACKLOG.get()  # `member`, without its cost for each page
        BACKLOG.set(self._backlog if before is None else before)
        try:
            yield
        except ScalrError as error:
            page, again = divmod((number - 1) * self._size, self._plan.page_size)
            error.page = page + 1
            note = f"the pages before it are complete, pages(start={error.page}) resumes there"
            if again:
                note += f" and hands out {again} items again"
            error.add_note(f"page {error.page} of {self._source.path} failed: {note}")
            raise
        finally:
            BACKLOG.set(before)

    async def _cut(self, answer: PageAnswer[R]) -> tuple[PageAnswer[R], PageAnswer[R], int]:
        """Return a page, its part inside the section, and the index after that part.

        If the place at which the section begins is not on the first page, another page is read.
        """
        section = self._progress.section
        if section is None:
            return answer, answer, answer.count
        begin = 0
        if section.begin is not None:
            while (number := await section.search(answer, self._size, self._read_ids)) is not None:
                if self._ahead is not None:
                    await self._ahead.aclose()
                self._start_reading(number)
                answer = await self._take(number)
            begin, moved = section.locate_begin(answer)
            self._note_moved(answer, moved)
        end, lost = await section.locate_end(answer, self._read_ids)
        self._note_moved(answer, lost)
        if not section.already_yielded.isdisjoint(answer.known):
            self._watch.fruitless_pages = -1  # passing items of an earlier walk is progress
        return answer, section.cut(answer, begin, end), max(begin, end)

    def _note_moved(self, answer: PageAnswer[R], detail: str | None) -> None:
        if detail is not None:
            self._watch.note("moved", answer.number, detail)

    async def _read_ids(self, number: int, size: int) -> PageAnswer[R]:
        with self._reading(self._progress.next):
            undecoded = await self._source.fetch(number, size, ids_only=self._source.sparse)
            return await undecoded()

    def _judge(self, answer: PageAnswer[R], part: PageAnswer[R]) -> tuple[tuple[R, ...], bool]:
        """Return the new items of a page, and whether there is a page after it; report drift.

        A page that raises `DriftError` is not remembered, because it was not handed out.
        """
        progress, watch = self._progress, self._watch
        section, verification = progress.section, progress.verification
        items = watch.fresh(part)
        if items and verification is not None:
            items = verification.fresh(part)
        end = watch.end_of(answer, None if section is None else section.offset_of(answer))
        more = watch.check(answer, items, end=end, repeated=len(part.items) - len(items))
        if section is not None and not more:
            self._note_moved(answer, section.finish())
        watch.remember(answer, end)
        if verification is not None:
            verification.add(answer)
            verification.is_consistent &= watch.is_consistent
        progress.next, progress.all_pages = answer.number + 1, not more
        if not (more or answer.items) and answer.number == 1:
            self._report_empty_list()
        return items, more and (section is None or not section.is_over)

    def _report_empty_list(self) -> None:
        """Emit an event for each filter that may be why the list is empty."""
        if self._telemetry.wants(EmptyListEvent):
            for name, hint in self._source.hints:
                self._telemetry.emit(EmptyListEvent(path=self._source.path, filter=name, hint=hint))

    def _is_before_the_first(self) -> bool:
        """Return whether a page without new items is only read to find the place of a checkpoint.

        All its items may have come before that place.
        """
        return self._progress.section is not None and not self.report.pages

    def _is_full(self) -> bool:
        """Return whether the limit is reached."""
        return self._plan.limit is not None and self.report.items >= self._plan.limit

    def _read_ahead(self, last: int) -> None:
        """Read ahead up to the page `last`, from the second page on."""
        if self._ahead is None:
            first, most = self._progress.next, self._plan.prefetch
            self._ahead = ReadAhead(self._read_page, first, last=last, most=most, taken=1)
        self._ahead.last = last
        self._ahead.fill()

    def _last_needed(self, answer: PageAnswer[R], items: tuple[R, ...]) -> int:
        """Return the last page that the walk will need, by the numbers on the newest one."""
        last = answer.number + 1
        has_new = items or not self._watch.fruitless_pages
        is_sound = has_new and answer.count >= answer.size and not answer.inconsistent
        if answer.total_pages is not None and is_sound:
            last = max(last, answer.total_pages)
        section = self._progress.section
        if section is not None and (end := section.last_page(answer.size)) is not None:
            last = min(last, max(end, answer.number + 1))
        if self._plan.limit is not None:
            missing = self._plan.limit - self.report.items - len(items)
            last = min(last, answer.number - (-missing // answer.size))
        return last

    def _deliver(self, page: Page[R]) -> Page[R]:
        """Cut the page at the limit, count it, and emit its event."""
        limit, report = self._plan.limit, self.report
        if limit is not None and len(page.items) > limit - report.items:
            page = attrs.evolve(page, items=page.items[: limit - report.items])
            self._progress.next = 0  # items were cut off: no walk may resume after this page
        report.pages += 1
        report.items += len(page.items)
        if self._telemetry.wants(PageEvent):
            self._telemetry.emit(
                PageEvent(
                    path=self._source.path,
                    number=page.number,
                    items=len(page.items),
                    total_count=page.total_count,
                    total_pages=page.total_pages,
                )
            )
        return page

    async def _missed_pages(self, verification: Verification[R]) -> AsyncGenerator[Page[R]]:
        """Yield pages of the items that the walk missed; set the verdict of the report."""
        if not self._source.paginated or self._watch.is_past_the_end:
            doubt = None if self._watch.is_consistent else "the answer is not the whole list"
            past = "the walk began past the end of the list"
            self._set_verdict(past if self._watch.is_past_the_end else doubt)
            return
        self._progress.trail.settle()
        watch = self._watch
        total = watch.received.total
        expected = total if watch.steady and self._start == 1 else None
        found = verification.found(
            self._read_again, self._plan.prefetch, total=total, expected=expected
        )
        async with aclosing(found):
            async for read in found:
                if not read.items:
                    continue
                self.report.missed += len(read)
                detail = f"{len(read)} items were not on the pages, or are new"
                watch.note("missed", read.number, detail)
                self._progress.trail.add_apart((page := self._deliver(read)).items)
                yield page
                if self._is_full():
                    return
        section = self._progress.section
        if section is not None and (self._start > 1 or section.skips_unknown):
            self._set_verdict("the items before the checkpoint are not verified")
            return
        self._set_verdict(verification.doubt)
        if verification.doubt is not None:
            watch.note("missed", self._start, f"items may be missing: {verification.doubt}")

    def _set_verdict(self, doubt: str | None) -> None:
        """Record in the report of a walk to verify that it was verified, or the doubt about it."""
        if self._progress.verification is not None:
            self.report.verified, self.report.doubt = doubt is None, doubt

    async def _read_again(self, number: int, size: int, *, ids_only: bool) -> PageAnswer[R]:
        """Read a page for the verification."""
        verification = self._progress.verification
        assert verification is not None
        identities = None if ids_only else self._identities
        try:
            with member(self._backlog):
                undecoded = await self._source.fetch(
                    number, size, identities=identities, ids_only=ids_only
                )
            answer = await undecoded()
        except ScalrError as error:
            walked = (self._progress.next - 1) * self._size
            error.page = -(-walked // self._plan.page_size) + 1
            error.add_note(
                f"all pages of {self._source.path} were handed out, but could not be verified: "
                f"pages(start={error.page}) resumes the verification"
            )
            raise
        for name in answer.inconsistent.keys() - {"meta", "page-size"}:
            self._watch.inconsistent(number, name, answer.inconsistent[name])
            verification.is_consistent = False
        return answer
