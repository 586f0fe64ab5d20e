"""The handbook: online public services, step by step; a PDF of eight wide pages in Vietnamese and English."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from fpdf import FPDF
from PIL import Image

from kiosk.folding import nfc
from provisioning.sample import drawing as d
from provisioning.sample import household, people, things, tiles
from provisioning.sample.drawing import Canvas
from provisioning.sample.fonts import font_file
from provisioning.sample.manifest import ISSUER, Item, Rendition

LANGUAGES = ("vi", "en")
PAGE = (320.0, 180.0)
"""Millimetres: the shape of the screen."""

ITEM = Item(
    id="so-tay-dich-vu-cong",
    kind="handbook",
    topic="public-services",
    titles={
        "vi": "Sổ tay dịch vụ công trực tuyến",
        "en": "Handbook: public services online",
        "zh-Hans": "网上办事手册",
    },
    spoken_zh="wang3 shang4 ban4 shi4 shou3 ce4",
    renditions=tuple(Rendition(f"handbook.{tag}.pdf", "document", (tag,)) for tag in LANGUAGES),
    published="2026-11-08",
)


@dataclass(frozen=True)
class Page:
    """One page: its picture, and heading and lines by language."""

    art: Callable[[Canvas], None]
    heading: dict[str, str]
    lines: dict[str, tuple[str, ...]]


def _art_prepare(canvas: Canvas) -> None:
    household.id_card(canvas, 340, 300, 460)
    things.telephone(canvas, 610, 560, 420, d.hex_colour("dff0ea"))
    things.tick(canvas, 610, 540, 62)
    canvas.box(110, 480, 430, 760, d.WHITE, 14)
    for row in range(5):
        canvas.box(150, 525 + row * 44, 390 - (row % 3) * 50, 541 + row * 44, d.hex_colour("93a4ab"), 6)


def _art_address(canvas: Canvas) -> None:
    left, top, right, bottom = household.laptop(canvas, 400, 680, 660)
    canvas.box(left, top, right, top + 66, d.hex_colour("cfdadd"))
    canvas.box(left + 26, top + 14, right - 26, top + 52, d.WHITE, 18)
    things.padlock(canvas, left + 56, top + 30, 32, d.LEAF)
    canvas.box(left + 90, top + 26, left + 300, top + 40, d.INDIGO, 6)
    canvas.box(left + 304, top + 26, left + 372, top + 40, d.LEAF, 6)
    things.shield(canvas, (left + right) / 2, (top + bottom) / 2 + 34, 220, d.LEAF)
    things.tick(canvas, (left + right) / 2, (top + bottom) / 2 + 30, 56, d.darker(d.LEAF, 0.2))


def _art_login(canvas: Canvas) -> None:
    left, top, right, _ = things.telephone(canvas, 400, 420, 720, d.PAPER)
    middle = (left + right) / 2
    canvas.disc(middle, top + 150, 74, d.hex_colour("b5cbd0"))
    canvas.disc(middle, top + 128, 28, d.TEAL)
    canvas.ellipse(middle, top + 190, 46, 32, d.TEAL)
    for row in range(2):
        canvas.box(
            left + 30, top + 270 + row * 86, right - 30, top + 334 + row * 86, d.hex_colour("dfe8e8"), 14
        )
    for dot in range(6):
        canvas.disc(left + 62 + dot * 30, top + 388, 9, d.INK)
    canvas.box(left + 30, top + 460, right - 30, top + 530, d.LEAF, 18)
    things.padlock(canvas, 640, 640, 190)


def _art_form(canvas: Canvas) -> None:
    canvas.box(158, 88, 672, 738, d.darker(d.TEAL, 0.4), 18)
    canvas.box(150, 80, 660, 730, d.PAPER)
    household.form(canvas, 150, 80, 660, 730, done=4)
    canvas.line([(560, 800), (690, 560)], 34, d.AMBER)
    canvas.polygon([(540, 842), (545, 792), (576, 809)], d.CREAM)
    canvas.polygon([(540, 842), (542, 820), (556, 828)], d.INK)


def _art_follow(canvas: Canvas) -> None:
    for row, colour in enumerate((d.LEAF, d.LEAF, d.AMBER)):
        y = 200 + row * 220
        if row < 2:
            canvas.line([(190, y + 60), (190, y + 160)], 14, d.hex_colour("9ccabf"))
        canvas.box(290, y - 70, 720, y + 70, d.WHITE, 24)
        canvas.box(330, y - 30, 620 - row * 50, y - 8, d.INDIGO, 8)
        canvas.box(330, y + 14, 680 - row * 70, y + 32, d.hex_colour("c3ccd8"), 8)
        if row < 2:
            things.tick(canvas, 190, y, 62, colour)
        else:
            canvas.disc(190, y, 62, colour)
            canvas.line([(190, y - 34), (190, y), (216, y + 16)], 11, d.INK)


def _art_safe(canvas: Canvas) -> None:
    things.shield(canvas, 400, 410, 620, d.LEAF)
    things.padlock(canvas, 400, 370, 320)
    things.cross(canvas, 640, 660, 84)
    canvas.box(160, 610, 380, 710, d.INDIGO, 30)
    for dot in range(4):
        canvas.disc(210 + dot * 40, 660, 13, d.WHITE)


def _art_help(canvas: Canvas) -> None:
    canvas.box(60, 150, 740, 240, d.TEAL, 20)
    canvas.disc(400, 120, 92, d.AMBER)
    canvas.disc(400, 96, 15, d.INK)
    canvas.line([(400, 128), (400, 168)], 20, d.INK)
    elder = people.Figure(height=380, coat=d.hex_colour("7a5a8c"), hood=False, hair=d.hex_colour("d8d6d2"),
                          stick=True, stoop=0.06)  # fmt: skip
    people.stand(canvas, 170, 730, elder)
    people.stand(canvas, 350, 730, people.Figure(height=400, coat=d.RED, hood=False, long_hair=True))
    people.stand(
        canvas, 620, 730, people.Figure(height=420, coat=d.INDIGO, hood=False), facing=-1, reach=(500, 520)
    )
    canvas.box(440, 560, 720, 590, d.WOOD, 8)
    canvas.box(460, 588, 700, 740, d.darker(d.WOOD, 0.25))
    canvas.box(40, 734, 760, 750, d.hex_colour("8fb3ad"), 8)


PAGES = (
    Page(
        _art_prepare,
        {"vi": "1. Chuẩn bị", "en": "1. Get ready"},
        {
            "vi": (
                "Thẻ căn cước còn hạn.",
                "Điện thoại dùng số của chính mình.",
                "Ảnh chụp giấy tờ rõ bốn góc, không lóa.",
                "Chưa có điện thoại thông minh? Hãy đến điểm hỗ trợ.",
            ),
            "en": (
                "A valid identity card.",
                "A telephone with your own number.",
                "Photos of papers: all four corners, no glare.",
                "No smart telephone? Come to the support point.",
            ),
        },
    ),
    Page(
        _art_address,
        {"vi": "2. Vào đúng địa chỉ", "en": "2. Open the right address"},
        {
            "vi": (
                "Cổng Dịch vụ công quốc gia: dichvucong.gov.vn",
                "Trang của cơ quan nhà nước kết thúc bằng .gov.vn",
                "Tự gõ địa chỉ. Không bấm đường liên kết lạ trong tin nhắn.",
            ),
            "en": (
                "The national portal: dichvucong.gov.vn",
                "Addresses of state offices end in .gov.vn",
                "Type the address yourself. Do not tap links in messages.",
            ),
        },
    ),
    Page(
        _art_login,
        {"vi": "3. Đăng nhập", "en": "3. Log in"},
        {
            "vi": (
                "Đăng nhập bằng tài khoản định danh điện tử VNeID.",
                "Tự tay nhập mật khẩu, che tay khi nhập.",
                "Không đưa mật khẩu, mã OTP cho bất kỳ ai, kể cả người quen.",
            ),
            "en": (
                "Log in with your VNeID electronic identity.",
                "Type the password yourself and cover your hand.",
                "Give your password or one-time code to nobody.",
            ),
        },
    ),
    Page(
        _art_form,
        {"vi": "4. Điền và nộp hồ sơ", "en": "4. Fill in and send"},
        {
            "vi": (
                "Tìm tên thủ tục, đọc kỹ giấy tờ phải nộp.",
                "Điền đúng như trên giấy tờ.",
                "Đính kèm ảnh giấy tờ, xem lại một lượt rồi mới gửi.",
            ),
            "en": (
                "Find the procedure and read which papers it needs.",
                "Write everything exactly as on your papers.",
                "Attach the photos, look through once more, then send.",
            ),
        },
    ),
    Page(
        _art_follow,
        {"vi": "5. Theo dõi kết quả", "en": "5. Follow the result"},
        {
            "vi": (
                "Chép lại mã hồ sơ và giữ cẩn thận.",
                "Dùng mã để xem hồ sơ đến bước nào.",
                "Nếu được yêu cầu bổ sung, làm theo hướng dẫn trên cổng.",
            ),
            "en": (
                "Write down the file number and keep it well.",
                "Use it to see how far your file has come.",
                "If more is asked for, follow the portal's instructions.",
            ),
        },
    ),
    Page(
        _art_safe,
        {"vi": "6. Giữ an toàn", "en": "6. Stay safe"},
        {
            "vi": (
                "Dùng máy chung xong phải đăng xuất, không lưu mật khẩu.",
                "Cơ quan nhà nước không hỏi mật khẩu, mã OTP qua điện thoại.",
                "Nghi bị lừa: dừng lại, hỏi cán bộ hoặc báo công an xã.",
            ),
            "en": (
                "On a shared computer log out; never save the password.",
                "State offices never ask for passwords or codes by telephone.",
                "In doubt: stop, ask an officer or tell the commune police.",
            ),
        },
    ),
    Page(
        _art_help,
        {"vi": "Cần giúp, hãy hỏi", "en": "Need help? Ask"},
        {
            "vi": (
                "Cán bộ tại điểm hỗ trợ hướng dẫn, bà con tự tay làm.",
                "Có thể nộp hồ sơ trực tiếp tại bộ phận một cửa của xã.",
                "Chưa thạo tiếng phổ thông? Hãy nhờ người cùng tiếng nói giúp.",
            ),
            "en": (
                "The officer at the support point guides; you do it yourself.",
                "You can also hand in papers at the commune's one-stop desk.",
                "Not at ease in Vietnamese? Ask someone who shares your language to help.",
            ),
        },
    ),
)


def render(folder: Path) -> None:
    """Write the PDF in each language and the tile into `folder`."""
    tiles.write(tiles.public_service, folder, large=False)
    cover = tiles.public_service().done()
    art = [_picture(page.art) for page in PAGES]
    for language in LANGUAGES:
        _write(folder / f"handbook.{language}.pdf", language, cover, art)


def _picture(draw: Callable[[Canvas], None]) -> Image.Image:
    canvas = Canvas(800, 840, d.hex_colour("dcefe9"))
    canvas.disc(640, 160, 260, (255, 255, 255, 90))
    canvas.disc(120, 760, 200, (255, 255, 255, 90))
    draw(canvas)
    return canvas.done()


def _write(target: Path, language: str, cover: Image.Image, art: list[Image.Image]) -> None:
    pdf = FPDF(orientation="L", unit="mm", format=(PAGE[1], PAGE[0]))
    pdf.set_creation_date(datetime(2026, 11, 1, tzinfo=UTC))
    pdf.set_title(nfc(ITEM.titles[language]))
    pdf.set_author(nfc(ISSUER))
    pdf.set_lang(language)
    pdf.set_auto_page_break(False)
    pdf.set_margin(0)
    pdf.add_font("text", "", font_file())
    pdf.add_font("text", "B", font_file(bold=True))
    _cover(pdf, language, cover)
    for number, (page, picture) in enumerate(zip(PAGES, art, strict=True), start=2):
        _page(pdf, language, page, picture, number)
    target.write_bytes(bytes(pdf.output()))


def _cover(pdf: FPDF, language: str, cover: Image.Image) -> None:
    pdf.add_page()
    pdf.set_fill_color(18, 60, 76)
    pdf.rect(0, 0, *PAGE, style="F")
    pdf.image(_png(cover), x=136, y=32.5, w=184)
    pdf.set_text_color(255, 255, 255)
    pdf.set_xy(16, 46)
    pdf.set_font("text", "B", 38)
    title = {"vi": "Sổ tay dịch vụ công trực tuyến", "en": "Public services online"}[language]
    pdf.multi_cell(112, 17, nfc(title), align="L", new_x="LMARGIN", new_y="NEXT")
    pdf.set_xy(16, pdf.get_y() + 8)
    pdf.set_font("text", "", 19)
    pdf.set_text_color(255, 233, 168)
    under = {"vi": "Sáu bước đơn giản và an toàn", "en": "Six simple and safe steps"}[language]
    pdf.multi_cell(112, 10, nfc(under), align="L")


def _page(pdf: FPDF, language: str, page: Page, picture: Image.Image, number: int) -> None:
    pdf.add_page()
    pdf.set_fill_color(251, 246, 234)
    pdf.rect(0, 0, *PAGE, style="F")
    width = PAGE[1] * picture.width / picture.height
    pdf.image(_png(picture), x=PAGE[0] - width, y=0, h=PAGE[1])
    column = PAGE[0] - width - 27
    pdf.set_xy(14, 18)
    pdf.set_font("text", "B", 30)
    pdf.set_text_color(18, 60, 76)
    pdf.multi_cell(column + 8, 13, nfc(page.heading[language]), align="L", new_x="LMARGIN", new_y="NEXT")
    pdf.set_font("text", "", 23)
    pdf.set_text_color(20, 34, 46)
    y = pdf.get_y() + 7
    for line in page.lines[language]:
        pdf.set_fill_color(200, 55, 45)
        pdf.ellipse(14.5, y + 4, 3.6, 3.6, style="F")
        pdf.set_xy(22, y)
        pdf.multi_cell(column, 11.5, nfc(line), align="L", new_x="LMARGIN", new_y="NEXT")
        y = pdf.get_y() + 5
    pdf.set_font("text", "", 12)
    pdf.set_text_color(90, 100, 108)
    pdf.text(14, 172, nfc(f"{ISSUER} · {number}"))


def _png(picture: Image.Image) -> io.BytesIO:
    data = io.BytesIO()
    picture.save(data, "PNG")
    data.seek(0)
    return data
