"""PixiJS in Chromium: serves the page of `pixi_page`, opens it, and prints the figures that it sends back.

Chromium draws through ANGLE on the system's OpenGL, so that it uses the driver that the environment names. The page is
served with the headers that give it a clock of 5 us.
"""

from __future__ import annotations

import base64
import json
import subprocess
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from common import HEIGHT, WIDTH, arguments, report

HERE = Path(__file__).resolve().parent
PIXI = HERE.parents[1] / ".peers" / "node_modules" / "pixi.js" / "dist" / "pixi.min.js"
FILES = {
    "/": (HERE / "pixi_page" / "index.html", "text/html"),
    "/page.js": (HERE / "pixi_page" / "page.js", "text/javascript"),
    "/pixi.min.js": (PIXI, "text/javascript"),
}
PATIENCE = 50.0
FLAGS = (
    "--no-sandbox",
    "--use-gl=angle",
    "--use-angle=gl",
    "--ignore-gpu-blocklist",
    "--disable-gpu-vsync",
    "--disable-frame-rate-limit",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--kiosk",
    f"--window-size={WIDTH},{HEIGHT}",
)


class Page(BaseHTTPRequestHandler):
    """Serves three files, and takes the figures."""

    figures: dict[str, Any] = {}  # noqa: RUF012  # there is one page
    arrived = threading.Event()

    def do_GET(self) -> None:
        path, kind = FILES.get(self.path.split("?")[0], (None, ""))
        self.send_response(200 if path else 404)
        self.send_header("Content-Type", kind)
        self.send_header("Cross-Origin-Opener-Policy", "same-origin")
        self.send_header("Cross-Origin-Embedder-Policy", "require-corp")
        self.end_headers()
        if path:
            self.wfile.write(path.read_bytes())

    def do_POST(self) -> None:
        Page.figures = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(204)
        self.end_headers()
        Page.arrived.set()

    def log_message(self, *_: object) -> None:
        """Nothing: what is printed is the figures."""


def main() -> None:
    options = arguments()
    if not PIXI.exists():
        raise SystemExit("PixiJS is not installed: make setup-peers installs it")
    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    query = urlencode({key: value for key, value in vars(options).items() if value is not None})
    address = f"http://127.0.0.1:{server.server_port}/?{query}"
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = ["chromium", *FLAGS, f"--user-data-dir={profile}", address]
        browser = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            if not Page.arrived.wait(PATIENCE):
                raise SystemExit(f"the page sent nothing in {PATIENCE:g} s")
        finally:
            browser.terminate()
            browser.wait()
    figures = Page.figures
    if "error" in figures:
        raise SystemExit(f"the page failed: {figures['error']}")
    if options.screenshot:
        Path(options.screenshot).write_bytes(base64.b64decode(figures["picture"].split(",")[1]))
    names = "frames", "cpu_ms", "wall_ms"
    told = {name: figures[name] for name in names}
    report("PixiJS", figures["version"], options.scenario, options.count, figures["renderer"], told)


if __name__ == "__main__":
    main()
