// Finds members of a body that its schema does not name: JSON Schema lets them pass, a generated client loses them.

const resolve = (contract, schema) =>
	schema.$ref === undefined
		? schema
		: { ...schema, ...schema.$ref.slice("#/".length).split("/").reduce((node, step) => node[step], contract), $ref: undefined };

/** The schema and all that it is made of: `allOf`, `oneOf`, `anyOf`. */
function parts(contract, schema) {
	const whole = resolve(contract, schema);
	const made = [...(whole.allOf ?? []), ...(whole.oneOf ?? []), ...(whole.anyOf ?? [])];
	return [whole, ...made.flatMap((part) => parts(contract, part))];
}

/** An object that names no members, or says what others are, may have any. */
const isOpen = ({ type, properties, additionalProperties }) =>
	Boolean(additionalProperties) || ([type].flat().includes("object") && properties === undefined);

/** JSON pointers to the members of a value that no part of the schema names. */
export function membersThatNothingNames(contract, schema, value, pointer = "") {
	if (value === null || typeof value !== "object") return [];
	const all = parts(contract, schema);
	if (Array.isArray(value)) {
		const items = all.map((part) => part.items).find(Boolean);
		return items ? value.flatMap((item, i) => membersThatNothingNames(contract, items, item, `${pointer}/${i}`)) : [];
	}
	if (all.every(({ properties }) => properties === undefined)) return [];
	return Object.entries(value).flatMap(([name, member]) => {
		const schemas = all.flatMap(({ properties }) => properties?.[name] ?? []);
		if (schemas.length === 0) return all.some(isOpen) ? [] : [`${pointer}/${name}`];
		return membersThatNothingNames(contract, { anyOf: schemas }, member, `${pointer}/${name}`);
	});
}
