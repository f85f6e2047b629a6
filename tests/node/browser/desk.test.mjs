// An officer's day in the front end (examples/frontend): the counter, the reviews, the questions.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { setUp } from "./authenticator.mjs";
import {
	api,
	go,
	heading,
	inspect,
	mailedLink,
	mailedQr,
	makePerson,
	open,
	press,
	signInAs,
	signInAsOwner,
} from "./front-end.mjs";

const PASSWORD = "trei cai albi pe deal";
const DESK = { locale: "ro-RO", viewport: { width: 1100, height: 900 } };
const PHONE = { locale: "ro-RO", viewport: { width: 390, height: 844 }, hasTouch: true };

/** An officer of the sandbox, with the code of the authenticator, which works once: each test takes another officer. */
async function officer(email) {
	const { items } = await (await fetch(`${api}/sandbox/officers`)).json();
	return items.find((one) => one.email === email);
}

/** Signs in at the desk by password and second factor. */
async function signInAt(path, email) {
	const page = await open(path, DESK);
	const { password, totp } = await officer(email);
	await page.getByLabel("Adresa de e-mail").fill(email);
	await page.getByLabel("Parola", { exact: true }).fill(password);
	await press(page, "Autentificați-vă");
	await heading(page, "Al doilea pas");
	await inspect(page, "second-factor");
	await page.getByLabel("Codul din aplicația de autentificare").fill(totp);
	await press(page, "Continuați");
	return page;
}

/** Somebody with an account by e-mail, and the code for a counter. */
async function personWithCode({ cnp, family_name, given_name }) {
	const page = await open("/register", PHONE);
	const email = `${randomUUID()}@example.ro`;
	await page.getByLabel("Adresa de e-mail").fill(email);
	await page.getByLabel("Parola", { exact: true }).fill(PASSWORD);
	await press(page, "Deschideți contul");
	await heading(page, "Verificați căsuța poștală");
	await page.goto(await mailedLink(email));
	await page.getByLabel("Parola pe care ați ales-o").fill(PASSWORD);
	await press(page, "Confirmați adresa");
	await page.getByLabel("La un ghișeu, cu actul de identitate").check();
	await press(page, "Continuați");
	await page.getByLabel("CNP").fill(cnp);
	await page.getByLabel("Nume", { exact: true }).fill(family_name);
	await page.getByLabel("Prenume").fill(given_name);
	await press(page, "Cereți codul");
	await heading(page, "Codul dumneavoastră");
	return { page, email, code: await page.locator(".code").innerText() };
}

/** Somebody with entries in the record has applied, and waits. */
async function applicantWithEntries() {
	const page = await open("/applications/new/reason", PHONE);
	await signInAs(page, await makePerson({ entries: 2 }));
	await page.getByLabel("Pentru ce vă trebuie?").selectOption("employment");
	await page.getByLabel("Declar pe propria răspundere").check();
	await press(page, "Depuneți cererea");
	await page.getByRole("status").getByRole("heading", { name: "Cererea așteaptă un ofițer" }).waitFor();
	return page;
}

/** Somebody says that they represent a company by a power of attorney. */
async function attorneyOfCompany() {
	const { company } = await makePerson({ administrator: true });
	const attorney = await open("/mandates/new", PHONE);
	await signInAsOwner(attorney, await makePerson());
	await attorney.getByLabel("Codul unic de înregistrare (CUI)").fill(company.cui);
	await attorney.getByLabel("Împuternicit").check();
	await press(attorney, "Continuați");
	await attorney.getByText("așteaptă un ofițer").waitFor();
	return { company, attorney };
}

/** Somebody whose account asks for a second step. */
async function personWithSecondStep() {
	const page = await open("/account/second-factor", PHONE);
	const person = await makePerson();
	await signInAsOwner(page, person);
	await setUp(page);
	await page.getByLabel("Le-am păstrat într-un loc sigur").check();
	await press(page, "Continuați");
	await page.getByText("Este activ").waitFor();
	return { page, person };
}

/** An officer has the removal of a lost second step begin, and its owner sees that and can stop it. */
async function resetSecondStep(page) {
	const { page: owner, person } = await personWithSecondStep();
	await heading(page, "Al doilea pas pierdut");
	await press(page, "Cereți anularea");
	await page.getByRole("alert").getByRole("link", { name: "Scrieți CNP-ul din act" }).waitFor();
	await inspect(page, "desk-lost-factor-wrong");
	await page.getByLabel("CNP-ul din act").fill((await makePerson()).cnp);
	await page.getByLabel("Actul de identitate").selectOption("identity_card");
	await page.getByLabel("Seria, dacă are").fill("RX");
	await page.getByLabel("Numărul").fill("730215");
	await press(page, "Cereți anularea");
	await page.getByRole("alert").getByText("Nu am găsit un al doilea pas").waitFor();
	await page.getByLabel("CNP-ul din act").fill(person.cnp);
	await press(page, "Cereți anularea");
	await heading(page, "Cererea este înregistrată");
	await inspect(page, "desk-lost-factor-begun");
	await owner.reload();
	await owner.getByText("Cineva a cerut anularea lui").waitFor();
	await press(owner, "Păstrați al doilea pas");
	await owner.getByText("Cineva a cerut anularea lui").waitFor({ state: "detached" });
}

test("at the counter an officer opens the code, compares, certifies, and resets a lost second step", async () => {
	const { page: person, email, code } = await personWithCode(await makePerson());
	const page = await signInAt("/desk", "ofiter.cluj@example.ro");
	await heading(page, "Biroul ofițerului");
	await inspect(page, "desk");
	await go(page, "Certificați o identitate");
	await page.getByLabel("Codul de activare").fill("nu este");
	await press(page, "Continuați");
	await page.getByRole("alert").waitFor();
	await inspect(page, "desk-code-wrong");
	// A hand scanner types what it reads, and Enter, in place of what is selected.
	const scanned = await mailedQr(email);
	assert.equal(scanned, code);
	await page.getByLabel("Codul de activare").selectText();
	await page.keyboard.type(scanned);
	await page.keyboard.press("Enter");
	await heading(page, "Comparați cu actul de identitate");
	await page.getByLabel("Da: certific identitatea").check();
	await press(page, "Salvați decizia");
	await page.getByRole("alert").getByRole("link", { name: "Alegeți actul de identitate" }).waitFor();
	await inspect(page, "desk-claim-wrong");
	await page.getByLabel("Actul de identitate").selectOption("identity_card");
	await page.getByLabel("Seria, dacă are").fill("RX");
	await page.getByLabel("Numărul").fill("730215");
	await press(page, "Salvați decizia");
	await page.getByText("Identitatea este certificată").waitFor();
	await inspect(page, "desk-certified");
	await person.goto(`${api}/applications/new`);
	await heading(person, "Cerere nouă");

	await go(page, "Înapoi");
	await go(page, "Al doilea pas pierdut");
	await resetSecondStep(page);
});

test("an officer decides an application with entries, which the person's page shows at once, and confirms an attorney", async () => {
	const person = await applicantWithEntries();
	const page = await signInAt("/desk/reviews", "ofiter.bucuresti@example.ro");
	await heading(page, "Cereri de analizat");
	await inspect(page, "desk-reviews");
	await page.getByRole("link", { name: "Înscrieri în cazier" }).first().click();
	await press(page, "Preluați cererea");
	await page.getByRole("heading", { name: "Cazierul judiciar" }).waitFor();
	await press(page, "Salvați decizia");
	await page.getByRole("alert").getByRole("link", { name: "Alegeți o decizie" }).waitFor();
	await inspect(page, "desk-review-wrong");
	await page.getByLabel("Eliberez certificatul, cu înscrierile de mai sus").check();
	await press(page, "Salvați decizia");
	await heading(page, "Decizia este salvată");
	await inspect(page, "desk-review-decided");
	await person.getByRole("status").getByRole("heading", { name: "Certificatul este gata" }).waitFor();

	const { company, attorney } = await attorneyOfCompany();
	await go(page, "Următoarea cerere");
	await go(page, "Înapoi");
	await go(page, "Reprezentanți de confirmat");
	await heading(page, "Reprezentanți de confirmat");
	await inspect(page, "desk-mandates");
	await page.getByRole("link", { name: "Împuternicit" }).first().click();
	await press(page, "Preluați cererea");
	await page.getByText(company.name).waitFor();
	await page.getByLabel("Actele sunt în regulă: confirm").check();
	await page.getByLabel("Notă").fill("Procură autentică, văzută în original");
	await inspect(page, "desk-mandate");
	await press(page, "Salvați decizia");
	await page.getByText("Dreptul de a reprezenta: în vigoare").waitFor();
	await attorney.reload();
	await attorney.getByRole("link", { name: "Cereți certificatul firmei" }).waitFor();
});

test("an officer answers a question and closes it, and the person who asked reads that", async () => {
	const asking = await open("/account/email", PHONE);
	await signInAsOwner(asking, await makePerson());
	await heading(asking, "Adresa de e-mail");
	await go(asking, "Ajutor");
	await asking.getByText("Nu ați întrebat nimic până acum.").waitFor();
	const message = `Unde găsesc certificatul? ${randomUUID()}`;
	await asking.getByLabel("Despre ce este vorba?").selectOption("certificate");
	await asking.getByLabel("Întrebarea").fill(message);
	await asking.getByLabel("Adresa de e-mail").fill(`${randomUUID()}@example.ro`);
	await press(asking, "Trimiteți întrebarea");
	const reference = await asking.locator(".card strong").innerText();
	await asking.getByRole("link", { name: reference }).waitFor();
	await asking.getByText("Așteaptă răspunsul").waitFor();
	await inspect(asking, "support-own-questions");
	const page = await signInAt("/desk/questions", "ofiter.pasapoarte@example.ro");
	await heading(page, "Întrebări ale oamenilor");
	await inspect(page, "desk-questions");
	await page.getByRole("link", { name: reference }).click();
	await page.getByText(message).waitFor();
	await press(page, "Trimiteți răspunsul");
	await page.getByRole("alert").waitFor();
	await inspect(page, "desk-question-wrong");
	await page.getByLabel("Răspunsul").fill("În contul dumneavoastră, la Certificate.");
	await press(page, "Trimiteți răspunsul");
	await page.getByText("În contul dumneavoastră, la Certificate.").waitFor();
	assert.equal(await page.getByLabel("Răspunsul").inputValue(), "", "the next answer begins empty");
	await page.getByText("Nu mai este nimic de răspuns?").click();
	await press(page, "Închideți întrebarea");
	await page.getByText("Întrebarea este închisă").waitFor();
	await inspect(page, "desk-question-closed");

	await asking.reload();
	await asking.getByText("Închisă").waitFor();
	await asking.getByRole("link", { name: reference }).click();
	await asking.getByText("În contul dumneavoastră, la Certificate.").waitFor();
	await inspect(asking, "support-own-question");
	await go(asking, "Înapoi");
	await heading(asking, "Întrebările mele");
});
