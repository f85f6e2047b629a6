// What a person has here: applications, certificates, and what they can see and decide about their data.

import { SecurityLinks } from "../account/security-links";
import { api } from "../api/client";
import { content } from "../api/problem";
import type { Schemas } from "../api/types";
import { date } from "../dates";
import { useList } from "../form/use-list";
import { say } from "../language";
import { List, Row } from "../parts/list";
import { Page } from "../parts/page";
import { certificateStatus, finding, statusTitle } from "./words";

const FEW = 5;

export function AccountPage({ account }: { account: Schemas["Account"] }) {
	const { person } = account.identity;
	const name = person ? `${person.given_name} ${person.family_name}` : account.email;
	return (
		<Page title={name ?? say("Contul meu", "My account")}>
			{!person && (
				<p>
					<a href="/identity">{say("Dovediți cine sunteți", "Prove who you are")}</a>
					{say(", ca să puteți cere certificatul.", " to be able to apply for the certificate.")}
				</p>
			)}
			<a class="button" href="/applications/new">
				{say("Cereți un certificat", "Apply for a certificate")}
			</a>
			<h2>{say("Certificate", "Certificates")}</h2>
			<Certificates />
			<h2>{say("Cereri", "Applications")}</h2>
			<Applications />
			<div class="columns">
				<DataLinks />
				<AccountLinks account={account} />
			</div>
		</Page>
	);
}

function DataLinks() {
	return (
		<section>
			<h2>{say("Datele mele", "My data")}</h2>
			<ul class="links">
				<li>
					<a href="/mandates">{say("Firmele pe care le reprezint", "The companies that I represent")}</a>
				</li>
				<li>
					<a href="/account/accesses">{say("Cine mi-a văzut datele", "Who looked at my data")}</a>
				</li>
				<li>
					<a href="/account/grants">
						{say("Aplicații cu acces la datele mele", "Applications with access to my data")}
					</a>
				</li>
				<li>
					<a href="/support/requests">{say("Întrebările mele", "My questions")}</a>
				</li>
				<li>
					<a href="/account/data">{say("O copie a datelor mele", "A copy of my data")}</a>
				</li>
			</ul>
		</section>
	);
}

function AccountLinks({ account }: { account: Schemas["Account"] }) {
	return (
		<section>
			<h2>{say("Contul", "My account")}</h2>
			<ul class="links">
				<li>
					<a href="/account/email">{say("Adresa de e-mail", "E-mail address")}</a>
				</li>
				<SecurityLinks account={account} />
				<li>
					<a href="/account/deletion">{say("Ștergeți contul", "Delete the account")}</a>
				</li>
			</ul>
		</section>
	);
}

function Certificates() {
	const list = useList((cursor) =>
		content(api.GET("/v1/certificates", { params: { query: { limit: FEW, ...(cursor && { cursor }) } } })),
	);
	return (
		<List of={list} empty={say("Nu aveți încă un certificat.", "You have no certificate yet.")}>
			{({ id, registration_number, status, finding: found, valid_until }) => (
				<Row key={id} to={`/certificates/${id}`} title={registration_number}>
					{finding(found)} · {certificateStatus(status)}
					{status === "valid" && say(` până pe ${date(valid_until)}`, ` until ${date(valid_until)}`)}
				</Row>
			)}
		</List>
	);
}

function Applications() {
	const list = useList((cursor) =>
		content(api.GET("/v1/applications", { params: { query: { limit: FEW, ...(cursor && { cursor }) } } })),
	);
	return (
		<List of={list} empty={say("Nu ați depus încă o cerere.", "You have not applied yet.")}>
			{({ id, status, applied_on }) => (
				<Row
					key={id}
					to={`/applications/${id}`}
					title={say(`Cererea din ${date(applied_on)}`, `Application of ${date(applied_on)}`)}
				>
					{statusTitle(status)}
				</Row>
			)}
		</List>
	);
}
