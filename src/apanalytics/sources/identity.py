"""Columns that identify people: refused without a key, turned into keyed hashes with one, never kept."""

from __future__ import annotations

import hashlib
import hmac
import re
from pathlib import Path

import duckdb

from apanalytics.errors import DataRefused, InvalidArgument

SHORTEST_KEY = 16
"""Bytes that a key must have at least."""

_KINDS = {
    "nir": {"NIR", "NIRDECLARE", "SECU", "INSEE13"},
    "iban": {"IBAN", "RIB"},
    "email": {"EMAIL", "MAIL", "MEL", "COURRIEL"},
}
_HASHED_INTO = {"nir": "person_key", "iban": "bank_key", "email": "email_key"}


def kind_of(header: str) -> str | None:
    """What a column identifies (`nir`, `iban`, `email`), by the words of its name; None for the others.

    A column that is already a key (`email_key`) identifies nobody.

    Examples
    --------
    >>> kind_of("email_key") is None
    True
    >>> kind_of("IBAN_ETAB"), kind_of("Adresse e-mail"), kind_of("nirDeclare"), kind_of("HTA")
    ('iban', 'email', 'nir', None)
    >>> kind_of("NIRDeclare"), kind_of("AncienNIR"), kind_of("Mel")
    ('nir', 'nir', 'email')
    """
    words = {word.upper() for word in re.findall(r"[A-Z0-9]+(?![a-z])|[A-Z]?[a-z0-9]+", header)}
    if "KEY" in words:
        return None
    return next((kind for kind, names in _KINDS.items() if words & names), None)


def hashed_into(kind: str) -> str:
    """Contract column that holds the keyed hash of an identifier.

    Examples
    --------
    >>> hashed_into("iban")
    'bank_key'
    """
    return _HASHED_INTO[kind]


_BLOCK = 64  # bytes of a block of SHA-256, over which HMAC is defined (RFC 2104)
_KEYED = r"""
create or replace temp macro plain_identifier(kind, t) as nullif(case
    when kind = 'nir' then left(upper(regexp_replace(t, '[\s\x{00A0}\x{202F}]', '', 'g')), 13)
    else upper(regexp_replace(t, '[\s\x{00A0}\x{202F}]', '', 'g')) end, '');

create or replace temp macro keyed(kind, t) as case when plain_identifier(kind, t) is not null then
    left(sha256(getvariable('outer_pad')
        || unhex(sha256(getvariable('inner_pad') || encode(kind || ':' || plain_identifier(kind, t))))), 32)
    end;
"""


class Key:
    """The secret with which identifiers are hashed: equal identifiers give equal hashes, nobody can go back.

    Parameters
    ----------
    secret : at least 16 bytes. The same key must be used for all inputs that are to be compared.

    Examples
    --------
    >>> key = Key(b"a secret of sixteen bytes")
    >>> key.hash("iban", "FR76 3000 6000 0112") == key.hash("iban", "fr7630006000 0112")
    True
    >>> len(key.hash("nir", "2690549588157")), key.hash("nir", " ") is None
    (32, True)
    """

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def hash(self, kind: str, value: str | None) -> str | None:
        """Return the 32-character keyed hash (HMAC-SHA256, cut) of one identifier; None where it is empty."""
        plain = re.sub(r"\s", "", value or "").upper()
        if not plain:
            return None
        if kind == "nir":  # with or without its two control digits, it is the same person
            plain = plain[:13]
        return hmac.digest(self._secret, f"{kind}:{plain}".encode(), "sha256").hex()[:32]

    def install(self, con: duckdb.DuckDBPyConnection) -> None:
        """Create on a connection the macro `keyed(kind, text)`, which gives what `hash` gives.

        It is plain SQL, many times faster than a call of Python per row. The secret stays in variables of
        the connection: it is written to no database file.

        Examples
        --------
        >>> key, con = Key(b"a secret of sixteen bytes"), duckdb.connect()
        >>> key.install(con)
        >>> text = "2 69 05 49 588 157 80"
        >>> con.execute("select keyed('nir', ?)", [text]).fetchone()[0] == key.hash("nir", text)
        True
        """
        secret = self._secret if len(self._secret) <= _BLOCK else hashlib.sha256(self._secret).digest()
        padded = secret.ljust(_BLOCK, b"\0")
        con.execute("set variable inner_pad = ?", [bytes(byte ^ 0x36 for byte in padded)])
        con.execute("set variable outer_pad = ?", [bytes(byte ^ 0x5C for byte in padded)])
        con.execute(_KEYED)


def read_key(path: Path | None) -> Key | None:
    """Read the key from a file; None where no file is given.

    Raises
    ------
    InvalidArgument : the file is missing or holds fewer than 16 bytes.

    Examples
    --------
    >>> read_key(None) is None
    True
    """
    if path is None:
        return None
    try:
        secret = path.read_bytes().strip()
    except OSError as error:
        raise InvalidArgument(
            "The key file cannot be read", value=str(path), why=str(error.strerror)
        ) from None
    if len(secret) < SHORTEST_KEY:
        raise InvalidArgument(
            "The key is too short",
            where=str(path),
            value=f"{len(secret)} bytes",
            todo=f"Make one of at least {SHORTEST_KEY} bytes: head -c 32 /dev/urandom | base64 > key",
        )
    return Key(secret)


def refuse_without_key(header: str, file: str) -> DataRefused:
    """Error for an identifying column when there is no key.

    Examples
    --------
    >>> print(refuse_without_key("IBAN", "a.csv"))
    Identifying column without a key (a.csv): 'IBAN'.
    Such values are never stored as they are.
    Give --key-file to turn them into keyed hashes, or deliver the file without this column.
    """
    return DataRefused(
        "Identifying column without a key",
        where=file,
        value=header,
        why="Such values are never stored as they are.",
        todo="Give --key-file to turn them into keyed hashes, or deliver the file without this column.",
    )
