"""One resource of Google's has many spellings: all of them mean it, and nothing else does."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from driftscan.catalog import load
from driftscan.model.resource import Resource
from driftscan.model.settings import Vocabulary
from driftscan.model.snapshot import Header, MemorySnapshot
from driftscan.model.value import Address, Ref, Text, Value
from driftscan.normalize import Normalizer, Redactor
from driftscan.normalize.google import Links, name_of, relative
from driftscan.normalize.symbols import Symbols

NETWORK = "//compute.googleapis.com/projects/acme-core-stage/global/networks/main"
ROBOT = "deploy@acme-core-stage.iam.gserviceaccount.com"


def vocabulary(environment: str = "stage", projects: dict[str, tuple[str, int]] | None = None) -> Vocabulary:
    held = {
        "acme-core-stage": ("stage", 0),
        "acme-data-stage-4f3a9c1b": ("stage", 1),
        "acme-ml-stage-4f3a": ("stage", 2),
        "acme-core-prod": ("prod", 0),
    }
    return Vocabulary(environment, {"stage": ("stage", "stg"), "prod": ("prod", "live")}, {}, projects=projects or held)


def resource(type_: str, id_: str, account: str = "acme-core-stage", region: str = "global", **value: Value) -> Resource:
    return Resource(Address(type_, account, region, id_, "gcp"), value, id_)


PROJECT = resource(
    "cloudresourcemanager.googleapis.com/Project",
    "//cloudresourcemanager.googleapis.com/projects/410058021152",
    projectId="acme-core-stage",
    projectNumber="410058021152",
)
HELD = (
    PROJECT,
    resource("compute.googleapis.com/Network", NETWORK, name="main"),
    resource("storage.googleapis.com/Bucket", "//storage.googleapis.com/acme-assets-stage", name="acme-assets-stage"),
    resource(
        "iam.googleapis.com/ServiceAccount",
        "//iam.googleapis.com/projects/acme-core-stage/serviceAccounts/104455667788990011223",
        email=ROBOT,
        name=f"projects/acme-core-stage/serviceAccounts/{ROBOT}",
    ),
    resource(
        "cloudresourcemanager.googleapis.com/Folder",
        "//cloudresourcemanager.googleapis.com/folders/500000000001",
        account="folders/500000000001",
        displayName="stage",
    ),
)


def normalizer(*more: Resource, words: Vocabulary | None = None) -> Normalizer:
    moment = f"{datetime(2026, 11, 1, tzinfo=UTC):%Y-%m-%dT%H:%M:%SZ}"
    header = Header("stage", ("acme-core-stage",), (), (moment, moment), moment, "0", "c", "d", "k")
    held = {r.address: r for r in (*HELD, *more)}
    return Normalizer(MemorySnapshot(header, (), (), held), load(), words or vocabulary())


def shown(text: str, member: str = "target") -> Value:
    """What a text becomes in the document of another resource."""
    holder = resource("example.googleapis.com/Thing", "//example.googleapis.com/projects/acme-core-stage/things/t", **{member: text})
    return normalizer(holder).canonical(holder).body[member]


@pytest.mark.parametrize(
    "text",
    [
        NETWORK,
        "https://www.googleapis.com/compute/v1/projects/acme-core-stage/global/networks/main",
        "https://compute.googleapis.com/compute/v1/projects/acme-core-stage/global/networks/main",
        "https://www.googleapis.com/compute/beta/projects/410058021152/global/networks/main",
        "projects/acme-core-stage/global/networks/main",
        "projects/410058021152/global/networks/main",
    ],
)
def test_every_spelling_of_a_name_is_one_reference(text: str) -> None:
    found = shown(text)
    assert isinstance(found, Ref)
    assert found.target is not None
    assert (found.target.id, found.attribute) == (NETWORK, "name")


@pytest.mark.parametrize(
    "text", ["gs://acme-assets-stage", "https://storage.googleapis.com/acme-assets-stage", "//storage.googleapis.com/acme-assets-stage"]
)
def test_a_bucket_is_known_by_its_urls(text: str) -> None:
    found = shown(text)
    assert isinstance(found, Ref)
    assert found.target is not None
    assert found.target.type == "storage.googleapis.com/Bucket"


@pytest.mark.parametrize(
    ("text", "before"),
    [
        (f"serviceAccount:{ROBOT}", "serviceAccount:"),
        (f"projects/-/serviceAccounts/{ROBOT}", "projects/-/serviceAccounts/"),
    ],
)
def test_a_service_account_is_known_by_its_mail_address(text: str, before: str) -> None:
    found = shown(text)
    assert isinstance(found, Text)
    assert found.parts[0] == before
    assert isinstance(found.parts[1], Ref)


def test_a_longer_name_keeps_what_stands_behind_the_one_that_is_known() -> None:
    found = shown("projects/acme-core-stage/global/networks/main/peerings/x")
    assert isinstance(found, Text)
    assert isinstance(found.parts[0], Ref)
    assert found.parts[1] == "/peerings/x"


@pytest.mark.parametrize("text", ["projects/acme-core-stage/global/networks/main-2", "xprojects/acme-core-stage/global/networks/main"])
def test_a_name_that_only_looks_alike_is_none(text: str) -> None:
    found = shown(text)
    assert not isinstance(found, Ref)
    assert not any(isinstance(p, Ref) for p in getattr(found, "parts", ()))


def test_what_two_resources_are_called_names_neither() -> None:
    links = Links()
    for type_ in ("redis.googleapis.com/Instance", "file.googleapis.com/Instance"):
        service = type_.partition("/")[0]
        links.add(resource(type_, f"//{service}/projects/acme-core-stage/locations/europe-west1/instances/cache"))
    assert list(links.find("projects/acme-core-stage/locations/europe-west1/instances/cache")) == []


def test_a_project_is_its_id_and_its_number() -> None:
    assert shown("410058021152-compute@developer.gserviceaccount.com") == shown("410058021152-compute@developer.gserviceaccount.com")
    by_id, by_number = shown("bigquery/acme-core-stage/x"), shown("bigquery/410058021152/x")
    assert by_id == by_number == "bigquery/{project:acme-core-{env}}/x"


def test_a_folder_is_known_by_its_number() -> None:
    found = shown("500000000001", member="parentId")
    assert isinstance(found, Ref)
    assert found.target is not None
    assert found.target.account == "folders/500000000001"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("acme-core-stage", "{project:acme-core-{env}}"),
        ("acme-data-stage-4f3a9c1b", "{project:acme-data-{env}}"),
        ("acme-ml-stage-4f3a", "{project:acme-ml-{env}}"),
        ("acme-core-prod", "{project:prod:acme-core-{env}}"),
    ],
)
def test_a_project_is_called_by_its_id_without_the_environment(text: str, expected: str) -> None:
    assert [f.text for f in Symbols(vocabulary()).find(text) if f.kind == "symbol"] == [expected]


def test_another_environments_project_is_never_ones_own() -> None:
    stage, prod = Symbols(vocabulary("stage")), Symbols(vocabulary("prod"))
    symbol = {e: next(f.text for f in s.find("acme-core-prod") if f.kind == "symbol") for e, s in (("stage", stage), ("prod", prod))}
    assert symbol["stage"] != symbol["prod"]


def test_projects_without_the_word_go_by_their_place() -> None:
    held = {"lunar-rover": ("stage", 0), "solar-sail": ("stage", 1), "deep-space": ("prod", 0)}
    symbols = Symbols(vocabulary(projects=held))
    found = [[f.text for f in symbols.find(p) if f.kind == "symbol"] for p in held]
    assert found == [["{project}"], ["{project#2}"], ["{project:prod}"]]


@pytest.mark.parametrize(
    ("text", "region"),
    [("europe-west1", "europe-west1"), ("us-central1-a", "us-central1"), ("northamerica-northeast2", "northamerica-northeast2")],
)
def test_regions_and_zones_are_google_s_too(text: str, region: str) -> None:
    found = [f for f in Symbols(vocabulary()).find(f"zones/{text}/x") if f.kind == "region"]
    assert [f.text for f in found] == [region]


def test_a_number_that_google_invented_is_an_id_in_a_name_and_a_setting_alone() -> None:
    found = shown("projects/acme-core-stage/locations/us-central1/models/4049913641959424000")
    assert isinstance(found, Text)
    assert found.parts[-1] == Ref(None, "", "4049913641959424000", "id")
    assert shown("9223372036854775807", member="limit") == "9223372036854775807"
    assert shown("4049913641959424000", member="deployedModelId") == Ref(None, "", "4049913641959424000", "id")


def key_parts(held: Resource) -> list[tuple[Value, ...]]:
    return [k.parts for k in normalizer(held).canonical(held).seal.keys]


def test_a_key_is_the_name_with_its_project_and_place_and_then_without() -> None:
    held = resource(
        "compute.googleapis.com/Subnetwork",
        "//compute.googleapis.com/projects/acme-core-stage/regions/europe-west1/subnetworks/apps",
        region="europe-west1",
    )
    first, second = key_parts(held)
    assert first[0] == "{project:acme-core-{env}}"
    assert first[2:] == second == ("subnetworks", "apps")


def test_the_holder_stands_in_the_key_and_where_its_name_was_made_up_the_holder_itself() -> None:
    ring = resource(
        "cloudkms.googleapis.com/CryptoKey", "//cloudkms.googleapis.com/projects/acme-core-stage/locations/eu/keyRings/r1/cryptoKeys/k"
    )
    assert key_parts(ring)[-1] == ("keyRings", "r1", "cryptoKeys", "k")
    made = "//aiplatform.googleapis.com/projects/acme-core-stage/locations/us-central1/models/4049913641959424000"
    model = resource("aiplatform.googleapis.com/Model", made, displayName="fraud")
    child = resource("aiplatform.googleapis.com/Thing", f"{made}/things/x")
    parts = next(k.parts for k in normalizer(model, child).canonical(child).seal.keys[1:])
    assert isinstance(parts[1], Ref)
    assert key_parts(model)[-1] == ("models", "fraud")


def test_nothing_that_google_made_up_is_a_key() -> None:
    run = resource(
        "aiplatform.googleapis.com/EvaluationRun",
        "//aiplatform.googleapis.com/projects/acme-core-stage/locations/us-central1/evaluationRuns/7429846998797694134",
    )
    assert key_parts(run) == []


def test_names_in_pieces() -> None:
    assert name_of(NETWORK).service == "compute.googleapis.com"
    assert name_of(NETWORK).last == "main"
    assert relative(("projects", "410058021152", "x", "y"), {"410058021152": "acme-core-stage"}) == "projects/acme-core-stage/x/y"


def test_a_public_address_that_google_handed_out_names_the_resource_that_holds_it() -> None:
    held = resource(
        "compute.googleapis.com/Address",
        "//compute.googleapis.com/projects/acme-core-stage/regions/europe-west1/addresses/nat",
        region="europe-west1",
        address="203.0.113.7",
        addressType="EXTERNAL",
    )
    record = resource(
        "dns.googleapis.com/ResourceRecordSet", "//dns.googleapis.com/projects/acme-core-stage/rrsets/x", rrdata="203.0.113.7"
    )
    made = normalizer(held, record)
    target = made.canonical(record).body["rrdata"]
    assert isinstance(target, Ref)
    assert target.target == held.address
    inside = resource("compute.googleapis.com/Address", held.address.id, region="europe-west1", address="10.0.0.7", addressType="INTERNAL")
    assert normalizer(inside).canonical(inside).body["address"] == "10.0.0.7"


def test_an_instance_s_metadata_is_settings_and_what_a_key_calls_a_secret_is_one() -> None:
    items = [
        {"key": "db-password", "value": "hunter2"},
        {"key": "startup-script", "value": "curl https://api.stage.example.com/boot"},
        {"key": "ssh-keys", "value": "joe:ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAB joe@example.com"},
    ]
    held = resource(
        "compute.googleapis.com/Instance",
        "//compute.googleapis.com/projects/acme-core-stage/zones/z/instances/i",
        metadata={"items": items},
    )
    kept = Redactor(load(), b"0123456789abcdef").redact(held).value["metadata"]["items"]
    assert [i["value"].kind for i in kept] == ["secret", "setting", "setting"]
    assert "hunter2" not in repr(kept)
    assert "joe" not in repr(kept)


SUBNET = resource(
    "compute.googleapis.com/Subnetwork",
    "//compute.googleapis.com/projects/acme-core-stage/regions/europe-west1/subnetworks/apps",
    region="europe-west1",
    ipCidrRange="10.20.0.0/20",
    secondaryIpRanges=[{"rangeName": "pods", "ipCidrRange": "10.24.0.0/14"}],
)


@pytest.mark.parametrize(
    ("text", "tail"),
    [("10.20.0.0/20", "/20"), ("10.20.3.0/24", "+3.0/24"), ("10.20.0.0/16", "/16"), ("10.24.0.0/14", "/14"), ("10.16.0.0/12", "/12")],
)
def test_ranges_in_and_around_ones_own_subnetworks_are_relative_to_them(text: str, tail: str) -> None:
    rule = resource(
        "compute.googleapis.com/Firewall", "//compute.googleapis.com/projects/acme-core-stage/global/firewalls/f", sourceRanges=[text]
    )
    (found,) = normalizer(SUBNET, rule).canonical(rule).body["sourceRanges"].items
    assert isinstance(found, Text)
    assert isinstance(found.parts[0], Ref)
    assert (found.parts[0].target, found.parts[1]) == (SUBNET.address, tail)


@pytest.mark.parametrize("text", ["10.0.0.0/8", "0.0.0.0/0", "10.30.0.0/16", "203.0.113.0/24"])
def test_ranges_that_are_everybodys_or_anothers_stay_as_they_are(text: str) -> None:
    rule = resource(
        "compute.googleapis.com/Firewall", "//compute.googleapis.com/projects/acme-core-stage/global/firewalls/f", sourceRanges=[text]
    )
    (found,) = normalizer(SUBNET, rule).canonical(rule).body["sourceRanges"].items
    assert found == text


def test_a_bucket_shouts_its_region() -> None:
    held = resource("storage.googleapis.com/Bucket", "//storage.googleapis.com/acme-x", region="europe-west1", location="EUROPE-WEST1")
    made = normalizer(held).canonical(held)
    assert "{region}" in repr(made.body["location"])
    assert made.seal.words == (("stage", "EUROPE-WEST1"),)


def test_a_name_of_a_secret_is_no_secret_and_neither_is_a_keys() -> None:
    key = "projects/acme-core-stage/locations/europe-west1/keyRings/r/cryptoKeys/k"
    held = resource("run.googleapis.com/Service", "//run.googleapis.com/projects/acme-core-stage/locations/l/services/s", encryptionKey=key)
    assert Redactor(load(), b"0123456789abcdef").redact(held).value["encryptionKey"] == key


def test_a_copy_of_a_resource_that_is_read_is_a_reference_to_it() -> None:
    link = "https://container.googleapis.com/v1/projects/acme-core-stage/locations/europe-west1/clusters/c/nodePools/workers"
    pool = {"name": "workers", "selfLink": link, "initialNodeCount": 3}
    node_pool = resource(
        "container.googleapis.com/NodePool",
        "//container.googleapis.com/projects/acme-core-stage/locations/europe-west1/clusters/c/nodePools/workers",
        region="europe-west1",
        **pool,
    )
    cluster = resource(
        "container.googleapis.com/Cluster",
        "//container.googleapis.com/projects/acme-core-stage/locations/europe-west1/clusters/c",
        region="europe-west1",
        nodePools=[pool],
    )
    (copy,) = normalizer(node_pool, cluster).canonical(cluster).body["nodePools"].items
    assert isinstance(copy, Ref)
    assert copy.target == node_pool.address
    alone = normalizer(cluster).canonical(cluster).body["nodePools"]
    assert "initialNodeCount" in repr(alone)


@pytest.mark.parametrize("text", ["folders/500000000009", "500000000009"])
def test_a_folder_that_nobody_read_is_an_id_that_nothing_explains(text: str) -> None:
    folder = "cloudresourcemanager.googleapis.com/Folder"
    parent = {"type": "folder", "id": text} if text.isdigit() else text
    held = resource(
        "cloudresourcemanager.googleapis.com/Project", "//cloudresourcemanager.googleapis.com/projects/410058021199", parent=parent
    )
    found = normalizer(held).canonical(held).body["parent"]
    ref = found["id"] if isinstance(found, dict) else found.parts[-1]
    assert ref == Ref(None, folder, "500000000009", "id")


def test_who_holds_an_address_of_googles_says_that_there_is_one() -> None:
    rows = [
        resource(
            "compute.googleapis.com/Address",
            f"//compute.googleapis.com/projects/acme-core-stage/regions/europe-west1/addresses/{name}",
            region="europe-west1",
            address="203.0.113.7",
        )
        for name in ("one", "two")
    ]
    assert [normalizer(*rows).canonical(r).body["address"] for r in rows] == ["(an address)"] * 2


def test_a_project_is_known_by_what_stands_for_it_everywhere() -> None:
    seal = normalizer().canonical(PROJECT).seal
    assert [k.parts for k in seal.keys] == [("{project:acme-core-{env}}",)]
    assert (seal.name, seal.rename) == ("acme-core-{env}", True)
