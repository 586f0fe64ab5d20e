"""The film: what to do in a flash flood, seven scenes told in Vietnamese, English and Chinese.

Each scene lasts as long as its longest telling, so all three languages fit one picture.
"""

from __future__ import annotations

import fcntl
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from provisioning.sample import scenes, scenes_advice, scenes_away, voices
from provisioning.sample.manifest import Item, Rendition
from provisioning.sample.scenery import Rain
from provisioning.sample.tools import NO_SPACE, failed, find

WIDTH, HEIGHT, FPS = 1920, 1080, 30
LANGUAGES = ("vi", "en", "zh-Hans")
"""Order of the sound tracks in the file."""

LEAD_S, TAIL_S, FADE_S = 0.3, 0.35, 0.4
"""Silence before and after each telling; length of the cross-fade."""


@dataclass(frozen=True)
class Telling:
    """What is said in one scene; `zh` is pinyin with tone numbers, for the voice."""

    scene: Callable[[], scenes.Scene]
    vi: str
    en: str
    zh: str


TELLINGS = (
    Telling(
        scenes.VillageInRain,
        "Mưa lớn kéo dài ở đầu nguồn. Hãy để ý dòng suối.",
        "Heavy rain falls in the hills. Watch the stream.",
        "shan1 li3 xia4 da4 yu3, yao4 liu2 yi4 xi1 shui3.",
    ),
    Telling(
        scenes.WaterRises,
        "Nước dâng nhanh và đục ngầu: lũ quét có thể sắp về.",
        "Water rising fast and turning brown: a flash flood may be near.",
        "shui3 zhang3 de5 kuai4, bian4 hun2, shan1 hong2 ke3 neng2 yao4 lai2.",
    ),
    Telling(
        scenes.LoudspeakerCalls,
        "Khi loa báo, hãy đi ngay. Đừng quay lại lấy đồ.",
        "When the loudspeaker calls, go at once. Leave your things.",
        "ting1 dao4 guang3 bo1, ma3 shang4 che4 li2, bie2 na2 dong1 xi5.",
    ),
    Telling(
        scenes_away.UpThePath,
        "Dắt trẻ nhỏ, giúp người già, đi lên chỗ cao, tránh xa suối.",
        "Take children by the hand, help the elderly, climb away from the stream.",
        "qian1 hao3 hai2 zi5, fu2 hao3 lao3 ren2, yuan3 li2 xi1 liu2, wang3 gao1 chu4 zou3.",
    ),
    Telling(
        scenes_advice.DoNotCross,
        "Không lội qua suối. Không vớt củi trôi trên dòng lũ.",
        "Do not wade across. Do not collect driftwood from the flood.",
        "bu2 yao4 tang1 shui3 guo4 xi1, bu2 yao4 da3 lao1 piao1 lai2 de5 mu4 tou5.",
    ),
    Telling(
        scenes_advice.WhomToCall,
        "Gọi một một hai: cứu nạn. Một một ba: công an. Một một bốn: chữa cháy. Một một năm: cấp cứu.",
        "Rescue: one one two. Police: one one three. Fire: one one four. Ambulance: one one five.",
        "da3 yao1 yao1 er4: jiu4 yuan2. yao1 yao1 san1: jing3 cha2. "
        "yao1 yao1 si4: xiao1 fang2. yao1 yao1 wu3: ji2 jiu4.",
    ),
    Telling(
        scenes_away.SafeTogether,
        "Ở lại nơi an toàn đến khi có thông báo cho về.",
        "Stay where it is safe until you are told you may go home.",
        "liu2 zai4 an1 quan2 de5 di4 fang1, deng3 dao4 tong1 zhi1 zai4 hui2 jia1.",
    ),
)

ITEM = Item(
    id="lu-quet",
    kind="video",
    topic="safety",
    titles={
        "vi": "Lũ quét: việc cần làm ngay",
        "en": "Flash flood: what to do at once",
        "zh-Hans": "山洪来了怎么办",
    },
    spoken_zh="shan1 hong2 lai2 le5, zen3 me5 ban4",
    renditions=(Rendition("story.mp4", "video", tracks=tuple((language,) for language in LANGUAGES)),),
    published="2026-11-01",
)


@dataclass(frozen=True)
class Timing:
    """When one scene is on the screen, in frames of the film."""

    first: int
    count: int


def render(folder: Path, frame_done: Callable[[int, int], None] = lambda done, total: None) -> None:
    """Film the story into `folder`: ``story.mp4``, and ``picture.png`` for its tile.

    `frame_done(done, total)` is called now and then. Raises `Problem` when a tool fails.
    """
    told = [
        [voices.speak(spoken(telling, language), language) for telling in TELLINGS] for language in LANGUAGES
    ]
    timings = plan([[len(sound) / voices.RATE for sound in language] for language in told])
    with tempfile.TemporaryDirectory(prefix="banlang-story-") as scratch:
        tracks = []
        for language, sounds in zip(LANGUAGES, told, strict=True):
            track = Path(scratch) / f"{language}.wav"
            voices.level(_track(sounds, timings), track)
            tracks.append(track)
        _film(folder / "story.mp4", tracks, timings, frame_done)
    tile(folder / "picture.png")


def tile(target: Path) -> None:
    """Draw the story's tile: the family on its way up."""
    world = scenes_away.UpThePath().paint(3.0, 0.45)
    picture = world.resize((1280, 800), Image.Resampling.LANCZOS, box=(380, 120, 2012, 1140)).reduce(2)
    picture.save(target, optimize=True)


def plan(lengths: list[list[float]]) -> list[Timing]:
    """Return each scene's frames, given seconds of speech by language and scene."""
    timings, first = [], 0
    for spoken in zip(*lengths, strict=True):
        count = round((max(spoken) + LEAD_S + TAIL_S) * FPS)
        timings.append(Timing(first, count))
        first += count
    return timings


def spoken(telling: Telling, language: str) -> str:
    """Return what is said in one scene, as the voice must be given it."""
    return {"vi": telling.vi, "en": telling.en, "zh-Hans": telling.zh}[language]


def _track(sounds: list[voices.Sound], timings: list[Timing]) -> voices.Sound:
    """Lay each telling at its scene's start; the track is exactly as long as the film."""
    per_frame = voices.RATE // FPS
    track = voices.pause((timings[-1].first + timings[-1].count) / FPS)
    for sound, timing in zip(sounds, timings, strict=True):
        start = timing.first * per_frame + round(LEAD_S * voices.RATE)
        track[start : start + len(sound)] += sound
    return track


def frames(timings: list[Timing]) -> Iterator[Image.Image]:
    """Yield every picture of the film, 1920 × 1080 RGB."""
    fade = round(FADE_S * FPS)
    rain = [Rain(WIDTH, HEIGHT, 300, seed, 85) for seed in (1, 2)]
    leaving: tuple[scenes.Scene, Timing] | None = None
    for index, (telling, timing) in enumerate(zip(TELLINGS, timings, strict=True)):
        scene = telling.scene()
        for frame in range(timing.count):
            picture = _shot(scene, timing, frame, rain)
            if leaving is not None and frame < fade:
                before = _shot(*leaving, leaving[1].count + frame, rain)
                picture = Image.blend(before, picture, scenes.ease((frame + 1) / (fade + 1)))
            elif index == 0 and frame < fade:
                picture = Image.blend(Image.new("RGB", picture.size), picture, (frame + 1) / (fade + 1))
            yield picture
        leaving = (scene, timing)


def _shot(scene: scenes.Scene, timing: Timing, frame: int, rain: list[Rain]) -> Image.Image:
    part = frame / timing.count  # a little over 1 while the scene is fading out
    world = scene.paint(frame / FPS, part)
    (x0, y0, w0), (x1, y1, w1) = scene.camera
    along = scenes.ease(min(1.0, part)) * 0.5 + min(1.0, part) * 0.5
    left, top, wide = x0 + (x1 - x0) * along, y0 + (y1 - y0) * along, w0 + (w1 - w0) * along
    picture = _window(world, left, top, wide)
    for layer, strength in zip(rain, (0.0, 0.5), strict=True):
        if scene.rain > strength:
            layer.draw(picture, (timing.first + frame) / FPS)
    return picture


def _window(world: Image.Image, left: float, top: float, wide: float) -> Image.Image:
    """Return what the camera sees; a pan without zoom takes half the time (one pass of resampling)."""
    if wide == WIDTH:
        rows = world.crop((0, round(top), world.width, round(top) + HEIGHT))
        if left == round(left):
            return rows.crop((round(left), 0, round(left) + WIDTH, HEIGHT))
        box = (left, 0.0, left + WIDTH, float(HEIGHT))
        return rows.resize((WIDTH, HEIGHT), Image.Resampling.BILINEAR, box=box)
    box = (left, top, left + wide, top + wide * HEIGHT / WIDTH)
    return world.resize((WIDTH, HEIGHT), Image.Resampling.BILINEAR, box=box)


def _film(
    target: Path, tracks: list[Path], timings: list[Timing], frame_done: Callable[[int, int], None]
) -> None:
    """Code the pictures and the tracks: H.264 High, a key frame every second, index first."""
    inputs: list[str | Path] = []
    maps: list[str] = ["-map", "0:v"]
    for index, track in enumerate(tracks):
        inputs += ["-i", track]
        maps += ["-map", f"{index + 1}:a"]
    command = [
        find("ffmpeg"), "-nostdin", "-v", "error", "-y",
        "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{WIDTH}x{HEIGHT}", "-r", str(FPS), "-i", "pipe:0",
        *inputs, *maps,
        "-vf", "scale=out_color_matrix=bt709:out_range=tv:flags=fast_bilinear,format=yuv420p",
        "-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv",
        "-c:v", "libx264", "-profile:v", "high", "-preset", "superfast", "-tune", "animation",
        "-threads", "2", "-crf", "24", "-maxrate", "3500k", "-bufsize", "7000k",
        "-g", str(FPS), "-keyint_min", str(FPS), "-sc_threshold", "0",
        "-c:a", "aac", "-b:a", "80k", "-ac", "1", "-ar", "48000",
        "-metadata:s:a:0", "language=vie", "-metadata:s:a:1", "language=eng",
        "-metadata:s:a:2", "language=zho", "-disposition:a:0", "default",
        "-movflags", "+faststart", "-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact",
        target,
    ]  # fmt: skip
    total = timings[-1].first + timings[-1].count
    with (
        tempfile.TemporaryFile("w+") as said,
        subprocess.Popen(
            list(map(str, command)), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=said
        ) as coder,
    ):
        assert coder.stdin is not None
        fcntl.fcntl(coder.stdin, fcntl.F_SETPIPE_SZ, 1 << 20)
        try:
            for done, picture in enumerate(frames(timings)):
                coder.stdin.write(picture.tobytes())
                if done % 15 == 0:
                    frame_done(done, total)
            coder.stdin.close()
        except BrokenPipeError:
            pass  # ffmpeg ended early: its own words say why
        except BaseException:
            coder.kill()
            raise
        code = coder.wait(timeout=60)
        said.seek(0)
        words = said.read()
        if code != 0 or NO_SPACE in words:
            raise failed("ffmpeg", words, target)
    frame_done(total, total)
