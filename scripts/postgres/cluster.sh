#!/usr/bin/env bash
# Two machines' worth on one machine's loopback, in a Debian 13 tree that goes again (see tree.sh):
#   cluster.sh COMMAND...   starts a primary server, a streaming replica of it, two servers for shards, and nginx before
#   two app servers that the command starts; runs the command with their addresses; takes all of it down
# Ports from PORT (54320) on: primary, replica, shards, nginx, app servers.
. "$(dirname "$0")/tree.sh"
port=${PORT:-54320}
replica=$((port + 1)) shards=($((port + 2)) $((port + 3))) proxy=$((port + 4)) apps=($((port + 5)) $((port + 6)))
data=/var/lib/postgresql

make_tree postgresql-17 postgresql-17-pgvector nginx
make_server primary "$port" shared_buffers=256MB maintenance_work_mem=512MB wal_level=replica

rm -rf "${tree:?}$data/replica"
as_postgres "$bin/pg_basebackup" -h 127.0.0.1 -p "$port" -U postgres -D "$data/replica" --write-recovery-conf --checkpoint=fast
start_server replica "$replica" shared_buffers=256MB hot_standby_feedback=on

make_server shard0 "${shards[0]}" shared_buffers=256MB
make_server shard1 "${shards[1]}" shared_buffers=256MB

sed -e "s/@PROXY@/$proxy/; s/@APP0@/${apps[0]}/; s/@APP1@/${apps[1]}/" "$(dirname "$0")/nginx.conf" >"$tree/etc/nginx/nginx.conf"
chroot "$tree" nginx

export DATABASE_URL="postgres://postgres@127.0.0.1:$port/postgres"
export REPLICA_URL="postgres://postgres@127.0.0.1:$replica/postgres"
export SERVERS_TREE=$tree
export SHARD_PORTS="${shards[*]}" PROXY_PORT=$proxy APP_PORTS="${apps[*]}"
"$@"
