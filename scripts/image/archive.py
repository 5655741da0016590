#!/usr/bin/env python3
"""Makes of an image of buildah's one that is the same whenever it is built: without the names of
the containers that it was built in. Writes it as an archive that docker and podman load, and loads
it under its own name.

  archive.py --image NAME --tag NAME --out FILE    prints the image's id
"""
import argparse
import hashlib
import io
import json
import pathlib
import subprocess
import tarfile
import tempfile

# Of an image's configuration. Not kept: container, container_config, parent, docker_version.
KEPT = ("architecture", "os", "created", "config", "rootfs")
KEPT_OF_HISTORY = ("created", "created_by", "empty_layer")


def normal(configuration):
    """The same image, in words that do not differ from one build to the next."""
    kept = {key: configuration[key] for key in KEPT if key in configuration}
    kept["config"] = {key: value for key, value in kept["config"].items() if key != "Hostname"}
    kept["config"]["Labels"] = {name: value for name, value in kept["config"]["Labels"].items()
                                if not name.startswith("io.buildah.")}
    kept["history"] = [{key: step[key] for key in KEPT_OF_HISTORY if key in step}
                       for step in configuration["history"]]
    return json.dumps(kept, sort_keys=True, separators=(",", ":")).encode()


def add(archive, name, size, content):
    entry = tarfile.TarInfo(name)
    entry.size = size
    archive.addfile(entry, content)


def rewrite(saved, out, tag):
    """saved: `podman save --format docker-archive`. Returns the new id."""
    with tarfile.open(saved) as source, tarfile.open(out, "w", format=tarfile.USTAR_FORMAT) as made:
        [manifest] = json.load(source.extractfile("manifest.json"))
        configuration = normal(json.load(source.extractfile(manifest["Config"])))
        identity = hashlib.sha256(configuration).hexdigest()
        layers = [f"{digest.split(':')[1]}.tar"
                  for digest in json.loads(configuration)["rootfs"]["diff_ids"]]
        for given, layer in zip(manifest["Layers"], layers, strict=True):
            member = source.getmember(given)
            add(made, layer, member.size, source.extractfile(member))
        add(made, f"{identity}.json", len(configuration), io.BytesIO(configuration))
        listing = json.dumps([{"Config": f"{identity}.json", "RepoTags": [tag],
                               "Layers": layers}]).encode()
        add(made, "manifest.json", len(listing), io.BytesIO(listing))
    return identity


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--image", required=True)
    parser.add_argument("--tag", required=True)
    parser.add_argument("--out", required=True, type=pathlib.Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=arguments.out.parent) as folder:
        saved = pathlib.Path(folder, "saved.tar")
        subprocess.run(["podman", "save", "--quiet", "--format", "docker-archive", "--output",
                        saved, arguments.image], check=True)
        made = pathlib.Path(folder, "made.tar")
        identity = rewrite(saved, made, arguments.tag)
        made.replace(arguments.out)
    subprocess.run(["podman", "load", "--quiet", "--input", arguments.out], check=True,
                   stdout=subprocess.DEVNULL)
    print(f"sha256:{identity}")


if __name__ == "__main__":
    main()
