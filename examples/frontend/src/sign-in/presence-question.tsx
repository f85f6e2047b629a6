// Some things need the person and not only the session: the password again, or Ghișeul.ro again
// (docs/guides/accounts.md, "What needs the person").

import { api } from "../api/client";
import { content } from "../api/problem";
import type { Schemas } from "../api/types";
import { Form } from "../form/form";
import { PasswordField } from "../form/fields";
import { useSend } from "../form/use-send";
import { say } from "../language";
import { Question } from "../parts/question";
import { place } from "../router";
import { leaveToProvePresence } from "./redirect";
import { signedIn } from "./session";

export function PresenceQuestion({ onProved }: { onProved: () => Promise<void> }) {
	const account = signedIn.use();
	const sending = useSend();
	return (
		<Question title={say("Confirmați că sunteți dumneavoastră", "Confirm that it is you")}>
			<p>
				{say(
					"Pentru acest pas nu este de ajuns că sunteți autentificat.",
					"For this step it is not enough that you are signed in.",
				)}
			</p>
			{account?.password_set ? (
				<Form<Schemas["ProvePresenceRequestByPassword"]>
					sending={sending}
					submit={say("Confirmați", "Confirm")}
					whenEmpty={{ "/current_password": say("Scrieți parola", "Enter your password") }}
					onSubmit={async (body) => {
						await content(api.POST("/v1/sessions/current/presence", { body }));
						await onProved();
					}}
				>
					<PasswordField at="/current_password" label={say("Parola", "Password")} />
				</Form>
			) : (
				<Form
					sending={sending}
					submit={say("Confirmați prin Ghișeul.ro", "Confirm through Ghișeul.ro")}
					onSubmit={() => leaveToProvePresence(place.get().path)}
				/>
			)}
		</Question>
	);
}
