"""Reports on one page: what somebody measured at home, as the guidelines read it."""
