"""From configured accounts to readable ones."""

from __future__ import annotations

from pathlib import Path

from driftscan.model.settings import Account
from tests.sources.conftest import Cloud, Scan, scan
from tests.sources.faults import JSON, error
from tests.sources.test_faults import OPERATIONS, written

LOGS = OPERATIONS[0]
MANAGER = "123456789012"


def run(tmp_path: Path, *accounts: Account) -> Scan:
    return scan(catalog=written(LOGS, tmp_path / "catalog"), accounts=accounts)


def _organization(cloud: Cloud) -> tuple[str, dict[str, str]]:
    """A unit `stage` with one account, below it a unit with two, of which one is closed; beside it an account that is none of theirs."""
    org = cloud.client("organizations", MANAGER)
    org.create_organization(FeatureSet="ALL")
    root = org.list_roots()["Roots"][0]["Id"]
    stage = org.create_organizational_unit(ParentId=root, Name="stage")["OrganizationalUnit"]["Id"]
    below = org.create_organizational_unit(ParentId=stage, Name="below")["OrganizationalUnit"]["Id"]
    ids: dict[str, str] = {}
    for name, place in (("a", stage), ("b", below), ("closed", below), ("other", root)):
        ids[name] = org.create_account(AccountName=name, Email=f"{name}@example.org")["CreateAccountStatus"]["AccountId"]
        if place != root:
            org.move_account(AccountId=ids[name], SourceParentId=root, DestinationParentId=place)
    org.close_account(AccountId=ids["closed"])
    return stage, ids


def test_a_unit_is_every_active_account_below_it(cloud: Cloud, tmp_path: Path) -> None:
    stage, ids = _organization(cloud)
    found = run(tmp_path, Account("aws", stage, role="reader", regions=("eu-west-1",)))
    assert [a.id for a in found.accounts] == sorted([ids["a"], ids["b"]])
    assert all(a.gap is None and a.identity.split(":")[4] == a.id for a in found.accounts)
    assert found.calls["organizations:ListAccountsForParent"] == 2


def test_an_account_named_beside_its_unit_keeps_its_own_entry(cloud: Cloud, tmp_path: Path) -> None:
    stage, ids = _organization(cloud)
    found = run(
        tmp_path,
        Account("aws", ids["a"], role="own", regions=("us-east-1",)),
        Account("aws", stage, role="reader", regions=("eu-west-1",)),
    )
    assert {a.id: (a.login.role, a.regions) for a in found.accounts} == {
        ids["a"]: ("own", ("us-east-1",)),
        ids["b"]: ("reader", ("eu-west-1",)),
    }


def test_a_unit_that_cannot_be_read_is_a_gap_of_its_own(cloud: Cloud, tmp_path: Path) -> None:
    cloud.faults.rule = lambda r: error(r, 400, "AccessDeniedException") if r.service == "organizations" else None
    found = run(tmp_path, Account("aws", "ou-abcd-12345678", role="reader"), Account("aws", MANAGER, regions=("eu-west-1",)))
    unit = next(a for a in found.accounts if a.id.startswith("ou-"))
    assert unit.gap is not None
    assert (unit.gap.type, unit.gap.code, unit.gap.permission) == ("*", "AccessDeniedException", "organizations:ListAccountsForParent")
    assert "management account" in unit.gap.hint
    assert [a.gap for a in found.accounts if a.id == MANAGER] == [None]


def test_enabled_regions_are_found(cloud: Cloud, tmp_path: Path) -> None:
    (account,) = run(tmp_path, Account("aws", MANAGER)).accounts
    assert len(account.regions) > 10
    assert list(account.regions) == sorted(account.regions)


def test_enabled_regions_by_the_account_service_where_ec2_is_denied(cloud: Cloud, tmp_path: Path) -> None:
    listed = b'{"Regions": [{"RegionName": "us-east-1", "RegionOptStatus": "ENABLED_BY_DEFAULT"}, {"RegionName": "eu-south-1", "RegionOptStatus": "ENABLED"}]}'  # noqa: E501
    cloud.faults.rule = lambda r: (
        error(r, 403, "UnauthorizedOperation")
        if r.action == "DescribeRegions"
        else (200, JSON, listed)
        if r.action.startswith("POST /listRegions")
        else None
    )
    (account,) = run(tmp_path, Account("aws", MANAGER)).accounts
    assert account.regions == ("eu-south-1", "us-east-1")


def test_regions_that_nobody_tells_are_a_gap_of_the_account(cloud: Cloud, tmp_path: Path) -> None:
    cloud.faults.rule = lambda r: (
        error(r, 403, "UnauthorizedOperation")
        if r.action == "DescribeRegions"
        else error(r, 403, "AccessDeniedException")
        if r.service == "account"
        else None
    )
    found = run(tmp_path, Account("aws", MANAGER))
    (account,) = found.accounts
    assert account.gap is not None
    assert (account.gap.code, account.gap.permission, account.gap.region) == ("UnauthorizedOperation", "ec2:DescribeRegions", "*")
    assert "regions" in account.gap.hint
    assert not found.stream
