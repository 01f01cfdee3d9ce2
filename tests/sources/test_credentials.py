"""How long keys last, from the SDK's own ways to them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import botocore.session
import pytest
from botocore.exceptions import SSOTokenLoadError

from driftscan.sources.aws.credentials import Keys, keys


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without any keys."""
    for name in ("AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_CREDENTIAL_EXPIRATION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    return tmp_path


def given(profile: str | None = None) -> Keys | None:
    return keys(botocore.session.Session(profile=profile), profile)


def test_none(home: Path) -> None:
    assert given() is None


def test_keys_without_an_end(home: Path) -> None:
    (home / "credentials").write_text("[p]\naws_access_key_id = a\naws_secret_access_key = b\n")
    assert given("p") == Keys("shared-credentials-file", False, None, False)


def test_temporary_keys_that_do_not_say_when(home: Path) -> None:
    (home / "credentials").write_text("[p]\naws_access_key_id = a\naws_secret_access_key = b\naws_session_token = c\n")
    assert given("p") == Keys("shared-credentials-file", True, None, False)


def test_temporary_keys_that_say_when(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "AWS_ACCESS_KEY_ID": "a",
        "AWS_SECRET_ACCESS_KEY": "b",
        "AWS_SESSION_TOKEN": "c",
        "AWS_CREDENTIAL_EXPIRATION": "2999-01-02T03:04:05Z",
    }.items():
        monkeypatch.setenv(name, value)
    assert given() == Keys("env", True, datetime(2999, 1, 2, 3, 4, 5, tzinfo=UTC), False)


SSO = (
    "[profile sso]\nsso_session = s\nsso_account_id = 111122223333\nsso_role_name = r\nregion = eu-west-1\n"
    "[sso-session s]\nsso_region = eu-west-1\nsso_start_url = https://example.org/start\n"
)
CACHE = "a0f1490a20d0211c997b44bc357e1972deab8ae3.json"
"""The SHA-1 of the session's name, `s`."""


def test_without_a_login_the_sdk_says_so(home: Path) -> None:
    (home / "config").write_text(SSO)
    with pytest.raises(SSOTokenLoadError):
        given("sso")


@pytest.mark.parametrize(("more", "renews"), [({}, False), ({"refreshToken": "t"}, True)])
def test_the_end_of_a_single_sign_on_is_that_of_its_login(
    home: Path, monkeypatch: pytest.MonkeyPatch, more: dict[str, str], renews: bool
) -> None:
    from botocore.credentials import Credentials

    (home / "config").write_text(SSO)
    cache = home / ".aws" / "sso" / "cache"
    cache.mkdir(parents=True)
    (cache / CACHE).write_text(json.dumps({"accessToken": "x", "expiresAt": "2999-01-02T03:04:05Z", **more}))
    session = botocore.session.Session(profile="sso")
    monkeypatch.setattr(session, "get_credentials", lambda: Credentials("a", "b", "c", method="sso"))
    assert keys(session, "sso") == Keys("sso", True, datetime(2999, 1, 2, 3, 4, 5, tzinfo=UTC), renews)
