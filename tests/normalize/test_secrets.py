from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftscan.normalize.secrets import looks_dense, names_secret, spans


@pytest.mark.parametrize(
    "name",
    [
        "DB_PASSWORD",
        "apiKey",
        "api-key",
        "AuthToken",
        "clientSecret",
        "MasterUserPassword",
        "SLACK_WEBHOOK_URL",
        "X-Api-Key",
        "private_key",
    ],
)
def test_names_of_secrets(name: str) -> None:
    assert names_secret(name)


@pytest.mark.parametrize(
    "name",
    ["SECRET_ARN", "TokenValidity", "PASSWORD_MIN_LENGTH", "KmsKeyId", "HttpTokens", "TableName", "passive", "TOKEN_URL", "keyboard"],
)
def test_names_about_secrets_and_others(name: str) -> None:
    assert not names_secret(name)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("postgres://app:s3cr3t@db/x", ["s3cr3t"]),
        ("https://token123@github.com/x", ["token123"]),
        ("Server=x;Password=p w;Y=1", ["p"]),
        ('{"password": "a b", "x": 1}', ["a b"]),
        ('{\\"password\\": \\"ab\\"}', ["ab"]),
        ("password: swordfish", ["swordfish"]),
        ("--api-key abc --x", ["abc"]),
        ('{"password": "$ecret123", "token": "$DB_TOKEN"}', ["$ecret123"]),
        ("PASSWORD=pa$$word", ["pa$$word"]),
        ("token: $.input.token", []),
        ("token: $request.header.token", []),
        ("AKIAIOSFODNN7EXAMPLE", ["AKIAIOSFODNN7EXAMPLE"]),
        ("Bearer abcdefghijklmnop", ["abcdefghijklmnop"]),
        ("PASSWORD=${DB_PASSWORD} TOKEN=$(get)", []),
        ("arn:aws:secretsmanager:us-east-1:111111111111:secret:x", []),
        ("secretsmanager:GetSecretValue", []),
        ("token: true", []),
        ("mail me at a@example.org", []),
        ("https://example.com/a@b", []),
    ],
)
def test_what_looks_like_a_secret(text: str, found: list[str]) -> None:
    assert [text[a:b] for a, b in spans(text)] == found


@pytest.mark.parametrize("text", ["wJalrXUtnFEMI7K7MDENG2bPxRfiCYzX8pLqKe4Y", "Kx7vQ2mWz9RtY4pLs8Nd", "q83vEjRWeJCrze8SNFZ4kA=="])
def test_random_runs_are_dense(text: str) -> None:
    assert looks_dense(text)


@pytest.mark.parametrize(
    "text",
    [
        "ApplicationLoadBalancer2Target1",
        "aVeryLongCamelCaseNameOfAThing",
        "CfnEndpointCreatE7e2Stage",
        "0123456789abcdef0123456789abcdef",
        "ABCDEFGHIJKLMNOPQRSTUVWX",
    ],
)
def test_names_and_hex_are_not(text: str) -> None:
    assert not looks_dense(text)


@given(st.text())
def test_spans_are_in_order_and_inside(text: str) -> None:
    found = spans(text)
    assert all(0 <= a < b <= len(text) for a, b in found)
    assert all(one[1] <= other[0] for one, other in itertools.pairwise(found))
