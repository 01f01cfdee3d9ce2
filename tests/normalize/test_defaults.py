from __future__ import annotations

from driftscan.catalog.paths import parse
from driftscan.catalog.spec import Compare, Spec
from driftscan.model.value import Unknown, Value
from driftscan.normalize.defaults import fill
from driftscan.normalize.rules import Place, root, rules
from tests.normalize.estate import Side


def place(*empty: str) -> Place:
    compare = Compare(defaults={parse("Timeout"): 3, parse("Tracing.Mode"): "PassThrough"}, empty=tuple(map(parse, empty)))
    return root(rules(Spec("AWS::X::Y", "thing", "capacity", compare=compare)))


def test_absence_is_filled_in_with_the_structures_on_the_way() -> None:
    assert fill({}, place()) == {"Timeout": 3, "Tracing": {"Mode": "PassThrough"}}
    assert fill({"Timeout": None, "Tracing": {"X": 1}}, place()) == {"Timeout": 3, "Tracing": {"X": 1, "Mode": "PassThrough"}}


def test_what_is_there_stays() -> None:
    value = {"Timeout": 0, "Tracing": {"Mode": "Active"}}
    assert fill(value, place()) is value


def test_what_is_empty_is_filled_in_unless_it_says_something() -> None:
    value = {"Timeout": 0, "Tracing": {"Mode": ""}}
    assert fill(value, place()) == {"Timeout": 0, "Tracing": {"Mode": "PassThrough"}}
    assert fill(value, place("Tracing.Mode")) is value


def test_what_could_not_be_read_is_not_filled_in() -> None:
    value = {"Timeout": 1, "Tracing": Unknown("AccessDenied")}
    assert fill(value, place()) == value


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


def settings(**said: Value) -> Value:
    side = Side()
    arn = side.arn("dms", "endpoint:H7B2D4F6J8L1N3P5R9T0VXZACE")
    value = {"EndpointIdentifier": "lake", "EndpointArn": arn, **said}
    return side.canonical(side.add("AWS::DMS::Endpoint", arn, value, arn=arn)).body


def test_an_endpoint_that_states_what_dms_does_anyway_is_the_same_endpoint_and_one_without_settings_has_none() -> None:
    bucket: dict[str, Value] = {"BucketName": "exports"}
    stated = {**bucket, "CompressionType": "none", "EnableStatistics": True, "MaxFileSize": 1048576, "Rfc4180": True}
    assert settings(S3Settings=bucket) == settings(S3Settings=stated, SslMode="none")
    for member, other in (("CompressionType", "gzip"), ("EnableStatistics", False), ("MaxFileSize", 1024), ("Rfc4180", False)):
        assert settings(S3Settings=bucket) != settings(S3Settings={**stated, member: other})
    assert settings(S3Settings=bucket) != settings(S3Settings=bucket, SslMode="require")
    assert "S3Settings" not in settings()


def test_one_engine_gives_numbers_as_texts_and_the_other_does_not() -> None:
    texts = {"ExtractDocId": "false", "DocsToInvestigate": "1000", "NestingLevel": "none"}
    assert settings(MongoDbSettings={"DatabaseName": "a"}) == settings(MongoDbSettings={"DatabaseName": "a", **texts})
    numbers = {"ExtractDocId": False, "DocsToInvestigate": 1000, "NestingLevel": "none"}
    assert settings(DocDbSettings={"DatabaseName": "a"}) == settings(DocDbSettings={"DatabaseName": "a", **numbers})


def test_an_empty_text_that_stands_for_null_is_not_the_word_that_does_so_by_default() -> None:
    assert settings(S3Settings={}) == settings(S3Settings={"CsvNullValue": "NULL"}) != settings(S3Settings={"CsvNullValue": ""})


def test_what_is_empty_and_says_nothing_is_filled_in_like_what_is_missing() -> None:
    assert settings(S3Settings={"CompressionType": "", "BucketName": "exports"}) == settings(S3Settings={"BucketName": "exports"})


def test_a_port_that_settings_leave_out_is_not_filled_in_because_the_secret_or_the_endpoint_may_say_it() -> None:
    for engine in ("PostgreSQLSettings", "RedshiftSettings", "SybaseSettings", "IBMDb2Settings"):
        assert "Port" not in settings(Port=5433, **{engine: {"DatabaseName": "a"}})[engine]


def destination(**said: Value) -> Value:
    side = Side()
    arn = side.arn("firehose", "deliverystream/events")
    value = {"DeliveryStreamName": "events", "DeliveryStreamARN": arn, "Destinations": [said]}
    return side.canonical(side.add("AWS::KinesisFirehose::DeliveryStream", "events", value, arn=arn)).body["Destinations"]


def test_each_destination_of_a_stream_buffers_as_its_own_reference_says() -> None:
    wanted = {"Splunk": (60, 5), "HttpEndpoint": (300, 5), "Snowflake": (0, 128), "Amazonopensearchservice": (300, 5)}
    for name, (seconds, size) in wanted.items():
        member = f"{name}DestinationDescription"
        hints = {"IntervalInSeconds": seconds, "SizeInMBs": size}
        assert destination(**{member: {"BufferingHints": {}}}) == destination(**{member: {"BufferingHints": hints}})
        assert destination(**{member: {}}) != destination(**{member: {"BufferingHints": {}}}), "hints are not made"


def test_a_conversion_with_what_firehose_does_anyway_is_the_same_conversion() -> None:
    def orc(**said: Value) -> Value:
        conversion = {"OutputFormatConfiguration": {"Serializer": {"OrcSerDe": said}}}
        return destination(ExtendedS3DestinationDescription={"DataFormatConversionConfiguration": conversion})

    assert orc() == orc(Compression="SNAPPY", PaddingTolerance=0.05, StripeSizeBytes=67108864)
    assert orc() != orc(PaddingTolerance=0.1)
    assert "ParquetSerDe" not in str(orc()), "the serialiser that was not chosen is not made"
