from __future__ import annotations

from driftscan.model.value import Unknown, Value
from driftscan.normalize.defaults import fill
from tests.normalize.estate import Side

DEFAULTS = ((("Timeout",), 3), (("Tracing", "Mode"), "PassThrough"))


def test_absence_is_filled_in_with_the_structures_on_the_way() -> None:
    assert fill({}, DEFAULTS) == {"Timeout": 3, "Tracing": {"Mode": "PassThrough"}}
    assert fill({"Timeout": None, "Tracing": {"X": 1}}, DEFAULTS) == {"Timeout": 3, "Tracing": {"X": 1, "Mode": "PassThrough"}}


def test_what_is_there_stays() -> None:
    value = {"Timeout": 0, "Tracing": {"Mode": ""}}
    assert fill(value, DEFAULTS) is value


def test_what_could_not_be_read_is_not_filled_in() -> None:
    value = {"Timeout": 1, "Tracing": Unknown("AccessDenied")}
    assert fill(value, DEFAULTS) == value


def body(container: dict[str, object]) -> Value:
    side = Side()
    arn = side.arn("ecs", "task-definition/web:1")
    task = side.add("AWS::ECS::TaskDefinition", "web", {"family": "web", "taskDefinition": {"containerDefinitions": [container]}}, arn=arn)
    return side.canonical(task).body["taskDefinition"]["containerDefinitions"]


def test_a_probe_with_what_it_does_anyway_is_the_same_probe_and_none_is_none() -> None:
    probe = {"command": ["CMD", "true"]}
    stated = {**probe, "interval": 30, "retries": 3, "timeout": 5}
    assert body({"name": "a", "healthCheck": probe}) == body({"name": "a", "healthCheck": stated})
    assert body({"name": "a", "healthCheck": probe}) != body({"name": "a", "healthCheck": {**stated, "interval": 31}})
    assert body({"name": "a"}) != body({"name": "a", "healthCheck": {}})


def test_a_count_in_a_queues_redrive_policy_is_a_number_however_it_is_written() -> None:
    def policy(count: str) -> Value:
        side = Side()
        text = f'{{"deadLetterTargetArn":"arn:aws:sqs:eu-west-1:999999999999:dead","maxReceiveCount":{count}}}'
        arn = side.arn("sqs", "orders")
        return side.canonical(side.add("AWS::SQS::Queue", arn, {"QueueArn": arn, "RedrivePolicy": text}, arn=arn)).body["RedrivePolicy"]

    assert policy("5") == policy('"5"')
    assert policy("5") != policy('"6"')
