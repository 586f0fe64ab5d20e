"""The screen: what the person in front sees. It decides nothing that must outlive it.

``model`` is pure: a table of screens, one focus, effects out; ``scene`` says what a screen shows as
values; ``view`` and ``pieces`` make them Kivy widgets (looks in ``looks.kv``). Files are
read, verified and decoded in worker threads, PDF pages in a process of their own, and the other
services are asked over the bus; so the drawing thread never waits for anything.

The process is ``python -m kiosk.shell --root DIR``. Nobody imports this package but itself.
"""
