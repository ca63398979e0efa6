"""How fast the watcher is: what judging adds to a rule's own delay."""

# Frames are judged together: a few ms of delay, half the work. The busier we are, the longer we
# gather, so that judging small batches leaves most of a core to others. What may begin an alarm of
# a limit ends the gathering.
GATHER_SECONDS = (0.004, 0.03)
PASS_SECONDS = 0.1
STUCK_SECONDS = 3.0  # what waits longer than this to be judged or written is not watched
# Disclosed beside a rule's delay (IEC 60601-1-8, 6.4): gathering, judging four times faster than
# that, and a pass. Whatever takes longer than STUCK_SECONDS is said on every screen.
JUDGED_SECONDS = GATHER_SECONDS[1] + GATHER_SECONDS[1] / 4 + PASS_SECONDS
