"""The sample content set, kept as recipes: no picture, voice or film is stored, all are rendered at set-up.

``python -m provisioning.sample`` draws the pictures with Pillow, speaks with espeak-ng, films with
ffmpeg and writes one folder per item with an ``item.toml`` that ``banlang publish add`` takes.
Vietnamese, English and Chinese are spoken by machine. For Tày, Nùng and Dao nothing is invented: a
neutral two-note tone stands where a native speaker must record (docs/languages-to-record.md).
"""
