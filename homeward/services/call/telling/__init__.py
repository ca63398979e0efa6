"""Being told: what a patient chose, the relatives they invited, and what each was told."""
