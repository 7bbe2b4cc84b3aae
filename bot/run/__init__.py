"""The process: settings, leases, the schedule, health and what it measures."""
