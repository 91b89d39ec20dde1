"""The tasks of this project: `nox -l` lists them."""

from __future__ import annotations

import tomllib
from pathlib import Path

import nox

nox.options.default_venv_backend = "venv"
nox.options.reuse_existing_virtualenvs = True
nox.options.error_on_missing_interpreters = False
nox.options.sessions = ["lint", "typing", "generate", "tests"]

PYTHONS = ["3.11", "3.12", "3.13", "3.14"]
"""The supported Python versions; missing ones are skipped."""


@nox.session
def tests(session: nox.Session) -> None:
    """Run the suite with branch coverage on the Python that runs nox."""
    session.install("-e", ".[test]")
    session.run("python", "-m", "pytest", "-n", "2", "--cov", *session.posargs)


@nox.session(python=PYTHONS)
def matrix(session: nox.Session) -> None:
    """Run the suite with branch coverage on every supported Python that is installed."""
    session.install("-e", ".[test]")
    session.run("python", "-m", "pytest", "-n", "2", "--cov", *session.posargs)


@nox.session(python=PYTHONS)
def quick(session: nox.Session) -> None:
    """Run the tests that depend most on the interpreter: text, types, the codec, documentation."""
    session.install("-e", ".[test]")
    long = (
        *("benchmarks", "cli", "emulator", "examples", "faults", "generate"),
        *("inventory", "laws", "pagination", "resources", "transport"),
        *("test_budget.py", "test_completion.py", "test_english.py", "test_layers.py"),
        *("test_release.py", "test_trace.py"),
    )
    ignored = [f"--ignore=tests/{folder}" for folder in long]
    session.run("python", "-m", "pytest", "-n", "2", *ignored, *session.posargs)


@nox.session
def floor(session: nox.Session) -> None:
    """Run the suite on the oldest supported versions of the dependencies."""
    session.install("-e", ".[test]")
    project = tomllib.loads(Path("pyproject.toml").read_text("utf-8"))["project"]
    session.install(*(needed.replace(">=", "==") for needed in project["dependencies"]))
    session.run("python", "-m", "pytest", "-n", "2", *session.posargs)


@nox.session
def newest(session: nox.Session) -> None:
    """Run the suite on the newest aiohttp, and on a newer pre-release if the index has one."""
    session.install("-e", ".[test]")
    tried = set()
    for options in ([], ["--pre"]):
        session.install("--upgrade", *options, "aiohttp<4")
        version = session.run(
            "python", "-c", "import aiohttp; print(aiohttp.__version__)", silent=True
        )
        if version not in tried:
            session.run("python", "-m", "pytest", "-n", "2", *session.posargs)
        tried.add(version)


@nox.session
def lint(session: nox.Session) -> None:
    """Check style and formatting with ruff, spelling with codespell."""
    session.install("ruff==0.17.6", "codespell==2.4.3")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("codespell")


@nox.session
def typing(session: nox.Session) -> None:
    """Check types with mypy --strict and pyright, also those of typing tests and documentation."""
    session.install("-e", ".[cli,otel,parquet,redis]", "nox", "pytest>=8.4", "pytest-asyncio>=1.0")
    session.install("mypy==2.4.1", "pyright==1.1.414", "fastapi>=0.115", "prometheus-client>=0.21")
    session.run("mypy")
    session.run("python", "-m", "tests.docs.programs")
    session.run("pyright")


@nox.session
def generate(session: nox.Session) -> None:
    """Render the resource modules and the catalog; `-- --check` fails if they differ."""
    session.install("-e", ".", "ruff==0.17.6")
    session.run("python", "-m", "tools.generate", *session.posargs)


@nox.session
def refresh(session: nox.Session) -> None:
    """Import a newer OpenAPI document, `-- FILE`, and show the differences."""
    session.install("-e", ".", "pyyaml>=6.0", "ruff==0.17.6")
    session.run("python", "-m", "tools.generate", "refresh", *session.posargs)


@nox.session
def bench(session: nox.Session) -> None:
    """Print the figures, side by side with peers, in one run."""
    session.install("-e", ".[bench]")
    session.run("python", "-m", "benchmarks", *session.posargs)


@nox.session
def docs(session: nox.Session) -> None:
    """Build the documentation with warnings as errors."""
    session.install("-e", ".[docs]")
    session.run("sphinx-build", "-W", "-j", "auto", "-b", "html", "docs", "docs/_build/html")


@nox.session
def links(session: nox.Session) -> None:
    """Check the external links of the documentation; needs the network."""
    session.install("-e", ".[docs]")
    session.run("sphinx-build", "-b", "linkcheck", "docs", "docs/_build/links")


@nox.session
def release(session: nox.Session) -> None:
    """Build sdist and wheel, check them, install and import the wheel on every Python."""
    checkers = () if "--quick" in session.posargs else ("mypy==2.4.1", "pyright==1.1.414")
    session.install("build==1.6.1", "twine==7.0.0", *checkers)
    session.run("python", "-m", "tools.release", *session.posargs)


@nox.session
def demo(session: nox.Session) -> None:
    """Run the main job on the emulator."""
    session.install("-e", ".[cli]")
    session.run("scalr-async", "demo", *session.posargs)


@nox.session
def reliability(session: nox.Session) -> None:
    """Write the tables of promises, and measure; `-- --check` only compares them."""
    session.install("-e", ".[test]")
    session.run("python", "-m", "tools.reliability", *session.posargs)


@nox.session
def laws(session: nox.Session) -> None:
    """Test every call with every odd answer and argument, and thousands of walks."""
    session.install("-e", ".[test]")
    walks = [f"tests/pagination/test_{name}.py" for name in ("laws", "checkpoint", "shards")]
    cut = ("etiquette", "limits", "renewal", "walks")
    faults = [f"tests/faults/test_{name}.py" for name in cut]
    tests = ["tests/laws", *walks, *faults, "tests/test_watching.py", "--timeout=3600"]
    everything = {
        "SCALR_EXAMPLES": "3000",
        "SCALR_LAWS": "1",
        "SCALR_LIES": "3000",
        "SCALR_LIMITS": "1",
        "SCALR_SCHEDULES": "1000",
        "SCALR_WATCHED": "10000",
        "SCALR_WORKERS": "4",
    }
    session.run("python", "-m", "pytest", "-n", "2", *tests, *session.posargs, env=everything)


@nox.session
def churn(session: nox.Session) -> None:
    """Walk 5 000 items a hundred times under concurrent creates and deletes."""
    session.install("-e", ".[test]")
    tests = ["tests/faults/test_walks.py", "-k", "verify_misses"]
    session.run("python", "-m", "pytest", *tests, env={"SCALR_CHURN_RUNS": "100"})


@nox.session
def races(session: nox.Session) -> None:
    """Let twenty bots ensure one thing at once, 200 times, while answers are lost."""
    session.install("-e", ".[test]")
    races = "tests/faults/test_ensuring_races.py"
    session.run("python", "-m", "pytest", races, env={"SCALR_RACES": "200"})


@nox.session
def deliveries(session: nox.Session) -> None:
    """Kill a service in the middle of 10 000 webhook deliveries."""
    session.install("-e", ".[test]")
    session.run(
        "python", "-m", "pytest", "tests/webhooks/test_crash.py", env={"SCALR_DELIVERIES": "10000"}
    )


@nox.session
def fuzz(session: nox.Session) -> None:
    """Test a client with 200 000 mutated replies, and the codec with a million documents."""
    session.install("-e", ".[test]", "atheris>=3.1")
    session.run("python", "-m", "tests.faults.fuzz", "--replies", "200000", *session.posargs)
    session.run("python", "-m", "tests.faults.codec", "-atheris_runs=1000000")


@nox.session
def soak(session: nox.Session) -> None:
    """Run 200 tasks for ten minutes through a proxy that breaks exchanges."""
    session.install("-e", ".[test]")
    session.run("python", "-m", "tests.faults.soak", "--seconds", "600", *session.posargs)


@nox.session
def mutation(session: nox.Session) -> None:
    """Plant faults in modules with decisions, and count those that a test detects.

    20 faults a module take more than an hour; `-- --sample 5 bulk/_engine.py` takes less.
    """
    session.install("-e", ".[test]", "cosmic-ray==8.7.0")
    session.run("python", "-m", "tools.mutation", *session.posargs)


@nox.session
def audit(session: nox.Session) -> None:
    """Check the dependencies against published advisories; write a bill of materials."""
    session.install(".", "pip-audit==2.10.1")
    audit = ["pip-audit", "--local", "--skip-editable", "--progress-spinner", "off"]
    session.run(*audit)
    session.run(*audit, "--format", "cyclonedx-json", "--output", "sbom.json")
