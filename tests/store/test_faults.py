"""A store is valid at every instant: killed at any file-system call, or with a full disk, it verifies, and the next run goes on.

The hook counts every call of the operating system by which the local backend changes something, in a real child process, and
kills that process with SIGKILL at the N-th, for every N; half of a write may have happened then. A full disk is the same hook
with `ENOSPC`, once or from the N-th call on.
"""

from __future__ import annotations

import errno
import os
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from driftscan.errors import DriftscanError
from driftscan.store import Store
from driftscan.store.local import LocalBackend
from tests.store.making import GAP, LISTING, header, resource, three_months

CALLS = ("open", "write", "pwrite", "fsync", "link", "rename", "replace", "mkdir", "unlink", "ftruncate")
UNITS = ("a", "b", "c")


def run(store: Store, said: Callable[[str], None] = lambda unit: None) -> None:
    """The next month of prod and a first month of stage, as a job would write them; goes on where the last run ended."""
    for environment, month in (("prod", 4), ("stage", 1)):
        with store.lock():
            if any(info.as_of == header(month).as_of for info in store.snapshots(environment)):
                continue
            writer = store.begin(environment, f"run-{environment}", "plan")
            for unit in UNITS:
                if unit not in writer.done:
                    first = ord(unit) * 10
                    writer.add(unit, [resource(n, State=unit) for n in range(first, first + 12)], [LISTING], [GAP])
                    said(f"{environment}/{unit}\n")
            snapshot = writer.finish(header(month, environment, {"ab": "orders"}))
            store.put_derived(f"seals/{snapshot.id}", b"seals")
    store.put_run({"id": "run", "period": "2026-04", "as_of": header(4).as_of, "final": True})


@contextmanager
def hooked(on_call: Callable[[int, str, tuple[Any, ...]], None]) -> Iterator[None]:
    """Call `on_call(number, name, arguments)` before every call that may change the file system."""
    originals = {name: getattr(os, name) for name in CALLS}
    count = 0

    def wrap(name: str, original: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            nonlocal count
            if name != "open" or args[1] & os.O_ACCMODE != os.O_RDONLY:
                count += 1
                on_call(count, name, args)
            return original(*args, **kwargs)

        return call

    for name, original in originals.items():
        setattr(os, name, wrap(name, original))
    try:
        yield
    finally:
        for name, original in originals.items():
            setattr(os, name, original)


def calls_of_a_run(store: Path) -> int:
    numbers = [0]
    with hooked(lambda number, name, args: numbers.append(number)):
        run(Store(LocalBackend(store)))
    return numbers[-1]


def killed_at(store: Path, at: int, half: bool) -> list[str]:
    """Run in a child that dies at its `at`-th call. Returns the units that it said were stored."""
    reader, writer = os.pipe()
    write = os.write
    child = os.fork()
    if child == 0:  # pragma: no cover  (coverage does not survive SIGKILL)
        try:
            os.close(reader)

            def die(number: int, name: str, args: tuple[Any, ...]) -> None:
                if number == at:
                    if half and name == "write":
                        write(args[0], bytes(args[1])[: len(args[1]) // 2])
                    os.kill(os.getpid(), signal.SIGKILL)

            with hooked(die):
                run(Store(LocalBackend(store)), lambda unit: write(writer, unit.encode()) and None)
        finally:
            os._exit(99)
    os.close(writer)
    with os.fdopen(reader) as lines:
        said = lines.read().split()
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)
    assert os.WTERMSIG(status) == signal.SIGKILL
    return said


@pytest.fixture
def before(tmp_path: Path) -> Path:
    """A store with three months of prod."""
    path = tmp_path / "before"
    three_months(Store(LocalBackend(path)))
    return path


@pytest.fixture
def undisturbed(tmp_path: Path, before: Path) -> dict[str, str]:
    """The newest digests of a run that nothing disturbed."""
    path = tmp_path / "undisturbed"
    shutil.copytree(before, path)
    store = Store(LocalBackend(path))
    run(store)
    return store.verify().heads


def whole(store: Store) -> dict[str, str]:
    """The newest digests of a store that verifies."""
    result = store.verify()
    assert result.problems == ()
    return result.heads


@pytest.mark.slow
@pytest.mark.parametrize("half", [False, True], ids=["before the call", "in the middle of a write"])
def test_killed_at_every_call(tmp_path: Path, before: Path, undisturbed: dict[str, str], half: bool) -> None:
    path = tmp_path / "store"
    shutil.copytree(before, path)
    calls = calls_of_a_run(path)
    assert calls > 100
    resumed = 0
    for at in range(1, calls + 1):
        shutil.rmtree(path)
        shutil.copytree(before, path)
        said = killed_at(path, at, half)
        store = Store(LocalBackend(path))
        heads = whole(store)
        for environment in ("prod", "stage"):
            mine = {unit.split("/")[1] for unit in said if unit.startswith(f"{environment}/")}
            if mine and heads.get(environment) != undisturbed[environment]:
                with store.lock():
                    done = store.begin(environment, "next", "plan").done
                assert mine <= done
                resumed += 1
        run(store)
        assert whole(store) == undisturbed, at
        assert len(store.snapshots()) == 5
        for environment in ("prod", "stage"):  # what a run left that was killed behind its head, the next one of its environment clears
            store.begin(environment, "later", "plan").discard()
        assert list(store.backend.list("unfinished/")) == []
        assert not list(path.rglob(".tmp-*"))
    assert resumed > 20


@pytest.mark.slow
@pytest.mark.parametrize("stays", [False, True], ids=["for one call", "from one call on"])
def test_a_full_disk_at_every_call(tmp_path: Path, before: Path, undisturbed: dict[str, str], stays: bool) -> None:
    path = tmp_path / "store"
    shutil.copytree(before, path)
    for at in range(1, calls_of_a_run(path) + 1):
        shutil.rmtree(path)
        shutil.copytree(before, path)

        def full(number: int, name: str, args: tuple[Any, ...], at: int = at) -> None:
            if (number == at or (stays and number > at)) and name != "unlink":
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        store = Store(LocalBackend(path))
        with hooked(full):
            try:
                run(store)
            except DriftscanError as e:
                assert e.exit_code == 1
                assert "No space left on device" in e.message
                assert "make room" in e.hint or "disk" in e.hint
                assert "\n" not in str(e)
        whole(store)
        assert not list(path.rglob(".tmp-*"))
        run(store)
        assert whole(store) == undisturbed, at


# --------------------------------------------------------------------------------------------- a power cut


class PowerCut(BaseException):
    """The machine is gone."""


class _File:
    """Content as written, and as it would be found after a power cut."""

    def __init__(self) -> None:
        self.written, self.synced = b"", b""


class Disk:
    """What a disk holds after a power cut: content that was synced, and names whose directory was synced.

    eager: names reach the disk at once, only content waits (the other order in which a file system may do it).
    """

    def __init__(self, root: Path, *, eager: bool) -> None:
        self._eager = eager
        self._names: dict[Path, _File | None] = {root: None}
        self._pending: list[tuple[Path, _File | None, bool]] = []
        self._now: dict[Path, _File | None] = {root: None}
        self._open: dict[int, Path] = {}
        for path in sorted(root.rglob("*")):
            file = None if path.is_dir() else _File()
            if file:
                file.written = file.synced = path.read_bytes()
            self._names[path] = self._now[path] = file

    def did(self, name: str, args: tuple[Any, ...], result: Any) -> None:
        """Take note of a call that was made."""
        if name == "open":
            self._open[result] = Path(args[0])
            if args[1] & os.O_CREAT and Path(args[0]) not in self._now:
                self._name(Path(args[0]), _File())
        elif name == "write":
            self._file(args[0]).written += bytes(args[1])[:result]
        elif name == "fsync":
            path = self._open[args[0]]
            if self._now[path] is None:
                self._settle(path)
            else:
                self._file(args[0]).synced = self._file(args[0]).written
        elif name == "mkdir":
            self._name(Path(args[0]), None)
        elif name in ("link", "replace", "rename"):
            self._name(Path(args[1]), self._now[Path(args[0])])
        if name in ("replace", "rename", "unlink"):
            self._name(Path(args[0]), None, gone=True)

    def _file(self, fd: int) -> _File:
        file = self._now[self._open[fd]]
        assert file is not None
        return file

    def _name(self, path: Path, file: _File | None, *, gone: bool = False) -> None:
        if gone:
            self._now.pop(path, None)
        else:
            self._now[path] = file
        self._pending.append((path, file, gone))
        if self._eager:
            self._settle(path.parent)

    def _settle(self, directory: Path) -> None:
        for path, file, gone in [entry for entry in self._pending if entry[0].parent == directory]:
            if gone:
                self._names.pop(path, None)
            else:
                self._names[path] = file
        self._pending = [entry for entry in self._pending if entry[0].parent != directory]

    def restore(self, root: Path, to: Path) -> None:
        """Write what is left to another place."""
        for path in sorted(self._names):
            file, target = self._names[path], to / path.relative_to(root)
            if not target.parent.is_dir():
                continue  # its directory never reached the disk
            if file is None:
                target.mkdir()
            else:
                target.write_bytes(file.synced)


def cut_at(store: Path, at: int, eager: bool, to: Path) -> list[str]:
    """Run until the power fails before the `at`-th call; what is left lies at `to`. Returns the units said to be stored."""
    disk = Disk(store, eager=eager)
    said: list[str] = []
    originals = {name: getattr(os, name) for name in CALLS}
    count = 0

    def wrap(name: str) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            nonlocal count
            if name != "open" or args[1] & os.O_ACCMODE != os.O_RDONLY:
                count += 1
            if count >= at:
                raise PowerCut
            result = originals[name](*args, **kwargs)
            disk.did(name, args, result)
            return result

        return call

    try:
        for name in CALLS:
            setattr(os, name, wrap(name))
        run(Store(LocalBackend(store)), said.append)
    except PowerCut:
        pass
    finally:
        for name, original in originals.items():
            setattr(os, name, original)
    to.parent.mkdir(exist_ok=True)
    disk.restore(store, to)
    return [unit.strip() for unit in said]


@pytest.mark.slow
@pytest.mark.parametrize("eager", [False, True], ids=["names wait for a sync", "names come before content"])
def test_a_power_cut_at_every_call(tmp_path: Path, before: Path, undisturbed: dict[str, str], eager: bool) -> None:
    path, left = tmp_path / "store", tmp_path / "left"
    shutil.copytree(before, path)
    for at in range(1, calls_of_a_run(path) + 1):
        shutil.rmtree(path)
        shutil.rmtree(left, ignore_errors=True)
        shutil.copytree(before, path)
        said = cut_at(path, at, eager, left)
        store = Store(LocalBackend(left))
        heads = whole(store)
        for environment in ("prod", "stage"):
            mine = {unit.split("/")[1] for unit in said if unit.startswith(f"{environment}/")}
            if mine and heads.get(environment) != undisturbed[environment]:
                assert mine <= store.begin(environment, "next", "plan").done
        run(store)
        assert whole(store) == undisturbed, at


def test_a_full_disk_is_one_clear_line_and_loses_nothing(tmp_path: Path) -> None:
    store = Store(LocalBackend(tmp_path / "store"))
    writer = store.begin("prod", "run", "plan")
    writer.add("a", [resource(1)])

    def full(number: int, name: str, args: tuple[Any, ...]) -> None:
        if name == "write":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with (
        hooked(full),
        pytest.raises(DriftscanError, match=r"unfinished/prod/parts/.* cannot be written: No space left on device") as raised,
    ):
        writer.add("b", [resource(2)])
    assert "make room and run again" in raised.value.hint
    assert store.verify().ok
    again = store.begin("prod", "next", "plan")
    assert again.done == {"a"}
    again.add("b", [resource(2)])
    assert len(list(again.finish(header()).resources())) == 2


def test_a_short_write_is_continued(tmp_path: Path) -> None:
    original = os.write
    backend = LocalBackend(tmp_path)

    def short(fd: int, data: bytes) -> int:
        return original(fd, bytes(data)[:7])

    os.write = short  # type: ignore[assignment]
    try:
        backend.put("key", b"0123456789" * 10)
    finally:
        os.write = original
    assert backend.get("key") == b"0123456789" * 10
