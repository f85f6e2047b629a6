// An application for a company that the person represents.

import { api } from "../api/client";
import { content } from "../api/problem";
import { COMPANY_SERVICE, type Schemas } from "../api/types";
import { Radios } from "../form/fields";
import { useLoad } from "../form/use-load";
import { say } from "../language";
import { Loaded } from "../parts/loaded";
import { Page } from "../parts/page";
import { ApplicationForm } from "./application-form";

export function CompanyApplicationPage() {
	const query = { status: "confirmed" as const, limit: 100 };
	const mandates = useLoad(() => content(api.GET("/v1/mandates", { params: { query } })));
	return (
		<Page title={say("Pentru o firmă", "For a company")} back="/applications/new">
			<Loaded of={mandates}>
				{({ items }) =>
					items.length === 0 ? (
						<NoneYet />
					) : (
						<ApplicationForm service={COMPANY_SERVICE} subject={<Companies of={items} />} />
					)
				}
			</Loaded>
		</Page>
	);
}

function NoneYet() {
	return (
		<>
			<p>{say("Mai întâi spuneți-ne ce firmă reprezentați.", "First tell us which company you represent.")}</p>
			<a class="button" href="/mandates/new">
				{say("Adăugați o firmă", "Add a company")}
			</a>
		</>
	);
}

function Companies({ of: mandates }: { of: Schemas["Mandate"][] }) {
	const options = mandates.map(({ id, company_name, cui }) => ({ value: id, label: company_name, hint: `CUI ${cui}` }));
	return <Radios at="/mandate_id" label={say("Firma", "Company")} options={options} />;
}
