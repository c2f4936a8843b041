"""Trains the models that the reader ships. Needs scikit-learn, which the reader itself does not."""
