// After signing out: on a shared computer there is one more session to end.

import { say } from "../language";
import { Page } from "../parts/page";

export function SignedOutPage() {
	return (
		<Page title={say("V-ați deconectat", "You are signed out")}>
			<p>
				{say(
					"Dacă ați intrat prin Ghișeul.ro, acolo sunteți în continuare autentificat. La un calculator folosit și de alții, deconectați-vă și de la Ghișeul.ro.",
					"If you came through Ghișeul.ro, you are still signed in there. At a computer that others use too, sign out of Ghișeul.ro as well.",
				)}
			</p>
			<a href="/">{say("Prima pagină", "Start page")}</a>
		</Page>
	);
}
