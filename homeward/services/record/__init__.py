"""The record: takes in what devices send, keeps it, packs it.

`intake.Intake` is the hand-over (in the door's process); `work` is the packing.
"""
