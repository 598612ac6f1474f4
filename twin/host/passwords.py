"""Passwords: drawn at random, and kept as nothing but a salted scrypt hash."""

import hashlib
import hmac
import secrets
from base64 import b64decode, b64encode
from functools import cache

COST = 1 << 14
"""scrypt's N; with `BLOCK` one check takes 16 MiB and about 50 ms."""
BLOCK = 8
LONGEST = 128
"""Characters of the longest password that is looked at."""
_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP = 4, 4


def new_password() -> str:
    """A random password of 80 bits that can be read out and typed."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(_GROUP)) for _ in range(_GROUPS))


def hashed(password: str) -> str:
    """What is kept of a password: `scrypt:N:r:salt:hash`."""
    salt = secrets.token_bytes(16)
    return f"scrypt:{COST}:{BLOCK}:{b64encode(salt).decode()}:{b64encode(_hash(password, salt, COST, BLOCK)).decode()}"


@cache
def of_nobody() -> str:
    """Something to compare with when there is no such user, so that both take the same time."""
    return hashed(new_password())


def matches(password: str, kept: str) -> bool:
    """Whether `kept` was made of this password; compares in constant time."""
    kind, cost, block, salt, digest = kept.split(":")
    if kind != "scrypt" or len(password) > LONGEST:
        return False
    return hmac.compare_digest(_hash(password, b64decode(salt), int(cost), int(block)), b64decode(digest))


def _hash(password: str, salt: bytes, cost: int, block: int) -> bytes:
    raw = password.encode(errors="surrogatepass")
    return hashlib.scrypt(raw, salt=salt, n=cost, r=block, p=1, maxmem=64 * 1024 * 1024, dklen=32)
