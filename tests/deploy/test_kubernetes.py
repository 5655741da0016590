#!/usr/bin/env python3
"""deploy/kubernetes: what kustomize puts together hangs together, and suits the published schemas.

The schemas are those of a pinned package, which `./run setup` fetches into build-tools/; without it
that test is skipped by name. The configuration is checked by blindsumd itself, with the very
environment of the container.

  test_kubernetes.py BLINDSUMD [NAME...]
"""
import copy
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest
import zipfile

try:
    import jsonschema
    import yaml
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

ROOT = pathlib.Path(__file__).resolve().parents[2]
BASE = ROOT / "deploy" / "kubernetes" / "base"
BLINDSUMD = ""
LABEL = {"app.kubernetes.io/name": "blindsum"}
WHEEL = sorted((ROOT / "build-tools").glob("kubernetes_validate-*.whl"))
KUBERNETES = ("1.29", "1.37")  # the first that knows ReadWriteOncePod for good; the newest there


def load(name):
    return yaml.safe_load((BASE / name).read_text())


KUSTOMIZATION = load("kustomization.yaml")
RESOURCES = {name: load(name) for name in KUSTOMIZATION["resources"]}


def of_kind(kind):
    return next(one for one in RESOURCES.values() if one["kind"] == kind)


def container():
    return of_kind("StatefulSet")["spec"]["template"]["spec"]["containers"][0]


class Kustomization(unittest.TestCase):
    def test_every_file_is_in_it(self):
        used = {"kustomization.yaml", *KUSTOMIZATION["resources"]}
        for generator in KUSTOMIZATION["configMapGenerator"]:
            used.update(generator["files"])
        self.assertEqual(used, {path.name for path in BASE.iterdir()})

    def test_kinds(self):
        self.assertEqual(
            sorted(one["kind"] for one in RESOURCES.values()),
            ["NetworkPolicy", "PodDisruptionBudget", "Service", "ServiceMonitor", "StatefulSet"])

    def test_selectors_find_the_pod(self):
        pod = of_kind("StatefulSet")["spec"]["template"]["metadata"]["labels"]
        self.assertEqual(pod, LABEL)
        self.assertEqual(of_kind("Service")["spec"]["selector"], LABEL)
        self.assertEqual(of_kind("NetworkPolicy")["spec"]["podSelector"]["matchLabels"], LABEL)
        for kind in ("StatefulSet", "PodDisruptionBudget", "ServiceMonitor"):
            self.assertEqual(of_kind(kind)["spec"]["selector"]["matchLabels"], LABEL, kind)
        # A ServiceMonitor selects services, by their labels.
        self.assertEqual(of_kind("Service")["metadata"]["labels"], LABEL)


class Pod(unittest.TestCase):
    def test_it_is_confined(self):
        pod = of_kind("StatefulSet")["spec"]["template"]["spec"]
        self.assertFalse(pod["automountServiceAccountToken"])
        self.assertFalse(pod["enableServiceLinks"])
        self.assertTrue(pod["securityContext"]["runAsNonRoot"])
        self.assertEqual(container()["securityContext"], {
            "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]}})
        for kind in ("limits", "requests"):
            self.assertEqual(set(container()["resources"][kind]), {"cpu", "memory"})

    def test_its_user_is_the_image_s(self):
        context = of_kind("StatefulSet")["spec"]["template"]["spec"]["securityContext"]
        dockerfile = (ROOT / "deploy" / "Dockerfile").read_text()
        self.assertIn(f"USER {context['runAsUser']}:{context['runAsGroup']}\n", dockerfile)

    def test_every_mount_has_a_volume_and_every_port_a_name(self):
        spec = of_kind("StatefulSet")["spec"]
        volumes = {one["name"] for one in spec["template"]["spec"]["volumes"]}
        volumes |= {one["metadata"]["name"] for one in spec["volumeClaimTemplates"]}
        self.assertEqual({one["name"] for one in container()["volumeMounts"]}, volumes)
        ports = {one["name"] for one in container()["ports"]}
        self.assertEqual({one["targetPort"] for one in of_kind("Service")["spec"]["ports"]}, ports)
        allowed = of_kind("NetworkPolicy")["spec"]["ingress"]
        self.assertEqual({port["port"] for rule in allowed for port in rule["ports"]}, ports)
        for endpoint in of_kind("ServiceMonitor")["spec"]["endpoints"]:
            self.assertIn(endpoint["port"], ports)

    def test_a_drain_may_end(self):
        printed = subprocess.run([BLINDSUMD, "--print-default-config"], check=True, text=True,
                                 capture_output=True).stdout
        drain = next(line for line in printed.splitlines() if line.startswith("drain = "))
        seconds = int(drain.split('"')[1].removesuffix("s"))
        pod = of_kind("StatefulSet")["spec"]["template"]["spec"]
        self.assertGreater(pod["terminationGracePeriodSeconds"], seconds)


class Configuration(unittest.TestCase):
    def check(self, **changes):
        """What blindsumd says of the container's configuration, without the files it names."""
        environment = {one["name"]: one["value"] for one in container()["env"]}
        with tempfile.TemporaryDirectory() as folder:
            # The example's authority is no key, on purpose: an overlay has to bring one.
            text = (BASE / "blindsumd.toml").read_text().replace("0" * 64, "58" + "66" * 31)
            file = pathlib.Path(folder, "blindsumd.toml")
            file.write_text(text)
            environment |= {"BLINDSUM_CONFIG": str(file), **changes}
            return subprocess.run([BLINDSUMD, "--check-config"], env={**os.environ, **environment},
                                  text=True, capture_output=True)

    def test_only_files_are_missing(self):
        done = self.check()
        self.assertEqual(done.returncode, 2)
        problems = done.stderr.splitlines()[:-1]
        self.assertGreaterEqual(len(problems), 3, done.stderr)
        for problem in problems:
            self.assertIn(": unreadable_file: ", problem)
            self.assertTrue(problem.startswith("/etc/blindsum/"), problem)

    def test_secrets_are_those_that_are_asked_for(self):
        text = (BASE / "kustomization.yaml").read_text()
        keys = {value.split("/")[-1] for one in container()["env"]
                if (value := one["value"]).startswith("/etc/blindsum/keys/")}
        self.assertGreaterEqual(keys, {"server.key", "admin.token", "metrics.token"})
        for key in keys:
            self.assertIn(key, text)
        [endpoint] = of_kind("ServiceMonitor")["spec"]["endpoints"]
        self.assertEqual(endpoint["scheme"], "https")
        credentials = endpoint["authorization"]["credentials"]
        volumes = of_kind("StatefulSet")["spec"]["template"]["spec"]["volumes"]
        [mounted] = [one["secret"]["secretName"] for one in volumes if one["name"] == "keys"]
        self.assertEqual(credentials, {"name": mounted, "key": "metrics.token"})
        self.assertIn(endpoint["tlsConfig"]["ca"]["secret"]["key"], keys)

    def test_a_misspelt_variable_is_told(self):
        done = self.check(BLINDSUM_LISTEN_KEYS="x")
        self.assertIn("environment BLINDSUM_LISTEN_KEYS: unknown_key", done.stderr)


@unittest.skipUnless(WHEEL, "the schemas are missing: ./run setup fetches them")
class Schemas(unittest.TestCase):
    """Those of the pinned package, strict: what they do not know is an error."""

    def problems(self, resource, version):
        group = resource["apiVersion"].split("/")
        name = "-".join([resource["kind"].lower(), *(part.split(".")[0] for part in group)])
        folder = f"kubernetes_validate/kubernetes-json-schema/v{version}.0-local-strict"
        with zipfile.ZipFile(WHEEL[0]) as wheel:
            schema = json.loads(wheel.read(f"{folder}/{name}.json"))
            definitions = json.loads(wheel.read(f"{folder}/_definitions.json"))
        resolver = jsonschema.RefResolver.from_schema(
            schema, store={definitions["$id"]: definitions})
        validator = jsonschema.Draft202012Validator(schema, resolver=resolver)
        return [error.message for error in validator.iter_errors(resource)]

    def test_each_resource_suits_its_schema(self):
        for version in KUBERNETES:
            for name, resource in RESOURCES.items():
                if resource["kind"] == "ServiceMonitor":
                    continue  # the Prometheus operator's, not Kubernetes's
                with self.subTest(name, version=version):
                    self.assertEqual(self.problems(resource, version), [])

    def test_what_does_not_suit_is_found(self):
        spoilt = copy.deepcopy(of_kind("StatefulSet"))
        pod = spoilt["spec"]["template"]["spec"]
        pod["terminationGracePeriodSecond"] = 90
        pod["containers"][0]["ports"][0]["containerPort"] = "8443"
        found = " ".join(self.problems(spoilt, KUBERNETES[-1]))
        self.assertIn("terminationGracePeriodSecond", found)
        self.assertIn("'8443' is not of type 'integer'", found)


if __name__ == "__main__":
    BLINDSUMD = sys.argv.pop(1)
    unittest.main()
