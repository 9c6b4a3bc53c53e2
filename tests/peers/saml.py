"""An identity provider of SAML 2.0 in a process of its own: pysaml2's, with pages to log in and out.

    python -m tests.peers.saml FOLDER

It puts its key and certificate into the folder. `POST /control` names our metadata and the person who logs in, and how
the answer is to be made: signed, encrypted, late, altered.
"""

from __future__ import annotations

import base64
import json
import sys
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from saml2 import BINDING_HTTP_REDIRECT, entity
from saml2.config import IdPConfig
from saml2.metadata import entity_descriptor
from saml2.saml import NAMEID_FORMAT_PERSISTENT, NAMEID_FORMAT_TRANSIENT, NameID
from saml2.server import Server
from saml2.sigver import RSA_OAEP_MGF1P, get_xmlsec_binary, pre_encryption_part
from saml2.xmldsig import DIGEST_SHA256, SIG_RSA_SHA256

CONTEXT = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"


def make_key(folder: Path, name: str) -> tuple[Path, Path]:
    """A key and a certificate that it has signed itself."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=3650))
        .not_valid_after(now + timedelta(days=3650))
        .sign(key, hashes.SHA256())
    )
    files = folder / f"{name}.key", folder / f"{name}.crt"
    files[0].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
        )
    )
    files[1].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return files


def signature_of(query: dict[str, str]) -> dict[str, str | None]:
    return {
        "relay_state": query.get("RelayState"),
        "sigalg": query.get("SigAlg"),
        "signature": query.get("Signature"),
    }


class Provider:
    def __init__(self, address: str, folder: Path) -> None:
        self.address, self.folder = address, folder
        self.key, self.certificate = make_key(folder, "idp")
        self.state: dict[str, Any] = {}
        self.asked: list[str] = []

    def config(self) -> IdPConfig:
        ours = [self.state["metadata"]] if "metadata" in self.state else []
        config = IdPConfig()
        config.load(
            {
                "entityid": f"{self.address}/metadata",
                "xmlsec_binary": get_xmlsec_binary(),
                "key_file": str(self.key),
                "cert_file": str(self.certificate),
                "metadata": {"inline": ours},
                "service": {
                    "idp": {
                        "endpoints": {
                            "single_sign_on_service": [(f"{self.address}/sso", BINDING_HTTP_REDIRECT)],
                            "single_logout_service": [(f"{self.address}/slo", BINDING_HTTP_REDIRECT)],
                        },
                        "want_authn_requests_signed": True,
                        "policy": {
                            "default": {
                                "lifetime": {"minutes": self.state.get("minutes", 5)},
                                "attribute_restrictions": None,
                                "name_form": "urn:oasis:names:tc:SAML:2.0:attrname-format:unspecified",
                            }
                        },
                    }
                },
            }
        )
        return config

    def answer(self, query: dict[str, str]) -> dict[str, object]:
        """The form that the browser would send to us."""
        server = Server(config=self.config())
        asked = server.parse_authn_request(query["SAMLRequest"], BINDING_HTTP_REDIRECT, **signature_of(query))
        self.asked.append(str(asked.message))
        self.asked.append(query.get("Signature", ""))
        facts = server.response_args(asked.message)
        state = self.state
        lasting = NAMEID_FORMAT_TRANSIENT if state.get("transient") else NAMEID_FORMAT_PERSISTENT
        entity.pre_encryption_part = partial(pre_encryption_part, key_enc=state.get("key_enc", RSA_OAEP_MGF1P))
        made = server.create_authn_response(
            state["attributes"],
            in_response_to=state.get("in_response_to", facts["in_response_to"]),
            destination=facts["destination"],
            sp_entity_id=facts["sp_entity_id"],
            name_id=NameID(format=lasting, text=state["name_id"]),
            authn={"class_ref": state.get("context", CONTEXT), "authn_auth": self.address},
            sign_assertion=state.get("signed", True),
            sign_response=False,
            encrypt_assertion=state.get("encrypted", True),
            sign_alg=state.get("sign_alg", SIG_RSA_SHA256),
            digest_alg=state.get("digest_alg", DIGEST_SHA256),
        )
        text = str(made)
        for old, new in state.get("alter", {}).items():
            assert old in text, text
            text = text.replace(old, new)
        return {"to": facts["destination"], "SAMLResponse": base64.b64encode(text.encode()).decode()}

    def logged_out(self, query: dict[str, str]) -> dict[str, object]:
        server = Server(config=self.config())
        asked = server.parse_logout_request(query["SAMLRequest"], BINDING_HTTP_REDIRECT, **signature_of(query))
        return {"name_id": asked.message.name_id.text, "is_signed": "Signature" in query}


class Handler(BaseHTTPRequestHandler):
    provider: Provider

    def log_message(self, format: str, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path == "/metadata":
            return self.send(str(entity_descriptor(self.provider.config())).encode(), "text/xml")
        if parts.path == "/asked":
            return self.send(json.dumps(self.provider.asked).encode(), "application/json")
        done = self.provider.answer(query) if parts.path == "/sso" else self.provider.logged_out(query)
        return self.send(json.dumps(done).encode(), "application/json")

    def do_POST(self) -> None:
        self.provider.state = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.send(b"{}", "application/json")

    def send(self, body: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def main() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Handler.provider = Provider(f"http://127.0.0.1:{server.server_port}", Path(sys.argv[1]))
    print(server.server_port, flush=True)  # noqa: T201
    server.serve_forever()


if __name__ == "__main__":
    main()
