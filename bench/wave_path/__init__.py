"""The processes of the bench of waves."""
