"""Reading the record: the ward board, the chart, the patient's own page."""
