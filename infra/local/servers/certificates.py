"""TLS certificates for servers on this machine, generated when they are used: none is kept or checked in."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

from infra.local.errors import LocalError

_DAYS = "2"
_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")


@dataclass(frozen=True)
class Certificates:
    """Paths of PEM files: the certificate authority that clients must trust, and the server's certificate and key.

    `both` holds certificate and key in one file, as some servers require.
    """

    authority: Path
    certificate: Path
    key: Path
    both: Path


def make_certificates(directory: Path) -> Certificates:
    """Creates an authority and a certificate for 127.0.0.1 and localhost. Raises LocalError if openssl fails."""
    directory.mkdir(parents=True, exist_ok=True)
    authority_key = directory / "authority.key"
    request = directory / "server.csr"
    names = directory / "names"
    made = Certificates(
        authority=directory / "authority.pem",
        certificate=directory / "server.pem",
        key=directory / "server.key",
        both=directory / "server-with-key.pem",
    )
    # Python 3.13 accepts certificates that follow RFC 5280 to the letter alone (ssl.VERIFY_X509_STRICT).
    names.write_text(
        "subjectAltName=IP:127.0.0.1,DNS:localhost\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n"
    )
    _openssl(
        *("req", "-x509", *_KEY, "-days", _DAYS, "-subj", "/CN=DevConnect local authority"),
        *("-addext", "keyUsage=critical,keyCertSign,cRLSign"),
        *("-keyout", str(authority_key), "-out", str(made.authority)),
    )
    _openssl("req", *_KEY, "-subj", "/CN=127.0.0.1", "-keyout", str(made.key), "-out", str(request))
    _openssl(
        *("x509", "-req", "-in", str(request), "-CA", str(made.authority), "-CAkey", str(authority_key)),
        *("-CAcreateserial", "-days", _DAYS, "-extfile", str(names), "-out", str(made.certificate)),
    )
    made.both.touch(mode=0o600)
    made.both.write_text(made.key.read_text() + made.certificate.read_text())
    return made


def _openssl(*arguments: str) -> None:
    result = subprocess.run(["openssl", *arguments], capture_output=True, text=True, check=False)
    if result.returncode:
        raise LocalError(f"openssl {arguments[0]} failed:\n{result.stderr}")
