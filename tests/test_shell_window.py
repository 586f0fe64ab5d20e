"""The real window: real keys and touches, real pixels, neighbours that come and go."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from points import make_point, running, short_folder, wait_for
from shell_catalogue import EN, VI, Content, sample
from shell_screen import Hand, Neighbour, Projector, Shown, using
from test_shell_model import TALK, audio, on_air

from kiosk.messages import ChooseLanguage, Pause, Play, Prompt, Resume, Seek, Stop, Suspect
from kiosk.paths import Layout, share_folder
from kiosk.shell import theme
from kiosk.types import ItemKind, Rank, Use
from provisioning.fonts import make_fonts
from provisioning.virtual import VirtualScreen

pytestmark = pytest.mark.screen

BACK = (theme.MARGIN_X + 60, theme.HEIGHT - theme.MARGIN_Y - 50)
LANGUAGE = (theme.WIDTH - theme.MARGIN_X - 60, theme.HEIGHT - theme.MARGIN_Y - 50)
TILES = {
    "lu-quet": (370, 280),
    "ban-tin-sang": (960, 280),
    "dau-hieu-lu": (1550, 280),
    "rua-tay": (370, 640),
    "so-tay": (960, 640),
}
AMBER = np.array(theme.AMBER[:3]) * 255


@pytest.fixture(scope="module")
def screen() -> Iterator[VirtualScreen]:
    make_fonts(share_folder() / "fonts")
    with VirtualScreen() as one:
        yield one


@pytest.fixture
def point() -> Iterator[Layout]:
    with short_folder() as folder:
        yield make_point(folder)


def amber_share(hand: Hand) -> float:
    """How much of the screen has the colour of the focus."""
    return float((np.abs(hand.pixels().astype(int) - AMBER).max(axis=2) < 6).mean())


def drawn(hand: Hand) -> bool:
    """Tell whether there is a picture rather than one colour."""
    small = hand.pixels()[::8, ::8].reshape(-1, 3)
    return len(np.unique(small, axis=0)) > 40


def quiet(layout: Layout) -> None:
    """No bug may hide in the log."""
    log = (layout.logs / "kiosk.shell.log").read_text()
    assert "Traceback" not in log
    assert "Error" not in log


def test_a_walk_through_every_screen_by_keys_only(
    point: Layout, screen: VirtualScreen, tmp_path: Path
) -> None:
    sample(point)
    home = tmp_path / "home"
    home.mkdir()
    projector, sound = Projector(point), Neighbour(point, "audio", audio().state)
    hand = Hand(screen.display)
    environment = {**screen.environment(), "HOME": str(home)}
    with running("kiosk.shell", point, environment) as process:
        shown = Shown(point)
        with using(projector, sound, hand, shown):
            first = shown.reaches("attract", "start")
            assert first.first_frame_s is not None
            wait_for(lambda: drawn(hand), 10)
            hand.press("ok")
            shown.reaches("language", "choose:vi")
            hand.press("right", "right", "left")
            shown.reaches("language", "choose:tyz")
            wait_for(lambda: sum(isinstance(message, Prompt) for message in sound.heard) >= 3, 10)
            hand.press("left", "ok")
            shown.reaches("home", "open:lu-quet")
            wait_for(lambda: 0.01 < amber_share(hand) < 0.2, 10)

            hand.press("ok")
            shown.reaches("video")
            wait_for(lambda: isinstance(projector.heard[-1], Play), 10)
            projector.show((200, 40, 90))
            wait_for(lambda: tuple(hand.pixels(960, 400, 1, 1)[0, 0]) == (200, 40, 90), 10)
            projector.show((10, 200, 30), play=99)  # a frame of another play is never seen
            projector.show((20, 60, 220))
            wait_for(lambda: tuple(hand.pixels(960, 400, 1, 1)[0, 0]) == (20, 60, 220), 10)
            shown.reaches("video", "film-area")  # after four seconds the controls are gone …
            wait_for(lambda: tuple(hand.pixels(960, 1000, 1, 1)[0, 0]) == (20, 60, 220), 10)
            hand.press("left")  # … and any key brings them back
            shown.reaches("video", "pause")
            hand.press("right", "ok", "left", "ok")
            wait_for(lambda: [type(m) for m in projector.heard[-2:]] == [Seek, Pause], 10)
            hand.press("back")
            shown.reaches("home", "open:lu-quet")
            wait_for(lambda: isinstance(projector.heard[-1], Stop), 10)

            for arrows, item, kind in (
                (["right"], "ban-tin-sang", ItemKind.AUDIO_BULLETIN),
                (["right"], "dau-hieu-lu", ItemKind.BULLETIN),
                (["down"], "so-tay", ItemKind.HANDBOOK),
                (["left"], "rua-tay", ItemKind.POSTER),
            ):
                hand.press(*arrows)
                shown.reaches("home", f"open:{item}")
                hand.press("ok")
                assert shown.reaches(kind.value).item == item
                wait_for(lambda: drawn(hand), 10)
                if kind is ItemKind.HANDBOOK:
                    # White paper once the page is drawn; the next page differs.
                    wait_for(lambda: hand.pixels(960, 100, 1, 1).min() > 240, 20)
                    before = hand.pixels(500, 60, 900, 800)
                    hand.press("right")
                    wait_for(lambda before=before: (hand.pixels(500, 60, 900, 800) != before).any(), 20)
                hand.press("back")
                shown.reaches("home", f"open:{item}")

            for way_out in (["f1"], ["f11"], ["alt", "f4"], ["ctrl", "q"]):
                hand.chord(*way_out)
            assert hand.ask_to_close() >= 1
            hand.press("back", "back", "back", "back")  # attract → languages, and round
            shown.reaches("attract", "start")
            assert process.poll() is None
    assert list(home.iterdir()) == []
    quiet(point)


def test_a_walk_by_touch_and_a_language_changed_in_the_middle_of_a_film(
    point: Layout, screen: VirtualScreen
) -> None:
    content = sample(point)
    projector, hand = Projector(point), Hand(screen.display)
    with running("kiosk.shell", point, screen.environment()):
        shown = Shown(point)
        with using(projector, hand, shown):
            shown.reaches("attract")
            hand.click(900, 500)
            shown.reaches("language")
            hand.click(960, 640)  # English: says its name
            shown.reaches("language", f"choose:{EN}")
            hand.click(960, 640)
            assert shown.reaches("home").language == EN
            for item in content.items:
                if shown.now().focus != f"open:{item.id}":
                    hand.click(*TILES[item.id])  # says its title
                    shown.reaches("home", f"open:{item.id}")
                hand.click(*TILES[item.id])
                assert shown.reaches(item.kind.value).item == item.id
                if item.kind is ItemKind.VIDEO:
                    wait_for(lambda: projector.heard and isinstance(projector.heard[-1], Play), 10)
                    hand.click(*LANGUAGE)
                    shown.reaches("language")
                    hand.click(370, 280)  # Vietnamese: says its name
                    shown.reaches("language", f"choose:{VI}")
                    hand.click(370, 280)
                    shown.reaches("video")
                    wait_for(lambda: isinstance(projector.heard[-1], Resume), 10)
                    assert projector.heard[-2] == ChooseLanguage(language=VI)
                hand.click(*BACK)
                shown.reaches("home", f"open:{item.id}")
            hand.click(*BACK)
            shown.reaches("language")
    quiet(point)


def test_the_screen_lives_through_neighbours_and_content_that_come_late_go_and_return(
    point: Layout, screen: VirtualScreen
) -> None:
    hand = Hand(screen.display)
    with running("kiosk.shell", point, screen.environment()) as process:
        shown = Shown(point)
        with using(hand, shown):
            hand.press("ok", "ok")
            shown.reaches("home", "back")  # nothing here yet, and no service at all
            content = sample(point)
            wait_for(lambda: (hand.press("up"), shown.now().focus.startswith("open:"))[1], 10)
            shown.reaches("home")
            hand.press("left", "left", "up", "up")
            shown.reaches("home", "open:lu-quet")
            hand.press("ok")
            shown.reaches("video")  # a friendly card: the player is not there
            first = Projector(point)
            wait_for(lambda: any(isinstance(m, Play) for m in first.heard), 20)
            first.show((200, 40, 90))
            wait_for(lambda: tuple(hand.pixels(960, 400, 1, 1)[0, 0]) == (200, 40, 90), 10)
            first.close()
            wait_for(lambda: tuple(hand.pixels(960, 400, 1, 1)[0, 0]) != (200, 40, 90), 10)
            second = Projector(point, size=(640, 360))
            wait_for(lambda: any(isinstance(m, Play) for m in second.heard), 20)
            second.show((30, 160, 70))
            wait_for(lambda: tuple(hand.pixels(960, 400, 1, 1)[0, 0]) == (30, 160, 70), 10)

            speaker = Neighbour(point, "audio", audio().state)
            wait_for(lambda: shown.now().overlay == "", 10)
            speaker.say(audio(on_air(Rank.TALK), talk=TALK).state)
            wait_for(lambda: shown.now().overlay == "strip", 10)
            live = tuple(round(part * 255) for part in theme.LIVE[:3])
            wait_for(lambda: tuple(hand.pixels(10, 10, 1, 1)[0, 0]) == live, 10)
            speaker.say(audio(on_air(Rank.EMERGENCY, "Lũ quét! Lên chỗ cao ngay!")).state)
            wait_for(lambda: shown.now().overlay == "alert", 10)
            wait_for(lambda: alert_letters(hand) >= theme.HEIGHT / 10, 10)
            speaker.close()  # a dead audio service leaves no alert behind
            wait_for(lambda: shown.now().overlay == "", 10)
            content.items = content.items[1:]
            content.write()
            hand.press("back")
            shown.reaches("home")
            second.close()
            assert process.poll() is None
            process.send_signal(signal.SIGTERM)
            assert process.wait(10) == 0
    quiet(point)


def alert_letters(hand: Hand) -> int:
    """Height in pixels of the tallest run of rows with letters in the alert's title, descents included."""
    title = hand.pixels(96, 240, 1728, 690)
    rows = (title.min(axis=2) > 200).any(axis=1)
    longest = run = 0
    for row in rows:
        run = run + 1 if row else 0
        longest = max(longest, run)
    return longest


def test_damaged_content_is_apologised_for_greyed_and_reported(point: Layout, screen: VirtualScreen) -> None:
    content: Content = sample(point)
    text, paper = (
        next(r.blob for i in content.items if i.id == name for r in i.renditions if r.use is use)
        for name, use in (("dau-hieu-lu", Use.TEXT), ("so-tay", Use.DOCUMENT))
    )
    content.damage(text)
    content.damage(content.items[3].picture)  # of a tile: its place stays quiet
    not_a_pdf = content.blob(b"%PDF-1.7 but nothing else", "application/pdf")
    import msgspec

    handbook = content.items[4]
    broken = msgspec.structs.replace(handbook.renditions[0], blob=not_a_pdf)
    content.items[4] = msgspec.structs.replace(handbook, renditions=(broken,))
    content.write()
    keeper, hand = Neighbour(point, "content"), Hand(screen.display)
    with running("kiosk.shell", point, screen.environment()) as process:
        shown = Shown(point)
        with using(keeper, hand, shown):
            hand.press("ok", "ok")
            shown.reaches("home", "open:lu-quet")
            hand.press("right", "right", "ok")
            shown.reaches("bulletin", "again")
            wait_for(lambda: Suspect(blob=text) in keeper.heard, 10)
            hand.press("ok")
            shown.reaches("bulletin", "again")  # still damaged
            hand.press("back", "down")
            shown.reaches("home", "open:so-tay")
            hand.press("ok")
            shown.reaches("handbook", "again")
            assert Suspect(blob=not_a_pdf) not in keeper.heard  # the bytes are as signed: nobody's transport
            assert paper != not_a_pdf
            hand.press("back")
            shown.reaches("home", "open:so-tay")
            assert process.poll() is None


def test_without_a_display_or_fonts_or_configuration_the_shell_says_what_to_do(
    point: Layout, screen: VirtualScreen, tmp_path: Path
) -> None:
    import subprocess
    import sys

    from provisioning.processes import clean_environment

    def words(root: Path, **environment: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "kiosk.shell", "--root", str(root)],
            env={**clean_environment(), **environment},
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 1
        assert "Traceback" not in done.stderr
        return done.stderr

    assert "[shell.no-display]" in words(point.root)
    assert "[config.missing]" in words(tmp_path, **screen.environment())
    bare = {**screen.environment(), "BANLANG_SHARE": str(tmp_path)}
    assert "provisioning.fonts" in words(point.root, **bare)
