"""Watches over patients: judges readings as they come, and keeps the alarm ledger."""
