// What a person does on the pages of the simulated Ghișeul.

export async function logIn(page, person) {
	await page.getByLabel("Persoana de test").selectOption(person);
	await page.getByLabel("Parola").fill("ghiseul");
	await page.getByRole("button", { name: "Continuă" }).click();
}

export async function useCard(page, card) {
	await page.getByLabel("Sunt de acord").check();
	await page.getByLabel("Numărul cardului").fill(card);
	await page.getByRole("button", { name: "Confirmă cu cardul" }).click();
}

export async function sendCode(page, code) {
	await page.getByLabel("Codul primit").fill(code ?? (await page.locator(".sms strong").innerText()));
	await page.getByRole("button", { name: "Trimite codul" }).click();
}
