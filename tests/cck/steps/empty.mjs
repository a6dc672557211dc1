// The sample has no steps.
