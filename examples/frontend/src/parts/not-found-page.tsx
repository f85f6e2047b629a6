// An address that leads nowhere.

import { say } from "../language";
import { Page } from "./page";

export function NotFoundPage() {
	return (
		<Page title={say("Pagina nu există", "There is no such page")}>
			<p>{say("Poate că adresa este greșită sau incompletă.", "The address may be wrong or incomplete.")}</p>
			<a href="/">{say("Prima pagină", "Start page")}</a>
		</Page>
	);
}
