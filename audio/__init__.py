"""The loudspeakers: the owner of who may speak, what sounds, silence, and the log book of sound.

Needs a sound card only, no display and no network. One compiled callback (`engine`) mixes
microphone, clips and the player's sound; a pure core (`core`) decides who may be heard; drivers
reach the card. The callback goes on without Python, and its leases let go without Python too.
"""
