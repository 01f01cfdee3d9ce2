from __future__ import annotations

from dataclasses import replace

from driftscan.model.settings import Account, Environment, Settings
from driftscan.normalize import vocabulary
from tests.normalize.estate import Side

SETTINGS = Settings(
    organization="acme",
    store="x",
    environments=(
        Environment(
            "stage", ("stg",), (Account("aws", "ou-abcd-12345678"), Account("aws", "111111111111", regions=("us-west-2", "us-east-1")))
        ),
        Environment("prod", (), (Account("aws", "222222222222"),)),
    ),
    comparisons=(),
    variables={"domain": {"stage": "s.example.com", "prod": "example.com"}},
    region_map={"stage": {"us-west-2": "home"}},
)


def test_accounts_of_a_unit_come_from_the_header() -> None:
    header = replace(
        Side().snapshot().header, accounts=("555555555555", "111111111111"), regions=(("111111111111", ("us-east-1", "us-west-2")),)
    )
    found = vocabulary(SETTINGS, header)
    assert found.accounts == {"111111111111": ("stage", 0), "555555555555": ("stage", 1), "222222222222": ("prod", 0)}
    assert found.words == {"stage": ("stage", "stg"), "prod": ("prod",)}
    assert found.regions == ("us-west-2", "us-east-1")
    assert found.region_map == {"us-west-2": "home"}
