# npm packages: all of them for who works on the program, a tenth for who only wants the page. Sourced by init.sh.

INSTALL_MB=1400            # free disk for all packages and npm's cache while it installs
SIGN_SECONDS=15            # between two signs that npm is still at it
PAGE_MEMORY_MB=768         # the server with the models, under load: docs/operations.md

packages_stamp() { echo "$(node --version) $(sha256sum package.json package-lock.json .npmrc | sha256sum)"; }

free_mb() { df -Pm "$1" | awk 'NR == 2 { print $4 }'; }

check_room() {
	local free memory
	free=$(free_mb .)
	[ "$free" -ge "$INSTALL_MB" ] || fail "Expected $INSTALL_MB MB of free disk for installing but $PWD has $free MB."
	memory=$(awk '/^(MemAvailable|SwapFree):/ { kb += $2 } END { print int(kb / 1024) }' /proc/meminfo)
	[ "$memory" -ge "$PAGE_MEMORY_MB" ] ||
		say "Only $memory MB of memory are free; the page wants $PAGE_MEMORY_MB MB. Going on."
}

# Fails with a sentence if one of the disks that npm writes to is full.
expect_free_disk() {
	local folder
	for folder in . "$(npm config get cache)" "${TMPDIR:-/tmp}"; do
		if [ -d "$folder" ] && [ "$(free_mb "$folder")" -lt 5 ]; then
			fail "$1 failed: the disk is full ($(df -Ph "$folder" | awk 'NR == 2 { print $6 ", " $4 " free" }'))."
		fi
	done
}

# Says every so often that something still goes on, until it is killed or the script has ended. (Its sleep has no
# output of ours: whoever reads that need not wait for it.)
tell_time() {
	while sleep "$SIGN_SECONDS" >/dev/null 2>&1 && kill -0 $$ 2>/dev/null; do
		printf '    still at it: %s s\n' "$((SECONDS - $1))"
	done
}

# npm with its output shown only where it fails, and then with the cause in words.
run_npm() {
	local log clock status=0
	log=$(mktemp) || fail "expected to write to ${TMPDIR:-/tmp} but could not: is the disk full?"
	tell_time "$SECONDS" 9<&- &
	clock=$!
	npm "$@" --no-audit --no-fund --loglevel=error >"$log" 2>&1 || status=$?
	kill "$clock" 2>/dev/null || true
	if [ "$status" -eq 0 ]; then
		rm -f "$log"
		# npm has been seen to end well on a full disk
		expect_free_disk "npm $1"
		return
	fi
	cat "$log" >&2
	expect_free_disk "npm $1"
	if grep -qE 'ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNREFUSED|ECONNRESET' "$log"; then
		fail "npm $1 failed: the npm registry ($(npm config get registry)) can't be reached."
	fi
	fail "npm $1 failed; what it said is above."
}

# All packages. A stamp says what they were installed for: "all" or "page", and of which versions.
ensure_all_packages() {
	local wanted
	wanted="all $(packages_stamp)"
	is_done node_modules/.init-stamp "$wanted" && return
	check_room
	say "Installing npm packages (a minute or two)"
	run_npm ci
	echo "$wanted" >node_modules/.init-stamp
}

# What the page needs: a built program, and the packages that it runs with. The others, which build it, go again,
# unless somebody works here and has installed them on purpose.
ensure_page() {
	local stamp keep=yes
	stamp=$(packages_stamp)
	if [ ! -d node_modules ] || grep -q '^page ' node_modules/.init-stamp 2>/dev/null; then keep=no; fi
	if is_done dist/.init-stamp "$(source_hash)" && is_done node_modules/.init-stamp "page $stamp"; then return; fi
	ensure_all_packages
	ensure_build
	[ "$keep" = no ] || return 0
	say "Removing what only building needs"
	rm -f node_modules/.init-stamp
	run_npm prune --omit=dev --no-save
	scripts/packages/slim.sh
	echo "page $stamp" >node_modules/.init-stamp
}

source_hash() {
	find src package-lock.json tsconfig.json tsconfig.build.json -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum
}

ensure_build() {
	local wanted
	wanted=$(source_hash)
	is_done dist/.init-stamp "$wanted" && return
	say "Building"
	rm -rf dist
	npm run --silent build
	echo "$wanted" >dist/.init-stamp
}
