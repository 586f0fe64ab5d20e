"""The player: plays the catalogue's videos and sounds, and tells the truth about every play.

A process of its own because libVLC decodes foreign bytes and may crash or hang: the screen and the
loudspeakers must not notice. Pictures leave through shared memory (`kiosk.frames`), sound through the
null sink that the audio engine mixes, words over ``media.sock``.

Every byte libVLC gets comes from a buffer whose hash was just compared with the signed catalogue
(`verified`), and no play counts as played because libVLC says so: libVLC reports random bytes, HTML
pages and cut files as a normal end. The verdict is media time shown against the catalogue's duration
(`verdict`).
"""
