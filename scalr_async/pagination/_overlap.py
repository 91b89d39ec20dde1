"""The proof that a walk missed nothing, although the list changed during the walk.

A window is the content of one answer: consecutive items of the list at one moment. Items that exist
throughout keep their order, so that all of them between the first and the last item of a window are
in the window. Two windows that share an item therefore leave no gap between them, whenever they
were read. If windows that share items connect the beginning of the list to its end, every item that
existed throughout is in one of them. Deletes and creates only decide how far a window reaches; the
proof requires only that the order does not change.
"""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["Chain", "straddle"]

_START, _END = 0, 1


class Chain:
    """The windows that share ids, as connected sets (a union-find), and every id seen.

    It stores every id of the list, about 130 bytes per item.
    """

    def __init__(self) -> None:
        self._parents = [_START, _END]
        self._windows: dict[str, int] = {}

    def __contains__(self, key: object) -> bool:
        return key in self._windows

    def __len__(self) -> int:
        return len(self._windows)

    def add(self, ids: Sequence[str], *, starts: bool = False) -> int:
        """Add a window and return its number; `starts` if it begins at the start of the list."""
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
        """Return the number of the first window with a known id."""
        return self._windows[key]

    def reaches(self, window: int) -> bool:
        """Return whether windows connect the start of the list to this one without a gap."""
        return self._root(window) == self._root(_START)

    @property
    def complete(self) -> bool:
        """True if windows connect the start of the list to its end without a gap."""
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
    """Return the page (number, size) of at most `size` items with `position` nearest its middle.

    Pages begin only at multiples of their size, so that only another size shifts them.
    """
    position = max(position, 1)

    def margin(chosen: int) -> tuple[int, int]:
        before = position % chosen
        return min(before, chosen - before), chosen

    best = max(range(max(2, size // 2), max(2, size) + 1), key=margin)
    return position // best + 1, best
