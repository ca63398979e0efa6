"""Letters: what a patient and their team write to each other. On screens they are messages; here
not, for a message is what goes out by push or mail."""
