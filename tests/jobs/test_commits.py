"""Accepted exceptions and their commits, told by real repositories."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest

from driftscan.formats import render
from driftscan.jobs import commits
from driftscan.jobs.commits import with_commits, without_commits
from driftscan.model.report import Acceptance, EntryCommit, Place, Report
from driftscan.model.value import ABSENT
from driftscan.report import load
from tests.formats.hostile import NAMES
from tests.report import sample

WAIVERS = """\
waivers:
  - id: first
    reason: load test
    expires: 2026-12-31

  # about the second
  - id: second
    reason: >
      of two
      lines
"""


class Repository:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)
        self.git("init", "-q", "-b", "main")

    def git(self, *arguments: str, **env: str) -> str:
        given = {k: os.environ[k] for k in ("PATH", "HOME")} | {"GIT_COMMITTER_NAME": "bot", "GIT_COMMITTER_EMAIL": "b@example.org"} | env
        done = subprocess.run(["git", *arguments], cwd=self.folder, env=given, check=True, capture_output=True, timeout=20)
        return done.stdout.decode().strip()

    def commit(self, text: str, subject: str, *, author: str = "Ann", date: str = "2026-10-01T23:30:00 -0500", file: str = "w.yaml") -> str:
        """Committed always at the same second, as a rebase does."""
        (self.folder / file).write_text(text)
        self.git("add", "-f", file)
        env = {"GIT_AUTHOR_NAME": author, "GIT_AUTHOR_EMAIL": "a@example.org", "GIT_AUTHOR_DATE": date}
        self.git("commit", "-q", "--no-verify", "-m", subject, **env, GIT_COMMITTER_DATE="2026-11-01T00:00:00 +0000")
        return self.git("rev-parse", "HEAD")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody's own configuration of git; no repository above."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "repo")


def report(*places: tuple[Path, int]) -> Report:
    made = sample.report()
    lines = [Place(str(file), line) for file, line in places]
    accepted = tuple(Acceptance(f"w{n}", "waived", "why", "", "", "", "", place, ()) for n, place in enumerate(lines))
    return replace(made, summary=replace(made.summary, accepted=accepted))


def found(file: Path, *lines: int) -> list[object]:
    return [a.commit for a in with_commits(report(*((file, line) for line in lines))).summary.accepted]


def test_each_entry_names_the_newest_commit_among_its_own_lines(repository: Repository) -> None:
    first = repository.commit(WAIVERS, "Waive two\n\nwith a body")
    second = repository.commit(WAIVERS.replace("of two", "of Zwei"), "Say it\nin words", author="Bo Ö", date="2026-10-03T00:30:00 +0900")
    repository.commit(WAIVERS.replace("of two", "of Zwei").replace("about", "on"), "A comment belongs to nobody")
    assert found(repository.folder / "w.yaml", 2, 7) == [
        EntryCommit(first[:12], "2026-10-01", "Ann", "Waive two"),
        EntryCommit(second[:12], "2026-10-03", "Bo Ö", "Say it in words"),
    ]


def test_of_commits_of_one_second_the_later_one_counts(repository: Repository) -> None:
    hashes = [repository.commit(WAIVERS.replace("load test", f"load test {n}"), f"Try {n}") for n in range(6)]
    for n, line in enumerate(("id: first", "expires: 2026-12-31")):
        text = (repository.folder / "w.yaml").read_text()
        hashes.append(repository.commit(text.replace(line, f"{line}  # {n}"), f"Line {n}"))
        assert [c.hash for c in found(repository.folder / "w.yaml", 2)] == [hashes[-1][:12]]  # type: ignore[attr-defined]


def test_what_is_not_committed_as_it_stands_has_no_commit(repository: Repository) -> None:
    hash = repository.commit(WAIVERS, "Waive two")
    file = repository.folder / "w.yaml"
    file.write_text(WAIVERS.replace("2026-12-31", "2027-12-31"))
    repository.git("add", "w.yaml")  # staged is not committed either
    assert found(file, 2, 7) == [EntryCommit(status="uncommitted"), EntryCommit(hash[:12], "2026-10-01", "Ann", "Waive two")]
    file.write_text(WAIVERS.replace("waivers:\n", "waivers:\n  - id: new\n    reason: x\n"))
    assert [c.status for c in found(file, 2, 4)] == ["uncommitted", ABSENT]  # type: ignore[attr-defined]


def test_flow_style_other_line_ends_and_links_are_read_too(repository: Repository, tmp_path: Path) -> None:
    text = 'expected:\n- {id: a,\n   reason: "x"}\n- {id: b, reason: "y"}\n'
    first = repository.commit(text, "One")
    second = repository.commit(text.replace('"x"', '"z"'), "Two")
    (repository.folder / "w.yaml").write_bytes(text.replace('"x"', '"z"').replace("\n", "\r\n").encode())
    link = tmp_path / "link.yaml"
    link.symlink_to(repository.folder / "w.yaml")
    assert [c.hash for c in found(link, 2, 4)] == [second[:12], first[:12]]  # type: ignore[attr-defined]


def test_a_file_outside_of_history_says_so_and_no_repository_says_nothing(repository: Repository, tmp_path: Path) -> None:
    (repository.folder / "new.yaml").write_text(WAIVERS)
    unversioned = EntryCommit(status="not under version control")
    assert found(repository.folder / "new.yaml", 2) == [unversioned]  # not even a first commit
    repository.commit(WAIVERS, "Waive two")
    assert found(repository.folder / "new.yaml", 2) == [unversioned]
    (tmp_path / "plain.yaml").write_text(WAIVERS)
    assert found(tmp_path / "plain.yaml", 2) == [ABSENT]
    assert found(tmp_path / "gone.yaml", 2) == [ABSENT]


def test_a_shallow_clone_names_no_commit_that_it_cannot_know(repository: Repository, tmp_path: Path) -> None:
    repository.commit(WAIVERS, "Waive two")
    repository.commit("x: 1\n", "Another file", file="other.yaml")
    known = repository.commit(WAIVERS.replace("of two", "of Zwei"), "Say it in words")
    unknown = EntryCommit(status="could not be read (shallow clone)")
    for depth, second in ((1, ABSENT), (2, known[:12])):
        clone = tmp_path / f"clone-{depth}"
        repository.git("clone", "-q", "--depth", str(depth), f"file://{repository.folder}", str(clone))
        a, b = found(clone / "w.yaml", 2, 7)
        assert a == unknown
        assert b == unknown if depth == 1 else b.hash == second  # type: ignore[attr-defined]


def test_without_git_nothing_is_looked_up(repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repository.commit(WAIVERS, "Waive two")
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    made = report((repository.folder / "w.yaml", 2))
    assert with_commits(made) == made


@pytest.mark.parametrize(
    ("script", "status"),
    [
        ("exec sleep 60", "git took longer than 0.2 s"),
        ("exit 3", "git ended with 3"),
        ("echo 'fatal: detected dubious ownership in repository' >&2; exit 128", "the repository belongs to another user"),
        ('case "$*" in *" blame "*) exit 1;; *) exec {git} "$@";; esac', "git blame ended with 1"),
    ],
)
def test_a_git_that_fails_or_hangs_is_said_and_stops_nothing(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, status: str
) -> None:
    repository.commit(WAIVERS, "Waive two")
    fake = tmp_path / "bin" / "git"
    fake.parent.mkdir()
    fake.write_text(f"#!/bin/sh\n{script.replace('{git}', str(shutil.which('git')))}\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{fake.parent}:{os.environ['PATH']}")
    if "sleep" in script:
        monkeypatch.setattr(commits, "TIMEOUT", 0.2)
    assert found(repository.folder / "w.yaml", 2) == [EntryCommit(status=f"could not be read ({status})")]


def test_a_run_waits_for_a_slow_git_once_a_file(repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repository.commit(WAIVERS, "Waive two")
    repository.commit(WAIVERS.replace("load", "smoke").replace("of two", "of 2"), "Again")
    fake, asked = tmp_path / "bin" / "git", tmp_path / "asked"
    fake.parent.mkdir()
    fake.write_text(
        f'#!/bin/sh\ncase "$*" in *" rev-list "*) echo x >> {asked}; exec sleep 60;; *) exec {shutil.which("git")} "$@";; esac\n'
    )
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{fake.parent}:{os.environ['PATH']}")
    monkeypatch.setattr(commits, "TIMEOUT", 1.0)
    assert found(repository.folder / "w.yaml", 2, 7) == [EntryCommit(status="could not be read (git took longer than 1 s)")] * 2
    assert asked.read_text() == "x\n"


def test_a_repositorys_own_configuration_starts_nothing(repository: Repository, tmp_path: Path) -> None:
    repository.commit(WAIVERS.replace("load", "smoke"), "Before", author="Bo")
    hash = repository.commit(WAIVERS, "Waive two")
    ran = tmp_path / "ran"
    trap = tmp_path / "trap"
    trap.write_text(f'#!/bin/sh\necho "$0 $*" >> {ran}\ncat\n')
    trap.chmod(0o755)
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    for name in ("post-index-change", "post-checkout", "fsmonitor-watchman", "reference-transaction"):
        shutil.copy(trap, hooks / name)
    (repository.folder / ".gitattributes").write_text("*.yaml diff=evil filter=evil\n")
    for key in ("diff.evil.textconv", "diff.evil.command", "diff.external", "filter.evil.clean", "filter.evil.smudge", "core.fsmonitor",
                "core.pager", "pager.blame", "gpg.program", "core.sshCommand", "core.editor", "credential.helper"):  # fmt: skip
        repository.git("config", key, str(trap))
    repository.git("config", "core.hooksPath", str(hooks))
    repository.git("config", "alias.blame", f"!{trap}")
    repository.git("config", "log.showSignature", "true")
    repository.git("config", "blame.ignoreRevsFile", "ignored")
    (repository.folder / "ignored").write_text(f"{hash}\n")
    (repository.folder / ".mailmap").write_text("Somebody Else <a@example.org>\n")

    repository.git("show", "--textconv", "HEAD:w.yaml")
    repository.git("status")
    assert ran.read_text().count("trap") >= 2, "the traps have to be real"
    ran.unlink()

    assert found(repository.folder / "w.yaml", 2) == [EntryCommit(hash[:12], "2026-10-01", "Ann", "Waive two")]
    assert not ran.exists()


def test_a_missing_object_is_fetched_from_nowhere(repository: Repository, tmp_path: Path) -> None:
    repository.commit(WAIVERS, "Waive two")
    blob = repository.git("rev-parse", "HEAD:w.yaml")
    ran = tmp_path / "ran"
    for key, value in {"core.repositoryFormatVersion": "1", "extensions.partialClone": "origin", "remote.origin.promisor": "true",
                       "remote.origin.url": f"ext::touch {ran}", "protocol.ext.allow": "always"}.items():  # fmt: skip
        repository.git("config", key, value)
    (repository.folder / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    with pytest.raises(subprocess.CalledProcessError):
        repository.git("cat-file", "blob", blob)
    assert ran.exists(), "the trap has to be real"
    ran.unlink()
    (status,) = (c.status for c in found(repository.folder / "w.yaml", 2))  # type: ignore[attr-defined]
    assert status.startswith("could not be read (git ")
    assert not ran.exists()


def test_replaced_and_grafted_history_is_not_believed(repository: Repository) -> None:
    first = repository.commit(WAIVERS, "Waive two")
    second = repository.commit("x: 1\n", "Another", file="other.yaml", author="Mallory")
    true = EntryCommit(first[:12], "2026-10-01", "Ann", "Waive two")
    (repository.folder / ".git" / "info").mkdir(exist_ok=True)
    grafts = repository.folder / ".git" / "info" / "grafts"
    grafts.write_text(f"{second}\n")
    assert "Mallory" in repository.git("blame", "HEAD", "--", "w.yaml"), "the graft has to be real"
    assert found(repository.folder / "w.yaml", 2) == [true]
    grafts.unlink()
    repository.git("replace", first, second)
    assert "Mallory" in repository.git("show", "-s", "--format=%an", first), "the replacement has to be real"
    assert found(repository.folder / "w.yaml", 2) == [true]


def test_the_report_holds_it_and_renders_the_same_without_git(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    hash = repository.commit(WAIVERS, "Waive two")
    file = repository.folder / "w.yaml"
    file.write_text(WAIVERS.replace("of two", "of three"))
    made = with_commits(report((file, 2), (file, 7)))
    data = render("json", made)
    jsonschema.validate(json.loads(data), json.loads((files("driftscan") / "schemas" / "report.schema.json").read_text(encoding="utf-8")))
    told = {"hash": hash[:12], "date": "2026-10-01", "author": "Ann", "subject": "Waive two"}
    assert [a["commit"] for a in json.loads(data)["summary"]["accepted"]] == [told, {"status": "uncommitted"}]
    page = render("html", made)
    assert f"commit {hash[:12]} of 2026-10-01, Ann: Waive two" in page.decode()
    assert "commit: uncommitted" in page.decode()
    monkeypatch.setenv("PATH", "")
    again = load(data)
    assert (render("json", again), render("html", again)) == (data, page)
    assert "commit" not in json.loads(render("json", without_commits(again)))["summary"]["accepted"][0]


@pytest.mark.parametrize("name", sorted(n for n in NAMES if n not in ("null", "surrogate", "blank")))
def test_authors_and_subjects_are_harmless_whatever_they_say(repository: Repository, name: str) -> None:
    said = NAMES[name]
    repository.commit(WAIVERS, f"x {said}", author=f"x {said}")
    (commit,) = found(repository.folder / "w.yaml", 2)
    assert isinstance(commit, EntryCommit)
    assert commit.status is ABSENT
    assert max(len(commit.author), len(commit.subject)) <= 200
    made = with_commits(report((repository.folder / "w.yaml", 2)))
    plain, page = (render("html", r).decode() for r in (without_commits(made), made))
    for mark in ("<script", "<img", "<svg", "<iframe", "<b>", "<style", "<meta", "<base", "<form"):
        assert page.count(mark) == plain.count(mark)
    assert not {"\x1b", "\x9b", "\u202e", "\u200b", "\x07", "\x08"} & set(page)
    assert load(render("json", made)).summary.accepted == made.summary.accepted
