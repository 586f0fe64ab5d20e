"""The whole wire format: every message that travels between the services, on one page.

One JSON object a line, its ``type`` the class name below. A service sends `Hello` and its full
state to whoever connects, then every change. A command is answered by the state it causes or by
`Refused`. Paths never travel: files are named by SHA-256, items by their catalogue name.

Times that end in ``_s`` are seconds; ``age_s`` and ``left_s`` count from the moment of sending, so
no message needs a common clock. Levels are dBFS.
"""

from __future__ import annotations

import enum
from datetime import datetime

import msgspec

from kiosk.errors import Advice
from kiosk.types import (
    ALL_ZONES,
    Health,
    ItemId,
    LanguageTag,
    OfficerRole,
    Priority,
    Rank,
    Sha256,
    TalkMode,
    Zone,
)

PROTOCOL = 1
"""Raised when an old client could misread a new message."""


class Message(
    msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag=True, forbid_unknown_fields=True
):
    """What travels in one line."""


class Command(Message, frozen=True, kw_only=True):
    """A wish; `request` is echoed by a `Refused` so the asker can tell which wish it was."""

    request: str = ""


class Value(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of a message."""


# ---------------------------------------------------------------- everybody


class Hello(Message, frozen=True, kw_only=True):
    """First line of a service to whoever connects."""

    service: str
    version: str
    pid: int
    protocol: int = PROTOCOL


class Refused(Message, frozen=True, kw_only=True):
    """A command was not carried out; nothing changed. Also the last line before a bad line's hang-up."""

    request: str
    advice: Advice


class Fault(Value, frozen=True, kw_only=True):
    """Something broken now: `advice` in words, and since when."""

    advice: Advice
    health: Health
    age_s: float


# ---------------------------------------------------------------- audio: commands


class Login(Command, frozen=True, kw_only=True):
    """Bind this connection to a named officer; answered by `LoggedIn` or `Refused`.

    Authority lives in the connection and dies with it.
    """

    name: str
    pin: str


class TalkStart(Command, frozen=True, kw_only=True):
    """Open the microphone (after the chime). Needs a logged-in officer."""

    mode: TalkMode
    zones: tuple[Zone, ...] = ALL_ZONES
    chime: bool = True
    max_s: float | None = None  # None: the site's maximum


class TalkRenew(Command, frozen=True, kw_only=True):
    """Keep held talk open for another lease; sent every 0.5 s."""


class TalkStop(Command, frozen=True, kw_only=True):
    """Close the microphone."""


class Announce(Command, frozen=True, kw_only=True):
    """Sound a clip that is in the audio service's store. Needs a logged-in officer.

    `clip` is re-hashed from the open file just before it sounds. An emergency needs a `reason`.
    """

    clip: Sha256
    title: str
    language: LanguageTag
    priority: Priority = Priority.NORMAL
    zones: tuple[Zone, ...] = ALL_ZONES
    repeat: int = 1
    gap_s: float = 2.0
    reason: str = ""


class Withdraw(Command, frozen=True, kw_only=True):
    """Stop and forget one announcement, waiting or sounding. Needs a logged-in officer."""

    announcement: str


class Prompt(Command, frozen=True, kw_only=True):
    """Speak a label or picture caption of the current catalogue (rank prompt; needs no login).

    Only blobs that the signed catalogue names as a spoken label or a language's voice are played.
    """

    clip: Sha256


class Silence(Command, frozen=True, kw_only=True):
    """Stop everything that sounds, now, and stay silent across restarts. Needs no login."""


class SilenceLift(Command, frozen=True, kw_only=True):
    """Allow sound again. Needs an officer's name and PIN every time."""

    name: str
    pin: str


class WatchLevels(Command, frozen=True, kw_only=True):
    """Send `Levels` to this connection ten times a second, or stop doing so."""

    on: bool


# ---------------------------------------------------------------- audio: states


class LoggedIn(Message, frozen=True, kw_only=True):
    """The connection now speaks for this officer."""

    name: str
    roles: tuple[OfficerRole, ...]


class Accepted(Message, frozen=True, kw_only=True):
    """An announcement is taken, and kept on disk; `announcement` is its name from now on."""

    request: str
    announcement: str


class OnAir(Value, frozen=True, kw_only=True):
    """What the loudspeakers carry by right of rank."""

    rank: Rank
    title: str
    language: LanguageTag | None
    zones: tuple[Zone, ...]
    officer: str  # empty: nobody's (a spoken label, the media player)
    age_s: float
    announcement: str = ""


class TalkPhase(enum.StrEnum):
    """The steps of live talk."""

    CHIME = "chime"
    OPEN = "open"  # people are heard
    WAITING = "waiting"  # an emergency has the loudspeakers


class TalkStatus(Value, frozen=True, kw_only=True):
    """Live talk as the officer and the room must see it."""

    phase: TalkPhase
    mode: TalkMode
    officer: str
    zones: tuple[Zone, ...]
    left_s: float


class Waiting(Value, frozen=True, kw_only=True):
    """An announcement in the queue."""

    announcement: str
    title: str
    priority: Priority
    language: LanguageTag
    officer: str
    times_left: int
    resumes: bool  # it was pre-empted and will come back


class AudioState(Message, frozen=True, kw_only=True):
    """The loudspeakers now."""

    ready: bool  # the sound device runs
    driver: str
    rate_hz: int
    quantum: int
    silenced: bool
    on_air: OnAir | None
    talk: TalkStatus | None
    waiting: tuple[Waiting, ...]
    media_gain_db: float  # 0: not ducked
    finished: int  # announcements sounded to their end since the service started
    faults: tuple[Fault, ...] = ()


class Levels(Message, frozen=True, kw_only=True):
    """Peak of the last tenth of a second, dBFS (-120: nothing)."""

    microphone_db: float
    media_db: float
    hall_db: float
    outdoor_db: float
    limiter_db: float  # how far the limiter pulls down (0: not at all)


# ---------------------------------------------------------------- media: commands


class Play(Command, frozen=True, kw_only=True):
    """Play a video or audio item of the current catalogue; replaces what plays."""

    item: ItemId
    language: LanguageTag
    start_s: float = 0.0


class Pause(Command, frozen=True, kw_only=True):
    """Hold the picture."""


class Resume(Command, frozen=True, kw_only=True):
    """Go on from where it was held."""


class Stop(Command, frozen=True, kw_only=True):
    """End the item; the surface goes blank."""


class Seek(Command, frozen=True, kw_only=True):
    """Go to a media time."""

    position_s: float


class ChooseLanguage(Command, frozen=True, kw_only=True):
    """Switch the sound track while the item plays."""

    language: LanguageTag


class WatchFrames(Command, frozen=True, kw_only=True):
    """Ask for the picture memory: answered by `Surface`, with the memfd beside it."""


# ---------------------------------------------------------------- media: states


class Surface(Message, frozen=True, kw_only=True):
    """The picture memory; its file descriptor comes with this line (layout: `kiosk.frames`)."""

    slots: int
    slot_bytes: int


class PlayPhase(enum.StrEnum):
    """Where an item's play is."""

    IDLE = "idle"
    OPENING = "opening"
    PLAYING = "playing"
    PAUSED = "paused"


class Verdict(enum.StrEnum):
    """How a play ended: from media time shown against the catalogue's duration."""

    PLAYED = "played"
    CUT_SHORT = "cut-short"
    FAILED_TO_START = "failed-to-start"
    STOPPED = "stopped"  # by a person
    DAMAGED = "damaged"  # the bytes are not what was signed


class LastPlay(Value, frozen=True, kw_only=True):
    """The verdict of the play that ended last."""

    play: int
    item: ItemId
    verdict: Verdict
    shown_s: float
    expected_s: float
    advice: Advice | None = None


class MediaState(Message, frozen=True, kw_only=True):
    """The player now."""

    phase: PlayPhase
    play: int  # counts up with every Play
    item: ItemId | None
    language: LanguageTag | None  # of the sound actually chosen
    position_s: float
    duration_s: float
    width: int  # visible pixels; 0 before the first picture and for audio
    height: int
    last: LastPlay | None = None
    faults: tuple[Fault, ...] = ()


# ---------------------------------------------------------------- content: commands


class SyncNow(Command, frozen=True, kw_only=True):
    """Look at the repository now."""


class Suspect(Command, frozen=True, kw_only=True):
    """Some reader found these bytes wrong: verify the blob again, fetch it anew if it is."""

    blob: Sha256


# ---------------------------------------------------------------- content: states


class SyncPhase(enum.StrEnum):
    """What the content service is doing."""

    IDLE = "idle"
    CHECKING = "checking"
    FETCHING = "fetching"
    SWAPPING = "swapping"


class ContentState(Message, frozen=True, kw_only=True):
    """The content now: what is here and genuine."""

    phase: SyncPhase
    area: str
    revision: int  # of the catalogue that is shown; 0: none yet
    issued: datetime | None
    items: int
    missing_blobs: int  # of the newest catalogue accepted
    fetched_bytes: int
    wanted_bytes: int
    contact_age_s: float | None  # since the repository last answered with valid metadata
    problem: Advice | None = None
    faults: tuple[Fault, ...] = ()


# ---------------------------------------------------------------- shell: state


class ShellState(Message, frozen=True, kw_only=True):
    """What the person in front sees (for the demo, the fleet view and tests; nothing commands it)."""

    screen: str
    language: LanguageTag | None
    item: ItemId | None
    focus: str
    first_frame_s: float | None  # from process start to the first drawn frame
    overlay: str = ""  # "alert" (an emergency covers all) or "strip" (on air, microphone, silence)


ServiceName = str
AudioCommand = (
    Login
    | TalkStart
    | TalkRenew
    | TalkStop
    | Announce
    | Withdraw
    | Prompt
    | Silence
    | SilenceLift
    | WatchLevels
)
MediaCommand = Play | Pause | Resume | Stop | Seek | ChooseLanguage | WatchFrames
ContentCommand = SyncNow | Suspect
AnyState = (
    Hello
    | Refused
    | LoggedIn
    | Accepted
    | AudioState
    | Levels
    | Surface
    | MediaState
    | ContentState
    | ShellState
)

COMMANDS: dict[ServiceName, type] = {
    "audio": AudioCommand,  # type: ignore[dict-item]  # a union is what msgspec takes as a type
    "media": MediaCommand,  # type: ignore[dict-item]  # the same
    "content": ContentCommand,  # type: ignore[dict-item]  # the same
    "shell": Command,
}
"""What each service understands (the shell takes none)."""


def encode(message: Message) -> bytes:
    """Return `message` as one line of JSON with its line feed."""
    return msgspec.json.encode(message) + b"\n"
