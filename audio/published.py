"""How the core's figures and states are published: decibels, and when a state is news."""

from __future__ import annotations

import math

import msgspec

from kiosk.messages import AudioState, Fault


def decibels(amplitude: float) -> float:
    """Return a linear level in dB, -120 for nothing."""
    return max(-120.0, 20 * math.log10(amplitude)) if amplitude > 0 else -120.0


def same(old: AudioState, new: AudioState) -> bool:
    """Tell whether two states differ only in ages and times left."""
    return _timeless(old) == _timeless(new)


def _timeless(state: AudioState) -> AudioState:
    replace = msgspec.structs.replace

    def young(fault: Fault) -> Fault:
        return replace(fault, age_s=0.0)

    return replace(
        state,
        on_air=replace(state.on_air, age_s=0.0) if state.on_air else None,
        talk=replace(state.talk, left_s=0.0) if state.talk else None,
        faults=tuple(young(fault) for fault in state.faults),
    )
