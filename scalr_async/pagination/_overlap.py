"""The proof that a walk missed nothing, although the list moved under it.

A window is what one answer showed: a run of neighbours in the list's order, at one moment. Items
that exist throughout keep their order, so all of them that lie between the first and the last item
of a window are in the window. Two windows that share an item therefore leave no gap between them,
whenever they were read. If windows that share items lead from the beginning of the list to its
end, every item that existed throughout is in one of them. Deletes and creates only decide how far
a window reaches, never whether this holds; what it needs is an order that does not change.
"""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["Chain", "straddle"]

_START, _END = 0, 1


class Chain:
    """The windows that share ids, as connected sets (a union-find), and every id seen.

    It holds every id of the list: about 130 bytes an item.
    """

    def __init__(self) -> None:
        self._parents = [_START, _END]
        self._windows: dict[str, int] = {}

    def __contains__(self, key: object) -> bool:
        return key in self._windows

    def __len__(self) -> int:
        return len(self._windows)

    def add(self, ids: Sequence[str], *, starts: bool = False) -> int:
        """Add a window and return its number; it may begin at the start of the list."""
        window = len(self._parents)
        self._parents.append(window)
        for key in ids:
            self._join(self._windows.setdefault(key, window), window)
        if starts:
            self._join(window, _START)
        return window

    @property
    def windows(self) -> int:
        """The number that the next window will have."""
        return len(self._parents)

    def end_with(self, window: int) -> None:
        """Note that a window reaches the end of the list."""
        self._join(window, _END)

    def first_window(self, key: str) -> int:
        """Return the number of the first window that showed the id; it must be a known one."""
        return self._windows[key]

    def reaches(self, window: int) -> bool:
        """True if windows lead from the start of the list to this one without a gap."""
        return self._root(window) == self._root(_START)

    @property
    def complete(self) -> bool:
        """True if they lead to the end of the list."""
        return self.reaches(_END)

    def _root(self, window: int) -> int:
        parents = self._parents
        while parents[window] != window:
            parents[window] = parents[parents[window]]
            window = parents[window]
        return window

    def _join(self, one: int, other: int) -> None:
        if one != other:
            self._parents[self._root(one)] = self._root(other)


def straddle(position: int, size: int) -> tuple[int, int]:
    """Return the page (number, size) of at most `size` items that has `position` most inside it.

    Pages begin at multiples of their size only, so a smaller size is what moves them.
    """
    position = max(position, 1)

    def margin(chosen: int) -> tuple[int, int]:
        before = position % chosen
        return min(before, chosen - before), chosen

    best = max(range(max(2, size // 2), max(2, size) + 1), key=margin)
    return position // best + 1, best
