"""Makes the keys of web push (RFC 8292): a private key of P-256, and its public key, both in base64url."""

from base64 import urlsafe_b64encode


def new_vapid_keys() -> tuple[str, str]:
    """Return (private key, public key)."""
    # The operators' commands import this folder for the addresses of the local system, and need no keys.
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat  # noqa: PLC0415

    key = ec.generate_private_key(ec.SECP256R1())
    point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return _text(key.private_numbers().private_value.to_bytes(32)), _text(point)


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
