from __future__ import annotations

import pytest

from driftscan.normalize import names


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("orders-Queue-1A2B3C4D5E6F7", "orders-Queue"),
        ("orders-Queue-XJQKANNLCIBP", "orders-Queue"),
        ("orders-Queue-OUPMTAULT6UI", "orders-Queue"),
        ("orders-db-b6odfexi6zfc", "orders-db"),
        ("orders-Queue-1A2B3C4D5E6F7-dlq", "orders-Queue-dlq"),
        ("essentials-83af-AWSDataLifecycleManagerDefaultRole-stage-4GJR5UL", "essentials-83af-AWSDataLifecycleManagerDefaultRole-stage"),
        ("app/my-alb/50dc6c495c0c9188", "app/my-alb"),
        ("sg-0123456789abcdef0", ""),
        ("1234abcd-12ab-34cd-56ef-1234567890ab", ""),
        ("a1b2c3d4e5", ""),
        ("my-alb-1234567890", "my-alb"),
        ("efs-policy-wizard-44d92bec-732a-4276-a31c-0123456789ab", "efs-policy-wizard"),
        ("AWSConsole-SSLNegotiationPolicy-shop-elb-1646121490434", "AWSConsole-SSLNegotiationPolicy-shop-elb"),
    ],
)
def test_generated_parts_are_taken_away(text: str, left: str) -> None:
    assert names.generated(text)
    assert names.chosen(text) == left


@pytest.mark.parametrize(
    "text",
    [
        "stage-hrwfkzsucdtyzzlz-3b85-EIP1",
        "orders-stage",
        "bucket-111111111111",
        "my-production-environment1",
        "TEAM-SUBSCRIPTIONS",
        "Dashboard77baStg",
        "node18-x",
        "us-east-1",
        "E2QWRUHAPOMQZL",
    ],
)
def test_chosen_names_stay_whole(text: str) -> None:
    assert not names.generated(text)
    assert names.chosen(text) == text


@pytest.mark.parametrize(
    ("text", "short"),
    [("ApiDeployment5a7f3c9d2e", "ApiDeployment"), ("MetadataABCD1234", "Metadata"), ("Bucket", "Bucket"), ("Feedface", "Feedface")],
)
def test_logical_ids_lose_their_hash(text: str, short: str) -> None:
    assert names.logical(text) == short


def test_ids_of_a_known_form_say_their_type() -> None:
    text = "from vpc-0a1b2c3d4e5f60718 to key/1234abcd-12ab-34cd-56ef-1234567890ab, my-vpc-12345678"
    assert [(text[a:b], t) for a, b, t in names.ids(text)] == [
        ("vpc-0a1b2c3d4e5f60718", "AWS::EC2::VPC"),
        ("1234abcd-12ab-34cd-56ef-1234567890ab", ""),
    ]


def test_ids_with_longer_prefixes_and_fleets_are_known() -> None:
    text = "ipv4pool-ec2-0a1b2c3d4e5f60718 aki-1a2b3c4d spot-fleet-request/sfr-1234abcd-12ab-34cd-56ef-1234567890ab my-sfr-1a2b3c4d"
    assert [(text[a:b], t) for a, b, t in names.ids(text)] == [
        ("ipv4pool-ec2-0a1b2c3d4e5f60718", "AWS::EC2::PublicIpv4Pool"),
        ("aki-1a2b3c4d", "AWS::EC2::Image"),
        ("sfr-1234abcd-12ab-34cd-56ef-1234567890ab", ""),
    ]


def test_directories_are_known_by_their_form_and_short_prefixes_make_ids() -> None:
    assert names.ids("joined d-9067141d9e, not id-9067141d9e or d-feedfacefe") == [(7, 19, "AWS::DirectoryService::MicrosoftAD")]
    assert (12, 49) not in names.suffixes("workspace/ws-44d92bec-732a-4276-a31c-0123456789ab")
    assert names.suffixes("backup-job-44d92bec-732a-4276-a31c-0123456789ab") == [(10, 47)]


def test_balancers_and_target_groups_are_known_by_their_last_part() -> None:
    text = "app/web-stage/50dc6c495c0c9188/targetgroup/web/73e2d6bc24d8a067 and my-app/web/0123456789abcdef0 truststore/ca/50dc6c495c0c9189"
    assert [(text[a:b], t) for a, b, t in names.ids(text)] == [
        ("50dc6c495c0c9188", "AWS::ElasticLoadBalancingV2::LoadBalancer"),
        ("73e2d6bc24d8a067", "AWS::ElasticLoadBalancingV2::TargetGroup"),
        ("50dc6c495c0c9189", "AWS::ElasticLoadBalancingV2::TrustStore"),
    ]
