"""Release of information: a patient's record to the patient, and to whom else anything of it went.

`gather` reads the record piece by piece, `files` makes FHIR of it, `summary` a page to read, `zipped`
and `folder` are where it goes. `accounting` says to whom what went.
"""
