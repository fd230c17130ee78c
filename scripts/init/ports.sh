# Who listens on a port, told from /proc: a bare machine has neither ss nor lsof. Sourced by init.sh.

# The sockets that listen on port $1.
listening_sockets() {
	awk -v port=":$(printf '%04X' "$1")\$" '$4 == "0A" && $2 ~ port { print "socket:[" $10 "]" }' \
		/proc/net/tcp /proc/net/tcp6 2>/dev/null
}

# Whether process $1 listens on port $2.
listens_on() {
	local sockets
	sockets=$(listening_sockets "$2")
	[ -n "$sockets" ] && find "/proc/$1/fd" -type l -printf '%l\n' 2>/dev/null | grep -qxF "$sockets"
}

# Who listens on port $1, for a person; fails if nobody does.
describe_listener() {
	local sockets process
	sockets=$(listening_sockets "$1")
	[ -n "$sockets" ] || return 1
	for process in /proc/[0-9]*; do
		if listens_on "${process#/proc/}" "$1"; then
			echo "process ${process#/proc/} ($(tr '\0' ' ' <"$process/cmdline" | cut -c 1-80))"
			return
		fi
	done
	echo "another user's program (root sees which: ss -ltnp 'sport = :$1')"
}
