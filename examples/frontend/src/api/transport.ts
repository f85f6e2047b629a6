// The generated client without a session: for what anybody may ask, and for signing in.

import createClient from "openapi-fetch";

import { language } from "../language";
import type { paths } from "./schema";

/** Sends a request in the language of the page; the answers' texts for people are then in it too. */
export function send(request: Request): Promise<Response> {
	request.headers.set("accept-language", language.get());
	return fetch(request);
}

// With the cookies that mark this browser: docs/guides/cookies.md.
export const anonymous = createClient<paths>({ baseUrl: HUB, credentials: "include", fetch: send });
