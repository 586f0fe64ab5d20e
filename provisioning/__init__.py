"""The declared and the observed machine: the command ``banlang`` and everything done once.

Installing, starting a whole point on any machine (``banlang point run``), the virtual screen and
sound card for machines without, the rendered fonts and sample set. Later: enrolment, self-test,
register, and the province's desk. It speaks to the services over the bus like everybody else.
"""
