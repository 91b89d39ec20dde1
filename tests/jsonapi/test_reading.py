from __future__ import annotations

import json
import pickle

import pytest

from scalr_async import errors
from scalr_async._http import Headers, Response
from scalr_async.errors import APIError, DecodeError, ErrorObject
from scalr_async.jsonapi import check, decode, loads
from scalr_async.jsonapi._response import python_name


def response(
    status: int, body: bytes | object = b"", *, method: str = "PATCH", **values
) -> Response:
    body = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = Headers([("Content-Type", values.pop("content_type", "application/vnd.api+json"))])
    return Response(
        method=method,
        path="/agent-pools/apool-1",
        status=status,
        headers=headers,
        body=body,
        **values,
    )


def refused(status: int, body: bytes | object = b"", **values) -> APIError:
    with pytest.raises(APIError) as caught:
        check(response(status, body, **values))
    return caught.value


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_a_success_is_handed_on(status):
    success = response(status)

    assert check(success) is success


def test_an_object_that_was_gone_as_asked_is_a_success():
    gone = response(404, method="DELETE", already_absent=True)

    assert check(gone) is gone


@pytest.mark.parametrize(
    ("status", "cls"),
    [
        (400, errors.BadRequestError),
        (401, errors.UnauthorizedError),
        (403, errors.ForbiddenError),
        (404, errors.NotFoundError),
        (408, errors.APIError),
        (409, errors.ConflictError),
        (412, errors.APIError),
        (422, errors.UnprocessableEntityError),
        (429, errors.RateLimitError),
        (500, errors.ServerError),
        (599, errors.ServerError),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_a_status_is_a_class_and_an_outcome(status, cls, method):
    error = refused(status, method=method)

    assert type(error) is cls
    assert error.status == status
    unknown = method != "GET" and (status == 408 or status >= 500)
    assert error.outcome == ("unknown" if unknown else "rejected")


@pytest.mark.parametrize("outcome", ["unknown", "applied"])
def test_a_refusal_after_an_attempt_that_was_lost_says_so(outcome):
    error = refused(422, outcome=outcome, attempts=2)

    assert error.outcome == outcome
    assert error.message == "422 Unprocessable Entity; an earlier attempt may have been applied"
    assert "attempt" not in refused(503, outcome=outcome).message


def test_an_error_says_what_was_asked_and_what_came_of_it():
    body = {"errors": [{"status": "409", "title": "Conflict", "detail": "Has busy agents"}]}
    headers = Headers([("X-Request-Id", "req-\x1b1")])
    error = refused(409, body, method="DELETE", attempts=2, elapsed=1.5, retry_after=3.0)

    assert str(error) == (
        "DELETE /agent-pools/apool-1: 409 Conflict: Has busy agents [after 2 attempts] "
        "(resolve the conflict first: the client never retries it by itself)"
    )
    assert (error.attempts, error.elapsed, error.retry_after) == (2, 1.5, 3.0)
    assert error.request_id is None
    assert str(pickle.loads(pickle.dumps(error))) == str(error)
    with pytest.raises(APIError) as caught:
        check(Response(method="GET", path="/x", status=500, headers=headers))
    assert caught.value.request_id == "req-\\x1b1"


def test_all_errors_of_a_422_are_kept_with_their_fields():
    body = {
        "errors": [
            {
                "status": "422",
                "title": "Invalid Attribute",
                "detail": "Name has already been taken",
                "source": {"pointer": "/data/attributes/name"},
            },
            {
                "title": "Invalid Attribute",
                "detail": "is not a URL",
                "source": {"pointer": "/data/attributes/webhook-headers/0/value"},
                "code": 7,
                "meta": {"limit": 5},
            },
            {
                "title": "Invalid Relationship",
                "source": {"pointer": "/data/relationships/environments"},
            },
            {"detail": "no such status", "source": {"parameter": "filter[run][status]"}},
        ]
    }

    error = refused(422, body)

    assert [one.field for one in error.errors] == [
        "name",
        "webhook_headers[0].value",
        "environments",
        "run_status",
    ]
    assert error.errors[1] == ErrorObject(
        code="7",
        title="Invalid Attribute",
        detail="is not a URL",
        pointer="/data/attributes/webhook-headers/0/value",
        field="webhook_headers[0].value",
        meta={"limit": 5},
    )
    assert error.message == (
        "422 Unprocessable Entity: Invalid Attribute: Name has already been taken (name); "
        "Invalid Attribute: is not a URL (webhook_headers[0].value); "
        "Invalid Relationship (environments); and 1 more"
    )
    assert error.text == ""


def test_a_title_that_repeats_the_status_is_left_out():
    title = {"title": "Unprocessable Entity", "detail": "Name has already been taken"}

    assert refused(422, {"errors": [title]}).message == (
        "422 Unprocessable Entity: Name has already been taken"
    )
    assert refused(422, {"errors": [{"title": "Unprocessable Entity"}]}).message == (
        "422 Unprocessable Entity"
    )
    assert refused(499, {"errors": [title]}).message == (
        "499: Unprocessable Entity: Name has already been taken"
    )


@pytest.mark.parametrize(
    ("where", "name"),
    [
        ("/data/attributes/name", "name"),
        ("/data/attributes/vcs-repo/dry-runs-enabled", "vcs_repo.dry_runs_enabled"),
        ("/data/attributes/var-files/12", "var_files[12]"),
        ("/data/attributes/tags/a~1b~0c", "tags.a/b~c"),
        ("/data/relationships/agent-pool", "agent_pool"),
        ("/data/relationships/agent-pool/data/id", "agent_pool"),
        ("/data/relationships/workspaces/data/3/id", "workspaces[3]"),
        ("/data/id", "id"),
        ("/data/0/id", "[0].id"),
        ("/data", None),
        ("/data/attributes", None),
        ("/data/attributes/", None),
        ("/", None),
        ("/reason", "reason"),
        ("filter[name]", "name"),
        ("filter[vcs-repo][identifier]", "vcs_repo_identifier"),
        ("filter", None),
        ("fields[workspaces]", "fields"),
        ("page[size]", "page_size"),
        ("page", "page"),
        ("sort", "sort"),
        ("sort[favorite-first]", "sort"),
        ("access_query", "access_query"),
        ("[", None),
    ],
)
def test_pointers_and_parameters_are_python_names(where, name):
    assert python_name(where) == name


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\0\x1b[31m",
        b"<html><body>gateway</body></html>",
        b"\xff\xfe not unicode",
        b"[" * 100_000,
        b'{"errors": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"errors": [' + b"null," * 1000 + b"5]}",
        b'{"errors": [{"detail": {"a": 1}, "source": [], "meta": 5, "title": [1]}]}',
        b'{"errors": [{"source": {"pointer": 5, "parameter": {}}}]}',
        b'{"errors": null}',
        b'{"errors": 5}',
        b'{"errors": []}',
        b'{"errors": {"detail": "x"}}',
        b'{"errors": "x"}',
        b'{"errors": ["x", ""]}',
        b'{"message": "x"}',
        b"null",
        b"NaN",
        b'"' + b"x" * 3_000_000 + b'"',
        b'{"errors": [' + b",".join([b'{"detail": "' + b"x" * 10_000 + b'"}'] * 50) + b"]}",
    ],
)
@pytest.mark.parametrize("status", [401, 409, 503])
def test_an_error_body_of_any_content_keeps_the_status(status, body):
    error = refused(status, body, content_type="text/html")

    assert error.status == status
    assert str(error).isprintable()
    assert len(str(error)) < 3000
    assert len(error.text) <= 2051
    assert error.text.isprintable()
    assert len(error.errors) <= 100
    assert all(len(one.detail or "") <= 2051 for one in error.errors)
    assert pickle.loads(pickle.dumps(error)).status == status


def test_errors_that_are_no_list_are_read_as_far_as_they_make_sense():
    assert refused(409, {"errors": {"detail": "x"}}).message == "409 Conflict: x"
    assert refused(409, {"errors": "x"}).message == "409 Conflict: x"
    assert refused(409, {"errors": ["x", None]}).message == "409 Conflict: x"


def test_a_body_that_is_no_json_api_is_quoted_in_the_text():
    assert refused(503, b"upstream\ndown").message == r"503 Service Unavailable: upstream\ndown"
    error = refused(503, b"<html>down</html>")
    assert error.message == "503 Service Unavailable"
    assert error.text == "<html>down</html>"


def test_a_body_too_large_for_an_error_is_not_parsed():
    error = refused(422, {"errors": [{"detail": "x" * 2_000_000}]})

    assert error.errors == ()
    assert error.text.startswith('{"errors": [{"detail": "xxx')


def test_a_large_list_of_errors_is_cut():
    error = refused(422, {"errors": [{"detail": str(number)} for number in range(500)]})

    assert len(error.errors) == 100
    assert error.message == "422 Unprocessable Entity: 0; 1; 2; and 97 more"


@pytest.mark.parametrize(
    ("content_type", "body", "message"),
    [
        ("text/html", b"<html>login</html>", "200: received text/html instead of JSON"),
        ("text/html\x1b", b"<html>", "instead of JSON"),
        ("application/json", b"<html>", "200: not the JSON:API document that was promised"),
        ("application/vnd.api+json", b"{", "200: not the JSON:API document that was promised"),
        ("", b"{", "200: not the JSON:API document that was promised"),
        ("application/json", b"", "200: the body is empty"),
    ],
)
def test_a_success_with_another_body_is_a_decode_error(content_type, body, message):
    answer = response(200, body, content_type=content_type, attempts=2, elapsed=0.5)
    with pytest.raises(DecodeError) as caught:
        decode(answer, loads)

    assert message in str(caught.value)
    assert str(caught.value).isprintable()
    assert caught.value.outcome == "applied"
    assert (caught.value.method, caught.value.path) == ("PATCH", "/agent-pools/apool-1")
    assert (caught.value.attempts, caught.value.elapsed) == (2, 0.5)


def test_json_is_read_whatever_the_content_type():
    assert decode(response(200, b'{"x": 1}', content_type="text/plain"), loads) == {"x": 1}
