"""Flow's side of the signature, written apart from the product's so that an error in one is found by the other.

Flow, Documentación de la API, "Firma de parámetros": all parameters but `s`, in alphabetical order of their names,
name and value run together, HMAC-SHA256 with the secret key, in hexadecimal.
"""

import hmac
from collections.abc import Iterable


def signature_of(pairs: Iterable[tuple[str, str]], secret_key: str) -> str:
    """Return what `s` has to be for the parameters as they arrived."""
    signed = sorted((name.encode("utf-8"), value.encode("utf-8")) for name, value in pairs if name != "s")
    mac = hmac.new(secret_key.encode("utf-8"), digestmod="sha256")
    for name, value in signed:
        mac.update(name)
        mac.update(value)
    return mac.hexdigest()


def signed_well(pairs: list[tuple[str, str]], secret_key: str) -> bool:
    """Tell whether the parameters carry exactly one `s`, the right one, and no name twice."""
    names = [name for name, _ in pairs]
    given = [value for name, value in pairs if name == "s"]
    if len(given) != 1 or len(set(names)) != len(names):
        return False
    return hmac.compare_digest(signature_of(pairs, secret_key), given[0])
