"""Fits a model, and calls predict, evaluate, predict_on_batch and the model itself beside it."""

import numpy as np
import tensorflow as tf


def main():
    """Do all of it from one function."""
    layers = [tf.keras.layers.Input((8,)), tf.keras.layers.Dense(16), tf.keras.layers.Dense(1)]
    model = tf.keras.Sequential(layers)
    model.compile(loss="mse", optimizer="sgd")
    x, y = np.ones((640, 8), "float32"), np.ones((640, 1), "float32")
    model.fit(x, y, batch_size=32, epochs=2, verbose=0)
    for _ in range(50):
        model.predict(x[:32], verbose=0)
    for _ in range(20):
        model(x[:32])
    model.evaluate(x, y, verbose=0)
    for _ in range(20):
        model.predict_on_batch(x[:32])


if __name__ == "__main__":
    main()
