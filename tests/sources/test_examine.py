"""What an account says before it is scanned, from a real server with a fault in front."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs

import pytest

from driftscan.catalog import load, permissions
from driftscan.model.settings import Account, Environment, Settings
from driftscan.sources.aws import AwsSource, Plan, ResolvedAccount, Unit
from driftscan.sources.aws.examine import Examined, at_least, examine
from driftscan.sources.aws.guard import EXAMINED
from tests.sources.conftest import NOW, QUICK, READER, STAGE, Cloud
from tests.sources.faults import Answer, Request, error

TYPES = ("AWS::SQS::Queue", "AWS::SNS::Topic", "AWS::IAM::Role", "AWS::S3::Bucket", "AWS::Lambda::Function", "AWS::Lambda::Version")


@contextmanager
def source(
    accounts: tuple[Account, ...] = READER, now: Callable[[], datetime] = lambda: NOW
) -> Iterator[tuple[AwsSource, list[ResolvedAccount]]]:
    environment = Environment("stage", (), accounts)
    settings = Settings("acme", "store", (environment,), (), types=TYPES)
    with closing(AwsSource(environment, load(), settings, run_id="run-1", now=now, tuning=QUICK, also=EXAMINED)) as made:
        yield made, made.resolve()


def examined(accounts: tuple[Account, ...] = READER) -> Examined:
    with source(accounts) as (made, (account,)):
        return examine(made, account)


def simulator(denied: tuple[str, ...] = (), by_organisation: tuple[str, ...] = ()) -> Callable[[Request], Answer | None]:
    """Answers SimulatePrincipalPolicy as IAM does."""

    def rule(r: Request) -> Answer | None:
        if r.action != "SimulatePrincipalPolicy":
            return None
        asked = parse_qs(r.body.decode())
        assert asked["PolicySourceArn"] == [f"arn:aws:iam::{STAGE}:role/driftscan-reader"]
        members = ""
        for name in (v[0] for k, v in asked.items() if k.startswith("ActionNames.member.")):
            decision = "implicitDeny" if name in denied else "allowed"
            members += (
                f"<member><EvalActionName>{name}</EvalActionName><EvalResourceName>*</EvalResourceName>"
                f"<EvalDecision>{decision}</EvalDecision><OrganizationsDecisionDetail><AllowedByOrganizations>"
                f"{str(name not in by_organisation).lower()}</AllowedByOrganizations></OrganizationsDecisionDetail></member>"
            )
        body = (
            '<SimulatePrincipalPolicyResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><SimulatePrincipalPolicyResult>'
            f"<IsTruncated>false</IsTruncated><EvaluationResults>{members}</EvaluationResults>"
            "</SimulatePrincipalPolicyResult></SimulatePrincipalPolicyResponse>"
        )
        return 200, "text/xml", body.encode()

    return rule


def test_permissions_are_simulated_where_that_is_granted(cloud: Cloud) -> None:
    cloud.faults.rule = simulator()
    found = examined()
    wanted = {a for t in TYPES for a in permissions.actions(load().specs[t])}
    assert found.grants is not None
    assert (found.grants.how, found.grants.asked, found.grants.denied, found.grants.types) == ("simulated", len(wanted), (), ())
    assert not [r for r in cloud.faults.seen if r.service in ("sqs", "sns", "lambda")], "simulating reads nothing"


def test_what_is_denied_names_action_and_types(cloud: Cloud) -> None:
    cloud.faults.rule = simulator(denied=("sqs:ListQueues",), by_organisation=("sns:ListTopics",))
    grants = examined().grants
    assert grants is not None
    assert grants.denied == ("sns:ListTopics", "sqs:ListQueues")
    assert grants.types == ("AWS::SNS::Topic", "AWS::SQS::Queue")


def test_else_one_call_at_each_service_is_tried(cloud: Cloud) -> None:
    def rule(r: Request) -> Answer | None:
        if r.action == "SimulatePrincipalPolicy":
            return error(r, 403, "AccessDenied")
        return error(r, 400, "AccessDeniedException") if r.action == "ListQueues" else None

    cloud.faults.rule = rule
    grants = examined().grants
    assert grants is not None
    assert (grants.how, grants.asked, grants.denied, grants.types) == ("probed", 5, ("sqs:ListQueues",), ("AWS::SQS::Queue",))
    assert grants.unclear == ()
    tried = [r for r in cloud.faults.seen if r.service in ("sqs", "sns", "lambda", "s3", "iam") and r.action != "SimulatePrincipalPolicy"]
    assert sorted(r.service for r in tried) == ["iam", "lambda", "s3", "sns", "sqs"]


def test_a_service_that_does_not_answer_is_unclear_and_not_denied(cloud: Cloud) -> None:
    cloud.faults.rule = lambda r: error(r, 503, "ServiceUnavailable") if r.action in ("ListQueues", "SimulatePrincipalPolicy") else None
    grants = examined().grants
    assert grants is not None
    assert grants.denied == ()
    assert grants.unclear == (("sqs", "ServiceUnavailable"),)


def test_regions_that_are_named_and_not_enabled(cloud: Cloud) -> None:
    cloud.faults.rule = simulator()
    assert examined().off == ()
    assert examined((Account("aws", STAGE, role="driftscan-reader", regions=("eu-west-1", "xx-nowhere-1")),)).off == ("xx-nowhere-1",)


def test_an_account_that_cannot_be_entered_is_not_asked(cloud: Cloud) -> None:
    cloud.faults.rule = lambda r: error(r, 403, "AccessDenied") if r.action == "AssumeRole" else None
    found = examined()
    assert found.account.gap is not None
    assert found.grants is None


def test_the_clock_of_the_vendor(cloud: Cloud) -> None:
    behind = timedelta(hours=3)
    with source(now=lambda: datetime.now(UTC) - behind) as (made, _):
        assert made.sessions.skew is not None
        assert abs(made.sessions.skew - behind) < timedelta(seconds=60)


@pytest.mark.parametrize("also", [frozenset(), EXAMINED])
def test_a_scan_never_simulates(cloud: Cloud, also: frozenset[tuple[str, str]]) -> None:
    from driftscan.sources.aws.calls import Call

    cloud.faults.rule = simulator()
    environment = Environment("stage", (), READER)
    with closing(AwsSource(environment, load(), Settings("a", "s", (environment,), ()), run_id="r", now=lambda: NOW, also=also)) as made:
        made.resolve()
        args = {"PolicySourceArn": f"arn:aws:iam::{STAGE}:role/driftscan-reader", "ActionNames": ["sqs:ListQueues"]}
        answer = made.ask(Call(STAGE, "us-east-1", "iam", "SimulatePrincipalPolicy", args))
        assert (answer.failure is None) == bool(also)


def test_the_time_of_a_plan_is_its_slowest_service() -> None:
    few = Plan(((Unit(STAGE, "eu-west-1", "sqs"), 4),), 0, ())
    many = Plan(((Unit(STAGE, "eu-west-1", "sqs"), 4000), (Unit(STAGE, "eu-west-1", "sns"), 4)), 0, ())
    assert at_least(few, 32) < timedelta(seconds=10) < at_least(many, 32)
    assert at_least(Plan((), 0, ()), 32) == timedelta(0)
