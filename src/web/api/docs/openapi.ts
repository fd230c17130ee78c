/** The description of the API by the OpenAPI standard 3.1, made from the operations and their schemas. */
import { z } from "zod";
import type { ErrorCode } from "../../../errors.ts";
import { STATUS_OF_CODE } from "../../error-statuses.ts";
import { API_PATH, type Method, OPERATIONS, type Operation } from "../operations.ts";
import { photosIn } from "../schemas/requests.ts";

type JsonSchema = z.core.JSONSchema.BaseSchema;

interface MediaType {
	readonly schema: JsonSchema;
}

interface Parameter {
	readonly name: string;
	readonly in: "query" | "path";
	readonly required: boolean;
	readonly description?: string;
	readonly schema: JsonSchema;
	readonly style?: "form";
	readonly explode?: boolean;
}

interface Answer {
	readonly description: string;
	readonly headers?: Readonly<Record<string, { readonly $ref: string }>>;
	readonly content: Readonly<Record<string, MediaType>>;
}

export interface DescribedOperation {
	readonly operationId: string;
	readonly summary: string;
	readonly description: string;
	readonly parameters: readonly Parameter[];
	readonly requestBody?: {
		readonly required: true;
		readonly content: Readonly<Record<string, MediaType>>;
	};
	/** Where it differs from that of the others. */
	readonly security?: OpenApi["security"];
	readonly responses: Readonly<Record<string, Answer>>;
}

export interface OpenApi {
	readonly openapi: "3.1.1";
	readonly info: {
		readonly title: string;
		readonly version: string;
		readonly description: string;
		readonly license: { readonly name: string; readonly identifier: string };
	};
	readonly servers: readonly { readonly url: string }[];
	readonly paths: Readonly<Record<string, Readonly<Partial<Record<Method, DescribedOperation>>>>>;
	readonly security: readonly Readonly<Record<string, readonly string[]>>[];
	readonly components: Readonly<Record<string, unknown>>;
}

/** Failures that any request can meet. */
const COMMON_ERRORS = ["UNAUTHORIZED", "TOO_MANY_REQUESTS"] as const;
const ERROR_CONTENT = { "application/json": { schema: { $ref: "#/components/schemas/ErrorAnswer" } } };
const FORM_NOTE =
	"A photo comes as a file in the field `photo` of a form, as the body itself, or in base64 as `photo` of a JSON object. Options are fields of the form, stand in the address beside a body of bytes, or in the JSON object. Addresses of photos are not fetched: a server that does can be made to ask its own network. Every answer has the header X-Request-Id.";

/**
 * @param version of the program
 * @param basePath "" or the path below which the site is
 */
export function describeApi(version: string, basePath: string): OpenApi {
	const paths: Record<string, Partial<Record<Method, DescribedOperation>>> = {};
	for (const [name, operation] of Object.entries(OPERATIONS) as [string, Operation][]) {
		const path = API_PATH + operation.path;
		paths[path] = { ...paths[path], [operation.method]: describeOperation(name, operation) };
	}
	return {
		openapi: "3.1.1",
		info: {
			title: "celebrity-faces",
			version,
			description: FORM_NOTE,
			license: { name: "MIT", identifier: "MIT" },
		},
		servers: [{ url: basePath === "" ? "/" : basePath }],
		paths,
		// optional, as most servers want none
		security: [{}, { key: [] }],
		components: {
			securitySchemes: { key: { type: "http", scheme: "bearer" } },
			schemas: describeAnswers(),
			headers: {
				RetryAfter: { description: "Seconds after which to try again.", schema: { type: "integer" } },
				RequestId: { description: "By which the log knows the request.", schema: { type: "string" } },
				RateLimit: {
					description: "How many requests are left (r) and for how many seconds (t), where there is a limit.",
					schema: { type: "string" },
				},
			},
		},
	};
}

/** Which codes an operation can fail with, by their status. */
export function errorsOf(operation: Operation): Map<number, ErrorCode[]> {
	const codes = new Set<ErrorCode>([...operation.errors, ...COMMON_ERRORS]);
	const byStatus = new Map<number, ErrorCode[]>();
	for (const code of codes) {
		const status = STATUS_OF_CODE.get(code) as number;
		byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
	}
	return new Map([...byStatus].sort(([a], [b]) => a - b));
}

function describeOperation(name: string, operation: Operation): DescribedOperation {
	const { path, summary, description, options, maxPhotos, isJson, isAdministration } = operation;
	const headers = {
		"X-Request-Id": { $ref: "#/components/headers/RequestId" },
		RateLimit: { $ref: "#/components/headers/RateLimit" },
	};
	const failures = [...errorsOf(operation)].map(([status, codes]): [string, Answer] => [
		`${status}`,
		{
			description: codes.map((code) => `\`${code}\``).join(", "),
			headers: {
				...headers,
				...([423, 429, 503].includes(status) && {
					"Retry-After": { $ref: "#/components/headers/RetryAfter" },
				}),
			},
			content: ERROR_CONTENT,
		},
	]);
	const optionSchemas = propertiesOf(options);
	const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(
		([, id]): Parameter => ({ name: id as string, in: "path", required: true, schema: { type: "string" } }),
	);
	const required = requiredOf(options);
	const inQuery = (isJson ? [] : Object.entries(optionSchemas)).map(
		([id, schema]): Parameter => ({
			name: id,
			in: "query",
			// beside a body of bytes; forms and JSON have them in themselves
			required: false,
			...(schema.description && { description: schema.description }),
			schema,
			...(schema.type === "array" && { style: "form", explode: true }),
		}),
	);
	return {
		operationId: name,
		summary,
		description,
		parameters: [...inPath, ...inQuery],
		...(maxPhotos !== undefined && { requestBody: describeBody(optionSchemas, required, maxPhotos) }),
		...(isJson && { requestBody: { required: true, content: jsonOf(optionSchemas) } }),
		...(isAdministration && { security: [{ key: [] }] }),
		responses: {
			"200": {
				description: "The answer.",
				headers,
				content: {
					"application/json": { schema: { $ref: `#/components/schemas/${idOf(operation.answer)}` } },
				},
			},
			...Object.fromEntries(failures),
			default: { description: "`INTERNAL_ERROR`, or another failure.", content: ERROR_CONTENT },
		},
	};
}

function describeBody(
	options: Readonly<Record<string, JsonSchema>>,
	requiredOptions: readonly string[],
	maxPhotos: number,
): NonNullable<DescribedOperation["requestBody"]> {
	const file: JsonSchema = { type: "string", contentMediaType: "image/*" };
	const inForm: JsonSchema = maxPhotos === 1 ? file : { type: "array", items: file, maxItems: maxPhotos };
	const inJson = z.toJSONSchema(photosIn(maxPhotos), { io: "input" });
	const object = (photo: JsonSchema): JsonSchema => ({
		type: "object",
		properties: { photo, ...options },
		required: ["photo", ...requiredOptions],
		additionalProperties: false,
	});
	return {
		required: true,
		content: {
			"multipart/form-data": { schema: object(inForm) },
			"image/*": { schema: { contentMediaType: "image/*" } },
			"application/json": { schema: object(withoutDialect(inJson)) },
		},
	};
}

function jsonOf(properties: Readonly<Record<string, JsonSchema>>): Record<string, MediaType> {
	return { "application/json": { schema: { type: "object", properties, additionalProperties: false } } };
}

function requiredOf(options: z.ZodObject): string[] {
	return [...(z.toJSONSchema(options, { io: "input" }).required ?? [])];
}

function propertiesOf(options: z.ZodObject): Record<string, JsonSchema> {
	return Object.fromEntries(
		Object.entries(options.shape).map(([name, schema]) => [
			name,
			withoutDialect(z.toJSONSchema(schema as z.ZodType, { io: "input" })),
		]),
	);
}

/** Every schema that was given an id, by it: those of answers. */
function describeAnswers(): Record<string, JsonSchema> {
	const { schemas } = z.toJSONSchema(z.globalRegistry, { uri: (id) => `#/components/schemas/${id}` });
	return Object.fromEntries(
		Object.entries(schemas).map(([id, { $id: _, ...schema }]) => [id, withoutDialect(schema)]),
	);
}

function idOf(answer: z.ZodType): string {
	return answer.meta()?.id as string;
}

function withoutDialect({ $schema: _, ...schema }: JsonSchema): JsonSchema {
	return schema;
}
