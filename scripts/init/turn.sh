# One ./init.sh at a time in this folder, as two would install into it at once. Sourced by init.sh.

# Waits for the one that is at it; what that has done is then found done.
take_turn() {
	exec 9<.
	# 1 says that it is taken; where there are no locks, as on some network disks, it goes on without
	flock --nonblock 9 2>/dev/null || [ $? -ne 1 ] || { say "Waiting for another ./init.sh in this folder"; flock 9; }
}

# What is started from here on does not hold the turn.
end_turn() { exec 9<&-; }
