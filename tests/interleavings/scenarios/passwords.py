"""A login that races a new password."""

from collections.abc import Iterator
from dataclasses import dataclass

from chalicelib.errors import BadCredentials, Unauthorized
from chalicelib.models.requests import PasswordChange
from chalicelib.security.tokens import Credentials
from chalicelib.services.accounts import NewSession
from tests.interleavings.exploration import Outcome, Play, Scenario
from tests.interleavings.people import CLIENT, People, Person
from tests.interleavings.scenarios.judging import broken, lost_events
from tests.interleavings.world import World
from tests.support.users import PASSWORD

CHANGE = PasswordChange(currentPassword=PASSWORD, newPassword="battery staple")


def opens(world: World, credentials: Credentials) -> bool:
    """Whether a session lets its holder in."""
    try:
        world.observer.profiles.own(credentials)
    except Unauthorized:
        return False
    return True


@dataclass(frozen=True)
class _Rules:
    world: World
    ada: Person
    readers: tuple[str, ...]

    def problems(self, outcome: Outcome) -> Iterator[str]:
        users, sessions = self.world.observer.mongo.database["users"], self.world.observer.mongo.sessions
        document = users.find_one({"emailId": self.ada.email_id})
        assert document is not None
        epoch, old = document["sessionEpoch"], {"userId": self.ada.user_id, "epoch": 0}
        if outcome.is_repaired or outcome.has_returned("new password"):
            yield from self._of_sessions(outcome, epoch)
        yield from self._of_answers(outcome)
        events = {"USER_LOGOUT": epoch, "USER_LOGIN": sessions.count_documents(old) - 1}
        yield from lost_events(self.world, outcome.is_repaired, events)

    def _of_sessions(self, outcome: Outcome, epoch: int) -> Iterator[str]:
        """A session opens something in its own epoch alone; a login's is always of the first one."""
        changed, logged_in = outcome.result("new password"), outcome.result("login")
        is_first = epoch == 0
        yield from broken(
            {
                f"the session of epoch 0 is wrong in epoch {epoch}": (
                    opens(self.world, self.ada.credentials) is not is_first
                ),
                f"the session of the login is wrong in epoch {epoch}": isinstance(logged_in, NewSession)
                and opens(self.world, logged_in.credentials) is not (logged_in.user.sessionEpoch == epoch),
                "the session of the new password opens nothing": isinstance(changed, NewSession)
                and not opens(self.world, changed.credentials),
                "an acknowledged new password is not in MongoDB": isinstance(changed, NewSession) and is_first,
            }
        )

    def _of_answers(self, outcome: Outcome) -> Iterator[str]:
        was_late = outcome.began_after("login", "new password")
        was_refused = isinstance(outcome.result("login"), BadCredentials)
        yield from broken(
            {"the old password was accepted after the new one was answered": was_late and not was_refused}
            | {
                f"{name} was let in after the new password was answered": (
                    outcome.began_after(name, "new password") and not isinstance(outcome.result(name), Unauthorized)
                )
                for name in self.readers
            }
        )


def login_and_new_password(world: World, people: People, *, readers: int) -> Play:
    """A login with the old password, while another device sets a new one; a reader uses the old session."""
    [ada] = people.make(1)
    names = tuple(f"read {number}" for number in range(1, readers + 1))
    reads = {name: lambda: world.wirings[2].profiles.own(ada.credentials) for name in names}
    operations = {
        "new password": lambda: world.wirings[0].password_changes.change(ada.credentials, CHANGE, CLIENT),
        "login": lambda: world.wirings[1].accounts.log_in(ada.login, CLIENT),
        **reads,
    }
    named = {ada.user_id: "ada", ada.credentials.session_id: "session", ada.email_id: "ada's address"}
    return Play(operations, _Rules(world, ada, names).problems, named, answers_count=readers == 0)


SCENARIOS = (
    Scenario("login and new password", lambda world, people: login_and_new_password(world, people, readers=0)),
    Scenario(
        "login, new password and a reader",
        lambda world, people: login_and_new_password(world, people, readers=1),
        is_small=False,
    ),
)
