// The identity document that an officer has in the hand.

import { documentType } from "../citizen/words";
import { Select, TextField } from "../form/fields";
import { say } from "../language";

const TYPES = ["identity_card", "electronic_identity_card", "passport", "residence_permit"];

export function SeenDocument() {
	return (
		<>
			<Select
				at="/document/type"
				label={say("Actul de identitate", "Identity document")}
				options={TYPES.map((type) => ({ value: type, label: documentType(type) }))}
			/>
			<TextField
				at="/document/series"
				label={say("Seria, dacă are", "Series, if it has one")}
				autocomplete="off"
				short
			/>
			<TextField at="/document/number" label={say("Numărul", "Number")} autocomplete="off" short />
			<TextField at="/document/expires_on" type="date" label={say("Valabil până la", "Valid until")} short />
		</>
	);
}
