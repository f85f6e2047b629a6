// The operations of the contract (OpenAPI), and which of them a request calls.

const METHODS = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/** Each operation with its method, its path and the path's parts. */
export function operationsOf(contract) {
	return Object.entries(contract.paths).flatMap(([path, item]) =>
		METHODS.filter((method) => item[method]).map((method) => ({
			id: item[method].operationId,
			method,
			path,
			template: path.split("/"),
			operation: item[method],
		})),
	);
}

/** The operation with this method and path: the most literal path template that fits; undefined if none fits. */
export function operationAt(operations, method, path) {
	// The width of a partial tile of the log stands behind another slash.
	const parts = path.replace(/\.p\/\d+$/, "").split("/");
	const fits = ({ method: its, template }) =>
		its === method.toLowerCase() &&
		template.length === parts.length &&
		template.every((part, i) => part === parts[i] || (part.startsWith("{") && parts[i] !== ""));
	const holes = ({ template }) => template.filter((part) => part.startsWith("{")).length;
	return operations.filter(fits).sort((a, b) => holes(a) - holes(b))[0];
}
