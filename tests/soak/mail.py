"""A mail server with faults: it refuses, hangs, drops the connection, or asks to try again later."""

from __future__ import annotations

import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress

MODES = ("ok", "refuse", "hang", "drop", "greylist")
LONGEST_HANG = 60


class MailServer:
    """Counts the messages it has taken, by Message-ID. `mode` is what it does with the next connections."""

    def __init__(self) -> None:
        self.mode = "ok"
        self.arrived: Counter[str] = Counter()
        self.unanswered: set[str] = set()  # taken, but the connection ended before the answer
        self.greylisted: set[str] = set()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self.listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self.listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self.listener.accept()
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            if self.mode == "refuse":
                connection.sendall(b"554 no service\r\n")
                return
            if self.mode == "hang":
                begun = time.monotonic()
                while self.mode == "hang" and time.monotonic() < begun + LONGEST_HANG:
                    time.sleep(0.2)
                return
            connection.sendall(b"220 soak\r\n")
            with connection.makefile("rb") as lines:
                for line in lines:
                    if not self._answer(connection, line.strip().upper(), lines):
                        return

    def _answer(self, connection: socket.socket, command: bytes, lines: Iterator[bytes]) -> bool:
        """Answer one command. False: the connection is over."""
        if command.startswith(b"EHLO"):
            connection.sendall(b"250-soak\r\n250-SMTPUTF8\r\n250 8BITMIME\r\n")
        elif command.startswith(b"RCPT") and self.mode == "greylist" and command.decode() not in self.greylisted:
            self.greylisted.add(command.decode())
            connection.sendall(b"451 4.7.1 try again later\r\n")
        elif command == b"DATA":
            connection.sendall(b"354 go on\r\n")
            return self._take(connection, lines)
        elif command == b"QUIT":
            connection.sendall(b"221 bye\r\n")
            return False
        else:
            connection.sendall(b"250 ok\r\n")
        return True

    def _take(self, connection: socket.socket, lines: Iterator[bytes]) -> bool:
        """Take a message. In the mode `drop` it is taken or not, and the connection ends without an answer."""
        message_id, drops = "", self.mode == "drop"
        for line in lines:
            if line.strip() == b".":
                break
            if line.lower().startswith(b"message-id:"):
                message_id = line.split(b":", 1)[1].strip().decode()
        else:
            return False
        if drops and len(self.arrived) % 2:
            return False
        self.arrived[message_id] += 1
        if drops:
            self.unanswered.add(message_id)
            return False
        connection.sendall(b"250 ok\r\n")
        return True
