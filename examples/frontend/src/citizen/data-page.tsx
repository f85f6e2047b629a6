// What the account knows of the person, and a copy of everything.

import { api } from "../api/client";
import { content } from "../api/problem";
import type { Schemas } from "../api/types";
import { Form } from "../form/form";
import { useSend } from "../form/use-send";
import { say } from "../language";
import { Facts } from "../parts/facts";
import { Page } from "../parts/page";
import { saveFile } from "../parts/save-file";

type Account = Schemas["Account"];

export function DataPage({ account }: { account: Account }) {
	const { person } = account.identity;
	return (
		<Page title={say("O copie a datelor mele", "A copy of my data")} back="/account">
			<Facts
				of={[
					[say("Numele", "Name"), person && `${person.given_name} ${person.family_name}`],
					["CNP", person?.cnp],
					[say("Adresa de e-mail", "E-mail address"), account.email],
				]}
			/>
			<p>
				{say("Tot ce știm despre dumneavoastră, într-un fișier.", "Everything that we know about you, in one file.")}
			</p>
			<Form
				sending={useSend()}
				submit={say("Descărcați copia (JSON)", "Download the copy (JSON)")}
				onSubmit={async () => {
					const parseAs = "blob" as const;
					saveFile(
						await content(api.GET("/v1/accounts/me/export", { parseAs })),
						say("datele-mele.json", "my-data.json"),
					);
				}}
			/>
		</Page>
	);
}
