// The code of an authenticator app.

import { TextField } from "../form/fields";
import { say } from "../language";

export function TotpField() {
	return (
		<TextField
			at="/totp"
			label={say("Codul din aplicația de autentificare", "Code from your authenticator app")}
			hint={say(
				"Șase cifre, care se schimbă la fiecare jumătate de minut",
				"Six digits, which change every half minute",
			)}
			autocomplete="one-time-code"
			inputMode="numeric"
			short
		/>
	);
}
