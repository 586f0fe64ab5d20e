"""A catalogue with real files for tests of the screen, written as the content cache writes it."""

from __future__ import annotations

import hashlib
import io
import sqlite3
from collections.abc import Iterable
from datetime import UTC, datetime

import msgspec
from fpdf import FPDF
from PIL import Image, ImageDraw, ImageFilter

from kiosk.catalogue import SCHEMA, Blob, Item, Rendition, Track
from kiosk.paths import Layout, share_folder
from kiosk.types import ItemId, ItemKind, LanguageTag, Sha256, Use

VI, EN, ZH, TYZ = (LanguageTag(tag) for tag in ("vi", "en", "zh-Hans", "tyz"))

VI_TEXT = (
    "Khi trời mưa to kéo dài, nước suối dâng nhanh và đục là dấu hiệu lũ quét.\n\n"
    "Bà con cần rời ngay khỏi bờ suối, lên chỗ cao, mang theo đèn pin, nước uống và giấy tờ. "
    "Không đi qua ngầm tràn khi nước chảy xiết. Nghe loa của xã để biết chỗ tránh lũ gần nhất.\n\n"
) * 4
ZH_TEXT = (
    "连续大雨时，溪水迅速上涨、变浑，就是山洪的征兆。请马上离开河边，到高处去，“不要”过被淹的桥。\n\n" * 9
)


class Content:
    """Collects blobs and items, then writes them as a catalogue."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._blobs: dict[str, Blob] = {}
        self.items: list[Item] = []
        self.voices: dict[LanguageTag, Sha256] = {}
        self.revision = 0

    def blob(self, data: bytes, media_type: str) -> Sha256:
        name = Sha256(hashlib.sha256(data).hexdigest())
        path = self._layout.blob(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        self._blobs[name] = Blob(sha256=name, size=len(data), type=media_type)
        return name

    def damage(self, name: Sha256) -> None:
        path = self._layout.blob(name)
        path.write_bytes(path.read_bytes()[:-7] + b"garbage")

    def write(self) -> None:
        self.revision += 1
        scratch = self._layout.content / "new.db"
        scratch.unlink(missing_ok=True)
        db = sqlite3.connect(scratch)
        db.executescript(SCHEMA)
        facts = {
            "area": "thu",
            "revision": str(self.revision),
            "issued": datetime(2026, 11, 2, tzinfo=UTC).isoformat(),
            "voices": msgspec.json.encode(self.voices).decode(),
        }
        db.executemany("INSERT INTO facts VALUES (?, ?)", facts.items())
        db.executemany(
            "INSERT INTO items VALUES (?, ?, ?, ?, ?, ?)",
            [
                (n, item.id, item.kind.value, item.topic, None, msgspec.json.encode(item))
                for n, item in enumerate(self.items)
            ],
        )
        db.executemany(
            "INSERT INTO blobs VALUES (?, ?, ?, ?)",
            [(b.sha256, b.size, b.type, None) for b in self._blobs.values()],
        )
        db.commit()
        db.close()
        scratch.replace(self._layout.catalogue_file)


def picture(top: str, bottom: str, *, size: tuple[int, int] = (1280, 720), kind: str = "JPEG") -> bytes:
    """A soft landscape: sky, sun, two hills (no letters: those come from the catalogue)."""
    image = Image.new("RGB", size, top)
    pen = ImageDraw.Draw(image)
    width, height = size
    pen.ellipse((width * 0.68, height * 0.14, width * 0.84, height * 0.14 + width * 0.16), fill="#ffe3a8")
    for left, top_x, right in ((0.0, 0.3, 0.7), (0.4, 0.75, 1.2)):
        crest = (top_x * width, (0.2 + top_x * 0.35) * height)
        pen.polygon([(left * width, height), crest, (right * width, height)], fill=bottom)
    pen.rectangle((0, height * 0.8, width, height), fill=bottom)
    image = image.filter(ImageFilter.GaussianBlur(2))
    out = io.BytesIO()
    image.save(out, kind, quality=88)
    return out.getvalue()


def handbook(pages: int = 3) -> bytes:
    pdf = FPDF(format="A4")
    pdf.add_font("BanLang", fname=str(share_folder() / "fonts/BanLang-Regular.ttf"))
    for number in range(1, pages + 1):
        pdf.add_page()
        pdf.set_font("BanLang", size=30)
        pdf.multi_cell(0, 16, f"Sổ tay phòng tránh lũ quét\nTrang {number}", new_x="LMARGIN", new_y="NEXT")
        pdf.set_font("BanLang", size=17)
        pdf.multi_cell(0, 9, VI_TEXT[:600])
    return bytes(pdf.output())


def sample(layout: Layout, *, languages: Iterable[LanguageTag] = (VI, EN, ZH, TYZ)) -> Content:
    """One item of each kind; the video and sound files are only named (the player is not in these tests)."""
    content = Content(layout)
    tone = content.blob(b"RIFF not a real sound: the audio service is not in these tests", "audio/wav")
    other = content.blob(b"RIFF another", "audio/wav")
    content.voices = dict.fromkeys(languages, other)

    def item(
        name: str, kind: ItemKind, titles: tuple[str, str, str], colours: tuple[str, str], *r: Rendition
    ) -> None:
        content.items.append(
            Item(
                id=ItemId(name),
                kind=kind,
                topic="phong-chong-thien-tai",
                titles={tag: title for tag, title in zip((VI, EN, ZH), titles, strict=True) if title},
                picture=content.blob(picture(*colours), "image/jpeg"),
                renditions=r,
                labels={VI: tone},
                to_record=(TYZ,),
            )
        )

    def shown(data: bytes, media_type: str, use: Use, *tags: LanguageTag) -> Rendition:
        return Rendition(blob=content.blob(data, media_type), use=use, languages=tags)

    film = content.blob(b"a film that only its name matters of", "video/mp4")
    sound = content.blob(b"a sound that only its name matters of", "audio/ogg")
    tracks = tuple(Track(index=index, languages=(tag,)) for index, tag in enumerate((VI, EN, ZH)))
    item(
        "lu-quet",
        ItemKind.VIDEO,
        ("Khi lũ quét đến, làm gì?", "When a flash flood comes", "山洪来了怎么办？"),
        ("#7fb4d8", "#2f6b4f"),
        Rendition(blob=film, use=Use.VIDEO, duration_s=30.0, width=1920, height=1080, tracks=tracks),
    )
    item(
        "ban-tin-sang",
        ItemKind.AUDIO_BULLETIN,
        ("Bản tin sáng", "Morning news", "早间新闻"),
        ("#f0b37e", "#7a4b2a"),
        Rendition(blob=sound, use=Use.AUDIO, duration_s=40.0, languages=(VI,)),
    )
    item(
        "dau-hieu-lu",
        ItemKind.BULLETIN,
        ("Dấu hiệu của lũ quét và cách tránh an toàn cho cả nhà", "", "山洪的征兆"),
        ("#9fb0c8", "#33506a"),
        shown(VI_TEXT.encode(), "text/plain", Use.TEXT, VI),
        shown(ZH_TEXT.encode(), "text/plain", Use.TEXT, ZH),
        shown(picture("#9fb0c8", "#33506a", size=(900, 1200)), "image/jpeg", Use.PICTURE),
    )
    item(
        "rua-tay",
        ItemKind.POSTER,
        ("Rửa tay sạch", "Wash your hands", "洗手"),
        ("#b8dcc8", "#3e7f86"),
        shown(picture("#b8dcc8", "#3e7f86", size=(2000, 2800)), "image/jpeg", Use.PICTURE),
    )
    item(
        "so-tay",
        ItemKind.HANDBOOK,
        ("Sổ tay phòng tránh lũ quét", "Flash flood handbook", ""),
        ("#d8c8a0", "#6a5a30"),
        shown(handbook(), "application/pdf", Use.DOCUMENT),
    )
    content.write()
    return content
