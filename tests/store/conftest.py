"""Every kind of place a store may lie in; S3 is a real HTTP server of moto."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from driftscan.store.backend import Backend
from driftscan.store.local import LocalBackend
from driftscan.store.memory import MemoryBackend

_names = itertools.count()


@pytest.fixture(scope="session")
def s3_environ() -> Iterator[dict[str, str]]:
    """Variables that lead to an S3 with one bucket, `store`."""
    import boto3
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    environ = {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    client = boto3.client(
        "s3", endpoint_url=environ["AWS_ENDPOINT_URL"], aws_access_key_id="test", aws_secret_access_key="test", region_name="us-east-1"
    )
    client.create_bucket(Bucket="store")
    yield environ
    server.stop()


@pytest.fixture(params=["memory", "local", "s3"])
def make_backend(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Backend]:
    """Makes an empty place of one kind each time it is called."""
    if request.param == "memory":
        return MemoryBackend
    if request.param == "local":
        return lambda: LocalBackend(tmp_path / f"store-{next(_names)}")
    environ = request.getfixturevalue("s3_environ")

    def s3() -> Backend:
        from driftscan.store.objects import ObjectBackend

        return ObjectBackend(f"s3://store/some/prefix-{next(_names)}", environ)

    return s3


@pytest.fixture
def backend(make_backend: Callable[[], Backend]) -> Backend:
    """An empty place."""
    return make_backend()
