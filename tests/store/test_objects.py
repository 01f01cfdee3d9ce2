"""Where an object store lies and with which credentials: the SDK's own variables, passed on by name."""

from __future__ import annotations

import pytest

from driftscan.errors import DriftscanError, UsageError
from driftscan.store.objects import ObjectBackend

KEYS = {"AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "secret"}


@pytest.mark.parametrize("region", ["AWS_REGION", "AWS_DEFAULT_REGION"])
@pytest.mark.parametrize("endpoint", ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"])
def test_the_variables_of_the_sdk_lead_there(s3_environ: dict[str, str], region: str, endpoint: str) -> None:
    environ = {**KEYS, "AWS_SESSION_TOKEN": "token", region: "us-east-1", endpoint: s3_environ["AWS_ENDPOINT_URL"]}
    backend = ObjectBackend(f"s3://store/{region}/{endpoint}/", environ)
    backend.put("key", b"x")
    assert ObjectBackend(f"s3://store/{region}", s3_environ).get(f"{endpoint}/key") == b"x"


def test_the_services_own_endpoint_wins(s3_environ: dict[str, str]) -> None:
    environ = {**KEYS, "AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_ENDPOINT_URL_S3": s3_environ["AWS_ENDPOINT_URL"]}
    assert list(ObjectBackend("s3://store/nothing-here", environ).list("")) == []


def test_a_bucket_without_a_prefix(s3_environ: dict[str, str]) -> None:
    ObjectBackend("s3://store", s3_environ).put("at-the-top", b"x")
    assert ObjectBackend("s3://store/", s3_environ).get("at-the-top") == b"x"


def test_google_is_another_store_of_the_same_kind() -> None:
    with pytest.raises((UsageError, DriftscanError)):
        ObjectBackend("gs://", {})


@pytest.mark.parametrize("url", ["s3://", "s3:///prefix", "azure://x/y"])
def test_what_is_no_place_is_a_usage_error(url: str) -> None:
    with pytest.raises(UsageError) as raised:
        ObjectBackend(url, {})
    assert "s3://bucket/prefix" in raised.value.hint


def test_no_secret_is_in_an_error() -> None:
    backend = ObjectBackend("s3://store/prefix", {**KEYS, "AWS_ENDPOINT_URL": "http://127.0.0.1:9"})
    with pytest.raises(DriftscanError) as raised:
        backend.get_tagged("key")
    assert "secret" not in str(raised.value)
    assert "127.0.0.1" not in raised.value.hint
