"""What people do at home: their clock, what their plan asks for, and whether it came."""
