"""Exports: a patient's readings and waveforms as files for other programs.

`plan` says what is wanted, `gather` reads it piece by piece, `tables` writes CSV and Parquet,
`grid` lays waveforms on one time axis, `curves` writes EDF+ and WFDB of it.
"""
