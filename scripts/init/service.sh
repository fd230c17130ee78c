# The page as a systemd service: started with the machine, again after a crash; its log is journald's. Sourced by init.sh.

UNIT=celebrity-faces.service
UNIT_FILE=/etc/systemd/system/$UNIT
SETTINGS_FILE=/etc/default/celebrity-faces

# The unit. It runs as a user of its own that may write nothing, and sees of /home and /root only this folder.
print_unit() {
	cat <<-EOF
		# Written by $PWD/init.sh service; settings are in $SETTINGS_FILE.
		[Unit]
		Description=celebrity-faces: which celebrity do I look like?
		After=network.target

		[Service]
		WorkingDirectory=$PWD
		Environment=NODE_ENV=production GLIBC_TUNABLES=$ALLOCATOR_TUNABLES
		EnvironmentFile=-$SETTINGS_FILE
		ExecStart=$(readlink -f "$(command -v node)") dist/cli.js serve
		Restart=always
		RestartSec=2
		TimeoutStopSec=15
		KillMode=mixed
		# where memory runs out, a decoding process is to end and not the service
		OOMPolicy=continue

		DynamicUser=yes
		AmbientCapabilities=CAP_NET_BIND_SERVICE
		CapabilityBoundingSet=CAP_NET_BIND_SERVICE
		BindReadOnlyPaths=$PWD
		LockPersonality=yes
		NoNewPrivileges=yes
		PrivateDevices=yes
		PrivateTmp=yes
		ProcSubset=all
		ProtectClock=yes
		ProtectControlGroups=yes
		ProtectHome=tmpfs
		ProtectHostname=yes
		ProtectKernelLogs=yes
		ProtectKernelModules=yes
		ProtectKernelTunables=yes
		ProtectProc=invisible
		ProtectSystem=strict
		RemoveIPC=yes
		RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
		RestrictNamespaces=yes
		RestrictRealtime=yes
		RestrictSUIDSGID=yes
		SystemCallArchitectures=native
		SystemCallFilter=@system-service
		SystemCallErrorNumber=EPERM
		UMask=0077

		[Install]
		WantedBy=multi-user.target
	EOF
}

# Those variables of this shell that are settings of the program, which says itself which are.
print_settings() {
	node --input-type=module -e '
		import { readConfig } from "./dist/config/config.js";
		const read = (environment) => JSON.stringify(readConfig({}, environment));
		readConfig();
		for (const [name, value] of Object.entries(process.env))
			if (read({ [name]: value }) !== read({})) console.log(`${name}=${JSON.stringify(value)}`);'
}

# Before minutes are spent on installing.
expect_service_host() {
	[ -d /run/systemd/system ] || fail "Expected a machine that runs systemd but this one does not."
	[ "$(id -u)" -eq 0 ] || fail "Expected to be root, who may install services: sudo $0 service"
}

install_service() {
	case "$(stat -c %A .)" in
	*r-x | *r-t) ;;
	*) fail "Expected everybody to be able to read $PWD, as the service has a user of its own: chmod -R o+rX $PWD" ;;
	esac
	stop_server
	local settings
	settings=$(print_settings)
	if [ -n "$settings" ] || [ ! -e "$SETTINGS_FILE" ]; then echo "$settings" >"$SETTINGS_FILE"; fi
	print_unit >"$UNIT_FILE"
	systemctl daemon-reload
	systemctl enable --quiet "$UNIT"
	systemctl restart "$UNIT"
	say "Started. Settings: $SETTINGS_FILE, then systemctl restart $UNIT. Log: journalctl -u $UNIT"
}

uninstall_service() {
	[ "$(id -u)" -eq 0 ] || fail "Expected to be root, who may remove services: sudo $0 service --uninstall"
	systemctl disable --quiet --now "$UNIT" 2>/dev/null || true
	rm -f "$UNIT_FILE"
	systemctl daemon-reload
	say "Removed. The settings are still in $SETTINGS_FILE."
}
