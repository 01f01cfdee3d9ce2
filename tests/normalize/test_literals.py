from __future__ import annotations

from driftscan.model.resource import Resource
from driftscan.model.value import Address, Redacted
from driftscan.normalize import literals, words
from tests.normalize.estate import vocabulary

AT = Address("AWS::Lambda::Function", "111111111111", "us-east-1", "orders")


def test_names_are_offered_values_are_not() -> None:
    value = {
        "FunctionName": "orders", "Description": "what it does", "Role": {"Arn": "arn:x"}, "Endpoint": "db.example.com",
        "Environment": {"Variables": {"NAME": Redacted("setting", ("#1",), "k"), "MODE": "quick"}},
        "Tags": [{"Key": "Name", "Value": "nice"}, {"Key": "Other", "Value": "hidden"}], "LongName": "x" * 300, "SubnetIds": ["subnet-1"],
    }  # fmt: skip
    found = set(literals(Resource(AT, value, "arn:aws:lambda:us-east-1:111111111111:function:orders")))
    assert {"orders", "arn:x", "db.example.com", "nice", "subnet-1", "arn:aws:lambda:us-east-1:111111111111:function:orders"} <= found
    assert not found & {"what it does", "quick", "hidden", "x" * 300}


def test_the_words_of_every_environment_in_each_shape() -> None:
    found = set(words(vocabulary(variables={"domain": {"stage": "s.example.com"}})))
    assert {"stage", "Stage", "PROD", "111111111111", "us-east-1", "us-east-1a", "s.example.com"} <= found
