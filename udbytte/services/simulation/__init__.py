"""A workplace that lives through its rounds in fast motion: the demo's data, the bench's data, the promise's proof."""
