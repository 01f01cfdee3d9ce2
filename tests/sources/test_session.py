"""Credentials: what goes over the wire, and what is said where there are none."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from driftscan.model.settings import Account
from driftscan.sources.aws import guard
from tests.sources.conftest import PROD, STAGE, Cloud, Scan, scan
from tests.sources.faults import Answer, Request, error
from tests.sources.test_faults import OPERATIONS, written

LOGS = OPERATIONS[0]


def entered(cloud: Cloud, action: str = "AssumeRole") -> list[dict[str, str]]:
    """What each request for a role's keys asked."""
    return [{k: v[0] for k, v in parse_qs(r.body.decode()).items()} for r in cloud.faults.seen if r.action == action]


def run(tmp_path: Path, *accounts: Account) -> Scan:
    return scan(catalog=written(LOGS, tmp_path / "catalog"), accounts=accounts)


def test_a_role_is_entered_with_external_id_name_and_session_policy(cloud: Cloud, tmp_path: Path) -> None:
    found = run(tmp_path, Account("aws", STAGE, role="driftscan-reader", external_id="shared secret", regions=("eu-west-1",)))
    (asked,) = entered(cloud)
    assert asked["RoleArn"] == f"arn:aws:iam::{STAGE}:role/driftscan-reader"
    assert asked["ExternalId"] == "shared secret"
    assert asked["RoleSessionName"] == "driftscan-run-1"
    assert json.loads(asked["Policy"]) == json.loads(guard.session_policy())
    assert [(a.id, a.identity, a.gap) for a in found.accounts] == [
        (STAGE, f"arn:aws:sts::{STAGE}:assumed-role/driftscan-reader/driftscan-run-1", None)
    ]


def test_a_role_by_its_arn(cloud: Cloud, tmp_path: Path) -> None:
    run(tmp_path, Account("aws", STAGE, role=f"arn:aws:iam::{STAGE}:role/path/reader", regions=("eu-west-1",)))
    (asked,) = entered(cloud)
    assert asked["RoleArn"] == f"arn:aws:iam::{STAGE}:role/path/reader"
    assert "ExternalId" not in asked


def test_ambient_credentials(cloud: Cloud, tmp_path: Path) -> None:
    found = run(tmp_path, Account("aws", "123456789012", regions=("eu-west-1",)))
    assert [a.gap for a in found.accounts] == [None]
    assert not entered(cloud)


def test_credentials_of_another_account_are_not_read_as_this_one(cloud: Cloud, tmp_path: Path) -> None:
    found = run(tmp_path, Account("aws", PROD, regions=("eu-west-1",)))
    (account,) = found.accounts
    assert account.gap is not None
    assert (account.gap.code, account.gap.type) == ("WrongAccount", "*")
    assert "123456789012" in account.gap.hint
    assert not found.stream


def test_a_role_of_another_account_is_not_read_as_this_one(cloud: Cloud, tmp_path: Path) -> None:
    found = run(tmp_path, Account("aws", PROD, role=f"arn:aws:iam::{STAGE}:role/reader", regions=("eu-west-1",)))
    assert [a.gap and a.gap.code for a in found.accounts] == ["WrongAccount"]


@pytest.fixture
def profiles(cloud: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A shared configuration file, and no ambient keys."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    file = tmp_path / "config"
    monkeypatch.setenv("AWS_CONFIG_FILE", str(file))
    token = tmp_path / "token"
    token.write_text("token-one")
    file.write_text(
        f"[profile stage]\nregion = eu-west-1\nsource_profile = base\nrole_arn = arn:aws:iam::{STAGE}:role/of-profile\n"
        "[profile base]\naws_access_key_id = testing\naws_secret_access_key = testing\n"
        f"[profile web]\nrole_arn = arn:aws:iam::{STAGE}:role/of-web\nweb_identity_token_file = {token}\n"
        "[profile sso]\nsso_session = s\nsso_account_id = 1\nsso_role_name = r\n"
        "[sso-session s]\nsso_region = eu-west-1\nsso_start_url = https://example.org/start\n"
    )
    return tmp_path


def test_a_profile(cloud: Cloud, tmp_path: Path, profiles: Path) -> None:
    cloud.faults.seen.clear()
    found = run(tmp_path, Account("aws", STAGE, profile="stage", regions=("eu-west-1",)))
    assert found.accounts[0].gap is None
    assert found.accounts[0].identity.startswith(f"arn:aws:sts::{STAGE}:assumed-role/of-profile/")


def test_a_role_entered_from_a_profile(cloud: Cloud, tmp_path: Path, profiles: Path) -> None:
    found = run(tmp_path, Account("aws", PROD, profile="stage", role="reader", regions=("eu-west-1",)))
    assert found.accounts[0].identity == f"arn:aws:sts::{PROD}:assumed-role/reader/driftscan-run-1"


def test_web_identity_tokens_are_read_again(cloud: Cloud, tmp_path: Path, profiles: Path) -> None:
    old: set[str] = set()

    def rule(r: Request) -> Answer | None:
        if r.action == "DescribeLogGroups" and not old:
            old.add(r.key)
            (profiles / "token").write_text("token-two")
        return error(r, 400, "ExpiredTokenException") if r.key in old else None

    cloud.faults.rule = rule
    found = run(tmp_path, Account("aws", STAGE, profile="web", regions=("eu-west-1",)))
    assert not found.gaps
    assert [a["WebIdentityToken"] for a in entered(cloud, "AssumeRoleWithWebIdentity")] == ["token-one", "token-two"]


@pytest.mark.parametrize(
    ("account", "code", "hint"),
    [
        (Account("aws", STAGE, profile="nobody"), "ProfileNotFound", "aws sso login --profile nobody"),
        (Account("aws", STAGE, profile="sso"), "SSOTokenLoadError", "aws sso login --profile sso"),
        (Account("aws", STAGE, role="reader"), "NoCredentialsError", "AWS_PROFILE"),
        (Account("aws", STAGE), "NoCredentialsError", "AWS_PROFILE"),
    ],
)
def test_without_credentials_the_account_is_one_gap_with_a_next_step(
    cloud: Cloud, tmp_path: Path, profiles: Path, account: Account, code: str, hint: str
) -> None:
    found = run(tmp_path, account)
    (resolved,) = found.accounts
    assert resolved.gap is not None
    assert (resolved.gap.type, resolved.gap.region, resolved.gap.code) == ("*", "*", code)
    assert hint in resolved.gap.hint
    assert not found.stream


def test_the_profile_of_the_environment_is_named_too(cloud: Cloud, tmp_path: Path, profiles: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "sso")
    (resolved,) = run(tmp_path, Account("aws", STAGE, role="reader")).accounts
    assert resolved.gap is not None
    assert "aws sso login --profile sso" in resolved.gap.hint


def test_a_dead_endpoint_is_one_gap(cloud: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    (resolved,) = run(tmp_path, Account("aws", "123456789012")).accounts
    assert resolved.gap is not None
    assert resolved.gap.code == "ConnectionError"
    assert "AWS_ENDPOINT_URL" in resolved.gap.hint


def test_one_client_for_many_calls_and_one_role_for_many_clients(cloud: Cloud, tmp_path: Path) -> None:
    LOGS.build(cloud)
    cloud.faults.seen.clear()
    run(tmp_path, Account("aws", STAGE, role="reader", regions=("eu-west-1", "us-east-1")))
    assert len(entered(cloud)) == 1
