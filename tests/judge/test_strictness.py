from __future__ import annotations

import pytest

from driftscan.judge.strictness import Weaker, Weight, exposures, weaker
from driftscan.model.value import ABSENT, Bag, Key, Keyed, Path, Text

WORLD = Key(("0.0.0.0/0",))
RULE: Path = ("IpPermissions", Key(("tcp", "22", "22")), "IpRanges", WORLD)
BOUND: Path = ("iamPolicy", "bindings", Key(("roles/owner",)))
READS: Path = ("iamPolicy", "bindings", Key(("roles/viewer",)))
ALLOW = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "x"}
EXPOSED, UNPROTECTED, UNWATCHED = Weight.EXPOSED, Weight.UNPROTECTED, Weight.UNWATCHED


@pytest.mark.parametrize(
    ("path", "candidate", "reference", "side", "weight"),
    [
        (RULE, {"CidrIp": "0.0.0.0/0"}, ABSENT, "candidate", EXPOSED),
        (RULE, ABSENT, {"CidrIp": "0.0.0.0/0"}, "reference", EXPOSED),
        (("IpPermissions", Key(("tcp",)), "Ipv6Ranges", Key(("::/0",))), {}, ABSENT, "candidate", EXPOSED),
        ((*RULE, "Description"), "ssh", ABSENT, None, None),
        (("Ingress",), Bag(("0.0.0.0/0", "10.0.0.0/8")), Bag(("10.0.0.0/8",)), "candidate", EXPOSED),
        (("IpPermissionsEgress", Key(("-1",)), "IpRanges", WORLD), {"CidrIp": "0.0.0.0/0"}, ABSENT, None, None),
        (("Routes", WORLD), {"DestinationCidrBlock": "0.0.0.0/0"}, ABSENT, None, None),
        (("Entries", Key(("100", "deny"))), {"CidrBlock": "0.0.0.0/0", "RuleAction": "deny"}, ABSENT, None, None),
        (("Entries", Key(("100",))), {"CidrBlock": "0.0.0.0/0", "RuleAction": "allow"}, ABSENT, "candidate", EXPOSED),
        (("Policy", "Statement", Key(("a",))), ALLOW, ABSENT, "candidate", EXPOSED),
        (("Policy", "Statement", Key(("a",))), {**ALLOW, "Effect": "Deny"}, ABSENT, None, None),
        (("Policy", "Statement", Key(("a",))), {**ALLOW, "Condition": {"StringEquals": {"x": "y"}}}, ABSENT, None, None),
        (("Policy", "Statement", Key(("a",))), {**ALLOW, "Principal": {"AWS": Bag(("*",))}}, ABSENT, "candidate", EXPOSED),
        (("Policy", "Statement", Key(("a",)), "Principal", "AWS"), "*", "arn:x", "candidate", EXPOSED),
        (("Policy", "Statement", Key(("a",))), {"Effect": "Allow", "Action": "*", "Resource": "*"}, ABSENT, "candidate", EXPOSED),
        (("Policy", "Statement", Key(("a",))), {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}, ABSENT, None, None),
        (("PubliclyAccessible",), True, False, "candidate", EXPOSED),
        (("PubliclyAccessible",), False, True, "reference", EXPOSED),
        (("PubliclyAccessible",), ABSENT, True, "reference", EXPOSED),
        (("PublicAccessBlockConfiguration", "BlockPublicAcls"), False, True, "candidate", EXPOSED),
        (("PublicAccessBlockConfiguration",), ABSENT, {"BlockPublicAcls": True}, "candidate", EXPOSED),
        (("AuthType",), "NONE", "AWS_IAM", "candidate", EXPOSED),
        (("Scheme",), "internet-facing", "internal", "candidate", EXPOSED),
        (("Grants", Key(("x",)), "URI"), "http://acs.amazonaws.com/groups/global/AllUsers", "y", "candidate", EXPOSED),
        (("MetadataOptions", "HttpTokens"), "optional", "required", "candidate", EXPOSED),
        (("StorageEncrypted",), False, True, "candidate", UNPROTECTED),
        (("StorageEncrypted",), True, False, "reference", UNPROTECTED),
        (("KmsMasterKeyId",), ABSENT, "alias/x", "candidate", UNPROTECTED),
        (("KmsMasterKeyId",), "alias/y", "alias/x", None, None),
        (("BucketEncryption",), ABSENT, {"Rules": Bag(({"SSEAlgorithm": "aws:kms"},))}, "candidate", UNPROTECTED),
        (("VersioningConfiguration", "MFADelete"), "Disabled", "Enabled", "candidate", UNPROTECTED),
        (("VersioningConfiguration",), {"Status": "Suspended"}, {"Status": "Enabled"}, "candidate", UNPROTECTED),
        (("VersioningConfiguration", "Status"), "Suspended", "Enabled", "candidate", UNPROTECTED),
        (("X", "Status"), "Suspended", "Enabled", None, None),
        (("BackupRetentionPeriod",), 1, 7, "candidate", UNPROTECTED),
        (("BackupRetentionPeriod",), 7, 1, "reference", UNPROTECTED),
        (("BackupRetentionPeriod",), "7", "30", "candidate", UNPROTECTED),
        (("DeletionProtection",), "false", "true", "candidate", UNPROTECTED),
        (("AlarmActions",), Bag(()), Bag(("arn:x",)), "candidate", UNWATCHED),
        (("ActionsEnabled",), True, False, "reference", UNWATCHED),
        (("EncryptionConfiguration",), {"Enabled": False}, {"Enabled": True}, "candidate", UNPROTECTED),
        ((*BOUND, "members", Key(("x",))), "serviceAccount:x@other-1.iam.gserviceaccount.com", ABSENT, "candidate", EXPOSED),
        ((*BOUND, "members", Key(("x",))), ABSENT, "user:somebody@gmail.com", "reference", EXPOSED),
        (
            BOUND,
            {"members": Bag(("principalSet://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/*",))},
            ABSENT,
            "candidate",
            EXPOSED,
        ),
        ((*BOUND, "members", Key(("x",))), "serviceAccount:x@{project}.iam.gserviceaccount.com", ABSENT, None, None),
        ((*BOUND, "members", Key(("x",))), "serviceAccount:service-1@gcp-sa-pubsub.iam.gserviceaccount.com", ABSENT, None, None),
        ((*BOUND, "members", Key(("x",))), "user:ann@acme.com", ABSENT, None, None),
        ((*READS, "members", Key(("x",))), "user:somebody@gmail.com", ABSENT, None, None),
        ((*READS, "members", Key(("x",))), "allAuthenticatedUsers", ABSENT, "candidate", EXPOSED),
        (("iamConfiguration", "publicAccessPrevention"), "inherited", "enforced", "candidate", EXPOSED),
        (("encryption", "defaultKmsKeyName"), ABSENT, "projects/p/keys/k", "candidate", UNPROTECTED),
        (("VisibilityTimeout",), 30, 60, None, None),
        (("Description",), "open to 0.0.0.0/0", "x", None, None),
        (("Tags", "Public"), "yes", "no", None, None),
        (("Name",), Text(("a",)), ABSENT, None, None),
    ],
)
def test_which_side_is_less_strict(path: Path, candidate: object, reference: object, side: str | None, weight: Weight | None) -> None:
    found = weaker(path, candidate, reference)
    assert (found.side, found.weight) == (side, weight) if found is not None else side is None
    mirrored = weaker(path, reference, candidate)
    other = {"candidate": "reference", "reference": "candidate", None: None}[side]
    assert (mirrored.side if mirrored is not None else None) == other


def test_opening_weighs_more_than_a_guard_on_the_other_side() -> None:
    candidate = {"PubliclyAccessible": True, "StorageEncrypted": True}
    reference = {"PubliclyAccessible": False, "StorageEncrypted": False}
    assert weaker(("X",), candidate, reference) == Weaker("candidate", EXPOSED, "is reachable from the internet")


def test_openings_of_both_sides_cancel_out() -> None:
    assert weaker(("X",), {"Scheme": "internet-facing"}, {"AuthType": "NONE"}) is None


def test_what_exposes_a_whole_resource() -> None:
    body = {
        "IpPermissions": Keyed(((("tcp", "22"), {"IpRanges": Keyed(((("0.0.0.0/0",), {"CidrIp": "0.0.0.0/0"}),))}),)),
        "IpPermissionsEgress": Bag(({"IpRanges": Bag(("0.0.0.0/0",))},)),
        "StorageEncrypted": False,
    }
    assert exposures(body) == ["is open to the whole internet"]
    assert exposures({"IpPermissionsEgress": Bag(("0.0.0.0/0",))}) == []


def test_a_firewall_rule_opens_what_it_allows_in() -> None:
    rule: dict[str, object] = {"direction": "INGRESS", "sourceRanges": Bag(("0.0.0.0/0",)), "allowed": Bag(({"IPProtocol": "tcp"},))}
    assert exposures(rule) == ["is open to the whole internet"]
    assert exposures({**rule, "allowed": ABSENT, "denied": Bag(({"IPProtocol": "tcp"},))}) == []
    assert exposures({**rule, "direction": "EGRESS"}) == []
