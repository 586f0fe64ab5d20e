"""The content service's decisions: values in, effects out; no file, no line, no clock."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from content_cache import advice as say
from content_cache.core import (
    FETCH_STALLS_S,
    FIRST_LOOK_S,
    JITTER,
    LOOK_STALLS_S,
    RETRY_FIRST_S,
    ContentCore,
    same_but_figures,
)
from content_cache.effects import (
    Examine,
    Examined,
    Fetch,
    Fetched,
    FetchFailed,
    Finding,
    GiveUp,
    Look,
    Looked,
    LookFailed,
    Recall,
    Release,
    Show,
    Shown,
    Stock,
    SwapFailed,
    Swapped,
    TakeStock,
    Working,
)
from kiosk.bus import Connected, ConnectionId, Received
from kiosk.catalogue import Blob
from kiosk.errors import Advice, Who
from kiosk.messages import ContentState, Refused, Suspect, SyncNow, SyncPhase
from kiosk.service import Reply, Tick
from kiosk.types import Sha256

WHEN = datetime(2026, 11, 2, tzinfo=UTC)
PEER = ConnectionId(7)
PERIOD_S = 300.0
DOWN = Advice(code="content.unreachable", who=Who.NOBODY, vi="v", en="e")
FULL = Advice(code="disk.full", who=Who.TECHNICIAN, vi="v", en="e")
BAD = Advice(code="content.damaged-at-source", who=Who.PROVINCE, vi="v", en="e")


def blob(number: int, size: int = 100) -> Blob:
    return Blob(sha256=Sha256(f"{number:064x}"), size=size, type="text/plain")


def release(revision: int, *blobs: Blob) -> Release:
    return Release(sha256=Sha256(f"{revision:064x}"), area="thu", revision=revision, issued=WHEN, blobs=blobs)


def shown(revision: int) -> Shown:
    return Shown(sha256=f"{revision:064x}", area="thu", revision=revision, issued=WHEN, items=revision)


class Desk:
    """Feeds a core and remembers what it ordered last."""

    def __init__(self, *, obstacle: Advice | None = None, holds: Shown | None = None, seed: int = 1) -> None:
        self.now = 1000.0
        self.core = ContentCore(area="thu", check_every_s=PERIOD_S, obstacle=obstacle, shown=holds, seed=seed)

    def tell(self, message: Any, after_s: float = 0.0) -> list[Any]:
        self.now += after_s
        return self.core.step(message, self.now)

    @property
    def state(self) -> ContentState:
        return self.core.state(self.now)

    def due(self) -> float:
        """Seconds until the core wants a tick."""
        deadline = self.core.deadline()
        assert deadline is not None
        return deadline - self.now

    def at_deadline(self) -> list[Any]:
        return self.tell(Tick(), max(0.0, self.due()))

    def command(self, message: Any) -> list[Any]:
        return self.tell(Received(connection=PEER, message=message))

    def started(self) -> Desk:
        assert self.tell(Tick()) == [Recall()]
        self.tell(Stock(release=None, missing=()))
        return self

    def looked(self) -> Look:
        """Go on to the next look."""
        orders = [order for order in self.at_deadline() if isinstance(order, Look)]
        assert len(orders) == 1
        return orders[0]

    def new_release(self, made: Release, *missing: Blob) -> list[Any]:
        look = self.looked()
        assert self.tell(Looked(attempt=look.attempt, release=made)) == [TakeStock(release=made)]
        return self.tell(Stock(release=made, missing=missing))


def only(effects: list[Any], kind: type) -> Any:
    assert [type(effect) for effect in effects] == [kind], effects
    return effects[0]


def test_the_first_state_comes_before_any_look_at_the_network() -> None:
    desk = Desk(holds=shown(3))
    assert desk.tell(Tick()) == [Recall()]
    assert desk.state.revision == 3
    assert desk.core.deadline() is None  # not before the disk has answered
    assert desk.tell(Stock(release=None, missing=())) == []
    assert 0 < desk.due() <= 1.5 * FIRST_LOOK_S


def test_a_catalogue_is_shown_only_when_every_blob_it_needs_is_held() -> None:
    desk = Desk().started()
    new = release(1, blob(1), blob(2))
    effects = desk.new_release(new, blob(1), blob(2))
    for wanted in (blob(1), blob(2)):
        order = only(effects, Fetch)
        assert order.blob == wanted
        assert desk.state.phase is SyncPhase.FETCHING
        assert desk.state.revision == 0
        effects = desk.tell(Fetched(attempt=order.attempt, blob=wanted.sha256))
    assert only(effects, Show).release == new
    assert desk.state.phase is SyncPhase.SWAPPING
    assert desk.tell(Swapped(shown=shown(1))) == []
    state = desk.state
    assert (state.phase, state.revision, state.missing_blobs) == (SyncPhase.IDLE, 1, 0)
    assert state.fetched_bytes == state.wanted_bytes == 200


def test_what_an_earlier_run_accepted_goes_on_after_a_restart_without_a_new_look() -> None:
    desk = Desk(holds=shown(1))
    desk.tell(Tick())
    new = release(2, blob(1), blob(2))
    order = only(desk.tell(Stock(release=new, missing=(blob(2),))), Fetch)
    assert order.blob == blob(2)
    assert desk.state.missing_blobs == 1
    assert only(desk.tell(Fetched(attempt=order.attempt, blob=blob(2).sha256)), Show).release == new


def test_looks_come_in_the_sites_period_each_with_its_own_jitter() -> None:
    waits = set()
    for seed in range(20):
        desk = Desk(seed=seed).started()
        desk.tell(Looked(attempt=desk.looked().attempt, release=None))
        assert PERIOD_S * (1 - JITTER) <= desk.due() <= PERIOD_S * (1 + JITTER)
        waits.add(round(desk.due(), 3))
    assert len(waits) == 20


def test_a_dead_line_is_tried_again_soon_then_less_and_less_up_to_the_period() -> None:
    desk = Desk(holds=shown(4)).started()
    waits = []
    for _ in range(10):
        desk.tell(LookFailed(attempt=desk.looked().attempt, advice=DOWN))
        waits.append(desk.due())
    assert waits[0] <= RETRY_FIRST_S * (1 + JITTER)
    assert all(later > 1.5 * sooner for sooner, later in itertools.pairwise(waits[:5]))
    assert all(wait <= PERIOD_S * (1 + JITTER) for wait in waits)
    assert desk.state.problem == DOWN
    assert desk.state.revision == 4
    desk.tell(Looked(attempt=desk.looked().attempt, release=None))
    assert desk.state.problem is None
    assert desk.state.contact_age_s == 0


def test_a_look_that_stands_still_is_given_up_and_its_late_answer_ignored() -> None:
    desk = Desk().started()
    look = desk.looked()
    desk.tell(Working(attempt=look.attempt, received=10), LOOK_STALLS_S - 1)
    assert desk.tell(Tick(), LOOK_STALLS_S - 1) == []  # it moved, so it lives
    effects = desk.at_deadline()
    assert effects == [GiveUp(attempt=look.attempt)]
    assert desk.state.problem is not None
    assert desk.state.problem.code == "content.stalled"
    assert desk.tell(Looked(attempt=look.attempt, release=release(1))) == []
    assert desk.state.phase is SyncPhase.IDLE
    assert desk.looked().attempt != look.attempt


def test_a_fetch_that_stands_still_is_given_up_and_tried_again() -> None:
    desk = Desk().started()
    order = only(desk.new_release(release(1, blob(1)), blob(1)), Fetch)
    effects = []
    while not any(isinstance(effect, GiveUp) for effect in effects):
        effects = desk.at_deadline()
        for look in [effect for effect in effects if isinstance(effect, Look)]:
            desk.tell(Looked(attempt=look.attempt, release=None))
    assert effects[0] == GiveUp(attempt=order.attempt)
    assert desk.now - 1000 >= FETCH_STALLS_S
    assert desk.tell(Fetched(attempt=order.attempt, blob=blob(1).sha256)) == []
    again = only([effect for effect in desk.at_deadline() if not isinstance(effect, Look)], Fetch)
    assert again.blob == blob(1)


def test_a_blob_that_is_wrong_at_the_source_does_not_keep_the_others_away() -> None:
    desk = Desk(holds=shown(1)).started()
    first = only(desk.new_release(release(2, blob(1), blob(2)), blob(1), blob(2)), Fetch)
    second = only(
        desk.tell(FetchFailed(attempt=first.attempt, blob=blob(1).sha256, advice=BAD, at_source=True)), Fetch
    )
    assert second.blob == blob(2)
    assert desk.tell(Fetched(attempt=second.attempt, blob=blob(2).sha256)) == []
    assert desk.state.problem == BAD
    assert (desk.state.revision, desk.state.missing_blobs) == (1, 1)
    again = only(desk.at_deadline(), Fetch)
    assert again.blob == blob(1)
    assert only(desk.tell(Fetched(attempt=again.attempt, blob=blob(1).sha256)), Show)
    desk.tell(Swapped(shown=shown(2)))
    assert desk.state.problem is None


def test_a_full_disk_keeps_the_old_catalogue_and_is_not_hammered() -> None:
    desk = Desk(holds=shown(1)).started()
    order = only(desk.new_release(release(2, blob(1), blob(2)), blob(1), blob(2)), Fetch)
    for _ in range(8):
        failed = FetchFailed(attempt=order.attempt, blob=order.blob.sha256, advice=FULL, at_source=False)
        assert desk.tell(failed) == []
        assert desk.state.problem == FULL
        assert desk.state.revision == 1
        assert desk.due() >= RETRY_FIRST_S * (1 - JITTER)
        effects: list[Any] = []
        while not any(isinstance(effect, Fetch) for effect in effects):
            effects = desk.at_deadline()
            for look in [effect for effect in effects if isinstance(effect, Look)]:
                desk.tell(Looked(attempt=look.attempt, release=None))
        order = only([effect for effect in effects if not isinstance(effect, Look)], Fetch)
    assert desk.now - 1000 > 2.5 * PERIOD_S


def test_a_swap_that_fails_is_tried_again_later() -> None:
    desk = Desk(holds=shown(1)).started()
    assert only(desk.new_release(release(2)), Show)
    assert desk.tell(SwapFailed(advice=FULL)) == []
    assert (desk.state.phase, desk.state.revision, desk.state.problem) == (SyncPhase.IDLE, 1, FULL)
    assert only(desk.at_deadline(), Show)


def test_a_newer_release_drops_a_fetch_it_does_not_need_and_keeps_one_it_does() -> None:
    for needed in (True, False):
        desk = Desk().started()
        order = only(desk.new_release(release(1, blob(1)), blob(1)), Fetch)
        look = only(desk.command(SyncNow()), Look)
        newer = release(2, blob(1), blob(2)) if needed else release(2, blob(2))
        effects = desk.tell(Looked(attempt=look.attempt, release=newer))
        if needed:
            assert effects == [TakeStock(release=newer)]
            assert desk.tell(Stock(release=newer, missing=newer.blobs)) == []  # one at a time
            effects = desk.tell(Fetched(attempt=order.attempt, blob=blob(1).sha256))
        else:
            assert effects == [GiveUp(attempt=order.attempt), TakeStock(release=newer)]
            effects = desk.tell(Stock(release=newer, missing=newer.blobs))
        assert only(effects, Fetch).blob == blob(2)


def test_sync_now_looks_at_once_and_once_more_when_a_look_is_under_way() -> None:
    desk = Desk().started()
    look = only(desk.command(SyncNow(request="1")), Look)
    assert desk.state.phase is SyncPhase.CHECKING
    reply = only(desk.command(SyncNow(request="2")), Reply)
    assert reply == Reply(connection=PEER, message=desk.state)
    desk.tell(Looked(attempt=look.attempt, release=None))
    assert desk.due() == 0
    assert desk.looked().attempt > look.attempt


def test_sync_now_ends_a_back_off() -> None:
    desk = Desk().started()
    order = only(desk.new_release(release(1, blob(1)), blob(1)), Fetch)
    desk.tell(FetchFailed(attempt=order.attempt, blob=blob(1).sha256, advice=DOWN, at_source=False))
    kinds = {type(effect) for effect in desk.command(SyncNow())}
    assert kinds == {Look, Fetch}


@pytest.mark.parametrize("obstacle", [say.no_repository(), say.no_area()])
def test_without_a_repository_it_shows_what_it_has_says_why_and_never_looks(obstacle: Advice) -> None:
    desk = Desk(obstacle=obstacle, holds=shown(5)).started()
    assert desk.core.deadline() is None
    assert desk.state.problem == obstacle
    assert desk.state.revision == 5
    reply = only(desk.command(SyncNow(request="r")), Reply)
    assert reply.message == Refused(request="r", advice=obstacle)
    assert desk.tell(Tick(), 10_000) == []


def test_a_suspected_blob_that_is_damaged_is_a_fault_until_it_is_fetched_anew() -> None:
    desk = Desk(holds=shown(1))
    desk.tell(Tick())
    desk.tell(Stock(release=release(1, blob(1)), missing=()))
    order = only(desk.command(Suspect(blob=blob(1).sha256, request="s")), Examine)
    found = Finding(blob=blob(1), damaged=True)
    answer = Examined(finding=found, blob=order.blob, connection=order.connection, request=order.request)
    fetch, reply = desk.tell(answer)
    assert fetch.blob == blob(1)
    assert reply.message.faults[0].advice.code == "content.incomplete"
    assert desk.state.missing_blobs == 1
    desk.now += 9
    assert desk.state.faults[0].age_s == 9
    assert desk.tell(Fetched(attempt=fetch.attempt, blob=blob(1).sha256)) == []
    assert desk.state.faults == ()
    assert desk.state.missing_blobs == 0


def test_a_suspected_blob_that_is_sound_is_answered_by_the_state_and_an_unknown_one_is_refused() -> None:
    desk = Desk(holds=shown(1)).started()
    sound = Examined(
        finding=Finding(blob=blob(1), damaged=False), blob=blob(1).sha256, connection=PEER, request=""
    )
    assert desk.tell(sound) == [Reply(connection=PEER, message=desk.state)]
    unknown = Examined(finding=None, blob=blob(9).sha256, connection=PEER, request="u")
    refused = only(desk.tell(unknown), Reply).message
    assert isinstance(refused, Refused)
    assert (refused.request, refused.advice.code) == ("u", "content.unknown-blob")


def test_running_figures_alone_are_not_published_but_everything_else_is() -> None:
    desk = Desk(holds=shown(1)).started()
    old = desk.state
    assert same_but_figures(old, msgspec.structs.replace(old, fetched_bytes=0))
    base = msgspec.structs.replace(old, wanted_bytes=1000, contact_age_s=1.0)
    assert same_but_figures(base, msgspec.structs.replace(base, contact_age_s=99.0, fetched_bytes=19))
    assert not same_but_figures(base, msgspec.structs.replace(base, fetched_bytes=20))
    assert not same_but_figures(base, msgspec.structs.replace(base, missing_blobs=1))
    assert not same_but_figures(base, msgspec.structs.replace(base, problem=DOWN))
    assert not same_but_figures(old, base)


def test_whoever_connects_causes_nothing() -> None:
    assert Desk().started().tell(Connected(connection=PEER)) == []
