# Sourced by debian.sh and cluster.sh: Debian 13's packages in a tree of their own, servers in it, and how all of it goes
# again. TREE is where (kept between runs if it is given; a temporary one goes), MIRROR which Debian mirror.
set -euo pipefail

mirror=${MIRROR:-http://deb.debian.org/debian}
keeps_tree=${TREE:+yes}
tree=${TREE:-$(mktemp -d)}
bin=/usr/lib/postgresql/17/bin
# each server's folder in the tree, in the order in which they were started
servers=()

# asks the tree's own account for what the servers are run as
as_postgres() { chroot "$tree" runuser -u postgres -- env -u DATABASE_URL LC_ALL=C.UTF-8 "$@"; }

take_down() {
	status=$?
	trap - EXIT INT TERM
	if [ -s "$tree/run/nginx.pid" ]; then chroot "$tree" nginx -s stop 2>/dev/null || true; fi
	if [ -s "$tree/run/postgresql/pgbouncer.pid" ]; then kill "$(cat "$tree/run/postgresql/pgbouncer.pid")" 2>/dev/null || true; fi
	for data in ${servers[@]+"${servers[@]}"}; do
		as_postgres "$bin/pg_ctl" -D "$data" -m immediate -w stop >/dev/null 2>&1 || true
	done
	for mount in dev/shm proc; do mountpoint -q "$tree/$mount" && umount "$tree/$mount"; done
	[ "$keeps_tree" ] || rm -rf --one-file-system "$tree"
	rm -f "$tree.log"
	exit "$status"
}

# has_packages PACKAGE...: whether a tree is there, with all of them
has_packages() {
	local states
	states=$(chroot "$tree" dpkg-query -W -f '${db:Status-Status}\n' "$@" 2>/dev/null) || return
	! grep -qvx installed <<<"$states"
}

# log COMMAND...: says nothing of it but its end where it fails
log() {
	"$@" >"$tree.log" 2>&1 || { tail -n 20 "$tree.log" >&2; exit 1; }
	rm -f "$tree.log"
}

# make_tree PACKAGE...: all of them in it, and mounted what they need
make_tree() {
	trap take_down EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM
	if ! has_packages dpkg; then
		echo "Making a Debian 13 tree in $tree from $mirror ..." >&2
		log debootstrap --variant=minbase --include="$(IFS=,; echo "$*")" trixie "$tree" "$mirror"
	fi
	# mktemp's folder is its maker's alone, and the servers run as another account
	chmod 755 "$tree"
	mountpoint -q "$tree/proc" || mount -t proc proc "$tree/proc"
	mkdir -p "$tree/dev/shm"
	mountpoint -q "$tree/dev/shm" || mount -t tmpfs tmpfs "$tree/dev/shm"
	# a tree that was kept may be of another run, which needed less
	if ! has_packages "$@"; then
		log chroot "$tree" apt-get update
		log chroot "$tree" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"
	fi
}

# start_server NAME PORT SETTING...: what is in its folder, on 127.0.0.1
start_server() {
	local data=/var/lib/postgresql/$1 port=$2 options setting
	shift 2
	options="-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories="
	for setting in "$@"; do options+=" -c $setting"; done
	servers+=("$data")
	as_postgres "$bin/pg_ctl" -D "$data" -w -l "$data.log" start -o "$options" >/dev/null ||
		{ cat "$tree$data.log" >&2; exit 1; }
}

# make_server NAME PORT SETTING...: with a cluster of its own for each run, as what a run before left is no part of it
make_server() {
	rm -rf "${tree:?}/var/lib/postgresql/$1"
	as_postgres "$bin/initdb" -D "/var/lib/postgresql/$1" --auth=trust --encoding=UTF8 --locale=C.UTF-8 >/dev/null
	start_server "$@"
}

# start_pooler PORT SERVER_PORT: PgBouncer in transaction mode before a server, with fewer connections than the tests have
start_pooler() {
	mkdir -p "$tree/run/postgresql"
	chroot "$tree" chown postgres /run/postgresql
	cat >"$tree/etc/pgbouncer/pgbouncer.ini" <<-INI
		[databases]
		* = host=127.0.0.1 port=$2 user=postgres
		[pgbouncer]
		listen_addr = 127.0.0.1
		listen_port = $1
		unix_socket_dir =
		auth_type = any
		pool_mode = transaction
		default_pool_size = 4
		pidfile = /run/postgresql/pgbouncer.pid
	INI
	as_postgres pgbouncer -q -d /etc/pgbouncer/pgbouncer.ini
}
