"""The shared language of the four services: words, messages, and the few things all must do alike.

Everyone may import this package; it imports none of the services. It holds the types and the
wire format, text folding, errors with advice, the clock with its "unknown" state, whole-file
replacement, the bus, the service loop, configuration, the catalogue format, the log book and
the officers' accounts. The screen itself is the sub-package ``kiosk.shell``, which nobody imports.
"""

__version__ = "0.1.0"
