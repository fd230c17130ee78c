/** What the page about the API is given: the same description that programs read. */
import type { z } from "zod";
import type { DescribedOperation, OpenApi } from "./openapi.ts";

type JsonSchema = z.core.JSONSchema.BaseSchema;

interface FieldView {
	readonly name: string;
	/** E.g. "integer, 1 to 50". */
	readonly kind: string;
	/** Id of the schema that it is or is made of, where that has one. */
	readonly link: string | undefined;
	readonly isOptional: boolean;
	readonly description: string;
}

interface OperationView {
	readonly id: string;
	readonly method: string;
	readonly path: string;
	readonly summary: string;
	readonly description: string;
	readonly example: string;
	readonly options: readonly FieldView[];
	readonly answer: string;
	readonly failures: readonly { readonly status: string; readonly codes: string }[];
}

export interface DocsView {
	readonly note: string;
	readonly operations: readonly OperationView[];
	readonly schemas: readonly {
		readonly id: string;
		readonly description: string;
		readonly fields: readonly FieldView[];
	}[];
}

const REFERENCE = /^#\/components\/schemas\/(\w+)$/;

export function viewDocs({ info, paths, components }: OpenApi): DocsView {
	const operations = Object.entries(paths).flatMap(([path, methods]) =>
		Object.entries(methods).map(([method, operation]) => viewOperation(path, method, operation)),
	);
	const schemas = Object.entries(components.schemas as Record<string, JsonSchema>);
	return {
		note: info.description,
		operations,
		schemas: schemas.map(([id, schema]) => ({
			id,
			description: schema.description ?? "",
			fields: fieldsOf(schema),
		})),
	};
}

function viewOperation(path: string, method: string, operation: DescribedOperation): OperationView {
	const { operationId, summary, description, parameters, requestBody, responses, security } = operation;
	const { "200": answer, default: _, ...failures } = responses;
	return {
		id: operationId,
		method: method.toUpperCase(),
		path,
		summary,
		description,
		example: exampleOf(operationId, method, path, security !== undefined),
		options: [...parameters, ...inJsonAlone(requestBody)].map(({ name, required, schema }) => ({
			name,
			kind: kindOf(schema),
			link: linkOf(schema),
			isOptional: !required,
			description: schema.description ?? "",
		})),
		answer: linkOf(answer?.content["application/json"]?.schema ?? {}) ?? "",
		failures: Object.entries(failures).map(([status, failure]) => ({
			status,
			codes: failure.description.replaceAll("`", ""),
		})),
	};
}

/** Options that come as a JSON object and in no other way. */
function inJsonAlone(
	body: DescribedOperation["requestBody"],
): { readonly name: string; readonly required: boolean; readonly schema: JsonSchema }[] {
	if (!body || "multipart/form-data" in body.content) return [];
	const properties = body.content["application/json"]?.schema.properties ?? {};
	return Object.entries(properties).flatMap(([name, schema]) =>
		isSchema(schema) ? [{ name, required: false, schema }] : [],
	);
}

/** What curl is given beside the address and the key. */
const EXAMPLES: Readonly<Record<string, string>> = {
	match: "-F photo=@me.jpg",
	detect: "-F photo=@me.jpg",
	embed: "-F photo=@me.jpg",
	compare: "-F photo=@me.jpg -F photo=@you.jpg",
	addPerson: '-F name="Grace Kelly" -F photo=@grace.jpg',
	addPhotos: "-F photo=@more.jpg",
	removePhoto: "-X DELETE",
	removePerson: "-X DELETE",
	renamePerson: `-X PATCH -H "Content-Type: application/json" -d '{ "name": "Emma Watson" }'`,
};

function exampleOf(id: string, method: string, path: string, isAdministration: boolean): string {
	const address = path.replace("{id}", "emma-watson").replace("{photo}", "0123456789abcdef");
	const key = isAdministration ? ['-H "Authorization: Bearer cf_…"'] : [];
	const given = method === "get" ? [] : [EXAMPLES[id] as string];
	return ["curl", ...key, ...given, `http://localhost:2018${address}`].join(" ");
}

/** The properties of an object, with those of objects without a name of their own below them. */
function fieldsOf(schema: JsonSchema, before = ""): FieldView[] {
	const required = new Set(schema.required ?? []);
	return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
		if (typeof field === "boolean") return [];
		const view: FieldView = {
			name: before + name,
			kind: kindOf(field),
			link: linkOf(field),
			isOptional: !required.has(name),
			description: field.description ?? "",
		};
		const items = field.type === "array" && isSchema(field.items) ? field.items : field;
		return [view, ...fieldsOf(items, `${before}${name}.`)];
	});
}

function kindOf(schema: JsonSchema): string {
	const link = REFERENCE.exec(schema.$ref ?? "")?.[1];
	if (link) return link;
	if (schema.enum) return schema.enum.map(String).join(" | ");
	if (schema.const !== undefined) return String(schema.const);
	const choices = schema.anyOf?.filter(isSchema);
	if (choices) return choices.map(kindOf).join(" | ");
	const type = [schema.type ?? "any"].flat().join(" | ");
	if (schema.type === "array") return `${isSchema(schema.items) ? kindOf(schema.items) : "any"} []`;
	return type + rangeOf(schema);
}

function rangeOf({ minimum, maximum, exclusiveMinimum, default: usual }: JsonSchema): string {
	const least = minimum ?? exclusiveMinimum;
	// whole numbers without a bound are given the largest that JavaScript counts to
	const isBounded = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER;
	const range = isBounded ? `, ${least} – ${maximum}` : least === undefined ? "" : `, ≥ ${least}`;
	return usual === undefined || usual === "" ? range : `${range} = ${JSON.stringify(usual)}`;
}

function linkOf(schema: JsonSchema): string | undefined {
	const own = REFERENCE.exec(schema.$ref ?? "")?.[1];
	if (own) return own;
	const inside = [schema.items, ...(schema.anyOf ?? [])].filter(isSchema);
	return inside.map(linkOf).find((link) => link !== undefined);
}

function isSchema(schema: unknown): schema is JsonSchema {
	return typeof schema === "object" && schema !== null && !Array.isArray(schema);
}
