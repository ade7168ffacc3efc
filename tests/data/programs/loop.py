"""Calls predict five times."""

from keras.src.trainer import Model


def main():
    model = Model()
    for _ in range(5):
        model.predict(100)


main()
