// An application for somebody else: a child, a ward, or whoever gave a power of attorney.

import { SERVICE } from "../api/types";
import { Radios, TextField } from "../form/fields";
import { say } from "../language";
import { Page } from "../parts/page";
import { ApplicationForm } from "./application-form";

export function RepresentedPage() {
	return (
		<Page title={say("Pentru altcineva", "For somebody else")} back="/applications/new">
			<p>{say("Un ofițer verifică de fiecare dată actele.", "An officer checks the papers each time.")}</p>
			<ApplicationForm service={SERVICE} subject={<Represented />} />
		</Page>
	);
}

function Represented() {
	return (
		<>
			<TextField
				at="/on_behalf_of/cnp"
				label={say("CNP-ul persoanei", "The person's CNP")}
				hint={say("13 cifre", "13 digits")}
				inputMode="numeric"
				autocomplete="off"
				short
			/>
			<Radios
				at="/on_behalf_of/capacity"
				label={say("Dumneavoastră sunteți", "You are")}
				options={[
					{ value: "parent", label: say("părintele", "the parent") },
					{ value: "guardian", label: say("tutorele", "the guardian") },
					{ value: "attorney", label: say("împuternicit prin procură", "authorised by a power of attorney") },
				]}
			/>
		</>
	);
}
