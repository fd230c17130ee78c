/**
 * Refuses requests that name several hosts, or none that could be one (RFC 9112, 3.2): a proxy in front may go by another
 * one of them than this server does. Node refuses those of HTTP/1.1 that name none.
 */
import type { RequestHandler } from "express";

/** A name, an IPv4 address or an IPv6 address in brackets, with or without a port (RFC 3986, 3.2); or nothing. */
const HOST = /^(?:\[[\da-f:.]+\]|[\w.~!$&'()*+,;=%-]*)(?::\d*)?$/i;

export function createHostCheck(): RequestHandler {
	return (req, res, next) => {
		const { host = [""] } = req.headersDistinct;
		if (host.length === 1 && HOST.test(host[0]!)) return next();
		res.locals.errorCode = "INVALID_REQUEST";
		// what else comes on it may be meant for somebody else
		res
			.set("Connection", "close")
			.type("text")
			.status(400)
			.send("Expected one Host header, with one host.\n");
	};
}
