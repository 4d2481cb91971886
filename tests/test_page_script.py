"""The page's own script outside a browser: its parts by node's test runner, its types by TypeScript."""

import json
import os
import subprocess
from pathlib import Path

import pytest
from npm_packages import node, npm_folder

from geoconflict.maps import page

pytestmark = pytest.mark.enable_socket

HERE = Path(__file__).parent
STATIC = Path(page.__file__).parent / "static"


@pytest.mark.parametrize("part", sorted(path.name for path in (HERE / "js").glob("*.test.js")))
def test_parts_of_the_script(part):
    scripts = json.dumps({"folder": str(STATIC), "scripts": page.SCRIPTS})
    command = [node(), "--test", "--test-reporter=tap", str(HERE / "js" / part)]
    environment = os.environ | {"PAGE_SCRIPTS": scripts}
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env=environment)
    assert done.returncode == 0, "\n".join(
        line for line in done.stdout.splitlines() if "not ok" in line or "error:" in line or "seed" in line
    )
    assert "# pass 0" not in done.stdout


def test_types_of_the_script(tmp_path):
    root = npm_folder("typescript", "@types/leaflet", "@types/geojson")
    files = [str(STATIC / f"{name}.js") for name in page.SCRIPTS]
    options = {
        "allowJs": True,
        "checkJs": True,
        "noEmit": True,
        "target": "es2022",
        "lib": ["es2023", "dom", "dom.iterable"],
        "module": "none",
        "moduleDetection": "legacy",  # the parts share one scope, as in the page
        "types": ["leaflet"],
        "typeRoots": [str(root / "node_modules" / "@types")],
        "noImplicitAny": False,
        "strictBindCallApply": True,
        "noFallthroughCasesInSwitch": True,
        "noUnusedLocals": False,
    }
    config = {"compilerOptions": options, "files": [*files, str(HERE / "js" / "types.d.ts")]}
    (tmp_path / "tsconfig.json").write_text(json.dumps(config), encoding="utf-8")
    compiler = root / "node_modules" / "typescript" / "bin" / "tsc"
    command = [node(), str(compiler), "-p", str(tmp_path), "--pretty", "false"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout
