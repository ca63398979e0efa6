"""HTTPS gateway: text messages and voice calls by any provider with an HTTPS interface."""
