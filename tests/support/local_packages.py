"""What `pip install` and `npm install` find, without a network.

    with local_packages(wheels, node_packages) as environment: ...

`environment` is what the two tools have to be started with: pip looks into
the folder of wheels and nowhere else, npm at a registry of its own that has
the packages of a node_modules folder, packed again. Both are optional.
"""
import base64
import contextlib
import hashlib
import http.server
import io
import json
import os
import pathlib
import tarfile
import threading
import urllib.parse


def packages_of(folder):
    """The folders of all packages in a node_modules folder."""
    for entry in sorted(pathlib.Path(folder).iterdir()):
        if entry.name.startswith("@"):
            yield from sorted(entry.iterdir())
        elif (entry / "package.json").exists():
            yield entry


def packed(package):
    """The package as npm would pack it."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz", compresslevel=1) as tar:
        tar.add(package, "package", filter=lambda member: (
            None if "/node_modules/" in member.name else member))
    return buffer.getvalue()


class Registry(http.server.ThreadingHTTPServer):
    """Answers what npm asks when it installs."""

    daemon_threads = True

    def __init__(self, folder):
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.packages = {}
        self.tarballs = {}
        for package in packages_of(folder):
            self._add(package)

    def _add(self, package):
        data = json.loads((package / "package.json").read_text("utf-8"))
        name, version = data["name"], data["version"]
        tarball = packed(package)
        path = f"/{name}/-/{version}.tgz"
        digest = base64.b64encode(hashlib.sha512(tarball).digest()).decode()
        data["dist"] = {"tarball": self.url + path,
                        "integrity": f"sha512-{digest}"}
        self.tarballs[path] = tarball
        self.packages[f"/{name}"] = json.dumps({
            "name": name, "dist-tags": {"latest": version},
            "versions": {version: data}}).encode()


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        path = urllib.parse.unquote(urllib.parse.urlsplit(self.path).path)
        body = self.server.packages.get(path) or self.server.tarballs.get(path)
        self.send_response(200 if body else 404)
        body = body or b'{"error":"not here"}'
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words):
        pass


@contextlib.contextmanager
def local_packages(wheels=None, node_packages=None):
    environment = {"npm_config_audit": "false", "npm_config_fund": "false",
                   "npm_config_update_notifier": "false"}
    if wheels:
        environment.update(PIP_NO_INDEX="1", PIP_FIND_LINKS=os.path.abspath(
            wheels), PIP_DISABLE_PIP_VERSION_CHECK="1")
    modules = pathlib.Path(node_packages or "", "node_modules")
    if not node_packages or not modules.is_dir():
        yield environment
        return
    registry = Registry(modules)
    thread = threading.Thread(target=registry.serve_forever, daemon=True)
    thread.start()
    try:
        yield {**environment, "npm_config_registry": registry.url + "/"}
    finally:
        registry.shutdown()
        thread.join()
        registry.server_close()
