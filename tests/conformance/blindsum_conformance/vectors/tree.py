"""The files of tests/vectors/: made, written, compared with those that are there, counted."""

import json
from pathlib import Path

from ..reference.errors import REASONS
from . import shapes
from .case import LAYERS, Bad, Good

PROTOCOL = "blindsum/1"


def _text(value):
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"


def _good_file(family, cases):
    return {"protocol": PROTOCOL, "family": family,
            "cases": [vars(case) for case in cases if isinstance(case, Good)]}


def _bad_file(family, case):
    return {"protocol": PROTOCOL, "family": family} | vars(case)


def family_files(module, cases):
    """Relative path -> text, of one family: vectors, bad vectors, their two schemas."""
    name = module.NAME
    names = [case.name for case in cases]
    twice = {n for n in names if names.count(n) > 1}
    if twice:
        raise ValueError(f"{name}: two cases have one name: {sorted(twice)}")
    files = {
        f"schema/{name}.json": _text(shapes.good_schema(name, module.SHAPES)),
        f"schema/bad/{name}.json":
            _text(shapes.bad_schema(name, module.SHAPES, LAYERS, REASONS)),
        f"{name}.json": _text(_good_file(name, cases)),
    }
    for case in cases:
        if isinstance(case, Bad):
            files[f"bad/{name}/{case.name}.json"] = _text(_bad_file(name, case))
    return files


def all_files(families):
    """The files of all families, and per family (good, bad)."""
    files, counts = {}, {}
    for module in families:
        cases = module.cases()
        files |= family_files(module, cases)
        good = sum(isinstance(case, Good) for case in cases)
        counts[module.NAME] = (good, len(cases) - good)
    return files, counts


def write(files, folder, whole):
    """Writes them; where they are all there are, removes vectors that are not made any more."""
    for path in existing(folder) - set(files) if whole else ():
        (Path(folder) / path).unlink()
    for path, text in files.items():
        target = Path(folder) / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")


def existing(folder):
    return {path.relative_to(folder).as_posix() for path in Path(folder).rglob("*.json")}


def differences(files, folder):
    """A line for each file that is missing, too much, or not byte for byte what is made."""
    there = existing(folder)
    found = [f"{path}: missing" for path in sorted(set(files) - there)]
    found += [f"{path}: not made by the generator" for path in sorted(there - set(files))]
    for path in sorted(there & set(files)):
        if (Path(folder) / path).read_bytes() != files[path].encode():
            found.append(f"{path}: differs")
    return found


def invalid(folder):
    """A line for each file that its schema does not allow. Needs python3-jsonschema."""
    import jsonschema  # only who validates needs it
    found, folder = [], Path(folder)
    for path in sorted(existing(folder)):
        if path.startswith("schema/"):
            continue
        name = Path(path).parts[1] if path.startswith("bad/") else Path(path).stem
        schema = folder / "schema" / ("bad" if path.startswith("bad/") else "") / f"{name}.json"
        validator = jsonschema.Draft202012Validator(json.loads(schema.read_text()))
        document = json.loads((folder / path).read_text())
        found += [f"{path}: {'/'.join(map(str, error.path))}: {error.message[:160]}"
                  for error in validator.iter_errors(document)]
    return found
