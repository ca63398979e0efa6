"""Judgement, in pure functions: readings and times go in, findings and scores come out."""
