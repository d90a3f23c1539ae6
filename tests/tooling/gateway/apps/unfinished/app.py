"""An app whose handlers leave work behind, each of another kind."""

import asyncio
import os
import socket
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor

from chalice.app import Chalice, WebsocketEvent

app = Chalice("unfinished")
kept: list[object] = []
executor = ThreadPoolExecutor(1)
go_on = threading.Event()


def wait_to_go_on() -> None:
    go_on.wait()


@app.route("/nothing")
def nothing() -> str:
    return "nothing"


@app.route("/idle-executor")
def idle_executor() -> str:
    return executor.submit(lambda: "done").result()


@app.route("/thread")
def thread() -> str:
    threading.Thread(target=wait_to_go_on, name="mailer", daemon=True).start()
    return "a thread"


@app.route("/future")
def future() -> str:
    ThreadPoolExecutor(1).submit(wait_to_go_on)
    return "a future"


@app.route("/task")
def task() -> str:
    loop = asyncio.new_event_loop()
    kept.append(loop.create_task(asyncio.sleep(3600), name="reminder"))
    return "a task"


@app.route("/process")
def process() -> str:
    kept.append(subprocess.Popen(["/bin/sleep", "30"]))
    return "a process"


@app.route("/unread/{port}")
def unread(port: str) -> str:
    connection = socket.create_connection(("127.0.0.1", int(port)))
    connection.recv(5, socket.MSG_PEEK | socket.MSG_WAITALL)
    kept.append(connection)
    return str(os.getpid())


@app.on_ws_message()
def message(event: WebsocketEvent) -> None:
    threading.Thread(target=wait_to_go_on, name=event.body, daemon=True).start()
