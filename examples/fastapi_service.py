"""An HTTP service in front of Scalr: it shows workspaces by name, and starts runs.

    pip install fastapi uvicorn
    uvicorn fastapi_service:app

One client serves all requests, each call with a short deadline. Errors are answered as
problem+json (RFC 9457). Host and token come from SCALR_HOSTNAME and SCALR_TOKEN.
"""

from __future__ import annotations

import logging
import math
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Annotated, Any, TypedDict

from fastapi import Body, Depends, FastAPI, Request
from fastapi.responses import JSONResponse

from scalr_async import (
    ConflictError,
    DeadlineExceededError,
    InvalidArgumentError,
    MultipleResultsError,
    NoResultError,
    NotFoundError,
    RateLimitError,
    ScalrClient,
    ScalrError,
    UnprocessableEntityError,
)

DEADLINE = 3.0
"""The most seconds of one call, with all its attempts and waits."""

STATUSES: dict[type[ScalrError], int] = {
    InvalidArgumentError: 400,
    NotFoundError: 404,
    NoResultError: 404,
    ConflictError: 409,
    MultipleResultsError: 409,
    UnprocessableEntityError: 422,
    DeadlineExceededError: 504,
}
"""Statuses by error; others are 502: Scalr failed, was not reached, or refused our token."""

log = logging.getLogger("uvicorn.error")


class State(TypedDict):
    scalr: ScalrClient


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncGenerator[State]:
    """Open the client, which makes its first connection with its first request."""
    async with ScalrClient() as scalr:
        yield {"scalr": scalr}


async def hurried(request: Request) -> ScalrClient:
    """Return a cheap clone with a short deadline, which shares connections and limits."""
    scalr: ScalrClient = request.state.scalr
    return scalr.with_options(timeout=DEADLINE)


Scalr = Annotated[ScalrClient, Depends(hurried)]
app = FastAPI(title="Workspaces", lifespan=lifespan)


@app.get("/workspaces/{environment}/{name}")
async def show_workspace(scalr: Scalr, environment: str, name: str) -> dict[str, Any]:
    workspace = await scalr.workspaces.resolve(f"{environment}/{name}")
    return workspace.to_dict(include=["environment"])


@app.post("/workspaces/{environment}/{name}/runs", status_code=201)
async def start_run(
    scalr: Scalr, environment: str, name: str, message: Annotated[str, Body(embed=True)]
) -> dict[str, Any]:
    workspace = await scalr.workspaces.resolve(f"{environment}/{name}")
    run = await scalr.runs.create(workspace=workspace, message=message)
    return run.to_dict()


@app.get("/runs/{run}")
async def show_run(scalr: Scalr, run: str) -> dict[str, Any]:
    return (await scalr.runs.get(run)).to_dict()


def status_of(error: ScalrError) -> int:
    """Return the status that tells our caller whether the fault is theirs or Scalr's."""
    if isinstance(error, RateLimitError) or error.retry_after is not None:
        return 503
    return next((status for kind, status in STATUSES.items() if isinstance(error, kind)), 502)


@app.exception_handler(ScalrError)
async def answer(request: Request, error: ScalrError) -> JSONResponse:
    status = status_of(error)
    if status >= 500:
        log.error("%s %s: %r", request.method, request.url.path, error)
    problem = {
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": str(error),
        "instance": request.url.path,
        "outcome": error.outcome,  # "unknown": check whether it was done before you try again
    }
    again = {"Retry-After": str(math.ceil(error.retry_after or 10))} if status == 503 else None
    return JSONResponse(problem, status, again, media_type="application/problem+json")
