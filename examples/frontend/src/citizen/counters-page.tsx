// The counters, county by county.

import { useState } from "preact/hooks";

import { content } from "../api/problem";
import { anonymous } from "../api/transport";
import type { Schemas } from "../api/types";
import { Select } from "../form/fields";
import { useLoad } from "../form/use-load";
import { language, say } from "../language";
import { Loaded } from "../parts/loaded";
import { Page } from "../parts/page";

type Counter = Schemas["Counter"];

function countiesOf(counters: Counter[]) {
	const names = new Map(counters.map(({ county, county_name }) => [county, county_name]));
	const options = [...names].map(([value, label]) => ({ value, label }));
	return options.sort((one, other) => one.label.localeCompare(other.label, language.get()));
}

export function CountersPage() {
	const counters = useLoad(() => content(anonymous.GET("/v1/counters")));
	const [county, setCounty] = useState("");
	return (
		<Page title={say("Ghișee", "Counters")} back="/">
			<p>
				{say(
					"Veniți cu actul de identitate. Nu aveți nevoie de programare.",
					"Bring your identity document. You need no appointment.",
				)}
			</p>
			<Loaded of={counters}>
				{({ items }) => (
					<>
						<Select at="/county" label={say("Județul", "County")} options={countiesOf(items)} onChoose={setCounty} />
						<ul class="rows">
							{items
								.filter((counter) => !county || counter.county === county)
								.map((counter) => (
									<CounterRow key={counter.code} of={counter} />
								))}
						</ul>
					</>
				)}
			</Loaded>
		</Page>
	);
}

function CounterRow({ of: { name, address, locality, programme, phone, certifies } }: { of: Counter }) {
	return (
		<li>
			<strong>{name}</strong>
			<p>
				{address}, {locality}
			</p>
			<p class="hint">
				{programme}
				{phone && <> · {phone}</>}
			</p>
			{certifies && <p class="hint">{say("Aici puteți dovedi cine sunteți", "You can prove who you are here")}</p>}
		</li>
	);
}
