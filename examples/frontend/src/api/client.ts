// The generated client of whoever is signed in.

import createClient from "openapi-fetch";

import { accessToken, refresh } from "../sign-in/session";
import type { paths } from "./schema";
import { send } from "./transport";

function authorized(request: Request): Promise<Response> {
	const token = accessToken();
	if (token) request.headers.set("authorization", `Bearer ${token}`);
	return send(request);
}

async function isSessionOver(answer: Response): Promise<boolean> {
	if (answer.status !== 401) return false;
	const { code } = await answer.clone().json();
	return code === "unauthenticated";
}

/** Sends a request; when the access token is over, gets a new one and sends the request once more. */
async function sendSignedIn(request: Request): Promise<Response> {
	const again = request.clone();
	const answer = await authorized(request);
	const isOver = await isSessionOver(answer);
	return isOver && (await refresh()) ? authorized(again) : answer;
}

export const api = createClient<paths>({ baseUrl: HUB, credentials: "include", fetch: sendSignedIn });
