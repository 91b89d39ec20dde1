"""Run the workspaces of an environment at night, wait for all runs, and report their results.

    python nightly_runs.py production --tag team:payments  # plans only: what has drifted?
    python nightly_runs.py production --apply --concurrency 5

Prints a line for each workspace as its run ends, and a summary. The exit code is 0 if all runs
ended well, 1 if any failed, is late or waits for a person, and 2 if no run was started.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections import Counter

from scalr_async import DeadlineExceededError, Outcome, ScalrClient, ScalrError, run_bulk
from scalr_async.resources import Run, Workspace, WorkspaceListOptions, run_stage

GOOD = {"applied", "planned_and_finished"}


def end_of(outcome: Outcome[Workspace, Run]) -> str:
    """Return the result: the status of the run, or the reason why there is none."""
    match outcome:
        case Outcome(value=Run() as run):
            return "needs a person" if run_stage(run) == "needs a person" else run.status
        case Outcome(error=DeadlineExceededError(phase="wait")):
            return "not over in time"
        case _:  # "unknown": the run may exist or not
            return outcome.outcome


def tell(outcome: Outcome[Workspace, Run]) -> None:
    """Print a line about one workspace."""
    name, end = outcome.input.name, end_of(outcome)
    if outcome.value is None:
        print(f"{name}: {end}: {outcome.error}", file=sys.stderr)
    else:
        changes = ", with changes" if outcome.value.has_changes else ""
        print(f"{name}: {end}{changes} ({outcome.value.id})")


async def run_all(options: argparse.Namespace) -> int:
    """Keep `concurrency` runs going until all have ended; return the exit code."""
    async with ScalrClient() as scalr:
        chosen: WorkspaceListOptions = {"fields": {"workspaces": ["name"]}}
        chosen["environment"] = await scalr.environments.find(name=options.environment)
        if options.tag:
            chosen["tag"] = await scalr.tags.find(name=options.tag)
        workspaces = await scalr.workspaces.list(**chosen).collect()

        async def run(workspace: Workspace) -> Run:
            begun = await scalr.runs.create(
                workspace=workspace,
                message=options.message,
                is_dry=not options.apply,
                auto_apply=options.apply,
            )
            return await scalr.runs.wait(begun, timeout=options.timeout)

        result = await run_bulk(workspaces, run, concurrency=options.concurrency, on_outcome=tell)
    ends = Counter(map(end_of, result.outcomes))
    summary = ", ".join(f"{number} {end}" for end, number in ends.most_common())
    print(f"{len(workspaces)} workspaces: {summary or 'nothing to run'}")
    return 0 if ends.keys() <= GOOD else 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("environment", help="name of the environment")
    parser.add_argument("--tag", help="name of a tag that the workspaces have")
    parser.add_argument("--apply", action="store_true", help="apply, do not only plan")
    parser.add_argument("--message", default="nightly", help="message of the runs")
    parser.add_argument("--concurrency", type=int, default=20, help="runs at a time")
    parser.add_argument("--timeout", type=float, default=3600, help="seconds for one run")
    try:
        sys.exit(asyncio.run(run_all(parser.parse_args())))
    except ScalrError as error:
        parser.exit(2, f"{error}\n")
