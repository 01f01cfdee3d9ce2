from __future__ import annotations

import base64

import pytest

from driftscan.model.resource import Resource
from driftscan.model.value import Address, Redacted, Unknown, Value
from driftscan.normalize import Redactor
from tests.normalize.estate import CATALOG, KEY

FUNCTION = Address("AWS::Lambda::Function", "111111111111", "us-east-1", "f")


def redacted(type_: str, value: dict[str, Value], *reveal: str, key: bytes = KEY) -> dict[str, Value]:
    return Redactor(CATALOG, key, reveal).redact(Resource(Address(type_, "111111111111", "us-east-1", "it"), value)).value


def variables(values: dict[str, Value], *reveal: str, key: bytes = KEY) -> dict[str, Value]:
    found: dict[str, Value] = redacted(FUNCTION.type, {"Environment": {"Variables": values}}, *reveal, key=key)["Environment"]["Variables"]
    return found


def test_a_setting_keeps_its_delimiters_and_nothing_else() -> None:
    found = variables({"TARGET": "https://api.example.com:8443/v1"})["TARGET"]
    assert found.kind == "setting"
    assert [p for p in found.parts if p.startswith("=")] == ["=://", "=.", "=.", "=:", "=/"]
    assert [len(p) for p in found.parts if p.startswith("#")] == [25, 25, 25, 25, 50, 25, 50]  # a number has its words beside it


def test_a_secret_is_one_digest_and_the_same_wherever_it_stands() -> None:
    found = variables({"DB_PASSWORD": "hunter2", "ADMIN_TOKEN": "hunter2", "OTHER_TOKEN": "hunter3"})
    assert found["DB_PASSWORD"] == found["ADMIN_TOKEN"] != found["OTHER_TOKEN"]
    assert found["DB_PASSWORD"].kind == "secret"
    assert len(found["DB_PASSWORD"].parts) == 1


def test_keys_name_themselves_and_tell_digests_apart() -> None:
    one, other = (variables({"DB_PASSWORD": "hunter2"}, key=k)["DB_PASSWORD"] for k in (KEY, KEY[::-1]))
    assert one.key_id != other.key_id
    assert one.parts != other.parts
    assert one.key_id == Redactor(CATALOG, KEY).key_id


def test_a_name_that_is_spelled_like_a_secret_does_not_open_it() -> None:
    redactor = Redactor(CATALOG, KEY)
    tokens = redactor.tokens(["hunter2", "swordfish"])
    value = redactor.redact(
        Resource(FUNCTION, {"Environment": {"Variables": {"DB_PASSWORD": "swordfish", "URL": "pg://u:swordfish@h/x"}}})
    ).value
    for setting in value["Environment"]["Variables"].values():
        assert "swordfish" not in [tokens.get(p[1:]) for p in setting.parts]
        assert "swordfish" not in [tokens.get(p) for p in setting.parts]


def test_tokens_of_names_are_offered_and_short_numbers_only_behind_their_words() -> None:
    tokens = Redactor(CATALOG, KEY).tokens(["arn:aws:sqs:eu-west-1:111111111111:ordersStage-8080", "10.0.1.0/24"])
    assert {"sqs", "eu-west-1", "111111111111", "orders", "Stage", "10.0.1.0/24", "https"} <= set(tokens.values())
    assert tokens[Redactor(CATALOG, KEY).token("ordersStage-8080".removeprefix("orders"))] == "8080"
    assert Redactor(CATALOG, KEY).token("8080") not in tokens


@pytest.mark.parametrize("rule", ["LOG_LEVEL", "LOG_*", "AWS::Lambda::Function:Environment.Variables.LOG_LEVEL"])
def test_people_may_reveal_a_setting(rule: str) -> None:
    assert variables({"LOG_LEVEL": "debug", "MODE": "x"}, rule)["LOG_LEVEL"] == "debug"
    assert isinstance(variables({"LOG_LEVEL": "debug", "MODE": "x"}, rule)["MODE"], Redacted)


def test_revealing_a_name_reveals_no_secret_in_it() -> None:
    assert isinstance(variables({"DB_PASSWORD": "x"}, "*")["DB_PASSWORD"], Redacted)
    assert "AKIAIOSFODNN7EXAMPLE" not in repr(variables({"NOTE": "use AKIAIOSFODNN7EXAMPLE"}, "NOTE")["NOTE"])


def test_a_reference_to_a_secret_is_none() -> None:
    arn = "arn:aws:secretsmanager:eu-west-1:111111111111:secret:db-AbCdEf"
    assert variables({"DB_SECRET": arn})["DB_SECRET"].kind == "setting"
    assert redacted("AWS::X::Y", {"Secret": arn}) == {"Secret": arn}


def test_ids_digests_and_enumerations_stay() -> None:
    value = {
        "FunctionName": "orders-stage-Function-1A2B3C4D5E6F7",
        "CodeSha256": "mhtu+aGk3sGIMExm5Kn0BRnn9sHq5+fWjdK2lgHxWG8=",
        "RevisionId": "5e2d5f1c-0c1a-4d3e-9f4b-0a1b2c3d4e5f",
        "MetadataOptions": {"HttpTokens": "required"},
        "TokenValidityUnits": {"IdToken": "hours"},
        "KMSKeyArn": "arn:aws:kms:eu-west-1:111111111111:key/5e2d5f1c-0c1a-4d3e-9f4b-0a1b2c3d4e5f",
        "Description": "A long description of what this function does for orders in Europe",
    }
    assert redacted(FUNCTION.type, value) == value


def test_persons_have_a_class_of_their_own() -> None:
    contact = {
        "Billing": {"EmailAddress": "a@example.org", "Name": "A. B.", "PhoneNumber": "+1 555 0100", "AlternateContactType": "BILLING"}
    }
    found = redacted("AWS::Account::AlternateContact", contact)["Billing"]
    assert {found[k].kind for k in ("EmailAddress", "Name", "PhoneNumber")} == {"person"}
    assert "a@example.org" not in repr(redacted("AWS::SNS::Subscription", {"Endpoint": "a@example.org"}))
    principal = {"Principal": {"Service": "lambda.amazonaws.com"}}
    assert redacted("AWS::X::Y", principal) == principal


def test_what_a_document_may_not_keep_stands_in_no_address_either() -> None:
    topic = "arn:aws:sns:us-east-1:111111111111:alerts"

    def stored(type_: str, id_: str, value: dict[str, Value], *reveal: str) -> str:
        return Redactor(CATALOG, KEY, reveal).redact(Resource(Address(type_, "111111111111", "us-east-1", id_), value)).address.id

    subscription = "AWS::SNS::Subscription"
    ids = [
        stored(subscription, f"{topic}|email|{mail}", {"TopicArn": topic, "Protocol": "email", "Endpoint": mail})
        for mail in ("ops@example.org", "Ops@example.org", "other@example.org")
    ]
    assert ids[0] == ids[1] != ids[2]
    assert stored(subscription, f"{topic}|email|ops@example.org#2", {}) == f"{ids[0]}#2"
    assert all(i.startswith(f"{topic}|email|person-") and "example" not in i for i in ids)
    open_id = f"{topic}|email|ops@example.org"
    assert stored(subscription, open_id, {}, f"{subscription}:Endpoint") == open_id
    plain = f"{topic}|sqs|arn:aws:sqs:us-east-1:111111111111:jobs"
    assert stored(subscription, plain, {}) == plain
    assert stored("AWS::IAM::User", "a@example.org", {"UserName": "a@example.org"}) == "a@example.org"


def test_user_data_is_read_line_by_line() -> None:
    script = "#!/bin/sh\nexport DB_PASSWORD=swordfish\necho orders\n"
    data = base64.b64encode(script.encode()).decode()
    found = redacted("AWS::EC2::LaunchTemplate", {"LaunchTemplateData": {"UserData": data}})["LaunchTemplateData"]["UserData"]
    assert sum(p.count("\n") for p in found.parts if p.startswith("=")) == 3
    opened = Redactor(CATALOG, KEY).tokens(["swordfish", "orders"])
    assert "orders" in [opened.get(p[1:]) for p in found.parts]


def test_user_data_in_two_layers_is_opened() -> None:
    data = base64.b64encode(base64.b64encode(b"#!/bin/sh\necho orders stage\n")).decode()
    found = redacted("AWS::AutoScaling::LaunchConfiguration", {"UserData": data})["UserData"]
    assert found.kind == "setting"
    assert "=#!/" in found.parts


def test_documents_in_settings_are_closed_leaf_by_leaf() -> None:
    found = redacted("AWS::SSM::Parameter", {"Value": '{"user": "app", "password": "swordfish", "port": 5432, "on": true}'})["Value"]
    assert found["password"].kind == "secret"
    assert found["user"].kind == "setting"
    assert found["port"].kind == "setting"
    assert found["on"] is True


def test_what_is_unknown_or_redacted_stays_so() -> None:
    redactor = Redactor(CATALOG, KEY)
    value = {"Environment": {"Variables": {"A": Unknown("AccessDenied"), "B": "x", "C": "", "D": None}}}
    once = redactor.redact(Resource(FUNCTION, value))
    assert once.value["Environment"]["Variables"]["A"] == Unknown("AccessDenied")
    assert once.value["Environment"]["Variables"]["C"] == ""
    assert redactor.redact(once) == once


def test_what_the_catalogue_reveals_is_no_secret_for_its_name() -> None:
    found = redacted("AWS::WAFv2::WebACL", {"TokenDomains": ["app.stage.acme.example"], "OtherToken": "app.stage.acme.example"})
    assert found["TokenDomains"] == ["app.stage.acme.example"]
    assert isinstance(found["OtherToken"], Redacted)


def test_a_vendors_word_at_a_closed_place_is_no_secret() -> None:
    """Two environments that both hold `none` share no secret."""
    origin = {
        "DistributionConfig": {"Origins": {"Items": [{"CustomHeaders": {"Items": [{"HeaderValue": "disabled"}, {"HeaderValue": "x7"}]}}]}}
    }
    items = redacted("AWS::CloudFront::Distribution", origin)["DistributionConfig"]["Origins"]["Items"][0]["CustomHeaders"]["Items"]
    assert [i["HeaderValue"].kind for i in items] == ["setting", "secret"]
