"""Draw the diagrams of the documentation: `python -m tools.diagrams`, `--check` compares them.

The pictures are plain SVG with system fonts and a background of their own, so that they look the
same in a browser, on a code host and on paper. The layers are those of the package's docstring; the
plot of limits is simulated in virtual time.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Sequence
from html import escape
from importlib import import_module
from pathlib import Path
from typing import Final

import scalr_async

IMAGES: Final = Path(__file__).parent.parent / "docs" / "images"
_INK, _GREY, _LINE, _GROUND = "#1b2430", "#5b6675", "#9aa5b1", "#ffffff"
_BLUE, _GREEN, _AMBER, _RED, _PALE = "#dbe9f8", "#dcf0e1", "#fbeccb", "#f8dbd8", "#f1f4f7"
_FONT: Final = "-apple-system, 'Segoe UI', Helvetica, Arial, sans-serif"


class Canvas:
    """A picture of some width and height; screen readers read its `title`."""

    def __init__(self, width: int, height: int, title: str) -> None:
        self.width, self.height, self.title = width, height, title
        self.parts: list[str] = []

    def box(self, x: float, y: float, width: float, height: float, fill: str = _PALE) -> None:
        """Draw a box with round corners."""
        self.parts.append(
            f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="6" '
            f'fill="{fill}" stroke="{_LINE}"/>'
        )

    def bar(self, x: float, y: float, width: float, height: float, fill: str) -> None:
        """Draw a bar without an outline."""
        self.parts.append(
            f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" fill="{fill}"/>'
        )

    def text(
        self, x: float, y: float, text: str, *, size: int = 13, bold: bool = False,
        color: str = _INK, anchor: str = "middle",
    ) -> None:  # fmt: skip
        """Write a line of text, centered unless the anchor is `start` or `end`."""
        weight = ' font-weight="600"' if bold else ""
        self.parts.append(
            f'<text x="{x:g}" y="{y:g}" font-size="{size}" fill="{color}" '
            f'text-anchor="{anchor}"{weight}>{escape(text)}</text>'
        )

    def lines(self, x: float, y: float, texts: Sequence[str], **how: object) -> None:
        """Write lines of text below each other; the first is bold."""
        for number, text in enumerate(texts):
            small = {"size": 13, "bold": True} if number == 0 else {"size": 11, "color": _GREY}
            self.text(x, y + 16 * number, text, **{**small, **how})  # type: ignore[arg-type]  # all are of `text`

    def labeled(
        self, place: tuple[float, float, float, float], texts: Sequence[str], fill: str
    ) -> None:
        """Draw a box with centered lines of text."""
        x, y, width, height = place
        self.box(x, y, width, height, fill)
        self.lines(x + width / 2, y + height / 2 + 5 - 8 * (len(texts) - 1), texts)

    def arrow(self, *points: tuple[float, float], label: str = "", dashed: bool = False) -> None:
        """Draw an arrow through points; its label stands at the first segment."""
        route = " ".join(f"{x:g},{y:g}" for x, y in points)
        dash = ' stroke-dasharray="4 3"' if dashed else ""
        self.parts.append(
            f'<polyline points="{route}" fill="none" stroke="{_GREY}" '
            f'stroke-width="1.4"{dash} marker-end="url(#head)"/>'
        )
        if label:
            (x, y), (u, v) = points[:2]
            level = y == v
            place = ((x + u) / 2, y - 6) if level else (x + 6, (y + v) / 2 + 4)
            self.text(*place, label, size=11, color=_GREY, anchor="middle" if level else "start")

    def svg(self) -> str:
        """Return the picture as SVG."""
        return "\n".join(
            [
                (
                    f'<svg xmlns="http://www.w3.org/2000/svg" width="{self.width}" '
                    f'height="{self.height}" viewBox="0 0 {self.width} {self.height}" '
                    f'font-family="{_FONT}" role="img">'
                ),
                f"<title>{escape(self.title)}</title>",
                (
                    '<defs><marker id="head" markerWidth="9" markerHeight="8" refX="8" refY="4" '
                    f'orient="auto"><path d="M0,0 L9,4 L0,8 z" fill="{_GREY}"/></marker></defs>'
                ),
                f'<rect width="{self.width}" height="{self.height}" fill="{_GROUND}"/>',
                *self.parts,
                "</svg>\n",
            ]
        )


def layers() -> str:
    """Draw the layers of the package, as its docstring lists them."""
    told = (scalr_async.__doc__ or "").partition("Layers")[2]
    rows = re.findall(r"(?m)^    (\S.*?)\s{2,}(\S.*)$", told)
    picture = Canvas(760, 60 + 44 * len(rows), "The layers of scalr_async")
    for number, (modules, about) in enumerate(reversed(rows)):
        y = 16 + 44 * number
        picture.box(16, y, 560, 36, _BLUE if number % 2 else _PALE)
        picture.text(28, y + 23, modules, bold=True, anchor="start", size=12)
        picture.text(564, y + 23, about, color=_GREY, anchor="end", size=11)
    height = 44 * len(rows) - 8
    picture.labeled(
        (596, 16, 148, height * 0.6), ["emulator", "a Scalr server,", "outside the layers"], _GREEN
    )
    picture.labeled(
        (596, 24 + height * 0.6, 148, height * 0.4 - 8), ["testing", "fixtures of pytest"], _GREEN
    )
    picture.text(296, 44 + height, "each layer imports only those below it", color=_GREY, size=12)
    return picture.svg()


def call() -> str:
    """Draw the steps of a call."""
    picture = Canvas(860, 330, "The steps of a call")
    picture.box(236, 40, 392, 216, "#fafbfc")
    picture.text(436, 58, "one deadline for all of this: Timeouts.total", size=12, color=_GREY)
    picture.labeled(
        (16, 84, 180, 72), ["your call", "arguments are checked,", "the document is written"], _BLUE
    )
    picture.labeled(
        (256, 84, 160, 72),
        ["wait for admission", "gate, rate, connections,", "first come, first served"],
        _AMBER,
    )
    picture.labeled(
        (456, 84, 160, 72),
        ["one attempt", "exactly one request,", "with the token"],
        _PALE,
    )
    picture.labeled((456, 184, 160, 56), ["decide", "a table, no clock, no I/O"], _PALE)
    picture.labeled((256, 184, 160, 56), ["sleep", "jitter and Retry-After"], _AMBER)
    picture.labeled(
        (676, 84, 168, 72), ["your result", "decoded and typed;", "unknown values are kept"], _GREEN
    )
    picture.labeled((676, 184, 168, 56), ["an error", "with .outcome, .attempts"], _RED)
    picture.arrow((196, 120), (254, 120))
    picture.arrow((416, 120), (454, 120))
    picture.arrow((536, 156), (536, 182), label="no success")
    picture.arrow((616, 120), (674, 120), label="2xx")
    picture.arrow((456, 212), (418, 212), label="repeat")
    picture.arrow((336, 184), (336, 158))
    picture.arrow((616, 212), (674, 212), label="final")
    picture.text(
        430,
        290,
        "each step is an event: scalr.wait, scalr.attempt, scalr.retry",
        size=12,
        color=_GREY,
    )
    return picture.svg()


def again() -> str:
    """Draw the decision whether a request is repeated."""
    picture = Canvas(860, 590, "Repeated requests")
    questions = (
        (
            ["Was nothing sent?", "unknown host name, no connection"],
            "yes",
            True,
            ["repeat", "it cannot have been applied"],
        ),
        (
            ["Did the server refuse the request unseen?", "429, or 401 if there is another token"],
            "yes",
            True,
            ["repeat", "after the delay; with a new token at once"],
        ),
        (
            ["Is the result final?", "501, redirects, bad certificates, other 4xx except 408"],
            "yes",
            False,
            ["final", "the table has the outcome"],
        ),
        (
            ["Is a repeat safe?", "GET, DELETE, relationships, idempotent=True"],
            "no",
            False,
            ["final", "unknown: it may have been applied"],
        ),
        (
            [
                "Are time, budget and attempts left?",
                "60 s, the retry budget, 5 attempts",
            ],
            "no",
            False,
            ["final", "with retry_after if it is known"],
        ),
    )
    for number, (texts, side, repeated, result) in enumerate(questions):
        y = 20 + 104 * number
        picture.labeled((60, y, 400, 60), texts, _BLUE)
        picture.labeled((560, y, 250, 60), result, _GREEN if repeated else _RED)
        picture.arrow((460, y + 30), (558, y + 30), label=side)
        picture.arrow((260, y + 60), (260, y + 102), label="yes" if side == "no" else "no")
    picture.labeled((160, 540, 200, 40), ["repeat"], _GREEN)
    picture.text(685, 566, "the last question applies to every repeat", size=11, color=_GREY)
    return picture.svg()


def walk() -> str:
    """Draw the read-ahead of pages, and the windows of `verify` between them."""
    picture = Canvas(860, 372, "A walk over a list, and verify")
    picture.text(
        20, 30, "A walk reads ahead while you use the items", bold=True, anchor="start", size=14
    )
    starts = (0, 1, 2, 2, 3, 3, 3, 3)
    for number, start in enumerate(starts, 1):
        x, y = 130 + 120 * start, 44 + 17 * (number - 1)
        picture.bar(x, y, 108, 13, "#7fb0e6")
        picture.text(120, y + 11, f"page {number}", size=11, anchor="end", color=_GREY)
    picture.text(
        640, 70, "page 1 alone: many loops end there", size=11, color=_GREY, anchor="start"
    )
    picture.text(640, 88, "then 1, 2, 4 … up to prefetch", size=11, color=_GREY, anchor="start")
    picture.text(640, 106, "items in order, each id once", size=11, color=_GREY, anchor="start")
    picture.text(
        20,
        222,
        "verify reads windows that overlap neighboring pages",
        bold=True,
        anchor="start",
        size=14,
    )
    for number in range(4):
        x = 130 + 170 * number
        picture.labeled((x, 238, 164, 34), [f"page {number + 1}"], _BLUE)
        if number < 3:
            picture.box(x + 112, 288, 112, 26, _GREEN)
            picture.text(x + 168, 305, "ids only", size=11)
    picture.text(120, 260, "pages", size=11, anchor="end", color=_GREY)
    picture.text(120, 305, "windows", size=11, anchor="end", color=_GREY)
    picture.text(
        20,
        342,
        "A deletion can move an item to a page that was already read. A window that shares "
        "items with both",
        size=12,
        color=_GREY,
        anchor="start",
    )
    picture.text(
        20,
        358,
        "pages leaves no gap; items that no page had are yielded last. report.verified "
        "says whether nothing is missing.",
        size=12,
        color=_GREY,
        anchor="start",
    )
    return picture.svg()


def limits() -> str:
    """Plot the requests that a limiter accepts and refuses per second, in virtual time."""
    # By name: the helpers of tests are not part of what is type-checked.
    tested, limiters = (import_module(f"tests.faults.{name}") for name in ("etiquette", "limiters"))
    name = "100 in 10 s, fixed"
    ideal = tested.best(name)
    picture = Canvas(860, 430, f"A limit of {name}: requests per second")
    picture.text(
        20,
        26,
        f"1 000 requests of 64 tasks against a limit of {name}; no headers name it",
        bold=True,
        anchor="start",
        size=14,
    )
    for row, (work, title) in enumerate(
        ((tested.bulk, "scalr_async"), (tested.backoff, "64 tasks with backoff"))
    ):
        run = tested.CELLS[name].run(work, limiters.nothing)
        taken, refused = (
            run.server.per_second(what, run.seconds)
            for what in (run.server.taken, run.server.refused)
        )
        top, base = 44 + 186 * row, 206 + 186 * row
        told = f"{title}: {run.seconds:.0f} s, {run.share:.1%} refused (the ideal: {ideal:.0f} s)"
        picture.text(60, top + 14, told, anchor="start", size=12)
        scale = 120 / 110
        for second, (good, bad) in enumerate(zip(taken, refused, strict=True)):
            x = 60 + 6 * second
            picture.bar(x, base - good * scale, 5, good * scale, "#7fb0e6")
            high = min(bad, 110 - good) * scale
            picture.bar(x, base - good * scale - high, 5, high, "#d9534f")
        picture.bar(60, base, 780, 1, _LINE)
        for tick in range(0, 121, 10):
            picture.text(60 + 6 * tick, base + 15, f"{tick}", size=10, color=_GREY)
        for count in (0, 50, 100):
            picture.text(
                54, base - count * scale + 4, f"{count}", size=10, color=_GREY, anchor="end"
            )
    picture.bar(560, 414, 12, 10, "#7fb0e6")
    picture.text(578, 423, "accepted per second", size=11, color=_GREY, anchor="start")
    picture.bar(710, 414, 12, 10, "#d9534f")
    picture.text(728, 423, "refused per second", size=11, color=_GREY, anchor="start")
    picture.text(
        60, 423, "time in seconds; bars are cut at 110", size=11, color=_GREY, anchor="start"
    )
    return picture.svg()


PICTURES: Final[dict[str, Callable[[], str]]] = {
    "layers.svg": layers,
    "call.svg": call,
    "again.svg": again,
    "walk.svg": walk,
    "limits.svg": limits,
}


def main(*, check: bool) -> int:
    """Write the pictures, or return 1 when one of them differs."""
    made = {IMAGES / name: draw() for name, draw in PICTURES.items()}
    if check:
        return int(any(path.read_text("utf-8") != text for path, text in made.items()))
    for path, text in made.items():
        path.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, fail when they differ")
    raise SystemExit(main(check=parser.parse_args().check))
