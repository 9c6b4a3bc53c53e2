"""A provider of OpenID Connect in a process of its own, for tests and for trying by hand.

    python -m tests.peers.openid PORT [NAME EMAIL]

It logs in whoever `POST /control` names, with the claims it is given; with a name on the command line it shows a page
to press first. Codes are used once, PKCE and the client's secret are checked, and tokens are signed with RS256.
`/control` can spoil an answer in the ways that a client must notice.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

CLIENT, SECRET = "udbytte", "the-clients-secret"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
SHARED_KEY = b"a key that both ends know, of 32 bytes or more"
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
ELLIPTIC, EDWARDS = ec.generate_private_key(ec.SECP256R1()), ed25519.Ed25519PrivateKey.generate()
# By algorithm: the key that signs, and what the provider publishes of it.
KEYS: dict[str, tuple[Any, str]] = {
    "RS256": (KEY, jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key())),
    "PS256": (KEY, jwt.algorithms.RSAPSSAlgorithm.to_jwk(KEY.public_key())),
    "ES256": (ELLIPTIC, jwt.algorithms.ECAlgorithm.to_jwk(ELLIPTIC.public_key())),
    "EdDSA": (EDWARDS, jwt.algorithms.OKPAlgorithm.to_jwk(EDWARDS.public_key())),
    "HS256": (SHARED_KEY, jwt.algorithms.HMACAlgorithm.to_jwk(SHARED_KEY)),
}


class State:
    """What the provider says next. `spoil` are entries of the token that replace the right ones."""

    def __init__(self) -> None:
        self.claims: dict[str, Any] = {}
        self.spoil: dict[str, Any] = {}
        self.now = 0.0
        self.algorithm = "RS256"
        self.moved = ""  # the page that sends on to another address
        self.is_away = self.wrong_key = False
        self.codes: dict[str, dict[str, str]] = {}
        self.tokens: dict[str, dict[str, Any]] = {}
        self.asked: list[dict[str, str]] = []


STATE = State()


class Handler(BaseHTTPRequestHandler):
    server: ThreadingHTTPServer
    page = ""  # shown before somebody is logged in

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    def log_message(self, format: str, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        path, query = urlsplit(self.path).path, dict(parse_qsl(urlsplit(self.path).query))
        if path == "/asked":
            return self.json(STATE.asked)
        if STATE.is_away:
            return self.json({"error": "away"}, 503)
        if path == STATE.moved:
            return self.redirect(f"/moved{path}")
        path = path.removeprefix("/moved")
        if path == "/.well-known/openid-configuration":
            return self.json(self.description())
        if path == "/jwks":
            public = json.loads(KEYS[STATE.algorithm][1])
            return self.json({"keys": [public | {"kid": "first", "use": "sig", "alg": STATE.algorithm}]})
        if path == "/authorize" and self.page and "go" not in query:
            return self.html(self.page % self.path)
        if path == "/authorize":
            return self.authorize(query)
        if path == "/userinfo":
            claims = STATE.tokens.get(self.headers.get("Authorization", "").removeprefix("Bearer "))
            return self.json(claims, 200) if claims else self.json({"error": "invalid_token"}, 401)
        if path == "/logout":
            STATE.asked.append({"path": path, **query})
            return self.redirect(query.get("post_logout_redirect_uri", "/"))
        return self.json({"error": "not_found"}, 404)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
        if self.path == "/control":
            STATE.__init__()  # type: ignore[misc]
            for name, value in json.loads(body).items():
                setattr(STATE, name, value)
            return self.json({})
        if STATE.is_away or self.path != "/token":
            return self.json({"error": "away"}, 503)
        return self.token(dict(parse_qsl(body)))

    def description(self) -> dict[str, object]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/jwks",
            "end_session_endpoint": f"{self.issuer}/logout",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }

    def authorize(self, query: dict[str, str]) -> None:
        STATE.asked.append({"path": "/authorize", **query})
        code = secrets.token_urlsafe(16)
        STATE.codes[code] = query
        self.redirect(f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}")

    def token(self, sent: dict[str, str]) -> None:
        asked = STATE.codes.pop(sent.get("code", ""), None)
        digest = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        is_right = asked and (sent["client_id"], sent["client_secret"]) == (CLIENT, SECRET)
        if not asked or not is_right or asked.get("code_challenge") != challenge:
            return self.json({"error": "invalid_grant"}, 400)
        now = int(STATE.now or time.time())
        claims = {"sub": "none", **STATE.claims}
        token = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked.get("nonce")}
        signed = jwt.encode(
            claims | token | STATE.spoil,
            OTHER_KEY if STATE.wrong_key else KEYS[STATE.algorithm][0],
            algorithm=STATE.algorithm,
            headers={"kid": "first"},
        )
        access = secrets.token_urlsafe(16)
        STATE.tokens[access] = claims
        return self.json({"access_token": access, "token_type": "Bearer", "id_token": signed})

    def redirect(self, address: str) -> None:
        self.send_response(302)
        self.send_header("Location", address)
        self.end_headers()

    def json(self, content: object, status: int = 200) -> None:
        self.answer(json.dumps(content).encode(), "application/json", status)

    def html(self, content: str) -> None:
        self.answer(content.encode(), "text/html; charset=utf-8", 200)

    def answer(self, body: bytes, kind: str, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def main() -> None:
    port, *person = sys.argv[1:]
    if person:
        name, email = person
        STATE.claims = {"sub": f"sub-of-{email}", "email": email, "email_verified": True, "name": name}
        Handler.page = f'<h1>Login</h1><p><a href="%s&go=1">{name}</a></p>'
    server = ThreadingHTTPServer(("127.0.0.1", int(port)), Handler)
    print(server.server_port, flush=True)  # noqa: T201
    server.serve_forever()


if __name__ == "__main__":
    main()
