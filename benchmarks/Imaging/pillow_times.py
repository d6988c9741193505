"""Milliseconds that Pillow takes for the work of CodecsCommand.cs on one picture: best of many runs, by processor time."""
import io
import sys
import time

from PIL import Image


def best(work):
    work()
    least, repetitions, start, runs = float("inf"), 1, time.perf_counter(), 0
    while runs < 3 or time.perf_counter() - start < 0.5:
        before = time.process_time()
        for _ in range(repetitions):
            work()
        seconds = time.process_time() - before
        runs += 1
        if seconds < 0.01:
            repetitions *= 2
            continue
        least = min(least, seconds / repetitions)
    return least * 1e3


def main():
    with open(sys.argv[1], "rb") as f:
        file = f.read()

    def decode():
        im = Image.open(io.BytesIO(file))
        im.load()
        return im

    image = decode().convert("RGB")
    print("decode %.4f" % best(decode))
    print("jpeg-75-420 %.4f" % best(lambda: image.save(io.BytesIO(), "JPEG", quality=75, subsampling=2)))
    print("jpeg-95-444 %.4f" % best(lambda: image.save(io.BytesIO(), "JPEG", quality=95, subsampling=0)))
    print("png-6 %.4f" % best(lambda: image.save(io.BytesIO(), "PNG")))
    print("bicubic-286 %.4f" % best(lambda: image.resize((286, 286), Image.BICUBIC)))


main()
