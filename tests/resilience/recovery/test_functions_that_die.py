"""Functions that die while they handle a frame: API Gateway answers by an error frame, and nothing is lost."""

from dataclasses import replace

from redis import Redis

from devconnect_client import Disconnected, Presence
from tests.resilience.recovery.devices import QUICK, Party
from tests.resilience.recovery.own_gateway import PYTHON_FIRST, OwnGateway, talk_through
from tests.resilience.recovery.scene import People
from tests.support.client_kinds import Clients
from tests.tooling.gateway.running import Running

DIES = """

def _die_the_first_time(event: WebsocketEvent) -> None:
    import json, os
    from pathlib import Path

    action = json.loads(event.body)["action"]
    try:
        (Path(os.environ["PROBE_DIR"]) / f"died of {action}").touch(exist_ok=False)
    except FileExistsError:
        return
    os._exit(1)
"""
"""Code that is appended to the handler, so that one function dies for each action."""


@PYTHON_FIRST
def test_what_a_dead_function_did_not_do_is_soon_requested_again(
    clients: Clients, gateway: OwnGateway, people: People, environment: dict[str, str]
) -> None:
    """The error frame makes the client repeat a request long before its answer would be overdue."""
    handler = gateway.app_dir / "chalicelib" / "handlers" / "websocket.py"
    first_line = "    connection_id = event.connection_id\n"
    code = handler.read_text()
    assert code.count(first_line) == 1
    handler.write_text(code.replace(first_line, f"    _die_the_first_time(event)\n{first_line}") + DIES)

    async def scenario(group: Party, running: Running) -> None:
        phone = group.devices[0]
        phone.client.watch([phone.other_id])
        group.all_say(2)
        await phone.until(lambda waiting: waiting.count(Presence) > 0, "presence")
        await group.is_whole()
        # Bob's devices are not there for a push, and so have a reason to sync.
        with Redis.from_url(environment["REDIS_URL"]) as redis:
            redis.delete(f"presence:{phone.other_id}")
        group.say(phone)
        await group.is_whole()
        assert {device.count(Disconnected) for device in group.devices} == {0}
        dead = {path.name.removeprefix("died of ") for path in gateway.scratch.glob("died of *")}
        assert dead >= {"private-message", "register", "sync", "presence:subscribe"}
        assert running.output.count("the worker died") == len(dead)

    talk_through(clients, gateway, people, scenario, replace(QUICK, answer=60.0))
