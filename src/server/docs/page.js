// Adds to each block of code a button that copies it. Without scripts, or without a clipboard, there are no buttons.
"use strict";

const told = document.getElementById("told");

/** Blocks right behind commands show what those answer: nobody pastes them. */
const ANSWERS = ".sh + .json, .sh + .text";

async function copy(button, block) {
	await navigator.clipboard.writeText(block.querySelector("code").textContent);
	button.textContent = "Copied";
	told.textContent = "The code is in the clipboard.";
	setTimeout(() => {
		button.textContent = "Copy";
		told.textContent = "";
	}, 2000);
}

if (navigator.clipboard) {
	for (const block of document.querySelectorAll("article .code")) {
		if (block.matches(ANSWERS)) continue;
		const button = document.createElement("button");
		button.type = "button";
		button.textContent = "Copy";
		button.addEventListener("click", () => copy(button, block));
		block.append(button);
	}
}
