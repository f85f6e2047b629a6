// The first question of an application: whom the certificate is about.

import type { Schemas } from "../api/types";
import { Form } from "../form/form";
import { Radios } from "../form/fields";
import { useSend } from "../form/use-send";
import { say } from "../language";
import { Page } from "../parts/page";
import { navigate } from "../router";
import { IdentityPage } from "./identity-page";

/** Where each answer leads. */
type Next = "data" | "represented" | "company";

export function NewApplicationPage({ account }: { account: Schemas["Account"] }) {
	const sending = useSend();
	if (account.identity.status !== "verified") return <IdentityPage account={account} />;
	return (
		<Page title={say("Cerere nouă", "New application")} back="/account">
			<Form<{ next: Next }>
				sending={sending}
				submit={say("Continuați", "Continue")}
				onSubmit={async ({ next }) => navigate(`/applications/new/${next}`)}
			>
				<Radios
					at="/next"
					label={say("Pentru cine este certificatul?", "Who is the certificate for?")}
					value="data"
					options={[
						{ value: "data", label: say("Pentru mine", "For me") },
						{
							value: "represented",
							label: say("Pentru altcineva", "For somebody else"),
							hint: say(
								"Copilul meu, o persoană sub tutelă, cineva care m-a împuternicit",
								"My child, a ward, somebody who authorised me",
							),
						},
						{ value: "company", label: say("Pentru o firmă pe care o reprezint", "For a company that I represent") },
					]}
				/>
			</Form>
		</Page>
	);
}
