"""The words of the house: frozen data, no I/O. Every floor above speaks in these."""
