"""The container's operator port, from outside it: over TLS, with tokens that are secrets as Docker
and Kubernetes mount them: files that only the container's user can read."""
import http.client
import os
import secrets
import ssl

LIMIT_S = 30


class OperatorPort:
    """options: what the engine's `run` is to be given; `user` is the container's."""

    def __init__(self, world, port, user):
        self._context = ssl.create_default_context(cafile=world.folder / "server.crt")
        self._port = port
        self._tokens = {"admin": secrets.token_hex(32), "metrics": secrets.token_hex(32)}
        folder = world.folder / "secrets"
        folder.mkdir()
        for kind, token in self._tokens.items():
            file = folder / f"{kind}.token"
            file.write_text(token)
            file.chmod(0o400)
            os.chown(file, user, user)
        settings = {"PORT": port, "ADDRESS": "0.0.0.0",
                    "CERTIFICATE": "/etc/blindsum/server.crt", "KEY": "/etc/blindsum/server.key",
                    "TOKEN": "/run/secrets/admin.token",
                    "METRICS_TOKEN": "/run/secrets/metrics.token"}
        self.options = ["--volume", f"{folder}:/run/secrets:ro"]
        for key, value in settings.items():
            self.options += ["--env", f"BLINDSUM_ADMIN_{key}={value}"]

    def ask(self, path, kind=None):
        """(status, text), with the token of that kind."""
        connection = http.client.HTTPSConnection("localhost", self._port, timeout=LIMIT_S,
                                                 context=self._context)
        headers = {"Authorization": f"Bearer {self._tokens[kind]}"} if kind else {}
        try:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def check(self, rounds):
        """Raises if somebody gets what is not his, or does not get what is."""
        for path, kind, expected in (
                ("/healthz", None, 200), ("/metrics", None, 401), ("/v1/tasks", None, 401),
                ("/metrics", "metrics", 200), ("/v1/tasks", "metrics", 401),
                ("/metrics", "admin", 200), ("/v1/tasks", "admin", 200)):
            status, text = self.ask(path, kind)
            if status != expected:
                raise RuntimeError(f"{path} with token {kind} gives {status}: {text}")
        _, text = self.ask("/metrics", "metrics")
        wanted = f'blindsum_rounds_total{{outcome="completed",task="counts"}} {rounds}'
        if wanted not in text.splitlines():
            raise RuntimeError(f"the metrics have no {wanted}:\n{text}")

    def has_page(self):
        """The operator's, for the browser; without it there is a plain text."""
        status, text = self.ask("/")
        if status != 200:
            raise RuntimeError(f"/ gives {status}: {text}")
        return "/assets/" in text
