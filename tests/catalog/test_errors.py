"""Codes mean what they say."""

from __future__ import annotations

import pytest

from driftscan.catalog import errors


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("AccessDenied", "denied"),
        ("UnauthorizedOperation", "denied"),
        ("Throttling", "throttled"),
        ("RequestLimitExceeded", "throttled"),
        ("ExpiredToken", "expired"),
        ("NoSuchBucketPolicy", "other"),
        ("", "other"),
    ],
)
def test_a_code_has_a_kind(code: str, kind: str) -> None:
    assert errors.kind(code) == kind


def test_codes_that_models_lack() -> None:
    assert "NoSuchBucketPolicy" in errors.codes("s3")
    assert errors.codes("nothing-known") == ()
