"""Waveforms: beats, pulses, their quality, and the rules that judge them together."""
