/** The client beside servers, and what stands before them, that are not as they should be. */
import { expect, it, vi } from "vitest";
import { ApiError, FacesClient } from "../../src/client/client.ts";

const JSON_TYPE = { "Content-Type": "application/json" };
const busy = (code: string, headers: Record<string, string>, status = 503) =>
	new Response(JSON.stringify({ error: { code, message: "m", hint: null, requestId: "r" } }), {
		status,
		headers: { ...JSON_TYPE, ...headers },
	});

/** A client whose requests are answered with these, the last one again and again. */
function clientOf(...answers: Response[]) {
	const ask = vi.fn(async (_address: URL | Request | string, _init?: RequestInit) => {
		const answer = answers.length > 1 ? answers.shift() : answers[0];
		return (answer as Response).clone();
	});
	return { ask, client: new FacesClient({ url: "http://127.0.0.1/faces", fetch: ask }) };
}

it.each(["", ".", ".."])("asks nothing where an id is %j, which would lead to another path", async (id) => {
	const { ask, client } = clientOf(new Response("{}", { headers: JSON_TYPE }));
	await expect(client.removePhoto("grace-kelly", id)).rejects.toThrow(RangeError);
	await expect(client.removePerson(id)).rejects.toThrow(RangeError);
	await expect(client.person(id)).rejects.toThrow(RangeError);
	expect(ask).not.toHaveBeenCalled();
	await client.person("a/../b?c");
	expect(`${ask.mock.calls[0]?.[0]}`).toBe("http://127.0.0.1/faces/api/v1/people/a%2F..%2Fb%3Fc");
});

it.each([
	["a page", new Response("<p>Sign in", { headers: { "Content-Type": "text/html" } })],
	["JSON that is cut off", new Response('{"api":', { headers: JSON_TYPE })],
	["a proxy's page", new Response("<p>Bad gateway", { status: 502 })],
	["a proxy's JSON", new Response('{"error":"no such route"}', { status: 404, headers: JSON_TYPE })],
	["null", new Response("null", { status: 500, headers: JSON_TYPE })],
])("says that %s is no answer of the API", async (_what, response) => {
	const failure = await clientOf(response)
		.client.version()
		.catch((error: unknown) => error);
	expect(failure).toBeInstanceOf(ApiError);
	expect(failure).toMatchObject({ status: response.status, code: "NO_ANSWER_OF_OURS" });
	expect((failure as ApiError).message).toContain(`${response.status}`);
});

it("asks again when the time that a proxy names has come", async () => {
	const past = new Date(Date.now() - 5000).toUTCString();
	const { ask, client } = clientOf(
		busy("SERVER_BUSY", { "Retry-After": past }),
		new Response('{"api":"v1"}', { headers: JSON_TYPE }),
	);
	expect((await client.version()).api).toBe("v1");
	expect(ask).toHaveBeenCalledTimes(2);
});

it.each([
	["is to wait for an hour", busy("TOO_MANY_REQUESTS", { "Retry-After": "3600" }, 429), 3600],
	["can't know for how long", busy("SERVER_BUSY", { "Retry-After": "soon" }), undefined],
	["may have been changed already", busy("CHANGE_INTERRUPTED", { "Retry-After": "0" }), 0],
])("leaves it to its caller where it %s", async (_what, response, retryAfterS) => {
	const { ask, client } = clientOf(response);
	await expect(client.removePerson("grace-kelly")).rejects.toMatchObject({ retryAfterS });
	expect(ask).toHaveBeenCalledTimes(1);
});

it("stops waiting when its caller does", async () => {
	const { client } = clientOf(busy("SERVER_BUSY", { "Retry-After": "100" }));
	const controller = new AbortController();
	const asked = client.version({ signal: controller.signal });
	controller.abort(new Error("changed my mind"));
	await expect(asked).rejects.toThrow("changed my mind");
});
