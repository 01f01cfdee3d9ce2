"""The one port: HTTP/2 goes to the gRPC server, HTTP/1.1 to the REST one, and any connection can be cut as a network would cut it."""

from __future__ import annotations

import socket
import struct
import threading
from typing import Final

Address = tuple[str, int]
_PREFACE: Final = b"PRI"
"""How every HTTP/2 connection begins (RFC 9113, 3.4)."""
_CHUNK: Final = 1 << 18


class _Connection:
    """One client's connection and the one behind it. left: bytes that may still pass to the client; None: any number."""

    def __init__(self, client: socket.socket, behind: socket.socket) -> None:
        self.client, self.behind = client, behind
        self.left: int | None = None

    def reset(self) -> None:
        """Ends it with a reset, so that the client's operating system reports an error and no orderly end."""
        for end in (self.client, self.behind):
            try:
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                end.shutdown(socket.SHUT_RD)
            except OSError:
                pass
            end.close()


class Front:
    """Listens on a port of the loopback interface and hands connections on."""

    def __init__(self, port: int, grpc: Address, rest: Address) -> None:
        self._grpc, self._rest = grpc, rest
        self._listener = socket.create_server(("127.0.0.1", port), backlog=64)
        self._open: dict[int, _Connection] = {}
        self._lock = threading.Lock()
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True, name="front").start()

    def cut(self, peer: str, after: int = 0) -> None:
        """Resets the connection that a server sees as `peer` (`ipv4:127.0.0.1:PORT`), after so many more bytes to the client."""
        with self._lock:
            connection = self._open.get(int(peer.rpartition(":")[2]))
        if connection is None:
            return
        connection.left = after
        if not after:
            connection.reset()

    @property
    def open(self) -> int:
        """Connections that are open now."""
        with self._lock:
            return len(self._open)

    def close(self) -> None:
        """No new connections; the open ones end."""
        self._listener.close()
        with self._lock:
            connections = list(self._open.values())
        for connection in connections:
            connection.reset()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True, name="front-up").start()

    def _serve(self, client: socket.socket) -> None:
        try:
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            first = client.recv(_CHUNK)
            if not first:
                client.close()
                return
            behind = socket.create_connection(self._grpc if first.startswith(_PREFACE[: len(first)]) else self._rest)
            behind.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError:
            client.close()
            return
        connection, mine = _Connection(client, behind), behind.getsockname()[1]
        with self._lock:
            self._open[mine] = connection
        down = threading.Thread(target=self._down, args=(connection,), daemon=True, name="front-down")
        down.start()
        try:
            behind.sendall(first)
            while chunk := client.recv(_CHUNK):
                behind.sendall(chunk)
            behind.shutdown(socket.SHUT_WR)
        except OSError:
            pass
        down.join()
        with self._lock:
            self._open.pop(mine, None)
        client.close()
        behind.close()

    @staticmethod
    def _down(connection: _Connection) -> None:
        """From the server to the client, as long as bytes may pass."""
        try:
            while chunk := connection.behind.recv(_CHUNK):
                if connection.left is not None:
                    chunk, connection.left = chunk[: connection.left], connection.left - len(chunk)
                connection.client.sendall(chunk)
                if connection.left is not None and connection.left <= 0:
                    connection.reset()
                    return
            connection.client.shutdown(socket.SHUT_WR)
        except OSError:
            connection.reset()
