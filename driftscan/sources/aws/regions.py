"""Which regions an account uses: those that are named, or those that it has enabled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from driftscan.sources.aws.calls import Answer, Call
from driftscan.sources.aws.faults import Failure


def enabled(account: str, region: str, home: str, ask: Callable[[Call], Answer]) -> tuple[tuple[str, ...], Failure | None, tuple[str, str]]:
    """The regions that an account has enabled, sorted; else the failure, and which call it was.

    region: where to ask EC2; home: where to ask the account service, should EC2 not answer.
    """
    first = ("ec2", "DescribeRegions")
    answer = ask(Call(account, region, *first, {"AllRegions": False}))
    if answer.failure is None:
        return tuple(sorted(r["RegionName"] for r in _all(answer, "Regions"))), None, first
    second = ("account", "ListRegions")
    other = ask(Call(account, home, *second, {"RegionOptStatusContains": ["ENABLED", "ENABLED_BY_DEFAULT"]}))
    if other.failure is None:
        return tuple(sorted(r["RegionName"] for r in _all(other, "Regions"))), None, second
    return (), answer.failure, first


def _all(answer: Answer, member: str) -> list[dict[str, Any]]:
    return [r for page in answer.pages for r in page.get(member, ())]
