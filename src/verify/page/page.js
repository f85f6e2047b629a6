// Reads `#<number>.<control code>` from the address, which no server sees, and hands it to the form.
"use strict";
{
	const form = document.getElementById("verify");
	const [number, code, ...more] = decodeURIComponent(location.hash.slice(1)).split(".");
	if (form && number && code && more.length === 0) {
		// The code must not stay in the history of a borrowed computer.
		history.replaceState(null, "", location.pathname + location.search);
		form.elements.registration_number.value = number;
		form.elements.control_code.value = code;
		form.requestSubmit();
	}
}
