// A password that a person chooses. The hint says what is asked of every one; the API judges it.

import { say } from "../language";
import { PasswordField } from "./fields";

export function NewPasswordField({ label }: { label: string }) {
	return (
		<PasswordField
			at="/password"
			label={label}
			hint={say("Cel puțin 10 caractere; câteva cuvinte sunt bune", "At least 10 characters; a few words are fine")}
			isNew
		/>
	);
}
