from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from driftscan.normalize import names


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("orders-Queue-1A2B3C4D5E6F7", "orders-Queue"),
        ("orders-Queue-XJQKANNLCIBP", "orders-Queue"),
        ("orders-Queue-OUPMTAULT6UI", "orders-Queue"),
        ("orders-db-b6odfexi6zfc", "orders-db"),
        ("orders-PEBCRMEB52IIS9X1", "orders"),
        ("orders-db-djkaxieukdvd", "orders-db"),
        ("orders-db-bxiyttz2ulaf", "orders-db"),
        ("orders-db-xiqkzxgvciy80", "orders-db"),
        ("orders-Queue-1A2B3C4D5E6F7-dlq", "orders-Queue-dlq"),
        ("essentials-83af-AWSDataLifecycleManagerDefaultRole-stage-4GJR5UL", "essentials-83af-AWSDataLifecycleManagerDefaultRole-stage"),
        ("app/my-alb/50dc6c495c0c9188", "app/my-alb"),
        ("sg-0123456789abcdef0", ""),
        ("1234abcd-12ab-34cd-56ef-1234567890ab", ""),
        ("a1b2c3d4e5", ""),
        ("my-alb-1234567890", "my-alb"),
        ("efs-policy-wizard-44d92bec-732a-4276-a31c-0123456789ab", "efs-policy-wizard"),
        ("AWSConsole-SSLNegotiationPolicy-shop-elb-1646121490434", "AWSConsole-SSLNegotiationPolicy-shop-elb"),
        ("trail-bucket-44d92bec-732a-4276-a31c-0123456789a", "trail-bucket"),
        ("AmazonRedshift-CommandsAccessRole-20220908T101112", "AmazonRedshift-CommandsAccessRole"),
        ("orders-asg-2021040616172930630000000a", "orders-asg"),
        ("terraform-20210406161729306300000003", "terraform"),
        ("lc-44d92bec-732a-4276-a31c-0123456789ab", ""),
        ("Stmt1493768308000", "Stmt"),
        ("qaUs-20218069971113000060621195", "qaUs"),
        ("rain-webapp-1e73-4e6b-9e2b", "rain-webapp"),
        ("rain-webapp-sample25334968-21d9-41ae-8c3e-9483812b54c2", "rain-webapp-sample"),
        (
            "production-essentials-83af-AWSDataLifecycleManagerDefaultRole-83",
            "production-essentials-83af-AWSDataLifecycleManagerDefaultRole",
        ),
        ("production-promotions-rds-3eae-promotions1rdsdbinstance-q1p8ylt", "production-promotions-rds-3eae-promotions1rdsdbinstance"),
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
        "release-20220908",
        "Build1493768308000",
        "account-monthlyprodn",
        "orders-rdsdbcluster",
        "orders-vpcdnsconfig",
        "orders-mp3converter",
        "orders-production01",
        "Pipeline1a8aUat-Build",
        "orders-PEBCRMEB-x",
        "pipeline1a8auat-build",
        "orders-application1",
        "rain-webapp-1e73-6e6b-9e2b",
        "production-promotions-rds-3eae-promotions1rdsdbinstance-node-v2",
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


def test_a_listener_and_its_rule_are_known_behind_their_balancer() -> None:
    text = "listener-rule/app/web-stage/50dc6c495c0c9188/f2f7dc8efc522ab2/9683b2d02a6cabee"
    assert [(text[a:b], t.rpartition("::")[2]) for a, b, t in names.ids(text)] == [
        ("50dc6c495c0c9188", "LoadBalancer"),
        ("f2f7dc8efc522ab2", "Listener"),
        ("9683b2d02a6cabee", "ListenerRule"),
    ]


def test_names_that_aws_builds_around_an_id_hold_it() -> None:
    text = "default-vpc-034d2661a3eb4d83e default-vpc-96d27df0 for-subnet-0a1b2c3d4e5f60718 my-vpc-96d27df0"
    assert [(text[a:b], t) for a, b, t in names.ids(text)] == [
        ("vpc-034d2661a3eb4d83e", "AWS::EC2::VPC"),
        ("vpc-96d27df0", "AWS::EC2::VPC"),
        ("subnet-0a1b2c3d4e5f60718", "AWS::EC2::Subnet"),
    ]


def test_unique_ids_of_iam_say_whose_they_are() -> None:
    text = "AROAIPCEXAMPLE1XKU3EF:session AIDAIPCEXAMPLE1XKU3EF AROAD xAROAIPCEXAMPLE1XKU3EF"
    assert [(text[a:b], t) for a, b, t in names.ids(text)] == [
        ("AROAIPCEXAMPLE1XKU3EF", "AWS::IAM::Role"),
        ("AIDAIPCEXAMPLE1XKU3EF", "AWS::IAM::User"),
    ]


def test_thirty_two_hex_digits_are_an_id_and_a_digest_is_none() -> None:
    text = "b2755385dbd2985015f583964896191b " + "4c3a84c1" * 8 + " " + "0123456789abcdef0123" * 2
    assert [text[a:b] for a, b, _ in names.ids(text)] == ["b2755385dbd2985015f583964896191b"]
    assert names.suffixes("assets-b2755385dbd2985015f583964896191b") == [(6, 39)]


@pytest.mark.parametrize(
    "tail", ["40756104B9532906", "50dc6c495c0c9188", "44d92bec-732a-4276-a31c-0123456789a", "20220908T101112", "2021040616172930630000000a"]
)
def test_what_tools_append_to_a_name_is_a_suffix(tail: str) -> None:
    assert names.suffixes(f"orders-{tail}") == [(6, 7 + len(tail))]


def test_labels_that_prove_a_domain_are_ids() -> None:
    token = "k7q2xm4t5u6v7w8x9y0zabcdefghijkl"
    text = (
        f"_b2755385dbd2985015f583964896191b.shop.example.com {token}._domainkey.example.com {token}.dkim.amazonses.com {token}.example.com"
    )
    assert [text[a:b] for a, b, _ in names.ids(text)] == ["b2755385dbd2985015f583964896191b", token, token]


@pytest.mark.parametrize("tail", ["3f4e5d6c", "4c3a84c1" * 5, "4C3A84C1" * 8])
def test_commits_and_digests_at_the_end_of_a_name_are_content(tail: str) -> None:
    assert names.suffixes(f"release-{tail}") == []


_PIECES = st.one_of(
    st.sampled_from(
        ["-", "/", ":", "--", "_", ".", " ", "{id}", "vpc-", "sg-", "d-", "app/web/", "targetgroup/x/", "Stmt", "default-", "AROA", "eni-"]
    ),
    st.sampled_from(
        ["444444444444", "0123456789abcdef0", "0a1b2c3d", "NAJAEDUCJRBG", "1A2B3C4D5E6F7", "Origin Access Identity ", "T101010", "20220908"]
    ),
    st.sampled_from(["b6b5a6c0-1111-4222-8333-0123456789ab", "b6b5a6c0-1111-4222-8333-01234567", "0123456789abcdef0123456789abcdef"]),
    st.text("abcdefghxyz0189ABZ", max_size=14),
)


@settings(max_examples=400, deadline=None, derandomize=True)
@given(st.lists(_PIECES, max_size=6).map("".join))
def test_the_quick_look_spares_nothing_that_a_closer_one_would_find(text: str) -> None:
    def closely() -> tuple[object, ...]:
        return names.suffixes(text), names.generated.__wrapped__(text), names.bare.__wrapped__(text)

    quick, spared = closely(), names.plain(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(names, "_SPOT", re.compile(""))
        assert quick == closely()
        if spared and not names.plain(text):
            assert names.ids(text) == names.suffixes(text) == []


@pytest.mark.parametrize(
    ("text", "claimed"),
    [
        ("sg-0123456789abcdef0", "AWS::EC2::SecurityGroup"),
        ("tgw-attach-0a1b2c3d", "AWS::EC2::TransitGatewayAttachment"),
        ("sg-0123456789abcdef0/x", ""),
        ("sg-abcdefab", ""),
        ("web-0123456789abcdef0", ""),
        ("vpc-0a1b2c", ""),
    ],
)
def test_an_id_and_nothing_else(text: str, claimed: str) -> None:
    assert names.whole(text) == claimed
    if claimed:
        assert names.ids(text) == [(0, len(text), claimed)]
