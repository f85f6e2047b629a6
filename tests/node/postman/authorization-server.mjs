// The endpoints of the authorization server that the contract leaves to the standards: those of its metadata (RFC 8414), under the name
// that each has there, the metadata itself, and its own pages.

const OF_METADATA = {
	authorization_endpoint: ["get /oauth/authorize", "post /oauth/authorize"],
	pushed_authorization_request_endpoint: ["post /oauth/par"],
	token_endpoint: ["post /oauth/token"],
	jwks_uri: ["get /oauth/jwks"],
	revocation_endpoint: ["post /oauth/revoke"],
	introspection_endpoint: ["post /oauth/introspect"],
	end_session_endpoint: ["get /oauth/end-session", "post /oauth/end-session"],
};
const METADATA = ["get /.well-known/openid-configuration", "get /.well-known/oauth-authorization-server"];
const PAGES = [
	"post /oauth/log-in",
	"get /oauth/log-in/{method}",
	"get /oauth/resume",
	"post /oauth/second-factor",
	"post /oauth/consent",
];

/** Each endpoint as the contract's operations are (`contract.mjs`). */
export const endpoints = [...METADATA, ...Object.values(OF_METADATA).flat(), ...PAGES].map((id) => {
	const [method, path] = id.split(" ");
	return { id, method, path, template: path.split("/") };
});

/** Whether a path is the authorization server's, be it of an endpoint or not. */
export const isOfServer = (path) => /^\/(oauth|\.well-known)(\/|$)/.test(path);

/** Whether a path is the metadata's. */
export const isOfMetadata = (path) => METADATA.includes(`get ${path}`);

/** In what the metadata differs from the endpoints here and the operations of the contract, in words. */
export function metadataFaults(metadata, operations) {
	const known = [...endpoints, ...operations].map(({ path }) => `${metadata.issuer}${path}`);
	const named = Object.entries(metadata).filter(([name]) => /_endpoint$|^jwks_uri$/.test(name));
	return [
		...named.flatMap(([name, url]) => (known.includes(url) ? [] : [`the metadata's ${name} is no endpoint: ${url}`])),
		...Object.entries(OF_METADATA).flatMap(([name, [first]]) =>
			metadata[name] === `${metadata.issuer}${first.split(" ")[1]}` ? [] : [`the metadata's ${name} is not ${first}`],
		),
	];
}
