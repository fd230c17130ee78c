#!/usr/bin/env bash
# PostgreSQL 17 with pgvector as Debian 13 has them, in a tree of its own that leaves the machine as it was:
#   debian.sh COMMAND...   makes the tree, starts the server, runs the command with DATABASE_URL, takes all of it down
# POOLER=yes lets DATABASE_URL name a PgBouncer in transaction mode before it.
# TREE is where (kept between runs if it is given; a temporary one goes), MIRROR which Debian mirror, PORT which port of
# 127.0.0.1. Needs root and debootstrap; about 600 MB.
. "$(dirname "$0")/tree.sh"
port=${PORT:-54317}

make_tree postgresql-17 postgresql-17-pgvector ${POOLER:+pgbouncer}
make_server faces "$port" shared_buffers=512MB maintenance_work_mem=1GB max_parallel_maintenance_workers=2
if [ "${POOLER:-}" ]; then
	start_pooler $((port + 1)) "$port"
	port=$((port + 1))
fi
export DATABASE_URL="postgres://postgres@127.0.0.1:$port/postgres"
echo "PostgreSQL listens at $DATABASE_URL" >&2
"$@"
