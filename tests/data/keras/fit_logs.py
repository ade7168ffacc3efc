"""Fits a model with Keras's TensorBoard callback, which traces some batches into ./logs."""

import numpy as np
import tensorflow as tf

layers = [tf.keras.layers.Input((8,)), tf.keras.layers.Dense(16), tf.keras.layers.Dense(1)]
model = tf.keras.Sequential(layers)
model.compile(loss="mse", optimizer="sgd")
board = tf.keras.callbacks.TensorBoard("logs", profile_batch=(3, 8))
x, y = np.ones((640, 8), "float32"), np.ones((640, 1), "float32")
model.fit(x, y, batch_size=32, epochs=2, verbose=0, callbacks=[board])
