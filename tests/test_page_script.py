"""The page's own script outside a browser: its parts by node's test runner, its types by TypeScript."""

import json
import os
import subprocess
from pathlib import Path

import pytest
from npm_packages import node

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
