#!/bin/bash
# Stores users.
set -euo pipefail
source ./lib.sh
. /etc/profile
# Looks one up.
find_user() {
  local name=$1
  grep "$name" users | head -1
}
function helper { find_user "$@"; }
find_user bob
