// How a visit to Ghișeul.ro can end, in words.

import { say } from "../language";

export function whyGhiseulFailed(reason: string): string {
	switch (reason) {
		case "abandoned":
			return say("Ați renunțat la Ghișeul.ro", "You cancelled at Ghișeul.ro");
		case "card_refused":
		case "three_d_secure_failed":
			return say("Banca nu a confirmat cardul", "The bank did not confirm your card");
		case "provider_unavailable":
			return say("Ghișeul.ro nu răspunde acum", "Ghișeul.ro is not answering now");
		case "staff_account":
			return say(
				"Lucrați aici: autentificați-vă cu adresa de e-mail și parola",
				"You work here: sign in with your e-mail address and password",
			);
		case "account_already_verified":
			return say("Identitatea acestui cont este deja dovedită", "The identity of this account is already proved");
		case "person_already_verified":
			return say(
				"Aveți deja un cont: autentificați-vă prin Ghișeul.ro și ajungeți la el",
				"You already have an account: sign in through Ghișeul.ro to get to it",
			);
		case "session_ended":
			return say("Sesiunea dumneavoastră s-a încheiat între timp", "Your session ended meanwhile");
		default:
			return say("Ghișeul.ro nu a putut confirma cine sunteți", "Ghișeul.ro could not confirm who you are");
	}
}
