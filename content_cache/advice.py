"""Every problem the service tells people of, in words: what happened, what stays, who must act."""

from __future__ import annotations

from kiosk.errors import Advice, Problem, Who

KEPT_VI = "Nội dung đang có vẫn dùng được."
KEPT_EN = "The content that is here stays."


def no_repository() -> Advice:
    """Nothing is configured to look at."""
    return Advice(
        code="content.no-repository",
        who=Who.TECHNICIAN,
        vi=f"Chưa khai báo kho nội dung. {KEPT_VI} Hãy ghi `urls` vào [repository] trong site.toml.",
        en=f"No repository is configured. {KEPT_EN} Put `urls` into [repository] of site.toml.",
    )


def no_area() -> Advice:
    """A repository without an area."""
    return Advice(
        code="content.no-area",
        who=Who.TECHNICIAN,
        vi=f"Chưa khai báo khu vực của điểm. {KEPT_VI} Hãy ghi `area` vào [repository] trong site.toml.",
        en=f"The point's area is not configured. {KEPT_EN} Put `area` into [repository] of site.toml.",
    )


def bad_url(url: str) -> Problem:
    """A URL that no driver serves."""
    return Problem(
        "content.bad-url",
        who=Who.TECHNICIAN,
        vi=f"Địa chỉ kho {url!r:.200} không dùng được. Hãy dùng file:///…, http://… hoặc https://… "
        "trong site.toml.",
        en=f"The repository address {url!r:.200} cannot be used. Use file:///…, http://… or https://… "
        "in site.toml.",
    )


def no_trusted_root(path: object) -> Problem:
    """There is nothing to believe by."""
    return Problem(
        "content.no-trusted-root",
        who=Who.TECHNICIAN,
        vi=f"Thiếu gốc tin cậy {path}, nên không nội dung mới nào được nhận. {KEPT_VI} "
        "Hãy chép root.json của tỉnh vào đó.",
        en=f"The root of trust {path} is missing, so no new content is taken. {KEPT_EN} "
        "Copy the province's root.json there.",
    )


def bad_trusted_root(path: object, reason: object) -> Problem:
    """What should be believed by is damaged."""
    return Problem(
        "content.bad-trusted-root",
        who=Who.TECHNICIAN,
        vi=f"Gốc tin cậy {path} hỏng ({reason}). {KEPT_VI} Hãy chép lại root.json của tỉnh.",
        en=f"The root of trust {path} is damaged ({reason}). {KEPT_EN} Copy the province's root.json again.",
    )


def unreachable(url: str, reason: object) -> Problem:
    """The line or the server is down."""
    return Problem(
        "content.unreachable",
        who=Who.NOBODY,
        vi=f"Không kết nối được kho {url} ({reason}). {KEPT_VI} Máy sẽ tự thử lại.",
        en=f"The repository {url} cannot be reached ({reason}). {KEPT_EN} It is tried again by itself.",
    )


def stalled() -> Advice:
    """Nothing moved for so long that the attempt was given up."""
    return Advice(
        code="content.stalled",
        who=Who.NOBODY,
        vi=f"Đường truyền đứng yên quá lâu nên lần thử này bị bỏ. {KEPT_VI} Máy sẽ tự thử lại.",
        en=f"The line stood still for too long, so this attempt was given up. {KEPT_EN} "
        "It is tried again by itself.",
    )


def portal(url: str) -> Problem:
    """A log-in page answered instead of the repository."""
    return Problem(
        "content.portal-page",
        who=Who.TECHNICIAN,
        vi=f"Thay vì kho nội dung, {url} trả về một trang web (có thể là trang đăng nhập mạng). {KEPT_VI} "
        "Hãy kiểm tra đường truyền hoặc địa chỉ kho.",
        en=f"Instead of the repository, {url} answered with a web page (perhaps a log-in page of the "
        f"network). {KEPT_EN} Check the line or the repository's address.",
    )


def not_a_repository(url: str, reason: object) -> Problem:
    """Something answers there, but it is no repository."""
    return Problem(
        "content.not-a-repository",
        who=Who.TECHNICIAN,
        vi=f"Ở {url} không có kho nội dung hợp lệ ({reason}). {KEPT_VI} "
        "Hãy kiểm tra địa chỉ trong site.toml.",
        en=f"There is no valid repository at {url} ({reason}). {KEPT_EN} Check the address in site.toml.",
    )


def bad_signature(url: str, reason: object) -> Problem:
    """Signed by nobody who may."""
    return Problem(
        "content.bad-signature",
        who=Who.PROVINCE,
        vi=f"Nội dung ở {url} không có đủ chữ ký đúng ({reason}) nên bị từ chối. {KEPT_VI} "
        "Tỉnh cần kiểm tra kho và khoá ký.",
        en=f"The content at {url} lacks valid signatures ({reason}) and is refused. {KEPT_EN} "
        "The province must check the repository and its keys.",
    )


def expired(url: str, reason: object) -> Problem:
    """Signed too long ago."""
    return Problem(
        "content.expired",
        who=Who.PROVINCE,
        vi=f"Chữ ký của kho {url} đã hết hạn ({reason}). {KEPT_VI} Tỉnh cần ký lại: banlang publish sign.",
        en=f"The signatures of {url} have expired ({reason}). {KEPT_EN} "
        "The province must sign again: banlang publish sign.",
    )


def rollback(url: str, reason: object) -> Problem:
    """Older than what was seen before."""
    return Problem(
        "content.rollback",
        who=Who.PROVINCE,
        vi=f"Kho {url} đưa ra bản cũ hơn bản đã thấy ({reason}) nên bị từ chối. {KEPT_VI} "
        "Tỉnh cần kiểm tra máy chủ, rồi ký một bản mới.",
        en=f"The repository {url} offers something older than was seen before ({reason}) and is refused. "
        f"{KEPT_EN} The province must check the server, then sign a new release.",
    )


def mixed(url: str, reason: object) -> Problem:
    """Files of different releases put together."""
    return Problem(
        "content.mixed",
        who=Who.PROVINCE,
        vi=f"Các tệp của kho {url} không thuộc cùng một bản ({reason}) nên bị từ chối. {KEPT_VI} "
        "Nếu kéo dài, tỉnh cần chép lại cả kho.",
        en=f"The files at {url} do not belong to one release ({reason}) and are refused. {KEPT_EN} "
        "If this lasts, the province must copy the whole repository again.",
    )


def not_approved(url: str, reason_vi: str, reason_en: str) -> Problem:
    """Author and approver do not stand for the same bytes."""
    return Problem(
        "content.not-approved",
        who=Who.PROVINCE,
        vi=f"Danh mục ở {url} chưa được duyệt đúng cách: {reason_vi}. {KEPT_VI} "
        "Tỉnh cần soạn và duyệt lại: banlang publish sign.",
        en=f"The catalogue at {url} is not properly approved: {reason_en}. {KEPT_EN} "
        "The province must have it written and approved again: banlang publish sign.",
    )


def nothing_published(url: str, area: str) -> Problem:
    """A sound repository that holds nothing for this area yet."""
    return Problem(
        "content.nothing-published",
        who=Who.PROVINCE,
        vi=f"Kho {url} chưa phát hành gì cho khu vực {area}. {KEPT_VI} Hãy kiểm tra `area` trong site.toml, "
        "hoặc đợi tỉnh phát hành.",
        en=f"The repository {url} has published nothing for the area {area} yet. {KEPT_EN} "
        "Check `area` in site.toml, or wait for the province.",
    )


def too_big(url: str, reason: object) -> Problem:
    """More than any honest repository sends."""
    return Problem(
        "content.too-big",
        who=Who.PROVINCE,
        vi=f"Kho {url} gửi tệp quá lớn ({reason}) nên bị từ chối. {KEPT_VI} Tỉnh cần chia nhỏ danh mục.",
        en=f"The repository {url} sends a file that is too big ({reason}) and is refused. {KEPT_EN} "
        "The province must divide the catalogue.",
    )


def bad_catalogue(url: str, reason: object) -> Problem:
    """Properly signed, but not a catalogue for this point."""
    return Problem(
        "content.bad-catalogue",
        who=Who.PROVINCE,
        vi=f"Danh mục đã ký ở {url} không dùng được ({reason}). {KEPT_VI} Tỉnh cần phát hành lại.",
        en=f"The signed catalogue at {url} cannot be used ({reason}). {KEPT_EN} "
        "The province must publish again.",
    )


def damaged_at_source(url: str, name: str, reason_vi: str, reason_en: str) -> Problem:
    """A blob at the source is not what was signed."""
    return Problem(
        "content.damaged-at-source",
        who=Who.PROVINCE,
        vi=f"Tệp {name[:12]}… ở kho {url} {reason_vi} nên bị từ chối. {KEPT_VI} "
        "Máy sẽ thử lại; tỉnh cần chép lại tệp này lên kho.",
        en=f"The file {name[:12]}… at {url} {reason_en} and is refused. {KEPT_EN} "
        "It is tried again; the province must copy this file to the repository anew.",
    )


def disk_error(reason: object) -> Problem:
    """The disk answers with errors."""
    return Problem(
        "content.disk-error",
        who=Who.TECHNICIAN,
        vi=f"Ổ đĩa báo lỗi ({reason}) khi ghi nội dung. {KEPT_VI} Hãy kiểm tra hoặc thay ổ đĩa.",
        en=f"The disk reports an error ({reason}) while content is written. {KEPT_EN} "
        "Check or replace the disk.",
    )


def unknown_blob(name: str) -> Advice:
    """Somebody suspects a file that no catalogue here names."""
    return Advice(
        code="content.unknown-blob",
        who=Who.NOBODY,
        vi=f"Không danh mục nào ở đây có tệp {name[:12]}…, nên không có gì để kiểm tra.",
        en=f"No catalogue here names the file {name[:12]}…, so there is nothing to verify.",
    )


def incomplete(count: int) -> Advice:
    """The shown catalogue lost blobs."""
    return Advice(
        code="content.incomplete",
        who=Who.NOBODY,
        vi=f"{count} tệp của nội dung đang hiện bị hỏng hoặc mất; máy tải lại từ kho khi có đường truyền.",
        en=f"{count} files of the content on show are damaged or gone; they are fetched again as soon as "
        "the repository answers.",
    )
