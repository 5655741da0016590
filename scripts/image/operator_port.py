"""The container's operator port, from outside it: over TLS, with tokens that are secrets of the
engine's, files that only the container's user can read."""
import http.client
import os
import secrets
import ssl

LIMIT_S = 30


class OperatorPort:
    """engine: a function that runs the engine with arguments. remove() takes the secrets away."""

    def __init__(self, world, port, engine, user):
        self._context = ssl.create_default_context(cafile=world.folder / "server.crt")
        self._port, self._engine = port, engine
        self._tokens = {"admin": secrets.token_hex(32), "metrics": secrets.token_hex(32)}
        self._names = {}
        inside = "/etc/blindsum"
        self.options = [
            "--env", f"BLINDSUM_ADMIN_PORT={port}", "--env", "BLINDSUM_ADMIN_ADDRESS=0.0.0.0",
            "--env", f"BLINDSUM_ADMIN_CERTIFICATE={inside}/server.crt",
            "--env", f"BLINDSUM_ADMIN_KEY={inside}/server.key"]
        try:
            for kind, key in (("admin", "TOKEN"), ("metrics", "METRICS_TOKEN")):
                name = self._make_secret(world.folder, kind)
                self.options += [
                    "--secret", f"{name},target={kind}.token,uid={user},gid={user},mode=0400",
                    "--env", f"BLINDSUM_ADMIN_{key}=/run/secrets/{kind}.token"]
        except RuntimeError:
            self.remove()
            raise

    def _make_secret(self, folder, kind):
        name = f"blindsum-{kind}-{os.getpid()}"
        file = folder / f"{kind}.token"
        file.write_text(self._tokens[kind])
        file.chmod(0o600)
        self._engine("secret", "create", name, file)
        self._names[kind] = name
        return name

    def remove(self):
        for name in self._names.values():
            self._engine("secret", "rm", name, check=False)

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
