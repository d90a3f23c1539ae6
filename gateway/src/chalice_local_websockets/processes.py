"""The gateway's side of its child processes: a zygote, and the workers that it forks."""

import asyncio
import contextlib
import os
import signal
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Self, cast

import msgspec

from chalice_local_websockets.invocation import LENGTH, Invocation, Reply, decode_reply, encode
from chalice_local_websockets.program import program
from chalice_local_websockets.zygote import Imported, NotImported

LARGEST_PACKET = 2**20
IMPORT_SECONDS = 60
FORK_SECONDS = 5  # a fork takes milliseconds


class ImportFailedError(Exception):
    """app.py could not be imported; the message is the traceback."""


class WorkerDiedError(Exception):
    """The worker process ended before it replied."""


class WorkerProtocol(asyncio.Protocol):
    """The gateway's end of a worker's socket. One message goes out at a time, and one comes back."""

    def __init__(self) -> None:
        self._received = bytearray()
        self._reply: asyncio.Future[bytes] | None = None
        self._transport: asyncio.Transport
        self._is_lost = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def exchange(self, message: bytes) -> asyncio.Future[bytes]:
        """Send a message. The future gets the reply without its length, or WorkerDiedError."""
        self._reply = asyncio.get_running_loop().create_future()
        if self._is_lost:
            self._reply.set_exception(WorkerDiedError())
        else:
            self._transport.write(message)
        return self._reply

    def data_received(self, data: bytes) -> None:
        self._received += data
        if len(self._received) < LENGTH.size:
            return
        end = LENGTH.size + LENGTH.unpack_from(self._received)[0]
        if len(self._received) >= end and self._reply is not None and not self._reply.done():
            self._reply.set_result(bytes(self._received[LENGTH.size : end]))
            self._received.clear()

    def connection_lost(self, _error: Exception | None) -> None:
        self._is_lost = True
        if self._reply is not None and not self._reply.done():
            self._reply.set_exception(WorkerDiedError())

    def abort(self) -> None:
        self._transport.abort()


class Worker:
    """A process that runs one invocation at a time, and is frozen (SIGSTOP) in between."""

    def __init__(self, pidfd: int, protocol: WorkerProtocol) -> None:
        self._pidfd = pidfd
        self._protocol = protocol
        self.ended = asyncio.Event()
        # A grandchild may hold the worker's end of the socket, so a death is seen at the pidfd rather than as EOF.
        asyncio.get_running_loop().add_reader(pidfd, self._on_end)

    async def call(self, invocation: Invocation) -> Reply:
        """Run one invocation, and freeze the worker as soon as its reply has arrived.

        Raises WorkerDiedError if the worker died before or during the invocation.
        """
        self._signal(signal.SIGCONT)
        reply = await self._protocol.exchange(encode(invocation))
        self._signal(signal.SIGSTOP)
        return decode_reply(reply)

    def kill(self) -> None:
        """Kill it; a frozen process would not handle SIGTERM."""
        self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        if not self.ended.is_set():
            with contextlib.suppress(ProcessLookupError):  # it has ended, and _on_end is about to run
                signal.pidfd_send_signal(self._pidfd, number)

    def _on_end(self) -> None:
        asyncio.get_running_loop().remove_reader(self._pidfd)
        os.close(self._pidfd)
        self._protocol.abort()
        self.ended.set()


class Zygote:
    """The process that has imported app.py and forks workers."""

    def __init__(self, process: asyncio.subprocess.Process, control: socket.socket, imported: Imported) -> None:
        self._process = process
        self._control = control
        control.settimeout(FORK_SECONDS)
        self.route_keys = frozenset(imported.route_keys)

    @classmethod
    async def start(cls, app_dir: Path, environment: Mapping[str, str], time_limit: float) -> Self:
        """Start a zygote and wait until it has imported app.py. `app_dir` is an absolute path.

        Raises ImportFailedError if the import of app.py fails.
        """
        control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            process = await asyncio.create_subprocess_exec(
                *program("zygote"),
                *(str(app_dir), str(time_limit), str(os.getpid()), str(theirs.fileno())),
                cwd=app_dir,
                env=environment,
                pass_fds=[theirs.fileno()],
                start_new_session=True,  # so that Ctrl-C in the terminal reaches only the gateway
            )
        try:
            control.setblocking(False)
            async with asyncio.timeout(IMPORT_SECONDS):
                packet = await asyncio.get_running_loop().sock_recv(control, LARGEST_PACKET)
            imported = _imported(packet)
        except TimeoutError:
            await _end(process, control)
            raise ImportFailedError(f"It took longer than {IMPORT_SECONDS} s.") from None
        except BaseException:
            await _end(process, control)
            raise
        return cls(process, control, imported)

    async def fork(self, niceness: int) -> Worker:
        """Returns a new worker, which has this niceness. The event loop is blocked for the milliseconds of the fork.

        Raises WorkerDiedError if the zygote itself has died. One that does not answer in time is killed, and replaced:
        its late answer would be taken for that to the next request.
        """
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                socket.send_fds(self._control, [bytes([niceness])], [theirs.fileno()])
                pidfd = socket.recv_fds(self._control, 1, 1)[1][0]
            except (OSError, IndexError) as error:
                ours.close()
                if self._process.returncode is None:
                    self._process.kill()
                raise WorkerDiedError from error
        _, protocol = await asyncio.get_running_loop().create_unix_connection(WorkerProtocol, sock=ours)
        return Worker(pidfd, protocol)

    async def wait(self) -> None:
        """Wait until the zygote has ended."""
        await self._process.wait()

    async def close(self) -> None:
        """Kill the zygote, and with it all of its workers."""
        await _end(self._process, self._control)


async def _end(process: asyncio.subprocess.Process, control: socket.socket) -> None:
    control.close()
    if process.returncode is None:
        process.kill()
    await process.wait()


def _imported(packet: bytes) -> Imported:
    if not packet:
        raise ImportFailedError("The process ended while it imported app.py.")
    imported = msgspec.json.decode(packet, type=Imported | NotImported)
    if isinstance(imported, NotImported):
        raise ImportFailedError(imported.traceback)
    return imported
