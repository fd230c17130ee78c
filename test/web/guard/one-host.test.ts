import { connect } from "node:net";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type RunningApp, startApp } from "../start-app.ts";

let app: RunningApp;
beforeEach(async () => {
	app = await startApp();
});
afterEach(() => app.close());

function statusFor(...headers: string[]): Promise<string> {
	const socket = connect(Number(new URL(app.url).port), "127.0.0.1");
	socket.write(`GET /healthz HTTP/1.1\r\n${headers.join("\r\n")}\r\nConnection: close\r\n\r\n`);
	return new Promise((resolve, reject) => {
		let text = "";
		socket.on("data", (chunk) => {
			text += chunk;
		});
		socket.on("end", () => resolve(text.slice(9, 12)));
		socket.on("error", reject);
	});
}

it.each(["example.org", "faces_app:2018", "127.0.0.1:80", "[2001:db8::1]:443", "xn--e1afmkfd.example", ""])(
	"answers who asks for the host %j",
	async (host) => {
		expect(await statusFor(`Host: ${host}`)).toBe("200");
	},
);

it.each(['a"<b', "a/b", "a@b", "a, b", "a:b", "[::1"])("refuses what can't be a host: %j", async (host) => {
	expect(await statusFor(`Host: ${host}`)).toBe("400");
});

it("refuses several hosts, also where they are the same", async () => {
	expect(await statusFor("Host: a", "Host: b")).toBe("400");
	expect(await statusFor("Host: a", "host: a")).toBe("400");
});
