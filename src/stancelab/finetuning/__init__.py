"""Fine-tuning an encoder so that it looks at the actor, on `transformers.Trainer`."""
