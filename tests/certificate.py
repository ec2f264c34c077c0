"""A certificate of the tests' own making, for localhost."""

import subprocess
from pathlib import Path


def self_signed(folder: Path) -> tuple[Path, Path]:
    """The files of the certificate and of its key."""
    certificate, key = folder / "tls.crt", folder / "tls.key"
    names = ("-subj", "/CN=workbench.example", "-addext", "subjectAltName=DNS:localhost")
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", *names]
    subprocess.run([*command, "-out", str(certificate), "-keyout", str(key)], check=True, capture_output=True)
    return certificate, key
