"""MongoDB is lost at each command of each operation, which then has happened as a whole or not at all.

A command is lost in two ways: it never arrives, or it is executed and its reply is lost. Whole documents of all users
are compared. Then another process repeats the operation, once MongoDB is back, and the consumer makes its repairs.
(Commands that never arrive are for `make faults`: losing command n leaves what losing the reply to n - 1 leaves.)
"""

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from bson import ObjectId

from chalicelib.clients.budget import REQUEST_SECONDS
from chalicelib.models.pairs import pair_id
from chalicelib.stores.message_requests import field_of
from chalicelib.stores.users import ADMIN
from chalicelib.wiring import Wiring
from tests.resilience.degraded.aftermath import check_copies, check_people, heal, online
from tests.resilience.degraded.contracts import CONTRACTS
from tests.resilience.degraded.in_process import ADAS, Answer, Operation, Sandbox
from tests.resilience.degraded.operations import (
    ACTIONS,
    CLOSING,
    OPENINGS,
    ROUTES,
    Action,
    Closing,
    Opening,
    Route,
    World,
)
from tests.resilience.degraded.recorder import recorder
from tests.resilience.degraded.whole_documents import Changes, Documents, changes
from tests.support.proxies.severed import Lost, Severed

OPERATIONS: list[Operation] = [*ROUTES, *ACTIONS, *OPENINGS, CLOSING]
MOST_COMMANDS = 12
"""A number of commands that no operation exceeds."""

BUDGETS = (0.3, 1.0, REQUEST_SECONDS)
"""Seconds that MongoDB is given: a call that has lost it waits for the rest of them. On a busy machine a call may not
even reach the cut; it is then made again with a greater budget."""


@pytest.fixture(scope="module")
def sandbox(environment: dict[str, str]) -> Iterator[Sandbox]:
    with recorder() as api, pytest.MonkeyPatch.context() as patch:
        made = Sandbox(environment, api, patch)
        yield made
        made.close()


@pytest.fixture(scope="module")
def mongodb_address(environment: dict[str, str]) -> tuple[str, int]:
    parts = urlsplit(environment["MONGODB_URI"])
    assert parts.hostname
    assert parts.port
    return parts.hostname, parts.port


def test_every_contract_belongs_to_an_operation() -> None:
    assert CONTRACTS.keys() <= {operation.name for operation in OPERATIONS}


@pytest.mark.parametrize("lost", ["its answer", pytest.param("the command", marks=pytest.mark.faults)])
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_a_cut_operation_happens_as_a_whole_or_not_at_all(
    sandbox: Sandbox, mongodb_address: tuple[str, int], operation: Operation, lost: Lost
) -> None:
    undisturbed = Undisturbed(sandbox, mongodb_address, operation)
    for number in range(1, len(undisturbed.commands) + 1):
        Cut(sandbox, mongodb_address, operation, undisturbed).check(number, lost)


class Undisturbed:
    """What an operation changes, and by which commands, where MongoDB is not lost."""

    def __init__(self, sandbox: Sandbox, address: tuple[str, int], operation: Operation) -> None:
        before = prepared(sandbox, operation)
        with Severed(*address) as way, sandbox.wiring(way.port):
            attempt = sandbox.attempt(operation)
            way.arm(None, "the command")
            assert attempt() == success(operation)
            self.commands = list(way.commands)
        self.changes = changes(before, sandbox.read())
        with sandbox.wiring() as wiring:
            heal(wiring)
        self.healed = changes(before, sandbox.read())
        contract = CONTRACTS.get(operation.name)
        assert {name for name, _ in self.changes} >= ({contract.commit} if contract else set())
        assert contract is not None or not self.changes
        assert len(self.commands) <= MOST_COMMANDS


class Cut:
    """An operation that loses MongoDB at one of its commands."""

    def __init__(
        self, sandbox: Sandbox, address: tuple[str, int], operation: Operation, undisturbed: Undisturbed
    ) -> None:
        self._sandbox, self._address, self._operation, self._undisturbed = sandbox, address, operation, undisturbed
        self._contract = CONTRACTS.get(operation.name)

    def check(self, number: int, lost: Lost) -> None:
        point = f"{lost} lost at {number} of {self._undisturbed.commands}"
        before, attempt, answer = self._play(number, lost)
        left = changes(before, self._sandbox.read())
        if self._contract is None:
            assert (left, answer) == ({}, _refusal(self._operation)), point
            return
        happened = self._check_left(left, answer, point)
        with self._sandbox.wiring() as wiring:
            self._check_presence(wiring, [answer], point)
            if happened:
                self._check_that_it_heals(wiring, point)
            again = attempt()
            assert again in (self._contract.again if happened else {success(self._operation)}), f"{point}: then {again}"
            self._check_presence(wiring, [answer, again], point)
            check_copies(wiring, self._sandbox.world, point)
            check_people(self._operation, self._sandbox, point)
            heal(wiring)
            check_copies(wiring, self._sandbox.world, f"{point}, healed")
        spare = {*self._contract.once_more, "invalidations"}
        assert _without(changes(before, self._sandbox.read()), spare) == _without(self._undisturbed.healed, spare), (
            point
        )

    def _check_that_it_heals(self, wiring: Wiring, point: str) -> None:
        """Also where nobody repeats it: then all is as it was again."""
        cut = self._sandbox.state()
        heal(wiring)
        check_copies(wiring, self._sandbox.world, f"{point}, never repeated")
        self._sandbox.put_back(cut)

    def _play(self, number: int, lost: Lost) -> tuple[Documents, Callable[[], Answer], Answer]:
        """Makes the call that is cut. Returns the documents before it, a function that repeats it, and its answer."""
        for budget in BUDGETS:
            before = prepared(self._sandbox, self._operation)
            attempt = self._sandbox.attempt(self._operation)
            with Severed(*self._address) as way, self._sandbox.wiring(way.port, budget):
                way.arm(number, lost)
                answer = attempt()
            if way.is_cut:
                return before, attempt, answer
        raise AssertionError(f"the call came to an end before its command {number}")

    def _check_presence(self, wiring: Wiring, answers: list[Answer], point: str) -> None:
        """Asserts that neither a refused upgrade nor a closed socket leaves the user online."""
        if isinstance(self._operation, Opening):
            assert online(wiring, self._sandbox.world.ada) == 1 + answers.count(200), point
        elif isinstance(self._operation, Closing):
            assert online(wiring, self._sandbox.world.ada) == 0, point

    def _check_left(self, left: Changes, answer: Answer, point: str) -> bool:
        """Returns whether the operation happened.

        Asserts that each document is as it was before, or as the undisturbed operation leaves it.
        """
        contract = CONTRACTS[self._operation.name]
        if isinstance(self._operation, Opening):
            left = {key: fields for key, fields in left.items() if not _taken_back(key, fields)}
        whole = [(collection, fields) for (collection, _), fields in self._undisturbed.changes.items()]
        for (collection, name), fields in left.items():
            assert (collection, fields) in whole, f"{point}: half of {collection} {name}: {fields}"
        touched = {collection for collection, _ in left}
        happened = contract.commit in touched
        assert happened or touched <= contract.before, f"{point}: {left}"
        successes = {success(self._operation)} if happened else set()
        assert answer in {_refusal(self._operation), *successes}, f"{point}: {answer}"
        return happened


def prepared(sandbox: Sandbox, operation: Operation) -> Documents:
    """Everything as it was, but for what this operation is to undo. Returns the documents."""
    sandbox.put_back()
    if operation.name in PREPARATIONS:
        with sandbox.wiring() as wiring:
            PREPARATIONS[operation.name](wiring, sandbox.world)
        sandbox.settle()
    return sandbox.read()


def _block(_wiring: Wiring, world: World) -> None:
    assert world.ada.post(f"/api/blocks/{world.bob.user_id}").status_code == 204
    world.ada.get("/api/profile")  # fills the cached copies again
    world.bob.get("/api/presence", userIds=world.ada.user_id)


def _watch(wiring: Wiring, world: World) -> None:
    wiring.socket_store.watch(ADAS, [world.bob.user_id])


def _demote(wiring: Wiring, world: World) -> None:
    """Ada is the one who is suspended: she must not be an administrator."""
    wiring.roles.take(ADMIN, world.ada.email_id)
    world.ada.get("/api/profile")  # fills the cached copy again


def _ask(wiring: Wiring, world: World) -> None:
    """What Bob has written waits for Ada's answer, as if she had not written back."""
    wiring.mongo.conversations.update_one(
        {"_id": pair_id(world.ada.user_id, world.bob.user_id)},
        {"$set": {field_of("waiting", world.ada.user_id): ObjectId()}},
    )


PREPARATIONS = {
    "POST /api/conversations/requests/{userId}": _ask,
    "DELETE /api/blocks/{userId}": _block,
    "presence:unsubscribe": _watch,
    "POST /api/moderation/cases/{caseId}/acts": _demote,
}


def success(operation: Operation) -> Answer:
    match operation:
        case Route():
            return operation.status
        case Action():
            return operation.event
        case Opening():
            return 200
    return None


def _refusal(operation: Operation) -> Answer:
    match operation:
        case Action():
            return "unavailable"
        case Closing():
            return None
    return 503


def _taken_back(key: tuple[str, str], fields: dict[str, object]) -> bool:
    """Whether a change is that of a socket which was refused, and closed before its event was published."""
    return (
        key[0] == "sockets" and "closedAt" in fields and "presenceUntil" not in fields and not fields["pendingEvents"]
    )


def _without(all_changes: Changes, collections: set[str]) -> Changes:
    return {key: fields for key, fields in all_changes.items() if key[0] not in collections}
