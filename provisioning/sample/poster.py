"""Two posters, each in Vietnamese, English and Chinese: online scams (portrait), fire at home (landscape).

Letters stand on plain ground with a contrast of at least 7 : 1.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from provisioning.sample import drawing as d
from provisioning.sample import things, tiles
from provisioning.sample.drawing import Canvas
from provisioning.sample.lettering import paragraph
from provisioning.sample.manifest import SPOKEN_BY_MACHINE, Item, Rendition

Icon = Callable[[Canvas, float, float, float], None]


@dataclass(frozen=True)
class Words:
    """What one poster says in one language."""

    title: str
    rules: tuple[str, ...]
    foot: str


SCAM = {
    "vi": Words(
        "Cảnh giác lừa đảo qua mạng",
        (
            "Không đọc mã OTP, mật khẩu cho bất kỳ ai.",
            "Không bấm vào đường liên kết lạ.",
            "Không chuyển tiền khi bị thúc giục hay đe dọa.",
            "Gọi lại người thân bằng số quen để hỏi cho rõ.",
        ),
        "Nghi bị lừa? Dừng lại, báo công an xã hoặc gọi 113.",
    ),
    "en": Words(
        "Beware of online scams",
        (
            "Never tell anyone your password or one-time code.",
            "Do not tap links you do not know.",
            "Do not send money when you are rushed or threatened.",
            "Call your relative back on the number you know.",
        ),
        "In doubt? Stop. Tell the commune police or call 113.",
    ),
    "zh-Hans": Words(
        "谨防网络诈骗",
        (
            "不要把密码和验证码告诉任何人。",
            "不要点击陌生链接。",
            "被催促或威胁时，不要转账。",
            "用熟悉的号码给亲人回电话，问清楚。",
        ),
        "怀疑被骗？先停下，报告乡公安或拨打 113。",
    ),
}
FIRE = {
    "vi": Words(
        "Phòng cháy trong nhà",
        (
            "Tắt bếp, dập hết than trước khi ra khỏi nhà.",
            "Không để củi, rơm, xăng dầu gần bếp.",
            "Rút sạc, tắt thiết bị điện khi ngủ hoặc đi vắng.",
            "Để sẵn nước, cát, bình chữa cháy.",
            "Cả nhà cùng biết hai lối thoát.",
        ),
        "Có cháy: hô to, thoát ra ngoài, gọi 114.",
    ),
    "en": Words(
        "Prevent fire at home",
        (
            "Put out the stove and all embers before you leave.",
            "Keep firewood, straw and fuel away from the stove.",
            "Unplug chargers when you sleep or go out.",
            "Keep water, sand and an extinguisher at hand.",
            "Everyone at home should know two ways out.",
        ),
        "Fire? Shout, get out, call 114.",
    ),
    "zh-Hans": Words(
        "家庭防火",
        (
            "出门前关好炉灶，熄灭炭火。",
            "柴草、汽油要远离炉灶。",
            "睡觉或外出时，拔掉充电器，关闭电器。",
            "备好水、沙子和灭火器。",
            "全家人都要知道两条逃生路。",
        ),
        "着火了：大声呼救，跑到屋外，拨打 114。",
    ),
}


def _files(tag: str) -> tuple[Rendition, ...]:
    return tuple(
        Rendition(f"poster.{tag_}.png", "picture", (tag_,)) for tag_ in (tag, *SPOKEN_BY_MACHINE[1:])
    )


SCAM_ITEM = Item(
    id="lua-dao-qua-mang",
    kind="poster",
    topic="safety",
    titles={tag: words.title for tag, words in SCAM.items()},
    spoken_zh="jin3 fang2 wang3 luo4 zha4 pian4",
    renditions=_files("vi"),
    published="2026-11-02",
)
FIRE_ITEM = Item(
    id="phong-chay-nha",
    kind="poster",
    topic="safety",
    titles={tag: words.title for tag, words in FIRE.items()},
    spoken_zh="jia1 ting2 fang2 huo3",
    renditions=_files("vi"),
    published="2026-11-03",
)


def render_scam(folder: Path) -> None:
    """Draw the poster on online scams and its tile into `folder`."""
    tiles.write(tiles.scam, folder, large=False)
    for tag, words in SCAM.items():
        _save(draw_scam(words, chinese=tag.startswith("zh")), folder / f"poster.{tag}.png")


def render_fire(folder: Path) -> None:
    """Draw the poster on fire at home and its tile into `folder`."""
    tiles.write(tiles.home_fire, folder, large=False)
    picture = tiles.home_fire(4).image.reduce(2)
    for tag, words in FIRE.items():
        _save(draw_fire(words, picture, chinese=tag.startswith("zh")), folder / f"poster.{tag}.png")


def _save(canvas: Canvas, target: Path) -> None:
    canvas.done().save(target, compress_level=9)


def draw_scam(words: Words, *, chinese: bool = False) -> Canvas:
    """Return the portrait poster, 2400 × 3200."""
    canvas = Canvas(2400, 3200, d.PAPER)
    canvas.sky(d.hex_colour("16224a"), d.hex_colour("24407a"), bottom=1500)
    canvas.disc(2150, 300, 520, (255, 255, 255, 12))
    canvas.disc(200, 1250, 420, (255, 255, 255, 12))
    paragraph(
        canvas,
        150,
        110,
        2100,
        430,
        words.title,
        d.hex_colour("ffe9a8"),
        size=230,
        bold=True,
        chinese=chinese,
        centred=True,
    )
    left, top, right, bottom = things.telephone(canvas, 1200, 1030, 860, d.hex_colour("e8eef6"))
    canvas.box(left + 30, top + 80, right - 90, top + 160, d.hex_colour("cbd8e8"), 28)
    canvas.box(left + 90, top + 190, right - 30, top + 260, d.hex_colour("a8c7b0"), 28)
    canvas.box(left + 30, bottom - 190, right - 120, bottom - 110, d.hex_colour("cbd8e8"), 28)
    canvas.polygon([(990, 1150), (1060, 1150), (1010, 1220)], d.WHITE)
    canvas.box(910, 900, 1560, 1160, d.WHITE, 44)
    things.warning(canvas, 1050, 1034, 170)
    for row, wide in enumerate((330, 260, 300)):
        canvas.box(1180, 950 + row * 60, 1180 + wide, 978 + row * 60, d.hex_colour("c3ccd8"), 10)
    canvas.line([(1680, 560), (1680, 650)], 9, d.hex_colour("d7dfe6"))
    things.hook(canvas, 1680, 660, 420)
    things.shield(canvas, 520, 1040, 430, d.LEAF)
    things.padlock(canvas, 520, 1000, 240)
    icons: tuple[Icon, ...] = (_code, _link, _money, _call)
    for row, (rule, icon) in enumerate(zip(words.rules, icons, strict=True)):
        y = 1590 + row * 322
        canvas.box(150, y, 2250, y + 282, d.WHITE, 48)
        canvas.box(150, y, 174, y + 282, d.LEAF if icon is _call else d.RED, 10)
        canvas.disc(340, y + 141, 112, d.hex_colour("e4ecf5"))
        icon(canvas, 340, y + 141, 112)
        paragraph(canvas, 520, y + 16, 1660, 250, rule, d.INK, size=106, bold=True, chinese=chinese)
    canvas.box(0, 2890, 2400, 3200, d.hex_colour("9c1f1a"))
    paragraph(
        canvas, 150, 2910, 2100, 270, words.foot, d.WHITE, size=112, bold=True, chinese=chinese, centred=True
    )
    return canvas


def draw_fire(words: Words, picture: Image.Image, *, chinese: bool = False) -> Canvas:
    """Return the landscape poster, 3200 × 2000, round `picture` (2560 × 1600)."""
    canvas = Canvas(3200, 2000, d.hex_colour("fdf3de"), scale=1)
    canvas.box(0, 0, 3200, 330, d.hex_colour("9c1f1a"))
    things.flame(canvas, 230, 285, 240)
    paragraph(canvas, 420, 30, 2600, 270, words.title, d.WHITE, size=210, bold=True, chinese=chinese)
    shown = picture.resize((1680, 1050), Image.Resampling.LANCZOS)
    canvas.box(92, 412, 1788, 1478, d.hex_colour("c89a5b"), 30)
    canvas.image.paste(shown, (100, 420))
    canvas.box(100, 1540, 1780, 1900, d.hex_colour("9c1f1a"), 48)
    paragraph(
        canvas, 170, 1560, 1540, 320, words.foot, d.WHITE, size=128, bold=True, chinese=chinese, centred=True
    )
    icons: tuple[Icon, ...] = (_stove, _wood, _plug, _bucket, _door)
    for row, (rule, icon) in enumerate(zip(words.rules, icons, strict=True)):
        y = 412 + row * 300
        canvas.box(1860, y, 3100, y + 268, d.WHITE, 44)
        canvas.disc(2010, y + 134, 104, d.hex_colour("fbe3b5"))
        icon(canvas, 2010, y + 134, 104)
        paragraph(canvas, 2160, y + 14, 890, 240, rule, d.INK, size=80, bold=True, chinese=chinese)
    return canvas


def _code(canvas: Canvas, x: float, y: float, r: float) -> None:
    canvas.box(x - 0.7 * r, y - 0.3 * r, x + 0.7 * r, y + 0.3 * r, d.INDIGO, 0.15 * r)
    for dot in range(4):
        canvas.disc(x + (dot - 1.5) * 0.32 * r, y, 0.1 * r, d.WHITE)
    things.cross(canvas, x + 0.62 * r, y + 0.5 * r, 0.34 * r)


def _link(canvas: Canvas, x: float, y: float, r: float) -> None:
    for dx, dy, start in ((-0.24, 0.12, 60), (0.24, -0.12, 240)):
        canvas.arc(x + dx * r, y + dy * r, 0.34 * r, start, start + 270, 0.15 * r, d.INDIGO)
    canvas.line([(x - 0.22 * r, y + 0.1 * r), (x + 0.22 * r, y - 0.1 * r)], 0.15 * r, d.INDIGO)
    things.cross(canvas, x + 0.62 * r, y + 0.5 * r, 0.34 * r)


def _money(canvas: Canvas, x: float, y: float, r: float) -> None:
    canvas.box(x - 0.74 * r, y - 0.36 * r, x + 0.74 * r, y + 0.36 * r, d.LEAF, 0.08 * r)
    canvas.box(x - 0.64 * r, y - 0.26 * r, x + 0.64 * r, y + 0.26 * r, d.lighter(d.LEAF, 0.5), 0.05 * r)
    canvas.disc(x, y, 0.2 * r, d.LEAF)
    things.cross(canvas, x + 0.62 * r, y + 0.5 * r, 0.34 * r)


def _call(canvas: Canvas, x: float, y: float, r: float) -> None:
    things.telephone(canvas, x - 0.05 * r, y, 1.3 * r, d.hex_colour("dff0ea"))
    canvas.disc(x - 0.05 * r, y - 0.1 * r, 0.18 * r, d.LEAF)
    things.tick(canvas, x + 0.55 * r, y + 0.5 * r, 0.34 * r)


def _stove(canvas: Canvas, x: float, y: float, r: float) -> None:
    things.flame(canvas, x, y + 0.52 * r, 1.15 * r)
    things.cross(canvas, x + 0.62 * r, y + 0.5 * r, 0.34 * r)


def _wood(canvas: Canvas, x: float, y: float, r: float) -> None:
    for dx, dy in ((-0.42, 0.3), (0.0, 0.3), (0.42, 0.3), (-0.21, -0.05), (0.21, -0.05), (0.0, -0.4)):
        canvas.disc(x + dx * r, y + dy * r, 0.21 * r, d.WOOD_DARK)
        canvas.disc(x + dx * r, y + dy * r, 0.15 * r, d.lighter(d.WOOD, 0.35))
        canvas.ring(x + dx * r, y + dy * r, 0.09 * r, 0.02 * r, d.WOOD)


def _plug(canvas: Canvas, x: float, y: float, r: float) -> None:
    canvas.curve([(x, y + 0.1 * r), (x, y + 0.5 * r), (x + 0.4 * r, y + 0.72 * r)], 0.1 * r, d.INK)
    for side in (-1, 1):
        canvas.line(
            [(x + side * 0.18 * r, y - 0.3 * r), (x + side * 0.18 * r, y - 0.62 * r)],
            0.1 * r,
            d.hex_colour("7b868c"),
        )
    canvas.box(x - 0.36 * r, y - 0.34 * r, x + 0.36 * r, y + 0.08 * r, d.INK, 0.1 * r)
    canvas.box(x - 0.2 * r, y + 0.04 * r, x + 0.2 * r, y + 0.26 * r, d.INK, 0.06 * r)


def _bucket(canvas: Canvas, x: float, y: float, r: float) -> None:
    canvas.arc(x - 0.2 * r, y - 0.26 * r, 0.42 * r, 190, 350, 0.06 * r, d.INK)
    cup = [
        (x - 0.64 * r, y - 0.26 * r),
        (x + 0.24 * r, y - 0.26 * r),
        (x + 0.1 * r, y + 0.6 * r),
        (x - 0.5 * r, y + 0.6 * r),
    ]
    canvas.polygon(cup, d.hex_colour("3a86a8"))
    canvas.ellipse(x - 0.2 * r, y - 0.26 * r, 0.44 * r, 0.11 * r, d.hex_colour("9ad4e6"))
    things.extinguisher(canvas, x + 0.44 * r, y + 0.62 * r, 1.0 * r)


def _door(canvas: Canvas, x: float, y: float, r: float) -> None:
    for side in (-1, 1):
        canvas.box(
            x + side * 0.4 * r - 0.24 * r,
            y - 0.58 * r,
            x + side * 0.4 * r + 0.24 * r,
            y + 0.5 * r,
            d.LEAF,
            0.04 * r,
        )
        canvas.box(
            x + side * 0.4 * r - 0.16 * r,
            y - 0.5 * r,
            x + side * 0.4 * r + 0.16 * r,
            y + 0.5 * r,
            d.hex_colour("fdf6e3"),
        )
        canvas.line(
            [(x + side * 0.4 * r - 0.08 * r, y), (x + side * 0.4 * r + 0.06 * r, y)], 0.07 * r, d.LEAF
        )
        tip = x + side * 0.4 * r + 0.12 * r
        canvas.polygon([(tip, y), (tip - 0.14 * r, y - 0.13 * r), (tip - 0.14 * r, y + 0.13 * r)], d.LEAF)
