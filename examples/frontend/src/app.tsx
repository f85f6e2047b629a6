// The frame around every page: where one is, who is signed in, the language.

import { type Language, chooseLanguage, language, say } from "./language";
import { NotFoundPage } from "./parts/not-found-page";
import { Questions } from "./parts/problem-notice";
import { TestBanner } from "./parts/sandbox";
import { navigate, place } from "./router";
import { pageAt } from "./routes";
import { homeOf } from "./sign-in/goal";
import { PresenceQuestion } from "./sign-in/presence-question";
import { signedIn, signOut } from "./sign-in/session";
import { StepUpQuestion } from "./sign-in/step-up-question";

const LANGUAGES: [Language, string][] = [
	["ro", "Română"],
	["en", "English"],
];

const QUESTIONS = { presence_required: PresenceQuestion, step_up_required: StepUpQuestion };

export function App() {
	language.use();
	const { path } = place.use();
	const page = pageAt(path);
	return (
		<Questions.Provider value={QUESTIONS}>
			<a class="skip" href="#main">
				{say("Direct la conținut", "Skip to the content")}
			</a>
			<TestBanner />
			<Header />
			{/* The key makes another address another page, with nothing left of the one before. */}
			<main id="main" tabIndex={-1} key={path}>
				{page ? page() : <NotFoundPage />}
			</main>
			<Footer />
		</Questions.Provider>
	);
}

function Header() {
	return (
		<header>
			<a class="site" href="/">
				<img src="/favicon.svg" alt="" width="32" height="32" />
				{say("Cazier judiciar", "Criminal record")}
			</a>
			<nav aria-label={say("Contul și limba", "Account and language")}>
				<Who />
				<Languages />
			</nav>
		</header>
	);
}

function Who() {
	const account = signedIn.use();
	if (account === undefined) return null;
	if (account === null) return <a href="/login">{say("Autentificare", "Sign in")}</a>;
	async function leave(): Promise<void> {
		// First away from what is only shown to who is signed in.
		navigate("/signed-out");
		await signOut();
	}
	return (
		<>
			<a href={homeOf(account.role)}>{say("Contul meu", "My account")}</a>
			<button type="button" class="link" onClick={() => void leave()}>
				{say("Deconectare", "Sign out")}
			</button>
		</>
	);
}

function Languages() {
	const chosen = language.use();
	return (
		<>
			{LANGUAGES.filter(([code]) => code !== chosen).map(([code, name]) => (
				<button type="button" class="link" lang={code} key={code} onClick={() => chooseLanguage(code)}>
					{name}
				</button>
			))}
		</>
	);
}

function Footer() {
	return (
		<footer>
			<a href="/support">{say("Ajutor", "Help")}</a>
			<a href="/counters">{say("Ghișee", "Counters")}</a>
			<a href="/check">{say("Verificarea unui certificat", "Check a certificate")}</a>
		</footer>
	);
}
