"""What leads look at: people, queues, risk, waste, workload, and what they are about to do."""
