// Which operations, statuses and problem codes of the contract the answers of a run have shown.

/** A documented answer as it is named in reports and in the list of exceptions. */
const answerName = ({ id }, status) => `${id} ${status}`;

export class Coverage {
	#answers = new Set();
	#codes = new Set();

	/** Notes an answer: its operation, if the contract has one there, its status, and the code of a problem. */
	note(called, status, code) {
		if (called) this.#answers.add(answerName(called, status));
		if (code !== undefined) this.#codes.add(code);
	}

	/**
	 * Figures, and what is wrong: what nothing shows and no exception excuses; exceptions that are shown after all, or
	 * that the contract does not know. `exceptions` has the members `statuses`, `answers` and `codes`, each with a
	 * reason by name; that of a status is for every operation that does not show it and has no other problem with that
	 * status than its `codes`.
	 */
	judge({ operations, contract }, exceptions) {
		const answers = operations.flatMap((each) =>
			Object.keys(each.operation.responses).map((status) => answerName(each, status)),
		);
		const called = new Set([...this.#answers].map((answer) => answer.split(" ")[0]));
		const rest = answers.filter((answer) => !this.#answers.has(answer));
		const codesOf = new Map(
			operations.flatMap((each) =>
				Object.entries(each.operation.responses).map(([status, response]) => [
					answerName(each, status),
					problemCodesOf(contract, response),
				]),
			),
		);
		const ofStatus = rest.filter((answer) => {
			const codes = exceptions.statuses[statusOf(answer)]?.codes;
			return codes !== undefined && codesOf.get(answer).every((code) => codes.includes(code));
		});
		const excused = { ...Object.fromEntries(ofStatus.map((answer) => [answer, true])), ...exceptions.answers };
		const needless = Object.keys(exceptions.statuses).filter((status) => !ofStatus.some((answer) => statusOf(answer) === status));
		const codes = contract.components.schemas.ProblemCode.enum;
		return [
			compare("operations", operations.map(({ id }) => id), called, {}),
			compare("answers", answers, this.#answers, excused),
			compare("problem codes", codes, this.#codes, exceptions.codes),
			{ faults: needless.map((status) => `statuses: nothing needs the exception ${status}: take it off the list`) },
		];
	}
}

/** The codes that a response's problem can have. */
function problemCodesOf(contract, node) {
	if (typeof node !== "object" || node === null) return [];
	// The schema of all problems has the codes of all.
	if (node.$ref?.endsWith("/ProblemCode")) return [];
	if (node.$ref) return problemCodesOf(contract, node.$ref.split("/").slice(1).reduce((place, step) => place[step], contract));
	return [...(node.properties?.code?.enum ?? []), ...Object.values(node).flatMap((part) => problemCodesOf(contract, part))];
}

const statusOf = (answer) => answer.split(" ")[1];

function compare(what, documented, shown, excused) {
	const names = Object.keys(excused);
	const missing = documented.filter((name) => !shown.has(name) && excused[name] === undefined);
	const needless = names.filter((name) => shown.has(name));
	const unknown = names.filter((name) => !documented.includes(name));
	const count = documented.filter((name) => shown.has(name)).length;
	return {
		figure: `${count} of ${documented.length} ${what}, ${names.length} excused`,
		faults: [
			...missing.map((name) => `${what}: nothing shows ${name}`),
			...needless.map((name) => `${what}: ${name} is shown: take it off the list of exceptions`),
			...unknown.map((name) => `${what}: the contract has no ${name}: take it off the list of exceptions`),
		],
	};
}
