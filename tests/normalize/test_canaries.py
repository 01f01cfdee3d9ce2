"""Forty secrets in the fields that can hold one: none of them reaches what is stored, in whatever spelling.

A table: a row names a type, where the field lies and what stands there; `{canary}` is the secret. Rows are added, never changed.
"""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import quote

import pytest

from driftscan.model.resource import Resource
from driftscan.model.value import Address, encode
from driftscan.normalize import Redactor
from tests.normalize.estate import CATALOG, KEY

CANARY = "Kx7vQ2mWz9RtY4pLs8Nd"
"""Twenty characters without a pattern, as a generator of passwords makes them."""
PLAIN = "correcthorsebattery"
"""A password that looks like a word: only its name tells."""


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


LAMBDA, ECS, CODEBUILD, SSM = "AWS::Lambda::Function", "AWS::ECS::TaskDefinition", "AWS::CodeBuild::Project", "AWS::SSM::Parameter"
ROWS: tuple[tuple[str, tuple[str | int, ...], Any, str], ...] = (
    (LAMBDA, ("Environment", "Variables", "DB_PASSWORD"), "{canary}", PLAIN),
    (LAMBDA, ("Environment", "Variables", "API_TOKEN"), "{canary}", PLAIN),
    (LAMBDA, ("Environment", "Variables", "DATABASE_URL"), "postgres://app:{canary}@db.internal:5432/orders", PLAIN),
    (LAMBDA, ("Environment", "Variables", "CONNECTION"), "Server=db;Database=x;User Id=sa;Password={canary};", PLAIN),
    (LAMBDA, ("Environment", "Variables", "CONFIG"), '{"user": "app", "password": "{canary}"}', PLAIN),
    (LAMBDA, ("Environment", "Variables", "NOTE"), "{canary}", CANARY),
    (LAMBDA, ("Environment", "Variables", "BLOB"), b64("password=" + PLAIN), PLAIN),
    (LAMBDA, ("Environment", "Variables", "TWICE"), b64(b64("secret: " + PLAIN)), PLAIN),
    (LAMBDA, ("Environment", "Variables", "QUERY"), quote("password=" + PLAIN, safe=""), PLAIN),
    (LAMBDA, ("Environment", "Variables", "UNNAMED"), "{canary}", PLAIN),
    (LAMBDA, ("Description",), "login with password={canary}", PLAIN),
    (LAMBDA, ("Tags", 0), {"Key": "db-password", "Value": "{canary}"}, PLAIN),
    (LAMBDA, ("Tags", 0), {"Key": "note", "Value": "token {canary}"}, CANARY),
    (ECS, ("taskDefinition", "containerDefinitions", 0, "environment", 0), {"name": "SECRET_KEY", "value": "{canary}"}, PLAIN),
    (ECS, ("taskDefinition", "containerDefinitions", 0, "environment", 0), {"name": "MODE", "value": "{canary}"}, PLAIN),
    (ECS, ("taskDefinition", "containerDefinitions", 0, "command", 0), "--password={canary}", PLAIN),
    (ECS, ("taskDefinition", "containerDefinitions", 0, "command", 0), "curl -H 'Authorization: Bearer {canary}'", CANARY),
    (ECS, ("taskDefinition", "containerDefinitions", 0, "dockerLabels", "api-key"), "{canary}", PLAIN),
    (CODEBUILD, ("environment", "environmentVariables", 0), {"name": "NPM_TOKEN", "value": "{canary}", "type": "PLAINTEXT"}, PLAIN),
    (CODEBUILD, ("environment", "environmentVariables", 0), {"name": "X", "value": "{canary}", "type": "PLAINTEXT"}, PLAIN),
    (CODEBUILD, ("source", "buildspec"), "version: 0.2\nenv:\n  variables:\n    DB_PASSWORD: {canary}\n", PLAIN),
    (SSM, ("Value",), "{canary}", CANARY),
    (SSM, ("Value",), "jdbc:mysql://root:{canary}@db/orders", PLAIN),
    ("AWS::EC2::LaunchTemplate", ("LaunchTemplateData", "UserData"), b64("#!/bin/sh\nexport DB_PASSWORD=" + PLAIN + "\n"), PLAIN),
    ("AWS::EC2::Instance", ("UserData", "Value"), b64('#!/bin/sh\necho "' + CANARY + '" > /etc/key\n'), CANARY),
    ("AWS::AutoScaling::LaunchConfiguration", ("UserData",), b64("mysql -u root --password=" + PLAIN), PLAIN),
    ("AWS::ApiGateway::Stage", ("variables", "authToken"), "{canary}", PLAIN),
    ("AWS::ApiGateway::Stage", ("variables", "backend"), "https://user:{canary}@internal.example.com/", PLAIN),
    ("AWS::ApiGateway::ApiKey", ("value",), "{canary}", PLAIN),
    ("AWS::Cognito::UserPoolClient", ("ClientSecret",), "{canary}", PLAIN),
    ("AWS::Glue::Job", ("DefaultArguments", "--db_password"), "{canary}", PLAIN),
    ("AWS::SageMaker::Model", ("PrimaryContainer", "Environment", "HF_TOKEN"), "{canary}", PLAIN),
    (
        "AWS::ElasticLoadBalancingV2::Listener",
        ("DefaultActions", 0, "AuthenticateOidcConfig", "ClientSecret"),
        "{canary}",
        PLAIN,
    ),
    ("AWS::CodePipeline::Pipeline", ("pipeline", "stages", 0, "actions", 0, "configuration", "OAuthToken"), "{canary}", PLAIN),
    ("AWS::CodePipeline::Pipeline", ("pipeline", "stages", 0, "actions", 0, "configuration", "Secret"), "{canary}", PLAIN),
    (
        "AWS::CodePipeline::Pipeline",
        ("pipeline", "stages", 0, "actions", 0, "environmentVariables", 0),
        {"name": "X", "value": "{canary}"},
        PLAIN,
    ),
    ("AWS::Events::Rule", ("Targets", 0, "HttpParameters", "HeaderParameters", "X-Api-Key"), "{canary}", PLAIN),
    ("AWS::Events::Rule", ("Targets", 0, "Input"), '{"auth": {"password": "{canary}"}}', PLAIN),
    (
        "AWS::CloudFront::Distribution",
        ("DistributionConfig", "Origins", "Items", 0, "CustomHeaders", "Items", 0),
        {"HeaderName": "X-Origin-Verify", "HeaderValue": "{canary}"},
        PLAIN,
    ),
    ("AWS::StepFunctions::StateMachine", ("definition",), '{"States": {"A": {"Parameters": {"apiKey": "{canary}"}}}}', PLAIN),
    ("AWS::SNS::Subscription", ("Endpoint",), "https://hook:{canary}@example.com/in", PLAIN),
    ("AWS::SSM::Document", ("Content",), '{"runCommand": ["export SECRET={canary}"]}', PLAIN),
    ("AWS::CloudWatch::Alarm", ("AlarmDescription",), "runbook https://u:{canary}@wiki.example.com", PLAIN),
    ("AWS::IAM::Role", ("Description",), "-----BEGIN RSA PRIVATE KEY-----\n{canary}\n-----END RSA PRIVATE KEY-----", PLAIN),
    ("AWS::IAM::Role", ("Description",), "AKIAIOSFODNN7EXAMPLE", "AKIAIOSFODNN7EXAMPLE"),
    ("AWS::S3::Bucket", ("TagSet", 0), {"Key": "jwt", "Value": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.{canary}"}, PLAIN),
    ("AWS::Budgets::Notification", ("Subscribers", 0, "Note"), "xoxb-{canary}", "123456789012-" + CANARY),
    (LAMBDA, ("Environment", "Variables", "STORAGE"), "AccountName=x;AccountKey={canary};EndpointSuffix=core.windows.net", PLAIN),
    (LAMBDA, ("Environment", "Variables", "BUS"), "Endpoint=sb://x/;SharedAccessKeyName=r;SharedAccessKey={canary}", PLAIN),
    (ECS, ("taskDefinition", "containerDefinitions", 0, "environment", 0), {"name": "DB", "value": "postgres://u:{canary}@h/x"}, PLAIN),
    (CODEBUILD, ("secondarySources", 0, "buildspec"), "phases:\n  build:\n    commands:\n      - login --token {canary}\n", PLAIN),
    ("AWS::Batch::JobDefinition", ("containerProperties", "environment", 0), {"name": "X", "value": "{canary}"}, PLAIN),
    ("AWS::Batch::JobDefinition", ("containerProperties", "command", 0), "--api-key={canary}", PLAIN),
    ("AWS::ApiGateway::Stage", ("canarySettings", "stageVariableOverrides", "backend"), "{canary}", PLAIN),
    ("AWS::Batch::JobDefinition", ("parameters", "mode"), "{canary}", PLAIN),
    ("AWS::Batch::JobDefinition", ("parameters", "dbPassword"), "{canary}", PLAIN),
    ("AWS::Glue::Job", ("NonOverridableArguments", "--conf"), "{canary}", PLAIN),
    ("AWS::Glue::Connection", ("ConnectionProperties", "PASSWORD"), "{canary}", PLAIN),
    ("AWS::Glue::Connection", ("ConnectionProperties", "JDBC_CONNECTION_URL"), "jdbc:mysql://u:{canary}@db/x", PLAIN),
    ("AWS::SageMaker::Model", ("Containers", 0, "Environment", "MODE"), "{canary}", PLAIN),
    ("AWS::SageMaker::TrainingJob", ("HyperParameters", "hf_token"), "{canary}", PLAIN),
    ("AWS::ApiGatewayV2::Stage", ("StageVariables", "x"), "{canary}", PLAIN),
    ("AWS::AppRunner::Service", ("ImageConfiguration", "RuntimeEnvironmentVariables", "DB"), "mysql://u:{canary}@h/x", PLAIN),
    ("AWS::Amplify::App", ("EnvironmentVariables", "API_KEY"), "{canary}", PLAIN),
    ("AWS::Amplify::App", ("BasicAuthCredentials",), "{canary}", PLAIN),
    ("AWS::CloudFormation::Stack", ("Parameters", 0), {"ParameterKey": "Mode", "ParameterValue": "{canary}"}, PLAIN),
    ("AWS::CloudFormation::Stack", ("Outputs", 0), {"OutputKey": "Url", "OutputValue": "{canary}"}, PLAIN),
    ("AWS::Events::Rule", ("Targets", 0, "InputTransformer", "InputTemplate"), '{"id": <id>, "apiKey": "{canary}"}', PLAIN),
    ("AWS::Events::Connection", ("AuthParameters", "ApiKeyAuthParameters", "ApiKeyValue"), "xoxb-{canary}", "123456789012-" + CANARY),
    ("AWS::AppSync::ApiKey", ("apiKey",), "{canary}", PLAIN),
    ("AWS::IoT::ProvisioningTemplate", ("templateBody",), '{"Parameters": {"secret": "{canary}"}}', PLAIN),
    ("AWS::Cognito::UserPoolIdentityProvider", ("ProviderDetails", "client_secret"), "{canary}", PLAIN),
    ("AWS::EC2::VPNConnection", ("CustomerGatewayConfiguration",), "<pre_shared_key>{canary}</pre_shared_key>", PLAIN),
    ("AWS::Unknown::Type", ("Settings", "MasterUserPassword"), "{canary}", PLAIN),
    ("AWS::Unknown::Type", ("Settings", "MasterUserPassword"), "${canary}", PLAIN),
    ("AWS::Unknown::Type", ("Webhook",), "https://hooks.slack.com/services/{canary}", "T0000/B0000/" + CANARY),
)


def place(path: tuple[str | int, ...], value: Any) -> Any:
    """A document that holds `value` at `path`."""
    for step in reversed(path):
        value = [value] if isinstance(step, int) else {step: value}
    return value


def filled(value: Any, canary: str) -> Any:
    return json.loads(json.dumps(value).replace("{canary}", canary))


def spellings(canary: str) -> set[bytes]:
    """A secret as it may hide: plain, quoted, in base64 at each of the three offsets, in hex."""
    out = {canary, quote(canary, safe=""), canary.encode().hex(), canary[::-1]}
    for shift in range(3):
        coded = base64.b64encode(b"." * shift + canary.encode() + b"...").decode()
        out.add(coded[4 if shift else 0 : len(coded) - 8])
    return {s.encode() for s in out}


def test_the_table_is_long_enough() -> None:
    assert len(ROWS) >= 40


@pytest.mark.parametrize(
    ("type_", "path", "value", "canary"), ROWS, ids=lambda v: v if isinstance(v, str) and v.startswith("AWS::") else None
)
def test_no_canary_is_stored(type_: str, path: tuple[str | int, ...], value: Any, canary: str) -> None:
    document = place(path, filled(value, canary))
    resource = Resource(Address(type_, "111111111111", "us-east-1", "it"), document)
    stored = encode(Redactor(CATALOG, KEY).redact(resource).value)
    for spelling in spellings(canary):
        assert spelling not in stored, stored


OPEN_ROWS = [row for row in ROWS if "{canary}" in json.dumps(row[2])]
"""Rows that do not hold their secret encoded."""


@pytest.mark.parametrize(
    ("type_", "path", "value", "canary"), OPEN_ROWS, ids=lambda v: v if isinstance(v, str) and v[:5] == "AWS::" else None
)
def test_another_secret_is_told_apart(type_: str, path: tuple[str | int, ...], value: Any, canary: str) -> None:
    """What is closed can still be compared: another secret gives another stored value, the same one the same."""
    redactor = Redactor(CATALOG, KEY)
    address = Address(type_, "111111111111", "us-east-1", "it")
    one, same, other = (
        encode(redactor.redact(Resource(address, place(path, filled(value, c)))).value) for c in (canary, canary, canary[:-3] + "Zz9")
    )
    assert one == same
    assert one != other
