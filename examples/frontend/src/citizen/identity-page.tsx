// The proof of identity: by bank card at Ghișeul.ro, or once at a counter.

import type { Schemas } from "../api/types";
import { Form } from "../form/form";
import { Radios } from "../form/fields";
import { useSend } from "../form/use-send";
import { say } from "../language";
import { Page } from "../parts/page";
import { navigate } from "../router";
import { leaveToProveIdentity } from "../sign-in/redirect";
import { IdentityProved } from "./identity-proved-page";

export function IdentityPage({ account }: { account: Schemas["Account"] }) {
	const sending = useSend();
	if (account.identity.status === "verified") return <IdentityProved />;
	async function leave({ method }: { method?: string }): Promise<void> {
		if (method === "counter") navigate("/identity/at-counter");
		else await leaveToProveIdentity("/applications/new");
	}
	return (
		<Page title={say("Dovediți cine sunteți", "Prove who you are")} back="/account">
			<p>
				{say(
					"O singură dată, ca nimeni să nu poată cere certificatul în numele dumneavoastră.",
					"Just once, so that nobody can apply for the certificate in your name.",
				)}
			</p>
			<Form sending={sending} submit={say("Continuați", "Continue")} onSubmit={leave}>
				<Radios
					at="/method"
					label={say("Cum doriți să dovediți?", "How do you want to prove it?")}
					value="ghiseul"
					options={[
						{
							value: "ghiseul",
							label: say("Cu cardul bancar, prin Ghișeul.ro", "With a bank card, through Ghișeul.ro"),
							hint: say("Durează două minute. Nu plătiți nimic.", "It takes two minutes. You pay nothing."),
						},
						{
							value: "counter",
							label: say("La un ghișeu, cu actul de identitate", "At a counter, with your identity document"),
							hint: say("Primiți un cod pe care îl arătați acolo.", "You get a code to show there."),
						},
					]}
				/>
			</Form>
		</Page>
	);
}
