"""First use while a tool stops the clock: it puts another class in the place of `datetime`."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

PROGRAM = """
    import datetime, json, sys

    if "imported before" in sys.argv:
        import scalr_async.resources, scalr_async.filters
        from scalr_async.jsonapi import codec_for
    if "resource imported before" in sys.argv:
        from scalr_async.resources import Variable

    real = datetime.datetime

    class Kind(type):
        def __instancecheck__(self, value):
            return isinstance(value, real)

        def __subclasscheck__(self, other):
            return issubclass(other, real)

    class Stopped(real, metaclass=Kind):
        @classmethod
        def now(cls, zone=None):
            return real.__new__(cls, 2024, 1, 2, tzinfo=zone)

    def put(old, new):
        for module in list(sys.modules.values()):
            for name, value in list(vars(module).items()):
                if value is old:
                    setattr(module, name, new)

    def look():
        from scalr_async import filters, make_converter
        from scalr_async.jsonapi import codec_for
        from scalr_async.resources import AccessToken, Variable

        seen = []
        for cls in (AccessToken, Variable):
            for converter in (None, make_converter()):
                codec = codec_for(cls, converter)
                name = "created_at" if cls is AccessToken else "updated_at"
                for text, id_ in (("2023-01-01T00:00:00Z", "x"), ("2023-01-01 00:00", 5)):
                    sent = {"type": cls.type, "id": id_, "attributes": {name.replace("_", "-"): text}}
                    found = getattr(codec.read_one(json.dumps({"data": sent}).encode()), name)
                    seen.append((type(found).__name__, found.isoformat()))
                now = datetime.datetime.now(datetime.timezone.utc)
                seen.append(json.loads(codec.write(id="x", values={name: now}))["data"]["attributes"])
        filters.between(now, now)
        return seen

    put(real, Stopped)
    during = look()
    put(Stopped, real)
    after = look()
    print(sorted({str(one) for one in during}))
    print([type(a) is type(b) for a, b in zip(during, after)].count(True), during[0] == after[0])
"""


@pytest.mark.parametrize("before", ["", "imported before", "resource imported before"])
def test_the_first_use_may_be_while_the_clock_stands(before: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(PROGRAM), before],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=Path(__file__).parents[2],
    )

    assert (done.stderr, done.returncode) == ("", 0)
    assert done.stdout.splitlines() == [
        str(
            sorted(
                [
                    "('datetime', '2023-01-01T00:00:00+00:00')",
                    "{'created-at': '2024-01-02T00:00:00Z'}",
                    "{'updated-at': '2024-01-02T00:00:00Z'}",
                ]
            )
        ),
        "12 True",
    ]
