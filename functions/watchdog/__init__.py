"""The watchdog Lambda: was the night as it should have been?"""
