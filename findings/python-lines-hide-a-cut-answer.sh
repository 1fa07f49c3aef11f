#!/usr/bin/env bash
# CPython 3.11.2 (Debian 12), urllib.request and http.client, 2026-11-27
#
# Expected: a chunked answer whose connection ends before its last chunk raises IncompleteRead, however it is read.
#
# Seen: read() raises it. Reading line by line (`for line in answer`, the natural way for NDJSON) ends as if the answer were complete,
# with no error: a part looks like the whole.
#
# Message Logger: cuts the connection when a streamed list fails, which curl and Java report. For Python its recipe (docs/api.md) asks for
# the last line {"_end": ...} with end=1, and looks for it.
set -euo pipefail

python=$(command -v /usr/bin/python3 || command -v python3)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat > "$work/finding.py" <<'PY'
import http.client, socket, sys, threading, urllib.request

listening = socket.socket()
listening.bind(("127.0.0.1", 0))
listening.listen(5)

def serve():
    for _ in range(2):
        client, _ = listening.accept()
        client.recv(9999)
        # Two chunks, and no last one.
        client.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n{}\n\n\r\n4\r\n{}\n\n\r\n")
        client.close()

threading.Thread(target=serve, daemon=True).start()
address = "http://127.0.0.1:%d/" % listening.getsockname()[1]
print(sys.version.split()[0])
try:
    with urllib.request.urlopen(address) as answer:
        answer.read()
    whole = "ends"
except http.client.IncompleteRead:
    whole = "raises IncompleteRead"
try:
    with urllib.request.urlopen(address) as answer:
        count = sum(1 for _ in answer)
    lines = "ends after %d lines" % count
except http.client.IncompleteRead:
    lines = "raises IncompleteRead"
print("read():", whole)
print("for line in answer:", lines)
sys.exit(0 if whole.startswith("raises") and lines.startswith("ends") else 1)
PY
timeout 60 "$python" "$work/finding.py"
