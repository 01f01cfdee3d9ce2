from __future__ import annotations

import re

import pytest

from driftscan.model.value import Address, Opaque, Redacted, Ref, Text, Word, show_scalar
from driftscan.normalize.index import build
from driftscan.normalize.text import Form, Texts
from tests.normalize.estate import CATALOG, Side, vocabulary

HOME = "us-east-1"
SIDE = Side()
QUEUE = SIDE.add("AWS::SQS::Queue", SIDE.arn("sqs", "jobs"), {"QueueArn": SIDE.arn("sqs", "jobs")}, arn=SIDE.arn("sqs", "jobs"))
ROLE = SIDE.add("AWS::IAM::Role", "deploy", {"RoleName": "deploy", "Path": "/"}, region="global")
GROUP = SIDE.add("AWS::EC2::SecurityGroup", "sg-0123456789abcdef0", {"GroupId": "sg-0123456789abcdef0"})
TASK_ARN = SIDE.arn("ecs", "task-definition/web:7")
TASK = SIDE.add("AWS::ECS::TaskDefinition", TASK_ARN, {"family": "web"}, arn=TASK_ARN)
NET = SIDE.add("AWS::EC2::VPC", "vpc-0123456789abcdef0", {"VpcId": "vpc-0123456789abcdef0", "CidrBlock": "10.0.0.0/16"})
BUCKET = SIDE.add("AWS::S3::Bucket", "assets", {"Name": "assets"})
TEXTS = Texts(build(SIDE.items, CATALOG), vocabulary(), {})


def form(text: str, types: tuple[str, ...] = ()) -> Form:
    return TEXTS.form(text, HOME, types, SIDE.account)


def ref(address: Address, text: str, attribute: str) -> Ref:
    return Ref(address, address.type, text, attribute)


def test_an_arn_is_a_reference_with_the_longest_known_prefix() -> None:
    arn = QUEUE.id
    assert form(arn).body == ref(QUEUE, arn, "arn")
    assert form(f"{arn}/*").body == Text((ref(QUEUE, arn, "arn"), "/*"))
    assert form(f"{arn}-dlq").refs == ()


def test_an_arn_by_the_name_in_it() -> None:
    arn = f"arn:aws:iam::{SIDE.account}:role/deploy"
    assert form(arn).body == ref(ROLE, arn, "arn")
    assert form(f"arn:aws:iam::{SIDE.account}:user/other").body == "arn:aws:iam::{account}:user/other"


def test_another_revision_is_told_from_the_one_that_was_read() -> None:
    older = SIDE.arn("ecs", "task-definition/web:6")
    assert form(TASK_ARN).body == ref(TASK, TASK_ARN, "arn")
    assert form(older).body == ref(TASK, older, "other revision")
    assert form(TASK_ARN).plain != form(older).plain


def test_an_arn_of_another_kind_is_not_the_resource_that_is_called_so() -> None:
    side = Side()
    arn = side.arn("sagemaker", "model/ranking")
    model = side.add("AWS::SageMaker::Model", "ranking", {"ModelName": "ranking"}, arn=arn)
    texts = Texts(build(side.items, CATALOG), vocabulary(), {})
    anywhere = arn.replace(side.account, "")
    assert texts.form(anywhere, HOME).body == ref(model, anywhere, "arn")
    region = Word("stage", HOME, "{region}")
    content = Text(("arn:aws:sagemaker:", region, ":{account}:hub-content/", ref(model, "ranking", "name")))
    assert texts.form(side.arn("sagemaker", "hub-content/ranking"), HOME).body == content


@pytest.mark.parametrize("text", ["arn:aws:iam::aws:policy/production/Stage", "alias/aws/s3", "plain words", "", "AWS::ApiGateway::Stage"])
def test_what_is_the_vendors_or_nobodys_stays(text: str) -> None:
    assert form(text) == Form(text, text)


def test_bare_names_are_references_only_where_the_spec_says_so() -> None:
    assert form("deploy").body == "deploy"
    assert form("deploy", ("AWS::IAM::Role",)).body == ref(ROLE, "deploy", "name")
    assert form("other", ("AWS::IAM::Role",)).body == "other"


def test_ids_of_a_known_form_that_nothing_explains() -> None:
    assert form("sg-0123456789abcdef0").body == ref(GROUP, "sg-0123456789abcdef0", "id")
    assert form("sg-fedcba98765432100").body == Ref(None, "AWS::EC2::SecurityGroup", "sg-fedcba98765432100", "id")
    assert form("sg-0123456789abcdef0").plain == form("sg-fedcba98765432100").plain


def test_where_only_invented_ids_stand_one_that_looks_like_a_word_is_one() -> None:
    api = "AWS::ApiGateway::RestApi"
    assert form("473e7fhvoi", (api,)).body == Ref(None, api, "473e7fhvoi", "id")
    assert form("473e7fhvoi").body == form("473e7fhvoi", ("AWS::IAM::Role",)).body == "473e7fhvoi"
    assert form("default", (api,)).body == "default"
    control = "AWS::CloudFront::OriginAccessControl"
    assert form("E2QWRUHAPOMQZL", (control,)).body == Ref(None, control, "E2QWRUHAPOMQZL", "id")


def test_ids_without_a_prefix_that_nothing_explains() -> None:
    assert form("b2755385dbd2985015f583964896191b").body == Ref(None, "", "b2755385dbd2985015f583964896191b", "id")
    assert form("AROAIPCEXAMPLE1XKU3EF:deploy").refs == (Ref(None, "AWS::IAM::Role", "AROAIPCEXAMPLE1XKU3EF", "id"),)


def test_symbols_words_regions_and_addresses() -> None:
    words = "/x-", Word("stage", "stage", "{env}"), "/"
    assert form("111111111111/us-east-1/x-stage/10.0.1.0/24").body == Text(
        ("{account}/", Word("stage", "us-east-1", "{region}"), *words, ref(NET, "{network}", "network"), "+1.0/24")
    )
    assert form("10.0.1.0/24").plain == show_scalar(form("10.0.1.0/24").body) == "{network}+1.0/24"
    assert form("222222222222").body == "{account:prod}"
    assert form("eu-west-1").body == Word("", "eu-west-1", "{region}")
    assert form("x-prod").words == (("prod", "prod"),)


def test_suffixes_that_a_stack_made_count_for_nothing() -> None:
    assert form("orders-Policy-1A2B3C4D5E6F7").plain == form("orders-Policy-7F6E5D4C3B2A1").plain == "orders-Policy-{id}"


def test_settings_open_what_is_recognised_and_nothing_else() -> None:
    known = {"a1": "orders", "b2": "stage", "c3": "secretword"}
    texts = Texts(build(SIDE.items, CATALOG), vocabulary(), known)
    setting = Redacted("setting", ("#a1", "=-", "#b2", "=.", "#c3", "=/", "#d4"), "key")
    found = texts.redacted(setting, HOME)
    assert found.body == Text(
        (Opaque("a1", "key"), "-", Word("stage", "stage", "{env}"), ".", Opaque("c3", "key"), "/", Opaque("d4", "key"))
    )
    assert "secretword" not in found.plain
    assert show_scalar(found.body) == "orders-stage.secretword/«d4»"
    blind = Texts(build(SIDE.items, CATALOG), vocabulary(), {"b2": "stage"})
    assert blind.redacted(setting, HOME).plain == found.plain


def test_a_word_behind_a_letter_is_one_whether_the_token_before_it_is_known_or_not() -> None:
    setting = Redacted("setting", ("#a1", "#b2", "#c3"), "key")  # OrdersBStage
    for known in ({"a1": "Orders"}, {}):
        texts = Texts(build(SIDE.items, CATALOG), vocabulary(), {**known, "b2": "B", "c3": "Stage"})
        assert texts.redacted(setting, HOME).body == Text((Opaque("a1", "key"), Opaque("b2", "key"), Word("stage", "Stage", "{Env}")))


def test_a_stacks_suffix_is_one_whether_the_token_before_it_is_known_or_not() -> None:
    setting = Redacted("setting", ("#a1", "=-", "#b2"), "key")  # orders-9N5B623TXJ07K
    for known in ({"a1": "orders"}, {}):
        texts = Texts(build(SIDE.items, CATALOG), vocabulary(), {**known, "b2": "9N5B623TXJ07K"})
        assert texts.redacted(setting, HOME).body == Text((Opaque("a1", "key"), "-{id}"))


def test_a_mail_address_opens_where_it_holds_a_word_and_nowhere_else() -> None:
    def mail(text: str) -> Redacted:
        return Redacted("person", ("whole", *(f"#{t}" if t.isalnum() else f"={t}" for t in re.split(r"([.@-])", text))), "key")

    known = {"stage": "stage", "orders": "orders"}
    texts = Texts(build(SIDE.items, CATALOG), vocabulary(), known)
    assert texts.redacted(mail("ann@orders.example"), HOME) is None
    assert texts.redacted(Redacted("person", ("whole",), "key"), HOME) is None
    found = texts.redacted(mail("orders.ann@stage.example"), HOME)
    assert found is not None
    one, word, other = found.body.parts
    assert word == Word("stage", "stage", "{env}")
    assert isinstance(one, Opaque)
    assert isinstance(other, Opaque)
    assert re.fullmatch(r"«\w{8}»stage«\w{8}»", show_scalar(found.body))
    blind = Texts(build(SIDE.items, CATALOG), vocabulary(), {"stage": "stage"}).redacted(mail("orders.ann@stage.example"), HOME)
    assert blind == found
    assert texts.redacted(mail("orders.bob@stage.example"), HOME).plain != found.plain


def test_the_memory_of_forms_is_bounded_and_changes_nothing() -> None:
    texts = Texts(build(SIDE.items, CATALOG), vocabulary(), {})
    before = texts.form("x-stage", HOME)
    texts._held = 10**9
    texts.form("y-stage", HOME)
    assert "x-stage" not in texts.forms(HOME, (), "")
    assert texts.form("x-stage", HOME) == before


@pytest.mark.parametrize(
    "host", ["s3", "s3.eu-west-1", "s3-eu-west-1", "s3-website-eu-west-1", "s3-website.eu-central-1", "s3.dualstack.eu-west-1"]
)
def test_a_buckets_host_names_the_bucket(host: str) -> None:
    assert form(f"https://assets.{host}.amazonaws.com/logo.png").refs == (ref(BUCKET, "assets", "name"),)
    assert not form(f"other.{host}.amazonaws.com").refs
    assert not form(f"assets.{host}.amazonaws.com.evil.example").refs


def networks(*blocks: tuple[str, str]) -> tuple[list[Address], Texts]:
    """An environment with networks of these (blocks, regions)."""
    side = Side()
    made = [side.add("AWS::EC2::VPC", f"vpc-0123456789abcdef{n}", {"CidrBlock": b}, region=r) for n, (b, r) in enumerate(blocks)]
    return made, Texts(build(side.items, CATALOG), vocabulary(), {})


def test_an_address_says_in_which_network_it_lies() -> None:
    (one, other), texts = networks(("10.0.0.0/16", HOME), ("10.1.0.0/16", HOME))
    a, b = texts.form("10.0.1.0/24", HOME), texts.form("10.1.1.0/24", HOME)
    assert (a.plain, [r.target for r in a.refs], [r.target for r in b.refs]) == (b.plain, [one], [other])
    assert texts.form("10.1.0.0/16", HOME).body == Text((ref(other, "{network}", "network"), "/16"))


def test_of_several_with_one_block_it_is_the_one_at_home_and_nobodys_where_there_is_none() -> None:
    (here, far), texts = networks(("10.0.0.0/16", HOME), ("10.0.0.0/16", "eu-west-1"))
    assert [[r.target for r in texts.form("10.0.1.7", home).refs] for home in (HOME, "eu-west-1", "")] == [[here], [far], []]
    assert texts.form("10.0.1.7", "").body == "{network}+1.7"
    _, twice = networks(("10.0.0.0/16", HOME), ("10.0.0.0/16", HOME))
    assert twice.form("10.0.1.7", HOME).body == "{network}+1.7"
