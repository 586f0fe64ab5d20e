"""Decide whether an order may be given at all: who asks, whether silence is on, whether it makes sense.

The only way to the loudspeakers leads through `refusal_of`.
"""

from __future__ import annotations

from typing import Any

from audio import advice as say
from kiosk.errors import Advice
from kiosk.messages import Announce, TalkStart
from kiosk.types import OfficerRole, Priority, is_sha256

SPEAKERS = (OfficerRole.OFFICER, OfficerRole.APPROVER)
"""Who may use the loudspeakers."""

MAY_LIFT = (*SPEAKERS, OfficerRole.TECHNICIAN)
"""Who may lift the silence."""

LONGEST_TALK_S = 36000.0


def refusal_of(
    command: Any, known: tuple[str, tuple[OfficerRole, ...]] | None, *, silenced: bool
) -> Advice | None:
    """Return why the officer `known` (None: nobody logged in) may not give `command` now, or None."""
    if known is None:
        return say.not_logged_in()
    if not any(role in SPEAKERS for role in known[1]):
        return say.wrong_role()
    if not isinstance(command, TalkStart | Announce):
        return None
    if silenced:
        return say.silenced()
    if not command.zones:
        return say.bad_order("Hãy chọn ít nhất một loa.", "Choose at least one loudspeaker zone.")
    return _talk_refusal(command) if isinstance(command, TalkStart) else _announce_refusal(command)


def _talk_refusal(order: TalkStart) -> Advice | None:
    if order.max_s is None or 0 < order.max_s <= LONGEST_TALK_S:
        return None
    return say.bad_order(
        "Thời gian nói tối đa phải từ 1 giây đến 10 giờ.",
        "The longest talk must be between 1 second and 10 hours.",
    )


def _announce_refusal(order: Announce) -> Advice | None:
    if not is_sha256(order.clip):
        return say.bad_order("Tên bản ghi không hợp lệ.", "The recording is not named by its SHA-256.")
    if not order.title.strip() or len(order.title) > 200:
        return say.bad_order(
            "Thông báo phải có tiêu đề, dài tối đa 200 ký tự.",
            "An announcement needs a title of at most 200 characters.",
        )
    if not 1 <= order.repeat <= 99 or not 0 <= order.gap_s <= 3600:
        return say.bad_order(
            "Số lần phát từ 1 đến 99, khoảng nghỉ từ 0 đến 3600 giây.",
            "Repeat 1 to 99 times, with 0 to 3600 seconds between.",
        )
    if order.priority is Priority.EMERGENCY and not order.reason.strip():
        return say.needs_reason()
    return None
