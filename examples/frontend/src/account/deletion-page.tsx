// The end of the account: what it means before, what law keeps after.

import { api } from "../api/client";
import { content } from "../api/problem";
import type { Schemas } from "../api/types";
import { date } from "../dates";
import { Form } from "../form/form";
import { Checkbox } from "../form/fields";
import { useSend } from "../form/use-send";
import { say } from "../language";
import { Card } from "../parts/card";
import { Page } from "../parts/page";
import { replace } from "../router";
import { forget } from "../sign-in/session";
import { Watched } from "../watched";

type Deleted = Schemas["AccountDeleted"];

/** What the API answered, for the page after: nobody is signed in by then. */
const deleted = new Watched<Deleted | null>(null);

export function DeletionPage() {
	async function end(): Promise<void> {
		deleted.set(await content(api.DELETE("/v1/accounts/me")));
		replace("/account-deleted");
		forget();
	}
	return (
		<Page title={say("Ștergeți contul", "Delete the account")} back="/account">
			<p>{say("Se șterg pe loc, pentru totdeauna:", "Erased at once and for good:")}</p>
			<ul>
				<li>{say("adresa, parola și sesiunile", "your address, password and sessions")}</li>
				<li>{say("dovada identității", "the proof of your identity")}</li>
				<li>{say("întrebările trimise serviciului de ajutor", "your questions to the help desk")}</li>
				<li>
					{say(
						"accesul dat altor aplicații și dreptul de a reprezenta firme",
						"access of other applications, and your right to represent companies",
					)}
				</li>
			</ul>
			<p>
				{say(
					"Certificatele eliberate rămân valabile. Descărcați-le înainte, și, dacă doriți, ",
					"Issued certificates stay valid. Download them first, and, if you like, ",
				)}
				<a href="/account/data">{say("o copie a datelor", "a copy of your data")}</a>.
			</p>
			<Form
				sending={useSend()}
				submit={say("Ștergeți contul", "Delete the account")}
				look="grave"
				whenEmpty={{ "/sure": say("Confirmați că doriți ștergerea", "Confirm that you want it deleted") }}
				onSubmit={end}
			>
				<Checkbox at="/sure" label={say("Înțeleg că nu se mai poate reveni", "I understand that this cannot be undone")} />
			</Form>
		</Page>
	);
}

export function AccountDeletedPage() {
	const answer = deleted.use();
	return (
		<Page title={say("Contul este șters", "The account is deleted")} back="/">
			<Card tone="good" title={say("Datele dumneavoastră au fost șterse", "Your data are erased")}>
				<p>
					{say(
						"Puteți deschide alt cont oricând: după ce dovediți cine sunteți, vă regăsiți certificatele.",
						"You can open another account at any time: once you prove who you are, you find your certificates again.",
					)}
				</p>
			</Card>
			{answer && answer.kept.length > 0 && <Kept of={answer.kept} />}
		</Page>
	);
}

function Kept({ of: kept }: { of: Deleted["kept"] }) {
	return (
		<>
			<h2>{say("Ce se păstrează, pentru că legea o cere", "What is kept, because the law says so")}</h2>
			<ul class="rows">
				{kept.map(({ kind, text, law, until }) => (
					<li key={kind}>
						<p>{text}</p>
						<p class="hint">
							{law}
							{until && say(` · până pe ${date(until)}`, ` · until ${date(until)}`)}
						</p>
					</li>
				))}
			</ul>
		</>
	);
}
