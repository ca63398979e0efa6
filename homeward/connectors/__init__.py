"""Everything we talk to, one folder each. A connector sees only its Link."""
