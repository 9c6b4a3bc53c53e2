"""The algorithms that an answer by SAML may use. Its provider chooses them, and pysaml2 takes SHA-1 and RSA 1.5 too."""

from __future__ import annotations

from typing import Any

from defusedxml.ElementTree import fromstring
from saml2 import xmldsig
from saml2.sigver import RSA_OAEP_MGF1P, CryptoBackendXmlSec1

SIGNATURE, ENCRYPTION = "{http://www.w3.org/2000/09/xmldsig#}", "{http://www.w3.org/2001/04/xmlenc#}"
# By element: what its Algorithm can be. The digest within OAEP is no signature, and is left as it is.
ALLOWED = {
    f"{SIGNATURE}SignatureMethod": {
        *(xmldsig.SIG_RSA_SHA256, xmldsig.SIG_RSA_SHA384, xmldsig.SIG_RSA_SHA512),
        *(xmldsig.SIG_ECDSA_SHA256, xmldsig.SIG_ECDSA_SHA384, xmldsig.SIG_ECDSA_SHA512),
    },
    f"{SIGNATURE}Reference/{SIGNATURE}DigestMethod": {
        xmldsig.DIGEST_SHA256,
        xmldsig.DIGEST_SHA384,
        xmldsig.DIGEST_SHA512,
    },
    f"{ENCRYPTION}EncryptedKey/{ENCRYPTION}EncryptionMethod": {
        RSA_OAEP_MGF1P,
        "http://www.w3.org/2009/xmlenc11#rsa-oaep",
    },
}


class WeakAlgorithm(Exception):
    """The answer is signed or encrypted in a way that does not count."""


def check_algorithms(text: str | bytes) -> None:
    """Raise WeakAlgorithm if the XML names an algorithm for signing or for wrapping keys that is not allowed."""
    root = fromstring(text)
    for path, allowed in ALLOWED.items():
        for method in root.iterfind(f".//{path}"):
            if method.get("Algorithm") not in allowed:
                raise WeakAlgorithm(method.get("Algorithm"))


class StrongAlgorithms(CryptoBackendXmlSec1):  # type: ignore[misc]
    """Looks at the algorithms before anything is decrypted or found to be signed, also within what was encrypted."""

    def decrypt(self, enctext: Any, key_file: Any) -> Any:
        check_algorithms(enctext)
        return super().decrypt(enctext, key_file)

    def validate_signature(self, signedtext: Any, *args: Any, **named: Any) -> Any:
        check_algorithms(signedtext)
        return super().validate_signature(signedtext, *args, **named)
