"""A seal names the secrets of its resource, wherever they stand, and nothing else."""

from __future__ import annotations

from driftscan.normalize import Redactor
from tests.normalize.estate import CATALOG, KEY, Side

FUNCTION = "AWS::Lambda::Function"


def test_a_seal_holds_the_digests_of_secrets_alone() -> None:
    side = Side()
    side.add(FUNCTION, "f", {"FunctionName": "f", "Environment": {"Variables": {"DB_PASSWORD": "hunter2", "MODE": "fast"}}})
    side.add(FUNCTION, "g", {"FunctionName": "g", "Environment": {"Variables": {"OTHER_TOKEN": "hunter2"}}})
    side.add(FUNCTION, "h", {"FunctionName": "h", "Environment": {"Variables": {"MODE": "fast"}}})
    secret = Redactor(CATALOG, KEY).secret("hunter2")
    held = {s.address.id: s.secrets for s in side.normalizer().seals()}
    assert held == {"f": (f"{secret.key_id}:{secret.parts[0]}",), "g": (f"{secret.key_id}:{secret.parts[0]}",), "h": ()}
