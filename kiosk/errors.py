"""Errors that say what happened, what to do next, and who must act.

Raise `Problem` for anything a person has to know; let bugs crash the process (it is restarted).
"""

from __future__ import annotations

import enum

import msgspec


class Who(enum.StrEnum):
    """Who must act on a problem."""

    TECHNICIAN = "technician"
    PROVINCE = "province"
    OFFICER = "officer"
    NOBODY = "nobody"  # it is tried again by itself


WHO_VI = {
    Who.TECHNICIAN: "kỹ thuật viên",
    Who.PROVINCE: "cấp tỉnh",
    Who.OFFICER: "cán bộ xã",
    Who.NOBODY: "không ai, máy tự thử lại",
}


class Advice(msgspec.Struct, frozen=True, kw_only=True):
    """One problem in words; travels on the bus and into reports.

    `code` is stable and machine-readable (``content.bad-signature``); `vi` and `en` are one or two
    sentences that say what happened and what to do next.
    """

    code: str
    who: Who
    vi: str
    en: str

    def __str__(self) -> str:
        return f"{self.vi}\n{self.en} [{self.code}]"


class Problem(Exception):
    """A condition some person must know about; carries its `Advice`."""

    def __init__(self, code: str, *, who: Who, vi: str, en: str) -> None:
        self.advice = Advice(code=code, who=who, vi=vi, en=en)
        super().__init__(str(self.advice))

    @property
    def code(self) -> str:
        """The stable name of the problem."""
        return self.advice.code
