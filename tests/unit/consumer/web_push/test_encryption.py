"""Messages are encrypted as RFC 8291 says: byte for byte as its example in Appendix A."""

from base64 import urlsafe_b64encode

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from chalicelib.consumer.web_push.encryption import decoded, encrypt

P256DH = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
AUTH = "BTBZMqHH6r4Tts7J_aSIgg"
SENDER = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
SALT = "DGv6ra1nlYgDCS1FRnbzlw"
BODY = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_"
    "yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)


def test_the_example_of_the_rfc() -> None:
    body = encrypt(
        b"When I grow up, I want to be a watermelon",
        p256dh=P256DH,
        auth=AUTH,
        ephemeral=ec.derive_private_key(int.from_bytes(decoded(SENDER)), ec.SECP256R1()),
        salt=decoded(SALT),
    )
    assert urlsafe_b64encode(body).rstrip(b"=").decode() == BODY


def test_no_two_messages_look_alike() -> None:
    assert encrypt(b"hi", p256dh=P256DH, auth=AUTH) != encrypt(b"hi", p256dh=P256DH, auth=AUTH)


@pytest.mark.parametrize("p256dh", ["B" + "A" * 86, "", "B"])
def test_a_key_that_is_no_point_of_the_curve_is_refused(p256dh: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the library's own sentence
        encrypt(b"hi", p256dh=p256dh, auth=AUTH)


def test_a_message_that_does_not_fit_into_one_record_is_refused() -> None:
    assert len(encrypt(b"x" * 3_993, p256dh=P256DH, auth=AUTH)) == 4_096
    with pytest.raises(ValueError, match="too long"):
        encrypt(b"x" * 3_994, p256dh=P256DH, auth=AUTH)
