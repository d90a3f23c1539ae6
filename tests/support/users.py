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


def sign_up(wiring: Wiring) -> NewSession:
    """A new user with a session."""
    signup = Signup(firstName="Ada", lastName="Lovelace", emailId=email(), password=PASSWORD)
    return wiring.accounts.sign_up(signup, new_client())


def log_in(wiring: Wiring, user: NewSession, password: str = PASSWORD) -> NewSession:
    """A new session of a user who has signed up before."""
    return wiring.accounts.log_in(Login(emailId=user.user.emailId, password=password), new_client())


def unknown_user_id() -> str:
    """A well-formed userId that belongs to nobody."""
    return str(ObjectId())
