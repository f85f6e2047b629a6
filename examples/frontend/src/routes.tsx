// The addresses of the front end. Those that mails link to are in docs/guides/mail-links.md.

import type { ComponentChildren } from "preact";

import { ChangePasswordPage } from "./account/change-password-page";
import { AccountDeletedPage, DeletionPage } from "./account/deletion-page";
import { EmailPage } from "./account/email-page";
import { GrantsPage } from "./account/grants-page";
import { SecondFactorSettingsPage } from "./account/second-factor-settings-page";
import type { Schemas } from "./api/types";
import { CheckFilePage } from "./check/check-file-page";
import { CheckPage } from "./check/check-page";
import { AccessesPage } from "./citizen/accesses-page";
import { AccountPage } from "./citizen/account-page";
import { ApplicationPage } from "./citizen/application-page";
import { CertificatePage } from "./citizen/certificate-page";
import { CompanyApplicationPage } from "./citizen/company-application-page";
import { CorrectionPage } from "./citizen/correction-page";
import { CountersPage } from "./citizen/counters-page";
import { DataPage } from "./citizen/data-page";
import { HomePage } from "./citizen/home-page";
import { IdentityCounterPage } from "./citizen/identity-counter-page";
import { IdentityPage } from "./citizen/identity-page";
import { IdentityProvedPage } from "./citizen/identity-proved-page";
import { MandatePage } from "./citizen/mandate-page";
import { MandatesPage } from "./citizen/mandates-page";
import { NewApplicationPage } from "./citizen/new-application-page";
import { NewMandatePage } from "./citizen/new-mandate-page";
import { OwnDataPage } from "./citizen/own-data-page";
import { OwnQuestionsPage } from "./citizen/own-questions";
import { ReasonPage } from "./citizen/reason-page";
import { RepresentedPage } from "./citizen/represented-page";
import { SessionsPage } from "./citizen/sessions-page";
import { SupportPage } from "./citizen/support-page";
import { SupportRequestPage } from "./citizen/support-request-page";
import { CounterPage } from "./desk/counter-page";
import { DeskPage } from "./desk/desk-page";
import { LostFactorPage } from "./desk/lost-factor-page";
import { MandateReviewPage } from "./desk/mandate-review-page";
import { QuestionPage } from "./desk/question-page";
import { QuestionsPage } from "./desk/questions-page";
import { ReviewPage } from "./desk/review-page";
import { MandateReviewsPage, ReviewsPage } from "./desk/reviews-page";
import { ConfirmEmailPage } from "./sign-in/confirm-email-page";
import { ForgottenPasswordPage } from "./sign-in/forgotten-password-page";
import { SignedIn } from "./sign-in/gate";
import { HubReturnPage } from "./sign-in/hub-return-page";
import { LoginPage } from "./sign-in/login-page";
import { PasswordPage } from "./sign-in/password-page";
import { PresentPage } from "./sign-in/present-page";
import { RegisterPage } from "./sign-in/register-page";
import { ResetPasswordPage } from "./sign-in/reset-password-page";
import { SignedInPage } from "./sign-in/signed-in-page";
import { SignedOutPage } from "./sign-in/signed-out-page";
import { StopEmailChangePage, StopSecondFactorResetPage } from "./sign-in/stop-pages";

type Account = Schemas["Account"];
/** Makes a page from the part of the address that varies. */
type Make = (id: string) => ComponentChildren;

type MakeOf = (account: Account, id: string) => ComponentChildren;

/** A page that only somebody who is signed in can see: what the scopes allow is enough. */
const own = (make: MakeOf): Make => {
	return (id) => <SignedIn>{(account) => make(account, id)}</SignedIn>;
};

/** A page about the account itself, for which its owner signs in directly. */
const owner = (make: MakeOf): Make => {
	return (id) => <SignedIn as="owner">{(account) => make(account, id)}</SignedIn>;
};

/** The work of officers, who sign in by password alone. */
const desk = (make: MakeOf): Make => {
	return (id) => <SignedIn as="staff">{(account) => make(account, id)}</SignedIn>;
};

const ROUTES: [path: string, make: Make][] = [
	["/", () => <HomePage />],
	["/login", () => <LoginPage />],
	["/login/password", () => <PasswordPage />],
	["/signed-in", () => <SignedInPage />],
	["/signed-in/hub", () => <HubReturnPage />],
	["/signed-out", () => <SignedOutPage />],
	["/present", owner((account) => <PresentPage account={account} />)],
	["/register", () => <RegisterPage />],
	["/confirm-email", () => <ConfirmEmailPage />],
	["/forgotten-password", () => <ForgottenPasswordPage />],
	["/reset-password", () => <ResetPasswordPage />],
	["/stop-email-change", () => <StopEmailChangePage />],
	["/stop-second-factor-reset", () => <StopSecondFactorResetPage />],
	["/identity", owner((account) => <IdentityPage account={account} />)],
	["/identity/proved", owner(() => <IdentityProvedPage />)],
	["/identity/at-counter", owner(() => <IdentityCounterPage />)],
	["/applications/new", own((account) => <NewApplicationPage account={account} />)],
	["/applications/new/data", own(() => <OwnDataPage />)],
	["/applications/new/reason", own(() => <ReasonPage />)],
	["/applications/new/represented", own(() => <RepresentedPage />)],
	["/applications/new/company", own(() => <CompanyApplicationPage />)],
	["/applications/{id}", own((_, id) => <ApplicationPage id={id} />)],
	["/certificates/{id}", own((_, id) => <CertificatePage id={id} />)],
	["/certificates/{id}/correction", own((_, id) => <CorrectionPage id={id} />)],
	["/mandates", own(() => <MandatesPage />)],
	["/mandates/new", owner(() => <NewMandatePage />)],
	["/mandates/{id}", own((_, id) => <MandatePage id={id} />)],
	["/account", own((account) => <AccountPage account={account} />)],
	["/account/accesses", owner(() => <AccessesPage />)],
	["/account/sessions", owner((account) => <SessionsPage account={account} />)],
	["/account/grants", owner(() => <GrantsPage />)],
	["/account/email", owner((account) => <EmailPage account={account} />)],
	["/account/password", owner((account) => <ChangePasswordPage account={account} />)],
	["/account/second-factor", owner((account) => <SecondFactorSettingsPage account={account} />)],
	["/account/deletion", owner(() => <DeletionPage />)],
	["/account-deleted", () => <AccountDeletedPage />],
	["/account/data", owner((account) => <DataPage account={account} />)],
	["/counters", () => <CountersPage />],
	["/support", () => <SupportPage />],
	["/support/requests", owner(() => <OwnQuestionsPage />)],
	["/support/requests/{id}", owner((_, id) => <SupportRequestPage id={id} />)],
	["/check", () => <CheckPage />],
	["/check/file", () => <CheckFilePage />],
	["/desk", desk((account) => <DeskPage account={account} />)],
	["/desk/counter", desk(() => <CounterPage />)],
	["/desk/second-factor", desk(() => <LostFactorPage />)],
	["/desk/reviews", desk(() => <ReviewsPage />)],
	["/desk/reviews/{id}", desk((_, id) => <ReviewPage id={id} />)],
	["/desk/mandates", desk(() => <MandateReviewsPage />)],
	["/desk/mandates/{id}", desk((_, id) => <MandateReviewPage id={id} />)],
	["/desk/questions", desk(() => <QuestionsPage />)],
	["/desk/questions/{id}", desk((_, id) => <QuestionPage id={id} />)],
];

const PATTERNS = ROUTES.map(([path, make]) => ({
	pattern: new RegExp(`^${path.replace("{id}", "([0-9a-f-]{36})")}$`),
	make,
}));

/** Returns the page at a path, if there is one. */
export function pageAt(path: string): (() => ComponentChildren) | undefined {
	for (const { pattern, make } of PATTERNS) {
		const found = pattern.exec(path);
		if (found) return () => make(found[1] ?? "");
	}
	return undefined;
}
