"""Officers' named accounts: hashed PINs and lock-out; there is no default account and no default PIN.

scrypt with N=2^15, r=8, p=1 takes about 0.1 s and 32 MiB a try (RFC 7914's shape, OWASP's 2023
minimum of 2^17 is too slow for the weakest boxes; the lock-out does the rest). After `FREE_TRIES` wrong PINs
each further try must wait, doubling from 30 s to an hour, kept on disk so a restart does not help.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from pathlib import Path

import msgspec

from kiosk.errors import Problem, Who
from kiosk.files import replace_bytes
from kiosk.types import OfficerRole

FREE_TRIES = 5
PIN_MIN = 6
_N, _R, _P = 2**15, 8, 1


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """One officer as kept on disk."""

    name: str
    roles: tuple[OfficerRole, ...]
    salt: bytes
    hash: bytes


class _File(msgspec.Struct, kw_only=True):
    accounts: dict[str, Account] = {}


class _Tries(msgspec.Struct, kw_only=True):
    wrong: dict[str, int] = {}


def _hash(pin: str, salt: bytes) -> bytes:
    return hashlib.scrypt(pin.encode(), salt=salt, n=_N, r=_R, p=_P, maxmem=2**26)


def add_account(path: Path, name: str, pin: str, roles: tuple[OfficerRole, ...]) -> None:
    """Create or replace an officer; raises `Problem` for a bad name or a weak PIN."""
    name = name.strip()
    if not name or len(name) > 60:
        raise Problem(
            "account.bad-name",
            who=Who.TECHNICIAN,
            vi="Tên cán bộ phải có từ 1 đến 60 ký tự. Hãy nhập lại.",
            en="An officer's name must have 1 to 60 characters. Enter it again.",
        )
    if len(pin) < PIN_MIN or not pin.isdigit() or len(set(pin)) < 3 or pin in "01234567890 9876543210":
        raise Problem(
            "account.weak-pin",
            who=Who.OFFICER,
            vi=f"Mã PIN phải có ít nhất {PIN_MIN} chữ số và không dễ đoán (như 111111, 123456). "
            "Hãy chọn mã khác.",
            en=f"A PIN must have at least {PIN_MIN} digits and not be easy to guess (like 111111 or "
            "123456). Choose another.",
        )
    kept = _read(path)
    salt = secrets.token_bytes(16)
    kept.accounts[name] = Account(name=name, roles=roles, salt=salt, hash=_hash(pin, salt))
    replace_bytes(path, msgspec.json.encode(kept), mode=0o640)


def accounts(path: Path) -> list[Account]:
    """Return every officer of the point."""
    return list(_read(path).accounts.values())


def _read(path: Path) -> _File:
    try:
        return msgspec.json.decode(path.read_bytes(), type=_File)
    except FileNotFoundError:
        return _File()


class PinCheck:
    """Checks PINs and keeps the lock-out; one per service that takes logins, used from one thread.

    A try takes about 0.1 s of processor: never call it from a service's loop or a callback.
    """

    def __init__(self, accounts_file: Path, tries_file: Path) -> None:
        self._accounts_file = accounts_file
        self._tries_file = tries_file
        self._locked_until: dict[str, float] = {}
        for name, wrong in self._tries().wrong.items():
            if wrong >= FREE_TRIES:
                self._locked_until[name] = _wait_s(wrong)  # from the first moment after a restart

    def check(self, name: str, pin: str, now: float) -> Account:
        """Return the officer; raises `Problem` ``account.wrong-pin`` or ``account.locked``.

        `now` is seconds since the service started. An unknown name costs the same time and gives the
        same answer as a wrong PIN.
        """
        left = self._locked_until.get(name, 0.0) - now
        if left > 0:
            raise Problem(
                "account.locked",
                who=Who.OFFICER,
                vi=f"Nhập sai mã PIN nhiều lần. Hãy chờ {left:.0f} giây rồi thử lại.",
                en=f"Too many wrong PINs. Wait {left:.0f} seconds and try again.",
            )
        account = _read(self._accounts_file).accounts.get(name)
        salt = account.salt if account else b"\0" * 16
        right = hmac.compare_digest(_hash(pin, salt), account.hash if account else b"\0" * 64)
        tries = self._tries()
        if account is not None and right:
            if tries.wrong.pop(name, 0):
                self._keep(tries)
            return account
        tries.wrong[name] = tries.wrong.get(name, 0) + 1
        if len(tries.wrong) > 1000:  # a flood of made-up names must not fill the disk
            tries.wrong = {name: tries.wrong[name]}
        self._keep(tries)
        if tries.wrong[name] >= FREE_TRIES:
            self._locked_until[name] = now + _wait_s(tries.wrong[name])
        raise Problem(
            "account.wrong-pin",
            who=Who.OFFICER,
            vi="Tên hoặc mã PIN không đúng. Hãy nhập lại; nếu quên, hỏi kỹ thuật viên.",
            en="The name or PIN is wrong. Enter it again; if you forgot it, ask the technician.",
        )

    def _tries(self) -> _Tries:
        try:
            return msgspec.json.decode(self._tries_file.read_bytes(), type=_Tries)
        except (FileNotFoundError, msgspec.MsgspecError):
            return _Tries()

    def _keep(self, tries: _Tries) -> None:
        self._tries_file.parent.mkdir(parents=True, exist_ok=True)
        replace_bytes(self._tries_file, msgspec.json.encode(tries))


def _wait_s(wrong: int) -> float:
    return min(3600.0, 30.0 * 2.0 ** (wrong - FREE_TRIES))
