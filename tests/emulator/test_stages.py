"""The way of a run, as a table."""

from __future__ import annotations

import pytest

from scalr_async._catalog import load
from scalr_async.emulator import RunScript
from scalr_async.emulator.scalr.runs.states import (
    CONFIRMABLE,
    ENDED,
    Course,
    Stage,
    part_status,
    stages,
)

PLAN = "pending plan_queued planning"
APPLY = "confirmed apply_queued applying applied"
EVERYTHING = {
    "pre_plan": True,
    "post_plan": True,
    "estimates": True,
    "checks": True,
    "pre_apply": True,
    "post_apply": True,
}


def course(script=None, *, numbers=(2, 0, 0), **facts):
    return Course(script=script or RunScript(), numbers=numbers, **facts)


@pytest.mark.parametrize(
    ("given", "statuses", "holds"),
    [
        (course(), f"{PLAN} planned {APPLY}", "planned"),
        (course(auto_apply=True), f"{PLAN} planned {APPLY}", ""),
        (course(plan_only=True), f"{PLAN} planned planned_and_finished", ""),
        (course(numbers=(0, 0, 0)), f"{PLAN} planned_and_finished", ""),
        (course(save_plan=True), f"{PLAN} planned planned_and_saved {APPLY}", "planned_and_saved"),
        (course(RunScript(fails="plan")), f"{PLAN} errored", ""),
        (
            course(RunScript(fails="apply"), auto_apply=True),
            f"{PLAN} planned confirmed apply_queued applying errored",
            "",
        ),
        (
            course(estimates=True),
            f"{PLAN} planned cost_estimating cost_estimated {APPLY}",
            "cost_estimated",
        ),
        (
            course(checks=True),
            f"{PLAN} planned policy_checking policy_checked {APPLY}",
            "policy_checked",
        ),
        (
            course(checks=True, estimates=True, auto_apply=True),
            f"{PLAN} planned cost_estimating policy_checking {APPLY}",
            "",
        ),
        (
            course(RunScript(policies="hard_failed"), checks=True),
            f"{PLAN} planned policy_checking errored",
            "",
        ),
        (
            course(RunScript(policies="soft_failed"), checks=True),
            f"{PLAN} planned policy_checking policy_override policy_checked {APPLY}",
            "policy_override policy_checked",
        ),
        (
            course(RunScript(policies="soft_failed"), checks=True, plan_only=True),
            f"{PLAN} planned policy_checking planned_and_finished",
            "",
        ),
        (
            course(auto_apply=True, **EVERYTHING),
            (
                "pending pre_plan_queued pre_plan_running pre_plan_finished plan_queued planning "
                "post_plan_running post_plan_finished planned cost_estimating policy_checking "
                "confirmed pre_apply_queued pre_apply_running pre_apply_finished apply_queued "
                "applying post_apply_running post_apply_finished applied"
            ),
            "",
        ),
    ],
)
def test_ways(given, statuses, holds):
    way = stages(given)
    assert [stage.status for stage in way] == statuses.split()
    assert [stage.status for stage in way if stage.hold] == holds.split()
    assert way[-1].status in ENDED


def test_every_documented_status_is_somewhere_on_a_way():
    courses = [course(**EVERYTHING), course(RunScript(policies="soft_failed"), **EVERYTHING)]
    courses += [course(save_plan=True), course(plan_only=True), course(estimates=True)]
    courses += [course(RunScript(fails="plan"))]
    reached = {stage.status for given in courses for stage in stages(given)}
    documented = set(load().schemas["Run"].attributes["status"].enum)
    assert documented - reached == {"canceled", "discarded"}
    assert reached | {"canceled", "discarded"} == documented
    assert documented >= CONFIRMABLE


@pytest.mark.parametrize(
    ("part", "last", "end", "status"),
    [
        ("plan", "pending", None, "pending"),
        ("plan", "plan_queued", None, "queued"),
        ("plan", "planning", None, "running"),
        ("plan", "planned", None, "finished"),
        ("plan", "planning", "errored", "errored"),
        ("plan", "planning", "canceled", "canceled"),
        ("plan", "planning", "planned_and_finished", "finished"),
        ("plan", "pending", "discarded", "unreachable"),
        ("apply", "planned", None, "pending"),
        ("apply", "planned", "discarded", "unreachable"),
        ("apply", "applying", None, "running"),
        ("apply", "applying", "applied", "finished"),
        ("cost-estimate", "planned", None, "pending"),
        ("policy-check", "nowhere", "canceled", "unreachable"),
    ],
)
def test_statuses_of_parts(part, last, end, status):
    assert part_status(part, stages(course()), last, end) == status


def test_a_stage_lasts_one_tick_unless_it_says_so():
    assert Stage("pending").ticks == 1
    assert {s.status: s.ticks for s in stages(course())}["planning"] == 3
