"""One bit anywhere, one byte more or less: a container notices before it hands out a value."""

from __future__ import annotations

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from driftscan.errors import VerificationError
from driftscan.store.backend import Entry
from driftscan.store.container import MAGIC, Builder, Container, Dictionary, sha256
from driftscan.store.memory import MemoryBackend


def stored(data: bytes) -> MemoryBackend:
    backend = MemoryBackend()
    backend.put("file", data)
    return backend


def build(frames: list[bytes], dictionary: Dictionary | None = None, **meta: object) -> tuple[str, bytes]:
    builder = Builder(3, dictionary)
    for frame in frames:
        builder.add(frame, len(frame), "extra")
    return builder.build({"kind": "test", **meta})


@given(st.lists(st.binary(max_size=300), max_size=5))
def test_frames_come_back(frames: list[bytes]) -> None:
    digest, data = build(frames, name="ä")
    container = Container(stored(data), "file", digest)
    assert [container.frame(i) for i in range(len(frames))] == frames
    assert [frame[3:] for frame in container.frames] == [[len(frame), "extra"] for frame in frames]
    assert (container.meta, container.size, container.digest) == ({"kind": "test", "name": "ä"}, len(data), digest)


def test_frames_behind_the_first_read_come_back() -> None:
    import random

    frames = [random.Random(i).randbytes(50_000) for i in range(5)]
    digest, data = build(frames)
    container = Container(stored(data), "file", digest)
    assert [container.frame(i) for i in reversed(range(5))] == frames[::-1]


def test_an_index_longer_than_the_first_read_comes_back() -> None:
    import random

    names = [random.Random(i).randbytes(40).hex() for i in range(3000)]
    digest, data = build([b"x"], names=names)
    assert int.from_bytes(data[len(MAGIC) : len(MAGIC) + 4], "big") > 1 << 16
    container = Container(stored(data), "file", digest)
    assert (container.meta["names"], container.frame(0)) == (names, b"x")


def test_the_digest_is_that_of_everything_before_the_frames() -> None:
    digest, data = build([b"abc" * 100, b"def"])
    length = int.from_bytes(data[len(MAGIC) : len(MAGIC) + 4], "big")
    assert sha256(data[: len(MAGIC) + 4 + length]) == digest


def test_the_same_frames_give_the_same_bytes() -> None:
    assert build([b"abc"], a=1, b=2) == build([b"abc"], b=2, a=1)


def test_every_flipped_bit_is_noticed() -> None:
    digest, data = build([b"hello " * 50, b"world"])
    for position in range(len(data)):
        for bit in range(8):
            flipped = bytearray(data)
            flipped[position] ^= 1 << bit
            with pytest.raises(VerificationError, match=r"^file: "):
                container = Container(stored(bytes(flipped)), "file", digest)
                _ = [container.frame(i) for i in range(2)]


def test_every_cut_is_noticed() -> None:
    digest, data = build([b"hello " * 50, b"world"])
    for length in range(len(data)):
        with pytest.raises(VerificationError, match=r"^file: "):
            container = Container(stored(data[:length]), "file", digest)
            _ = [container.frame(i) for i in range(2)]


def test_a_missing_file_is_said() -> None:
    with pytest.raises(VerificationError, match="nofile: the file is missing") as raised:
        Container(MemoryBackend(), "nofile", "d")
    assert raised.value.exit_code == 5
    assert "driftscan verify" in raised.value.hint


def test_another_container_in_its_place_is_noticed() -> None:
    digest, _ = build([b"one"])
    _, other = build([b"two"])
    with pytest.raises(VerificationError, match="does not match its digest"):
        Container(stored(other), "file", digest)


def test_a_dictionary_is_needed_and_named() -> None:
    dictionary = Dictionary(
        zstandard.train_dictionary(2048, [f'{{"Name": "queue-{i}", "Timeout": {i % 7}}}'.encode() for i in range(2000)]).as_bytes()
    )
    frame = b'{"Name": "queue-77777", "Timeout": 5}'
    digest, data = build([frame], dictionary)
    plain = build([frame])[1]
    assert len(data) < len(plain)
    assert Container(stored(data), "file", digest).frame(0, dictionary) == frame
    with pytest.raises(VerificationError, match="frame 0"):
        Container(stored(data), "file", digest).frame(0)


def test_an_entry_sorts_by_key() -> None:
    assert sorted([Entry("b", 1), Entry("a", 2)]) == [Entry("a", 2), Entry("b", 1)]
