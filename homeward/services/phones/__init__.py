"""Apps on patients' phones: their secrets, and the documents they keep here."""
