// The API's codes in the words of the people who read them.

import type { Schemas } from "../api/types";
import { say } from "../language";

export function statusTitle(status: Schemas["ApplicationStatus"]): string {
	const titles = {
		submitted: say("Cererea a sosit", "Your application has arrived"),
		awaiting_register: say("Așteptăm răspunsul registrului", "Waiting for the register"),
		awaiting_ecris: say("Așteptăm răspunsul statului de origine", "Waiting for your home state"),
		referred: say("Cererea așteaptă un ofițer", "Waiting for an officer"),
		in_review: say("Cererea este analizată de un ofițer", "An officer is reviewing your application"),
		issued: say("Certificatul este gata", "Your certificate is ready"),
		rejected: say("Cererea nu a fost aprobată", "Your application was not approved"),
		withdrawn: say("Ați renunțat la cerere", "You withdrew the application"),
		revoked: say("Certificatul a fost revocat", "The certificate was revoked"),
	};
	return titles[status];
}

/** What happens next, in one sentence. */
export function statusText(status: Schemas["ApplicationStatus"]): string {
	const texts = {
		submitted: say("O prelucrăm chiar acum.", "We are processing it right now."),
		awaiting_register: say(
			"Registrul nu răspunde acum. Cererea merge mai departe singură, de îndată ce va răspunde. Puteți închide pagina.",
			"The register is not answering now. The application goes on by itself as soon as it does. You can close this page.",
		),
		awaiting_ecris: say(
			"Am întrebat statul al cărui cetățean sunteți. Puteți închide pagina.",
			"We have asked the state whose national you are. You can close this page.",
		),
		referred: say(
			"Nu aveți nimic de făcut. Puteți închide pagina.",
			"You do not have to do anything. You can close this page.",
		),
		in_review: say(
			"Nu aveți nimic de făcut. Puteți închide pagina.",
			"You do not have to do anything. You can close this page.",
		),
		issued: say("Îl puteți descărca acum.", "You can download it now."),
		rejected: say("Puteți depune altă cerere oricând.", "You can apply again at any time."),
		withdrawn: say("Puteți depune altă cerere oricând.", "You can apply again at any time."),
		revoked: say(
			"Nu mai poate fi folosit. Puteți depune altă cerere.",
			"It can no longer be used. You can apply again.",
		),
	};
	return texts[status];
}

export function eventReason(reason: Schemas["ApplicationEventReason"]): string {
	const reasons = {
		officer_review: say("Un ofițer trebuie să verifice datele", "An officer has to check the data"),
		come_to_counter: say(
			"Vă rugăm să veniți la un ghișeu, cu actul de identitate",
			"Please come to a counter with your identity document",
		),
		representation: say("Un ofițer verifică actele de reprezentare", "An officer checks the papers of representation"),
		correction: say("Un ofițer verifică greșeala semnalată", "An officer checks the mistake that you reported"),
		register_answer_unusable: say("Registrul a dat un răspuns neclar", "The register's answer was unclear"),
		handled_at_counter: say("S-a rezolvat la ghișeu", "It was settled at a counter"),
		not_proved: say("Dreptul de a cere nu a fost dovedit", "The right to apply was not proved"),
		data_are_right: say("Datele de pe certificat sunt corecte", "The data on the certificate are right"),
		documents_missing: say("Lipsesc acte", "Documents are missing"),
		wrong_hit_cleared: say(
			"Înscrierea găsită privea altă persoană",
			"The entry that was found is about another person",
		),
		wrong_data: say("Date greșite", "Wrong data"),
		wrong_person: say("Altă persoană", "Another person"),
		fraud: say("Fraudă", "Fraud"),
		court_decision: say("Hotărâre a instanței", "Decision of a court"),
		identity_undone: say("Dovada identității a fost anulată", "The proof of identity was undone"),
		identity_unverified: say("Identitatea nu este dovedită", "The identity is not proved"),
		mandate_not_in_force: say(
			"Dreptul de a reprezenta firma a încetat",
			"The right to represent the company has ended",
		),
		person_not_eligible: say(
			"Certificatul nu poate fi cerut online pentru această persoană",
			"The certificate cannot be applied for online for this person",
		),
		civil_status_unknown: say(
			"Registrul persoanelor nu cunoaște datele",
			"The register of persons does not know the data",
		),
		company_unknown: say("Registrul comerțului nu cunoaște firma", "The company register does not know the company"),
		company_not_eligible: say(
			"Certificatul nu poate fi cerut online pentru această firmă",
			"The certificate cannot be applied for online for this company",
		),
	};
	return reasons[reason];
}

export function certificateStatus(status: Schemas["CertificateStatus"]): string {
	const words = {
		valid: say("valabil", "valid"),
		expired: say("expirat", "expired"),
		revoked: say("revocat", "revoked"),
		superseded: say("înlocuit de unul corectat", "replaced by a corrected one"),
	};
	return words[status];
}

export function finding(found: Schemas["Finding"]): string {
	return found === "no_record"
		? say("Fără înscrieri în cazierul judiciar", "No entries in the criminal record")
		: say("Cu înscrieri în cazierul judiciar", "With entries in the criminal record");
}

export function mandateStatus(status: Schemas["MandateStatus"]): string {
	const words = {
		pending: say("așteaptă un ofițer", "waiting for an officer"),
		confirmed: say("în vigoare", "in force"),
		refused: say("refuzat", "refused"),
		ended: say("încetat", "ended"),
	};
	return words[status];
}

export function mandateCapacity(capacity: Schemas["MandateCapacity"]): string {
	return capacity === "legal_representative"
		? say("Reprezentant legal", "Legal representative")
		: say("Împuternicit", "Attorney");
}

export function address(place: Schemas["Address"]): string {
	const { street, number, building, flat, locality, county } = place;
	const parts = [
		street,
		number && `${say("nr.", "no.")} ${number}`,
		building && `${say("bl.", "building")} ${building}`,
		flat && `${say("ap.", "flat")} ${flat}`,
		locality,
		county !== locality && county,
	];
	return parts.filter(Boolean).join(", ");
}

export function documentType(type: string): string {
	const types: Record<string, string> = {
		identity_card: say("Carte de identitate", "Identity card"),
		electronic_identity_card: say("Carte electronică de identitate", "Electronic identity card"),
		passport: say("Pașaport", "Passport"),
		residence_permit: say("Permis de ședere", "Residence permit"),
	};
	return types[type] ?? type;
}
