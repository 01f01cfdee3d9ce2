"""Every ready schedule, held against its vendor's own rules, offline; and each command in it against our own command line."""

from __future__ import annotations

import configparser
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import kubernetes_validate
import pytest
from cfnlint.api import lint
from ruamel.yaml import YAML

from driftscan.cli.root import root
from driftscan.cli.schedule import FOLDER, kinds, sentence
from tests.jobs.test_role import read as template

GITHUB = sorted((FOLDER / "github").iterdir())
UNITS = sorted((FOLDER / "systemd").iterdir())
TOOLS = Path(sys.executable).parent
ALL = [pytest.param(file, id=f"{kind}/{file.name}") for kind, files in kinds().items() for file in files]


def tool(*args: str | Path) -> subprocess.CompletedProcess[str]:
    """Run one of the checkers that the development environment holds."""
    return subprocess.run([str(TOOLS / args[0]), *map(str, args[1:])], capture_output=True, text=True, check=False)


def yaml(text: str) -> list[Any]:
    return list(YAML(typ="safe").load_all(text))


# --------------------------------------------------------------------------------------------- all of them


def test_the_repository_and_the_package_hold_the_same_files() -> None:
    top = Path(__file__).parents[2] / "schedules"
    assert top.resolve() == FOLDER.resolve()
    assert set(kinds()) == {"cron", "docker", "eventbridge", "github", "gitlab", "kubernetes", "stackset", "systemd"}


@pytest.mark.parametrize("file", ALL)
def test_each_begins_with_what_it_is_and_ends_with_a_line(file: Path) -> None:
    text = file.read_text()
    assert text.startswith("# ")
    assert 10 < len(sentence(file)) < 130
    assert text.endswith("\n")
    assert "\t" not in text
    assert max(len(line) for line in text.splitlines()) < 210


def commands(text: str) -> Iterator[list[str]]:
    """The command lines of ours in a file: after a `driftscan` that is a program, up to what ends a command in a shell."""
    for found in re.finditer(r"(?m)(?<![\w./-])(?:[\w./]*/)?driftscan (run|status|scan|verify) ([^\n]*)", _uncommented(text)):
        words = shlex.split(re.split(r"\s(?:\|\||&&|;;)|\)", f"{found[1]} {found[2]}")[0])
        yield words
    for listed in re.finditer(r"(?m)^\s*args: \[([^\]]*)\]", text):
        yield [w.strip() for w in listed[1].split(",")]


def _uncommented(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))


def test_each_command_is_one_that_the_command_line_takes() -> None:
    seen: dict[str, set[str]] = {}
    for kind, files in kinds().items():
        for file in files:
            for name, *arguments in commands(file.read_text()):
                with click.Context(root) as outer:
                    command = root.get_command(outer, name)
                    assert command is not None
                    command.make_context(name, arguments, parent=outer)
                seen.setdefault(kind, set()).add(name)
    assert seen == {kind: {"run", "status"} for kind in ("cron", "eventbridge", "github", "gitlab", "kubernetes", "systemd")}


@pytest.mark.parametrize("file", ALL)
def test_nothing_in_it_is_a_secret_or_unpinned(file: Path) -> None:
    text = file.read_text()
    assert not re.search(r"AKIA[0-9A-Z]{16}", text)
    assert ":latest" not in text
    for action in re.findall(r"uses: (\S+)(.*)", text):
        assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", action[0]), action
        assert re.fullmatch(r" # v\d+\.\d+\.\d+", action[1]), "the digest's version stands behind it"


# --------------------------------------------------------------------------------------------- one kind after the other


CRON = re.compile(r"(?P<minute>[0-5]?\d) (?P<hour>[01]?\d|2[0-3]) (?P<day>[\d*]+) \* \*\s+(?P<user>[a-z]+)\s+(?P<command>.+)")


def cron() -> list[re.Match[str]]:
    lines = [line for line in (FOLDER / "cron" / "driftscan").read_text().splitlines() if line and not line.startswith("#")]
    found = [CRON.fullmatch(line) for line in lines if not re.fullmatch(r"[A-Z_]+=\S+", line)]
    assert all(found), "a line is neither a setting nor a time, a user and a command"
    return [m for m in found if m]


def test_cron_knows_every_line_and_no_percent_sign() -> None:
    run, status = cron()
    assert (run["day"], run["user"]) == ("1", "driftscan")
    assert status["day"] == "*"
    for line in (run, status):
        assert "%" not in line["command"], "cron takes it for the end of the line"
        assert subprocess.run(["sh", "-n", "-c", line["command"]], check=False).returncode == 0


@pytest.mark.parametrize(
    ("which", "code", "prints"), [(0, 0, ""), (0, 3, "driftscan run: exit code 3\n"), (1, 0, ""), (1, 1, "overdue: since long\n")]
)
def test_cron_mails_only_what_somebody_should_read(tmp_path: Path, which: int, code: int, prints: str) -> None:
    said = "overdue: since long" if which else ""
    program = tmp_path / "driftscan"
    program.write_text(f"#!/bin/sh\n[ -z '{said}' ] || echo '{said}'\nexit {code}\n")
    program.chmod(0o755)
    command = cron()[which]["command"].replace("/var/lib/driftscan", str(tmp_path))
    done = subprocess.run(
        ["sh", "-c", command], env={"PATH": f"{tmp_path}:/usr/bin:/bin"}, capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert (done.stdout, done.stderr) == (prints, "")


def test_two_at_once_is_one_too_many_for_cron(tmp_path: Path) -> None:
    program = tmp_path / "driftscan"
    program.write_text("#!/bin/sh\nexit 0\n")
    program.chmod(0o755)
    command = cron()[0]["command"].replace("/var/lib/driftscan", str(tmp_path))
    held = ["flock", str(tmp_path / "run.lock"), "sh", "-c", command]
    done = subprocess.run(held, env={"PATH": f"{tmp_path}:/usr/bin:/bin"}, capture_output=True, text=True, check=False)
    assert done.stdout == "driftscan run: exit code 75\n"


KNOWN = {
    "Unit": {"Description", "Wants", "After"},
    "Timer": {"OnCalendar", "Persistent", "RandomizedDelaySec"},
    "Install": {"WantedBy"},
}


@pytest.mark.parametrize("file", UNITS, ids=lambda f: f.name)
def test_systemd_takes_the_units(file: Path, tmp_path: Path) -> None:
    unit = configparser.RawConfigParser(strict=True, interpolation=None, delimiters=("=",))
    unit.optionxform = str  # type: ignore[method-assign, assignment]
    unit.read_string(file.read_text())
    assert set(unit.sections()) == ({"Unit", "Timer", "Install"} if file.suffix == ".timer" else {"Unit", "Service"})
    for section, keys in KNOWN.items():
        assert not unit.has_section(section) or set(unit[section]) <= keys
    if file.suffix == ".timer":
        assert (FOLDER / "systemd" / f"{file.stem}.service").exists()
        assert re.fullmatch(r"\*-\*-(\*|\d\d) \d\d:\d\d:\d\d UTC", unit["Timer"]["OnCalendar"])
    else:
        service = unit["Service"]
        assert service["Type"] == "oneshot"
        assert service["User"] != "root"
        assert (service["NoNewPrivileges"], service["ProtectSystem"], service["CapabilityBoundingSet"]) == ("yes", "strict", "")
        assert service["ExecStart"].startswith("/opt/driftscan/bin/driftscan ")
    analyze = shutil.which("systemd-analyze")
    if analyze is not None:  # what it would say of syntax and names is checked above, too
        for other in UNITS:
            (tmp_path / other.name).write_text(
                other.read_text().replace("/opt/driftscan/bin/driftscan", shutil.which("true") or "/bin/true")
            )
        done = subprocess.run([analyze, "verify", str(tmp_path / file.name)], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")


def test_github_takes_the_workflows() -> None:
    done = tool("check-jsonschema", "--builtin-schema", "vendor.github-workflows", *GITHUB)
    assert done.returncode == 0, done.stdout


def test_zizmor_finds_nothing_in_them() -> None:
    done = tool("zizmor", "--offline", "--persona", "auditor", *GITHUB)
    assert done.returncode == 0, done.stdout


def test_zizmor_is_one_that_finds_things(tmp_path: Path) -> None:
    (tmp_path / "bad.yml").write_text(GITHUB[0].read_text().replace('--store "$STORE"', '--store "${{ github.event.issue.title }}"'))
    assert tool("zizmor", "--offline", tmp_path / "bad.yml").returncode != 0


def test_a_workflow_may_do_only_what_it_has_to() -> None:
    for file in GITHUB:
        (workflow,) = yaml(file.read_text())
        assert workflow["permissions"] == {}
        assert workflow["concurrency"]["cancel-in-progress"] is False
        for job in workflow["jobs"].values():
            assert job["permissions"] == {"contents": "read", "id-token": "write"}
            assert job["timeout-minutes"] < 360
            assert not [s for s in job["steps"] if "secrets." in str(s.get("run", ""))]


def test_gitlab_takes_the_pipeline() -> None:
    done = tool("check-jsonschema", "--builtin-schema", "vendor.gitlab-ci", FOLDER / "gitlab" / "driftscan.gitlab-ci.yml")
    assert done.returncode == 0, done.stdout
    (pipeline,) = yaml((FOLDER / "gitlab" / "driftscan.gitlab-ci.yml").read_text())
    assert pipeline["driftscan"]["resource_group"] == "driftscan"
    assert pipeline["driftscan"]["artifacts"]["when"] == "always"


def test_kubernetes_takes_the_manifests() -> None:
    manifests = yaml((FOLDER / "kubernetes" / "cronjob.yaml").read_text())
    for manifest in manifests:
        kubernetes_validate.validate(manifest, "1.31", strict=True)
    assert [m["kind"] for m in manifests] == ["ServiceAccount", "PersistentVolumeClaim", "CronJob", "CronJob"]
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate({**manifests[2], "spec": {"schedule": 5}}, "1.31", strict=True)


def test_a_pod_may_do_only_what_it_has_to() -> None:
    for job in yaml((FOLDER / "kubernetes" / "cronjob.yaml").read_text())[2:]:
        assert job["spec"]["concurrencyPolicy"] == "Forbid"
        pod = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]
        assert (pod["restartPolicy"], pod["automountServiceAccountToken"]) == ("Never", False)
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        (container,) = pod["containers"]
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert "memory" in container["resources"]["limits"]
        mounted = {v["name"] for v in container["volumeMounts"]}
        assert mounted <= {v["name"] for v in pod["volumes"]}


def test_cloudformation_takes_the_schedule() -> None:
    text = (FOLDER / "eventbridge" / "driftscan.yaml").read_text()
    assert [str(m) for m in lint(text)] == []
    found = template(text)["Resources"]
    project = found["Project"]["Properties"]
    assert project["ConcurrentBuildLimit"] == 1
    (buildspec,) = yaml(project["Source"]["BuildSpec"])
    assert set(buildspec["phases"]) == {"install", "build", "post_build"}
    for phase in buildspec["phases"].values():
        for command in phase["commands"]:
            assert subprocess.run(["sh", "-n", "-c", command], check=False).returncode == 0
    secret = next(v for v in project["Environment"]["EnvironmentVariables"] if v["Name"] == "DRIFTSCAN_KEY")
    assert secret["Type"] == "SECRETS_MANAGER"


def test_the_build_may_delete_nothing_but_unfinished_parts() -> None:
    found = template((FOLDER / "eventbridge" / "driftscan.yaml").read_text())["Resources"]
    (policy,) = found["Role"]["Properties"]["Policies"]
    deletes = [s for s in policy["PolicyDocument"]["Statement"] if "s3:DeleteObject" in str(s["Action"])]
    assert [s["Resource"] for s in deletes] == [{"Fn::Sub": "${Bucket.Arn}/store/unfinished/*"}]
    assert not [s for s in policy["PolicyDocument"]["Statement"] if "*" in str(s["Action"])]


def test_the_image_is_pinned_and_not_root() -> None:
    lines = [line for line in (FOLDER / "docker" / "Dockerfile").read_text().splitlines() if line and not line.startswith("#")]
    words = [line.split(maxsplit=1) for line in lines if not line.startswith(" ")]
    assert {w[0] for w in words} <= {"FROM", "ENV", "RUN", "COPY", "WORKDIR", "USER", "ENTRYPOINT", "CMD"}
    bases = [w[1].split(" AS ")[0] for w in words if w[0] == "FROM"]
    assert len(bases) == 2
    assert all(re.fullmatch(r"python:3\.\d+-slim-\w+@sha256:[0-9a-f]{64}", base) for base in bases)
    last = [w[0] for w in words]
    assert last[-3:] == ["USER", "ENTRYPOINT", "CMD"]
    user = next(w[1] for w in words if w[0] == "USER")
    assert re.fullmatch(r"[1-9]\d+:[1-9]\d+", user), "a number, so that runAsNonRoot can be proven"
    (install,) = [w[1] for w in words if w[0] == "RUN" and "run.lock" in w[1]]
    assert "--require-hashes" in install


# --------------------------------------------------------------------------------------------- in the package


@pytest.mark.slow
def test_the_wheel_holds_them_and_the_starter(tmp_path: Path) -> None:
    import zipfile

    top = Path(__file__).parents[2]
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(top / name, tmp_path / name)
    for name in ("driftscan", "schedules", "baselines"):
        shutil.copytree(top / name, tmp_path / name, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
    build = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "--no-index", "-w", "wheels", "."]
    subprocess.run(build, cwd=tmp_path, check=True, capture_output=True, text=True)
    (wheel,) = (tmp_path / "wheels").glob("driftscan-*.whl")
    with zipfile.ZipFile(wheel) as held:
        for folder in ("schedules", "starter", "baselines"):
            files = [f for f in sorted((top / "driftscan" / folder).rglob("*")) if f.is_file()]
            assert files
            for file in files:
                assert held.read(file.relative_to(top).as_posix()) == file.read_bytes()
