"""What can go wrong, as a table: one clear line, the right exit code, and a store that still verifies."""

from __future__ import annotations

import json
import os
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from driftscan.store import Store
from tests.cli import estate
from tests.cli.conftest import Result, clean_environ, driftscan
from tests.jobs import estate as stored

FEW = {"types": '["AWS::SQS::Queue", "AWS::SNS::Topic"]'}
NOTHING = "<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error><RequestId>1</RequestId></ErrorResponse>"


@dataclass(frozen=True)
class Bad:
    """One bad input. code: the exit code; said: parts of what stderr says; prepare: makes the folder bad."""

    name: str
    args: tuple[str, ...]
    code: int
    said: tuple[str, ...]
    prepare: Callable[[Path], None] = lambda folder: None
    env: dict[str, str] = field(default_factory=dict)


def write(text: str) -> Callable[[Path], None]:
    def prepare(folder: Path) -> None:
        (folder / "driftscan.yaml").write_text(text)

    return prepare


def twins(folder: Path) -> None:
    store = Store.open(str(folder / "store"))
    stored.twins(store, "2026-11-01T06:00:00Z")
    stored.twins(store, "2026-11-02T06:00:00Z", VisibilityTimeout="30")


def flipped(folder: Path) -> None:
    twins(folder)
    for path in sorted(p for p in (folder / "store" / "packs").rglob("*") if p.is_file()):
        data = bytearray(path.read_bytes())
        data[len(data) // 3] ^= 0x10
        path.chmod(0o600)
        path.write_bytes(bytes(data))


def beside(name: str, text: str) -> Callable[[Path], None]:
    def prepare(folder: Path) -> None:
        (folder / name).write_text(text)

    return prepare


def blocked(folder: Path) -> None:
    twins(folder)
    (folder / "out.json").mkdir()


PLAIN = estate.config(**FEW)

TYPO, NUMBER, PROFILE = (
    "vresion: 1\n" + PLAIN,
    PLAIN.replace('"111111111111"', "111111111111"),
    PLAIN.replace("role: driftscan-reader", "profile: nobody"),
)

TABLE = [
    Bad("no configuration", ("run",), 2, ("driftscan.yaml: there is no such file", "--config"), lambda f: (f / "driftscan.yaml").unlink()),
    Bad("no YAML", ("run",), 2, ("driftscan.yaml:3:1: no valid YAML", "brackets"), write("version: 1\norganization: [\n")),
    Bad("an unknown key", ("run",), 2, ("driftscan.yaml:1:1: unknown key `vresion`", "did you mean `version`?"), write(TYPO)),
    Bad("a number as account", ("run",), 2, ("as a number", 'quote it: "111111111111"'), write(NUMBER)),
    Bad("an unknown command", ("scna",), 2, ("no such command 'scna', did you mean 'scan'?",)),
    Bad("an unknown option", ("scan", "--frist"), 2, ("--frist", "driftscan scan --help")),
    Bad("no command", (), 2, ("Commands:", "Usage: driftscan")),
    Bad("too few sides", ("diff", "stage"), 2, ("missing argument 'B'", "driftscan diff --help")),
    Bad("an unknown environment", ("scan", "stagee"), 2, ("no environment 'stagee'", "did you mean 'stage'?")),
    Bad("an unknown side", ("diff", "stag", "prod"), 2, ("no environment 'stag'", "did you mean 'stage'?")),
    Bad("an unknown type", ("scan", "--only", "AWS::SQS::Queues"), 2, ("no type fits", "AWS::SQS::Queue?")),
    Bad("a clock that is none", ("diff", "a", "b", "--as-of", "yesterday"), 2, ("'yesterday' is no date", "2026-11-30")),
    Bad("an unknown format", ("diff", "a", "b", "--output", "xml=f"), 2, ("unknown output format 'xml'", "json")),
    Bad("an unknown severity", ("diff", "a", "b", "--fail-on", "bad"), 2, ("'bad' is not one of", "critical")),
    Bad("an empty store", ("diff", "stage", "prod"), 2, ("no snapshot of stage", "driftscan scan stage")),
    Bad("no run to explain", ("explain", "abcd"), 2, ("no run is stored yet", "--report")),
    Bad("an unknown control", ("explain", "ENV-99"), 2, ("no control 'ENV-99'", "ENV-01")),
    Bad("nothing to compare", ("run",), 2, ("no comparison is configured", "candidate: stage"), write(PLAIN.split("comparisons:")[0])),
    Bad("a resource that is nowhere", ("show", "nothing"), 2, ("no resource 'nothing'", "ARN"), twins),
    Bad("a store that is a file", ("snapshots",), 2, ("the store store is no folder", "s3://"), beside("store", "x")),
    Bad("a key that is too short", ("scan",), 2, ("shorter than 16 bytes", "openssl rand"), env={"DRIFTSCAN_KEY": "short"}),
    Bad("an output that is a folder", ("diff", "stage", "prod", "--output", "json=out.json"), 1, ("out.json cannot be written",), blocked),
    Bad("a flipped byte", ("diff", "stage", "prod"), 5, ("packs/", "restore"), flipped),
    Bad("a flipped byte, verified", ("verify",), 5, ("is broken", "packs/"), flipped),
    Bad("another chain", ("verify", "--anchor", "0" * 64), 5, ("is broken",), twins),
    Bad("no credentials", ("scan",), 4, ("no account could be read", "AWS_PROFILE"), env={"AWS_EC2_METADATA_DISABLED": "true"}),
    Bad("an unknown profile", ("scan",), 4, ("no account could be read", "profile nobody"), write(PROFILE)),
    Bad(
        "a dead endpoint",
        ("scan",),
        4,
        ("no account could be read", "AWS_ENDPOINT_URL"),
        env=dict(estate.environ("http://127.0.0.1:9")) | {"AWS_MAX_ATTEMPTS": "1"},
    ),
]  # fmt: skip


def one_clear_line(done: Result) -> list[str]:
    """The lines of stderr that say what went wrong and what to do."""
    lines = done.err.splitlines()
    assert "Traceback" not in done.err
    assert sum(line.startswith("  next: ") for line in lines) <= 1
    return lines


@pytest.mark.parametrize("bad", TABLE, ids=[b.name for b in TABLE])
def test_bad_input(bad: Bad, tmp_path: Path) -> None:
    (tmp_path / "driftscan.yaml").write_text(PLAIN)
    bad.prepare(tmp_path)
    home = {"HOME": str(tmp_path), "AWS_CONFIG_FILE": str(tmp_path / "none"), "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "none")}
    done = driftscan(tmp_path, *bad.args, env=home | bad.env)
    assert done.code == bad.code, done.err
    lines = one_clear_line(done)
    for part in bad.said:
        assert part in done.err
    assert not bad.args or lines[-1].startswith(("  next: ", "driftscan: "))
    assert done.out == ""


@pytest.fixture
def refusing() -> Iterator[str]:
    """A server that denies whatever it is asked."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.send_response(403)
            self.send_header("Content-Type", "text/xml")
            self.send_header("Content-Length", str(len(NOTHING)))
            self.end_headers()
            self.wfile.write(NOTHING.encode())

        do_GET = do_POST  # noqa: N815  (the interface of http.server)

        def log_message(self, *_: object) -> None:
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_denied_role(refusing: str, tmp_path: Path) -> None:
    (tmp_path / "driftscan.yaml").write_text(PLAIN)
    done = driftscan(tmp_path, "run", env=dict(estate.environ(refusing)))
    assert done.code == 4
    one_clear_line(done)
    assert "AccessDenied" in done.err
    assert "let the role driftscan-reader of account 111111111111 be assumed" in done.err
    assert not (tmp_path / "store" / "heads").exists()


def verifies(folder: Path) -> bool:
    """Whether what lies in the store is whole."""
    return Store.open(str(folder / "store")).verify().ok


@pytest.mark.slow
def test_a_full_disk(server: str, tmp_path: Path) -> None:
    """No file may grow beyond 1 KB: the first part that is larger fails as on a full disk."""
    (tmp_path / "driftscan.yaml").write_text(estate.config(types='["AWS::SQS::*", "AWS::IAM::*", "AWS::S3::*", "AWS::EC2::SecurityGroup"]'))
    done = subprocess.run(
        [sys.executable, "-m", "driftscan", "scan"],
        cwd=tmp_path,
        env=clean_environ() | dict(estate.environ(server)),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1024, 1024)),
    )
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    assert "File too large" in done.stderr
    assert done.stderr.splitlines()[-1].startswith("  next: ")
    assert verifies(tmp_path)
    again = driftscan(tmp_path, "scan", env=dict(estate.environ(server)))
    assert again.code in (0, 4), again.err
    assert verifies(tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGKILL, -9)])
def test_ended_in_the_middle_of_a_scan(server: str, tmp_path: Path, sent: signal.Signals, code: int) -> None:
    (tmp_path / "driftscan.yaml").write_text(estate.config())
    env = clean_environ() | dict(estate.environ(server))
    parts = tmp_path / "store" / "unfinished" / "stage" / "parts"
    with (tmp_path / "err").open("w") as err:
        process = subprocess.Popen(
            [sys.executable, "-m", "driftscan", "scan", "stage"], cwd=tmp_path, env=env, stderr=err, stdout=subprocess.DEVNULL
        )
        deadline = time.monotonic() + 60
        while not (parts.exists() and len(list(parts.iterdir())) > 2) and time.monotonic() < deadline and process.poll() is None:
            time.sleep(0.01)
        process.send_signal(sent)
        started = time.monotonic()
        assert process.wait(30) == code
    assert time.monotonic() - started < 10
    said = (tmp_path / "err").read_text()
    if sent is not signal.SIGKILL:
        assert said.splitlines()[-1] == "driftscan: interrupted; the store is whole, and the next run resumes what was read"
        assert "Traceback" not in said
    assert verifies(tmp_path)
    again = driftscan(tmp_path, "scan", "stage", env=dict(estate.environ(server)))
    assert again.code in (0, 4), again.err
    assert "stage: resuming; " in again.err
    assert verifies(tmp_path)
    (info,) = Store.open(str(tmp_path / "store")).snapshots("stage")
    assert info.resources > 10


def test_ended_while_an_endpoint_hangs(tmp_path: Path) -> None:
    """The server accepts and never answers: nobody waits for its timeout."""
    (tmp_path / "driftscan.yaml").write_text(PLAIN)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        env = clean_environ() | dict(estate.environ(f"http://127.0.0.1:{listening.getsockname()[1]}"))
        process = subprocess.Popen([sys.executable, "-m", "driftscan", "scan"], cwd=tmp_path, env=env, stderr=subprocess.PIPE, text=True)
        held = listening.accept()
        started = time.monotonic()
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
        held[0].close()
    assert process.returncode == 130
    assert time.monotonic() - started < 10
    assert err.splitlines()[-1].startswith("driftscan: interrupted; ")


def test_another_run_holds_the_lock(server: str, tmp_path: Path) -> None:
    (tmp_path / "driftscan.yaml").write_text(PLAIN)
    with Store.open(str(tmp_path / "store")).lock():
        done = driftscan(tmp_path, "run", env=dict(estate.environ(server)))
    assert done.code == 75
    one_clear_line(done)
    assert str(os.getpid()) in done.err
    assert driftscan(tmp_path, "run", "--quiet", env=dict(estate.environ(server))).code == 0


def test_less_than_the_least_coverage_is_4_and_a_report_is_made(server: str, tmp_path: Path) -> None:
    """One of two environments answers; the other's role is refused by an account that is not there."""
    text = PLAIN.replace('"222222222222"', '"222222222222", profile: nobody')
    (tmp_path / "driftscan.yaml").write_text(text)
    done = driftscan(tmp_path, "run", "--output-dir", "out", "--fail-on", "info", env=dict(estate.environ(server)))
    assert done.code == 4, done.err
    assert "prod: account 222222222222 cannot be read" in done.err
    report = json.loads((tmp_path / "out" / "report.json").read_text())
    assert [g["type"] for g in report["gaps"] if g["environment"] == "prod"] == ["*"]
    assert not [f for f in report["findings"] if f["verdict"] == "drift"]
    assert verifies(tmp_path)
