// The first page: what this is, one button, how it goes, what it takes.

import { say } from "../language";
import { Page } from "../parts/page";

export function HomePage() {
	return (
		<Page title={say("Certificatul de cazier judiciar", "Your criminal-record certificate")}>
			<p class="lead">
				{say(
					"Gratuit, online, la orice oră. De obicei îl primiți pe loc, semnat electronic și valabil șase luni.",
					"Free, online, at any hour. You usually get it at once, signed electronically and valid for six months.",
				)}
			</p>
			<a class="button start" href="/applications/new">
				{say("Cereți certificatul", "Apply for the certificate")}
			</a>
			<Steps />
			<Needs />
			<OtherServices />
		</Page>
	);
}

function Steps() {
	return (
		<>
			<h2>{say("Cum funcționează", "How it works")}</h2>
			<ol class="steps">
				<li>
					<strong>{say("Dovediți cine sunteți", "Prove who you are")}</strong>
					<p>{say("Cu cardul bancar, prin Ghișeul.ro. Durează două minute.", "With your bank card, through Ghișeul.ro. It takes two minutes.")}</p>
				</li>
				<li>
					<strong>{say("Verificați datele", "Check your data")}</strong>
					<p>{say("Vin din registre: nu trebuie să le scrieți.", "They come from the registers: you do not have to type them.")}</p>
				</li>
				<li>
					<strong>{say("Descărcați certificatul", "Download the certificate")}</strong>
					<p>{say("Cine îl primește îl verifică online, gratuit.", "Whoever gets it checks it online, free of charge.")}</p>
				</li>
			</ol>
		</>
	);
}

function Needs() {
	return (
		<>
			<h2>{say("De ce aveți nevoie", "What you need")}</h2>
			<ul>
				<li>{say("CNP-ul dumneavoastră", "Your personal number (CNP)")}</li>
				<li>
					{say(
						"un card bancar pe numele dumneavoastră, din care nu se ia nimic",
						"a bank card in your name, from which nothing is taken",
					)}
				</li>
			</ul>
			<p>
				{say("Nu aveți card? Dovediți cine sunteți, o singură dată, ", "No card? Prove who you are, just once, ")}
				<a href="/counters">{say("la un ghișeu", "at a counter")}</a>.
			</p>
		</>
	);
}

function OtherServices() {
	return (
		<>
			<h2>{say("Alte servicii", "Other services")}</h2>
			<ul class="links">
				<li>
					<a href="/check">
						{say("Verificați un certificat pe care l-ați primit", "Check a certificate that you were given")}
					</a>
				</li>
				<li>
					<a href="/mandates">{say("Certificatul unei firme", "A certificate for a company")}</a>
				</li>
				<li>
					<a href="/account">{say("Cererile și certificatele mele", "My applications and certificates")}</a>
				</li>
				<li>
					<a href="/support">{say("Ajutor", "Help")}</a>
				</li>
			</ul>
		</>
	);
}
