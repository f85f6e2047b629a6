// The first page: what this is, what it takes, and one button.

import { say } from "../language";
import { Page } from "../parts/page";

export function HomePage() {
	return (
		<Page title={say("Certificatul de cazier judiciar", "Your criminal-record certificate")}>
			<p class="lead">
				{say(
					"Gratuit, online, la orice oră. De obicei îl primiți pe loc, semnat electronic.",
					"Free, online, at any hour. You usually get it at once, signed electronically.",
				)}
			</p>
			<a class="button start" href="/applications/new">
				{say("Cereți certificatul", "Apply for the certificate")}
			</a>
			<h2>{say("De ce aveți nevoie", "What you need")}</h2>
			<ul>
				<li>{say("CNP-ul dumneavoastră", "Your personal number (CNP)")}</li>
				<li>
					{say(
						"un card bancar pe numele dumneavoastră, ca să dovediți cine sunteți la Ghișeul.ro. Nu plătiți nimic.",
						"a bank card in your name, to prove who you are at Ghișeul.ro. You pay nothing.",
					)}
				</li>
			</ul>
			<p>
				{say("Nu aveți card? Dovediți cine sunteți, o singură dată, ", "No card? Prove who you are, just once, ")}
				<a href="/counters">{say("la un ghișeu", "at a counter")}</a>.
			</p>
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
		</Page>
	);
}
