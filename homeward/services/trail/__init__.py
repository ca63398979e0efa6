"""The audit: who read or wrote what of whom, sealed so that nobody can change it unseen."""
