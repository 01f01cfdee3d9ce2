"""Secrets of every documented form, planted anywhere and encoded in any usual way, never survive; what only looks drawn at random does."""

from __future__ import annotations

import base64
import itertools
import json
import string
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from driftscan.model.resource import Resource
from driftscan.model.value import Address, Redacted, encode
from driftscan.normalize import Redactor
from driftscan.normalize.encodings import merged, spans
from tests.catalog.harness import stage
from tests.normalize.estate import CATALOG, KEY

ALNUM, UPPER, DIGITS = string.ascii_letters + string.digits, string.ascii_uppercase + string.digits, string.digits
FORMS: dict[str, tuple[str, str, int]] = {
    "AWS key id": ("{}", UPPER, 16),
    "AWS key pair": ("AKIAIOSFODNN7EXAMPLE {}", ALNUM + "+/", 40),
    "AWS key pair in a file": ("aws_access_key_id=AKIAIOSFODNN7EXAMPLE\naws_secret_access_key={}\n", ALNUM + "+/", 40),
    "PEM": ("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", ALNUM + "+/", 64),
    "JWT": ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.{}", ALNUM + "-_", 43),
    "GitHub": ("ghp_{}", ALNUM, 36),
    "GitHub, fine-grained": ("github_pat_{}", ALNUM, 82),
    "GitLab": ("glpat-{}", ALNUM, 20),
    "Slack": ("xoxb-123456789012-{}", ALNUM, 24),
    "Slack webhook": ("https://hooks.slack.com/services/T00000000/B00000000/{}", ALNUM, 24),
    "Stripe": ("sk_live_{}", ALNUM, 24),
    "Stripe webhook": ("whsec_{}", ALNUM, 32),
    "Google": ("AIza{}", ALNUM + "-_", 35),
    "Google client": ("GOCSPX-{}", ALNUM, 28),
    "npm": ("npm_{}", ALNUM, 36),
    "URL": ("postgres://app:{}@db.internal:5432/orders", ALNUM, 16),
    "JDBC": ("jdbc:postgresql://db:5432/x?user=app&password={}&ssl=true", ALNUM, 12),
    "storage account": ("DefaultEndpointsProtocol=https;AccountName=x;AccountKey={}==;EndpointSuffix=core.windows.net", ALNUM + "+/", 86),
    "service bus": ("Endpoint=sb://x.example.net/;SharedAccessKeyName=Root;SharedAccessKey={}=", ALNUM + "+/", 43),
    "signed URL": ("https://x.example.net/c?sv=2020-08-04&sig={}%3D&se=1", ALNUM, 43),
    "bearer": ("Authorization: Bearer {}", ALNUM, 32),
    "assignment": ("export DB_PASSWORD={}", ALNUM, 12),
}
"""Form -> template, alphabet, length of the secret part."""


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


ENCODINGS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "in a sentence": lambda t: f"see: {t} (ask before use)",
    "base64": b64,
    "base64 without padding": lambda t: b64(t).rstrip("="),
    "base64 for URLs": lambda t: base64.urlsafe_b64encode(t.encode()).decode(),
    "base64 twice": lambda t: b64(b64(t)),
    "base64 in a command": lambda t: f"echo {b64(t)} | base64 -d",
    "base64 assigned": lambda t: f"CONFIG={b64(t)}",
    "percent": lambda t: quote(t, safe=""),
    "percent twice": lambda t: quote(quote(t, safe=""), safe=""),
    "JSON": lambda t: json.dumps({"a": t}),
    "JSON in JSON": lambda t: json.dumps({"x": json.dumps({"a": t})}),
    "base64 in JSON": lambda t: json.dumps({"data": b64(t)}),
    "JSON in percent": lambda t: quote(json.dumps({"a": t}), safe=""),
}
TYPES = (
    "AWS::Lambda::Function", "AWS::ECS::TaskDefinition", "AWS::S3::Bucket", "AWS::IAM::Role", "AWS::EC2::LaunchTemplate",
    "AWS::CloudFront::Distribution", "AWS::StepFunctions::StateMachine", "AWS::Glue::Job", "AWS::RDS::DBInstance", "AWS::Events::Rule",
    "AWS::CodeBuild::Project", "AWS::Batch::JobDefinition",
)  # fmt: skip
REDACTOR = Redactor(CATALOG, KEY)


@cache
def documents(type_: str) -> tuple[Resource, ...]:
    return tuple(r for r in stage(type_)[0].resources if r.address.type == type_)


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The places of every text of a document."""
    if isinstance(value, dict):
        for k, v in value.items():
            yield from leaves(v, (*path, k))
    elif isinstance(value, list | tuple):
        for i, v in enumerate(value):
            yield from leaves(v, (*path, i))
    elif isinstance(value, str):
        yield path


def planted(value: Any, path: tuple[Any, ...], text: str) -> Any:
    """A copy of the document with another text at one place."""
    if not path:
        return text
    out = dict(value) if isinstance(value, dict) else list(value)
    out[path[0]] = planted(value[path[0]], path[1:], text)
    return out


def hiding(secret: str) -> set[bytes]:
    """The secret in clear, and what it looks like encoded."""
    found = {secret, quote(secret, safe=""), secret.encode().hex(), json.dumps(secret)[1:-1]}
    for shift in range(3):
        coded = base64.b64encode(b"." * shift + secret.encode() + b"...").decode()
        found.add(coded[4 if shift else 0 : len(coded) - 8])
    return {f.encode() for f in found}


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_no_secret_survives_anywhere(data: st.DataObject) -> None:
    form = data.draw(st.sampled_from(sorted(FORMS)))
    template, alphabet, length = FORMS[form]
    # what a generator draws: letters of both cases and a digit are in it
    drawn = data.draw(st.lists(st.sampled_from(alphabet), min_size=length - 3, max_size=length - 3).map("".join))
    secret = ("AKIA" if form == "AWS key id" else "") + "K" + drawn + ("Q7" if alphabet is UPPER else "q7")
    written = ENCODINGS[data.draw(st.sampled_from(sorted(ENCODINGS)))](template.format(secret))
    resource = data.draw(st.sampled_from(documents(data.draw(st.sampled_from(TYPES)))))
    path = data.draw(st.sampled_from(list(leaves(resource.value))))
    stored = encode(REDACTOR.redact(replace(resource, value=planted(resource.value, path, written))).value)
    assert written.encode() not in stored
    for spelling in hiding(secret):
        assert spelling not in stored, (form, path, written)


@pytest.mark.parametrize(
    "text",
    [
        "arn:aws:iam::111111111111:role/app-Role-1A2B3C4D5E6F7",
        "111111111111.dkr.ecr.eu-west-1.amazonaws.com/app@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "mhtu+aGk3sGIMExm5Kn0BRnn9sHq5+fWjdK2lgHxWG8=",
        "5e2d5f1c-0c1a-4d3e-9f4b-0a1b2c3d4e5f",
        '"d41d8cd98f00b204e9800998ecf8427e-12"',
        "sg-0123456789abcdef0",
        "Z0123456789ABCDEFGHIJ",
        b64("AWSTemplateFormatVersion: 2010-09-09\nResources: {}\n"),
        b64("#!/bin/sh\nyum install -y nginx\n"),
        quote("arn:aws:sns:eu-west-1:111111111111:alerts", safe=""),
        "a2f5d0c1b3e4d5f60718293a4b5c6d7e8f901234",
        "arn:aws:elasticloadbalancing:eu-west-1:111111111111:loadbalancer/app/orders/50dc6c495c0c9188",
    ],
)
def test_ids_digests_and_templates_stay_comparable(text: str) -> None:
    resource = Resource(Address("AWS::X::Y", "111111111111", "us-east-1", "it"), {"Name": text, "Digest": text})
    assert REDACTOR.redact(resource).value == resource.value


@pytest.mark.parametrize("key", ["db-password", "ApiKey", "github_token"])
def test_a_tag_is_closed_by_its_name_and_by_its_value(key: str) -> None:
    tags = [{"Key": key, "Value": "plainword"}, {"Key": "Team", "Value": "ghp_" + "a1B2" * 9}, {"Key": "Stage", "Value": "blue"}]
    found = REDACTOR.redact(Resource(Address("AWS::X::Y", "111111111111", "us-east-1", "it"), {"Tags": tags})).value["Tags"]
    assert isinstance(found[0]["Value"], Redacted)
    assert isinstance(found[1]["Value"], Redacted)
    assert found[2]["Value"] == "blue"


def test_what_stands_around_an_encoded_secret_stays() -> None:
    text = f"echo {b64('password=swordfish')} | base64 -d"
    ((start, end),) = spans(text, dense=False)
    assert (text[:start], text[end:]) == ("echo ", " | base64 -d")


def test_the_other_half_of_a_key_pair_needs_its_key_id() -> None:
    other = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
    pair = f"AKIAIOSFODNN7EXAMPLE:{other}"
    assert [pair[a:b] for a, b in spans(pair, dense=False)] == ["AKIAIOSFODNN7EXAMPLE", other]
    assert spans(other, dense=False) == []


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 9)).map(lambda t: (t[0], t[0] + t[1]))))
def test_merged_spans_are_in_order_and_lose_nothing(found: list[tuple[int, int]]) -> None:
    out = merged(found)
    assert {i for a, b in found for i in range(a, b)} == {i for a, b in out for i in range(a, b)}
    assert all(one[1] <= other[0] for one, other in itertools.pairwise(out))
