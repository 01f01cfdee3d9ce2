"""A real moto server with the two accounts, and real processes of the command line."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from driftscan.demo.server import running
from tests.cli import estate


@dataclass(frozen=True)
class Result:
    """What a process left."""

    code: int
    out: str
    err: str


Run = Callable[..., Result]


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The URL of a moto server that holds both accounts, with the difference planted."""
    with running() as url:
        for env, account in estate.ACCOUNTS.items():
            estate.build(env, estate.client(url, account))
        estate.break_it(estate.client(url, estate.ACCOUNTS["stage"]))
        yield url


def clean_environ() -> dict[str, str]:
    """This process's environment without what could steer the command line or the SDK."""
    return {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "DRIFTSCAN_", "NO_COLOR"))}


def driftscan(folder: Path, *args: str, env: dict[str, str] | None = None) -> Result:
    """Run `driftscan ARGS` in `folder`."""
    done = subprocess.run(
        [sys.executable, "-m", "driftscan", *args],
        cwd=folder,
        env=clean_environ() | (env or {}),
        text=True,
        capture_output=True,
        check=False,
        timeout=120,
    )
    return Result(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def cli(tmp_path: Path) -> Run:
    """`driftscan ARGS` in the test's folder, without any cloud."""

    def run(*args: str, env: dict[str, str] | None = None) -> Result:
        return driftscan(tmp_path, *args, env=env)

    return run
