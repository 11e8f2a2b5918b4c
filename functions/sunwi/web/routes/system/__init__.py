"""Routes of the deployment itself: schedules, workers, figures."""
