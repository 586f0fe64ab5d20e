# Sourced by run.sh and test.sh: installs what is missing, and does nothing when nothing is.
# shellcheck shell=bash
#
# Leaves the virtual environment in .venv of the tree. A stamp of the lock file and the Python
# version tells whether it is complete, so a second start costs no time.

TREE=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
VENV=$TREE/.venv

# What the point needs to run; the build tools are for PyAudio, which has no wheel for Linux.
RUN_PACKAGES=(
  python3 python3-venv python3-dev gcc portaudio19-dev libportaudio2
  libvlc5 vlc-plugin-base ffmpeg espeak-ng
  libgl1 libgl1-mesa-dri libegl1 libgles2 libmtdev1 fonts-noto-core fonts-wqy-microhei
  pipewire pipewire-bin pipewire-pulse pipewire-jack wireplumber dbus pulseaudio-utils libasound2-plugins
  xvfb xauth xdotool imagemagick
)
# What only the tests and benchmarks need.
TEST_PACKAGES=(
  jackd2 sox x11-utils vlc-plugin-video-output vlc-bin curl strace
)

fail() { # fail VIETNAMESE ENGLISH
  printf '✗ %s\n  %s\n' "$1" "$2" >&2
  exit 1
}

install_debian_packages() {
  command -v apt-get >/dev/null || fail \
    "Máy này không có apt. Bản Làng cần Debian 12 trở lên; hãy cài trên máy Debian." \
    "This machine has no apt. Bản Làng needs Debian 12 or newer; install it on a Debian machine."
  local missing=() package
  # One question for all: dpkg-query is slow to start.
  local installed
  installed=$({ dpkg-query -W -f '${Package} ${db:Status-Status}\n' "$@" 2>/dev/null || true; } | awk '$2=="installed"{print $1}')
  for package in "$@"; do
    grep -qx "$package" <<<"$installed" || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  local root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || fail \
      "Cần quyền quản trị để cài: ${missing[*]}. Hãy chạy bằng root, hoặc cài trước bằng apt-get." \
      "Administrator rights are needed to install: ${missing[*]}. Run as root, or install them first with apt-get."
    root=(sudo)
  fi
  echo "Đang cài gói Debian · installing Debian packages: ${missing[*]}"
  local log
  log=$(mktemp)
  if ! { "${root[@]}" apt-get -o DPkg::Lock::Timeout=600 update &&
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=600 \
      install -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
    tail -n 15 "$log" >&2
    fail "apt không cài được các gói trên. Hãy kiểm tra mạng và nguồn gói rồi chạy lại." \
      "apt could not install them (see above). Check the network and the package sources, then run again."
  fi
  rm -f "$log"
}

check_room() { # check_room MEBIBYTES
  local free
  free=$(df -Pm "$TREE" | awk 'NR==2{print $4}')
  [ "$free" -ge "$1" ] || fail \
    "Ổ đĩa chỉ còn $free MiB, cần $1 MiB. Hãy giải phóng chỗ trống rồi chạy lại." \
    "The disk has only $free MiB left, $1 MiB are needed. Free some space and run again."
}

find_python() { # sets PYTHON: Debian's own, for its headers and libraries fit
  local candidate
  for candidate in "${BANLANG_PYTHON:-}" /usr/bin/python3 python3; do
    [ -n "$candidate" ] && command -v "$candidate" >/dev/null || continue
    if "$candidate" -c 'import sys; sys.exit(not ((3, 11) <= sys.version_info < (3, 14)))' 2>/dev/null; then
      PYTHON=$candidate
      return
    fi
    [ -z "${BANLANG_PYTHON:-}" ] || break
  done
  fail "Không có Python 3.11–3.13 (thấy: $("${candidate:-python3}" --version 2>&1)). Hãy dùng Debian 12 hoặc 13, hoặc đặt BANLANG_PYTHON." \
    "No Python 3.11 to 3.13 here (found: $("${candidate:-python3}" --version 2>&1)). Use Debian 12 or 13, or set BANLANG_PYTHON."
}

make_environment() {
  find_python
  local stamp
  stamp=$({ cat "$TREE/requirements.lock" "$TREE/pyproject.toml"; "$PYTHON" -VV; echo "$TREE"; } | sha256sum)
  if [ -x "$VENV/bin/banlang" ] && [ "$(cat "$VENV/complete" 2>/dev/null)" = "$stamp" ]; then
    return 0
  fi
  check_room 2500
  echo "Đang chuẩn bị môi trường Python · preparing the Python environment (.venv)"
  local log
  log=$(mktemp)
  if ! { { [ -x "$VENV/bin/python" ] && "$VENV/bin/python" -c '' || "$PYTHON" -m venv --clear "$VENV"; } &&
    "$VENV/bin/python" -m pip install --disable-pip-version-check --no-deps --require-hashes \
      -r "$TREE/requirements.lock" &&
    "$VENV/bin/python" -m pip install --disable-pip-version-check --no-deps --no-build-isolation \
      -e "$TREE"; } >"$log" 2>&1; then
    tail -n 15 "$log" >&2
    fail "Không cài được thư viện Python. Hãy kiểm tra mạng và chỗ trống trên đĩa rồi chạy lại." \
      "The Python libraries could not be installed (see above). Check the network and the disk, then run again."
  fi
  rm -f "$log"
  echo "$stamp" >"$VENV/complete"
}
