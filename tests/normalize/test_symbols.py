from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftscan.normalize.symbols import Symbols
from tests.normalize.estate import vocabulary

SYMBOLS = Symbols(vocabulary(variables={"domain": {"stage": "stage.example.com", "prod": "example.com"}}))


def words(text: str) -> list[tuple[str, str]]:
    return [(f.text, f.shape) for f in SYMBOLS.find(text) if f.kind == "word"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("orders-stage", [("stage", "{env}")]),
        ("stage", [("stage", "{env}")]),
        ("/stage/x", [("stage", "{env}")]),
        ("ordersStageQueue", [("Stage", "{Env}")]),
        ("natAStage", [("Stage", "{Env}")]),
        ("natVPCStage", []),
        ("STAGE_TABLE", [("STAGE", "{ENV}")]),
        ("stageOrders", [("stage", "{env}")]),
        ("prod1", [("prod", "{env}")]),
        ("MyPRODVpc", [("PROD", "{ENV}")]),
        ("production", [("production", "{env}")]),
    ],
)
def test_words_that_name_an_environment(text: str, found: list[tuple[str, str]]) -> None:
    assert words(text) == found


@pytest.mark.parametrize("text", ["stages", "Products", "AWS::ApiGateway::Stage", "backstage", "PRODUCT", "staged", "reprod", "stag"])
def test_words_inside_others_are_none(text: str) -> None:
    assert words(text) == []


def test_where_unix_keeps_its_devices_no_environment_is_meant() -> None:
    dev = Symbols(vocabulary(names={"stage": ("stage",), "dev": ("dev",)}))
    for text, n in (
        ("/dev/sda1", 0),
        ("log to /dev/stdout", 0),
        ("/dev/nvme0n1", 0),
        ("/dev/orders", 1),
        ("/dev/sdk-x/dev", 1),
        ("/dev/nullable", 1),
    ):
        assert len([f for f in dev.find(text) if f.kind == "word"]) == n, text


@given(
    st.from_regex(r"[a-z]{1,8}", fullmatch=True),
    st.sampled_from(["stage", "prod", "1111111111110"]),
    st.from_regex(r"[a-z]{1,8}", fullmatch=True),
)
def test_without_a_boundary_nothing_is_found(before: str, symbol: str, after: str) -> None:
    text = before + symbol + after
    assert not [f for f in SYMBOLS.find(text) if text[f.start : f.end] == symbol]


def symbols(text: str) -> list[str]:
    return [f.text for f in SYMBOLS.find(text) if f.kind == "symbol"]


def test_accounts_say_whose_they_are() -> None:
    assert symbols("111111111111 222222222222 333333333333 444444444444") == ["{account}", "{account:prod}", "{account#2}"]
    assert symbols("bucket-111111111111-x") == ["{account}"]
    assert symbols("1111111111111") == []


def test_variables_are_symbols() -> None:
    assert "{domain}" in symbols("api.stage.example.com")


def test_regions_and_zones() -> None:
    assert [(f.kind, f.text) for f in SYMBOLS.find("x-eu-west-1-y us-east-1a")] == [("region", "eu-west-1"), ("region", "us-east-1")]
    assert [f.shape for f in SYMBOLS.find("use1-az2")] == ["{zone}"]
    mapped = Symbols(vocabulary(region_map={"eu-west-1": "main"}))
    assert [f.text for f in mapped.find("eu-west-1")] == ["{region:main}"]


def test_letters_may_touch_an_account_but_no_digit() -> None:
    assert symbols("bucketstage111111111111x") == ["{account}"]
