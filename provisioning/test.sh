#!/usr/bin/env bash
# Set everything up and run the tests; arguments go to pytest.
#
#   bash provisioning/test.sh                 all tests (under 10 minutes on 2 cores)
#   bash provisioning/test.sh tests/test_x.py -k name
set -euo pipefail
# shellcheck source=provisioning/setup.sh
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

install_debian_packages "${RUN_PACKAGES[@]}" "${TEST_PACKAGES[@]}"
make_environment
cd "$TREE"
exec "$VENV/bin/python" -m pytest "$@"
