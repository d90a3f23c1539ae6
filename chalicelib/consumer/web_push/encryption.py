"""Encrypts a message for one browser (RFC 8291), so that the push service on its way cannot read it."""

import os
import struct
from base64 import urlsafe_b64decode

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

_CURVE = ec.SECP256R1()
_RECORD_BYTES = 4096
"""RFC 8291, section 4: there is one record, and push services take no more than this (RFC 8030, section 7.2)."""

_LAST_RECORD = b"\x02"


def encrypt(
    message: bytes,
    *,
    p256dh: str,
    auth: str,
    ephemeral: ec.EllipticCurvePrivateKey | None = None,
    salt: bytes | None = None,
) -> bytes:
    """Return the body of a request to the push service, in the content coding aes128gcm (RFC 8188).

    `p256dh` and `auth` are the keys of the subscription. `ephemeral` and `salt` are made anew for each message; only a
    test gives them. Raises ValueError where the keys are none, or the message is too long for one record.
    """
    ephemeral = ephemeral or ec.generate_private_key(_CURVE)
    salt = salt or os.urandom(16)
    receiver = decoded(p256dh)
    shared = ephemeral.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, receiver))
    own = encoded_point(ephemeral.public_key())
    material = _hkdf(decoded(auth), b"WebPush: info\0" + receiver + own, shared, 32)
    key = _hkdf(salt, b"Content-Encoding: aes128gcm\0", material, 16)
    nonce = _hkdf(salt, b"Content-Encoding: nonce\0", material, 12)
    sealed = AESGCM(key).encrypt(nonce, message + _LAST_RECORD, None)
    header = salt + struct.pack("!IB", _RECORD_BYTES, len(own)) + own
    if len(header) + len(sealed) > _RECORD_BYTES:
        raise ValueError("the message is too long for one record")
    return header + sealed


def encoded_point(key: ec.EllipticCurvePublicKey) -> bytes:
    """Return the uncompressed point, of 65 bytes."""
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def decoded(text: str) -> bytes:
    """Decode base64url without padding (RFC 4648, section 5). Raises ValueError."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _hkdf(salt: bytes, info: bytes, material: bytes, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=info).derive(material)
