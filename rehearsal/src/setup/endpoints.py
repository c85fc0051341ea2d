"""Prints a certificate authority, and a certificate of its for AWS's endpoints and the hooks, as JSON.

Argument: a folder with cryptography and botocore in it. The authority's key is forgotten when this ends.
"""

import json
import sys
from datetime import datetime, timedelta, timezone

sys.path.insert(0, sys.argv[1])

from botocore.loaders import create_loader
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

HOOKS = "hooks.rehearsal.internal"
SERVICES = ("ssm", "secretsmanager")
PARTITIONS = ("aws", "aws-cn", "aws-us-gov")
DAYS = 365


def main():
    suffixes = [
        f"{region}.{partition['dnsSuffix']}" for partition in partitions() for region in partition["regions"]
    ]
    authority_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    issuer = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "bake rehearsal")])
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, HOOKS)])
    authority = certify(
        issuer, authority_key.public_key(), authority_key, issuer, basic(True), usage(sign=True)
    )
    names = [x509.DNSName(name) for name in (HOOKS, *(f"*.{suffix}" for suffix in suffixes))]
    served = certify(
        subject,
        key.public_key(),
        authority_key,
        issuer,
        basic(False),
        usage(sign=False),
        (x509.SubjectAlternativeName(names), False),
        (x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()), False),
    )
    made = {
        "authority": pem(authority),
        "certificate": pem(served),
        "key": key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode(),
        "names": [HOOKS, *(f"{service}.{suffix}" for suffix in suffixes for service in SERVICES)],
    }
    print(json.dumps(made))


def partitions():
    known = create_loader().load_data("endpoints")["partitions"]
    return [partition for partition in known if partition["partition"] in PARTITIONS]


def certify(subject, public_key, signer, issuer, *extensions):
    now = datetime.now(timezone.utc)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=DAYS))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical=critical)
    return builder.sign(signer, hashes.SHA256())


def basic(is_authority):
    return x509.BasicConstraints(ca=is_authority, path_length=0 if is_authority else None), True


def usage(sign):
    """Newer OpenSSL, in strict mode as Python 3.13 has it, asks for all of this."""
    others = (
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "encipher_only",
        "decipher_only",
    )
    wanted = {"digital_signature": not sign, "key_cert_sign": sign, "crl_sign": sign}
    return x509.KeyUsage(**wanted, **dict.fromkeys(others, False)), True


def pem(certificate):
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


main()
