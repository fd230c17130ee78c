#!/usr/bin/env bash
# PostgreSQL 17 with pgvector as Debian 13 has them, in a tree of its own that leaves the machine as it was:
#   debian.sh COMMAND...   makes the tree, starts the server, runs the command with DATABASE_URL, takes all of it down
# TREE is where (kept between runs if it is given; a temporary one goes), MIRROR which Debian mirror, PORT which port of
# 127.0.0.1. Needs root and debootstrap; about 600 MB.
set -euo pipefail

mirror=${MIRROR:-http://deb.debian.org/debian}
keeps_tree=${TREE:+yes}
tree=${TREE:-$(mktemp -d)}
port=${PORT:-54317}
bin=/usr/lib/postgresql/17/bin
data=/var/lib/postgresql/faces

# asks the tree's own account for what the server is run as
as_postgres() { chroot "$tree" runuser -u postgres -- env -u DATABASE_URL LC_ALL=C.UTF-8 "$@"; }

take_down() {
	status=$?
	trap - EXIT
	as_postgres "$bin/pg_ctl" -D "$data" -m immediate -w stop >/dev/null 2>&1 || true
	for mount in dev/shm proc; do mountpoint -q "$tree/$mount" && umount "$tree/$mount"; done
	[ "$keeps_tree" ] || rm -rf --one-file-system "$tree"
	exit "$status"
}
trap take_down EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

if [ ! -x "$tree$bin/postgres" ]; then
	echo "Making a Debian 13 tree in $tree from $mirror ..." >&2
	debootstrap --variant=minbase --include=postgresql-17,postgresql-17-pgvector trixie "$tree" "$mirror" >"$tree.log" 2>&1 ||
		{ tail -n 20 "$tree.log" >&2; exit 1; }
	rm -f "$tree.log"
fi
# mktemp's folder is its maker's alone, and the server runs as another account
chmod 755 "$tree"
mountpoint -q "$tree/proc" || mount -t proc proc "$tree/proc"
mkdir -p "$tree/dev/shm"
mountpoint -q "$tree/dev/shm" || mount -t tmpfs tmpfs "$tree/dev/shm"

# a cluster of its own for each run: what a run before left behind is no part of it
rm -rf "${tree:?}$data"
as_postgres "$bin/initdb" -D "$data" --auth=trust --encoding=UTF8 --locale=C.UTF-8 >/dev/null
as_postgres "$bin/pg_ctl" -D "$data" -w -l /tmp/faces.log start -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories= \
-c shared_buffers=512MB -c maintenance_work_mem=1GB -c max_parallel_maintenance_workers=2" >/dev/null ||
	{ cat "$tree/tmp/faces.log" >&2; exit 1; }
export DATABASE_URL="postgres://postgres@127.0.0.1:$port/postgres"
echo "PostgreSQL listens at $DATABASE_URL" >&2
"$@"
