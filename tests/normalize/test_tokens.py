from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftscan.normalize.tokens import contexts, split, tokens


@given(st.text())
def test_parts_join_to_the_text(text: str) -> None:
    assert "".join(part for part, _ in split(text)) == text


@given(st.text())
def test_delimiters_hold_no_letter_or_digit(text: str) -> None:
    assert not any(c.isascii() and c.isalnum() for part, token in split(text) if not token for c in part)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ordersStage-prod1", {"orders", "Stage", "prod", "1"}),
        ("sqs.us-east-1a:111111111111", {"sqs", "us-east-1a", "111111111111"}),
        ("10.1.2.0/24:80", {"10.1.2.0/24", "80"}),
        ("vpc-0a1b2c3d4e5f60718", {"vpc-0a1b2c3d4e5f60718"}),
        ("x/1234abcd-12ab-34cd-56ef-1234567890ab", {"x", "1234abcd-12ab-34cd-56ef-1234567890ab"}),
        ("a1b2c3d4e5.execute-api", {"a1b2c3d4e5", "execute", "api"}),
        ("CfnEndpointCreatE7e2Stage", {"Cfn", "Endpoint", "Creat", "E", "7", "e", "2", "Stage"}),
        ("us-east-1_AbC1dEf23", {"us-east-1", "AbC1dEf23"}),
        ("staging111111111111", {"staging", "111111111111"}),
        ("orders-Queue-1A2B3C4D5E6F7", {"orders", "Queue", "1A2B3C4D5E6F7"}),
    ],
)
def test_ids_regions_and_addresses_are_whole(text: str, expected: set[str]) -> None:
    assert {token for token, _ in tokens(text)} == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tw07-LogGroup", {"07": "tw07"}),
        ("web-01-2", {"01": "web-01", "2": "web-01-2"}),
        ("8080", {"8080": ""}),
        ("8080-8081", {"8080": "", "8081": ""}),
        ("10.1.2.0/24:80", {"80": ""}),
    ],
)
def test_a_short_number_belongs_to_the_words_before_it(text: str, expected: dict[str, str]) -> None:
    found = contexts(text)
    assert "".join(token or delimiter for token, delimiter, _ in found) == text
    assert {token: context for token, _, context in found if token.isdigit()} == expected
