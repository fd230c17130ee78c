#!/usr/bin/env bash
# Sets celebrity-faces up on a fresh Debian or Ubuntu machine and starts it; run again, it is quick and changes nothing.
#
#   ./init.sh          install, build, start the server in the background, print its address
#   ./init.sh --gallery wikidata --contact you@example.org
#                      the same, and 2,000 people from Wikidata are fetched behind it
#   ./init.sh test     install what the tests need as well, and run everything
#   ./init.sh stop     stop the server
#   ./init.sh service  as root: run the server as a systemd service (service --uninstall, service --print)
#
# Settings come from the environment, e.g. PORT=8080 ./init.sh; the README lists them.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")"

LEAST_NODE=20.19.0
OWN_NODE=24                # taken from the npm registry where Debian's is too old
READY_SECONDS=120
RUN_FOLDER=.run            # log and process id of the server
TOOLS_FOLDER=.toolchain    # our own Node, where one is needed

say() { printf '\033[1m==>\033[0m %s\n' "$*"; }
fail() { printf 'init.sh: %s\n' "$*" >&2; exit 1; }

for part in turn ports packages memory service; do . "scripts/init/$part.sh"; done

# Debian packages, quietly; the log is shown only if it fails. (Without unsafe-io, unpacking Debian's npm, 387 small
# packages, syncs the disk for each file: minutes instead of seconds.)
apt_install() {
	local sudo=()
	if [ "$(id -u)" -ne 0 ]; then
		command -v sudo >/dev/null || fail "$* must be installed: run this as root, or install sudo."
		sudo=(sudo)
	fi
	local log
	log=$(mktemp)
	say "Installing $* (Debian packages)"
	if ! { "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq &&
		"${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -yqq --no-install-recommends \
			-o Dpkg::Options::=--force-unsafe-io "$@"; } >"$log" 2>&1; then
		cat "$log" >&2
		fail "apt-get could not install $*."
	fi
	rm -f "$log"
}

has_node() {
	command -v node >/dev/null && command -v npm >/dev/null &&
		node -e "const [a, b] = process.versions.node.split('.').map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)"
}

ensure_node() {
	if [ -x "$TOOLS_FOLDER/node_modules/.bin/node" ]; then PATH="$PWD/$TOOLS_FOLDER/node_modules/.bin:$PATH"; fi
	has_node && return
	command -v npm >/dev/null || apt_install nodejs npm ca-certificates
	has_node && return
	local arch
	case "$(uname -m)" in
	x86_64) arch=x64 ;;
	aarch64 | arm64) arch=arm64 ;;
	*) fail "Expected an x86_64 or arm64 machine but this is $(uname -m); install Node >= $LEAST_NODE by hand." ;;
	esac
	say "Debian's Node is older than $LEAST_NODE: installing Node $OWN_NODE into $TOOLS_FOLDER"
	npm install --prefix "$TOOLS_FOLDER" --ignore-scripts --no-audit --no-fund --loglevel=error \
		"node-linux-$arch@$OWN_NODE" npm@11 >/dev/null
	PATH="$PWD/$TOOLS_FOLDER/node_modules/.bin:$PATH"
	hash -r
	has_node || fail "Node $OWN_NODE was installed but does not run."
}

# A stamp says what a step was done for, so that doing it again costs nothing.
is_done() { [ -f "$1" ] && [ "$(cat "$1")" = "$2" ]; }

server_pid() {
	local pid
	pid=$(cat "$RUN_FOLDER/pid" 2>/dev/null) || return 1
	# another process may have the number by now, or be the server of another folder
	grep -qa "dist/cli.js" "/proc/$pid/cmdline" 2>/dev/null && [ "/proc/$pid/cwd" -ef . ] && echo "$pid"
}

stop_server() {
	local pid
	pid=$(server_pid) || return 0
	kill "$pid"
	for _ in $(seq 150); do
		[ -d "/proc/$pid" ] || break
		sleep 0.1
	done
	rm -f "$RUN_FOLDER/pid"
}

# What a running server was started with: code, gallery and settings, as the program itself reads them.
launch_stamp() {
	node --input-type=module -e '
		import { readConfig } from "./dist/config/config.js";
		try { console.log(JSON.stringify(readConfig())); }
		catch (error) { console.error(`${error.code}: ${error.message}`); process.exitCode = 1; }' &&
		cat dist/.init-stamp &&
		find views public locales migrations data models -type f -printf '%p %s %T@\n' | sort
}

# Whether our process, and no other, answers on the port. By address, as a bare machine may not know localhost.
is_ready() {
	local pid=$1 host=${HOST:-0.0.0.0}
	case "$host" in 0.0.0.0 | ::) host=127.0.0.1 ;; *:*) host="[$host]" ;; esac
	listens_on "$pid" "$PORT" &&
		node -e "fetch('http://$host:$PORT/readyz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"
}

start_server() {
	PORT=${PORT:-2018}
	[ "$PORT" != 0 ] || fail "expected a PORT of its own, from 1 on, but received 0."
	local address="http://localhost:$PORT" stamp pid other
	stamp=$(launch_stamp) || fail "nothing was started; a server that runs still does."
	stamp=$(echo "$stamp" | sha256sum)
	if pid=$(server_pid) && is_done "$RUN_FOLDER/stamp" "$stamp" && is_ready "$pid"; then
		say "Already running: $address"
		return
	fi
	# looked at before ours is stopped, which may run on another port, and goes on if this one can't be had
	if ! { pid=$(server_pid) && listens_on "$pid" "$PORT"; } && other=$(describe_listener "$PORT"); then
		fail "port $PORT is taken by $other. Stop it, or choose another port: PORT=8080 ./init.sh"
	fi
	if pid=$(server_pid); then say "Stopping the server that runs (process $pid), as it was started with other settings, files or an older program"; fi
	stop_server
	mkdir -p "$RUN_FOLDER"
	say "Starting"
	GLIBC_TUNABLES=${GLIBC_TUNABLES:-$ALLOCATOR_TUNABLES} setsid nohup node dist/cli.js serve >"$RUN_FOLDER/server.log" 2>&1 </dev/null 9<&- &
	pid=$!
	echo "$pid" >"$RUN_FOLDER/pid"
	local deadline=$((SECONDS + READY_SECONDS))
	while [ "$SECONDS" -lt "$deadline" ]; do
		if ! kill -0 "$pid" 2>/dev/null; then
			cat "$RUN_FOLDER/server.log" >&2
			fail "the server stopped; its last words are above."
		fi
		if is_ready "$pid"; then
			echo "$stamp" >"$RUN_FOLDER/stamp"
			say "Ready: $address   (log: $RUN_FOLDER/server.log, stop: ./init.sh stop)"
			if [ -d "$TOOLS_FOLDER" ]; then say "For npm and npx: export PATH=\"$PWD/$TOOLS_FOLDER/node_modules/.bin:\$PATH\""; fi
			return
		fi
		sleep 0.25
	done
	fail "the server was not ready within $READY_SECONDS s; see $RUN_FOLDER/server.log."
}

run_tests() {
	# without a window a page opens in a third of the time
	command -v chromium-headless-shell >/dev/null || command -v chromium >/dev/null || apt_install chromium-headless-shell
	say "Checking (format, lint, types, dead code)"
	npm run --silent check:code
	say "Testing"
	npm test --silent
}

while [ "${1:-}" = --gallery ] || [ "${1:-}" = --contact ]; do
	[ -n "${2:-}" ] || fail "expected something after $1."
	if [ "$1" = --gallery ]; then export GALLERY=$2; else export WIKIMEDIA_CONTACT=$2; fi
	shift 2
done

case "${1:-start} ${2:-}" in
"--help " | "-h " | "help ") sed -n '2,/^set /s/^# \{0,1\}//p' "$0" ;;
"start ")
	take_turn
	ensure_node
	ensure_page
	start_server
	;;
"test ")
	take_turn
	ensure_node
	ensure_all_packages
	ensure_build
	end_turn
	run_tests
	;;
"stop ") stop_server ;;
"service ")
	expect_service_host
	take_turn
	ensure_node
	ensure_page
	install_service
	;;
"service --uninstall") uninstall_service ;;
"service --print")
	ensure_node
	print_unit
	;;
*) fail "expected start, test, stop or service [--uninstall | --print] but received $*." ;;
esac
