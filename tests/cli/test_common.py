"""Options that the commands share."""

from __future__ import annotations

from datetime import UTC, datetime

import click
import pytest

from driftscan.cli.common import environments, moment, targets
from driftscan.errors import UsageError
from tests.jobs.estate import SETTINGS


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-30", datetime(2026, 11, 30, 23, 59, 59, tzinfo=UTC)),
        ("2026-11-30T06:00", datetime(2026, 11, 30, 6, tzinfo=UTC)),
        ("2026-11-30T06:00:00Z", datetime(2026, 11, 30, 6, tzinfo=UTC)),
        ("2026-11-30T06:00:00+02:00", datetime(2026, 11, 30, 4, tzinfo=UTC)),
    ],
)
def test_a_moment(text: str, expected: datetime) -> None:
    assert moment(text) == expected
    assert moment(text).utcoffset() is not None


@pytest.mark.parametrize("text", ["", "now", "2026-13-01", "2026-11-30T25:00", "30.11.2026"])
def test_no_moment(text: str) -> None:
    with pytest.raises(click.BadParameter, match="write 2026-11-30"):
        moment(text)


def test_an_output() -> None:
    option, context = click.Option(["--output"]), click.Context(click.Command("x"))
    assert targets(context, option, ("json=a=b.json", "text=-")) == (("json", "a=b.json"), ("text", "-"))
    assert targets(context, option, ()) == ()
    with pytest.raises(UsageError, match="unknown output format 'yaml'"):
        targets(context, option, ("yaml=x",))


def test_environments_in_the_order_of_the_configuration() -> None:
    assert environments(SETTINGS, ()) == ("stage", "prod")
    assert environments(SETTINGS, ("prod", "stg", "stage")) == ("stage", "prod")
    with pytest.raises(UsageError) as caught:
        environments(SETTINGS, ("prd",))
    assert caught.value.hint == "did you mean 'prod'?"
