"""Watches the watcher from outside: a pretend patient's alarm through the whole path, for ever.

It knows neither the record nor the bus: what it sees is what a nurse would see.
"""
