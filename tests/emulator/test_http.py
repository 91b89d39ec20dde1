"""Header fields of answers: places of new objects, methods of paths, preferences."""

from __future__ import annotations

import json

import pytest

from .world import CATALOG, body, fill

pytestmark = pytest.mark.unmeasured

CREATES = [route for route in CATALOG.routes if route.operation == "create"]
METHODS = ("DELETE", "GET", "PATCH", "POST", "PUT")
PATHS = sorted({route.path for route in CATALOG.routes})


@pytest.mark.parametrize("route", CREATES, ids=lambda route: route.name)
async def test_a_creation_says_where_the_object_can_be_read(api, route):
    path, document = fill(api.emu, route.path), body(api.emu, CATALOG.schemas[route.body])

    status, headers, answer = await api.raw("POST", path, data=json.dumps(document))
    made = json.loads(answer)["data"]
    place = headers["Location"].removeprefix(f"{api.emu.url}/api/iacp/v3")

    assert status == 201
    assert (await api.get(place))["data"]["id"] == made["id"]
    assert made.get("links", {}).get("self", headers["Location"]) == headers["Location"]


@pytest.mark.parametrize("path", PATHS)
async def test_a_method_that_a_path_does_not_have_is_answered_with_those_it_has(api, path):
    has = {route.method for route in CATALOG.routes if route.path == path}
    has |= {"HEAD"} if "GET" in has else set()
    wrong = next(method for method in METHODS if method not in has)

    status, headers, _ = await api.raw(wrong, path.format_map(dict.fromkeys(_names(path), "x")))

    assert status == 405
    assert headers["Allow"] == ", ".join(sorted(has))


READS = [route for route in CATALOG.routes if route.method == "GET"]


@pytest.mark.parametrize("route", READS, ids=lambda route: route.name)
async def test_head_is_answered_as_get_without_a_body(api, route):
    path = fill(api.emu, route.path)

    (got, about, content), (status, headers, nothing) = [
        await api.raw(method, path, allow_redirects=False) for method in ("GET", "HEAD")
    ]

    assert (status, nothing) == (got, b"")
    assert headers.get("Content-Type") == about.get("Content-Type")
    assert not content or headers["Content-Length"] == str(len(content))


async def test_head_of_a_download_is_answered_as_get(api):
    url = api.emu._service.blobs.keep("key", b"content", "text/plain")

    async with api.session.head(url) as answer:
        assert (answer.status, answer.headers["Content-Length"]) == (200, "7")


async def test_a_resync_says_where_its_version_can_be_read(api):
    path = fill(api.emu, "/workspaces/{workspace}/actions/resync", "workspace")

    status, headers, answer = await api.raw("POST", path)

    made = json.loads(answer)["data"]["id"]
    place = f"{api.emu.url}/api/iacp/v3/configuration-versions/{made}"
    assert (status, headers["Location"]) == (201, place)


def _names(path):
    return [part.strip("{}") for part in path.split("/") if part.startswith("{")]


@pytest.mark.parametrize(
    ("sent", "applied"),
    [
        ("profile=preview", "profile=preview"),
        ("profile=internal", "profile=internal"),
        ("respond-async", None),
        ("respond-async, profile=preview", "profile=preview"),
        ("return=minimal,profile=preview;x", "profile=preview"),
        ("other-profile=preview", None),
        ("", None),
    ],
)
async def test_a_profile_is_the_only_preference_that_is_applied(api, sent, applied):
    _, headers, _ = await api.raw("GET", "/tags", headers={"Prefer": sent})

    assert headers.get("Preference-Applied") == applied
