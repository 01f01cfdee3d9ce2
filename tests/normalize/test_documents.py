from __future__ import annotations

import base64
import json
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftscan.normalize.documents import parse

STATEMENT = {
    "Effect": "Allow",
    "Action": "s3:Get",
    "Resource": "*",
    "Principal": "*",
    "Condition": {"Bool": {"aws:SecureTransport": False}},
}
LISTED = {
    "Effect": "Allow", "Action": ["s3:Get"], "Resource": ["*"], "Principal": {"AWS": ["*"]},
    "Condition": {"Bool": {"aws:SecureTransport": ["false"]}},
}  # fmt: skip


@pytest.mark.parametrize("spelling", [json.dumps, lambda d: quote(json.dumps(d), safe=""), lambda d: d, lambda d: json.dumps(d, indent=4)])
def test_policies_in_each_spelling(spelling: object) -> None:
    assert parse("policy", spelling({"Statement": STATEMENT})) == {"Statement": [LISTED]}  # type: ignore[operator]


def test_an_accounts_root_is_the_account() -> None:
    found = parse("policy", json.dumps({"Statement": [{"Principal": {"AWS": "arn:aws:iam::111111111111:root"}}]}))
    assert found["Statement"][0]["Principal"] == {"AWS": ["111111111111"]}


@given(st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126), min_size=1), st.integers(1, 3))
def test_base64_is_decoded_until_it_is_text(text: str, layers: int) -> None:
    text = f"#!/bin/sh\n{text}"
    coded = text
    for _ in range(layers):
        coded = base64.b64encode(coded.encode()).decode()
    assert parse("base64", coded) == text


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("number", "30", 30),
        ("number", "0.5", 0.5),
        ("number", "80.0", 80),
        ("number", "08", "08"),
        ("number", "x", "x"),
        ("csv", "a, b,,c", ["a", "b", "c"]),
        ("dns", "Example.COM.", "example.com"),
        ("dns", r"\052.example.com.", "*.example.com"),
        ("json", "[1]", [1]),
        ("json", "{broken", "{broken"),
        ("json", "plain", "plain"),
        ("base64", "no base64!", "no base64!"),
        ("base64", base64.b64encode(bytes(range(200, 220))).decode(), base64.b64encode(bytes(range(200, 220))).decode()),
    ],
)
def test_other_documents(kind: str, text: str, value: object) -> None:
    assert parse(kind, text) == value


def test_a_label_that_a_console_made_up_says_nothing() -> None:
    made = [
        parse("policy", {"Statement": [{"Sid": sid}]})["Statement"][0]["Sid"] for sid in ("lc-" + _UUID, _UUID, "Stmt1493768308000", "Read")
    ]
    assert made == ["", "", "Stmt", "Read"]


_UUID = "44d92bec-732a-4276-a31c-0123456789ab"
