// A citizen's way through the front end (examples/frontend), in both languages, on a desk and on a telephone.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import {
	answerAs,
	api,
	go,
	heading,
	inspect,
	judgePaper,
	mailedLink,
	makePerson,
	open,
	press,
	setOutage,
	signInAs,
	signInAsOwner,
} from "./front-end.mjs";

const PASSWORD = "trei cai albi pe deal";
const DESK = { locale: "ro-RO", viewport: { width: 1100, height: 900 } };
const PHONE = { locale: "en-GB", viewport: { width: 320, height: 640 }, hasTouch: true };

/** The account of a person, opened by its owner. */
async function accountOf(person) {
	const page = await open("/account/email", DESK);
	await signInAsOwner(page, person);
	await heading(page, "Adresa de e-mail");
	await backToAccount(page);
	await heading(page, `${person.given_name} ${person.family_name}`);
	return page;
}

/** Goes back to the account, and waits until nothing moves there any more. */
async function backToAccount(page) {
	await go(page, "Înapoi");
	await page.getByText("Nu aveți încă un certificat.").waitFor();
	await page.getByText("Nu ați depus încă o cerere.").waitFor();
}

/** Saves a file, and returns its name and its octets. */
async function download(page, name) {
	const [file] = await Promise.all([page.waitForEvent("download"), press(page, name)]);
	return { name: file.suggestedFilename(), octets: readFileSync(await file.path()) };
}

test("a citizen comes through Ghișeul, checks the form, applies, and takes the files along", async () => {
	const page = await open("/", DESK);
	const person = await makePerson();
	await heading(page, "Certificatul de cazier judiciar");
	await inspect(page, "home");
	await go(page, "Cereți certificatul");
	await heading(page, "Autentificare");
	await inspect(page, "login");
	await signInAs(page, person);
	await heading(page, "Cerere nouă");
	await inspect(page, "new-application");
	await press(page, "Continuați");
	await heading(page, "Verificați datele");
	await page.getByText(person.cnp).waitFor();
	await inspect(page, "own-data");
	await go(page, "Datele sunt corecte, continuați");
	await heading(page, "Cererea dumneavoastră");
	await press(page, "Depuneți cererea");
	await page.getByRole("alert").getByText("Mai sunt lucruri de corectat").waitFor();
	assert.ok(
		await page.getByRole("alert").evaluate((element) => element === document.activeElement),
		"the summary of mistakes has the focus",
	);
	assert.match(await page.title(), /^Greșeală: Cererea dumneavoastră · /);
	await inspect(page, "reason-wrong");
	await page.getByRole("alert").getByRole("link", { name: "Alegeți pentru ce vă trebuie certificatul" }).click();
	assert.equal(await page.evaluate(() => document.activeElement?.getAttribute("name")), "/reason");
	await page.getByLabel("Pentru ce vă trebuie?").selectOption("employment");
	await page.getByLabel("Declar pe propria răspundere").check();
	const sent = [];
	page.on("request", (request) => request.method() === "POST" && sent.push(new URL(request.url()).pathname));
	await page.getByRole("button", { name: "Depuneți cererea" }).dblclick();
	await heading(page, "Certificatul");
	assert.deepEqual(sent, ["/v1/applications"], "once however often the button is pressed");
	await page.getByText("Certificatul este gata").waitFor();
	await inspect(page, "certificate");
	await judgePaper(page, "certificate");

	const pdf = await download(page, "Descărcați certificatul (PDF)");
	assert.match(pdf.name, /^cazier-.+\.pdf$/);
	assert.equal(pdf.octets.subarray(0, 5).toString(), "%PDF-");
	await page.getByText("Alte fișiere").click();
	await inspect(page, "certificate-files");
	const payload = JSON.parse((await download(page, "Datele semnate (JSON)")).octets.toString());
	assert.equal(payload.finding, "no_record");
	const signature = await download(page, "Semnătura lor (CAdES)");
	assert.equal(signature.octets[0], 0x30, "a CMS structure");
	const container = await download(page, "Totul într-un singur fișier semnat (ASiC-E)");
	assert.equal(container.octets.subarray(0, 2).toString(), "PK");

	await go(page, "Semnalați-o");
	await heading(page, "Semnalați o greșeală");
	await press(page, "Trimiteți");
	await page.getByRole("alert").waitFor();
	await inspect(page, "correction-wrong");
	await page.getByLabel("Ce este greșit?").selectOption("birth_place");
	await page.getByLabel("Cum este corect?").fill("Florești");
	await press(page, "Trimiteți");
	await page.getByText("Cererea așteaptă un ofițer", { exact: true }).first().waitFor();
	await inspect(page, "application-correction");
});

test("an application waits for a register that is down, and the page shows the certificate as soon as it is there", async () => {
	const page = await open("/applications/new", PHONE);
	await signInAs(page, await makePerson());
	await heading(page, "New application");
	await setOutage("criminal_records", 600);
	try {
		await press(page, "Continue");
		await go(page, "The data are right, continue");
		await page.getByLabel("What do you need it for?").selectOption("studies");
		await page.getByLabel("I declare that the data are true").check();
		await press(page, "Submit the application");
		await page.getByRole("status").getByRole("heading", { name: "Waiting for the register" }).waitFor();
		await inspect(page, "application-waits");
	} finally {
		await setOutage("criminal_records", 0);
	}
	await page.getByRole("status").getByRole("heading", { name: "Your certificate is ready" }).waitFor();
	await inspect(page, "application-issued");
	await go(page, "See the certificate");
	await page.getByText("No entries in the criminal record").waitFor();
});

test("the language changes on the spot, and stays chosen", async () => {
	const page = await open("/applications/new", DESK);
	await signInAs(page, await makePerson());
	await press(page, "Continuați");
	await go(page, "Datele sunt corecte, continuați");
	await page.getByLabel("Pentru ce vă trebuie?").selectOption("other");
	await page.getByLabel("Mai exact").fill("un concurs");
	await press(page, "English");
	await heading(page, "Your application");
	await page.getByRole("option", { name: "Employment" }).waitFor({ state: "attached" });
	assert.equal(await page.getByLabel("More exactly").inputValue(), "un concurs", "what was filled in is still there");
	assert.equal(await page.locator("html").getAttribute("lang"), "en");
	await page.goto(`${api}/counters`);
	await heading(page, "Counters");
});

test("a person sees who looked, where they are signed in, and what is kept; signing out leaves nothing", async () => {
	const person = await makePerson();
	const page = await accountOf(person);
	await inspect(page, "account");
	await page.reload();
	await heading(page, `${person.given_name} ${person.family_name}`);
	const other = await accountOf(person);

	await go(page, "Unde sunt autentificat");
	await page.getByText("Alt loc").waitFor();
	await inspect(page, "sessions");
	await page.getByRole("button", { name: "Încheiați sesiunea" }).click();
	await page.getByText("Alt loc").waitFor({ state: "detached" });
	await other.reload();
	await heading(other, "Autentificare");

	await backToAccount(page);
	await go(page, "Cine mi-a văzut datele");
	await page.getByText("Dumneavoastră").first().waitFor();
	await inspect(page, "accesses");
	await backToAccount(page);
	await go(page, "O copie a datelor mele");
	await inspect(page, "data");
	const copy = await download(page, "Descărcați copia (JSON)");
	assert.equal(JSON.parse(copy.octets.toString()).account.identity.person.cnp, person.cnp);

	await press(page, "Deconectare");
	await heading(page, "V-ați deconectat");
	await page.getByRole("link", { name: "Autentificare", exact: true }).waitFor();
	assert.equal(await page.evaluate(() => sessionStorage.length), 0);
	assert.deepEqual(await page.evaluate(() => Object.keys(localStorage)), []);
	await page.goBack();
	await heading(page, "Autentificare");
});

test("a person opens an account by e-mail, proves who they are, and an address never holds a token", async () => {
	const page = await open("/register", DESK);
	const email = `${randomUUID()}@example.ro`;
	await press(page, "Deschideți contul");
	await page.getByRole("alert").getByRole("link", { name: "Scrieți adresa de e-mail" }).waitFor();
	await inspect(page, "register-wrong");
	await page.getByLabel("Adresa de e-mail").fill(email);
	await page.getByLabel("Parola", { exact: true }).fill(PASSWORD);
	await press(page, "Deschideți contul");
	await heading(page, "Verificați căsuța poștală");
	await inspect(page, "mail-sent");

	await page.goto(await mailedLink(email));
	await heading(page, "Confirmați adresa de e-mail");
	assert.equal(page.url(), `${api}/confirm-email`);
	await inspect(page, "confirm-email");
	await page.getByLabel("Parola pe care ați ales-o").fill(PASSWORD);
	await press(page, "Confirmați adresa");
	await heading(page, "Dovediți cine sunteți");
	await inspect(page, "identity");

	const person = await makePerson();
	await answerAs(page, person, "card_refused");
	await press(page, "Continuați");
	await heading(page, "Identitatea nu a fost dovedită");
	await page.getByText("Banca nu a confirmat cardul").waitFor();
	await inspect(page, "identity-failed");
	await go(page, "Încercați din nou");
	await answerAs(page, person);
	await press(page, "Continuați");
	await heading(page, "Știm cine sunteți");
	await inspect(page, "identity-proved");
	await go(page, "Cereți certificatul");
	await heading(page, "Cerere nouă");
});

test("a person who forgot the password chooses another by a mailed link", async () => {
	const page = await open("/register", PHONE);
	const email = `${randomUUID()}@example.ro`;
	await page.getByLabel("E-mail address").fill(email);
	await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
	await press(page, "Open the account");
	await heading(page, "Check your mail");
	await page.goto(await mailedLink(email));
	await page.getByLabel("The password that you chose").fill(PASSWORD);
	await press(page, "Confirm the address");
	await heading(page, "Prove who you are");
	await press(page, "Sign out");
	await page.goto(`${api}/login/password`);
	await page.getByLabel("E-mail address").fill(email);
	await page.getByLabel("Password", { exact: true }).fill("nu este aceasta");
	await press(page, "Sign in");
	await page.getByRole("alert").waitFor();
	await inspect(page, "password-wrong");
	await go(page, "Forgot your password?");
	await page.getByLabel("Address of the account").fill(email);
	await press(page, "Send me a link");
	await heading(page, "Check your mail");
	await page.goto(await mailedLink(email, "/reset-password"));
	await heading(page, "Choose a password");
	await page.getByLabel("New password").fill("scurta");
	await press(page, "Save the password");
	await page.getByRole("alert").waitFor();
	await inspect(page, "reset-password-wrong");
	await page.getByLabel("New password").fill("patru boi albi pe munte");
	await press(page, "Save the password");
	await heading(page, "The password is changed");
});

test("whoever was not sent away by this page is asked before they are signed in", async () => {
	const page = await open("/signed-in?code=made-up", DESK);
	await heading(page, "Ați vrut să vă autentificați?");
	assert.equal(page.url(), `${api}/signed-in`);
	await inspect(page, "meant-to");
	await press(page, "Da, continuați");
	await heading(page, "Nu v-ați autentificat");
	await inspect(page, "not-signed-in");
});

test("a representative adds a company and applies for it", async () => {
	const page = await open("/mandates", DESK);
	const person = await makePerson({ administrator: true });
	await signInAs(page, person);
	await heading(page, "Firmele pe care le reprezint");
	await go(page, "Adăugați o firmă");
	await heading(page, "Confirmați că este contul dumneavoastră");
	await signInAsOwner(page, person);
	await heading(page, "Adăugați o firmă");
	await press(page, "Continuați");
	await page.getByRole("alert").waitFor();
	await inspect(page, "new-mandate-wrong");
	await page.getByLabel("Codul unic de înregistrare (CUI)").fill(person.company.cui);
	await page.getByLabel("Reprezentant legal").check();
	await press(page, "Continuați");
	await page.getByText("în vigoare").waitFor();
	await inspect(page, "mandate");
	await go(page, "Cereți certificatul firmei");
	await page.getByLabel(person.company.name).check();
	await page.getByLabel("Pentru ce vă trebuie?").selectOption("public_tender");
	await page.getByLabel("Declar pe propria răspundere").check();
	await inspect(page, "company-application");
	await press(page, "Depuneți cererea");
	await page.getByText("Certificatul este gata").waitFor();
});

test("a person without a bank card gets a code for a counter", async () => {
	const page = await open("/register", PHONE);
	const email = `${randomUUID()}@example.ro`;
	await page.getByLabel("E-mail address").fill(email);
	await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
	await press(page, "Open the account");
	await heading(page, "Check your mail");
	await page.goto(await mailedLink(email));
	await page.getByLabel("The password that you chose").fill(PASSWORD);
	await press(page, "Confirm the address");
	await page.getByLabel("At a counter, with your identity document").check();
	await press(page, "Continue");
	await heading(page, "Who you are");
	await press(page, "Get the code");
	await page.getByRole("alert").getByRole("link", { name: "Enter your given name" }).waitFor();
	await page.getByLabel("CNP").fill("1234567890123");
	await page.getByLabel("Family name").fill("Vlad");
	await page.getByLabel("Given name").fill("Sorin");
	await press(page, "Get the code");
	await page.getByRole("alert").waitFor();
	assert.equal(
		await page.getByLabel("CNP").getAttribute("aria-invalid"),
		"true",
		"the API's own rule is beside the field",
	);
	await inspect(page, "counter-claim-wrong");
	await page.getByLabel("CNP").fill((await makePerson()).cnp);
	await press(page, "Get the code");
	await heading(page, "Your code");
	await inspect(page, "activation-code");
	await page.getByRole("link", { name: "a counter" }).click();
	await heading(page, "Counters");
	await inspect(page, "counters");
});

test("everybody finds help, and nobody meets a dead end", async () => {
	const page = await open("/support", PHONE);
	await heading(page, "Help");
	await press(page, "Send the question");
	await page.getByRole("alert").getByRole("link", { name: "Enter your question" }).waitFor();
	await inspect(page, "support-wrong");
	await page.getByLabel("What is it about?").selectOption("identity");
	await page.getByLabel("Your question").fill("Which document do I bring to a counter?");
	await page.getByLabel("E-mail address").fill(`${randomUUID()}@example.ro`);
	await press(page, "Send the question");
	await page.getByText("We have your question").waitFor();
	await inspect(page, "support-sent");
	await page.route("**/v1/counters", (route) => route.abort());
	await page.getByRole("contentinfo").getByRole("link", { name: "Counters" }).click();
	await page.getByRole("alert").getByText("The service is not answering").waitFor();
	await inspect(page, "unreachable");
	await page.unroute("**/v1/counters");
	await press(page, "Try again");
	await page.getByLabel("County").waitFor();
});

/** Answers the next request to a path as the API does when it refuses. */
const refuseOnce = (page, path, status, code) =>
	page.route(path, (route) => route.fulfill({ status, json: { code, title: "", detail: "" } }), { times: 1 });

test("a session goes on when its access token is over, and asks for the person where it is not enough", async () => {
	const page = await accountOf(await makePerson());
	const refreshes = [];
	page.on("request", (request) => request.url().endsWith("/v1/sessions/refresh") && refreshes.push(request));
	await refuseOnce(page, "**/v1/accounts/me/access-log", 401, "unauthenticated");
	await go(page, "Cine mi-a văzut datele");
	await page.getByText("Dumneavoastră").first().waitFor();
	assert.equal(refreshes.length, 1);

	await backToAccount(page);
	await go(page, "O copie a datelor mele");
	await refuseOnce(page, "**/v1/accounts/me/export", 403, "presence_required");
	await press(page, "Descărcați copia (JSON)");
	const question = page.getByRole("heading", { name: "Confirmați că sunteți dumneavoastră" });
	await question.waitFor();
	assert.ok(await question.evaluate((element) => element === document.activeElement), "the question has the focus");
	await inspect(page, "presence");
	// The page is at that address before it goes to Ghișeul too.
	const back = page.waitForEvent("framenavigated", (frame) => frame.url().startsWith(`${api}/present?code=`));
	await press(page, "Confirmați prin Ghișeul.ro");
	await back;
	await page.waitForURL(`${api}/account/data`);
	await download(page, "Descărcați copia (JSON)");
	await page.goto(`${api}/present?code=made-up`);
	await heading(page, "Nu am putut confirma");
});

test("everything works by keyboard, and a screen reader is told of each new page", async () => {
	const page = await open("/", DESK);
	await page.keyboard.press("Tab");
	await page.keyboard.press("Enter");
	await page.keyboard.press("Tab");
	const focused = () => page.evaluate(() => document.activeElement?.textContent);
	assert.equal(await focused(), "Cereți certificatul", "the first link leads past the frame");
	await page.keyboard.press("Enter");
	await heading(page, "Autentificare");
	// It gets the focus right after it is shown.
	await page.locator("h1:focus").getByText("Autentificare", { exact: true }).waitFor();
	assert.match(await page.title(), /^Autentificare · /);
});
