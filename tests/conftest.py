"""What every test shares: a skipped test is a failure where the whole suite must hold (`DRIFTSCAN_NO_SKIPS`); no test is timed."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

settings.register_profile("driftscan", deadline=None)
settings.load_profile("driftscan")


@pytest.fixture(autouse=True)
def _log_of_its_own() -> Iterator[None]:
    """A command sets up the log of its process; no test sees what another left there."""
    logger = logging.getLogger("driftscan")
    before = (list(logger.handlers), logger.level, logger.propagate)
    yield
    logger.handlers[:], logger.propagate = before[0], before[2]
    logger.setLevel(before[1])


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Turn a green run that skipped something into a red one, when asked to."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("DRIFTSCAN_NO_SKIPS") and reporter and reporter.stats.get("skipped") and exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        reporter.write_line(f"{len(reporter.stats['skipped'])} skipped: what could not be checked is not shown to hold", red=True)
