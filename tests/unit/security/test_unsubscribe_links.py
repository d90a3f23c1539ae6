"""Links that end mails: a token is good for the user and the kind that it was signed for, and for no other."""

import jwt
import pytest

from chalicelib.errors import LinkGone
from chalicelib.security.unsubscribe_links import Unsubscribed, UnsubscribeLinks

ADA, BOB = "0" * 23 + "a", "0" * 23 + "b"
OLD, NEW = "o" * 32, "n" * 32


def test_a_token_names_its_user_and_kind() -> None:
    links = UnsubscribeLinks((NEW,))
    assert links.verify(links.sign(ADA, "message")) == Unsubscribed(ADA, "message")


def test_a_token_of_the_former_secret_is_good_and_one_of_a_secret_that_is_gone_is_not() -> None:
    token = UnsubscribeLinks((OLD,)).sign(ADA, "message")
    assert UnsubscribeLinks((NEW, OLD)).verify(token).user_id == ADA
    with pytest.raises(LinkGone):
        UnsubscribeLinks((NEW,)).verify(token)


def test_the_signature_of_one_token_is_not_that_of_another() -> None:
    links = UnsubscribeLinks((NEW,))
    mac = links.sign(ADA, "message").rpartition(".")[2]
    of_a_session = jwt.encode({"sub": BOB}, NEW, algorithm="HS256").rpartition(".")[2]
    for forged in (f"{BOB}.message.{mac}", f"{ADA}.connectionRequest.{mac}", f"{ADA}.message.{of_a_session}"):
        with pytest.raises(LinkGone):
            links.verify(forged)
