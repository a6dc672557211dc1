// The sample has no step that is defined.
