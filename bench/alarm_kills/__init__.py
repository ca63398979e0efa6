"""What the soak `alarm_kills` is made of: a ward, its patients, its people's screens and mails."""
