"""The emulator behind a server that knows as much of HTTP as its tests do: most of a small request's time is HTTP's.

Run by the Python of `.venv-cloud`, in which the emulator is. Each line stays open and brings one request after the
other, with its length.
"""

import asyncio
import os
from typing import Any
from urllib.parse import unquote

from ministack.app import app

Message = dict[str, Any]
VERSIONS = {"version": "3.0", "spec_version": "2.3"}


class Line(asyncio.Protocol):
    """One client's connection."""

    def __init__(self) -> None:
        self.got = b""
        self.busy: asyncio.Task[None] | None = None

    def connection_made(self, transport: Any) -> None:
        self.out = transport

    def data_received(self, data: bytes) -> None:
        self.got += data
        head, whole, rest = self.got.partition(b"\r\n\r\n")
        if not whole:
            return
        first, *lines = head.split(b"\r\n")
        headers = [(name.lower(), value.strip()) for name, _, value in (line.partition(b":") for line in lines)]
        length = int(dict(headers).get(b"content-length", 0))
        if len(rest) < length:
            return
        self.got = rest[length:]
        self.busy = asyncio.ensure_future(self._answer(first.decode(), headers, rest[:length]))

    async def _answer(self, first: str, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
        method, target, _ = first.split(" ")
        path, _, query = target.partition("?")
        answer = Answer()
        scope = {"type": "http", "asgi": VERSIONS, "http_version": "1.1", "method": method, "scheme": "http",
                 "path": unquote(path), "raw_path": path.encode(), "query_string": query.encode(), "root_path": "",
                 "headers": headers, "client": ("127.0.0.1", 0), "server": ("127.0.0.1", 0)}
        requests = iter([{"type": "http.request", "body": body, "more_body": False}])

        async def receive() -> Message:
            return next(requests, {"type": "http.disconnect"})

        try:
            await app(scope, receive, answer)
        except BaseException:
            self.out.close()  # no answer is an answer: nobody waits for one
            raise
        self.out.write(answer.written())


class Answer:
    """What the emulator says to one request; called with each part of it."""

    def __init__(self) -> None:
        self.start: Message = {}
        self.body: list[bytes] = []

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.start = message
        elif message["type"] == "http.response.body":
            self.body.append(message.get("body", b""))

    def written(self) -> bytes:
        """Return the whole answer as it goes over the line."""
        body = b"".join(self.body)
        headers = [pair for pair in self.start["headers"] if pair[0].lower() != b"content-length"]
        lines = [b"HTTP/1.1 %d Said" % self.start["status"], b"content-length: %d" % len(body),
                 *(name + b": " + value for name, value in headers)]
        return b"\r\n".join([*lines, b"", body])


async def main() -> None:
    """Let the emulator get ready and serve it on GATEWAY_PORT of this machine until the process is ended."""
    waiting: asyncio.Queue[Message] = asyncio.Queue()
    said: asyncio.Queue[Message] = asyncio.Queue()
    await waiting.put({"type": "lifespan.startup"})
    life = asyncio.create_task(app({"type": "lifespan", "asgi": VERSIONS}, waiting.get, said.put))
    ready = await said.get()
    assert ready["type"] == "lifespan.startup.complete", ready
    server = await asyncio.get_running_loop().create_server(Line, "127.0.0.1", int(os.environ["GATEWAY_PORT"]))
    await asyncio.gather(server.serve_forever(), life)


if __name__ == "__main__":
    asyncio.run(main())
