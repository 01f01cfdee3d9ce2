"""What report.json calls a resource is what CloudFormation's `Ref` returns: for every type, against CloudFormation's own schemas."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

import pytest
from cfnlint.schema import PROVIDER_SCHEMA_MANAGER

from driftscan.catalog import load, paths
from driftscan.catalog.paths import Pattern
from driftscan.catalog.reference import reference
from driftscan.catalog.spec import Identity, Spec
from driftscan.model.resource import Resource
from driftscan.model.value import Address, Redacted
from tests.catalog.derive import REGION
from tests.catalog.harness import stage

CHILD: Final = "the schema's key holds the parent; by the User Guide `Ref` is the child's own"
NAME: Final = "by the User Guide `Ref` is the name; the schema's key is the id that CloudFormation keeps beside it"

DOCUMENTED: Final[Mapping[str, tuple[tuple[str, ...], str]]] = {
    "AWS::ApiGateway::Account": ((), "settings without an id: CloudFormation makes one up, which no answer holds"),
    "AWS::ApiGateway::Authorizer": (("id",), CHILD),
    "AWS::ApiGateway::Deployment": (("id",), CHILD),
    "AWS::ApiGateway::Resource": (("id",), CHILD),
    "AWS::ApiGateway::Stage": (("stageName",), CHILD),
    "AWS::ApiGatewayV2::Authorizer": (("AuthorizerId",), CHILD),
    "AWS::ApiGatewayV2::Integration": (("IntegrationId",), CHILD),
    "AWS::ApiGatewayV2::Route": (("RouteId",), CHILD),
    "AWS::ApiGatewayV2::Stage": (("StageName",), CHILD),
    "AWS::ApplicationAutoScaling::ScalingPolicy": (("PolicyARN",), "by the User Guide `Ref` is the ARN alone"),
    "AWS::AutoScaling::LifecycleHook": (("LifecycleHookName",), CHILD),
    "AWS::AutoScaling::ScheduledAction": (("ScheduledActionName",), CHILD),
    "AWS::Batch::JobDefinition": (("jobDefinitionArn",), "by the User Guide `Ref` is the ARN with its revision"),
    "AWS::Budgets::Budget": (("BudgetName",), NAME),
    "AWS::CodeBuild::Project": (("name",), NAME),
    "AWS::CodeDeploy::DeploymentGroup": (("deploymentGroupName",), CHILD),
    "AWS::Cognito::UserPoolClient": (("ClientId",), CHILD),
    "AWS::Cognito::UserPoolDomain": (("Domain",), CHILD),
    "AWS::DMS::ReplicationInstance": (("ReplicationInstanceArn",), "by the User Guide `Ref` is the ARN"),
    "AWS::DocDB::DBCluster": (("DBClusterIdentifier",), NAME),
    "AWS::DocDB::DBInstance": (("DBInstanceIdentifier",), NAME),
    "AWS::EC2::EIP": (("PublicIp",), "by the User Guide `Ref` is the address"),
    "AWS::ECS::Service": (("serviceArn",), "by the User Guide `Ref` is the ARN"),
    "AWS::EKS::Nodegroup": (("{clusterName}/{nodegroupName}",), "by the User Guide; the schema says only that there is an id"),
    "AWS::ElastiCache::CacheCluster": (("CacheClusterId",), "the API's word for the name"),
    "AWS::Events::Rule": (("Name", "{EventBusName}|{Name}"), "by the User Guide the name, behind its bus unless that is the default"),
    "AWS::IoT::Policy": (("policyName",), NAME),
    "AWS::Logs::MetricFilter": (("filterName",), CHILD),
    "AWS::Logs::SubscriptionFilter": (("filterName",), CHILD),
    "AWS::Macie::Session": ((), "settings of an account: its id is the account's"),
    "AWS::Route53::RecordSet": (("Name",), "by the User Guide `Ref` is the domain name"),
    "AWS::SSM::MaintenanceWindowTarget": (("WindowTargetId",), CHILD),
    "AWS::SSM::MaintenanceWindowTask": (("WindowTaskId",), CHILD),
    "AWS::SecretsManager::Secret": (("ARN",), "by the User Guide `Ref` is the ARN"),
    **{
        f"AWS::WAFv2::{noun}": (("{Name}|{Id}|REGIONAL", "{Name}|{Id}|CLOUDFRONT"), "as the schema says; only the ARN holds the scope")
        for noun in ("IPSet", "RegexPatternSet", "RuleGroup", "WebACL")
    },
}  # fmt: skip
"""Types whose `Ref` cannot be read off the schema's primary identifier: what the spec must say, and why."""

SPECS = [pytest.param(s, id=s.type) for s in load().of("aws").values() if s.cfn]


def primary(spec: Spec) -> list[str]:
    """The primary identifier of CloudFormation's schema, outermost member names."""
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema(REGION, spec.type).schema
    return [p.rpartition("/")[2] for p in schema["primaryIdentifier"]]


def said(identity: Identity) -> tuple[str, ...]:
    """What the spec says that `Ref` returns: alternatives in order."""
    return tuple(r.text for r in identity.ref) or (("|".join(f"{{{p}}}" for p in identity.id),) if len(identity.id) > 1 else identity.id)


def follows(text: str, names: list[str]) -> bool:
    """Whether a path or template holds the members of a primary identifier, in its order."""
    holes = [h for h in paths.holes(text if "{" in text else "{" + text + "}") if isinstance(h, Pattern)]
    members = [h.text.rpartition(".")[2] for h in holes]
    return len(members) == len(names) and all(same(m.lower(), n.lower()) for m, n in zip(members, names, strict=True))


def same(member: str, name: str) -> bool:
    """`vpcid` is `vpcid` and `id`, `name` is `streamname`: a member's name with or without the noun before it, in any spelling."""
    return member.endswith(name) or (name.endswith(member) and len(member) > 1)


@pytest.mark.parametrize("spec", SPECS)
def test_the_id_in_a_report_is_what_ref_returns(spec: Spec) -> None:
    plain = len(said(spec.identity)) == 1 and follows(said(spec.identity)[0], primary(spec))
    if spec.type in DOCUMENTED:
        texts, why = DOCUMENTED[spec.type]
        assert said(spec.identity) == texts, f"{spec.file}: {why}"
        assert not plain, f"{spec.type} follows the schema: it needs no exception"
    else:
        assert plain, f"{spec.file}: CloudFormation's Ref is {'|'.join(primary(spec))}, the spec says {said(spec.identity)}: give `ref`"


def test_no_exception_is_without_its_type() -> None:
    assert not set(DOCUMENTED) - {s.type for s in load().of("aws").values() if s.cfn}


@pytest.mark.parametrize("spec", SPECS)
def test_the_answers_hold_what_ref_names(spec: Spec) -> None:
    """The value, not the wording: an ARN where `Ref` is one, nothing but one where it is none, and never the path before an id."""
    own = [r for r in stage(spec.type)[0].resources if r.address.type == spec.type]
    assert own
    wanted = bool(said(spec.identity)) and re.search(r"arn$", said(spec.identity)[0], re.IGNORECASE) is not None
    wanted |= spec.type == "AWS::CloudFormation::Stack"  # its StackId is an ARN
    for r in own:
        ref = reference(spec, r)
        assert ref and not ref.startswith(("/hostedzone/", "|"))
        pending = spec.type == "AWS::SNS::Subscription" and r.arn == "PendingConfirmation"
        assert ref.startswith("arn:") == wanted or pending, f"{r.address}: {ref}"


def test_a_ref_that_cannot_be_told_is_the_id() -> None:
    """A name that was redacted, or whose member could not be read, must not become a half of a reference."""
    spec = load().specs["AWS::WAFv2::WebACL"]
    address = Address(spec.type, "333333333333", "eu-west-1", "0b1c")
    arn = "arn:aws:wafv2:eu-west-1:333333333333:regional/webacl/edge/0b1c"
    assert reference(spec, Resource(address, {"Name": "edge", "Id": "0b1c", "ARN": arn})) == "edge|0b1c|REGIONAL"
    assert reference(spec, Resource(address, {"Id": "0b1c", "ARN": arn})) == "0b1c"
    assert reference(spec, Resource(address, {"Name": Redacted("secret", ("1f",), "k"), "Id": "0b1c", "ARN": arn})) == "0b1c"
    assert reference(None, Resource(address, {})) == "0b1c"
