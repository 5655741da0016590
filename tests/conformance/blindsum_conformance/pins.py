"""The pin of a server's key: SHA-256 of the public key in its certificate (DER), hexadecimal."""
import hashlib
import pathlib

from cryptography import x509
from cryptography.hazmat.primitives import serialization


def public_key_pin(certificate):
    """certificate: a PEM file, the server's own first."""
    found = x509.load_pem_x509_certificate(pathlib.Path(certificate).read_bytes())
    key = found.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(key).hexdigest()
