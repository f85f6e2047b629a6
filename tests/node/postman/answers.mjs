// Compares answers with the contract: status, media type, headers, body, and with it the code of a problem.

import Ajv from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

import { operationAt, operationsOf } from "./contract.mjs";
import { membersThatNothingNames } from "./members.mjs";

const ROOT = "contract";

/** A JSON pointer in the contract as a reference. */
const reference = (...steps) =>
	`${ROOT}#/${steps.map((step) => encodeURIComponent(step.replaceAll("~", "~0").replaceAll("/", "~1"))).join("/")}`;

const mediaTypeOf = (text) => text.split(";")[0].trim().toLowerCase();

export class Contract {
	#ajv = new Ajv({ strict: false, allErrors: true, logger: false });

	constructor(contract) {
		this.contract = contract;
		this.operations = operationsOf(contract);
		addFormats(this.#ajv);
		this.#ajv.addSchema(contract, ROOT, undefined, false);
	}

	/** The operation that a request calls; HEAD is answered as GET is. */
	operationOf(method, path) {
		return operationAt(this.operations, method === "HEAD" ? "GET" : method, path);
	}

	/** Where the answer of an operation with this status is described; undefined if it is not. */
	#placeOf({ path, method, operation }, status) {
		const { $ref } = operation.responses[status] ?? {};
		if ($ref) return $ref.slice("#/".length).split("/");
		return operation.responses[status] && ["paths", path, method, "responses", String(status)];
	}

	/** Everything in which an answer differs from the contract, in words; empty if nothing does. */
	faults(called, { method, status, headers, body }) {
		const place = this.#placeOf(called, status);
		if (!place) return [`the status ${status} is not documented`];
		const documented = place.reduce((node, step) => node[step], this.contract);
		const faults = this.#headerFaults(place, documented.headers ?? {}, headers);
		if (method === "HEAD" || status === 304) return faults;
		return [...faults, ...this.#bodyFaults(place, documented.content, headers, body)];
	}

	#headerFaults(place, documented, headers) {
		return Object.entries(documented).flatMap(([name, header]) => {
			const value = headers.get(name);
			if (value === undefined) return header.required ? [`the header ${name} is missing`] : [];
			if (!header.schema) return [];
			const { type } = header.schema;
			const parsed = type === "integer" || type === "number" ? Number(value) : value;
			return this.#differences(reference(...place, "headers", name, "schema"), parsed, `header ${name}`);
		});
	}

	#bodyFaults(place, content, headers, body) {
		const type = headers.get("Content-Type");
		if (!content) return body.length === 0 ? [] : ["a body that is not documented"];
		if (!type) return ["no media type"];
		const key = Object.keys(content).find((documented) => mediaTypeOf(documented) === mediaTypeOf(type));
		if (!key) return [`the media type ${type} is not documented`];
		if (!/[/+]json$/.test(mediaTypeOf(type)) || !content[key].schema) return [];
		const value = parsed(body);
		if (value === undefined) return ["the body is no JSON"];
		return [
			...this.#differences(reference(...place, "content", key, "schema"), value, "body"),
			...membersThatNothingNames(this.contract, content[key].schema, value).map(
				(pointer) => `body${pointer} is not documented`,
			),
		];
	}

	#differences(schema, value, what) {
		const validate = this.#ajv.getSchema(schema);
		if (validate(value)) return [];
		return validate.errors
			.filter(({ keyword }) => keyword !== "allOf")
			.map(({ instancePath, message, params }) => `${what}${instancePath} ${message} ${JSON.stringify(params)}`);
	}
}

function parsed(body) {
	try {
		return JSON.parse(body.toString("utf8"));
	} catch {
		return undefined;
	}
}
