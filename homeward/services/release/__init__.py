"""Release of information: a patient's record to the patient, and to whom else it went.

`gather` reads the record piece by piece, `files` makes FHIR of it, `summary` a page to read, and
`zipped` is how it goes to a browser. `accounting` says to whom what went.
"""
