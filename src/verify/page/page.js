// Reads `#<number>.<control code>` from the address, which no server sees, and hands it to the form.
"use strict";
{
	const form = document.getElementById("verify");
	const fragment = location.hash.slice(1);
	const parts = () => {
		try {
			return decodeURIComponent(fragment).split(".");
		} catch {
			return [];
		}
	};
	// The list of what is wrong leads to fields by fragments of its own.
	if (form && fragment && !document.getElementById(fragment)) {
		const [number, code, ...more] = parts();
		// The code must not stay in the history of a borrowed computer.
		history.replaceState(null, "", location.pathname + location.search);
		if (number && code && more.length === 0) {
			form.elements.registration_number.value = number;
			form.elements.control_code.value = code;
			form.requestSubmit();
		} else {
			document.getElementById("broken-link").hidden = false;
		}
	}
}
