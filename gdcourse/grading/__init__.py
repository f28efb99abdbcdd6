"""Exercises and their grading: masters, student notebooks, the sandbox, the gradebook."""
