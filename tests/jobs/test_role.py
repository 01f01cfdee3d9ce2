"""The reader role: the same permissions everywhere, taken by the vendor's linter, below the vendor's limits."""

from __future__ import annotations

import json
from typing import Any

import hcl2
import pytest
from cfnlint.api import lint
from cfnlint.decode.cfn_yaml import loads

from driftscan.catalog import load, permissions
from driftscan.jobs.role import STACKSET, cloudformation, stackset, terraform

EXTERNAL = "driftscan-0123456789abcdef"
WHOLE = permissions.policy(load())


def read(template: str) -> Any:
    """A template as plain data, its functions as CloudFormation's JSON spells them."""
    return json.loads(json.dumps(loads(template)))


def policies(template: str) -> list[Any]:
    found = read(template)["Resources"]
    return [r["Properties"]["PolicyDocument"] for r in found.values() if r["Type"] == "AWS::IAM::ManagedPolicy"]


def statements(documents: list[Any]) -> list[Any]:
    return [s for d in documents for s in d["Statement"]]


def inner() -> str:
    return str(read(STACKSET.read_text())["Resources"]["Readers"]["Properties"]["TemplateBody"])


@pytest.mark.parametrize(
    "template", [cloudformation(load(), EXTERNAL), STACKSET.read_text(), inner()], ids=["account", "stackset", "its body"]
)
def test_the_vendors_linter_takes_it_and_it_fits(template: str) -> None:
    assert [str(m) for m in lint(template)] == []
    assert len(template.encode()) <= 51_200


def test_the_linter_is_one_that_finds_things() -> None:
    small = "Resources:\n  Reader:\n    Type: AWS::IAM::Role\n    Properties:\n      AssumePolicy: {}\n"
    assert any("AssumePolicy" in str(m) for m in lint(small))


@pytest.mark.parametrize("template", [cloudformation(load()), inner()])
def test_the_permissions_are_those_of_the_catalogue(template: str) -> None:
    assert statements(policies(template)) == WHOLE["Statement"]
    assert all(len(json.dumps(p, separators=(",", ":"))) <= permissions.MANAGED_POLICY_LIMIT for p in policies(template))
    role = read(template)["Resources"]["Reader"]["Properties"]
    assert len(role["ManagedPolicyArns"]) == len(policies(template)) <= 10


def test_the_stackset_is_current() -> None:
    assert STACKSET.read_text() == stackset(load()), "the catalogue asks for other permissions: run `python -m driftscan.jobs.role`"


def test_it_trusts_one_principal_that_knows_the_external_id() -> None:
    for template in (cloudformation(load(), EXTERNAL), inner()):
        found = read(template)
        (trust,) = found["Resources"]["Reader"]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
        assert trust["Principal"] == {"AWS": {"Ref": "TrustedPrincipal"}}
        assert trust["Action"] == "sts:AssumeRole"
        assert trust["Condition"] == {"StringEquals": {"sts:ExternalId": {"Ref": "ExternalId"}}}
        assert "Default" not in found["Parameters"]["TrustedPrincipal"]
    assert read(cloudformation(load(), EXTERNAL))["Parameters"]["ExternalId"]["Default"] == EXTERNAL
    assert "Default" not in read(inner())["Parameters"]["ExternalId"]


def test_terraform_says_the_same() -> None:
    found = plain(hcl2.loads(terraform(load(), EXTERNAL)))
    (local,) = found["locals"]
    assert statements(local["policies"]) == WHOLE["Statement"]
    variables = {name: body for v in found["variable"] for name, body in v.items()}
    assert variables["external_id"]["default"] == EXTERNAL
    assert "default" not in variables["trusted_principal"]
    resources = {kind for r in found["resource"] for kind in r}
    assert resources == {"aws_iam_role", "aws_iam_policy", "aws_iam_role_policy_attachment"}
    role = next(body["reader"] for r in found["resource"] for kind, body in r.items() if kind == "aws_iam_role")
    trust = str(role["assume_role_policy"])
    assert "sts:ExternalId" in trust
    assert "var.trusted_principal" in trust


def plain(value: Any) -> Any:
    """What the parser read, without the quotes and marks that it keeps for writing back."""
    if isinstance(value, dict):
        return {plain(k): plain(v) for k, v in value.items() if k not in ("__is_block__", "__comments__", "__inline_comments__")}
    if isinstance(value, list):
        return [plain(v) for v in value]
    return value.strip('"') if isinstance(value, str) else value
