"""The sandbox's own signing key, as SendGrid has one per account for its Event Webhook."""

import base64
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

_FILE = "webhook-key.pem"


def private_key(state_dir: Path) -> ec.EllipticCurvePrivateKey:
    """Return the key kept in `state_dir`, made at first use."""
    path = state_dir / _FILE
    if path.exists():
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        return key
    key = ec.generate_private_key(ec.SECP256R1())
    state_dir.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                       serialization.NoEncryption()))
    return key


def public_key(state_dir: Path) -> str:
    """Return the verification key as SendGrid shows it in its settings: base64 SPKI on one line.

    It belongs into the secret `sendgrid` as `webhook_public_key`, and can be asked for before the sandbox runs.
    """
    spki = private_key(state_dir).public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(spki).decode()


def signature(key: ec.EllipticCurvePrivateKey, timestamp: str, body: bytes) -> str:
    """Return the signature header's value: base64 of the DER ECDSA P-256/SHA-256 signature over timestamp + body."""
    return base64.b64encode(key.sign(timestamp.encode() + body, ec.ECDSA(SHA256()))).decode()
