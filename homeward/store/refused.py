"""What PostgreSQL refuses because of the values it was given: whoever sent them is told so.

Apart from the door, which hides nothing from those whose own values these are.
"""

import psycopg

# NUL in a text, half a surrogate, a number or a time beyond what a column holds, a value that a
# table does not allow.
NO_SUCH_VALUE: tuple[type[Exception], ...] = (
    psycopg.DataError,
    psycopg.errors.CheckViolation,
    psycopg.errors.NotNullViolation,
    UnicodeEncodeError,
)
# A number that names nothing.
NOTHING_THERE: tuple[type[Exception], ...] = (psycopg.errors.ForeignKeyViolation,)
TAKEN: tuple[type[Exception], ...] = (
    psycopg.errors.UniqueViolation,
    psycopg.errors.ExclusionViolation,
)
