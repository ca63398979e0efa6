"""What people observe at the bedside: entries, corrections, and when the next is due."""
