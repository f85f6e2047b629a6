// The script of the start page: forms call an operation, places show an answer. Which, the page says in `data-`.
"use strict";
{
	const make = (name, ...children) => {
		const made = document.createElement(name);
		made.append(...children);
		return made;
	};

	const tell = (...children) => {
		const failure = document.getElementById("failure");
		failure.replaceChildren(...children);
		failure.hidden = false;
		failure.focus();
	};

	// Returns the answer if it is a success; tells the person otherwise.
	const accepted = async (method, path, body) => {
		const headers = { "accept-language": document.documentElement.lang };
		if (body) headers["content-type"] = "application/json";
		try {
			const answer = await fetch(path, { method, headers, body: body && JSON.stringify(body) });
			if (answer.ok) return answer;
			const { title, detail, errors = [] } = await answer.json();
			tell(make("h2", title), make("p", detail), ...errors.map(({ message }) => make("p", message)));
		} catch {
			tell(make("p", document.getElementById("failure").dataset.unreachable));
		}
		return null;
	};

	const bodyOf = (form) =>
		Object.fromEntries(
			[...form.elements]
				.filter(({ name }) => name)
				.map(({ name, value, dataset }) => [name, dataset.number === undefined ? value : Number(value)]),
		);

	for (const form of document.querySelectorAll("form[data-call]")) {
		form.addEventListener("submit", async (event) => {
			event.preventDefault();
			if (await accepted("POST", form.dataset.call, bodyOf(form))) location.reload();
		});
	}

	const shown = (value) => {
		if (Array.isArray(value)) return make("ul", ...value.map((item) => make("li", shown(item))));
		if (value === null || typeof value !== "object") return String(value);
		const given = Object.entries(value).filter(([, member]) => member !== null);
		return make("dl", ...given.flatMap(([name, member]) => [make("dt", name), make("dd", shown(member))]));
	};
	for (const place of document.querySelectorAll("[data-show]")) {
		accepted("GET", place.dataset.show).then(async (answer) => {
			if (answer) place.replaceChildren(shown(await answer.json()));
		});
	}
}
