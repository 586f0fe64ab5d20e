"""Every sentence the audio service says, in Vietnamese and English, with what to do next."""

from __future__ import annotations

from kiosk.errors import Advice, Who
from kiosk.messages import Fault
from kiosk.types import Health

_ROLE_VI = {
    "microphone": "micro",
    "media_left": "âm thanh của trình phát (trái)",
    "media_right": "âm thanh của trình phát (phải)",
    "hall": "loa trong nhà",
    "outdoor": "loa ngoài trời",
}


def fault(advice: Advice, *, health: Health = Health.FAULT, age_s: float = 0.0) -> Fault:
    """Return `advice` as a fault."""
    return Fault(advice=advice, health=health, age_s=age_s)


def port_missing(role: str, name: str) -> Advice:
    """A role's device is not there."""
    return Advice(
        code=f"audio.port-missing.{role.replace('_', '-')}",
        who=Who.TECHNICIAN,
        vi=f"Không thấy thiết bị cho {_ROLE_VI[role]} ({name}). Hãy kiểm tra dây cắm và nguồn điện, "
        "hoặc sửa machine.toml. Máy không tự dùng thiết bị khác thay thế.",
        en=f"The device for {role.replace('_', ' ')} ({name}) is not there. Check its cable and power, "
        "or correct machine.toml. No other device is used in its place.",
    )


def no_server() -> Advice:
    """No JACK or PipeWire answers."""
    return Advice(
        code="audio.no-server",
        who=Who.TECHNICIAN,
        vi="Chưa kết nối được máy chủ âm thanh (PipeWire/JACK); máy đang tự thử lại. "
        "Nếu kéo dài, hãy kiểm tra dịch vụ PipeWire.",
        en="The sound server (PipeWire/JACK) does not answer; it is tried again by itself. "
        "If this lasts, check the PipeWire service.",
    )


def wrong_rate(rate: int) -> Advice:
    """The server runs at another rate."""
    return Advice(
        code="audio.wrong-rate",
        who=Who.TECHNICIAN,
        vi=f"Máy chủ âm thanh chạy ở {rate} Hz, cần 48000 Hz. Hãy sửa cấu hình PipeWire.",
        en=f"The sound server runs at {rate} Hz, 48000 Hz is needed. Correct PipeWire's configuration.",
    )


def no_device(name: str, why: str) -> Advice:
    """The PortAudio device cannot be opened."""
    return Advice(
        code="audio.no-device",
        who=Who.TECHNICIAN,
        vi=f"Không mở được card âm thanh “{name or 'mặc định'}”: {why}. Hãy kiểm tra dây cắm và tên trong "
        "machine.toml; máy tự thử lại.",
        en=f"The sound card “{name or 'default'}” cannot be opened: {why}. Check its cable and its name in "
        "machine.toml; it is tried again by itself.",
    )


def not_logged_in() -> Advice:
    """The connection speaks for nobody."""
    return Advice(
        code="audio.not-allowed",
        who=Who.OFFICER,
        vi="Chỉ cán bộ đã đăng nhập mới được dùng loa. Hãy đăng nhập bằng tên và mã PIN của mình.",
        en="Only a logged-in officer may use the loudspeakers. Log in with your name and PIN.",
    )


def wrong_role() -> Advice:
    """The account may not do this."""
    return Advice(
        code="audio.wrong-role",
        who=Who.TECHNICIAN,
        vi="Tài khoản này không có quyền phát loa. Hãy dùng tài khoản cán bộ.",
        en="This account may not use the loudspeakers. Use an officer's account.",
    )


def silenced() -> Advice:
    """Silence is on."""
    return Advice(
        code="audio.silenced",
        who=Who.OFFICER,
        vi="Hệ thống đang ở chế độ im lặng. Hãy bỏ im lặng bằng tên và mã PIN rồi thử lại.",
        en="The point is silenced. Lift the silence with your name and PIN, then try again.",
    )


def needs_reason() -> Advice:
    """An emergency without a reason."""
    return Advice(
        code="audio.needs-reason",
        who=Who.OFFICER,
        vi="Thông báo khẩn cấp phải ghi lý do. Hãy nhập lý do rồi phát lại.",
        en="An emergency announcement needs a reason. Give one and send it again.",
    )


def bad_order(vi: str, en: str) -> Advice:
    """A command with a value that makes no sense."""
    return Advice(code="audio.bad-order", who=Who.OFFICER, vi=vi, en=en)


def unknown_announcement() -> Advice:
    """Nothing of that name waits or sounds."""
    return Advice(
        code="audio.unknown-announcement",
        who=Who.OFFICER,
        vi="Không có thông báo này trong danh sách. Có thể nó đã phát xong.",
        en="There is no such announcement. It may have finished already.",
    )


def no_talk() -> Advice:
    """There is no live talk of yours."""
    return Advice(
        code="audio.no-talk",
        who=Who.OFFICER,
        vi="Micro đang không mở. Hãy bấm nói để mở.",
        en="The microphone is not open. Press talk to open it.",
    )


def not_spoken() -> Advice:
    """A prompt for something that is not a spoken label."""
    return Advice(
        code="audio.not-a-label",
        who=Who.NOBODY,
        vi="Chỉ nhãn đọc có trong danh mục đã ký mới được phát. Hãy chờ cập nhật nội dung.",
        en="Only spoken labels of the signed catalogue may be played. Wait for the next content update.",
    )


def power_was_cut() -> Advice:
    """An announcement that the machine's restart cut off."""
    return Advice(
        code="audio.power-cut",
        who=Who.OFFICER,
        vi="Máy đã khởi động lại trước khi phát xong. Hãy phát lại nếu còn cần.",
        en="The machine restarted before it had sounded. Announce it again if it is still needed.",
    )
