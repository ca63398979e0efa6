"""Faults on purpose: what an installation does when a process, a line or a disk fails.

A drill breaks one thing, on a twin made for it or, where asked, on the running installation, while
pretend devices send and a pretend patient falls ill. It says what was acknowledged and lost, how
long the alarm path was away, and what the screens said meanwhile.
"""
