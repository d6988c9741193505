"""Pictures a second and times of answers of a server under load: serve_load.py PAGE MODEL FOLDER CLIENTS SECONDS; prints one JSON line.

Each client sends the folder's pictures in turn, the next when it has the answer to the last. What the server refuses because it is busy is counted
and sent again. Clients are processes of up to eight threads, so that they are not what is measured.
"""
import http.client
import json
import multiprocessing
import os
import sys
import threading
import time
import urllib.parse


def client(page, path, pictures, first, end, times, busy):
    connection = http.client.HTTPConnection(page.hostname, page.port, timeout=60)
    number = first
    while time.perf_counter() < end:
        begun = time.perf_counter()
        connection.request("POST", path, pictures[number % len(pictures)])
        answer = connection.getresponse()
        body = answer.read()
        if answer.status == 503:
            busy.append(1)
            time.sleep(0.02)
            continue
        if answer.status != 200:
            raise ValueError("the server answers %d: %s" % (answer.status, body.decode(errors="replace")))
        times.append(time.perf_counter() - begun)
        number += 1


def clients(page, path, pictures, first, count, seconds, results):
    times, busy, end = [], [], time.perf_counter() + seconds
    threads = [threading.Thread(target=client, args=(page, path, pictures, first + i, end, times, busy)) for i in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    results.put((times, len(busy)))


def main():
    page, model, folder, count, seconds = urllib.parse.urlsplit(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4]), float(sys.argv[5])
    pictures = []
    for name in sorted(os.listdir(folder))[:64]:
        with open(os.path.join(folder, name), "rb") as file:
            pictures.append(file.read())
    path = page.path.rstrip("/") + "/api/models/" + urllib.parse.quote(model) + "/translate?eval"
    results = multiprocessing.Queue()
    shares = [min(8, count - first) for first in range(0, count, 8)]
    workers = [multiprocessing.Process(target=clients, args=(page, path, pictures, 8 * i, share, seconds, results)) for i, share in enumerate(shares)]
    begun = time.perf_counter()
    for worker in workers:
        worker.start()
    answers = [results.get() for _ in workers]
    for worker in workers:
        worker.join()
    taken, times = time.perf_counter() - begun, sorted(t for those, _ in answers for t in those)
    if not times:
        sys.exit("no answer in %s seconds" % sys.argv[5])
    print(json.dumps({
        "clients": count, "answers": len(times), "pictures_per_s": round(len(times) / taken, 1), "median_ms": round(1e3 * times[len(times) // 2], 2),
        "p99_ms": round(1e3 * times[min(len(times) - 1, int(0.99 * len(times)))], 2), "busy": sum(b for _, b in answers)}))


if __name__ == "__main__":
    main()
