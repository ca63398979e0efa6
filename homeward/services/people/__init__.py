"""Who is here: staff, patients, wards, sign-in."""
