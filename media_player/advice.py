"""What the player says to people: one function a situation, Vietnamese and English, with the next step."""

from __future__ import annotations

from kiosk.errors import Advice, Who


def no_catalogue() -> Advice:
    """No content was ever received."""
    return Advice(
        code="media.no-catalogue",
        who=Who.TECHNICIAN,
        vi="Máy chưa có nội dung nào. Hãy nối mạng hoặc cắm USB nội dung, chờ tải xong rồi thử lại.",
        en="This point holds no content yet. Connect the line or plug in a content stick, wait for it "
        "to load, and try again.",
    )


def unknown_item(item: str) -> Advice:
    """The catalogue does not name the item."""
    return Advice(
        code="media.unknown-item",
        who=Who.NOBODY,
        vi=f"Danh mục hiện tại không có mục “{item}”. Hãy chọn mục khác.",
        en=f"The current catalogue has no item “{item}”. Choose another item.",
    )


def nothing_to_play(title: str) -> Advice:
    """The item is text or pictures only."""
    return Advice(
        code="media.nothing-to-play",
        who=Who.NOBODY,
        vi=f"Mục “{title}” không có hình động hay âm thanh để phát. Hãy mở mục này để đọc.",
        en=f"“{title}” has no video or sound to play. Open it to read instead.",
    )


def missing_file(title: str) -> Advice:
    """The catalogue names a file that is not on the disk."""
    return Advice(
        code="media.missing-file",
        who=Who.NOBODY,
        vi=f"Tệp của mục “{title}” không còn trên máy; máy sẽ tải lại. Hãy chọn mục khác lúc này.",
        en=f"The file of “{title}” is not on this machine; it is being fetched again. "
        "Choose another item for now.",
    )


def nothing_plays() -> Advice:
    """A command that needs a running play."""
    return Advice(
        code="media.nothing-plays",
        who=Who.NOBODY,
        vi="Hiện không có gì đang phát. Hãy chọn một mục trước.",
        en="Nothing is playing. Choose an item first.",
    )


def not_yet() -> Advice:
    """A command that must wait for the first picture."""
    return Advice(
        code="media.not-yet",
        who=Who.NOBODY,
        vi="Mục này đang mở. Hãy chờ có hình rồi bấm lại.",
        en="The item is still opening. Wait for the picture, then press again.",
    )


def bad_bytes(title: str) -> Advice:
    """The bytes are not what was signed."""
    return Advice(
        code="media.bad-bytes",
        who=Who.NOBODY,
        vi=f"Tệp của mục “{title}” bị hỏng, không giống bản đã ký; máy sẽ kiểm tra và tải lại. "
        "Hãy chọn mục khác lúc này.",
        en=f"The file of “{title}” is damaged, it is not what was signed; it will be checked and fetched "
        "again. Choose another item for now.",
    )


def unreadable(title: str) -> Advice:
    """The disk cannot read the file."""
    return Advice(
        code="media.unreadable",
        who=Who.TECHNICIAN,
        vi=f"Ổ đĩa không đọc được tệp của mục “{title}”. Hãy kiểm tra ổ đĩa; nếu còn lỗi, thay ổ đĩa.",
        en=f"The disk cannot read the file of “{title}”. Check the disk; replace it if it happens again.",
    )


def failed_to_start(title: str) -> Advice:
    """Genuine bytes that give neither picture nor sound."""
    return Advice(
        code="media.failed-to-start",
        who=Who.PROVINCE,
        vi=f"Mục “{title}” đúng bản đã ký nhưng không phát được. Cấp tỉnh hãy xuất bản lại tệp này "
        "(H.264 và AAC).",
        en=f"“{title}” is what was signed, but it gives no picture and no sound. The province must publish "
        "this file anew (H.264 and AAC).",
    )


def no_sound() -> Advice:
    """The decoded sound finds no output."""
    return Advice(
        code="media.no-sound",
        who=Who.TECHNICIAN,
        vi="Âm thanh của trình phát không đến được loa: thiếu dịch vụ âm thanh hoặc thiết bị ở mục [media] "
        "trong machine.toml. Hãy kiểm tra PipeWire và tên `sink`; máy không tự chuyển sang loa khác.",
        en="The player's sound has no way to the loudspeakers: the sound service, or the device named under "
        "[media] in machine.toml, is missing. Check PipeWire and the name of `sink`; no other loudspeaker "
        "is used instead.",
    )


def cut_short(title: str, shown_s: float, expected_s: float) -> Advice:
    """Genuine bytes that end, or stand still, too early."""
    return Advice(
        code="media.cut-short",
        who=Who.PROVINCE,
        vi=f"Mục “{title}” chỉ phát được {shown_s:.0f} trong {expected_s:.0f} giây. Nếu lần sau vẫn vậy, "
        "cấp tỉnh hãy xuất bản lại tệp này.",
        en=f"“{title}” ended after {shown_s:.0f} of {expected_s:.0f} seconds. If it happens again, the "
        "province must publish this file anew.",
    )
