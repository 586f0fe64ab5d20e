"""The rendered film: what libVLC and a weak kiosk need, and three tellings that fit the pictures."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kiosk.paths import share_folder
from provisioning.sample import story, voices
from provisioning.sample.render import ensure


@pytest.fixture(scope="module")
def film() -> Path:
    folder = share_folder() / "sample"
    ensure(folder)
    return folder / "lu-quet/story.mp4"


@pytest.fixture(scope="module")
def streams(film: Path) -> list[dict[str, Any]]:
    return list(probe(film, "-show_streams")["streams"])


def probe(film: Path, *what: str) -> dict[str, Any]:
    done = subprocess.run(
        ["ffprobe", "-v", "error", "-of", "json", *what, str(film)],
        capture_output=True,
        check=True,
        timeout=60,
    )
    return dict(json.loads(done.stdout))


def track(film: Path, index: int) -> np.ndarray[Any, np.dtype[np.float32]]:
    done = subprocess.run(
        ["ffmpeg", "-nostdin", "-v", "error", "-i", str(film), "-map", f"0:a:{index}", "-f", "f32le", "-"],
        capture_output=True,
        check=True,
        timeout=60,
    )
    return np.frombuffer(done.stdout, dtype=np.float32)


def test_the_picture_is_what_every_decoder_plays(streams: list[dict[str, Any]]) -> None:
    video = streams[0]
    assert (video["codec_name"], video["profile"], video["pix_fmt"]) == ("h264", "High", "yuv420p")
    assert (video["width"], video["height"], video["r_frame_rate"]) == (1920, 1080, "30/1")
    assert (video["color_space"], video["color_range"]) == ("bt709", "tv")
    assert 20 <= float(video["duration"]) <= 40


def test_there_are_three_sound_tracks_in_the_order_of_the_manifest(streams: list[dict[str, Any]]) -> None:
    sound = streams[1:]
    assert [(s["codec_name"], s["sample_rate"]) for s in sound] == [("aac", "48000")] * 3
    assert [s["tags"]["language"] for s in sound] == ["vie", "eng", "zho"]
    assert story.ITEM.renditions[0].tracks == (("vi",), ("en",), ("zh-Hans",))


def test_a_key_frame_comes_at_least_every_two_seconds(film: Path) -> None:
    packets = probe(film, "-select_streams", "v", "-show_entries", "packet=pts_time,flags")["packets"]
    keys = sorted(float(packet["pts_time"]) for packet in packets if packet["flags"].startswith("K"))
    assert keys[0] == 0
    assert max(np.diff(keys)) <= 2.0
    assert float(packets[-1]["pts_time"]) - keys[-1] <= 2.0


def test_the_index_stands_before_the_pictures(film: Path) -> None:
    data = film.read_bytes()
    atoms, at = [], 0
    while at < len(data):
        atoms.append(data[at + 4 : at + 8].decode())
        at += int.from_bytes(data[at : at + 4], "big")
    assert atoms.index("moov") < atoms.index("mdat")


@pytest.mark.parametrize("index", range(3))
def test_each_telling_has_the_common_loudness_and_head_room(film: Path, index: int) -> None:
    done = subprocess.run(
        ["ffmpeg", "-nostdin", "-i", str(film), "-map", f"0:a:{index}", "-af", "loudnorm=print_format=json",
         "-f", "null", "-"],
        capture_output=True, check=True, text=True, timeout=60,
    )  # fmt: skip
    found = json.loads(done.stderr[done.stderr.rindex("{") : done.stderr.rindex("}") + 1])
    assert float(found["input_i"]) == pytest.approx(voices.LOUDNESS, abs=1.0)
    assert float(found["input_tp"]) <= -1.0


def test_every_telling_is_heard_inside_its_own_scene(film: Path, streams: list[dict[str, Any]]) -> None:
    told = [
        [
            len(voices.speak(story.spoken(telling, language), language)) / voices.RATE
            for telling in story.TELLINGS
        ]
        for language in story.LANGUAGES
    ]
    timings = story.plan(told)
    assert timings[-1].first + timings[-1].count == int(streams[0]["nb_frames"])
    for index, lengths in enumerate(told):
        sound = track(film, index)
        for timing, length in zip(timings, lengths, strict=True):
            start = timing.first / story.FPS + story.LEAD_S
            assert level(sound, start, start + length) > 0.03
            assert level(sound, start + length + 0.1, (timing.first + timing.count) / story.FPS) < 0.003


def level(sound: np.ndarray[Any, np.dtype[np.float32]], start_s: float, end_s: float) -> float:
    part = sound[round(start_s * 48_000) : round(end_s * 48_000)]
    return float(np.sqrt(np.mean(part.astype(np.float64) ** 2)))


def test_the_seven_scenes_are_seven_different_drawn_pictures() -> None:
    pictures = []
    for telling in story.TELLINGS:
        world = telling.scene().paint(3.0, 0.7).resize((96, 54))
        pictures.append(np.asarray(world, dtype=np.float64))
    assert len(pictures) == 7
    for first, picture in enumerate(pictures):
        assert picture.std() > 25  # drawn, not an empty card
        for other in pictures[first + 1 :]:
            assert np.abs(picture - other).mean() > 8


def test_a_scene_moves_while_it_is_told() -> None:
    for telling in story.TELLINGS:
        scene = telling.scene()
        early, late = scene.paint(1.0, 0.2), scene.paint(3.5, 0.7)
        still = (np.asarray(early) == np.asarray(late)).all(axis=2).mean()
        assert still < 0.999
