"""Users who sign up and log in through the services of a wiring, in the test's own process."""

from bson import ObjectId

from chalicelib.models.requests import Login, Signup
from chalicelib.services.accounts import ClientIdentity, NewSession
from chalicelib.wiring import Wiring
from tests.support.addresses import address, email

PASSWORD = "correct horse"


def new_client() -> ClientIdentity:
    """A client at an address that no other client has."""
    return ClientIdentity(ip=address(), user_agent="tests")


def sign_up(
    wiring: Wiring, client: ClientIdentity | None = None, *, verified: bool = True, asked_first: bool = False
) -> NewSession:
    """A new user with a session, which begins without the event of a login. The address is confirmed by hand.

    They take the messages of strangers, unless they shall be `asked_first`, as everybody is who has signed up.
    """
    client = client or new_client()
    signup = Signup(firstName="Ada", lastName="Lovelace", emailId=email(), password=PASSWORD)
    email_id = wiring.accounts.sign_up(signup, client)
    wiring.mongo.users.update_one(
        {"emailId": email_id}, {"$set": {"emailVerified": verified, "strangersAsk": asked_first}}
    )
    record = wiring.user_store.read_for_login(email_id)
    assert record is not None
    return wiring.accounts.begin_session(record.user, client, [], login=False)


def log_in(wiring: Wiring, user: NewSession, password: str = PASSWORD) -> NewSession:
    """A new session of a user who has signed up before."""
    return wiring.accounts.log_in(Login(emailId=user.user.emailId, password=password), new_client())


def unknown_user_id() -> str:
    """A well-formed userId that belongs to nobody."""
    return str(ObjectId())
