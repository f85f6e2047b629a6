// A form as the body of a request. The name of a field is the JSON pointer to its value in the body, such as
// `/document/number`: the pointers of a problem's `errors` then lead straight back to the fields.

type Value = string | boolean;
type Members = { [name: string]: Value | Members };

function put(body: Members, pointer: string, value: Value): void {
	const names = pointer.slice(1).split("/");
	const last = names.pop() ?? "";
	let members = body;
	for (const name of names) {
		const inner = members[name];
		members = members[name] = typeof inner === "object" ? inner : {};
	}
	members[last] = value;
}

/** Reads the fields that are filled in; the API says which of the others it needs. */
export function bodyOf(form: HTMLFormElement): unknown {
	const body: Members = {};
	for (const [pointer, value] of new FormData(form)) {
		if (typeof value !== "string" || value.trim() === "") continue;
		put(body, pointer, isCheckbox(form, pointer) ? true : value);
	}
	return body;
}

function isCheckbox(form: HTMLFormElement, pointer: string): boolean {
	const field = form.elements.namedItem(pointer);
	return field instanceof HTMLInputElement && field.type === "checkbox";
}

/** The id of the field for a pointer. */
export const fieldId = (pointer: string): string => `field${pointer.replaceAll("/", "-")}`;
