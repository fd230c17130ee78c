/** Whom an address stands for, wherever something is counted: an IPv6 address for the network that its owner has. */
import { ipKeyGenerator } from "express-rate-limit";

/** What providers give to one telephone or rented machine, which may use any of its 2^64 addresses. */
const IPV6_NETWORK_BITS = 64;

/** The address itself for IPv4, also where it came as IPv6 ("::ffff:192.0.2.1"); "2001:db8:1:2::/64" for IPv6. */
export function networkOf(ip: string | undefined): string {
	return ipKeyGenerator(ip ?? "", IPV6_NETWORK_BITS);
}
