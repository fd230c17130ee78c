/** Whom an address stands for, wherever something is counted: an IPv6 address for the network that its owner has. */
import { ipKeyGenerator } from "express-rate-limit";

/** What providers give to one telephone or rented machine, which may use any of its 2^64 addresses. */
const IPV6_NETWORK_BITS = 64;
/** Some proxies (Azure's gateway) add the visitor's port, which is another one for each connection. */
const WITH_PORT = /^(?:([\d.]+):\d+|\[([^\]]+)\](?::\d+)?)$/;

/** A translator in front of a machine that has IPv6 only writes all visitors' IPv4 addresses behind this (RFC 6052, 2.1). */
const TRANSLATED = /^64:ff9b::(?=[\da-f.]+(?::[\da-f]+)?$)/i;

/**
 * The address itself for IPv4, also where it came as IPv6 ("::ffff:192.0.2.1", "64:ff9b::192.0.2.1"); "2001:db8:1:2::/64"
 * for IPv6.
 * @param ip also with a port, "192.0.2.1:5678" or "[2001:db8:1:2::3]:5678", which is left out
 */
export function networkOf(ip = ""): string {
	const [, ipv4, ipv6] = WITH_PORT.exec(ip) ?? [];
	return ipKeyGenerator((ipv4 ?? ipv6 ?? ip).replace(TRANSLATED, "::ffff:"), IPV6_NETWORK_BITS);
}
