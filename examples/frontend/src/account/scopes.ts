// What a scope allows, in the words of the Hub's own page of consent.

import type { Schemas } from "../api/types";
import { say } from "../language";

export function scopeText(scope: Schemas["Scope"]): string {
	const texts = {
		openid: say("să știe că sunteți dumneavoastră", "know that it is you"),
		profile: say(
			"să vadă adresa de e-mail, numărul de telefon și limba contului",
			"see your e-mail address, phone number and language",
		),
		identity: say(
			"să vadă cine sunteți: numele, data nașterii și CNP-ul, dacă identitatea a fost verificată",
			"see who you are: name, birth date and CNP, if your identity was verified",
		),
		"applications:read": say(
			"să vadă cererile și mandatele dumneavoastră și stadiul lor",
			"see your applications and mandates, and where they stand",
		),
		"applications:write": say(
			"să depună cereri de cazier în numele dumneavoastră, să ceară corecturi și să retragă cereri",
			"apply for certificates in your name, ask for corrections and withdraw applications",
		),
		"certificates:read": say(
			"să vadă și să descarce certificatele dumneavoastră de cazier judiciar",
			"see and download your criminal-record certificates",
		),
	};
	return texts[scope];
}
