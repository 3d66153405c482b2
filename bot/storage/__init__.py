"""What Lotse keeps: models, queues, cases, and the care that little of it lies around."""
