#!/usr/bin/env bash
# Set everything up and run a whole support point on this machine.
#
#   bash provisioning/run.sh                          until Ctrl-C
#   bash provisioning/run.sh --demo 60 --out DIR      a scripted minute, then end
#   bash provisioning/run.sh --help                   every option (they are those of `banlang point run`)
#
# A machine with a display opens there; one without gets a virtual screen and sound card.
set -euo pipefail
# shellcheck source=provisioning/setup.sh
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

install_debian_packages "${RUN_PACKAGES[@]}"
make_environment
exec "$VENV/bin/banlang" point run "$@"
